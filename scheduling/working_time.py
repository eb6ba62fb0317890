"""When somebody works: weekly hours in a time zone as intervals in UTC, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.model import WorkingHours
from scheduling.wall_clock import instant_of


class Span(Struct, frozen=True, kw_only=True):
    """`[start, end)`, in UTC."""

    start: datetime
    end: datetime


def _always_open(_: date) -> bool:
    return False


def working_spans(
    hours: Sequence[WorkingHours],
    zone: str,
    start: datetime,
    end: datetime,
    *,
    closed: Callable[[date], bool] = _always_open,
) -> tuple[Span, ...]:
    """The working time within `[start, end)`, in order; neighbouring spans are joined.

    Hours are of the clock on the wall: on the day the clocks change, what lies in the missing hour
    is lost, and a span that holds the repeated hour is longer. Days that are `closed` have none.
    """
    return joined(_spans(hours, zone, start, end, closed))


def is_worked(
    hours: Sequence[WorkingHours],
    zone: str,
    start: datetime,
    end: datetime,
    *,
    closed: Callable[[date], bool],
) -> bool:
    """Whether `working_spans` would find any."""
    return any(True for _ in _spans(hours, zone, start, end, closed))


def _spans(
    hours: Sequence[WorkingHours], zone: str, start: datetime, end: datetime, closed: Callable[[date], bool]
) -> Iterator[Span]:
    tz = ZoneInfo(zone)
    by_day: list[list[WorkingHours]] = [[], [], [], [], [], [], []]
    for one in hours:
        by_day[one.day].append(one)
    day = start.astimezone(tz).date() - timedelta(days=1)
    last = end.astimezone(tz).date()
    while day <= last:
        worked = by_day[day.weekday()]
        if worked and not closed(day):
            for one in worked:
                yield from _on_day(one, day, zone, start, end)
        day += timedelta(days=1)


def _on_day(hours: WorkingHours, day: date, zone: str, start: datetime, end: datetime) -> Iterator[Span]:
    opens = max(instant_of(day, hours.start, zone), start)
    closes = min(instant_of(day, hours.end, zone, second=True), end)
    if opens < closes:
        yield Span(start=opens, end=closes)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few spans as possible, in order."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if result and span.start <= result[-1].end:
            result[-1] = Span(start=result[-1].start, end=max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What of `spans` is in none of `taken`, in order."""
    gone = joined(taken)
    result: list[Span] = []
    for span in joined(spans):
        reached = span.start
        for hole in gone:
            if hole.end <= reached or hole.start >= span.end:
                continue
            if hole.start > reached:
                result.append(Span(start=reached, end=hole.start))
            reached = hole.end
        if reached < span.end:
            result.append(Span(start=reached, end=span.end))
    return tuple(result)


def after_working_hours(
    hours: Sequence[WorkingHours],
    zone: str,
    start: datetime,
    length: timedelta,
    *,
    closed: Callable[[date], bool] = _always_open,
) -> datetime | None:
    """The moment by which `length` of working time has passed since `start`; None within a year."""
    left = length
    for span in working_spans(hours, zone, start, start + timedelta(days=366), closed=closed):
        if span.end - span.start >= left:
            return span.start + left
        left -= span.end - span.start
    return None
