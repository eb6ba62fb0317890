"""A studio's records, what of them is planned, and the half days that its time is counted in.

Slots are the halves of the studio's days, split at noon of its zone, in which anybody works.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduling.calendars import Calendar, calendar_of, spans_of
from scheduling.model import Artist, Booking, Dependency, Granularity, Phase, Project, Tenant, TimeOff
from scheduling.solver.plan import Placement
from scheduling.solver.problem import Weights
from scheduling.wall_clock import DAY, day_start, noon_of

PRICE_UNIT = 20
"""A rate of 400 a day is 10 a slot: prices are in units of 20 of the rate's currency."""
STUDIO = Weights(
    cost=1,
    lateness=20,
    overload=5,
    move_hold=60,
    move_pencil=150,
    near=20,
    nearness=2,
    stranger=15,
    unwanted=20,
)
"""A slot of lateness costs as much as two of an artist; moving a pencil as much as a week of lateness."""


class Records(Struct, frozen=True, kw_only=True):
    """What is known of the studio; of bookings and times off only live and approved ones are looked at."""

    tenant: Tenant
    artists: tuple[Artist, ...] = ()
    projects: tuple[Project, ...] = ()
    phases: tuple[Phase, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    bookings: tuple[Booking, ...] = ()
    times_off: tuple[TimeOff, ...] = ()


class Scope(Struct, frozen=True, kw_only=True):
    """What is planned: `projects` (None: all), from `start` up to and with `end`, nothing before `now`."""

    start: date
    end: date
    now: datetime
    projects: frozenset[UUID] | None = None
    weights: Weights = STUDIO


class Timetable(Struct, frozen=True, kw_only=True):
    """Slot s is `[starts[s], ends[s])`, in UTC."""

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


def timetable_of(records: Records, scope: Scope) -> Timetable:
    """The half days of the scope in which anybody works, from the one that `now` lies in."""
    zone = records.tenant.zone
    edges: list[tuple[datetime, datetime]] = []
    day = scope.start
    while day <= scope.end:
        noon = noon_of(day, zone)
        edges += [(day_start(day, zone), noon), (noon, day_start(day + DAY, zone))]
        day += DAY
    edges = [(a, b) for a, b in edges if b > scope.now]
    whole = Timetable(zone=zone, starts=tuple(a for a, _ in edges), ends=tuple(b for _, b in edges))
    worked: set[int] = set()
    for calendar in {calendar_of(records.tenant, a) for a in records.artists if a.active}:
        worked |= worked_slots(calendar, whole)
    kept = sorted(worked)
    return Timetable(
        zone=zone, starts=tuple(whole.starts[s] for s in kept), ends=tuple(whole.ends[s] for s in kept)
    )


def worked_slots(calendar: Calendar, timetable: Timetable) -> set[int]:
    """The slots in which somebody with this calendar works."""
    if not timetable.starts:
        return set()
    spans = spans_of(calendar, timetable.starts[0], timetable.ends[-1])
    return {slot for span in spans for slot in range(*timetable.slots(span.start, span.end))}
