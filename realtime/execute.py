"""The one write path: REST, sockets, workers and imports all hand their commands in here.

Commands of one tenant that arrive together share one transaction and one fsync (group commit);
different tenants run in parallel. A command is acknowledged after its commit and published after
its acknowledgement, so that no acknowledgement ever waits for Redis.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from db.pool import Pool
from db.unit import UnknownTenant
from realtime.batch import run_batch
from realtime.line import BUSY_MS, EACH, QUEUE, Line, Memory, Waiting
from realtime.protocol import Answer, CommandRequest, ErrorAnswer, error_answer, parse_args, wire_error
from realtime.requests import BatchResult, Committed, Progress, Request, Tell
from realtime.workspace import Workspace
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused

logger = logging.getLogger(__name__)

Publish: TypeAlias = Callable[[Committed], Awaitable[None]]
Clock: TypeAlias = Callable[[], datetime]

ATTEMPTS = 4
"""How often a transaction is tried that lost a deadlock or a serialisation."""
REMEMBERED = 100_000
"""Most entities that are remembered between transactions, of all studios together."""


class Executor:
    """Runs commands. One per process; `close` waits for what is under way."""

    def __init__(self, pool: Pool, *, publish: Publish, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._commits = _Commits(pool, publish, clock)
        self._lines: dict[UUID, Line] = {}
        self._closed = False

    async def execute(
        self, actor: Actor, envelope: CommandRequest, *, progress: Progress | None = None
    ) -> Answer:
        """Execute one command for an actor and answer it.

        Never raises for what a client may cause: refusals, faults of the database and overload are
        answers. Cancelling the caller does not cancel the command.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.submit(actor, envelope, lambda said, _: answer.set_result(said), progress=progress)
        return await asyncio.shield(answer)

    def submit(
        self, actor: Actor, envelope: CommandRequest, tell: Tell, *, progress: Progress | None = None
    ) -> None:
        """Put one command in line; `tell` is told its answer.

        Commands of one actor are run in the order they are submitted.
        """
        command = parse_args(envelope.op, envelope.args)
        if isinstance(command, Refused):
            _tell(tell, ErrorAnswer(id=envelope.id, error=wire_error(command)))
            return
        if self._closed:
            _tell(tell, error_answer(envelope.id, Code.BUSY, "The server is restarting.", BUSY_MS))
            return
        line = self._lines.get(actor.tenant_id)
        if line is None:
            line = self._lines[actor.tenant_id] = Line(actor.tenant_id, self._commits)
        request = Request(actor=actor, envelope=envelope, command=command, progress=progress)
        if not line.submit(request, tell):
            message = f"Too many commands wait: at most {QUEUE} of a studio, {EACH} of one client."
            _tell(tell, error_answer(envelope.id, Code.BUSY, message, BUSY_MS))

    async def close(self) -> None:
        """Refuse new commands, finish the waiting ones, and publish what they did."""
        self._closed = True
        await asyncio.gather(*(line.finished() for line in list(self._lines.values())))


class _Commits:
    """What lines of every studio share: how a batch is tried, acknowledged and published."""

    def __init__(self, pool: Pool, publish: Publish, clock: Clock) -> None:
        self.pool = pool
        self._clock = clock
        self._publish = publish
        self._memory = Memory(REMEMBERED)

    def now(self) -> datetime:
        return self._clock()

    def remembers(self, line: Line, size: int) -> None:
        self._memory.note(line, size)

    async def locked(self, tenant_id: UUID, waiting: Sequence[Waiting]) -> Workspace | None:
        try:
            result, workspace = await self._attempt(tenant_id, [one.request for one in waiting])
        except _Split:
            for one in waiting:
                await self.locked(tenant_id, [one])
            return None
        await self.deliver(waiting, result)
        return workspace

    async def deliver(self, waiting: Sequence[Waiting], result: BatchResult) -> None:
        for one, (answer, body) in zip(waiting, result.answers, strict=True):
            one.tell(answer, body)
        if result.committed is not None:
            # Awaited here, before the next batch of this tenant commits, so that hints leave in order.
            await self._publish_safely(result.committed)

    async def _publish_safely(self, committed: Committed) -> None:
        try:
            await self._publish(committed)
        except Exception:
            # It is committed: whatever broke in telling of it, callers get their answers, and readers find
            # it at the next look at the head of the log.
            logger.exception("publishing %s..%s failed", committed.from_seq, committed.to_seq)

    def lost(self, waiting: Sequence[Waiting], error: Exception) -> bool:
        if not isinstance(error, DatabaseError) and fault_of(error) is not Fault.UNAVAILABLE:
            return False
        logger.warning("commands could not be committed: %s", error)
        for one in waiting:
            one.turn_away("The database did not take the command; send the same id again.")
        return True

    async def _attempt(
        self, tenant_id: UUID, requests: list[Request]
    ) -> tuple[BatchResult, Workspace | None]:
        for attempt in range(ATTEMPTS):
            try:
                return await run_batch(self.pool, tenant_id, requests, self.now())
            except UnknownTenant as error:
                return _all_refused(requests, Code.NOT_FOUND, f"Nothing was done: {error}."), None
            except DatabaseError as error:
                logger.warning("commands of %s wait for the database: %s", tenant_id, error)
                return _all_refused(requests, Code.BUSY, f"Nothing was done: {error}."), None
            except Exception as error:  # noqa: BLE001 - whatever it is, every caller gets an answer
                fault = fault_of(error)
                if fault is Fault.TRANSIENT and attempt + 1 < ATTEMPTS:
                    await asyncio.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
                    continue
                return _after_fault(requests, error, fault), None
        raise AssertionError("unreachable: the last attempt returns")


class _Split(Exception):
    """A batch that failed as a whole: each command has to be tried alone, so that only one pays."""


def _after_fault(requests: list[Request], error: Exception, fault: Fault | None) -> BatchResult:
    if fault not in {Fault.TRANSIENT, Fault.UNAVAILABLE} and len(requests) > 1:
        raise _Split from error
    match fault:
        case Fault.EXCLUSION:
            # `decide` saw no clash, the constraint did: the constraint is right.
            logger.error("the exclusion constraint refused what was decided: %s", error)
            message = "The artist is already booked there."
            return _all_refused(requests, Code.CONFLICT, message)
        case Fault.TRANSIENT | Fault.UNAVAILABLE:
            logger.warning("commands could not be committed: %s", error)
            message = "The database did not take the command; send the same id again."
            return _all_refused(requests, Code.BUSY, message)
        case _:
            ids = ", ".join(str(r.envelope.id) for r in requests[:5])
            logger.error("command %s failed", ids, exc_info=error)
            message = "Something went wrong on the server; nothing was changed."
            return _all_refused(requests, Code.INTERNAL, message)


def _all_refused(requests: list[Request], code: Code, message: str) -> BatchResult:
    pause = BUSY_MS if code is Code.BUSY else None
    answers = (error_answer(r.envelope.id, code, message, pause) for r in requests)
    return BatchResult(answers=tuple((a, msgspec.json.encode(a)) for a in answers), committed=None)


def _tell(tell: Tell, answer: Answer) -> None:
    tell(answer, msgspec.json.encode(answer))
