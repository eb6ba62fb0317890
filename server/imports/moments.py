"""From wall-clock times to instants: zones, whole days, daylight saving, and the limits of a booking."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.model import FIRST_YEAR, LAST_YEAR, LONGEST_BOOKING
from server.imports.dates import When
from server.imports.problems import Fault


def resolve(start: When, end: When, zone: str) -> tuple[datetime, datetime] | Fault:
    """Return the half-open range in UTC that a row means, read in `zone`.

    A day without a time is the whole day: from its first instant where it begins a range, through its last
    where it ends one. A time that the clocks skip in spring is refused; one that they show twice in autumn is
    the first of the two.
    """
    first = instant(start, zone)
    last = instant(end, zone, past_the_day=True)
    if isinstance(first, Fault):
        return first
    if isinstance(last, Fault):
        return last
    if first >= last:
        return _backwards(start, end)
    if last - first > LONGEST_BOOKING:
        days = (last - first).days
        return Fault(
            code="too_long",
            reason=f"this booking is {days:,} days long",
            expected=f"at most {LONGEST_BOOKING.days} days; check the years",
        )
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        return Fault(
            code="out_of_range",
            reason="this date is outside the calendar",
            expected=f"years {FIRST_YEAR} to {LAST_YEAR}",
        )
    return first, last


def instant(when: When, zone: str, *, past_the_day: bool = False) -> datetime | Fault:
    """Return `when` in UTC and whole seconds; `past_the_day` takes the end of a whole day."""
    try:
        local = when.local + timedelta(days=1) if when.whole_day and past_the_day else when.local
        if when.offset is not None:
            return local.replace(tzinfo=when.offset).astimezone(UTC)
        at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if not when.whole_day and at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
            return Fault(
                code="no_such_time",
                reason=f"the clocks in {zone} skip {local:%H:%M} on {local:%Y-%m-%d}",
                expected="a time an hour earlier or later",
            )
    except OverflowError:
        return Fault(code="out_of_range", reason="this date is outside the calendar")
    return at.replace(microsecond=0)


def _backwards(start: When, end: When) -> Fault:
    if start.local == end.local and start.local.time() == time():
        return Fault(
            code="bad_range",
            reason="the booking ends the instant it starts",
            expected="an end after the start; for whole days leave the time 00:00 out",
        )
    return Fault(
        code="bad_range", reason="the booking ends before it starts", expected="an end after the start"
    )
