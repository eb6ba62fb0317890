"""Moving a phase, what it pushes, and the bookings that go along.

Rules F1 to F6 of docs/subsystems/domain.md. The studio works from 9:00 to 18:00 in Paris, an hour
ahead of UTC in March: `at(MON, 8)` is nine o'clock there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from scheduling.decide import Accepted
from scheduling.decide.moves import MoveReport
from scheduling.events import PhaseMoved
from scheduling.model import Phase
from tests.harness.desk import (
    ADA,
    BO,
    FRI,
    MON,
    OWNER,
    PHASES,
    PROJECT,
    THU,
    TUE,
    WED,
    Desk,
    at,
    ident,
    types,
)
from tests.harness.tenancy import Tenancy

NEXT_MON, NEXT_TUE, NEXT_WED = MON + 7, TUE + 7, WED + 7
OPENS, CLOSES = 8, 17
HOUR = timedelta(hours=1)


def put(desk: Desk, number: int, first: int, last: int | None = None) -> UUID:
    """Place a phase on working days, from nine to six."""
    place = {"start": at(first, OPENS), "end": at(last or first, CLOSES)}
    desk.do("phase.edit", {"phase_id": PHASES[number], **place})
    return PHASES[number]


def tie(desk: Desk, before: int, after: int, kind: str = "finish_start", lag: float = 0) -> UUID:
    ends = {"from_phase_id": PHASES[before], "to_phase_id": PHASES[after]}
    tie_id = ident("tie", before, after, kind)
    desk.do("dependency.add", {"id": tie_id, **ends, "kind": kind, "lag_hours": lag})
    return tie_id


def phase(desk: Tenancy, number: int) -> Phase:
    return desk.state.phases[PHASES[number]]


def place_of(desk: Tenancy, number: int) -> tuple[Any, Any]:
    return phase(desk, number).start, phase(desk, number).end


def move(desk: Desk, number: int, start: Any, **args: Any) -> tuple[Any, ...]:
    return desk.do("phase.move", {"phase_id": PHASES[number], "start": start, **args})


def report(desk: Desk, number: int, start: Any, **args: Any) -> MoveReport:
    outcome = desk.ask("phase.move", {"phase_id": PHASES[number], "start": start, **args})
    assert isinstance(outcome, Accepted)
    assert isinstance(outcome.report, MoveReport)
    return outcome.report


def test_a_phase_keeps_its_working_time_over_a_weekend() -> None:
    """[F1]"""
    desk = Desk()
    put(desk, 0, MON, TUE)
    (event,) = move(desk, 0, at(FRI, OPENS))
    assert isinstance(event, PhaseMoved)
    assert place_of(desk, 0) == (at(FRI, OPENS), at(NEXT_MON, CLOSES))
    assert (event.shifted_hours, event.cause, event.changed) == (36, None, ("start", "end"))


def test_a_phase_without_a_place_takes_its_duration_from_where_it_is_put() -> None:
    """[F1]"""
    desk = Desk()
    desk.do("phase.edit", {"phase_id": PHASES[0], "duration_hours": 13.5})
    (event,) = move(desk, 0, at(FRI, OPENS))
    assert place_of(desk, 0) == (at(FRI, OPENS), at(NEXT_MON) + HOUR * (OPENS + 4.5))
    assert event.shifted_hours == 0, "it came from nowhere"


def test_a_given_end_changes_the_length() -> None:
    """[F1]"""
    desk = Desk()
    put(desk, 0, MON)
    move(desk, 0, at(MON, OPENS), end=at(WED, CLOSES))
    assert place_of(desk, 0) == (at(MON, OPENS), at(WED, CLOSES))
    refused = desk.refused("invalid", "phase.move", {"phase_id": PHASES[0], "start": at(WED), "end": at(TUE)})
    assert "ends after it starts" in refused.message


def test_holidays_of_the_studio_are_no_working_time() -> None:
    """[F1]"""
    desk = Desk()
    desk.do("tenant.edit", {"closures": [{"day": "2026-03-05", "name": "Inventory"}]}, by=OWNER)
    put(desk, 0, MON, TUE)
    move(desk, 0, at(WED, OPENS))
    assert place_of(desk, 0) == (at(WED, OPENS), at(FRI, CLOSES)), "Thursday is closed"


def test_moving_pushes_what_waits_and_names_the_cause() -> None:
    """[F3] [F4]"""
    desk = Desk()
    for number, day in enumerate((MON, TUE, WED)):
        put(desk, number, day)
    first, second = tie(desk, 0, 1), tie(desk, 1, 2)
    asked, pushed, last = move(desk, 0, at(TUE, OPENS))
    assert place_of(desk, 1) == (at(WED, OPENS), at(WED, CLOSES))
    assert place_of(desk, 2) == (at(THU, OPENS), at(THU, CLOSES))
    assert asked.cause is None
    assert (pushed.cause.kind, pushed.cause.entity_id) == ("pushed", PHASES[0])
    assert pushed.cause.dependency_id == first
    assert (last.cause.entity_id, last.cause.dependency_id, last.shifted_hours) == (PHASES[1], second, 9)


def test_slack_is_used_up_before_anything_is_pushed() -> None:
    """[F3]"""
    desk = Desk()
    put(desk, 0, MON)
    put(desk, 1, THU)
    tie(desk, 0, 1)
    assert len(move(desk, 0, at(WED, OPENS))) == 1
    assert len(move(desk, 0, at(THU, OPENS))) == 2


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        ("finish_start", 0, (NEXT_MON, OPENS)),
        ("finish_start", 4.5, (NEXT_MON, OPENS + 4.5)),
        ("finish_start", -4.5, (FRI, OPENS + 4.5)),
        ("start_start", 0, (WED, OPENS)),
        ("start_start", 9, (THU, OPENS)),
        ("finish_finish", 0, (FRI, OPENS)),
        ("finish_finish", 9, (NEXT_MON, OPENS)),
        ("start_finish", 9, (WED, OPENS)),
    ],
)
def test_each_kind_of_tie_pushes_as_far_as_it_says(
    kind: str, lag: float, expected: tuple[int, float]
) -> None:
    """[F2] A phase of three days moves to Wednesday; one of a day on Monday waits for it."""
    desk = Desk()
    put(desk, 0, MON, WED)
    put(desk, 1, MON)
    tie(desk, 0, 1, kind, lag)
    move(desk, 0, at(WED, OPENS))
    day, hour = expected
    assert phase(desk, 1).start == at(day) + HOUR * hour


def test_a_phase_may_be_put_before_what_it_waits_for_and_the_answer_says_so() -> None:
    """[F4]"""
    desk = Desk()
    put(desk, 0, WED)
    put(desk, 1, THU)
    broken = tie(desk, 0, 1)
    plan = report(desk, 1, at(TUE, OPENS))
    assert plan.violated == (broken,)
    assert [s.kind for s in plan.shifts] == ["asked"]
    assert place_of(desk, 0) == (at(WED, OPENS), at(WED, CLOSES))


def test_without_push_dependents_stay_and_the_broken_ties_are_named() -> None:
    """[F4]"""
    desk = Desk()
    put(desk, 0, MON)
    put(desk, 1, TUE)
    broken = tie(desk, 0, 1)
    plan = report(desk, 0, at(WED, OPENS), push=False)
    assert plan.violated == (broken,)
    assert place_of(desk, 1) == (at(TUE, OPENS), at(TUE, CLOSES))


def test_dependents_come_forward_only_on_request() -> None:
    """[F5]"""
    desk = Desk()
    put(desk, 0, WED)
    put(desk, 1, FRI)
    tie(desk, 0, 1)
    move(desk, 0, at(TUE, OPENS))
    assert phase(desk, 1).start == at(FRI, OPENS)
    _, pulled = move(desk, 0, at(MON, OPENS), pull=True)
    assert phase(desk, 1).start == at(THU, OPENS), "a day, as what it follows: its slack stays"
    assert (pulled.cause.kind, pulled.shifted_hours) == ("pulled", -9)


def test_phases_without_a_place_are_not_pushed() -> None:
    """[F3]"""
    desk = Desk()
    put(desk, 0, MON)
    tie(desk, 0, 1)
    assert len(move(desk, 0, at(WED, OPENS))) == 1
    assert phase(desk, 1).start is None


def test_moving_to_where_it_is_pushes_what_was_edited_into_its_way() -> None:
    """[F3]"""
    desk = Desk()
    put(desk, 0, MON, TUE)
    put(desk, 1, TUE)
    tie(desk, 0, 1)
    plan = report(desk, 0, at(MON, OPENS))
    assert [(s.phase_id, s.kind) for s in plan.shifts] == [(PHASES[1], "pushed")]


def test_nothing_is_moved_beyond_the_calendar() -> None:
    desk = Desk()
    put(desk, 0, MON)
    put(desk, 1, TUE)
    tie(desk, 0, 1)
    late = {"phase_id": PHASES[0], "start": "2100-12-31T09:00:00Z"}
    assert "between 2000 and 2100" in desk.refused("invalid", "phase.move", late).message
    desk.refused("invalid", "phase.move", {**late, "start": "1999-12-31T09:00:00Z"})


def test_a_move_is_undone_with_all_it_pushed() -> None:
    """[U1]"""
    desk = Desk()
    put(desk, 0, MON)
    put(desk, 1, TUE)
    tie(desk, 0, 1)
    booking = desk.pencil(ADA, TUE, project_id=PROJECT, phase_id=PHASES[1])
    move(desk, 0, at(WED, OPENS), with_bookings=True)
    assert desk.booking(booking).start == at(THU)
    desk.do("history.undo", {"command_id": desk.last})
    assert place_of(desk, 0) == (at(MON, OPENS), at(MON, CLOSES))
    assert place_of(desk, 1) == (at(TUE, OPENS), at(TUE, CLOSES))
    assert desk.booking(booking).start == at(TUE)


# -- bookings ----------------------------------------------------------------------------


def test_bookings_stay_unless_they_are_asked_to_come() -> None:
    """[F6]"""
    desk = Desk()
    put(desk, 0, MON)
    booking = desk.pencil(ADA, MON, project_id=PROJECT, phase_id=PHASES[0])
    move(desk, 0, at(WED, OPENS))
    assert desk.booking(booking).start == at(MON)
    events = move(desk, 0, at(FRI, OPENS), with_bookings=True)
    assert types(events) == ["phase.moved", "booking.moved"]
    assert desk.booking(booking).start == at(WED), "by two working days, as the phase now moved"
    assert (events[1].cause.kind, events[1].cause.entity_id) == ("moved", PHASES[0])


def test_bookings_of_pushed_phases_come_by_as_much_as_their_phase() -> None:
    """[F6]"""
    desk = Desk()
    put(desk, 0, WED)
    put(desk, 1, THU)
    tie(desk, 0, 1)
    booking = desk.pencil(ADA, THU, project_id=PROJECT, phase_id=PHASES[1])
    move(desk, 0, at(FRI, OPENS), with_bookings=True)
    assert phase(desk, 1).start == at(NEXT_MON, OPENS)
    assert desk.booking(booking).start == at(NEXT_MON), "over the weekend"


def test_a_booking_that_cannot_come_refuses_the_whole_or_stays() -> None:
    """[F6]"""
    desk = Desk()
    put(desk, 0, MON)
    stuck = desk.pencil(ADA, MON, project_id=PROJECT, phase_id=PHASES[0])
    free = desk.pencil(BO, MON, project_id=PROJECT, phase_id=PHASES[0])
    desk.confirmed(ADA, WED)
    wish = {"phase_id": PHASES[0], "start": at(WED, OPENS), "with_bookings": True}
    refused = desk.refused("conflict", "phase.move", wish)
    assert refused.message.startswith("1 of 2 bookings cannot move there, so nothing was changed:")
    assert refused.data is not None
    assert [i.booking_id for i in refused.data.items] == [stuck]
    outcome = desk.ask("phase.move", {**wish, "on_refusal": "skip"})
    assert isinstance(outcome, Accepted)
    assert [(i.booking_id, i.code) for i in outcome.refused] == [(stuck, "conflict")]
    assert (desk.booking(stuck).start, desk.booking(free).start) == (at(MON), at(WED))


def test_an_archived_project_is_not_moved() -> None:
    desk = Desk()
    put(desk, 0, MON)
    desk.do("project.archive", {"project_id": PROJECT})
    desk.refused("wrong_state", "phase.move", {"phase_id": PHASES[0], "start": at(WED, OPENS)})
    desk.refused("wrong_state", "project.shift", {"project_id": PROJECT, "days": 1})


def test_a_phase_that_is_not_there_is_not_moved() -> None:
    desk = Desk()
    desk.refused(
        "not_found", "phase.move", {"phase_id": ident("nothing"), "start": at(WED), "with_bookings": True}
    )
    desk.refused("not_found", "project.shift", {"project_id": ident("nothing"), "days": 1})


def test_a_place_that_others_changed_meanwhile_is_not_overwritten() -> None:
    """[V1]"""
    desk = Desk()
    put(desk, 0, MON)
    version = phase(desk, 0).version
    desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 10})
    move_it = {"phase_id": PHASES[0], "start": at(WED, OPENS)}
    desk.do("phase.move", move_it, base=version)
    desk.refused("stale_version", "phase.move", {**move_it, "start": at(THU, OPENS)}, base=version)


# -- whole projects ----------------------------------------------------------------------


def test_a_project_is_moved_with_all_it_has() -> None:
    """[F7]"""
    desk = Desk()
    desk.do("project.edit", {"project_id": PROJECT, "start": "2026-03-02", "end": "2026-03-06"})
    put(desk, 0, MON, TUE)
    mark = ident("mark")
    desk.do("milestone.add", {"id": mark, "project_id": PROJECT, "name": "Lock", "date": "2026-03-06"})
    booking = desk.pencil(ADA, MON, project_id=PROJECT)
    other = desk.pencil(BO, MON)
    events = desk.do("project.shift", {"project_id": PROJECT, "days": 7})
    assert types(events) == ["project.shifted", "phase.moved", "milestone.moved", "booking.moved"]
    assert {e.cause.kind for e in events[1:]} == {"shifted"}
    assert str(desk.state.projects[PROJECT].end) == "2026-03-13"
    assert place_of(desk, 0) == (at(NEXT_MON, OPENS), at(NEXT_TUE, CLOSES))
    assert str(desk.state.milestones[mark].date) == "2026-03-13"
    assert (desk.booking(booking).start, desk.booking(other).start) == (at(NEXT_MON), at(MON))


def test_adjacent_bookings_of_one_artist_move_into_each_others_places() -> None:
    """[F8]"""
    desk = Desk()
    bookings = [desk.confirmed(ADA, day, project_id=PROJECT) for day in (MON, TUE, WED, THU, FRI)]
    desk.do("project.shift", {"project_id": PROJECT, "days": 1})
    assert [desk.booking(b).start for b in bookings] == [at(day + 1) for day in (MON, TUE, WED, THU, FRI)]
    desk.do("project.shift", {"project_id": PROJECT, "days": -3})
    assert [desk.booking(b).start for b in bookings] == [at(day - 2) for day in (MON, TUE, WED, THU, FRI)]


def test_working_days_leave_weekends_out() -> None:
    """[F7]"""
    desk = Desk()
    short = desk.pencil(ADA, THU, FRI, project_id=PROJECT, zone="UTC")
    over = desk.pencil(BO, FRI, NEXT_MON, project_id=PROJECT, zone="UTC")
    desk.do("project.shift", {"project_id": PROJECT, "days": 2, "unit": "working_days"})
    assert (desk.booking(short).start, desk.booking(short).end) == (at(NEXT_MON), at(NEXT_TUE + 1))
    assert (desk.booking(over).start, desk.booking(over).end) == (at(NEXT_TUE), at(NEXT_WED + 1))


def test_a_part_of_a_project_is_moved() -> None:
    """[F7]"""
    desk = Desk()
    desk.do("project.edit", {"project_id": PROJECT, "start": "2026-03-02", "end": "2026-03-06"})
    put(desk, 0, MON)
    put(desk, 1, THU)
    early, late = desk.pencil(ADA, MON, project_id=PROJECT), desk.pencil(ADA, THU, project_id=PROJECT)
    desk.do("project.shift", {"project_id": PROJECT, "days": 7, "since": at(WED)})
    assert (desk.booking(early).start, desk.booking(late).start) == (at(MON), at(THU + 7))
    assert (phase(desk, 0).start, phase(desk, 1).start) == (at(MON, OPENS), at(THU + 7, OPENS))
    project = desk.state.projects[PROJECT]
    assert (str(project.start), str(project.end)) == ("2026-03-02", "2026-03-13")


def test_who_stood_first_among_those_that_move_still_does() -> None:
    """[F8] The pencil keeps its claim on Thursday only; the hold behind it kept Thursday and Friday."""
    desk = Desk()
    pencil = desk.pencil(ADA, MON, THU, project_id=PROJECT)
    hold = desk.hold(ADA, WED, FRI, project_id=PROJECT)
    assert desk.ranks(hold) == [(WED, 2), (THU, 2), (FRI, 1)]
    events = desk.do("project.shift", {"project_id": PROJECT, "days": 2})
    assert desk.status(pencil) == "pencil"
    assert desk.ranks(hold) == [(FRI, 2), (FRI + 1, 2), (FRI + 2, 1)]
    assert types(events) == ["booking.moved", "booking.moved"], "nobody's rank changed but by moving"


def test_those_who_wait_where_a_project_leaves_move_up() -> None:
    """[L3]"""
    desk = Desk()
    desk.pencil(ADA, MON, project_id=PROJECT)
    waiting = desk.hold(ADA, MON)
    events = desk.do("project.shift", {"project_id": PROJECT, "days": 1})
    assert types(events) == ["booking.moved", "booking.promoted"]
    assert (desk.rank(waiting), events[1].cause.kind) == (1, "shifted")


def test_others_are_decided_against_as_always() -> None:
    """[F8] A pencil joins the tail on the days it adds, and must be first."""
    desk = Desk()
    pencil = desk.pencil(ADA, MON, project_id=PROJECT)
    desk.hold(ADA, TUE)
    refused = desk.refused("not_first", "project.shift", {"project_id": PROJECT, "days": 1})
    assert refused.data is not None
    assert [i.booking_id for i in refused.data.items] == [pencil]


def test_one_that_stays_keeps_others_from_its_place() -> None:
    """[F8] Tuesday's cannot go to a day off, so Monday's cannot go to Tuesday."""
    desk = Desk()
    monday = desk.pencil(ADA, MON, project_id=PROJECT)
    tuesday = desk.pencil(ADA, TUE, project_id=PROJECT)
    thursday = desk.pencil(ADA, THU, project_id=PROJECT)
    desk.off(ADA, WED)
    outcome = desk.ask("project.shift", {"project_id": PROJECT, "days": 1, "on_refusal": "skip"})
    assert isinstance(outcome, Accepted)
    assert {i.booking_id for i in outcome.refused} == {monday, tuesday}
    assert [desk.booking(b).start for b in (monday, tuesday, thursday)] == [at(MON), at(TUE), at(FRI)]


def test_a_shift_by_nothing_is_refused() -> None:
    assert (
        "at least a day"
        in Desk().refused("invalid", "project.shift", {"project_id": PROJECT, "days": 0}).message
    )


def test_a_project_with_nothing_in_it_is_where_it_was_asked_to_be() -> None:
    assert Desk().do("project.shift", {"project_id": PROJECT, "days": 3}) == ()


def test_a_booking_keeps_its_hour_when_clocks_change() -> None:
    """[F7] Paris goes forward on 29 March."""
    desk = Desk()
    booking = ident("shot")
    wish = {"id": booking, "artist_id": ADA, "start": at(27, 8), "end": at(27, 17), "zone": "Europe/Paris"}
    desk.do("booking.place", {**wish, "project_id": PROJECT})
    desk.do("project.shift", {"project_id": PROJECT, "days": 3})
    assert (desk.booking(booking).start, desk.booking(booking).end) == (at(30, 7), at(30, 16))
