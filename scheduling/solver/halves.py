"""The half days that a plan's time is counted in, on everybody's own clock.

A slot is half a date of the calendar, split at noon: the same slot is the morning of the third of March
in Berlin, in Tokyo and in Buenos Aires, each by its own clock. So everybody works full days of their own,
weekends fall together, and people of one phase share its dates. Halves in which nobody works are left out.

Whoever follows somebody far to the west would begin before the other ends: `Clocks.behind` says how many
slots a tie has to be longer for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import Calendar, calendar_of, spans_of
from scheduling.model import Artist, Granularity
from scheduling.solver.plan import Placement
from scheduling.solver.problem import LinkKind
from scheduling.solver.records import Records, Scope
from scheduling.wall_clock import DAY, day_start, noon_of

NEAR_HOURS = 3
"""Zones so many hours apart share their half days: order between them is kept to within as much."""
_HALF = 12
_DAY = 24


class Timetable(Struct, frozen=True, kw_only=True):
    """The slots on one zone's clock: slot s is `[starts[s], ends[s])`, in UTC."""

    zone: str
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]

    def slots(self, start: datetime, end: datetime) -> tuple[int, int]:
        """The slots that share time with `[start, end)`, half-open; empty where none does."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def slot_at(self, instant: datetime) -> int:
        """The first slot that ends after the instant."""
        return bisect_right(self.ends, instant)


class Range(Struct, frozen=True, kw_only=True):
    """Where a placement is on the clock."""

    start: datetime
    end: datetime
    granularity: Granularity


def range_of(timetable: Timetable, placement: Placement) -> Range:
    """A placement as a booking's range: whole days where it is whole days, else half days."""
    start, end = timetable.starts[placement.start], timetable.ends[max(placement.start, placement.end - 1)]
    whole = all(_midnight(instant, timetable.zone) for instant in (start, end))
    return Range(start=start, end=end, granularity="day" if whole else "half_day")


def _midnight(instant: datetime, zone: str) -> bool:
    days = (instant.date() + timedelta(days=n) for n in (-1, 0, 1))
    return any(day_start(day, zone) == instant for day in days)


class Clocks(Struct, frozen=True, kw_only=True):
    """The same slots on every clock there is: of the studio, and of each artist's zone.

    `room`: by two zones, and whether it is a finish-start, the slots that a tie has to be longer.
    """

    studio: Timetable
    by_zone: Mapping[str, Timetable]
    zones: Mapping[UUID, str]
    room: Mapping[tuple[str, str, bool], int] = {}

    def of(self, artist_id: UUID) -> Timetable:
        """The artist's clock; the studio's for somebody unknown."""
        return self.by_zone[self.zones.get(artist_id, self.studio.zone)]

    def first_at(self, instant: datetime) -> int:
        """The first slot that is not over for everybody."""
        return min(table.slot_at(instant) for table in self.by_zone.values())

    def behind(self, before: Iterable[UUID], after: Iterable[UUID], kind: LinkKind) -> int:
        """The slots a tie from work of the first to work of the others has to be longer."""
        if not self.room:
            return 0
        follows = kind == "finish_start"
        firsts = {self.zones[i] for i in before if i in self.zones}
        seconds = {self.zones[i] for i in after if i in self.zones}
        return max((self.room.get((a, b, follows), 0) for a in firsts for b in seconds), default=0)


# -- from the records ------------------------------------------------------------------------


def clocks_of(records: Records, scope: Scope) -> Clocks:
    """The half days of the scope in which anybody works, from the first that is not over for everybody."""
    active = [a for a in records.artists if a.active]
    zones = {a.id: a.zone for a in active}
    calendars = {calendar_of(records.tenant, a) for a in active}
    whole = {zone: _halves(zone, scope) for zone in {records.tenant.zone, *zones.values()}}
    worked = {slot for calendar in calendars for slot in worked_slots(calendar, whole[calendar.zone])}
    first = min(table.slot_at(scope.now) for table in whole.values())
    kept = [slot for slot in sorted(worked) if slot >= first]
    tables = {zone: _only(table, kept) for zone, table in whole.items()}
    return Clocks(studio=tables[records.tenant.zone], by_zone=tables, zones=zones, room=_room(active, whole))


def _halves(zone: str, scope: Scope) -> Timetable:
    """Both halves of every day of the scope."""
    days = [scope.start + n * DAY for n in range((scope.end - scope.start).days + 1)]
    starts = tuple(edge for day in days for edge in (day_start(day, zone), noon_of(day, zone)))
    ends = (*starts[1:], day_start(scope.end + DAY, zone)) if starts else ()
    return Timetable(zone=zone, starts=starts, ends=ends)


def _only(table: Timetable, kept: Iterable[int]) -> Timetable:
    slots = list(kept)
    return Timetable(
        zone=table.zone,
        starts=tuple(table.starts[s] for s in slots),
        ends=tuple(table.ends[s] for s in slots),
    )


def worked_slots(calendar: Calendar, timetable: Timetable) -> set[int]:
    """The slots in which somebody with this calendar works; the table is of the calendar's zone."""
    if not timetable.starts:
        return set()
    spans = spans_of(calendar, timetable.starts[0], timetable.ends[-1])
    return {slot for span in spans for slot in range(*timetable.slots(span.start, span.end))}


# -- order between far zones -----------------------------------------------------------------


class _Hours(Struct, frozen=True):
    """Of a zone: hours ahead of UTC at the least and at the most, and when work begins and ends there."""

    least: float
    most: float
    opens: float
    closes: float


def _room(active: Iterable[Artist], whole: Mapping[str, Timetable]) -> dict[tuple[str, str, bool], int]:
    people: dict[str, list[Artist]] = {}
    for artist in active:
        people.setdefault(artist.zone, []).append(artist)
    hours = {zone: _hours(whole[zone], artists) for zone, artists in people.items()}
    return {
        (a, b, follows): slots
        for a, first in hours.items()
        for b, second in hours.items()
        for follows in (True, False)
        if (slots := _behind(first, second, follows))
    }


def _hours(table: Timetable, artists: Iterable[Artist]) -> _Hours:
    ahead = [_ahead(table.zone, instant) for instant in (*table.starts[::14], *table.ends[-1:])]
    spans = [span for artist in artists for span in artist.working_hours]
    opens = min((_hour(span.start) for span in spans), default=0.0)
    closes = max((_hour(span.end) for span in spans), default=float(_DAY))
    return _Hours(min(ahead), max(ahead), opens, closes)


def _ahead(zone: str, instant: datetime) -> float:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return offset.total_seconds() / 3600 if offset is not None else 0.0


def _hour(clock: str) -> float:
    hour, minute = clock.split(":")
    return int(hour) + int(minute) / 60


def _behind(before: _Hours, after: _Hours, follows: bool) -> int:
    ahead = after.most - before.least - NEAR_HOURS
    slots = 0
    while _leeway(slots, follows, before.closes, after.opens) < ahead:
        slots += 1
    return slots


def _leeway(slots: int, follows: bool, closes: float, opens: float) -> float:
    """Hours between the ends that a tie names, told on one clock, where it is so many slots longer.

    Of what ends at noon and what ends in the evening, the one that leaves fewer counts.
    """
    if not follows:
        return _HALF * slots
    days, odd = divmod(slots, 2)
    if odd:
        return min(opens + _HALF, _DAY + _HALF - closes) + _DAY * days
    return min(0.0, opens + _DAY - closes) + _DAY * days
