"""From a studio's records to a problem in half days, and from placements back to ranges on the clock.

Slots are the halves of the studio's days, split at noon of its zone, in which anybody works. Phases become
tasks, dependencies links, artists people. What is confirmed is pinned; holds and pencils of the planned
projects may move, unless they have begun; other bookings, and approved time off, close their slots.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduling.calendars import Calendar, calendar_of, spans_of
from scheduling.model import (
    Artist,
    Booking,
    Dependency,
    Granularity,
    OffState,
    Phase,
    Project,
    Status,
    Tenant,
    TimeOff,
)
from scheduling.solver.plan import Placement
from scheduling.solver.problem import (
    ClaimStatus,
    Craft,
    Link,
    Need,
    Person,
    Present,
    Problem,
    Stretch,
    Task,
    Weights,
)
from scheduling.wall_clock import DAY, day_start, noon_of

HOURS_A_SLOT = 4
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
FAIR = 0.85
"""The share of their open slots above which somebody's work is overload."""
BOOKING = "booking:"
"""What stands before the id of a booking that is a task of its own."""


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


class Aside(Struct, frozen=True, kw_only=True):
    """A phase that is not planned, and why; its bookings stay where they are."""

    phase_id: UUID
    why: str


class Drawn(Struct, frozen=True, kw_only=True):
    """The problem, the time its slots are, and what was left aside. Tasks are named by the phase's id."""

    problem: Problem
    timetable: Timetable
    aside: tuple[Aside, ...] = ()


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
        worked |= _worked(calendar, whole)
    kept = sorted(worked)
    return Timetable(
        zone=zone, starts=tuple(whole.starts[s] for s in kept), ends=tuple(whole.ends[s] for s in kept)
    )


def _worked(calendar: Calendar, timetable: Timetable) -> set[int]:
    if not timetable.starts:
        return set()
    spans = spans_of(calendar, timetable.starts[0], timetable.ends[-1])
    return {slot for span in spans for slot in range(*timetable.slots(span.start, span.end))}


# -- drawing ---------------------------------------------------------------------------------


def draw(records: Records, scope: Scope) -> Drawn:
    """The problem of planning the scope; what cannot be planned is left aside with a reason."""
    timetable = timetable_of(records, scope)
    return _Drawing(records, scope, timetable).drawn()


