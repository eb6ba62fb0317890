"""Placing a claim: what it may be laid over, and how it joins the line (domain: who excludes whom)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.model import with_changes
from tests.harness.actions import NOW
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MON,
    NOWHERE,
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


def test_a_placed_claim_is_a_hold_that_waits_for_the_artist() -> None:
    desk = Desk()
    booking = desk.booking(desk.hold(ADA, WED, THU, title="Shot 12"))
    assert (booking.status, booking.response, booking.rank) == ("hold", "none", 1)
    assert (booking.start, booking.end, booking.title) == (at(WED), at(FRI), "Shot 12")
    assert booking.version == 1


def test_a_hold_takes_its_deadlines_from_the_studios_policy() -> None:
    desk = Desk()
    booking = desk.booking(desk.hold(ADA, WED))
    assert booking.response_deadline == NOW + timedelta(hours=48)
    assert booking.expires_at == NOW + timedelta(hours=336)


def test_a_hold_takes_the_deadlines_it_is_given() -> None:
    desk = Desk()
    booking = desk.booking(desk.hold(ADA, WED, response_deadline=at(TUE), expires_at=at(TUE, 12)))
    assert (booking.response_deadline, booking.expires_at) == (at(TUE), at(TUE, 12))


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
def test_placing_straight_as_exclusive_records_the_artists_word(status: str) -> None:
    desk = Desk()
    booking = desk.booking(desk.place(ADA, WED, status=status))
    assert (booking.status, booking.response, booking.rank) == (status, "accepted", 1)
    assert booking.response_deadline is None
    assert booking.expires_at is None


def test_a_booking_takes_the_artists_zone_unless_it_names_one() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "zone": "Asia/Tokyo"})
    assert desk.booking(desk.hold(ADA, WED)).zone == "Asia/Tokyo"
    assert desk.booking(desk.hold(ADA, WED, zone="Europe/Oslo")).zone == "Europe/Oslo"


def test_a_hold_may_be_laid_over_holds_and_joins_the_tail() -> None:
    desk = Desk()
    first, second, third = (desk.hold(ADA, WED) for _ in range(3))
    assert [desk.rank(b) for b in (first, second, third)] == [1, 2, 3]


def test_a_hold_may_be_laid_over_a_pencil_and_is_second() -> None:
    desk = Desk()
    desk.pencil(ADA, WED)
    assert desk.rank(desk.hold(ADA, WED)) == 2


def test_a_hold_over_confirmed_work_is_refused() -> None:
    desk = Desk()
    confirmed = desk.confirmed(ADA, WED)
    refused = desk.refused("conflict", "booking.place", {"artist_id": ADA, **days(WED)})
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [confirmed]


def test_a_hold_over_confirmed_work_is_taken_on_standby() -> None:
    desk = Desk()
    desk.confirmed(ADA, WED)
    standby = desk.booking(desk.hold(ADA, WED, standby=True))
    assert (standby.status, standby.standby, standby.rank) == ("hold", True, 2)


def test_standby_is_a_word_for_holds_only() -> None:
    desk = Desk()
    assert not desk.booking(desk.pencil(ADA, WED, standby=True)).standby


@pytest.mark.parametrize("asked", ["pencil", "confirmed"])
@pytest.mark.parametrize("there", ["pencil", "confirmed"])
def test_exclusive_claims_exclude_each_other(there: str, asked: str) -> None:
    desk = Desk()
    standing = desk.place(ADA, WED, status=there)
    args = {"artist_id": ADA, **days(TUE, THU), "status": asked}
    refused = desk.refused("conflict", "booking.place", args)
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [standing]


@pytest.mark.parametrize("asked", ["pencil", "confirmed"])
def test_an_exclusive_claim_must_be_first_in_line(asked: str) -> None:
    desk = Desk()
    hold = desk.hold(ADA, WED)
    args = {"artist_id": ADA, **days(WED), "status": asked}
    refused = desk.refused("not_first", "booking.place", args)
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [hold]


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
def test_ranges_are_half_open_so_neighbours_may_touch(status: str) -> None:
    desk = Desk()
    desk.place(ADA, WED, status=status)
    desk.place(ADA, TUE, status=status)
    desk.place(ADA, THU, status=status)


def test_two_artists_are_in_nobodys_way() -> None:
    desk = Desk()
    desk.confirmed(ADA, WED)
    desk.confirmed(BO, WED)


def test_ended_claims_are_in_nobodys_way() -> None:
    desk = Desk()
    desk.on("cancel", desk.confirmed(ADA, WED), reason="client pulled it")
    desk.on("release", desk.pencil(ADA, WED))
    desk.on("decline", desk.hold(ADA, WED), by=ARTIST)
    assert desk.rank(desk.confirmed(ADA, WED)) == 1


def test_three_overlapping_claims_can_be_3rd_on_wednesday_2nd_on_thursday_1st_on_friday() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    desk.hold(ADA, WED, THU)
    third = desk.hold(ADA, WED, FRI)
    assert desk.ranks(third) == [(WED, 3), (THU, 2), (FRI, 1)]
    assert desk.rank(third) == 3, "the rank of a claim is the worst of its segments"


def test_a_booking_may_name_a_project_and_a_phase_of_it() -> None:
    desk = Desk()
    booking = desk.booking(desk.hold(ADA, WED, project_id=PROJECT, phase_id=PHASES[0]))
    assert (booking.project_id, booking.phase_id) == (PROJECT, PHASES[0])


def test_a_phase_of_another_project_is_refused() -> None:
    desk = Desk()
    other = ident("project", "other")
    desk.do("project.add", {"id": other, "name": "Aurora"})
    args = {"artist_id": ADA, **days(WED), "project_id": other, "phase_id": PHASES[0]}
    assert "another project" in desk.refused("invalid", "booking.place", args).message


@pytest.mark.parametrize("field", ["artist_id", "project_id", "phase_id"])
def test_what_a_booking_names_must_exist(field: str) -> None:
    args = {"artist_id": ADA, **days(WED), field: NOWHERE}
    assert str(NOWHERE) in Desk().refused("not_found", "booking.place", args).message


def test_an_id_is_used_once() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    args = {"artist_id": ADA, **days(FRI), "id": booking}
    assert "used once" in desk.refused("invalid", "booking.place", args).message


def test_an_archived_artist_takes_no_bookings() -> None:
    desk = Desk()
    desk.do("artist.archive", {"artist_id": ADA})
    refused = desk.refused("wrong_state", "booking.place", {"artist_id": ADA, **days(WED)})
    assert "archived" in refused.message


def test_the_bookings_creator_is_who_asked() -> None:
    desk = Desk()
    desk.do("booking.place", {"id": ident("b"), "artist_id": ADA, **days(MON)}, by=SYSTEM)
    assert desk.booking(ident("b")).created_by == SYSTEM.id


def test_without_an_id_the_same_command_makes_the_same_one() -> None:
    """Deciding twice is done by the desk itself; here the id is seen to follow from the command's."""
    one, other = Desk(), Desk()
    assert one.hold(ADA, WED) == other.hold(ADA, WED)
    assert one.hold(ADA, WED) != one.hold(ADA, THU)


def test_placing_says_nothing_about_others() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    assert types(desk.do("booking.place", {"artist_id": ADA, **days(WED)})) == ["booking.placed"]


def test_a_claim_number_is_never_used_again() -> None:
    desk = Desk()
    first = desk.hold(ADA, WED)
    desk.on("release", first)
    second = desk.hold(ADA, WED)
    assert desk.booking(second).claims[0].number > desk.booking(first).claims[0].number
    assert with_changes(desk.booking(second).claims[0], number=1).start == at(WED)
