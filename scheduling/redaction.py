"""What is left of a person in old events once their record was erased. Pure.

The chain of hashes is made over digests of bodies, so a body may lose a person's words and its
digest stand for what was written (ADR 14).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.events import (
    EVENTS,
    ArtistEvent,
    Event,
    EventActor,
    LoggedEvent,
    MemberEvent,
    TimeOffEvent,
    read,
)
from scheduling.model import Artist, Member, TimeOff

ERASED = "Erased"
"""The name of whoever was erased."""


class Person(Struct, frozen=True, kw_only=True):
    """Whom to erase: an artist, and the account that is linked to them."""

    artist_id: UUID
    member_id: UUID | None = None


def erased_artist(artist: Artist) -> Artist:
    """That somebody was there, and whether they took bookings; nothing of who."""
    return Artist(id=artist.id, name=ERASED, active=artist.active, version=artist.version)


def erased_member(member: Member) -> Member:
    """An account without a name or an address."""
    return msgspec.structs.replace(member, name=ERASED, email=f"{member.id}@erased.invalid")


def redacted(logged: LoggedEvent, person: Person) -> LoggedEvent | None:
    """The event without the person's words; None where it holds none."""
    event = read(logged)
    after = _without(event, person)
    actor = logged.actor
    if person.member_id is not None and actor.id == person.member_id:
        actor = EventActor(kind=actor.kind, id=actor.id, name=ERASED)
    if after == event and actor == logged.actor:
        return None
    return msgspec.structs.replace(logged, actor=actor, data=msgspec.Raw(msgspec.json.encode(after)))


def _without(event: Event, person: Person) -> Event:
    match event:
        case ArtistEvent() if event.artist.id == person.artist_id:
            return _replaced(event, artist=erased_artist(event.artist), reason="")
        case MemberEvent() if event.member.id == person.member_id:
            return _replaced(event, member=erased_member(event.member), reason="")
        case TimeOffEvent() if event.time_off.artist_id == person.artist_id:
            blank: TimeOff = msgspec.structs.replace(event.time_off, note="", reason="")
            return _replaced(event, time_off=blank, reason="")
        case _:
            return event


def _replaced(event: Event, **changes: Any) -> Event:
    after: Event = msgspec.structs.replace(event, **changes)
    return after


def is_redacted(body: bytes) -> bool:
    """Whether a body looks as `redacted` leaves it, so that another digest than its own is no forgery."""
    logged = msgspec.json.decode(body, type=LoggedEvent)
    if logged.type not in EVENTS:
        return False
    if logged.actor.name == ERASED:
        return True
    event = read(logged)
    match event:
        case ArtistEvent():
            return event.artist == erased_artist(event.artist)
        case MemberEvent():
            return event.member == erased_member(event.member)
        case TimeOffEvent():
            return not event.time_off.note and not event.time_off.reason and not event.reason
        case _:
            return False
