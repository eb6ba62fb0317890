"""The one write path: REST, sockets, workers and imports all hand their commands in here.

Commands of one tenant that arrive together share one transaction and one fsync (group commit);
different tenants run in parallel. A command is acknowledged after its commit and published after
its acknowledgement, so that no acknowledgement ever waits for Redis.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from db.pool import Pool
from realtime.batch import (
    BatchResult,
    Committed,
    Progress,
    Request,
    UnknownTenant,
    run_batch,
)
from realtime.protocol import Answer, CommandRequest, ErrorAnswer, error_answer, parse_args, wire_error
from scheduling.commands import ApplyBulk
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused

logger = logging.getLogger(__name__)

Publish: TypeAlias = Callable[[Committed], Awaitable[None]]
Clock: TypeAlias = Callable[[], datetime]

BATCH = 64
"""Most commands of one transaction."""
QUEUE = 2_000
"""Most commands of one tenant that wait; beyond it the answer is `busy`."""
ATTEMPTS = 4
"""How often a transaction is tried that lost a deadlock or a serialisation."""
BUSY_MS = 500


class _Waiting(Struct, frozen=True, kw_only=True):
    request: Request
    answer: asyncio.Future[Answer]


class Executor:
    """Runs commands. One per process; `close` waits for what is under way."""

    def __init__(self, pool: Pool, *, publish: Publish, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._pool = pool
        self._publish = publish
        self._clock = clock
        self._writers: dict[UUID, _Writer] = {}
        self._closed = False

    async def execute(
        self, actor: Actor, envelope: CommandRequest, *, progress: Progress | None = None
    ) -> Answer:
        """Execute one command for an actor and answer it.

        Never raises for what a client may cause: refusals, faults of the database and overload are
        answers. Cancelling the caller does not cancel the command.
        """
        command = parse_args(envelope.op, envelope.args)
        if isinstance(command, Refused):
            return ErrorAnswer(id=envelope.id, error=wire_error(command))
        if self._closed:
            return error_answer(envelope.id, Code.BUSY, "The server is restarting.", BUSY_MS)
        request = Request(actor=actor, envelope=envelope, command=command, progress=progress)
        writer = self._writers.get(actor.tenant_id)
        if writer is None:
            writer = _Writer(actor.tenant_id, self._run)
            self._writers[actor.tenant_id] = writer
        answer = writer.submit(request)
        if answer is None:
            message = f"{QUEUE} commands of this studio are waiting already."
            return error_answer(envelope.id, Code.BUSY, message, BUSY_MS)
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Refuse new commands, finish the waiting ones, and publish what they did."""
        self._closed = True
        await asyncio.gather(*(w.finished() for w in list(self._writers.values())))

    async def _run(self, tenant_id: UUID, waiting: list[_Waiting]) -> None:
        """One batch: commit, then acknowledge, then publish."""
        try:
            result = await self._attempt(tenant_id, [w.request for w in waiting])
        except _Split:
            for one in waiting:
                await self._run(tenant_id, [one])
            return
        for one, answer in zip(waiting, result.answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)
        if result.committed is not None:
            # Awaited here, before the next batch of this tenant commits, so that hints leave in order.
            await self._publish_safely(result.committed)

    async def _publish_safely(self, committed: Committed) -> None:
        try:
            await self._publish(committed)
        except Exception:
            logger.exception("publishing %s..%s failed", committed.from_seq, committed.to_seq)

    async def _attempt(self, tenant_id: UUID, requests: list[Request]) -> BatchResult:
        for attempt in range(ATTEMPTS):
            try:
                return await run_batch(self._pool, tenant_id, requests, self._clock())
            except UnknownTenant as error:
                return _all_refused(requests, Code.NOT_FOUND, f"Nothing was done: {error}.")
            except DatabaseError as error:
                logger.warning("commands of %s wait for the database: %s", tenant_id, error)
                return _all_refused(requests, Code.BUSY, f"Nothing was done: {error}.")
            except Exception as error:  # noqa: BLE001 - whatever it is, every caller gets an answer
                fault = fault_of(error)
                if fault is Fault.TRANSIENT and attempt + 1 < ATTEMPTS:
                    await asyncio.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
                    continue
                return _after_fault(requests, error, fault)
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
    answers = tuple(error_answer(r.envelope.id, code, message, pause) for r in requests)
    return BatchResult(answers=answers, committed=None)


class _Writer:
    """The line of one tenant's waiting commands, and the task that works it off while there are any."""

    def __init__(self, tenant_id: UUID, run: Callable[[UUID, list[_Waiting]], Awaitable[None]]) -> None:
        self._tenant_id = tenant_id
        self._run = run
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    def submit(self, request: Request) -> asyncio.Future[Answer] | None:
        """A future of the answer; None where too many wait."""
        if len(self._queue) >= QUEUE:
            return None
        waiting = _Waiting(request=request, answer=asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name=f"writer {self._tenant_id}")
        return waiting.answer

    async def finished(self) -> None:
        if self._task is not None:
            await self._task

    async def _work(self) -> None:
        while self._queue:
            # One turn of the loop lets commands that arrived together share the transaction.
            await asyncio.sleep(0)
            batch = self._take()
            try:
                await self._run(self._tenant_id, batch)
            except BaseException:
                _answer_all(batch, "The server is restarting; send the same id again.")
                raise

    def _take(self) -> list[_Waiting]:
        """Up to a batch of commands; a bulk command goes alone, for it is many."""
        batch: list[_Waiting] = []
        while self._queue and len(batch) < BATCH:
            bulk = isinstance(self._queue[0].request.command, ApplyBulk)
            if bulk and batch:
                break
            batch.append(self._queue.popleft())
            if bulk:
                break
        return batch


def _answer_all(waiting: list[_Waiting], message: str) -> None:
    for one in waiting:
        if not one.answer.done():
            one.answer.set_result(error_answer(one.request.envelope.id, Code.BUSY, message, BUSY_MS))
