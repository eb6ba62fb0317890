"""Who is here and what they drag, told to everybody in ticks: lossy, never stored.

People are told five times a second at most, drags twenty times, each tick once per audience.
Freelancers are told who is here, not what others look at, and see drags of their own bookings.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from realtime.connections import Audience, Connection, audience_of
from realtime.frames import Packet, event_packet
from realtime.hints import AskPeople, GhostsHint, OwnedGhost, PeopleHint
from realtime.lobby import MOST_DRAGS, Lobby, colour_of, difference, person_of, reduced
from realtime.protocol import Ghost, GhostMessage, Person, PresenceDiff, PresenceMessage, PresenceUpdate
from realtime.quiet import QuietLog
from realtime.switchboard import Switchboard
from realtime.tasks import end
from scheduling.model import FIRST_YEAR, LAST_YEAR, LONGEST_BOOKING
from scheduling.permissions import Actor
from scheduling.refusals import Refused, forbidden, invalid

PEOPLE_SECONDS = 0.2
GHOST_SECONDS = 0.05
HEARTBEAT_SECONDS = 5.0
LOOK_SECONDS = 0.5
"""How soon it is noticed that other instances are not heard any more, or heard again."""
KNOWN_SECONDS = 10.0
"""How long a booking's owner and an artist's existence are believed without asking again."""
MOST_KNOWN = 5_000
MOST_UNVERIFIED = 1_000

_EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_LATEST = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)


class Facts(Struct, frozen=True, kw_only=True):
    """What the database says: the artists of those bookings that exist, and which artists do."""

    owners: dict[UUID, UUID]
    artists: set[UUID]


Lookup: TypeAlias = Callable[[UUID, list[UUID], list[UUID]], Awaitable[Facts]]
"""From a tenant, booking ids and artist ids to `Facts`."""


class Directory:
    """What was looked up lately of one tenant's bookings and artists."""

    def __init__(self) -> None:
        self._owners: dict[UUID, tuple[float, UUID | None]] = {}
        self._artists: dict[UUID, tuple[float, bool]] = {}

    def knows(self, now: float, ghost: GhostMessage) -> bool:
        """Whether both ids of the ghost were looked up lately."""
        booking, artist = self._owners.get(ghost.booking_id), self._artists.get(_artist(ghost))
        return booking is not None and artist is not None and min(booking[0], artist[0]) > now - KNOWN_SECONDS

    def owner(self, booking_id: UUID) -> UUID | None:
        """Whose booking it is; None for one that does not exist yet, as while it is being drawn."""
        return self._owners[booking_id][1]

    def is_artist(self, artist_id: UUID) -> bool:
        return self._artists[artist_id][1]

    def learn(self, now: float, bookings: Iterable[UUID], artists: Iterable[UUID], facts: Facts) -> None:
        if len(self._owners) + len(self._artists) > MOST_KNOWN:
            self._owners.clear()
            self._artists.clear()
        self._owners.update({b: (now, facts.owners.get(b)) for b in bookings})
        self._artists.update({a: (now, a in facts.artists) for a in artists})


def _artist(ghost: GhostMessage) -> UUID:
    if ghost.artist_id is None:
        raise RuntimeError("a ghost without a place was not refused")
    return ghost.artist_id


class _Room:
    """A lobby with its timers and look-ups."""

    def __init__(self, tenant_id: UUID) -> None:
        self.lobby = Lobby(tenant_id)
        self.directory = Directory()
        self.people_timer: asyncio.TimerHandle | None = None
        self.ghost_timer: asyncio.TimerHandle | None = None
        self.unverified: dict[tuple[Connection, UUID], tuple[Actor, GhostMessage]] = {}
        self.verifying: dict[tuple[Connection, UUID], tuple[Actor, GhostMessage]] = {}
        self.lookup: asyncio.Task[None] | None = None


