"""One tenant's people and drags in flight on this instance: who is shown, and what changed. No I/O.

A lobby shows at most `MOST_SHOWN` people, the longest here first: with a thousand connections a
list of faces helps nobody, and telling everybody about everybody would cost the square.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Literal
from uuid import UUID

import msgspec

from realtime.connections import Audience, Connection
from realtime.hints import OwnedGhost
from realtime.protocol import Ghost, Person, PresenceDiff, PresenceUpdate
from scheduling.permissions import Actor

MOST_SHOWN = 200
MOST_DRAGS = 50
"""Bookings one connection may drag at once."""
MOST_GHOSTS = 500
"""Ghosts of one tick; later ones wait for the next."""
REMOTE_SECONDS = 15.0
"""An instance that said nothing for so long has nobody here any more."""
ANSWER_SECONDS = 1.5
"""Nor has one that does not answer when it is asked who is here, as after Redis was away: a subscription is
made anew within a second, and told upon within a fifth of one."""

COLOURS = (
    "#d1495b", "#2e86ab", "#3c8d5a", "#b5651d", "#7b4fa3", "#00798c", "#c2478f", "#5b6c00",
    "#c44900", "#4a5fc1", "#8a3b52", "#1d7a6b",
)  # fmt: skip
"""Readable as text and border on light and dark grounds; a member has the same one everywhere."""


def colour_of(member_id: UUID) -> str:
    """The member's colour, the same on every instance."""
    return COLOURS[hashlib.sha256(member_id.bytes).digest()[0] % len(COLOURS)]


def person_of(connection_id: str, actor: Actor, update: PresenceUpdate | None = None) -> Person:
    """A connection as others see it."""
    return Person(
        connection_id=connection_id,
        member_id=actor.id,
        name=actor.name,
        colour=colour_of(actor.id),
        view=update.view if update else None,
        selection=update.selection if update else (),
    )


def reduced(person: Person) -> Person:
    """What a freelancer sees of somebody: that they are here, not what they look at."""
    return msgspec.structs.replace(person, view=None, selection=())


def difference(before: Mapping[str, Person], now: Mapping[str, Person]) -> PresenceDiff | None:
    """From one list of people to another; None where nothing changed."""
    joined = tuple(p for key, p in now.items() if key not in before)
    left = tuple(key for key in before if key not in now)
    changed = tuple(p for key, p in now.items() if key in before and before[key] != p)
    if not (joined or left or changed):
        return None
    return PresenceDiff(joined=joined, left=left, changed=changed)


class Remote:
    """The people another instance has here."""

    def __init__(self, heard_at: float) -> None:
        self.people: dict[str, Person] = {}
        self.heard_at = heard_at


