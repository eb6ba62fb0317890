"""A studio's records as a problem in half days, and the plan back on the clock."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from msgspec import structs

from scheduling.model import (
    Artist,
    Booking,
    Closure,
    Dependency,
    OffState,
    Phase,
    Project,
    Rate,
    Skill,
    SkillNeed,
    Status,
    Tenant,
    TimeOff,
)
from scheduling.solver.halves import range_of
from scheduling.solver.plan import Placement
from scheduling.solver.records import Records, Scope
from scheduling.solver.search import solve
from scheduling.solver.studio import BOOKING, Drawn, draw
from scheduling.solver.verify import faults

MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
TENANT = Tenant(id=uuid4(), name="Northlight", slug="northlight", zone="Europe/Paris")
COMP = (Skill(name="Comp", level=3),)
ANNA = Artist(
    id=uuid4(), name="Anna", skills=COMP, zone="Europe/Paris", rate=Rate(amount=400, currency="EUR")
)
BEN = Artist(id=uuid4(), name="Ben", skills=COMP, zone="Europe/Paris", rate=Rate(amount=300, currency="EUR"))
FILM = Project(id=uuid4(), name="Film", start=MONDAY, end=date(2027, 3, 12))
SPOT = Project(id=uuid4(), name="Spot")


def phase(name: str, hours: float, project: Project = FILM, level: int = 1, **fields) -> Phase:
    skills = (SkillNeed(name="comp", level=level),)
    return Phase(id=uuid4(), project_id=project.id, name=name, duration_hours=hours, skills=skills, **fields)


def at(day: int, hour: int = 0) -> datetime:
    """Paris is an hour ahead in the first week of March."""
    return datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=day, hours=hour - 1)


def booked(artist: Artist, start: datetime, end: datetime, status=Status.PENCIL, **fields) -> Booking:
    return Booking(
        id=uuid4(),
        artist_id=artist.id,
        start=start,
        end=end,
        status=status,
        created_at=NOW,
        updated_at=NOW,
        **fields,
    )


def records(*phases: Phase, **fields) -> Records:
    known = {"artists": (ANNA, BEN), "projects": (FILM, SPOT), **fields}
    return Records(tenant=TENANT, phases=phases, **known)


def drawn(known: Records, **fields) -> Drawn:
    scope = Scope(start=MONDAY, end=date(2027, 3, 14), now=NOW, **fields)
    return draw(known, scope)


def planned(known: Records) -> tuple[Drawn, dict[str, Placement]]:
    result = drawn(known)
    ticks = itertools.count()
    plan = solve(result.problem, budget=30, clock=lambda: float(next(ticks)))
    assert faults(result.problem, plan) == []
    return result, {p.task: p for p in plan.placements}


def test_slots_are_the_halves_of_worked_days_without_weekends():
    table = drawn(records()).clocks.studio
    assert len(table.starts) == 20
    assert (table.starts[0], table.ends[0]) == (at(0), at(0, 12))
    assert (table.starts[10], table.ends[9]) == (at(7), at(5))


def test_phases_are_laid_out_in_order_and_come_back_as_ranges_of_days():
    first, second = phase("Anim", 16), phase("Comp", 8)
    tie = Dependency(
        id=uuid4(), project_id=FILM.id, from_phase_id=first.id, to_phase_id=second.id, lag_hours=4
    )
    result, placed = planned(records(first, second, dependencies=(tie,)))
    a, b = placed[str(first.id)], placed[str(second.id)]
    assert (a.start, a.end, b.start) == (0, 4, 5)
    assert range_of(result.clocks.studio, a).granularity == "day"
    assert (range_of(result.clocks.studio, a).start, range_of(result.clocks.studio, a).end) == (at(0), at(2))
    assert range_of(result.clocks.studio, b).granularity == "half_day"
    assert a.people == (str(BEN.id),)


def test_a_range_over_a_weekend_is_one_booking():
    result, placed = planned(records(phase("Long", 48)))
    [only] = placed.values()
    assert range_of(result.clocks.studio, only).end == at(8)


def test_confirmed_work_is_pinned_and_holds_stand_where_they_are():
    sure, maybe = phase("Sure", 8), phase("Maybe", 8)
    bookings = (
        booked(ANNA, at(1), at(2), Status.CONFIRMED, project_id=FILM.id, phase_id=sure.id),
        booked(BEN, at(2), at(3), Status.HOLD, project_id=FILM.id, phase_id=maybe.id, rank=2),
    )
    result = drawn(records(sure, maybe, bookings=bookings))
    pinned, held = (next(t for t in result.problem.tasks if t.id == str(p.id)) for p in (sure, maybe))
    assert (pinned.pinned, pinned.present.start, pinned.present.people) == (True, 2, (str(ANNA.id),))
    assert (held.pinned, held.present.status, held.present.rank) == (False, "hold", 2)


def test_time_off_holidays_and_others_work_close_slots():
    off = TimeOff(
        id=uuid4(),
        artist_id=ANNA.id,
        start=at(0),
        end=at(1, 12),
        state=OffState.APPROVED,
        created_at=NOW,
        updated_at=NOW,
    )
    other = booked(BEN, at(0, 9), at(0, 18), Status.HOLD, project_id=SPOT.id)
    known = records(phase("Comp", 8), times_off=(off,), bookings=(other,))
    closing = structs.replace(
        known, tenant=structs.replace(TENANT, closures=(Closure(day=date(2027, 3, 3)),))
    )
    result = drawn(closing, projects=frozenset({FILM.id}))
    closed = {p.id: [(s.start, s.end) for s in p.closed] for p in result.problem.people}
    assert closed == {str(ANNA.id): [(0, 3)], str(BEN.id): [(0, 2)]}
    assert len(result.clocks.studio.starts) == 18


def test_loose_holds_of_planned_projects_may_move_and_confirmed_ones_may_not():
    loose = booked(ANNA, at(1), at(2), Status.HOLD, project_id=FILM.id)
    sure = booked(BEN, at(1), at(2), Status.CONFIRMED, project_id=FILM.id)
    result = drawn(records(bookings=(loose, sure)))
    [task] = result.problem.tasks
    assert (task.id, task.needs[0].people) == (f"{BOOKING}{loose.id}", (str(ANNA.id),))
    assert (result.problem.people[1].closed[0].start, result.problem.people[1].closed[0].end) == (2, 4)


def test_what_goes_on_beyond_the_planned_time_stays_where_it_is():
    """Moved, it would lose the days that slots know nothing of."""
    long = phase("Long", 80)
    loose = booked(ANNA, at(9), at(20), Status.HOLD, project_id=FILM.id)
    of_phase = booked(BEN, at(9), at(20), Status.HOLD, project_id=FILM.id, phase_id=long.id)
    result = drawn(records(long, bookings=(loose, of_phase)))
    [task] = result.problem.tasks
    assert (task.id, task.earliest, task.latest) == (f"{BOOKING}{loose.id}", 14, 20)
    assert [a.why for a in result.aside] == ["It goes on beyond the time that is planned."]
    assert [(s.start, s.end) for s in result.problem.people[1].closed] == [(14, 20)]


def test_what_cannot_be_planned_is_left_aside_with_the_reason_and_keeps_its_slots():
    parts, begun = phase("Parts", 16), phase("Begun", 16)
    bookings = (
        booked(ANNA, at(1), at(2), project_id=FILM.id, phase_id=parts.id),
        booked(ANNA, at(3), at(4), project_id=FILM.id, phase_id=parts.id),
        booked(BEN, at(-1), at(2), project_id=FILM.id, phase_id=begun.id),
    )
    result = drawn(records(parts, begun, phase("Done", 8, progress=100), bookings=bookings))
    assert {a.phase_id: a.why for a in result.aside} == {
        parts.id: "It is booked in parts, or with more people than it needs.",
        begun.id: "It has begun.",
    }
    assert result.problem.tasks == ()
    assert [s.start for s in result.problem.people[0].closed] == [2, 6]


def test_an_artist_abroad_works_full_days_of_their_own_and_weekends_stay_out():
    far = structs.replace(ANNA, id=UUID(int=7), name="Kim", zone="Australia/Sydney")
    south = structs.replace(ANNA, id=UUID(int=8), name="Sol", zone="America/Los_Angeles")
    result = drawn(records(artists=(BEN, far, south)))
    assert len(result.clocks.studio.starts) == 20
    assert [p.closed for p in result.problem.people[:1]] == [()]
    # Monday morning is over in Sydney by the time that it is seven in Paris.
    assert [(s.start, s.end) for s in result.problem.people[1].closed] == [(0, 1)]
    assert result.problem.people[2].closed == ()
    kim = result.clocks.of(far.id)
    assert kim.starts[0] == datetime(2027, 2, 28, 13, tzinfo=UTC)
    assert kim.ends[1] == datetime(2027, 3, 1, 13, tzinfo=UTC)


def test_who_follows_somebody_far_to_the_west_begins_half_a_day_later():
    east = structs.replace(BEN, zone="Asia/Tokyo")
    near = structs.replace(BEN, zone="Europe/London")
    first, second = phase("Anim", 4), structs.replace(phase("Comp", 4), skills=(SkillNeed(name="roto"),))
    tie = Dependency(id=uuid4(), project_id=FILM.id, from_phase_id=first.id, to_phase_id=second.id)
    lags = {}
    for name, who in (("near", near), ("east", east)):
        does = structs.replace(who, skills=(Skill(name="Roto", level=3),))
        known = records(first, second, artists=(ANNA, does), dependencies=(tie,))
        lags[name] = drawn(known).problem.links[0].lag
    assert lags == {"near": 0, "east": 1}


def test_confirmed_work_that_breaks_its_tie_is_no_fault_of_the_plan():
    first, second = phase("Anim", 8), phase("Comp", 8)
    tie = Dependency(id=uuid4(), project_id=FILM.id, from_phase_id=first.id, to_phase_id=second.id)
    bookings = tuple(
        booked(who, at(day), at(day + 1), Status.CONFIRMED, project_id=FILM.id, phase_id=work.id)
        for who, day, work in ((ANNA, 3, first), (BEN, 1, second))
    )
    result, placed = planned(records(first, second, bookings=bookings, dependencies=(tie,)))
    assert {p.start for p in placed.values()} == {2, 6}
    assert result.problem.links == ()


def test_progress_takes_from_the_duration_and_a_missing_skill_is_explained():
    half, nobody = phase("Half", 16, progress=50), phase("Nobody", 8, level=9)
    result = drawn(records(half, nobody))
    assert [t.duration for t in result.problem.tasks] == [2, 2]
    plan = solve(result.problem, budget=3, clock=itertools.count().__next__)
    [unplaced] = plan.unplaced
    assert (unplaced.task, unplaced.reason.kind) == (str(nobody.id), "no_artist")
