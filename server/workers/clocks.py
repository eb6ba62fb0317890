"""What the clock says: a due deadline becomes the system's command, on whichever instance has it at hand.

Exactly once: the command's id follows from the job, so a job taken over from a killed worker asks again
under the same id and learns the first answer; and a second clock of the same deadline finds it gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from db.jobs import Job, Later, Worker
from realtime.execute import Executor
from realtime.protocol import CommandRequest, ErrorAnswer
from scheduling.clocks import QUEUE, Clock, command_of
from scheduling.commands import op_of
from scheduling.permissions import system_actor

logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=1)
_decode = msgspec.json.Decoder(Clock).decode


class ClockStrikes:
    """Handles due clocks with an executor."""

    def __init__(self, executor: Executor, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._executor = executor
        self._now = now

    async def __call__(self, job: Job) -> None:
        """Ask what the clock stands for. Raises `Later` before its time or where the server is busy."""
        clock = _decode(job.payload)
        early = clock.due - self._now()
        if early > timedelta(0):
            raise Later(early, "this clock is ahead of ours")
        command = command_of(clock)
        args = {name: getattr(command, name) for name in command.__struct_fields__}
        request = CommandRequest(
            id=command_id(clock, job.id),
            op=op_of(command),
            args=msgspec.Raw(msgspec.json.encode(args)),
        )
        answer = await self._executor.execute(system_actor(clock.tenant_id, "Clock"), request)
        if not isinstance(answer, ErrorAnswer):
            return
        if answer.error.retryable:
            pause = min(_FIRST_PAUSE * 2 ** min(job.attempt, 10), _LONGEST_PAUSE)
            raise Later(pause, answer.error.message)
        logger.debug("%s %s came too late: %s", clock.kind, clock.id, answer.error.message)


def command_id(clock: Clock, job_id: int) -> UUID:
    """The same for the same job, whoever handles it and however often."""
    return uuid5(clock.id, f"{clock.kind}/{clock.booking_id}/{clock.due.isoformat()}/{job_id}")


def clock_worker(dsn: str, executor: Executor) -> Worker:
    """A worker on the clocks of this database."""
    return Worker(dsn, {QUEUE: ClockStrikes(executor)})