class Lobby:
    """Who is here and what is being dragged, in one tenant."""

    def __init__(self, tenant_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.connections: dict[Connection, Audience] = {}
        self.fresh: set[Connection] = set()
        """Connections that need the full list."""
        self.shown: dict[str, Person] = {}
        """What everybody but the fresh was told."""
        self.published: dict[str, Person] = {}
        """What the other instances were told of ours."""
        self.elsewhere: Literal["known", "unknown"] = "known"
        """Whether everybody was told of the other instances' people."""
        self.asked = True
        """Another instance wants the full list."""
        self._asked_at: float | None = None
        """When the others were asked who is there; None once those that did not say are forgotten."""
        self._here: dict[str, Person] = {}
        self._remote: dict[str, Remote] = {}
        self._drags: dict[str, dict[UUID, OwnedGhost]] = {}
        self._ghosts: dict[tuple[str, UUID], OwnedGhost] = {}
        self._own_ghosts: dict[tuple[str, UUID], OwnedGhost] = {}

    # people

    def join(self, connection: Connection, audience: Audience, person: Person) -> None:
        self.connections[connection] = audience
        self.fresh.add(connection)
        self._here[connection.id] = person

    def leave(self, connection: Connection) -> None:
        """Gone, and with it what it dragged."""
        self.connections.pop(connection, None)
        self.fresh.discard(connection)
        self._here.pop(connection.id, None)
        for booking_id in list(self._drags.get(connection.id, ())):
            self.end_drag(connection.id, booking_id)

    def update(self, connection: Connection, person: Person) -> None:
        if connection.id in self._here:
            self._here[connection.id] = person

    def hear(
        self, instance: str, now: float, *, full: bool, people: Iterable[Person], left: Iterable[str]
    ) -> None:
        """What another instance said of its people."""
        remote = self._remote.setdefault(instance, Remote(now))
        remote.heard_at = now
        if full:
            remote.people.clear()
        for person in people:
            remote.people[person.connection_id] = person
        for connection_id in left:
            remote.people.pop(connection_id, None)

    def ask(self, now: float) -> None:
        """The others are being asked who is there."""
        self._asked_at = now

    def forget_silent(self, now: float) -> bool:
        """Drop the people of instances that are gone; whether there were any."""
        heard_since = now - REMOTE_SECONDS
        if self._asked_at is not None and now - self._asked_at > ANSWER_SECONDS:
            heard_since, self._asked_at = max(heard_since, self._asked_at), None
        silent = [key for key, remote in self._remote.items() if remote.heard_at < heard_since]
        gone = any(self._remote[key].people for key in silent)
        for key in silent:
            del self._remote[key]
        return gone

    def people(self) -> dict[str, Person]:
        """Those who are shown now."""
        everybody = chain(self._here.items(), *(r.people.items() for r in self._remote.values()))
        return dict(islice(everybody, MOST_SHOWN))

    def own_people(self) -> dict[str, Person]:
        """Those of this instance that others are told of."""
        return dict(islice(self._here.items(), MOST_SHOWN))

    # drags

    def drags(self, connection_id: str) -> int:
        """How many bookings a connection drags."""
        return len(self._drags.get(connection_id, ()))

    def drag(self, ghost: OwnedGhost) -> None:
        """One of ours is being dragged; the latest place wins."""
        key = (ghost.ghost.connection_id, ghost.ghost.booking_id)
        self._drags.setdefault(key[0], {})[key[1]] = ghost
        self._ghosts[key] = self._own_ghosts[key] = ghost

    def end_drag(self, connection_id: str, booking_id: UUID) -> bool:
        """The drag is over; whether there was one."""
        drags = self._drags.get(connection_id, {})
        ghost = drags.pop(booking_id, None)
        if not drags:
            self._drags.pop(connection_id, None)
        if ghost is None:
            return False
        over = Ghost(
            connection_id=connection_id,
            booking_id=booking_id,
            name=ghost.ghost.name,
            colour=ghost.ghost.colour,
            end_drag=True,
        )
        key = (connection_id, booking_id)
        self._ghosts[key] = self._own_ghosts[key] = OwnedGhost(ghost=over, owner=ghost.owner)
        return True

    def hear_ghosts(self, ghosts: Iterable[OwnedGhost]) -> None:
        """Drags on another instance."""
        for ghost in ghosts:
            self._ghosts[ghost.ghost.connection_id, ghost.ghost.booking_id] = ghost

    def take_ghosts(self) -> tuple[list[OwnedGhost], list[OwnedGhost]]:
        """What moved since the last tick: all of it, and what of it is to be told to others."""
        everything = list(self._take(self._ghosts))
        return everything, list(self._take(self._own_ghosts))

    def _take(self, ghosts: dict[tuple[str, UUID], OwnedGhost]) -> Iterator[OwnedGhost]:
        for key in list(islice(ghosts, MOST_GHOSTS)):
            yield ghosts.pop(key)

    @property
    def moving(self) -> bool:
        """Whether ghosts wait for a tick."""
        return bool(self._ghosts or self._own_ghosts)
