"""One tenant's delivery on this instance: how far it got, what came early, who listens. No I/O."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from uuid import UUID

import msgspec
from msgspec import Struct

from realtime.connections import Audience, Connection, Occupant
from realtime.courier import Courier, Group
from realtime.frames import Packet, event_packet
from realtime.log_reader import Position
from realtime.masking import Sight, mask
from scheduling.events import LoggedEvent

MESSAGE_EVENTS = 200
MESSAGE_BYTES = 128 * 1024
"""Bounds of one `events` message; one larger event still makes one message."""

EARLY_BYTES = 32 * 1024 * 1024
RECENT_BATCHES = 512
RECENT_BYTES = 4 * 1024 * 1024

_logged = msgspec.json.Decoder(LoggedEvent)


class Batch(Struct, frozen=True):
    """Encoded events with consecutive numbers from `from_seq` on; never empty."""

    from_seq: int
    bodies: tuple[bytes, ...]

    @property
    def to_seq(self) -> int:
        return self.from_seq + len(self.bodies) - 1

    @property
    def size(self) -> int:
        return sum(len(body) for body in self.bodies)

    def after(self, seq: int) -> Batch:
        """The part numbered above `seq`; there must be one."""
        known = seq + 1 - self.from_seq
        return self if known <= 0 else Batch(seq + 1, self.bodies[known:])


def slices(batch: Batch) -> Iterator[Batch]:
    """The batch in pieces that fit into one message each."""
    start = size = 0
    for index, body in enumerate(batch.bodies):
        full = index - start >= MESSAGE_EVENTS or size + len(body) > MESSAGE_BYTES
        if full and index > start:
            yield Batch(batch.from_seq + start, batch.bodies[start:index])
            start, size = index, 0
        size += len(body)
    yield Batch(batch.from_seq + start, batch.bodies[start:]) if start else batch


class Listeners:
    """The connections of one audience, which get the same packets; `sight` is at the room's `last`."""

    def __init__(self, sight: Sight | None, courier: Courier) -> None:
        self.sight = sight
        self.connections = Group(courier)


def events_packet(epoch: UUID, batch: Batch, sight: Sight | None) -> tuple[Packet, Sight | None]:
    """The `events` message for one audience, and its sight afterwards; None is staff's sight."""
    shown: list[bytes] = list(batch.bodies)
    if sight is not None:
        shown = []
        for body in batch.bodies:
            sight, seen = mask(sight, _logged.decode(body), body)
            shown.extend(seen)
    head = b'{"epoch":"%s","from_seq":%d,"to_seq":%d,"events":[' % (
        str(epoch).encode(),
        batch.from_seq,
        batch.to_seq,
    )
    return event_packet("events", head + b",".join(shown) + b"]}"), sight


class Room:
    """Delivers in order, once: `last` is the number everybody in `audiences` has been sent."""

    def __init__(self, tenant_id: UUID, courier: Courier | None = None) -> None:
        self.tenant_id = tenant_id
        self._courier = courier or Courier()
        self.position: Position | None = None
        """Where the room opened, then the last delivered number; None until it is open."""
        self.wanted = 0
        """The highest number a hint or a head spoke of."""
        self.suspect = False
        """A hint spoke of another history: look at the head."""
        self.closed = False
        self.inside: set[Occupant] = set()
        """Everybody who entered, listening or not yet."""
        self.audiences: dict[Audience, Listeners] = {}
        self.pump: asyncio.Task[None] | None = None
        self.opening: asyncio.Task[None] | None = None
        self._early: dict[int, Batch] = {}
        self._early_bytes = 0
        self._recent: deque[Batch] = deque()
        self._recent_bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def last(self) -> int:
        """The last delivered number. Only of an open room."""
        if self.position is None:
            raise RuntimeError("the room is not open yet")
        return self.position.seq

    @property
    def epoch(self) -> UUID:
        """The history the room is in. Only of an open room."""
        if self.position is None:
            raise RuntimeError("the room is not open yet")
        return self.position.epoch

    # order

    def keep_early(self, batch: Batch) -> None:
        """Keep a batch until its turn. Too many are forgotten: the log has them."""
        for part in slices(batch):
            if part.from_seq not in self._early:
                self._early[part.from_seq] = part
                self._early_bytes += part.size
        if self._early_bytes > EARLY_BYTES:
            self._early.clear()
            self._early_bytes = 0

    def take_next(self) -> Batch | None:
        """The early batch, or the part of one, whose turn it is; what is known already is dropped."""
        following = self._early.pop(self.last + 1, None)
        if following is not None:
            self._early_bytes -= following.size
            return following
        found: Batch | None = None
        for from_seq in sorted(self._early):
            batch = self._early[from_seq]
            if from_seq > self.last + 1:
                break
            del self._early[from_seq]
            self._early_bytes -= batch.size
            if batch.to_seq > self.last:
                found = batch.after(self.last)
                break
        return found

    def deliver(self, batch: Batch) -> None:
        """Send the batch whose turn it is to everybody who listens."""
        if batch.from_seq != self.last + 1:
            raise RuntimeError(f"batch {batch.from_seq} delivered after {self.last}")
        self.position = Position(epoch=self.epoch, seq=batch.to_seq)
        self._remember(batch)
        for listeners in self.audiences.values():
            packet, listeners.sight = events_packet(self.epoch, batch, listeners.sight)
            listeners.connections.send(packet)
        self.wake()

    def _remember(self, batch: Batch) -> None:
        self._recent.append(batch)
        self._recent_bytes += batch.size
        while self._recent_bytes > RECENT_BYTES or len(self._recent) > RECENT_BATCHES:
            self._recent_bytes -= self._recent.popleft().size

    def since(self, seq: int) -> list[Batch] | None:
        """Everything delivered after `seq`, or None where that is no longer at hand."""
        if seq == self.last:
            return []
        if not self._recent or self._recent[0].from_seq > seq + 1:
            return None
        return [batch.after(seq) for batch in self._recent if batch.to_seq > seq]

    def after(self, seq: int) -> Batch | None:
        """As many of the events delivered after `seq` as make one message; None where not at hand."""
        known = self.since(seq)
        if not known:
            return None
        return next(slices(Batch(seq + 1, tuple(body for batch in known for body in batch.bodies))))

    # waiting for progress

    async def moved(self, seconds: float) -> None:
        """Wait until something was delivered, or the time is over."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiting.discard(waiter)

    def wake(self) -> None:
        """Let whoever waits look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    # who listens

    def listen(self, connection: Connection, audience: Audience, sight: Sight | None) -> None:
        """From the next batch on the connection gets everything. `sight` must be at `last`."""
        listeners = self.audiences.get(audience)
        if listeners is None:
            listeners = self.audiences[audience] = Listeners(sight, self._courier)
        listeners.connections.add(connection)

    def leave(self, occupant: Occupant) -> None:
        """They are gone."""
        self.inside.discard(occupant)
        if isinstance(occupant, Connection):
            self.mute(occupant)

    def mute(self, connection: Connection) -> None:
        """The connection gets no events."""
        for audience, listeners in list(self.audiences.items()):
            if connection in listeners.connections:
                listeners.connections.discard(connection)
                if not listeners.connections:
                    del self.audiences[audience]

    def listening(self) -> Iterator[Connection]:
        """Everybody who gets events."""
        for listeners in self.audiences.values():
            yield from listeners.connections
