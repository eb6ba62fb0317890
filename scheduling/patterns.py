"""Repeating days: "every Tuesday for eight weeks", "Mon-Wed mornings until 30 June", as ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Annotated, Literal, assert_never
from uuid import UUID, uuid5

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from msgspec import Meta, Struct

from scheduling.model import FIRST_YEAR, LAST_YEAR, ClockTime, Granularity
from scheduling.wall_clock import day_start, instant_of, noon_of

MOST_OCCURRENCES = 366
LONGEST_REACH = timedelta(days=3 * 366)
"""From the first day of a pattern to its last."""


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days, from `first` on, and which part of each; an RRULE in small.

    Give `count` or `until` (a day, included). `weekdays` (0 is Monday) belong to weekly patterns and
    are the weekday of `first` where left out. A monthly pattern keeps to the day of the month and
    leaves out the months that have none. An occurrence covers `days` days in a row: `part` says
    whether whole days, mornings (to noon), afternoons (from noon), or the clock times `start` to
    `end`, where an end not after the start is on the next day.
    """

    first: date
    freq: Literal["daily", "weekly", "monthly"] = "weekly"
    interval: Annotated[int, Meta(ge=1, le=52)] = 1
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(max_length=7)] = ()
    count: Annotated[int, Meta(ge=1, le=MOST_OCCURRENCES)] | None = None
    until: date | None = None
    except_days: Annotated[tuple[date, ...], Meta(max_length=MOST_OCCURRENCES)] = ()
    skip_holidays: bool = False
    part: Literal["day", "am", "pm", "times"] = "day"
    start: ClockTime | None = None
    end: ClockTime | None = None
    days: Annotated[int, Meta(ge=1, le=366)] = 1


class Occurrence(Struct, frozen=True, kw_only=True):
    """One of a pattern: the day it begins on, and `[start, end)` in UTC."""

    day: date
    start: datetime
    end: datetime


_FREQUENCIES: dict[str, Literal[1, 2, 3]] = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}


def flaw_of(pattern: Pattern) -> tuple[str, str] | None:
    """What is wrong with the pattern in itself: a sentence and the field; None where it makes sense."""
    if (pattern.count is None) == (pattern.until is None):
        return (
            "A pattern ends after a count of occurrences or on a day: give one of count and until.",
            "until",
        )
    if pattern.until is not None and pattern.until < pattern.first:
        return f"until must not lie before first; got {pattern.until} and {pattern.first}.", "until"
    if pattern.until is not None and pattern.until - pattern.first > LONGEST_REACH:
        return f"A pattern reaches at most three years; got {pattern.first} to {pattern.until}.", "until"
    if pattern.weekdays and pattern.freq != "weekly":
        return f"weekdays belong to a weekly pattern; this one is {pattern.freq}.", "weekdays"
    timed = pattern.part == "times"
    if timed and (pattern.start is None or pattern.end is None):
        return "A pattern of clock times needs start and end.", "start"
    if not timed and (pattern.start is not None or pattern.end is not None):
        return f'start and end belong to part "times"; this pattern is of part "{pattern.part}".', "start"
    if pattern.part in {"am", "pm"} and pattern.days != 1:
        return "A morning or afternoon is on one day; days must be 1.", "days"
    return None


def plain_days(pattern: Pattern) -> tuple[date, ...]:
    """The days of a pattern that makes sense, before holidays are left out; else none."""
    if flaw_of(pattern) or not FIRST_YEAR <= pattern.first.year <= LAST_YEAR:
        return ()
    days = days_of(pattern, lambda _: False)
    return days if days and days[-1] - pattern.first <= LONGEST_REACH else ()


def days_of(pattern: Pattern, closed: Callable[[date], bool]) -> tuple[date, ...]:
    """The days its occurrences begin on, at most one more than is allowed; `closed` are holidays."""
    return tuple(islice(_days(pattern, closed), MOST_OCCURRENCES + 1))


def _days(pattern: Pattern, closed: Callable[[date], bool]) -> Iterator[date]:
    first = datetime.combine(pattern.first, datetime.min.time())
    rule = rrule(
        _FREQUENCIES[pattern.freq],
        dtstart=first,
        interval=pattern.interval,
        byweekday=sorted(set(pattern.weekdays)) or None,
        count=pattern.count,
        until=None if pattern.until is None else datetime.combine(pattern.until, datetime.min.time()),
    )
    left_out = frozenset(pattern.except_days)
    for moment in rule:
        day = moment.date()
        if day not in left_out and not (pattern.skip_holidays and closed(day)):
            yield day


def occurrence_id(series_id: UUID, day: date) -> UUID:
    """The id of the booking that a series has on a day."""
    return uuid5(series_id, day.isoformat())


def granularity_of(pattern: Pattern) -> Granularity:
    """What its bookings are meant as."""
    match pattern.part:
        case "day":
            return "day"
        case "am" | "pm":
            return "half_day"
        case "times":
            return "time"


def occurrence_on(pattern: Pattern, day: date, zone: str) -> Occurrence:
    """The occurrence that begins on `day`, on the clock of `zone`."""
    last = day + timedelta(days=pattern.days - 1)
    after = last + timedelta(days=1)
    match pattern.part:
        case "day":
            start, end = day_start(day, zone), day_start(after, zone)
        case "am":
            start, end = day_start(day, zone), noon_of(last, zone)
        case "pm":
            start, end = noon_of(day, zone), day_start(after, zone)
        case "times":
            opens, closes = pattern.start or "00:00", pattern.end or "24:00"
            overnight = closes <= opens
            start = instant_of(day, opens, zone)
            end = instant_of(after if overnight else last, closes, zone)
        case _:
            assert_never(pattern.part)
    return Occurrence(day=day, start=start, end=end)
