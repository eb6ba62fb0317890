"""Scenarios: drawn, settled, made true or thrown away. Rules Z1 to Z12 of docs/subsystems/domain.md."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.events import ScenarioChanged, entity_of
from scheduling.model import ScenarioState
from scheduling.state import draft_of, snapshot
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    CY,
    MON,
    OWNER,
    PHASES,
    PROJECT,
    THU,
    TUE,
    WED,
    at,
    days,
    ident,
    types,
)
from tests.harness.planning import PLAN, Planning, ending, moving, placing


@pytest.fixture
def desk() -> Planning:
    return Planning()


# -- drawing -----------------------------------------------------------------------------


def test_drawing_changes_nothing_that_is_live(desk):
    """[Z1]"""
    hold = desk.hold(ADA, MON)
    live = desk.state.bookings
    desk.draw(moving(hold, TUE), placing(BO, WED))
    assert desk.state.bookings == live
    assert desk.drawn(hold).base_version == 1


def test_what_was_said_last_of_a_booking_counts(desk):
    """[Z2]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    events = desk.draw(ending(hold, reason="not needed"))
    assert types(events) == ["scenario_change.edited", "scenario.changed"]
    assert (desk.drawn(hold).action, desk.drawn(hold).version) == ("end", 2)
    assert len(draft_of(desk.state, PLAN)) == 1
    assert not desk.draw(ending(hold, reason="not needed"))


def test_two_people_draw_at_once_and_clash_only_over_the_same_change(desk):
    """[Z3]"""
    one, other = desk.hold(ADA, MON), desk.hold(BO, MON)
    desk.draw({**moving(one, TUE), "on_version": 0})
    desk.draw({**moving(other, TUE), "on_version": 0}, by=OWNER)
    desk.draw({**moving(one, WED), "on_version": 1})
    refused = desk.refuse_draw("stale_version", {**moving(other, WED)}, {**moving(one, THU), "on_version": 1})
    [item] = refused.data.items
    assert (item.item, item.booking_id) == (1, one)
    assert item.data.current.scenario_change == desk.drawn(one)
    assert desk.drawn(other).start == at(TUE)
    desk.do("scenario.drop_change", {"scenario_id": PLAN, "booking_ids": [one]})
    desk.refuse_draw("stale_version", {**moving(one, THU), "on_version": 2})
    desk.refuse_draw("invalid", {**moving(other, THU), "on_version": 9})


def test_every_change_makes_a_new_version_and_says_how_much(desk):
    """[Z4]"""
    hold = desk.hold(ADA, MON)
    *_, told = desk.draw(moving(hold, TUE), placing(BO, WED))
    assert isinstance(told, ScenarioChanged)
    assert (told.put, told.dropped, told.scenario.version) == (2, 0, 2)
    *_, told = desk.do("scenario.drop_change", {"scenario_id": PLAN, "booking_ids": [hold]})
    assert (told.put, told.dropped, told.scenario.version) == (0, 1, 3)


