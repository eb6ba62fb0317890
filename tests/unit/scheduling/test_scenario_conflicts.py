"""What does not fit any more when live moved on, and how it is settled. Rules Z9 and Z10 of domain.md."""

from __future__ import annotations

import pytest

from scheduling.decide.realising import drawn_before
from tests.harness.desk import ADA, BO, CY, FRI, MON, PHASES, PROJECT, TUE, WED, at, days
from tests.harness.planning import PLAN, Planning, ending, moving, placing


@pytest.fixture
def desk() -> Planning:
    return Planning()


def moved_meanwhile(desk):
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    desk.on("move", hold, **days(WED))
    return hold


def answered_meanwhile(desk):
    hold = desk.hold(ADA, MON)
    desk.draw(ending(hold))
    desk.on("accept", hold)
    return hold


def edited_meanwhile(desk):
    hold = desk.hold(ADA, MON)
    desk.draw(ending(hold))
    desk.on("edit", hold, title="Needed after all")
    return hold


def ended_meanwhile(desk):
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    desk.on("release", hold)
    return hold


def is_confirmed(desk):
    firm = desk.confirmed(ADA, MON)
    desk.draw(moving(firm, TUE))
    return firm


def taken_meanwhile(desk):
    new = placing(ADA, MON, status="pencil")
    desk.draw(new)
    desk.pencil(ADA, MON)
    return new["booking_id"]


def behind_meanwhile(desk):
    new = placing(ADA, MON, status="pencil")
    desk.draw(new)
    desk.hold(ADA, MON)
    return new["booking_id"]


def away_meanwhile(desk):
    new = placing(ADA, MON)
    desk.draw(new)
    desk.off(ADA, MON)
    return new["booking_id"]


def left_meanwhile(desk):
    dee = desk.do("artist.add", {"name": "Dee"})[0].artist.id
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, artist_id=dee))
    desk.do("artist.archive", {"artist_id": dee})
    return hold


def archived_meanwhile(desk):
    new = placing(ADA, MON, project_id=PROJECT)
    desk.draw(new)
    desk.do("project.archive", {"project_id": PROJECT})
    return new["booking_id"]


def deleted_meanwhile(desk):
    new = placing(ADA, MON, project_id=PROJECT, phase_id=PHASES[0])
    desk.draw(new)
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    return new["booking_id"]


CONFLICTS = {
    "moved": (moved_meanwhile, True),
    "answered": (answered_meanwhile, True),
    "edited": (edited_meanwhile, True),
    "ended": (ended_meanwhile, False),
    "confirmed": (is_confirmed, True),
    "taken": (taken_meanwhile, False),
    "not_first": (behind_meanwhile, False),
    "away": (away_meanwhile, False),
    "artist_archived": (left_meanwhile, False),
    "project_archived": (archived_meanwhile, False),
    "phase_gone": (deleted_meanwhile, False),
}


@pytest.mark.parametrize("kind", CONFLICTS)
def test_what_does_not_fit_any_more_says_so_and_refuses_the_whole(desk, kind):
    """[Z9] [Z10] The standing and the commit say the same, and either side can be taken."""
    happened, keepable = CONFLICTS[kind]
    booking_id = happened(desk)
    fine = placing(CY, FRI)
    desk.draw(fine)
    [conflict] = desk.difference().conflicts
    assert (conflict.kind, conflict.booking_id) == (kind, booking_id)
    assert conflict.settle == (("mine", "live") if keepable else ("live",))
    assert conflict.text.endswith(".")
    before = desk.state
    refused = desk.refuse_commit(kind)
    assert desk.state is before
    assert refused.code == conflict.code
    assert "1 of 2 changes cannot be committed" in refused.message
    if keepable:
        assert desk.rebase(**{str(booking_id): "mine"}) == {}
    else:
        take = {"scenario_id": PLAN, "take": {str(booking_id): "mine"}}
        desk.refused("wrong_state", "scenario.rebase", take)
        assert desk.rebase() == {booking_id: kind}
        assert desk.rebase(**{str(booking_id): "live"}) == {}
    desk.commit()
    assert desk.status(fine["booking_id"]) == "hold"


def test_what_is_in_the_way_is_named(desk):
    """[Z9]"""
    booking_id = taken_meanwhile(desk)
    [conflict] = desk.difference().conflicts
    [blocking] = conflict.blocking
    assert (conflict.booking_id, blocking.start) == (booking_id, at(MON))


def test_what_others_changed_beside_it_is_no_conflict(desk):
    """[Z9] As V1: a move reads the dates it sets, not the title."""
    hold, named = desk.hold(ADA, MON), desk.hold(BO, MON)
    desk.draw(moving(hold, TUE), moving(named, TUE, artist_id=CY))
    desk.on("edit", hold, title="Renamed")
    desk.on("accept", named)
    assert drawn_before(desk.state, PLAN) == {hold: 1, named: 1}
    assert desk.difference().fits
    desk.rebase()
    assert drawn_before(desk.state, PLAN) == {}
    assert desk.state.scenarios[PLAN].base_seq == len(desk.events) - 3
    desk.commit()


def test_settling_names_what_the_scenario_does_not_hold(desk):
    refused = desk.refused("not_found", "scenario.rebase", {"scenario_id": PLAN, "take": {str(ADA): "mine"}})
    assert refused.data.items[0].booking_id == ADA
