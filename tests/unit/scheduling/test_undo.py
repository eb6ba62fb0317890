"""Undo is a compensating command, refused where later events build on what it would take back."""

from __future__ import annotations

from uuid import UUID

import pytest

from scheduling.events import entity_of
from scheduling.permissions import Actor
from scheduling.refusals import Refused
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MANAGER,
    OWNER,
    PHASES,
    PROJECT,
    SYSTEM,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    ident,
    types,
)


def undo(desk: Desk, command_id: UUID, by: Actor = MANAGER) -> list[str]:
    return types(desk.do("history.undo", {"command_id": command_id}, by=by))


def cannot_undo(desk: Desk, code: str, command_id: UUID, by: Actor = MANAGER) -> Refused:
    return desk.refused(code, "history.undo", {"command_id": command_id}, by=by)


# -- what comes back ---------------------------------------------------------------------


def test_an_undone_placement_is_released_and_stays_in_history() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    (event,) = desk.do("history.undo", {"command_id": desk.last})
    assert (event.type, event.reason, desk.status(booking)) == ("booking.released", "undone", "released")
    assert event.cause
    assert event.cause.kind == "undo"


def test_an_undone_confirmed_placement_is_cancelled() -> None:
    desk = Desk()
    booking = desk.confirmed(ADA, WED)
    assert undo(desk, desk.last) == ["booking.cancelled"]
    assert desk.status(booking) == "cancelled"


def test_an_undone_move_gives_the_old_place_in_line_back() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("move", first, **days(FRI))
    assert undo(desk, desk.last) == ["booking.restored", "booking.demoted"]
    assert (desk.booking(first).start, desk.rank(first), desk.rank(second)) == (at(WED), 1, 2)


def test_an_undone_split_is_one_booking_again() -> None:
    desk = Desk()
    booking = desk.hold(ADA, TUE, THU)
    _, split = desk.on("release", booking, start=at(WED), end=at(THU))
    undo(desk, desk.last)
    assert (desk.booking(booking).start, desk.booking(booking).end) == (at(TUE), at(FRI))
    assert desk.status(entity_of(split).id) == "released"


def test_an_undone_confirmation_brings_the_bumped_back() -> None:
    desk = Desk()
    pencil, bumped = desk.pencil(ADA, WED), desk.hold(ADA, WED)
    desk.on("confirm", pencil)
    confirmation = desk.last
    undo(desk, confirmation)
    assert [desk.status(b) for b in (pencil, bumped)] == ["pencil", "hold"]


def test_an_undone_release_sends_the_promoted_back_in_line() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("accept", second)
    desk.on("release", first)
    assert desk.status(second) == "pencil"
    undo(desk, desk.last)
    assert [(desk.status(b), desk.rank(b)) for b in (first, second)] == [("hold", 1), ("hold", 2)]
    assert desk.booking(second).response == "accepted"


def test_undoing_an_undo_is_redo_as_often_as_one_likes() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("move", booking, **days(FRI))
    for expected in (WED, FRI, WED, FRI):
        undo(desk, desk.last)
        assert desk.booking(booking).start == at(expected)
    assert desk.booking(booking).version == 6


def test_steps_are_taken_back_one_after_the_other_and_forward_again() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    steps = [desk.last]
    for day in (THU, FRI, TUE):
        desk.on("move", booking, **days(day))
        steps.append(desk.last)
    undone: list[UUID] = []
    for step, day in zip(reversed(steps[1:]), (FRI, THU, WED), strict=True):
        undo(desk, step)
        undone.append(desk.last)
        assert desk.booking(booking).start == at(day)
    undo(desk, steps[0])
    undone.append(desk.last)
    assert desk.status(booking) == "released"
    for step, day in zip(reversed(undone), (WED, THU, FRI, TUE), strict=True):
        undo(desk, step)
        assert desk.booking(booking).start == at(day)


def test_a_deleted_phase_comes_back_with_its_ties() -> None:
    desk = Desk()
    desk.do("dependency.add", {"id": ident("tie"), "from_phase_id": PHASES[0], "to_phase_id": PHASES[1]})
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    assert undo(desk, desk.last) == ["phase.restored", "dependency.restored"]
    assert desk.state.dependencies[ident("tie")].from_phase_id == PHASES[0]


def test_added_people_and_work_go_out_of_sight() -> None:
    desk = Desk()
    desk.do("artist.add", {"id": ident("x"), "name": "Xia"})
    undo(desk, desk.last)
    assert not desk.artist(ident("x")).active
    desk.do("project.add", {"id": ident("y"), "name": "Yonder"})
    undo(desk, desk.last)
    assert desk.state.projects[ident("y")].status == "archived"
    desk.do("member.add", _member("z"), by=OWNER)
    undo(desk, desk.last, by=OWNER)
    assert not desk.state.members[ident("z")].active


