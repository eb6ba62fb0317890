"""What a planner should know of a booking that was let in: time off asked for, days nobody works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import Calendar, calendar_of, days_off, works_between
from scheduling.events import (
    BookingCounterTaken,
    BookingMoved,
    BookingPlaced,
    BookingReassigned,
    BookingResized,
    BookingRestored,
    Event,
)
from scheduling.model import Artist, OffState, Tenant, TimeOff
from scheduling.state import State
from scheduling.wall_clock import DAY, day_start

MOST_FLAGS = 100
FlagCode = Literal["over_requested_time_off", "on_holiday", "no_working_time"]


class Flag(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something about `[start, end)` of a booking that refuses nothing.

    `over_requested_time_off`: the artist asked to be away then, and nobody answered yet;
    `on_holiday`: a public holiday or closing day, called `name`, lies in it; `no_working_time`: no
    working hour lies in it.
    """

    code: FlagCode
    start: datetime
    end: datetime
    booking_id: UUID | None = None
    time_off_id: UUID | None = None
    name: str = ""


_NEW_DATES = (
    BookingPlaced,
    BookingMoved,
    BookingResized,
    BookingReassigned,
    BookingCounterTaken,
    BookingRestored,
)


def flags_of(events: Iterable[Event], state: State) -> tuple[Flag, ...]:
    """About every live booking that got new dates, in order, at most a hundred; `state` is what it led to."""
    found: list[Flag] = []
    for booking_id in dict.fromkeys(e.booking.id for e in events if isinstance(e, _NEW_DATES)):
        booking = state.bookings[booking_id]
        artist = state.artists.get(booking.artist_id)
        if not booking.live or artist is None:
            continue
        asked = (t for t in state.times_off.values() if t.artist_id == artist.id)
        for flag in flags_about(state.tenant, artist, asked, booking.start, booking.end):
            found.append(_of(flag, booking_id))
            if len(found) == MOST_FLAGS:
                return tuple(found)
    return tuple(found)


def _of(flag: Flag, booking_id: UUID) -> Flag:
    return Flag(
        code=flag.code,
        start=flag.start,
        end=flag.end,
        booking_id=booking_id,
        time_off_id=flag.time_off_id,
        name=flag.name,
    )


def flags_about(
    tenant: Tenant, artist: Artist, times_off: Iterable[TimeOff], start: datetime, end: datetime
) -> Iterator[Flag]:
    """About `[start, end)` of an artist."""
    for off in sorted(times_off, key=lambda t: (t.start, t.id)):
        if off.state is OffState.REQUESTED and off.overlaps(start, end):
            yield Flag(code="over_requested_time_off", start=off.start, end=off.end, time_off_id=off.id)
    calendar = calendar_of(tenant, artist)
    yield from _holidays(calendar, start, end)
    if not works_between(calendar, start, end):
        yield Flag(code="no_working_time", start=start, end=end)


def _holidays(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Flag]:
    zone = ZoneInfo(calendar.zone)
    first, last = start.astimezone(zone).date(), (end - timedelta(seconds=1)).astimezone(zone).date()
    for off in days_off(calendar, first, last):
        yield Flag(
            code="on_holiday",
            start=max(start, day_start(off.day, calendar.zone)),
            end=min(end, day_start(off.day + DAY, calendar.zone)),
            name=off.name,
        )
