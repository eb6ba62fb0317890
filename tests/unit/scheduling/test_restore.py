"""Restore: one thing or a whole project as it was, without taking anybody's place in line."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MANAGER,
    MON,
    OWNER,
    PHASES,
    PROJECT,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    types,
)


@pytest.fixture
def desk():
    return Desk()


def now(desk: Desk) -> int:
    """The number of the last event."""
    return len(desk.events)


def restore(desk: Desk, to: int, booking: UUID, **kwargs):
    return desk.do("history.restore", {"to": to, "kind": "booking", "entity_id": booking}, **kwargs)


def refuse(desk: Desk, code: str, to: int, booking: UUID):
    return desk.refused(code, "history.restore", {"to": to, "kind": "booking", "entity_id": booking})


def whole(desk: Desk, to: int, by=OWNER):
    return desk.do("history.restore", {"to": to, "project_id": PROJECT}, by=by)


def test_a_moved_and_renamed_booking_goes_back(desk):
    hold = desk.hold(ADA, MON, title="Roto")
    then = now(desk)
    desk.on("move", hold, **days(THU))
    desk.on("edit", hold, title="Comp")
    assert types(restore(desk, then, hold)) == ["booking.restored"]
    booking = desk.booking(hold)
    assert (booking.title, booking.start, booking.end) == ("Roto", at(MON), at(TUE))


def test_a_released_booking_comes_back_at_the_tail(desk):
    first = desk.hold(ADA, MON)
    then = now(desk)
    second = desk.hold(ADA, MON)
    desk.on("release", first)
    assert desk.rank(second) == 1
    restore(desk, then, first)
    assert (desk.rank(second), desk.rank(first)) == (1, 2)


def test_it_keeps_its_place_on_time_that_it_never_gave_up(desk):
    first = desk.hold(ADA, MON, TUE)
    then = now(desk)
    second = desk.hold(ADA, MON, WED)
    desk.on("resize", first, start=at(TUE), end=at(THU))
    restore(desk, then, first)
    assert desk.ranks(first) == [(MON, 2), (TUE, 1)]
    assert desk.ranks(second) == [(MON, 1), (TUE, 2), (WED, 1)]


def test_a_slot_that_was_taken_since_refuses_it_and_names_who_has_it(desk):
    first = desk.pencil(ADA, MON)
    then = now(desk)
    desk.on("release", first)
    taken = desk.pencil(ADA, MON)
    no = refuse(desk, "conflict", then, first)
    assert [b.booking_id for b in no.data.blocking] == [taken]


def test_a_pencil_does_not_come_back_before_those_who_wait(desk):
    first = desk.pencil(ADA, MON)
    then = now(desk)
    desk.on("release", first)
    desk.hold(ADA, MON)
    refuse(desk, "not_first", then, first)


def test_an_artists_own_no_is_asked_again_and_not_overridden(desk):
    pencil = desk.pencil(ADA, MON)
    then = now(desk)
    desk.on("withdraw", pencil, by=ARTIST)
    restore(desk, then, pencil)
    booking = desk.booking(pencil)
    assert (booking.status, booking.response) == ("hold", "none")
    assert booking.expires_at > desk.now


def test_what_was_confirmed_since_stays(desk):
    hold = desk.hold(ADA, MON)
    then = now(desk)
    desk.on("accept", hold)
    desk.on("confirm", hold)
    assert "cancel it first" in refuse(desk, "wrong_state", then, hold).message


def test_an_archived_artist_takes_nothing_back(desk):
    hold = desk.hold(BO, MON)
    then = now(desk)
    desk.on("release", hold)
    desk.do("artist.archive", {"artist_id": BO})
    assert "archived" in refuse(desk, "wrong_state", then, hold).message


def test_a_deadline_that_passed_meanwhile_is_set_anew(desk):
    hold = desk.hold(ADA, MON)
    then = now(desk)
    desk.on("release", hold)
    desk.now = at(FRI) + (at(FRI) - at(MON)) * 9
    restore(desk, then, hold)
    assert desk.booking(hold).expires_at > desk.now


def test_what_was_not_there_is_refused(desk):
    before = now(desk)
    hold = desk.hold(ADA, MON)
    refuse(desk, "wrong_state", before, hold)
    refuse(desk, "invalid", now(desk) + 1, hold)
    refuse(desk, "not_found", now(desk), UUID(int=7))
    desk.refused("invalid", "history.restore", {"to": 1})
    desk.refused("invalid", "history.restore", {"to": 1, "kind": "booking"})


def test_nothing_to_restore_is_a_yes_without_events(desk):
    hold = desk.hold(ADA, MON)
    assert restore(desk, now(desk), hold) == ()


def test_a_restore_is_undone_like_any_command(desk):
    hold = desk.hold(ADA, MON, title="Roto")
    then = now(desk)
    desk.on("move", hold, **days(THU))
    restore(desk, then, hold)
    desk.do("history.undo", {"command_id": desk.last})
    assert desk.booking(hold).start == at(THU)


def test_other_things_go_back_as_well(desk):
    off = desk.ask_off(BO, FRI)
    then = now(desk)
    desk.do("artist.edit", {"artist_id": ADA, "name": "Adele"})
    desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 80})
    desk.do("phase.delete", {"phase_id": PHASES[1]})
    desk.do("time_off.cancel", {"time_off_id": off})
    for kind, entity in (
        ("artist", ADA),
        ("phase", PHASES[0]),
        ("phase", PHASES[1]),
        ("time_off", off),
    ):
        desk.do("history.restore", {"to": then, "kind": kind, "entity_id": entity})
    assert desk.artist(ADA).name == "Artist 0"
    assert desk.state.phases[PHASES[0]].progress == 0
    assert PHASES[1] in desk.state.phases
    assert desk.state.times_off[off].state == "requested"


def test_a_whole_project_goes_back(desk):
    tie = {"from_phase_id": PHASES[0], "to_phase_id": PHASES[1]}
    desk.do("dependency.add", tie)
    kept = desk.hold(ADA, MON, project_id=PROJECT)
    swapped = desk.hold(BO, MON, project_id=PROJECT)
    other = desk.hold(BO, FRI)
    then = now(desk)
    desk.do("project.edit", {"project_id": PROJECT, "name": "Renamed"})
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    made = desk.hold(ADA, WED, project_id=PROJECT)
    desk.on("release", kept)
    desk.on("move", swapped, artist_id=ADA, **days(TUE))
    desk.on("edit", other, title="not of it")
    whole(desk, then)
    assert desk.state.projects[PROJECT].name == "Meridian"
    assert set(PHASES) <= set(desk.state.phases)
    assert len(desk.state.dependencies) == 1
    assert (desk.status(kept), desk.status(made)) == ("hold", "released")
    assert (desk.booking(swapped).artist_id, desk.booking(swapped).start) == (BO, at(MON))
    assert desk.booking(other).title == "not of it"


def test_bookings_of_a_deleted_phase_are_of_it_again_when_their_project_goes_back(desk):
    moved = desk.hold(ADA, MON, project_id=PROJECT, phase_id=PHASES[0])
    still = desk.hold(BO, MON, project_id=PROJECT, phase_id=PHASES[0])
    then = now(desk)
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    desk.on("move", moved, **days(TUE))
    assert types(whole(desk, then)) == ["phase.restored", "booking.restored"]
    assert [desk.booking(b).phase_id for b in (moved, still)] == [PHASES[0]] * 2


def test_a_booking_alone_does_not_go_back_to_a_phase_that_was_deleted(desk):
    hold = desk.hold(ADA, MON, project_id=PROJECT, phase_id=PHASES[0])
    then = now(desk)
    desk.on("edit", hold, phase_id=None)
    desk.do("phase.delete", {"phase_id": PHASES[0]})
    desk.on("move", hold, **days(TUE))
    restore(desk, then, hold)
    assert (desk.booking(hold).start, desk.booking(hold).phase_id) == (at(MON), None)


def test_two_that_changed_places_change_back_together(desk):
    one = desk.pencil(ADA, MON, project_id=PROJECT)
    two = desk.pencil(ADA, TUE, project_id=PROJECT)
    then = now(desk)
    desk.on("move", one, **days(FRI))
    desk.on("move", two, **days(MON))
    desk.on("move", one, **days(TUE))
    whole(desk, then)
    assert (desk.booking(one).start, desk.booking(two).start) == (at(MON), at(TUE))


def test_a_project_is_refused_whole_with_a_reason_for_each(desk):
    first = desk.pencil(ADA, MON, project_id=PROJECT, title="Roto")
    then = now(desk)
    desk.on("release", first)
    taken = desk.confirmed(ADA, MON)
    made = desk.confirmed(BO, TUE, project_id=PROJECT, title="Comp")
    no = desk.refused("conflict", "history.restore", {"to": then, "project_id": PROJECT}, by=OWNER)
    reasons = {item.message.split(":")[0]: item for item in no.data.items}
    assert set(reasons) == {"booking Roto", "booking Comp"}
    assert reasons["booking Roto"].data.blocking[0].booking_id == taken
    assert reasons["booking Comp"].data.current.booking.id == made


def test_who_may_restore(desk):
    hold = desk.hold(ADA, MON)
    then = now(desk)
    desk.on("edit", hold, title="x")
    args = {"to": then, "kind": "booking", "entity_id": hold}
    desk.refused("forbidden", "history.restore", args, by=ARTIST)
    desk.refused("forbidden", "history.restore", {"to": then, "project_id": PROJECT}, by=MANAGER)
    desk.do("history.restore", args, by=MANAGER)