def test_undone_edits_of_people_and_settings_give_the_old_words_back() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "notes": "allergic to cats"})
    assert undo(desk, desk.last) == ["artist.restored"]
    desk.do("tenant.edit", {"hold_response_hours": 24}, by=OWNER)
    assert undo(desk, desk.last, by=OWNER) == ["tenant.restored"]
    assert (desk.artist(ADA).notes, desk.state.tenant.hold_response_hours) == ("", 48)
    assert (desk.artist(ADA).version, desk.state.tenant.version) == (3, 3)


def _member(name: str, **fields: object) -> dict[str, object]:
    account = {"id": ident(name), "email": f"{name}@northlight.test", "name": name, "role": "freelancer"}
    return {**account, **fields}


# -- what cannot be undone ---------------------------------------------------------------


def test_what_changed_nothing_cannot_be_undone() -> None:
    desk = Desk()
    cannot_undo(desk, "not_found", ident("never"))
    desk.refused("not_found", "booking.accept", {"booking_id": ident("nothing")})
    cannot_undo(desk, "not_found", desk.last)


def test_everybody_undoes_only_their_own_commands() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    placed = desk.last
    cannot_undo(desk, "forbidden", placed, by=OWNER)
    cannot_undo(desk, "forbidden", placed, by=ARTIST)


def test_a_booking_that_changed_since_stays() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    placed = desk.last
    desk.on("edit", booking, title="Shot 12")
    refused = cannot_undo(desk, "wrong_state", placed)
    assert refused.data
    assert refused.data.current
    assert refused.data.current.booking == desk.booking(booking)


def test_a_rank_that_moved_since_does_not_stand_in_the_way() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    placed = desk.last
    desk.on("release", first)
    undo(desk, placed)
    assert desk.status(second) == "released"


def test_an_undo_is_not_undone_twice() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    placed = desk.last
    undo(desk, placed)
    cannot_undo(desk, "wrong_state", placed)


@pytest.mark.parametrize("there", ["pencil", "confirmed"])
def test_dates_that_somebody_else_took_stay_taken(there: str) -> None:
    desk = Desk()
    gone = desk.pencil(ADA, WED)
    desk.on("release", gone)
    released = desk.last
    taken = desk.place(ADA, WED, status=there)
    refused = cannot_undo(desk, "conflict", released)
    assert refused.data
    assert {b.booking_id for b in refused.data.blocking} == {gone, taken}


def test_a_hold_does_not_come_back_behind_confirmed_work() -> None:
    """Behind confirmed work waits only who asked for standby."""
    desk = Desk()
    pencil = desk.pencil(ADA, WED)
    behind = desk.hold(ADA, WED)
    desk.on("release", behind)
    released = desk.last
    desk.on("confirm", pencil)
    cannot_undo(desk, "conflict", released)


def test_a_cancellation_stays_where_somebody_queued_up_since() -> None:
    desk = Desk()
    confirmed = desk.confirmed(ADA, WED)
    desk.on("cancel", confirmed, reason="client pulled it")
    cancelled = desk.last
    since = desk.hold(ADA, WED)
    cannot_undo(desk, "conflict", cancelled)
    desk.on("release", since)
    undo(desk, cancelled)
    assert desk.status(confirmed) == "confirmed"


def test_nobody_is_sent_back_to_an_artist_who_left() -> None:
    desk = Desk()
    moved, released = desk.hold(ADA, WED), desk.hold(ADA, FRI)
    desk.on("reassign", moved, artist_id=BO)
    reassigning = desk.last
    desk.on("release", released)
    releasing = desk.last
    desk.do("artist.archive", {"artist_id": ADA})
    for command_id in (reassigning, releasing):
        assert "archived" in cannot_undo(desk, "wrong_state", command_id).message
    desk.do("artist.edit", {"artist_id": ADA, "active": True})
    for command_id in (reassigning, releasing):
        undo(desk, command_id)


def test_a_phase_that_was_tied_since_stays() -> None:
    desk = Desk()
    desk.do("phase.add", {"id": ident("p"), "project_id": PROJECT, "name": "Comp", "duration_hours": 8})
    added = desk.last
    desk.do("dependency.add", {"from_phase_id": PHASES[0], "to_phase_id": ident("p")})
    assert "tied" in cannot_undo(desk, "wrong_state", added).message


