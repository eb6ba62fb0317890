"""What a window of the log comes to: what each thing was before and is after, and who changed what last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

from msgspec import Struct, field

from scheduling.events import (
    BookingAccepted,
    BookingCountered,
    BookingCounterRefused,
    BookingCounterTaken,
    BookingEvent,
    ChallengeEvent,
    EventActor,
    LoggedEvent,
    TimeOffEvent,
    read,
)
from scheduling.model import Booking, Challenge, TimeOff
from scheduling.state import Key

Facet = Literal["owner", "dates", "status", "response", "rank"]
CounterAnswer = Literal["taken", "refused"]

E = TypeVar("E", Booking, Challenge, TimeOff)


class BookingTrack(Struct, frozen=True, kw_only=True):
    """`by`: who changed each facet last, for those that changed at all. `accepted`: who said yes, if anybody.

    `counter_answer`: what the studio said last to dates the artist proposed, unless they proposed again.
    """

    before: Booking | None
    after: Booking
    by: Mapping[Facet, EventActor]
    accepted: EventActor | None = None
    counter_answer: CounterAnswer | None = None


class OtherTrack(Struct, frozen=True, kw_only=True):
    """A challenge or time off: as it was, as it is, and who was the last to change it."""

    before: Challenge | TimeOff | None
    after: Challenge | TimeOff
    by: EventActor


class Tracks(Struct, frozen=True, kw_only=True):
    """Everything that changed, in the order in which it first did."""

    bookings: tuple[BookingTrack, ...] = ()
    challenges: tuple[OtherTrack, ...] = ()
    times_off: tuple[OtherTrack, ...] = ()


Before = Mapping[Key, Booking | Challenge | TimeOff]
"""The image of each thing before the window, where it was there."""


class _Open(Struct, kw_only=True):
    """A booking's track as it grows."""

    before: Booking | None
    after: Booking | None
    by: dict[Facet, EventActor] = field(default_factory=dict)
    accepted: EventActor | None = None
    counter_answer: CounterAnswer | None = None


def follow(events: Iterable[LoggedEvent], before: Before) -> Tracks:
    """Fold a window, given in order of the log."""
    bookings: dict[Key, _Open] = {}
    others: dict[Key, OtherTrack] = {}
    for logged in events:
        if logged.entity.kind not in {"booking", "challenge", "time_off"}:
            continue
        event, key = read(logged), (logged.entity.kind, logged.entity.id)
        if isinstance(event, BookingEvent):
            if key not in bookings:
                was = _image(before, key, Booking)
                bookings[key] = _Open(before=was, after=was)
            _step(bookings[key], event, logged.actor)
        elif isinstance(event, ChallengeEvent):
            was_challenge = others[key].before if key in others else before.get(key)
            others[key] = OtherTrack(before=_other(was_challenge), after=event.challenge, by=logged.actor)
        elif isinstance(event, TimeOffEvent):
            was_off = others[key].before if key in others else before.get(key)
            others[key] = OtherTrack(before=_other(was_off), after=event.time_off, by=logged.actor)
    return Tracks(
        bookings=tuple(_closed(track) for track in bookings.values()),
        challenges=tuple(t for t in others.values() if isinstance(t.after, Challenge)),
        times_off=tuple(t for t in others.values() if isinstance(t.after, TimeOff)),
    )


def _image(before: Before, key: Key, kind: type[E]) -> E | None:
    found = before.get(key)
    return found if isinstance(found, kind) else None


def _other(entity: Booking | Challenge | TimeOff | None) -> Challenge | TimeOff | None:
    return entity if isinstance(entity, Challenge | TimeOff) else None


def _step(track: _Open, event: BookingEvent, actor: EventActor) -> None:
    was, now = track.after, event.booking
    for facet in _changed(was, now):
        track.by[facet] = actor
    track.after = now
    match event:
        case BookingAccepted():
            track.accepted = actor
        case BookingCountered():
            track.counter_answer = None
        case BookingCounterTaken():
            track.counter_answer = "taken"
        case BookingCounterRefused():
            track.counter_answer = "refused"
        case _:
            pass


def _changed(was: Booking | None, now: Booking) -> Iterable[Facet]:
    if was is None or was.artist_id != now.artist_id:
        yield "owner"
    if was is None or (was.start, was.end) != (now.start, now.end):
        yield "dates"
    if was is None or was.status is not now.status:
        yield "status"
    if was is None or (was.response, was.counter) != (now.response, now.counter):
        yield "response"
    if was is None or was.rank != now.rank:
        yield "rank"


def _closed(track: _Open) -> BookingTrack:
    if track.after is None:
        raise AssertionError("unreachable: a track begins with an event")
    return BookingTrack(
        before=track.before,
        after=track.after,
        by=dict(track.by),
        accepted=track.accepted,
        counter_answer=track.counter_answer,
    )
