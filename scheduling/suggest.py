"""Free instead: what a refused command wished for, and the nearest other days of the same artist for it.

The same booking on another day keeps its hours on the clock, which slots of working time cannot say; who else
could do it `suggestions.py` finds, as for everybody who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import Calendar, calendar_of, closed, works_between
from scheduling.commands import (
    AnswerCounter,
    MoveBooking,
    PlaceBooking,
    ReassignBooking,
    ResizeBooking,
    SingleCommand,
)
from scheduling.model import Artist, Booking, Phase, Tenant
from scheduling.ranges import check_range, utc
from scheduling.refusals import Slot
from scheduling.stand_ins import skill_of
from scheduling.state import State, away, live_overlapping
from scheduling.suggestions import Wanted
from scheduling.wall_clock import shifted

REACH = timedelta(days=40)
"""How far from the wished dates a free slot is looked for; `state` must hold the line that far around."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a refused command asked for; `booking_id` is the booking that would move."""

    artist_id: UUID
    start: datetime
    end: datetime
    booking_id: UUID | None = None
    project_id: UUID | None = None
    phase_id: UUID | None = None


def wish_of(command: SingleCommand, state: State) -> Wish | None:
    """The place a command asked for, or None where it asked for none."""
    if isinstance(command, PlaceBooking):
        return Wish(
            artist_id=command.artist_id,
            start=utc(command.start),
            end=utc(command.end),
            project_id=command.project_id,
            phase_id=command.phase_id,
        )
    if not isinstance(command, MoveBooking | ResizeBooking | ReassignBooking | AnswerCounter):
        return None
    booking = state.bookings.get(command.booking_id)
    if booking is None:
        return None
    start, end = booking.start, booking.end
    if isinstance(command, AnswerCounter):
        proposal = booking.counter if command.take else None
        if proposal is None:
            return None
        return _of(booking, booking.artist_id, proposal.start, proposal.end)
    if isinstance(command, MoveBooking | ResizeBooking):
        start, end = utc(command.start), utc(command.end)
    artist_id = None if isinstance(command, ResizeBooking) else command.artist_id
    return _of(booking, artist_id or booking.artist_id, start, end)


def _of(booking: Booking, artist_id: UUID, start: datetime, end: datetime) -> Wish:
    return Wish(
        artist_id=artist_id,
        start=start,
        end=end,
        booking_id=booking.id,
        project_id=booking.project_id,
        phase_id=booking.phase_id,
    )


def stand_in(wish: Wish, artist: Artist, phase: Phase | None, tenant: Tenant, count: int) -> Wanted | None:
    """What to ask of the suggestions: others on just these dates; None where nothing says what they need."""
    need = skill_of(artist, phase)
    if need is None or wish.start >= wish.end:
        return None
    return Wanted(
        start=int(wish.start.timestamp()),
        end=int(wish.end.timestamp()),
        length=1,
        granularity="time",
        exact=True,
        off_hours=not works_between(calendar_of(tenant, artist), wish.start, wish.end),
        skills=(need,),
        project=wish.project_id is not None,
        in_line=False,
        limit=count,
    )


def same_artist_slots(state: State, wish: Wish, now: datetime, count: int) -> tuple[Slot, ...]:
    """The nearest free places of the same artist: same hours of day, other days, none in the past.

    Shifts by whole days on the artist's clock, so that 9:00 stays 9:00 when daylight saving
    changes; a wish that starts on a working day is only moved to working days, never to holidays.
    """
    artist = state.artists.get(wish.artist_id)
    if artist is None or wish.start >= wish.end:
        return ()
    slots: list[Slot] = []
    for start, end in _shifted(wish, artist, calendar_of(state.tenant, artist)):
        # On the nights when the clocks change, hours between the same two times may be none.
        if start < now or check_range(start, end):
            continue
        if any(live_overlapping(state, artist.id, start, end, except_id=wish.booking_id)):
            continue
        if away(state, artist.id, start, end):
            continue
        slots.append(Slot(artist_id=artist.id, start=start, end=end))
        if len(slots) == count:
            break
    return tuple(slots)


def _shifted(wish: Wish, artist: Artist, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Ranges like the wished one, nearest first, later before earlier."""
    zone = ZoneInfo(artist.zone)
    local_start = wish.start.astimezone(zone)
    days = {span.day for span in artist.working_hours}
    keep_to_days = local_start.weekday() in days and not closed(calendar, local_start.date())
    for distance in range(1, REACH.days + 1):
        for step in (distance, -distance):
            day = local_start.date() + timedelta(days=step)
            if keep_to_days and (day.weekday() not in days or closed(calendar, day)):
                continue
            yield shifted(wish.start, step, artist.zone), shifted(wish.end, step, artist.zone)
