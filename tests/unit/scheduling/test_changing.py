"""Moving, resizing, reassigning and editing: places kept on shared days, the tail on added ones."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.harness.desk import (
    ADA,
    BO,
    FRI,
    MON,
    NOWHERE,
    PHASES,
    PROJECT,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    ident,
    types,
)


def test_a_claim_keeps_its_place_on_shared_days_and_joins_the_tail_on_added_ones() -> None:
    desk = Desk()
    first = desk.hold(ADA, TUE, WED)
    second = desk.hold(ADA, TUE, THU)
    desk.on("move", first, **days(WED, THU))
    assert desk.ranks(first) == [(WED, 1), (THU, 2)]
    assert desk.ranks(second) == [(TUE, 1), (WED, 2), (THU, 1)]


def test_a_claim_that_comes_back_has_lost_its_place() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("move", first, **days(FRI))
    desk.on("move", first, **days(WED))
    assert (desk.rank(first), desk.rank(second)) == (2, 1)


def test_a_longer_claim_keeps_its_place_and_queues_for_the_rest() -> None:
    desk = Desk()
    first = desk.hold(ADA, WED)
    desk.hold(ADA, MON, FRI)
    desk.on("resize", first, **days(TUE, THU))
    assert desk.ranks(first) == [(TUE, 2), (WED, 1), (THU, 2)]


def test_a_shorter_claim_makes_room() -> None:
    desk = Desk()
    first = desk.hold(ADA, WED, THU)
    second = desk.hold(ADA, WED, THU)
    events = desk.on("resize", first, **days(WED))
    assert types(events) == ["booking.resized", "booking.promoted"]
    assert desk.ranks(second) == [(WED, 2), (THU, 1)]


def test_another_artist_means_the_tail_of_that_artists_line() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    behind = desk.hold(ADA, WED)
    desk.hold(BO, WED)
    events = desk.on("reassign", booking, artist_id=BO)
    assert types(events) == ["booking.reassigned", "booking.promoted"]
    assert (desk.rank(booking), desk.rank(behind)) == (2, 1)


def test_a_move_may_change_artist_and_dates_at_once() -> None:
    desk = Desk()
    booking = desk.pencil(ADA, WED)
    desk.on("move", booking, artist_id=BO, **days(FRI))
    moved = desk.booking(booking)
    assert (moved.artist_id, moved.start, moved.status) == (BO, at(FRI), "pencil")


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
def test_an_exclusive_booking_must_fit_exclusively_where_it_goes(status: str) -> None:
    desk = Desk()
    booking = desk.place(ADA, WED, status=status)
    rival = desk.pencil(ADA, FRI)
    desk.hold(BO, WED)
    refused = desk.refuse_on("conflict", "move", booking, **days(THU, FRI))
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [rival]
    desk.refuse_on("not_first", "reassign", booking, artist_id=BO)


def test_an_exclusive_booking_may_shift_over_its_own_dates() -> None:
    desk = Desk()
    booking = desk.confirmed(ADA, TUE, WED)
    desk.on("move", booking, **days(WED, THU))
    assert desk.ranks(booking) == [(WED, 1), (THU, 1)]


def test_a_hold_cannot_be_moved_under_confirmed_work_unless_on_standby() -> None:
    desk = Desk()
    desk.confirmed(ADA, FRI)
    desk.refuse_on("conflict", "move", desk.hold(ADA, WED), **days(THU, FRI))
    desk.on("move", desk.hold(ADA, WED, standby=True), **days(THU, FRI))


def test_going_nowhere_is_no_change() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    assert desk.on("move", booking, **days(WED)) == ()
    assert desk.on("reassign", booking, artist_id=ADA) == ()
    assert desk.on("edit", booking, title="") == ()
    assert desk.booking(booking).version == 1


def test_a_booking_cannot_go_to_somebody_who_is_archived_or_unknown() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.do("artist.archive", {"artist_id": BO})
    desk.refuse_on("wrong_state", "reassign", booking, artist_id=BO)
    desk.refuse_on("not_found", "reassign", booking, artist_id=NOWHERE)


def test_the_bookings_of_an_archived_artist_can_still_be_moved_in_time() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.do("artist.archive", {"artist_id": ADA})
    desk.on("move", booking, **days(FRI))


# -- words and work ----------------------------------------------------------------------


def other_project(desk: Desk) -> UUID:
    desk.do("project.add", {"id": ident("project", "other"), "name": "Aurora"})
    return ident("project", "other")


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, title="Shot 12", notes="bring the rig")
    (event,) = desk.on("edit", booking, title="Shot 13")
    assert event.changed == ("title",)
    edited = desk.booking(booking)
    assert (edited.title, edited.notes, edited.version) == ("Shot 13", "bring the rig", 2)


def test_a_field_given_as_null_is_cleared() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, project_id=PROJECT, phase_id=PHASES[0])
    desk.on("edit", booking, project_id=None)
    assert (desk.booking(booking).project_id, desk.booking(booking).phase_id) == (None, None)


def test_a_new_project_takes_the_old_ones_phase_away() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, project_id=PROJECT, phase_id=PHASES[0])
    (event,) = desk.on("edit", booking, project_id=other_project(desk))
    assert desk.booking(booking).phase_id is None
    assert event.changed == ("project_id", "phase_id")


def test_a_phase_must_be_of_the_bookings_project() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, project_id=other_project(desk))
    assert "another project" in desk.refuse_on("invalid", "edit", booking, phase_id=PHASES[0]).message
    desk.on("edit", booking, project_id=PROJECT, phase_id=PHASES[0])
