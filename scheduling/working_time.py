"""When somebody works: weekly hours in a time zone as intervals in UTC, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.model import WorkingHours


class Span(Struct, frozen=True, kw_only=True):
    """`[start, end)`, in UTC."""

    start: datetime
    end: datetime


def working_spans(
    hours: Sequence[WorkingHours], zone: str, start: datetime, end: datetime
) -> tuple[Span, ...]:
    """The working time within `[start, end)`, in order; neighbouring spans are joined.

    Hours are of the clock on the wall: on the day the clocks change, a span that lies in the
    missing hour moves or shrinks with it, and one that holds the repeated hour is longer.
    """
    tz = ZoneInfo(zone)
    day = start.astimezone(tz).date() - timedelta(days=1)
    last = end.astimezone(tz).date()
    spans = []
    while day <= last:
        spans += [span for h in hours if h.day == day.weekday() for span in _on_day(h, day, tz, start, end)]
        day += timedelta(days=1)
    return joined(spans)


def _on_day(hours: WorkingHours, day: date, tz: ZoneInfo, start: datetime, end: datetime) -> Iterator[Span]:
    opens = max(_instant(day, hours.start, tz, fold=0), start)
    closes = min(_instant(day, hours.end, tz, fold=1), end)
    if opens < closes:
        yield Span(start=opens, end=closes)


def _instant(day: date, clock: str, tz: ZoneInfo, *, fold: int) -> datetime:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), tz)
    return local.replace(fold=fold).astimezone(UTC)


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
    hours: Sequence[WorkingHours], zone: str, start: datetime, length: timedelta
) -> datetime | None:
    """The moment by which `length` of working time has passed since `start`; None within a year."""
    left = length
    for span in working_spans(hours, zone, start, start + timedelta(days=366)):
        if span.end - span.start >= left:
            return span.start + left
        left -= span.end - span.start
    return None