class Presence:
    """One per process."""

    def __init__(self, switchboard: Switchboard, lookup: Lookup) -> None:
        self._switchboard = switchboard
        self._lookup = lookup
        self._rooms: dict[UUID, _Room] = {}
        self._heartbeat: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin to tell other instances now and then that ours are still here."""
        self._heartbeat = asyncio.create_task(self._beat(), name="presence heartbeat")

    async def close(self) -> None:
        """End every timer and task."""
        rooms = list(self._rooms.values())
        for room in rooms:
            self._shut(room)
        await end([self._heartbeat, *(room.lookup for room in rooms)])

    # people

    def join(self, connection: Connection, actor: Actor) -> None:
        """The connection is live: it is shown, and told who else is."""
        room = self._rooms.get(actor.tenant_id)
        if room is None:
            room = self._rooms[actor.tenant_id] = _Room(actor.tenant_id)
            self._switchboard.publish(actor.tenant_id, AskPeople(instance=self._switchboard.instance))
        room.lobby.join(connection, audience_of(actor), person_of(connection.id, actor))
        self._tell_people_soon(room)

    def update(self, connection: Connection, actor: Actor, update: PresenceUpdate) -> None:
        """What the connection looks at now."""
        room = self._rooms.get(actor.tenant_id)
        if room is not None:
            room.lobby.update(connection, person_of(connection.id, actor, update))
            self._tell_people_soon(room)

    def leave(self, connection: Connection, tenant_id: UUID) -> None:
        """The connection is gone; harmless where it never joined."""
        room = self._rooms.get(tenant_id)
        if room is None or connection not in room.lobby.connections:
            return
        room.lobby.leave(connection)
        room.unverified = {key: value for key, value in room.unverified.items() if key[0] is not connection}
        if room.lobby.connections:
            self._tell_people_soon(room)
            self._tell_ghosts_soon(room)
        else:
            self._tell_ghosts(room)
            hint = PeopleHint(instance=self._switchboard.instance, full=True)
            self._switchboard.publish(tenant_id, hint)
            self._shut(room)

    def hinted(self, tenant_id: UUID, hint: PeopleHint | AskPeople | GhostsHint) -> None:
        """What another instance said."""
        room = self._rooms.get(tenant_id)
        if room is None:
            return
        match hint:
            case PeopleHint():
                room.lobby.hear(
                    hint.instance, time.monotonic(), full=hint.full, people=hint.people, left=hint.left
                )
                self._tell_people_soon(room)
            case AskPeople():
                room.lobby.asked = True
                self._tell_people_soon(room)
            case GhostsHint():
                room.lobby.hear_ghosts(hint.ghosts)
                self._tell_ghosts_soon(room)

    def resumed(self, tenant_id: UUID) -> None:
        """Others may have been missed: ask who is there and say who is here, ahead of the next beat."""
        room = self._rooms.get(tenant_id)
        if room is not None:
            self._switchboard.publish(tenant_id, AskPeople(instance=self._switchboard.instance))
            room.lobby.ask(time.monotonic())
            room.lobby.asked = True
            self._tell_people_soon(room)

    def _elsewhere(self) -> Literal["known", "unknown"]:
        return "known" if self._switchboard.healthy else "unknown"

    async def _beat(self) -> None:
        beat_at = time.monotonic()
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, HEARTBEAT_SECONDS))
            due = time.monotonic() - beat_at >= HEARTBEAT_SECONDS
            if due:
                beat_at = time.monotonic()
            for room in self._rooms.values():
                gone = room.lobby.forget_silent(time.monotonic())
                if due:
                    room.lobby.asked = True
                if due or gone or room.lobby.elsewhere != self._elsewhere():
                    self._tell_people_soon(room)

    def _shut(self, room: _Room) -> None:
        for timer in (room.people_timer, room.ghost_timer):
            if timer is not None:
                timer.cancel()
        self._rooms.pop(room.lobby.tenant_id, None)

    # telling people

    def _tell_people_soon(self, room: _Room) -> None:
        if room.people_timer is None:
            loop = asyncio.get_running_loop()
            room.people_timer = loop.call_later(PEOPLE_SECONDS, self._tell_people, room)

    def _tell_people(self, room: _Room) -> None:
        room.people_timer = None
        lobby = room.lobby
        before, now = lobby.shown, lobby.people()
        lobby.shown = now
        elsewhere = self._elsewhere()
        if elsewhere != lobby.elsewhere:
            lobby.elsewhere = elsewhere
            lobby.fresh.update(lobby.connections)
        packets = _PeoplePackets(before, now, elsewhere)
        for connection, audience in lobby.connections.items():
            full = connection in lobby.fresh or connection.missed_presence
            packet = packets.full(audience.staff) if full else packets.diff(audience.staff)
            if packet is not None:
                connection.missed_presence = not connection.send(packet)
        if any(connection.missed_presence for connection in lobby.connections):
            self._tell_people_soon(room)
        lobby.fresh.clear()
        self._publish_people(lobby)

    def _publish_people(self, lobby: Lobby) -> None:
        own = lobby.own_people()
        change = difference(lobby.published, own)
        instance = self._switchboard.instance
        if lobby.asked:
            hint = PeopleHint(instance=instance, full=True, people=tuple(own.values()))
        elif change is not None:
            hint = PeopleHint(
                instance=instance, full=False, people=change.joined + change.changed, left=change.left
            )
        else:
            return
        lobby.asked = False
        lobby.published = own
        self._switchboard.publish(lobby.tenant_id, hint)

    # drags

    def ghost(self, connection: Connection, actor: Actor, message: GhostMessage) -> Refused | None:
        """A drag in flight, or its end. What cannot be is refused; what is unknown is looked up first."""
        room = self._rooms.get(actor.tenant_id)
        if room is None or connection not in room.lobby.connections:
            return invalid("A ghost before `sync`.")
        if message.end_drag:
            for waiting in (room.unverified, room.verifying):
                waiting.pop((connection, message.booking_id), None)
            if room.lobby.end_drag(connection.id, message.booking_id):
                self._tell_ghosts_soon(room)
            return None
        refused = _refuse_ghost(actor, message)
        if refused is not None:
            return refused
        if room.directory.knows(time.monotonic(), message):
            self._drag(room, connection, actor, message)
        elif len(room.unverified) < MOST_UNVERIFIED:
            room.unverified[connection, message.booking_id] = (actor, message)
            if room.lookup is None:
                room.lookup = asyncio.create_task(self._verify(room), name="ghost look-up")
        return None

    def _drag(self, room: _Room, connection: Connection, actor: Actor, message: GhostMessage) -> None:
        owner = room.directory.owner(message.booking_id)
        if not room.directory.is_artist(_artist(message)) or room.lobby.drags(connection.id) >= MOST_DRAGS:
            return
        if not actor.staff and owner != actor.artist_id:
            return
        ghost = Ghost(
            connection_id=connection.id,
            booking_id=message.booking_id,
            name=actor.name,
            colour=colour_of(actor.id),
            artist_id=message.artist_id,
            start=message.start,
            end=message.end,
        )
        room.lobby.drag(OwnedGhost(ghost=ghost, owner=owner))
        self._tell_ghosts_soon(room)

    async def _verify(self, room: _Room) -> None:
        """Look up the ids of waiting ghosts, all at once, then show those that may be shown."""
        try:
            while room.unverified:
                room.verifying, room.unverified = room.unverified, {}
                bookings = list({message.booking_id for _, message in room.verifying.values()})
                artists = list({_artist(message) for _, message in room.verifying.values()})
                facts = await self._lookup(room.lobby.tenant_id, bookings, artists)
                room.directory.learn(time.monotonic(), bookings, artists, facts)
                for (connection, _), (actor, message) in room.verifying.items():
                    if connection in room.lobby.connections:
                        self._drag(room, connection, actor, message)
        except Exception as error:  # noqa: BLE001 - ghosts are lossy; the next one tries again
            self._quiet.warning("lookup", "ghosts are not shown: %s", error)
        finally:
            room.verifying = {}
            room.lookup = None

    def _tell_ghosts_soon(self, room: _Room) -> None:
        if room.ghost_timer is None and room.lobby.moving:
            loop = asyncio.get_running_loop()
            room.ghost_timer = loop.call_later(GHOST_SECONDS, self._tell_ghosts, room)

    def _tell_ghosts(self, room: _Room) -> None:
        room.ghost_timer = None
        everything, ours = room.lobby.take_ghosts()
        if ours:
            hint = GhostsHint(instance=self._switchboard.instance, ghosts=tuple(ours))
            self._switchboard.publish(room.lobby.tenant_id, hint)
        packets: dict[Audience, tuple[Packet | None, set[str]]] = {}
        for connection, audience in room.lobby.connections.items():
            if audience not in packets:
                packets[audience] = _ghosts_packet(audience, everything)
            packet, senders = packets[audience]
            if packet is not None and senders != {connection.id}:
                connection.send(packet)
        self._tell_ghosts_soon(room)


def _refuse_ghost(actor: Actor, message: GhostMessage) -> Refused | None:
    if message.artist_id is None or message.start is None or message.end is None:
        return invalid("A ghost is {booking_id, artist_id, start, end}, or {booking_id, end_drag: true}.")
    start, end = message.start, message.end
    if not _EARLIEST <= start < end <= _LATEST or end - start > LONGEST_BOOKING:
        return invalid(
            f"A ghost's end is after its start, by at most 366 days, from {FIRST_YEAR} to {LAST_YEAR}.", "end"
        )
    if not actor.staff and message.artist_id != actor.artist_id:
        return forbidden("Artists may drag their own bookings only.")
    return None


def _ghosts_packet(audience: Audience, ghosts: list[OwnedGhost]) -> tuple[Packet | None, set[str]]:
    """The `ghosts` message of an audience, and whose connections it is about."""
    seen = [g.ghost for g in ghosts if audience.staff or (g.owner and g.owner == audience.artist_id)]
    if not seen:
        return None, set()
    packet = event_packet("ghosts", msgspec.json.encode(seen), lossy=True)
    return packet, {ghost.connection_id for ghost in seen}


class _PeoplePackets:
    """The messages of one tick, each encoded when first needed."""

    def __init__(
        self, before: dict[str, Person], now: dict[str, Person], elsewhere: Literal["known", "unknown"]
    ) -> None:
        self._elsewhere = elsewhere
        self._before = {True: before, False: {k: reduced(p) for k, p in before.items()}}
        self._now = {True: now, False: {k: reduced(p) for k, p in now.items()}}
        self._full: dict[bool, Packet] = {}
        self._diff: dict[bool, Packet | None] = {}

    def full(self, staff: bool) -> Packet:
        if staff not in self._full:
            self._full[staff] = _presence_packet(
                full=tuple(self._now[staff].values()), elsewhere=self._elsewhere
            )
        return self._full[staff]

    def diff(self, staff: bool) -> Packet | None:
        if staff not in self._diff:
            change = difference(self._before[staff], self._now[staff])
            self._diff[staff] = (
                _presence_packet(diff=change, elsewhere=self._elsewhere) if change is not None else None
            )
        return self._diff[staff]


def _presence_packet(
    *,
    full: tuple[Person, ...] | None = None,
    diff: PresenceDiff | None = None,
    elsewhere: Literal["known", "unknown"],
) -> Packet:
    body = msgspec.json.encode(PresenceMessage(full=full, diff=diff, elsewhere=elsewhere))
    return event_packet("presence", body, lossy=True)
