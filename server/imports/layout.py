"""A first place on the calendar for tasks that only say how long they take and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from graphlib import CycleError, TopologicalSorter
from zoneinfo import ZoneInfo

import msgspec

from scheduling.model import LAST_YEAR, OFFICE_HOURS, WorkingHours


class Cycle(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks that wait for each other; the first is repeated at the end."""

    members: tuple[str, ...]


def lay_out(
    tasks: Mapping[str, tuple[float, Sequence[str]]],
    *,
    start: date,
    zone: str,
    hours: Sequence[WorkingHours] = OFFICE_HOURS,
) -> dict[str, tuple[datetime, datetime]] | Cycle | None:
    """Return `[start, end)` in UTC for each task: as early as its predecessors end, over working hours.

    None tells that the work goes on after the calendar's last year.

    Args:
        tasks: {name: (working hours, names of predecessors)}; all predecessors are in it.
        start: The first day anything may begin.
        zone: The IANA zone of the working hours.
        hours: The working week.
    """
    order = TopologicalSorter({name: before for name, (_, before) in tasks.items()})
    week = _week(hours)
    opening = datetime.combine(start, time())
    ends: dict[str, datetime] = {}
    places: dict[str, tuple[datetime, datetime]] = {}
    try:
        names = tuple(order.static_order())
    except CycleError as fault:
        return Cycle(members=tuple(reversed(fault.args[1])))
    try:
        for name in names:
            duration, before = tasks[name]
            earliest = max((ends[other] for other in before), default=opening)
            begin, end = _work(earliest, timedelta(hours=duration), week)
            ends[name] = end
            places[name] = (_utc(begin, zone), _utc(end, zone))
    except OverflowError:
        return None
    return places


def _work(
    earliest: datetime, duration: timedelta, week: Sequence[Sequence[tuple[timedelta, timedelta]]]
) -> tuple[datetime, datetime]:
    """Return the wall-clock `[begin, end)` of `duration` of work that begins at `earliest` or later.

    Raises:
        OverflowError: it ends after the calendar's last year.
    """
    begin: datetime | None = None
    left = duration
    day = earliest.date()
    while True:
        midnight = datetime.combine(day, time())
        for opens, closes in week[day.weekday()]:
            at = max(midnight + opens, earliest)
            room = midnight + closes - at
            if room <= timedelta():
                continue
            begin = begin or at
            if left <= room:
                return begin, at + left
            left -= room
        day += timedelta(days=1)
        if day.year > LAST_YEAR:
            raise OverflowError(f"this goes on after {LAST_YEAR}")


def _week(hours: Sequence[WorkingHours]) -> list[list[tuple[timedelta, timedelta]]]:
    week: list[list[tuple[timedelta, timedelta]]] = [[] for _ in range(7)]
    for span in hours:
        week[span.day].append((_since_midnight(span.start), _since_midnight(span.end)))
    for spans in week:
        spans.sort()
    return week


def _since_midnight(clock: str) -> timedelta:
    hour, _, minute = clock.partition(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone), microsecond=0).astimezone(UTC)
