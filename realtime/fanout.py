"""From a committed batch to every screen of the tenant: in order, without gaps, each number once.

Hints come from the executor of this process and, over the bus, from others; they may be lost,
doubled, late or out of order. A room delivers `last + 1`, drops what it has, and reads the log
for what is missing; once a second it compares itself with the head of the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import msgspec

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.connections import Audience, Connection, Occupant, audience_of, over, signed_in
from realtime.courier import Courier
from realtime.hints import EventsHint, events_hint
from realtime.log_reader import LogReader, Position
from realtime.masking import Sight
from realtime.quiet import QuietLog
from realtime.requests import Committed
from realtime.rooms import MESSAGE_EVENTS, Batch, Room, events_packet, slices
from realtime.switchboard import Switchboard
from realtime.tasks import end
from scheduling.events import LoggedEvent, MemberEvent, read
from scheduling.model import Member

logger = logging.getLogger(__name__)

PAGE_EVENTS = 500
GAP_PATIENCE = 0.02
"""Seconds in which a missing batch is expected to come by itself, before the log is read."""
FAULT_PAUSE = 0.5
HEADS_AT_ONCE = 4
_MEMBER_EVENT = b'"entity":{"kind":"member"'
_logged = msgspec.json.Decoder(LoggedEvent)


class RoomShut(Exception):
    """The room somebody was in is no more, or is in another history: look anew."""


class Fanout:
    """One per process. `publish` is what the executor is given."""

    def __init__(
        self,
        log: LogReader,
        switchboard: Switchboard,
        *,
        courier: Courier | None = None,
        head_seconds: float = 1.0,
    ) -> None:
        self._log = log
        self._courier = courier or Courier()
        self._switchboard = switchboard
        self._head_seconds = head_seconds
        self._rooms: dict[UUID, Room] = {}
        self._watch: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet = QuietLog(logger)
        self.member_changed: Callable[[Room, Member], None] = lambda _room, _member: None
        """Told when a delivered event changed an account."""

    def start(self) -> None:
        """Begin to compare rooms with the log."""
        self._watch = asyncio.create_task(self._watch_heads(), name="fanout heads")

    async def close(self) -> None:
        """End every task; rooms deliver nothing more."""
        for room in self._rooms.values():
            room.closed = True
        await end([*self._tasks, self._watch])
        self._rooms.clear()

    # hints

    async def publish(self, committed: Committed) -> None:
        """Deliver here, and tell the others. Does not wait for anybody."""
        room = self._rooms.get(committed.tenant_id)
        if room is not None and committed.bodies:
            self._offer(room, committed.epoch, Batch(committed.from_seq, committed.bodies))
        self._switchboard.publish(
            committed.tenant_id,
            events_hint(
                self._switchboard.instance,
                committed.epoch,
                committed.from_seq,
                committed.to_seq,
                committed.bodies,
            ),
        )

    def hinted(self, tenant_id: UUID, hint: EventsHint) -> None:
        """Another instance committed something."""
        room = self._rooms.get(tenant_id)
        if room is None:
            return
        bodies = tuple(bytes(body) for body in hint.bodies or ())
        if bodies and len(bodies) == hint.to_seq - hint.from_seq + 1:
            self._offer(room, hint.epoch, Batch(hint.from_seq, bodies))
        else:
            room.wanted = max(room.wanted, hint.to_seq)
            self._kick(room)

    def resumed(self, tenant_id: UUID) -> None:
        """Hints may have been missed: look at the head now rather than within the second."""
        room = self._rooms.get(tenant_id)
        if room is not None:
            room.suspect = True
            self._kick(room)

    def _offer(self, room: Room, epoch: UUID, batch: Batch) -> None:
        room.wanted = max(room.wanted, batch.to_seq)
        if room.position is None or room.closed:
            return  # opening: the log will be read up to `wanted`
        if epoch != room.epoch:
            room.suspect = True
            self._kick(room)
        elif batch.to_seq > room.last:
            small = next(slices(batch)) is batch
            if small and room.pump is None and batch.from_seq <= room.last + 1:
                self._deliver(room, batch.after(room.last))
            else:
                room.keep_early(batch)
                self._kick(room)

    def _deliver(self, room: Room, batch: Batch) -> None:
        room.deliver(batch)
        for body in batch.bodies:
            if _MEMBER_EVENT in body:
                event = read(_logged.decode(body))
                if isinstance(event, MemberEvent):
                    self.member_changed(room, event.member)

    # repair

    def _kick(self, room: Room) -> None:
        if room.pump is None and room.position is not None and not room.closed:
            room.pump = self._own(self._pump(room), f"pump {room.tenant_id}")

    def _own(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for it has it; a task nobody waits for any more is no fault

    async def _pump(self, room: Room) -> None:
        """Deliver what came early and read what is missing, until the room is where hints say."""
        try:
            patient = True
            while not room.closed:
                batch = room.take_next()
                if batch is not None:
                    self._deliver(room, batch)
                    await asyncio.sleep(0)  # a long import must not keep others waiting
                elif room.suspect:
                    await self._check(room)
                elif room.wanted <= room.last:
                    return
                elif patient:
                    patient = False
                    await asyncio.sleep(GAP_PATIENCE)
                else:
                    await self._read_on(room)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the head check starts us again
            known = isinstance(error, DatabaseError) or fault_of(error) is Fault.UNAVAILABLE
            fault = None if known else error  # a database that is away is news, not a bug to be traced
            self._quiet.warning("pump", "the log could not be read, trying again: %s", error, fault=fault)
            await asyncio.sleep(FAULT_PAUSE)
        finally:
            room.pump = None

    async def _check(self, room: Room) -> None:
        room.suspect = False
        try:
            await self._compare(room)
        except BaseException:
            room.suspect = True
            raise

    async def _compare(self, room: Room) -> None:
        """Look at the head. What is delivered while it is being read proves nothing about it."""
        before = room.last
        head = await self._log.head(room.tenant_id)
        if room.closed:
            return
        if head.epoch != room.epoch or head.seq < before:
            self._replace(room)
        else:
            room.wanted = max(room.wanted, head.seq)

    async def _read_on(self, room: Room) -> None:
        page = await self._log.since(room.tenant_id, room.last, PAGE_EVENTS)
        if page.head.epoch != room.epoch:
            self._replace(room)
        elif not page.bodies:
            room.wanted = room.last  # a hint spoke of what is not there
        else:
            room.keep_early(Batch(page.after + 1, page.bodies))
            room.wanted = max(room.wanted, page.head.seq)

    def _replace(self, room: Room) -> None:
        """History was replaced, as by a restore: everybody starts over in the new one."""
        logger.warning("the history of %s was replaced", room.tenant_id)
        for connection in list(room.inside):
            connection.close("replaced", "The studio's history was replaced; come back and sync.")
        self._shut(room)

    async def _watch_heads(self) -> None:
        limit = asyncio.Semaphore(HEADS_AT_ONCE)
        while True:
            await asyncio.sleep(self._head_seconds)
            open_rooms = [r for r in self._rooms.values() if r.position is not None]
            await asyncio.gather(*(self._watch_head(room, limit) for room in open_rooms))

    async def _watch_head(self, room: Room, limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                await self._compare(room)
            except Exception as error:  # noqa: BLE001 - looked at again in a second
                self._quiet.warning("head", "the head of a log could not be read: %s", error)
                return
        if room.wanted > room.last:
            self._kick(room)

    # rooms

    async def enter(self, connection: Occupant, tenant_id: UUID) -> Position:
        """Open the tenant's room, or walk into the open one; where it stands.

        Raises `UnknownTenant` and what the database raises; the connection is then not inside.
        """
        room = self._rooms.get(tenant_id)
        if room is None:
            room = self._rooms[tenant_id] = Room(tenant_id, self._courier)
            room.opening = self._own(self._open(room), f"open {tenant_id}")
        room.inside.add(connection)
        try:
            if room.opening is not None:
                await asyncio.shield(room.opening)
        except BaseException:
            self.leave(connection, tenant_id)
            raise
        return Position(epoch=room.epoch, seq=room.last)

    async def _open(self, room: Room) -> None:
        # Listen first, look second: what is committed in between is hinted, and read.
        self._switchboard.open(room.tenant_id)
        try:
            room.position = await self._log.head(room.tenant_id)
        except BaseException:
            self._shut(room)
            raise
        room.opening = None
        if not room.inside:
            self._shut(room)
        elif room.wanted > room.last:
            self._kick(room)

    def listening(self, tenant_id: UUID, audience: Audience) -> list[Connection]:
        """The live connections of an audience on this instance."""
        room = self._rooms.get(tenant_id)
        listeners = room.audiences.get(audience) if room is not None else None
        return list(listeners.connections) if listeners is not None else []

    def occupied(self) -> list[UUID]:
        """The tenants that somebody is here of."""
        return list(self._rooms)

    def inside(self, tenant_id: UUID) -> tuple[Occupant, ...]:
        """Everybody in a tenant's room."""
        room = self._rooms.get(tenant_id)
        return tuple(room.inside) if room is not None else ()

    def standing(self, tenant_id: UUID) -> Position | None:
        """How far the tenant's room has delivered; None where there is no open room."""
        room = self._rooms.get(tenant_id)
        return room.position if room is not None else None

    async def following(self, at: Position, tenant_id: UUID, seconds: float) -> Batch | None:
        """What follows a position, one message full, for somebody inside who reads at their own pace.

        Waits at most so long for something to follow; None where nothing did. Raises `RoomShut`.
        """
        room = self._rooms.get(tenant_id)
        if room is None or room.position is None or room.closed or room.epoch != at.epoch:
            raise RoomShut
        if room.last <= at.seq:
            await room.moved(seconds)
        if room.closed:
            raise RoomShut
        if room.last <= at.seq:
            return None
        known = room.after(at.seq)
        if known is not None:
            return known
        page = await self._log.since(tenant_id, at.seq, MESSAGE_EVENTS)
        if page.head.epoch != at.epoch or not page.bodies:
            raise RoomShut
        return next(slices(Batch(page.after + 1, page.bodies)))

    def stir(self, tenant_id: UUID) -> None:
        """Let those who wait for what follows look up: one of them is to end."""
        room = self._rooms.get(tenant_id)
        if room is not None:
            room.wake()

    def recent(self, tenant_id: UUID, epoch: UUID, since: int) -> list[bytes] | None:
        """The encoded events delivered after `since`; None where they are no longer, or not yet, at hand."""
        room = self._rooms.get(tenant_id)
        if room is None or room.position is None or room.epoch != epoch or since > room.last:
            return None
        batches = room.since(since)
        return None if batches is None else [body for batch in batches for body in batch.bodies]

    def pause(self, connection: Connection, tenant_id: UUID) -> None:
        """The connection stays in the room, and gets no events until it joins again."""
        room = self._rooms.get(tenant_id)
        if room is not None:
            room.mute(connection)

    def leave(self, connection: Occupant, tenant_id: UUID) -> None:
        """The connection is gone; the last one shuts the room."""
        room = self._rooms.get(tenant_id)
        if room is None:
            return
        room.leave(connection)
        if not room.inside and room.opening is None:
            self._shut(room)

    def _shut(self, room: Room) -> None:
        room.closed = True
        if self._rooms.get(room.tenant_id) is room:
            del self._rooms[room.tenant_id]
            self._switchboard.shut(room.tenant_id)

    async def join(self, connection: Connection, tenant_id: UUID, at: int, sight: Sight | None) -> bool:
        """Make the connection live: it has everything up to `at`, and gets all that follows, once.

        Between its last look and its place among the listeners nothing is awaited, so no number
        can fall between. False where the connection or the room went away meanwhile.
        """
        while True:
            await connection.low()
            room = self._rooms.get(tenant_id)
            owner = signed_in(connection.state)
            if room is None or room.position is None or owner is None or connection not in room.inside:
                return False
            if room.last < at:
                room.wanted = max(room.wanted, at)
                self._kick(room)
                await room.moved(self._head_seconds)
                continue
            known = room.since(at)
            if known is None:
                page = await self._log.since(tenant_id, at, PAGE_EVENTS)
                if page.head.epoch != room.epoch or not page.bodies:
                    return False
                known = [Batch(page.after + 1, page.bodies)]
            for batch in known:
                at, sight = _send(connection, room.epoch, batch, sight)
            if at == room.last and not over(connection.state):
                room.listen(connection, audience_of(owner.actor), sight)
                return True


def _send(connection: Connection, epoch: UUID, batch: Batch, sight: Sight | None) -> tuple[int, Sight | None]:
    for part in slices(batch):
        packet, sight = events_packet(epoch, part, sight)
        connection.send(packet)
    return batch.to_seq, sight
