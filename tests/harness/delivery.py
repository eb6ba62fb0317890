"""Delivery without sockets or a database: a log in memory, a bus that misbehaves, readers that check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from realtime.bounds import Bounds
from realtime.connections import Connection, Greeted
from realtime.log_reader import Page, Position, UnknownTenant
from realtime.requests import Committed
from scheduling.events import ArtistEdited, EventActor, LoggedEvent, log
from scheduling.model import Artist
from scheduling.permissions import Actor

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class MemoryLog:
    """A tenant's log, as `LogReader`; counts what is asked of it."""

    def __init__(self) -> None:
        self.tenant_id = uuid4()
        self.epoch = uuid4()
        self.events: list[LoggedEvent] = []
        self.bodies: list[bytes] = []
        self.reads = 0
        self.away = False
        self.refused = 0
        """How often somebody asked while it was away."""
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while the head is on its way to whoever asked for it."""

    def commit(self, count: int = 1, *, size: int = 0) -> Committed:
        """Append events and say so; `size` pads each."""
        first = len(self.bodies) + 1
        for seq in range(first, first + count):
            artist = Artist(id=uuid4(), name=f"Artist {seq}", notes="x" * size)
            event = log(
                ArtistEdited(artist=artist),
                seq=seq,
                at=datetime(2026, 1, 1, tzinfo=UTC),
                actor=EventActor(kind="system"),
                command_id=uuid4(),
            )
            self.events.append(event)
            self.bodies.append(msgspec.json.encode(event))
        return Committed(
            tenant_id=self.tenant_id,
            epoch=self.epoch,
            from_seq=first,
            to_seq=first + count - 1,
            events=tuple(self.events[first - 1 :]),
            bodies=tuple(self.bodies[first - 1 :]),
        )

    async def head(self, tenant_id: UUID) -> Position:
        self._check(tenant_id)
        position = Position(epoch=self.epoch, seq=len(self.bodies))
        if self.meanwhile is not None:
            await self.meanwhile()
        return position

    async def since(self, tenant_id: UUID, after: int, limit: int) -> Page:
        self._check(tenant_id)
        self.reads += 1
        bodies = tuple(self.bodies[after : after + limit])
        return Page(head=Position(epoch=self.epoch, seq=len(self.bodies)), after=after, bodies=bodies)

    def _check(self, tenant_id: UUID) -> None:
        if self.away:
            self.refused += 1
            raise ConnectionError("the database is away")
        if tenant_id != self.tenant_id:
            raise UnknownTenant(str(tenant_id))


class NoWire:
    """A socket that is not there; remembers being cut."""

    def __init__(self) -> None:
        self.finished = False
        self.cut = False

    def finish(self) -> None:
        self.finished = True

    def abort(self) -> None:
        self.cut = True


class Owner(msgspec.Struct, frozen=True):
    """Somebody signed in for ever."""

    actor: Actor
    expires_at: datetime = FOR_EVER
    family_id: UUID | None = None
    secret: bytes | None = None


def actor_in(
    tenant_id: UUID, role: Any = "studio_manager", artist_id: UUID | None = None, name: str = "Mai"
) -> Actor:
    """Somebody of a tenant."""
    return Actor(kind="member", id=uuid4(), name=name, role=role, tenant_id=tenant_id, artist_id=artist_id)


class Handles:
    """A handler: `run` for what is run alone, `begin` for commands, each answered with its number at once."""

    def __init__(self, run: Any = None, begin: Any = None) -> None:
        self._run = run
        self._begin = begin

    def begin(self, connection: Connection, frame: Any, answer: Any) -> None:
        if self._begin:
            self._begin(connection, frame, answer)
        else:
            answer(b"%d" % frame.ack)

    async def run(self, connection: Connection, frame: Any) -> None:
        if self._run:
            await self._run(connection, frame)


def greeted(actor: Actor, bounds: Bounds | None = None) -> Connection:
    """A signed-in connection without a socket."""
    connection = Connection(uuid4().hex, NoWire(), bounds or Bounds(), Handles())
    connection.state = Greeted(Owner(actor))
    connection.tenant_id = actor.tenant_id
    return connection


def packets(connection: Connection) -> list[tuple[str, Any]]:
    """What waits to be written: names and bodies of the events."""
    return [tuple(msgspec.json.decode(packet.text[2:])) for packet in connection.outbox._packets]


def batches(connection: Connection) -> list[dict[str, Any]]:
    """The `events` messages that wait to be written."""
    return [body for name, body in packets(connection) if name == "events"]


def covered(connection: Connection, after: int) -> int:
    """The last number of the `events` messages; fails unless each number after `after` is there once."""
    for batch in batches(connection):
        assert batch["from_seq"] == after + 1, f"{batch['from_seq']} follows {after}"
        assert [e["seq"] for e in batch["events"]] == list(range(after + 1, batch["to_seq"] + 1))
        after = batch["to_seq"]
    return after
