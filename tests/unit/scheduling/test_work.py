"""Projects, their phases, and the ties between phases.

Rules W1, W2 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.harness.desk import ADA, NOWHERE, PHASES, PROJECT, WED, Desk, days, ident, types


def tie(desk: Desk, before: UUID, after: UUID, name: str = "") -> UUID:
    tie_id = ident("tie", name or f"{before} {after}")
    desk.do("dependency.add", {"id": tie_id, "from_phase_id": before, "to_phase_id": after})
    return tie_id


def test_a_project_ends_on_or_after_the_day_it_starts() -> None:
    desk = Desk()
    desk.do("project.add", {"name": "One day", "start": "2026-03-04", "end": "2026-03-04"})
    backwards = {"name": "Back", "start": "2026-03-04", "end": "2026-03-03"}
    assert "2026-03-04 to 2026-03-03" in desk.refused("invalid", "project.add", backwards).message
    desk.do("project.edit", {"project_id": PROJECT, "start": "2026-03-04"})
    desk.refused("invalid", "project.edit", {"project_id": PROJECT, "end": "2026-03-03"})


def test_a_closed_project_keeps_its_bookings() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, project_id=PROJECT)
    assert types(desk.do("project.archive", {"project_id": PROJECT})) == ["project.archived"]
    assert desk.booking(booking).project_id == PROJECT
    assert desk.do("project.archive", {"project_id": PROJECT}) == ()


def test_an_archived_project_takes_no_new_bookings() -> None:
    desk = Desk()
    own, other = desk.hold(ADA, WED, project_id=PROJECT), desk.hold(ADA, WED)
    desk.do("project.archive", {"project_id": PROJECT})
    place = {"artist_id": ADA, **days(WED), "project_id": PROJECT}
    assert "is archived" in desk.refused("wrong_state", "booking.place", place).message
    desk.refused("wrong_state", "booking.edit", {"booking_id": other, "project_id": PROJECT})
    desk.do("booking.edit", {"booking_id": own, "project_id": PROJECT, "title": "Last shot"})
    assert desk.booking(own).title == "Last shot", "what it has already stays as it is"


def test_a_phase_belongs_to_a_project() -> None:
    args = {"project_id": NOWHERE, "name": "Comp", "duration_hours": 8}
    Desk().refused("not_found", "phase.add", args)


def test_a_phase_is_edited_field_by_field() -> None:
    desk = Desk()
    (event,) = desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 50, "duration_hours": 8})
    assert event.changed == ("progress",), "it took 8 hours before as well"
    assert desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 50}) == ()


def test_a_deleted_phase_takes_its_ties_with_it_and_leaves_bookings() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, project_id=PROJECT, phase_id=PHASES[1])
    tie(desk, PHASES[0], PHASES[1])
    tie(desk, PHASES[1], PHASES[2])
    other = tie(desk, PHASES[2], PHASES[3])
    events = desk.do("phase.delete", {"phase_id": PHASES[1]})
    assert types(events) == ["dependency.deleted", "dependency.deleted", "phase.deleted"]
    assert set(desk.state.dependencies) == {other}
    assert desk.booking(booking).live


def test_a_deleted_id_is_not_used_again() -> None:
    desk = Desk()
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    again = {"id": PHASES[0], "project_id": PROJECT, "name": "Comp", "duration_hours": 8}
    assert "used once" in desk.refused("invalid", "phase.add", again).message
    desk.refused("not_found", "phase.edit", {"phase_id": PHASES[0], "progress": 1})
    desk.refused("not_found", "phase.delete", {"phase_id": PHASES[0]})


def test_a_tie_keeps_its_kind_and_lag() -> None:
    desk = Desk()
    args = {"from_phase_id": PHASES[0], "to_phase_id": PHASES[1], "kind": "start_start", "lag_hours": -4}
    desk.do("dependency.add", {"id": ident("tie"), **args})
    made = desk.state.dependencies[ident("tie")]
    assert (made.kind, made.lag_hours, made.project_id) == ("start_start", -4, PROJECT)


def test_a_cycle_is_refused_and_named() -> None:
    desk = Desk()
    tie(desk, PHASES[0], PHASES[1])
    tie(desk, PHASES[1], PHASES[2])
    refused = desk.refused("invalid", "dependency.add", ends(PHASES[2], PHASES[0]))
    assert refused.message == "This would close a cycle: Phase 2 → Phase 0 → Phase 1 → Phase 2."


def test_a_phase_does_not_wait_for_itself() -> None:
    refused = Desk().refused("invalid", "dependency.add", ends(PHASES[0], PHASES[0]))
    assert refused.message == "This would close a cycle: Phase 0 → Phase 0."


def test_two_ways_to_the_same_phase_are_no_cycle() -> None:
    desk = Desk()
    for before, after in ((0, 1), (0, 2), (1, 3), (2, 3), (0, 3)):
        tie(desk, PHASES[before], PHASES[after])


def test_a_cut_tie_makes_room_for_its_opposite() -> None:
    desk = Desk()
    made = tie(desk, PHASES[0], PHASES[1])
    assert types(desk.do("dependency.delete", {"dependency_id": made})) == ["dependency.deleted"]
    tie(desk, PHASES[1], PHASES[0])
    desk.refused("not_found", "dependency.delete", {"dependency_id": made})


def test_ties_stay_within_one_project() -> None:
    desk = Desk()
    desk.do("project.add", {"id": ident("y"), "name": "Yonder"})
    desk.do("phase.add", {"id": ident("p"), "project_id": ident("y"), "name": "Comp", "duration_hours": 8})
    assert "of one project" in desk.refused("invalid", "dependency.add", ends(PHASES[0], ident("p"))).message


@pytest.mark.parametrize("missing", [0, 1])
def test_a_tie_has_two_ends_that_exist(missing: int) -> None:
    phases = [PHASES[0], PHASES[1]]
    phases[missing] = NOWHERE
    Desk().refused("not_found", "dependency.add", ends(*phases))


def ends(before: UUID, after: UUID) -> dict[str, Any]:
    return {"from_phase_id": before, "to_phase_id": after}