class _Drawing:
    def __init__(self, records: Records, scope: Scope, timetable: Timetable) -> None:
        self.records, self.scope, self.timetable = records, scope, timetable
        self.horizon = max(1, len(timetable.starts))
        self.artists = {a.id: a for a in records.artists if a.active}
        self.projects = {
            p.id: p for p in records.projects if scope.projects is None or p.id in scope.projects
        }
        self.live = [b for b in records.bookings if b.live and b.artist_id in self.artists]
        self.aside: list[Aside] = []
        self.closed: dict[UUID, set[int]] = {}

    def drawn(self) -> Drawn:
        """Everything put together."""
        tasks = self._phases()
        tasks += self._loose({t.id for t in tasks})
        known = {t.id for t in tasks}
        links = tuple(
            Link(
                before=str(d.from_phase_id), after=str(d.to_phase_id), kind=d.kind, lag=_slots_of(d.lag_hours)
            )
            for d in self.records.dependencies
            if {str(d.from_phase_id), str(d.to_phase_id)} <= known
        )
        problem = Problem(
            horizon=self.horizon,
            people=tuple(self._people()),
            tasks=tuple(tasks),
            links=links,
            weights=self.scope.weights,
        )
        return Drawn(problem=problem, timetable=self.timetable, aside=tuple(self.aside))

    def _people(self) -> Iterable[Person]:
        rates = sorted(a.rate.amount for a in self.artists.values() if a.rate is not None)
        usual = rates[len(rates) // 2] if rates else 0.0
        for off in self.records.times_off:
            if off.state is OffState.APPROVED and off.artist_id in self.artists:
                self._close(off.artist_id, off.start, off.end)
        worked = {calendar: _worked(calendar, self.timetable) for calendar in self._calendars()}
        for artist in self.artists.values():
            open_slots = worked[calendar_of(self.records.tenant, artist)] - self.closed.get(artist.id, set())
            rate = artist.rate.amount if artist.rate is not None else usual
            yield Person(
                id=str(artist.id),
                crafts=tuple(Craft(skill=s.name.lower(), level=s.level) for s in artist.skills),
                closed=_stretches(set(range(self.horizon)) - open_slots),
                price=round(rate / 2 / PRICE_UNIT),
                fair=round(FAIR * len(open_slots)),
            )

    def _calendars(self) -> set[Calendar]:
        return {calendar_of(self.records.tenant, artist) for artist in self.artists.values()}

    def _close(self, artist_id: UUID, start: datetime, end: datetime) -> None:
        self.closed.setdefault(artist_id, set()).update(range(*self.timetable.slots(start, end)))

    # -- phases ------------------------------------------------------------------------------

    def _phases(self) -> list[Task]:
        booked: dict[UUID, list[Booking]] = {}
        for booking in self.live:
            if booking.phase_id is not None:
                booked.setdefault(booking.phase_id, []).append(booking)
        tasks = []
        for phase in self.records.phases:
            if phase.project_id not in self.projects or phase.progress >= 100:
                continue
            task = self._task(phase, booked.get(phase.id, []))
            if isinstance(task, Task):
                tasks.append(task)
            else:
                self.aside.append(task)
        return tasks

    def _task(self, phase: Phase, booked: Sequence[Booking]) -> Task | Aside:
        project = self.projects[phase.project_id]
        needs = tuple(Need(skill=n.name.lower(), level=n.level) for n in phase.skills)
        duration = max(1, _slots_of(phase.duration_hours * (100 - phase.progress) / 100))
        present = None
        if booked:
            where = {self.timetable.slots(b.start, b.end) for b in booked}
            seated = self._seated(needs, booked)
            if len(where) > 1 or seated is None:
                return Aside(
                    phase_id=phase.id,
                    why="It is booked in parts, or with more or fewer people than it needs.",
                )
            [(start, end)] = where
            if start >= end:
                return Aside(phase_id=phase.id, why="It is booked outside the time that is planned.")
            if booked[0].start < self.scope.now:
                return Aside(phase_id=phase.id, why="It has begun.")
            needs, duration = seated, end - start
            present = _present(start, seated, booked)
        return Task(
            id=str(phase.id),
            project=str(project.id),
            duration=duration,
            needs=needs if present is None else self._needs_of(phase, needs),
            earliest=self._first_slot(project),
            due=self._due(phase, project),
            present=present,
            pinned=present is not None and present.status == "confirmed",
        )

    def _seated(self, needs: Sequence[Need], booked: Sequence[Booking]) -> tuple[Need, ...] | None:
        """The needs, each with the artist who is booked for it in `people`; None where the numbers differ.

        A phase that names no skills asks for those who are booked.
        """
        if needs and len(needs) != len(booked):
            return None
        left = [str(b.artist_id) for b in sorted(booked, key=lambda b: (b.start, b.id))]
        if len(set(left)) != len(left):
            return None
        seated = []
        for need in needs or [Need(skill="")] * len(left):
            able = [who for who in left if self._can(who, need)]
            who = (able or left)[0]
            left.remove(who)
            seated.append(Need(skill=need.skill, level=need.level, people=(who,)))
        return tuple(seated)

    def _can(self, who: str, need: Need) -> bool:
        artist = self.artists[UUID(who)]
        return any(s.name.lower() == need.skill and s.level >= need.level for s in artist.skills)

    def _needs_of(self, phase: Phase, seated: Sequence[Need]) -> tuple[Need, ...]:
        """Who could take each seat: those with the skill, and whoever is booked for it today."""
        if not phase.skills:
            return tuple(seated)
        result = []
        for need in seated:
            able = [str(a.id) for a in self.artists.values() if self._can(str(a.id), need)]
            result.append(Need(people=tuple(dict.fromkeys((*need.people, *able)))))
        return tuple(result)

    def _first_slot(self, project: Project) -> int:
        if project.start is None:
            return 0
        begins = day_start(project.start, self.timetable.zone)
        return min(self.horizon, self.timetable.slots(begins, begins)[0])

    def _due(self, phase: Phase, project: Project) -> int | None:
        if phase.end is not None:
            return self.timetable.slots(phase.end, phase.end)[1]
        if project.end is not None:
            end = day_start(project.end + DAY, self.timetable.zone)
            return self.timetable.slots(end, end)[1]
        return None

    # -- other bookings ----------------------------------------------------------------------

    def _loose(self, planned: set[str]) -> list[Task]:
        """Bookings that are no phase's present: of planned projects they may move, others close slots."""
        tasks = []
        for booking in self.live:
            if booking.phase_id is not None and str(booking.phase_id) in planned:
                continue
            start, end = self.timetable.slots(booking.start, booking.end)
            if start >= end:
                continue
            may_move = booking.status is not Status.CONFIRMED and booking.project_id in self.projects
            aside = any(a.phase_id == booking.phase_id for a in self.aside)
            if not may_move or aside or booking.start < self.scope.now:
                self._close(booking.artist_id, booking.start, booking.end)
                continue
            need = Need(people=(str(booking.artist_id),))
            tasks.append(
                Task(
                    id=f"{BOOKING}{booking.id}",
                    project=str(booking.project_id),
                    duration=end - start,
                    needs=(need,),
                    due=end,
                    present=_present(start, (need,), (booking,)),
                )
            )
        return tasks


def _present(start: int, seated: Sequence[Need], booked: Sequence[Booking]) -> Present:
    """Confirmed where any of them is, else a pencil where any is; the worst rank counts."""
    statuses = {b.status for b in booked}
    status: ClaimStatus = "hold"
    if Status.CONFIRMED in statuses:
        status = "confirmed"
    elif Status.PENCIL in statuses:
        status = "pencil"
    return Present(
        start=start,
        people=tuple(need.people[0] for need in seated),
        status=status,
        rank=max(1, *(b.rank or 1 for b in booked)),
    )


def _slots_of(hours: float) -> int:
    return math.ceil(hours / HOURS_A_SLOT)


def _stretches(slots: set[int]) -> tuple[Stretch, ...]:
    result: list[Stretch] = []
    for slot in sorted(slots):
        if result and result[-1].end == slot:
            result[-1] = Stretch(start=result[-1].start, end=slot + 1)
        else:
            result.append(Stretch(start=slot, end=slot + 1))
    return tuple(result)
