"""Working time cut into bookable slots, and what is taken of it as a bitset: bit s is the s-th slot."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import Calendar, spans_of
from scheduling.model import Granularity
from scheduling.solver.bits import runs, span
from scheduling.wall_clock import DAY, day_start, noon_of
from scheduling.working_time import Span

SLOT_SECONDS = 1800
"""A slot of a request in hours."""


class Grid(Struct, frozen=True, kw_only=True):
    """Slots in order, as seconds since 1970: `[starts[s], ends[s])`. Nights and days off lie between them."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]


class Diary(Struct, frozen=True, kw_only=True):
    """`taken`: slots that share time with something; `cuts`: bit s, where something lies just before slot s.

    A booking on a Saturday touches no slot, and yet no range over that weekend is free.
    """

    taken: int = 0
    cuts: int = 0


@lru_cache(maxsize=512)
def year_grid(calendar: Calendar, granularity: Granularity, year: int) -> Grid:
    """The slots of one calendar that begin in a year: whole days, half days at noon, or half hours of work.

    A day (or half) is a slot where any of it is worked, and reaches from midnight to midnight (or
    noon), as bookings of days do; half hours count from the start of each working span.
    """
    zone = ZoneInfo(calendar.zone)
    first = datetime(year, 1, 1, tzinfo=zone)
    worked = spans_of(calendar, first.astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC))
    if granularity == "time":
        edges = [(s, s + SLOT_SECONDS) for span in worked for s in _half_hours(span)]
    else:
        edges = sorted({edge for span in worked for edge in _days(span, calendar.zone, granularity)})
    return Grid(starts=tuple(a for a, _ in edges), ends=tuple(b for _, b in edges))


def _half_hours(span: Span) -> range:
    start, end = int(span.start.timestamp()), int(span.end.timestamp())
    return range(start, end - SLOT_SECONDS + 1, SLOT_SECONDS)


def _days(span: Span, zone: str, granularity: Granularity) -> Iterable[tuple[int, int]]:
    day = span.start.astimezone(ZoneInfo(zone)).date()
    while (begins := day_start(day, zone)) < span.end:
        edges = [begins, day_start(day + DAY, zone)]
        if granularity == "half_day":
            edges.insert(1, noon_of(day, zone))
        for a, b in pairwise(edges):
            if a < span.end and span.start < b:
                yield int(a.timestamp()), int(b.timestamp())
        day += timedelta(days=1)


def grid_of(calendar: Calendar, granularity: Granularity, start: int, end: int) -> Grid:
    """The slots that lie wholly within `[start, end)`, in seconds."""
    years = range(_year(start - 86_400), _year(end + 86_400) + 1)
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    for year in years:
        grid = year_grid(calendar, granularity, year)
        low = bisect_left(grid.starts, start)
        high = bisect_right(grid.ends, end)
        if low < high:
            starts += grid.starts[low:high]
            ends += grid.ends[low:high]
    return Grid(starts=starts, ends=ends)


def _year(seconds: int) -> int:
    return datetime.fromtimestamp(seconds, UTC).year


def diary_of(grid: Grid, taken: Iterable[tuple[int, int]]) -> Diary:
    """What the ranges `[start, end)`, in seconds, take of the grid."""
    slots = cuts = 0
    starts, ends = grid.starts, grid.ends
    for start, end in taken:
        low, high = bisect_right(ends, start), bisect_left(starts, end)
        if low < high:
            slots |= (1 << high) - (1 << low)
        elif start < end:
            cuts |= 1 << low
    return Diary(taken=slots, cuts=cuts)


def free_starts(count: int, diary: Diary, length: int) -> int:
    """Slots from which `length` slots in a row are free, of `count` in all."""
    found = runs(span(0, count) & ~diary.taken, length)
    if diary.cuts and length > 1:
        joined = span(0, count) & ~diary.cuts
        found &= runs(joined >> 1, length - 1)
    return found
