"""The line of one studio's waiting commands: fair between clients, bounded, worked off by one task.

What arrives is decided at once on what is remembered of the studio, while the batch before it is
being committed, and committed itself, in one round trip: when that has landed, or where enough came
together, right behind it, so that it waits for its turn inside the database. What is remembered is a
wager on nobody else having written and on the batch before having landed: the database says whether
it held, and where it did not, the batch is decided again under the studio's lock.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from db.pool import Pool
from db.queries.batches import Repeated, Taken
from db.unit import Stale, Unit
from realtime.batch import OpenBatch, Sealed
from realtime.protocol import Answer, error_answer
from realtime.requests import BatchResult, Request, Tell
from realtime.workspace import Workspace
from scheduling.commands import ApplyBulk, CommitScenario
from scheduling.refusals import Code

logger = logging.getLogger(__name__)

BATCH = 256
"""Most commands of one transaction."""
STEP = 64
"""So many commands are decided between two looks at what has landed, and are enough to be sent off while the
batch before is still being committed."""
ABREAST = 2
"""Most batches that are under way: one is being committed, the next waits for it inside the database."""
QUEUE = 2_000
"""Most commands of one studio that wait; beyond it the answer is `busy`."""
EACH = 1_000
"""Most of them of one client."""
CONTENDED_SECONDS = 1.0
"""So long nothing is wagered after somebody else wrote to the studio."""
BUSY_MS = 500


class Waiting:
    """A command in line, and who is told its answer: once."""

    __slots__ = ("_tell", "request")

    def __init__(self, request: Request, tell: Tell) -> None:
        self.request = request
        self._tell: Tell | None = tell

    def tell(self, answer: Answer, body: bytes) -> None:
        """Pass the answer on, unless there was one; whatever breaks in taking it is nobody else's trouble."""
        tell, self._tell = self._tell, None
        if tell is not None:
            try:
                tell(answer, body)
            except Exception:
                logger.exception("the answer to %s could not be passed on", self.request.envelope.id)

    def turn_away(self, message: str) -> None:
        """Say `busy`, unless there was an answer."""
        if self._tell is not None:
            answer = error_answer(self.request.envelope.id, Code.BUSY, message, BUSY_MS)
            self.tell(answer, msgspec.json.encode(answer))


class Commits(Protocol):
    """How a line gets its batches committed; the same for every studio."""

    @property
    def pool(self) -> Pool: ...

    def now(self) -> datetime: ...

    async def locked(self, tenant_id: UUID, waiting: Sequence[Waiting]) -> Workspace | None:
        """Decide and commit under the studio's lock, acknowledge, publish; what is known afterwards."""

    async def deliver(self, waiting: Sequence[Waiting], result: BatchResult) -> None:
        """Acknowledge, then publish."""

    def lost(self, waiting: Sequence[Waiting], error: Exception) -> bool:
        """Whether the fault leaves the outcome unknown; then everybody was answered `busy`."""

    def remembers(self, line: Line, size: int) -> None:
        """So many entities are remembered for the line's studio."""


