"""Milestones, ties that change, budgets, and what an archived project still takes.

Rules W3 to W5 and U2 of docs/subsystems/domain.md.
"""

from __future__ import annotations

import pytest

from scheduling.model import Milestone
from tests.harness.desk import ADA, ARTIST, MON, OWNER, PHASES, PROJECT, Desk, ident, types

MARK = ident("mark")


def mark(desk: Desk, **fields: object) -> Milestone:
    args = {"id": MARK, "project_id": PROJECT, "name": "Picture lock", "date": "2026-03-06", **fields}
    desk.do("milestone.add", args)
    return desk.state.milestones[MARK]


def test_a_milestone_marks_a_day_of_a_project_or_of_one_of_its_phases() -> None:
    desk = Desk()
    made = mark(desk, phase_id=PHASES[0])
    assert (str(made.date), made.phase_id, made.done) == ("2026-03-06", PHASES[0], False)
    (event,) = desk.do("milestone.edit", {"milestone_id": MARK, "done": True, "phase_id": None})
    assert event.changed == ("phase_id", "done")
    assert desk.do("milestone.edit", {"milestone_id": MARK, "done": True}) == ()
    assert types(desk.do("milestone.delete", {"milestone_id": MARK})) == ["milestone.deleted"]
    desk.refused("not_found", "milestone.edit", {"milestone_id": MARK, "done": False})
    desk.refused("not_found", "milestone.delete", {"milestone_id": MARK})


def test_a_milestone_stands_in_the_calendar_and_in_its_own_project() -> None:
    desk = Desk()
    add = {"project_id": PROJECT, "name": "Lock", "date": "2026-03-06"}
    assert (
        "between 2000 and 2100"
        in desk.refused("invalid", "milestone.add", {**add, "date": "1999-12-31"}).message
    )
    desk.refused("not_found", "milestone.add", {**add, "project_id": ident("nothing")})
    desk.refused("not_found", "milestone.add", {**add, "phase_id": ident("nothing")})
    desk.do("project.add", {"id": ident("y"), "name": "Yonder"})
    elsewhere = {**add, "project_id": ident("y"), "phase_id": PHASES[0]}
    assert "another project" in desk.refused("invalid", "milestone.add", elsewhere).message
    mark(desk)
    wrong = {"milestone_id": MARK, "date": "2101-01-01"}
    desk.refused("invalid", "milestone.edit", wrong)
    desk.refused("not_found", "milestone.edit", {"milestone_id": MARK, "phase_id": ident("nothing")})


def test_a_deleted_id_is_not_used_again() -> None:
    """[W2]"""
    desk = Desk()
    mark(desk)
    desk.do("milestone.delete", {"milestone_id": MARK})
    again = {"id": MARK, "project_id": PROJECT, "name": "Lock", "date": "2026-03-06"}
    assert "used once" in desk.refused("invalid", "milestone.add", again).message


def test_a_deleted_phase_leaves_its_milestones_with_the_project() -> None:
    """[W3]"""
    desk = Desk()
    mark(desk, phase_id=PHASES[0])
    events = desk.do("phase.delete", {"phase_id": PHASES[0]})
    assert types(events) == ["milestone.edited", "phase.deleted"]
    assert desk.state.milestones[MARK].phase_id is None
    desk.do("history.undo", {"command_id": desk.last})
    assert desk.state.milestones[MARK].phase_id == PHASES[0]


def test_milestones_are_given_back_and_taken_away_by_undo() -> None:
    """[U1]"""
    desk = Desk()
    mark(desk)
    made = desk.last
    desk.do("milestone.edit", {"milestone_id": MARK, "name": "Lock"})
    assert types(desk.do("history.undo", {"command_id": desk.last})) == ["milestone.restored"]
    assert desk.state.milestones[MARK].name == "Picture lock"
    assert types(desk.do("history.undo", {"command_id": made})) == ["milestone.deleted"]
    assert types(desk.do("history.undo", {"command_id": desk.last})) == ["milestone.restored"]


def test_undo_does_not_tear_a_milestone_from_its_phase() -> None:
    """[U2]"""
    desk = Desk()
    phase = ident("new phase")
    desk.do("phase.add", {"id": phase, "project_id": PROJECT, "name": "Grade", "duration_hours": 8})
    made = desk.last
    mark(desk, phase_id=phase)
    refused = desk.refused("wrong_state", "history.undo", {"command_id": made})
    assert "a milestone was set in the phase since" in refused.message
    desk.do("milestone.edit", {"milestone_id": MARK, "phase_id": None})
    loosened = desk.last
    desk.do("phase.delete", {"phase_id": phase})
    refused = desk.refused("wrong_state", "history.undo", {"command_id": loosened})
    assert "the phase it marks was deleted" in refused.message


