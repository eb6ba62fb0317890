"""Clocks on walls: local days and times of day as instants in UTC, by one rule for the nights clocks change.

A time that the clocks skip is the moment of the jump; a time that comes twice is the first of the two.
So days (and halves of days) follow each other without a hole or an overlap in every zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduling.model import Granularity

_NOON = time(12)
_MIDNIGHT = time(0)
DAY = timedelta(days=1)


def instant_of(day: date, clock: str, zone: str, *, second: bool = False) -> datetime:
    """When `clock` ("09:00" to "24:00") is on the wall on `day`; `second` takes the later of two."""
    return _instant_of(day, clock, zone, second)


@lru_cache(maxsize=65_536)
def _instant_of(day: date, clock: str, zone: str, second: bool) -> datetime:
    if clock == "24:00":
        return day_start(day + DAY, zone)
    return _instant(datetime.combine(day, time.fromisoformat(clock)), ZoneInfo(zone), fold=int(second))


def day_start(day: date, zone: str) -> datetime:
    """Midnight at the beginning of `day`."""
    return _boundary(day, _MIDNIGHT, zone)


def noon_of(day: date, zone: str) -> datetime:
    """The middle of `day`, where its half days meet."""
    return _boundary(day, _NOON, zone)


@lru_cache(maxsize=65_536)
def _boundary(day: date, clock: time, zone: str) -> datetime:
    return _instant(datetime.combine(day, clock), ZoneInfo(zone), fold=0)


def _instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return moment
    return _jump(wall, zone)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment the clocks jumped over `wall`: found between its two readings."""
    before = int(wall.replace(tzinfo=zone, fold=1).timestamp())
    after = int(wall.replace(tzinfo=zone, fold=0).timestamp())
    offset = datetime.fromtimestamp(after, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return datetime.fromtimestamp(after, UTC)


# -- whole and half days -------------------------------------------------------------------


def snapped(start: datetime, end: datetime, zone: str, granularity: Granularity) -> tuple[datetime, datetime]:
    """The days or half days that `[start, end)` lies nearest to, at least one; as it is for times."""
    if granularity == "time":
        return start, end
    first, after = _nearest(start, zone, granularity), _nearest(end, zone, granularity)
    if first >= after:
        first = _floor(start, zone, granularity)
        after = _next(first, zone, granularity)
    return first, after


def _floor(instant: datetime, zone: str, granularity: Granularity) -> datetime:
    local = instant.astimezone(ZoneInfo(zone))
    if granularity == "half_day" and instant >= noon_of(local.date(), zone):
        return noon_of(local.date(), zone)
    return day_start(local.date(), zone)


def _next(boundary: datetime, zone: str, granularity: Granularity) -> datetime:
    day = boundary.astimezone(ZoneInfo(zone)).date()
    noon = noon_of(day, zone)
    return noon if granularity == "half_day" and boundary < noon else day_start(day + DAY, zone)


def _nearest(instant: datetime, zone: str, granularity: Granularity) -> datetime:
    floor = _floor(instant, zone, granularity)
    after = _next(floor, zone, granularity)
    return floor if instant - floor <= after - instant else after


def on_boundaries(start: datetime, end: datetime, zone: str, granularity: Granularity) -> bool:
    """Whether the range is made of what the granularity says."""
    return granularity == "time" or all(_floor(t, zone, granularity) == t for t in (start, end))


def finest_needed(start: datetime, end: datetime, zone: str, granularity: Granularity) -> Granularity:
    """The granularity itself while the range keeps to it, else half days where it does, else times."""
    if on_boundaries(start, end, zone, granularity):
        return granularity
    return "half_day" if on_boundaries(start, end, zone, "half_day") else "time"


def carried(boundary: datetime, zone: str, to: str) -> datetime:
    """A midnight or noon of `zone` as the midnight or noon of the same day of another."""
    day = boundary.astimezone(ZoneInfo(zone)).date()
    return noon_of(day, to) if boundary >= noon_of(day, zone) else day_start(day, to)


def shifted(instant: datetime, days: int, zone: str) -> datetime:
    """The same time of day so many days later (or earlier)."""
    wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return _instant(wall + timedelta(days=days), ZoneInfo(zone), fold=0)