class Line:
    """One per studio; see the module."""

    def __init__(self, tenant_id: UUID, commits: Commits) -> None:
        self._tenant_id = tenant_id
        self._commits = commits
        self._queue: deque[Waiting] = deque()
        self._waiting_of: Counter[UUID] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._flight: asyncio.Task[None] | None = None
        """The last batch that was sent off; it lands after those before it."""
        self._under_way = 0
        self._stirred = asyncio.Event()
        self._memory: Workspace | None = None
        self._contended_until = 0.0

    def submit(self, request: Request, tell: Tell) -> bool:
        """Whether the command is taken; not where too many wait."""
        if len(self._queue) >= QUEUE or self._waiting_of[request.actor.id] >= EACH:
            return False
        self._queue.append(Waiting(request, tell))
        self._waiting_of[request.actor.id] += 1
        self._stirred.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name=f"line {self._tenant_id}")
        return True

    async def finished(self) -> None:
        """Wait until nothing waits and nothing is under way."""
        if self._task is not None:
            await self._task

    def forget(self) -> None:
        """Remember nothing: the next batch reads what it needs."""
        self._memory = None

    # working

    async def _work(self) -> None:
        while self._queue:
            # One turn of the loop lets commands that arrived together share the transaction.
            await asyncio.sleep(0)
            first = self._take(min(BATCH, STEP))
            try:
                await self._run(first)
            except BaseException:
                for one in first:
                    one.turn_away("The server is restarting; send the same id again.")
                raise
            if not self._queue:
                await self._landed(self._flight)

    async def _run(self, first: list[Waiting]) -> None:
        if self._memory is None or _is_bulk(first[0]) or time.monotonic() < self._contended_until:
            await self._landed(self._flight)
            await self._run_locked(first)
        else:
            await self._run_open(self._memory, first)

    async def _run_locked(self, waiting: Sequence[Waiting]) -> None:
        self._memory = await self._commits.locked(self._tenant_id, waiting)
        self._commits.remembers(self, self._memory.size if self._memory else 0)

    async def _run_open(self, memory: Workspace, first: list[Waiting]) -> None:
        """Decide what is there and what arrives, until there is room for the batch to be under way."""
        before, waiting = self._flight, list[Waiting]()
        unit = Unit(self._commits.pool, self._tenant_id, memory.head, lambda: self._landed(before))
        memory.go_on(unit.connection, self._commits.now())
        batch, chunk = OpenBatch(unit, memory, {}), first
        try:
            while chunk:
                waiting += chunk
                await batch.decide([one.request for one in chunk])
                await asyncio.sleep(0)  # sockets are served, and what has landed is noticed
                chunk = await self._more(len(waiting))
            sealed = await batch.seal()
        except Exception as error:  # noqa: BLE001 - under the lock it is told whose fault it is
            await unit.__aexit__()
            await self._landed(before)
            await self._again(waiting, error, memory)
        else:
            self._commits.remembers(self, memory.size)
            work = self._commit(unit, sealed, waiting, memory, before)
            self._flight = asyncio.create_task(work, name=f"commit {self._tenant_id}")
            self._under_way += 1
            self._flight.add_done_callback(self._has_landed)

    def _has_landed(self, _flight: asyncio.Task[None]) -> None:
        self._under_way -= 1
        self._stirred.set()

    async def _more(self, taken: int) -> list[Waiting]:
        """What arrives while the batch has to wait; nothing once it may go.

        A small batch waits until the one before it has landed, since every batch costs a commit; one
        that is large enough is sent after it at once, so that the database never waits for us.
        """
        while self._under_way >= (ABREAST if taken >= STEP else 1):
            room = min(STEP, BATCH - taken)
            more = self._take(room, alone=False) if room > 0 else []
            if more:
                return more
            self._stirred.clear()
            await self._stirred.wait()
        return []

    async def _commit(
        self,
        unit: Unit,
        sealed: Sealed,
        waiting: Sequence[Waiting],
        memory: Workspace,
        before: asyncio.Task[None] | None,
    ) -> None:
        try:
            async with unit:
                if sealed.batch.answers:
                    await self._finish(unit, sealed, before)
        except Exception as error:  # noqa: BLE001 - as above
            await self._landed(before)
            if not self._commits.lost(waiting, error):
                await self._again(waiting, error, memory)
        else:
            await self._landed(before)  # its answers and its events come first
            await self._commits.deliver(waiting, sealed.result)

    async def _finish(self, unit: Unit, sealed: Sealed, before: asyncio.Task[None] | None) -> None:
        behind = before is not None and not before.done()
        try:
            await unit.finish(sealed.batch)
        except Stale:
            if not behind:
                raise
            await self._landed(before)  # it was overtaken on the way: what was decided may hold yet
            await unit.finish(sealed.batch)

    async def _again(self, waiting: Sequence[Waiting], error: Exception, memory: Workspace) -> None:
        """What was wagered did not hold, or something is wrong with one of the commands."""
        if self._memory is memory:  # else the batch before failed, and took this one along
            if isinstance(error, Stale):
                self._contended_until = time.monotonic() + CONTENDED_SECONDS
            elif not isinstance(error, Repeated | Taken):
                self._contended_until = 0.0
        self._memory = None
        await self._run_locked(waiting)

    async def _landed(self, flight: asyncio.Task[None] | None) -> None:
        if flight is not None and flight is not asyncio.current_task():
            await asyncio.wait([flight])

    # the queue

    def _take(self, most: int, *, alone: bool = True) -> list[Waiting]:
        """Up to so many commands; a bulk command comes alone, if it may.

        In the order they came where all fit and none is a bulk command; else one of each client in
        turn, so that a client with a thousand commands keeps nobody else waiting for more than one batch.
        """
        waiting: Sequence[Waiting] = self._queue
        if len(waiting) > most or any(isinstance(w.request.command, ApplyBulk) for w in waiting):
            waiting = _in_turn(waiting)
        batch: list[Waiting] = []
        for one in waiting[:most] if isinstance(waiting, list) else waiting:
            if _is_bulk(one):
                batch = batch or ([one] if alone else [])
                break
            batch.append(one)
        self._leave_queue(batch)
        return batch

    def _leave_queue(self, batch: Sequence[Waiting]) -> None:
        if len(batch) == len(self._queue):
            self._queue.clear()
            self._waiting_of.clear()
            return
        taken = {id(one) for one in batch}
        self._queue = deque(one for one in self._queue if id(one) not in taken)
        self._waiting_of.subtract(one.request.actor.id for one in batch)


_ALONE = (ApplyBulk, CommitScenario)


def _is_bulk(waiting: Waiting) -> bool:
    """Whether it is many in one: such a command has the studio to itself, and wagers nothing."""
    return isinstance(waiting.request.command, _ALONE)


def _in_turn(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Everybody's first command, then everybody's second …; each client's own stay in order."""
    rounds: Counter[UUID] = Counter()
    ranked: list[tuple[int, int]] = []
    for index, one in enumerate(waiting):
        client = one.request.actor.id
        ranked.append((rounds[client], index))
        rounds[client] += 1
    return [waiting[index] for _, index in sorted(ranked)]


class Memory:
    """How much is remembered of all studios together: the longest unused is forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sizes: OrderedDict[Line, int] = OrderedDict()
        self._total = 0

    def note(self, line: Line, size: int) -> None:
        """So many entities are remembered for this line from now on; more than all may is none."""
        self._total += size - self._sizes.pop(line, 0)
        self._sizes[line] = size
        while self._total > self._most:
            oldest, freed = self._sizes.popitem(last=False)
            self._total -= freed
            oldest.forget()