def test_an_artist_who_was_booked_since_is_not_undone_away() -> None:
    """[U2]"""
    desk = Desk()
    artist = ident("new artist")
    desk.do("artist.add", {"id": artist, "name": "Xia"})
    made = desk.last
    booking = desk.hold(artist, MON)
    assert "Xia was booked since" in desk.refused("wrong_state", "history.undo", {"command_id": made}).message
    desk.on("release", booking)
    assert types(desk.do("history.undo", {"command_id": made})) == ["artist.archived"]


@pytest.mark.parametrize("what", ["phases", "bookings", "milestones"])
def test_a_project_that_has_work_since_is_not_undone_away(what: str) -> None:
    """[U2]"""
    desk = Desk()
    project = ident("new project")
    desk.do("project.add", {"id": project, "name": "Yonder"})
    made = desk.last
    if what == "bookings":
        desk.hold(ADA, MON, project_id=project)
    elif what == "phases":
        desk.do("phase.add", {"project_id": project, "name": "Comp", "duration_hours": 8})
    else:
        mark(desk, project_id=project)
    later = desk.last
    refused = desk.refused("wrong_state", "history.undo", {"command_id": made})
    assert f"Yonder got {what} since" in refused.message
    desk.do("history.undo", {"command_id": later})
    assert types(desk.do("history.undo", {"command_id": made})) == ["project.archived"]


def test_the_kind_and_the_lag_of_a_tie_change_and_come_back() -> None:
    desk = Desk()
    tie = ident("tie")
    desk.do("dependency.add", {"id": tie, "from_phase_id": PHASES[0], "to_phase_id": PHASES[1]})
    edit = {"dependency_id": tie, "kind": "start_start", "lag_hours": -4}
    (event,) = desk.do("dependency.edit", edit)
    assert event.changed == ("kind", "lag_hours")
    assert desk.do("dependency.edit", edit) == ()
    desk.do("dependency.edit", {"dependency_id": tie, "lag_hours": 2})
    assert types(desk.do("history.undo", {"command_id": desk.last})) == ["dependency.restored"]
    assert desk.state.dependencies[tie].lag_hours == -4
    desk.refused("not_found", "dependency.edit", {**edit, "dependency_id": ident("nothing")})


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("phase.add", {"project_id": PROJECT, "name": "Comp", "duration_hours": 8}),
        ("milestone.add", {"project_id": PROJECT, "name": "Lock", "date": "2026-03-06"}),
        ("dependency.add", {"from_phase_id": PHASES[0], "to_phase_id": PHASES[1]}),
    ],
)
def test_an_archived_project_takes_nothing_new(op: str, args: dict[str, object]) -> None:
    """[W4]"""
    desk = Desk()
    desk.do("project.archive", {"project_id": PROJECT})
    refused = desk.refused("wrong_state", op, args)
    assert "is archived; open it again first" in refused.message
    desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 100})
    desk.do("project.edit", {"project_id": PROJECT, "status": "active"})
    desk.do(op, args)


def test_a_budget_is_said_in_days_in_money_or_not_at_all() -> None:
    """[W5]"""
    desk = Desk()
    money = {"amount": 48_000.0, "currency": "EUR"}
    desk.do("project.edit", {"project_id": PROJECT, "budget_days": 120, "budget_money": money})
    project = desk.state.projects[PROJECT]
    assert project.budget_money is not None
    assert (project.budget_days, project.budget_money.amount) == (120, 48_000)
    (event,) = desk.do("project.edit", {"project_id": PROJECT, "budget_money": None})
    assert event.changed == ("budget_money",)


def test_a_studio_works_at_some_time() -> None:
    desk = Desk()
    overlapping = [{"day": 0, "start": "09:00", "end": "12:00"}, {"day": 0, "start": "11:00", "end": "18:00"}]
    refused = desk.refused("invalid", "tenant.edit", {"working_hours": overlapping}, by=OWNER)
    assert "must not overlap" in refused.message
    desk.do("tenant.edit", {"working_hours": overlapping[:1]}, by=OWNER)


def test_artists_neither_see_nor_change_work() -> None:
    desk = Desk()
    for op, args in (
        ("milestone.add", {"project_id": PROJECT, "name": "Lock", "date": "2026-03-06"}),
        ("phase.move", {"phase_id": PHASES[0], "start": "2026-03-06T09:00:00Z"}),
        ("project.shift", {"project_id": PROJECT, "days": 1}),
    ):
        desk.refused("forbidden", op, args, by=ARTIST)