def test_a_tie_does_not_come_back_to_a_phase_that_is_gone() -> None:
    desk = Desk()
    desk.do("dependency.add", {"id": ident("tie"), "from_phase_id": PHASES[0], "to_phase_id": PHASES[1]})
    desk.do("dependency.delete", {"dependency_id": ident("tie")})
    cut = desk.last
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    assert "deleted" in cannot_undo(desk, "wrong_state", cut).message


def test_a_tie_does_not_come_back_to_close_a_cycle() -> None:
    desk = Desk()
    desk.do("dependency.add", {"id": ident("tie"), "from_phase_id": PHASES[0], "to_phase_id": PHASES[1]})
    desk.do("dependency.delete", {"dependency_id": ident("tie")})
    cut = desk.last
    desk.do("dependency.add", {"from_phase_id": PHASES[1], "to_phase_id": PHASES[0]})
    assert "cycle" in cannot_undo(desk, "wrong_state", cut).message


def test_a_deletion_is_undone_only_while_it_is_the_last_thing_that_happened() -> None:
    """A phase deleted, brought back, edited and deleted again does not fall back to its first image."""
    desk = Desk()
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    first = desk.last
    undo(desk, first)
    desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 50})
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    second = desk.last
    cannot_undo(desk, "wrong_state", first)
    undo(desk, second)
    assert (desk.state.phases[PHASES[0]].progress, desk.state.phases[PHASES[0]].version) == (50, 6)


def test_an_artist_is_linked_to_one_account_even_after_an_undo() -> None:
    desk = Desk()
    desk.do("member.edit", {"member_id": ARTIST.id, "artist_id": None}, by=OWNER)
    unlinked = desk.last
    desk.do("member.add", _member("z", artist_id=ADA), by=OWNER)
    assert "linked to another account" in cannot_undo(desk, "wrong_state", unlinked, by=OWNER).message


def test_a_studio_keeps_an_owner_even_after_an_undo() -> None:
    desk = Desk()
    desk.do("member.edit", {"member_id": MANAGER.id, "role": "studio_owner"}, by=SYSTEM)
    promoted = desk.last
    desk.do("member.edit", {"member_id": OWNER.id, "active": False}, by=SYSTEM)
    assert "owner" in cannot_undo(desk, "wrong_state", promoted, by=SYSTEM).message


# -- who may -----------------------------------------------------------------------------


def with_role(actor: Actor, role: str, artist_id: UUID | None = None) -> Actor:
    """The same account after its role changed."""
    return Actor(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        role=role,  # type: ignore[arg-type]
        tenant_id=actor.tenant_id,
        artist_id=artist_id,
    )


def test_an_owner_who_gave_the_role_away_cannot_take_it_back() -> None:
    desk = Desk()
    desk.do("member.edit", {"member_id": MANAGER.id, "role": "studio_owner"}, by=OWNER)
    desk.do("member.edit", {"member_id": OWNER.id, "role": "studio_manager"}, by=OWNER)
    demoted = with_role(OWNER, "studio_manager")
    assert "owner" in cannot_undo(desk, "forbidden", desk.last, by=demoted).message


def test_settings_are_the_owners_to_undo() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"name": "Southlight"}, by=OWNER)
    cannot_undo(desk, "forbidden", desk.last, by=with_role(OWNER, "studio_manager"))


def test_an_artist_may_take_an_answer_back() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("accept", second)
    desk.on("decline", first, by=ARTIST)
    undo(desk, desk.last, by=ARTIST)
    assert [(desk.status(b), desk.rank(b)) for b in (first, second)] == [("hold", 1), ("hold", 2)]


def test_an_artist_may_take_back_what_they_changed_of_their_own_record() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "zone": "Asia/Tokyo"}, by=ARTIST)
    undo(desk, desk.last, by=ARTIST)
    assert desk.artist(ADA).zone == "Europe/Paris"


def test_a_manager_who_became_an_artist_undoes_only_what_artists_may_do() -> None:
    desk = Desk()
    demoted = with_role(MANAGER, "freelancer", ADA)
    mine, others = desk.hold(ADA, WED), desk.hold(BO, WED)
    for booking in (mine, others):
        desk.on("move", booking, **days(FRI))
        cannot_undo(desk, "forbidden", desk.last, by=demoted)
    desk.do("artist.edit", {"artist_id": ADA, "notes": "gets double pay"})
    cannot_undo(desk, "forbidden", desk.last, by=demoted)
    desk.hold(ADA, THU)
    cannot_undo(desk, "forbidden", desk.last, by=demoted)
    desk.on("accept", mine)
    undo(desk, desk.last, by=demoted)