@pytest.mark.parametrize(
    ("wish", "code", "path"),
    [
        ({"action": "place", "artist_id": ADA}, "invalid", "changes"),
        ({**placing(ADA, MON), "end": at(1)}, "invalid", "end"),
        ({**placing(ADA, MON), "base_version": 1}, "invalid", "base_version"),
        ({**placing(ADA, MON), "zone": "Mars/Olympus"}, "invalid", "zone"),
        ({**placing(ident("nobody"), MON)}, "not_found", None),
        ({**placing(ADA, MON), "project_id": ident("nothing")}, "not_found", None),
        ({**placing(ADA, MON), "phase_id": ident("nothing")}, "not_found", None),
        ({"action": "move", "artist_id": BO, "booking_id": ident("nothing")}, "not_found", None),
        ({"action": "move"}, "invalid", "changes"),
        ({"action": "move", "title": "New", "artist_id": BO}, "invalid", "title"),
        ({"action": "move", "artist_id": ident("nobody")}, "not_found", None),
        ({"action": "move", "base_version": 9, "artist_id": BO}, "invalid", "base_version"),
        ({"action": "end", "artist_id": BO}, "invalid", "artist_id"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_with_its_place(desk, wish, code, path):
    """[Z2]"""
    hold = desk.hold(ADA, MON)
    refused = desk.refuse_draw(code, moving(desk.hold(CY, MON), TUE), {"booking_id": hold, **wish})
    if "booking_id" not in wish or wish["action"] != "place":
        [item] = refused.data.items
        assert item.item == 1
        assert (item.data.path if item.data else None) == path
    assert not draft_of(desk.state, PLAN)


def test_a_booking_is_named_once_and_a_new_ones_id_is_new(desk):
    hold = desk.hold(ADA, MON)
    desk.refuse_draw("invalid", moving(hold, TUE), ending(hold))
    desk.refuse_draw("invalid", {**placing(ADA, TUE), "booking_id": hold})
    desk.on("release", hold)
    desk.refuse_draw("wrong_state", moving(hold, TUE))
    archived = desk.do("artist.add", {"name": "Dee"})[0].artist.id
    desk.do("artist.archive", {"artist_id": archived})
    desk.refuse_draw("wrong_state", placing(archived, TUE))


# -- making it true ----------------------------------------------------------------------


def test_a_commit_places_moves_and_ends_at_once(desk):
    """[Z5] [Z6]"""
    moved, ended, firm = desk.hold(ADA, MON), desk.hold(BO, TUE), desk.confirmed(CY, WED)
    desk.draw(
        moving(moved, THU, reason="the client asked"),
        ending(ended, reason="not needed"),
        ending(firm, confirmed=True),
        placing(ADA, MON, title="Roto", project_id=PROJECT, phase_id=PHASES[0]),
        placing(CY, WED, status="pencil"),
    )
    events = desk.commit(base_version=desk.version)
    assert types(events)[0] == "scenario.committed"
    assert (events[0].placed, events[0].moved, events[0].ended) == (2, 1, 2)
    assert desk.booking(moved).start == at(THU)
    assert (desk.status(ended), desk.status(firm)) == ("released", "cancelled")
    assert desk.booking(firm).reason == "The plan changed"
    placed = desk.booking(ident("drawn", str(ADA), MON))
    assert (placed.title, placed.project_id, placed.status.value) == ("Roto", PROJECT, "hold")
    assert desk.status(ident("drawn", str(CY), WED)) == "pencil"
    reasons = {entity_of(e).id: (e.cause.kind, e.cause.entity_id, e.reason) for e in events if e.cause}
    assert reasons[moved] == ("scenario", PLAN, "the client asked")
    assert reasons[ended] == ("scenario", PLAN, "not needed")
    assert {(kind, of) for kind, of, _ in reasons.values()} == {("scenario", PLAN)}
    assert desk.state.scenarios[PLAN].state is ScenarioState.COMMITTED


def test_bookings_change_places(desk):
    """[Z5] Who moves may go where another leaves, and what is new where one ended."""
    one, other, gone = desk.pencil(ADA, MON), desk.pencil(ADA, TUE), desk.pencil(ADA, WED)
    new = placing(ADA, WED, status="pencil")
    desk.draw(moving(one, TUE), moving(other, MON), ending(gone), new)
    desk.commit()
    assert (desk.booking(one).start, desk.booking(other).start) == (at(TUE), at(MON))
    assert desk.status(new["booking_id"]) == "pencil"


def test_an_accepted_hold_behind_what_ends_becomes_a_pencil(desk):
    """[Z5] What follows from it is part of it, and told by the difference."""
    first, behind = desk.hold(ADA, MON), desk.hold(ADA, MON)
    desk.on("accept", behind)
    desk.draw(ending(first))
    [pair] = desk.difference().follows
    assert (pair.before.status.value, pair.after.status.value) == ("hold", "pencil")
    desk.commit()
    assert desk.status(behind) == "pencil"


def test_a_move_keeps_what_it_does_not_say(desk):
    """[Z7]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, artist_id=BO))
    desk.on("move", hold, **days(WED))
    assert desk.difference().fits
    desk.commit()
    assert (desk.booking(hold).artist_id, desk.booking(hold).start) == (BO, at(WED))


def test_a_closed_scenario_is_changed_no_more_and_holds_nothing(desk):
    """[Z8]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    desk.do("scenario.discard", {"scenario_id": PLAN})
    assert desk.booking(hold).start == at(MON)
    assert not desk.state.drafts
    assert not desk.state.scenario_changes
    assert not snapshot(desk.state)["scenarios"]
    for op in ("change", "drop_change", "rebase", "commit", "discard", "edit"):
        wishes = {"changes": [moving(hold, TUE)]} if op == "change" else {}
        named = {"booking_ids": [hold]} if op == "drop_change" else {}
        desk.refused("wrong_state", f"scenario.{op}", {"scenario_id": PLAN, **wishes, **named})


def test_an_empty_scenario_has_nothing_to_commit(desk):
    desk.refused("wrong_state", "scenario.commit", {"scenario_id": PLAN})
    desk.refused("not_found", "scenario.commit", {"scenario_id": ident("nothing")})


def test_nobody_commits_what_they_have_not_seen(desk):
    """[Z4]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    seen = desk.version
    desk.draw(moving(hold, WED), by=OWNER)
    refused = desk.refused("stale_version", "scenario.commit", {"scenario_id": PLAN, "base_version": seen})
    assert refused.data.current.scenario == desk.state.scenarios[PLAN]
    desk.refused("stale_version", "scenario.commit", {"scenario_id": PLAN}, base=seen)
    desk.refused("invalid", "scenario.commit", {"scenario_id": PLAN, "base_version": 99})
    assert desk.commit(base_version=seen + 1)


# -- taking back -------------------------------------------------------------------------


def test_an_undone_commit_is_open_again_with_all_it_held_and_can_be_committed_anew(desk):
    """[Z11]"""
    hold, ended, new = desk.hold(ADA, MON), desk.hold(BO, MON), placing(CY, MON)
    desk.draw(moving(hold, TUE), ending(ended), new)
    held = {i: c.action for i, c in draft_of(desk.state, PLAN).items()}
    desk.commit()
    done = desk.last
    desk.do("history.undo", {"command_id": done})
    undone = desk.last
    assert (desk.booking(hold).start, desk.status(ended)) == (at(MON), "hold")
    assert desk.status(new["booking_id"]) == "released"
    assert {i: c.action for i, c in draft_of(desk.state, PLAN).items()} == held
    desk.rebase(**{str(hold): "mine", str(ended): "mine"})
    again = desk.commit()
    placed = {e.booking.id for e in again if e.type == "booking.placed"}
    assert placed
    assert new["booking_id"] not in placed
    desk.refused("wrong_state", "history.undo", {"command_id": undone})


def test_undo_and_redo_of_a_commit(desk):
    """[Z11]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    desk.commit()
    desk.do("history.undo", {"command_id": desk.last})
    desk.do("history.undo", {"command_id": desk.last})
    assert desk.booking(hold).start == at(TUE)
    assert not desk.state.scenarios[PLAN].open
    assert not desk.state.drafts


def test_ones_own_drawing_is_taken_back_beside_that_of_others(desk):
    """[Z11]"""
    one, other = desk.hold(ADA, MON), desk.hold(BO, MON)
    desk.draw(moving(one, TUE))
    mine = desk.last
    desk.draw(moving(other, TUE), by=OWNER)
    version = desk.version
    desk.do("history.undo", {"command_id": mine})
    assert set(draft_of(desk.state, PLAN)) == {other}
    assert desk.version == version + 1
    desk.refused("forbidden", "history.undo", {"command_id": mine}, by=OWNER)


def test_what_others_built_on_is_not_taken_back(desk):
    """[Z11]"""
    hold = desk.hold(ADA, MON)
    desk.draw(moving(hold, TUE))
    drawn = desk.last
    desk.do("scenario.drop_change", {"scenario_id": PLAN, "booking_ids": [hold]})
    dropped = desk.last
    desk.refused("wrong_state", "history.undo", {"command_id": drawn})
    desk.draw(moving(hold, WED), by=OWNER)
    refused = desk.refused("wrong_state", "history.undo", {"command_id": dropped})
    assert "says something else of the same booking" in refused.message
    plan = ident("another")
    desk.do("scenario.add", {"id": plan, "name": "Plan C"})
    added = desk.last
    desk.do("scenario.change", {"scenario_id": plan, "changes": [ending(hold)]}, by=OWNER)
    refused = desk.refused("wrong_state", "history.undo", {"command_id": added})
    assert "changed by others" in refused.message


def test_an_artist_undoes_no_scenario(desk):
    desk.refused("forbidden", "scenario.discard", {"scenario_id": PLAN}, by=ARTIST)


# -- bounds ------------------------------------------------------------------------------


def test_a_studio_has_fifty_open_scenarios_and_no_more(desk):
    """[Z12]"""
    for number in range(49):
        desk.ask("scenario.add", {"name": f"Plan {number}"})
    refused = desk.refused("too_large", "scenario.add", {"name": "One too many"})
    assert "50 open scenarios" in refused.message
    desk.do("scenario.discard", {"scenario_id": PLAN})
    discarded = desk.last
    assert desk.do("scenario.add", {"name": "Room again"})
    desk.refused("wrong_state", "history.undo", {"command_id": discarded})


def test_a_scenario_holds_two_thousand_changes_and_no_more(desk):
    """[Z12]"""
    wishes = [
        {
            "action": "place",
            "booking_id": ident("one of many", n),
            "artist_id": ADA,
            "start": at(MON) + timedelta(hours=n),
            "end": at(MON) + timedelta(hours=n + 1),
        }
        for n in range(2_001)
    ]
    desk.ask("scenario.change", {"scenario_id": PLAN, "changes": wishes[:2_000]})
    assert len(draft_of(desk.state, PLAN)) == 2_000
    refused = desk.refuse_draw("too_large", wishes[2_000])
    assert "at most 2,000 changes" in refused.message
