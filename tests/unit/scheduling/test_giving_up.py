"""The studio gives dates up: whole claims, their ends, their middles; and takes confirmations back."""

from __future__ import annotations

from scheduling.events import entity_of
from tests.harness.actions import NOW
from tests.harness.desk import ADA, FRI, MON, THU, TUE, WED, Desk, at, ident, types


def test_releasing_a_whole_claim_ends_it_and_promotes_the_line() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    events = desk.on("release", first)
    assert types(events) == ["booking.released", "booking.promoted"]
    assert (desk.status(first), desk.rank(first), desk.rank(second)) == ("released", None, 1)


def test_releasing_the_first_days_shrinks_the_claim() -> None:
    desk = Desk()
    booking = desk.pencil(ADA, WED, FRI)
    events = desk.on("release", booking, start=at(WED), end=at(THU))
    assert types(events) == ["booking.shrunk"]
    shrunk = desk.booking(booking)
    assert (shrunk.start, shrunk.end, shrunk.status) == (at(THU), at(FRI + 1), "pencil")


def test_releasing_the_last_days_shrinks_the_claim_and_promotes_there_only() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED, THU), desk.hold(ADA, WED, THU)
    desk.on("release", first, start=at(THU), end=at(FRI))
    assert desk.ranks(first) == [(WED, 1)]
    assert desk.ranks(second) == [(WED, 2), (THU, 1)]


def test_releasing_the_middle_splits_the_claim_in_two_that_keep_their_place() -> None:
    desk = Desk()
    booking = desk.hold(ADA, TUE, THU, title="Shot 12", external_id="X-1")
    behind = desk.hold(ADA, TUE, THU)
    events = desk.on("release", booking, start=at(WED), end=at(THU))
    assert types(events) == ["booking.shrunk", "booking.placed", "booking.promoted"]
    split = desk.booking(entity_of(events[1]).id)
    assert desk.ranks(booking) == [(TUE, 1)]
    assert desk.ranks(split.id) == [(THU, 1)]
    assert split.claims[0].number == desk.booking(booking).claims[0].number
    assert (split.title, split.version, split.external_id) == ("Shot 12", 1, "")
    assert desk.ranks(behind) == [(TUE, 2), (WED, 1), (THU, 2)]


def test_what_lies_beyond_the_claim_is_not_given_up() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, THU)
    desk.on("release", booking, start=at(MON), end=at(THU))
    assert desk.ranks(booking) == [(THU, 1)]


def test_one_end_alone_means_up_to_there_or_from_there() -> None:
    desk = Desk()
    early, late = desk.hold(ADA, TUE, THU), desk.hold(ADA, TUE, THU)
    desk.on("release", early, end=at(WED))
    desk.on("release", late, start=at(THU))
    assert (desk.booking(early).start, desk.booking(late).end) == (at(WED), at(THU))


def test_dates_outside_the_claim_cannot_be_released() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    refused = desk.refuse_on("invalid", "release", booking, start=at(FRI), end=at(FRI + 1))
    assert "within the booking" in refused.message


def test_releasing_all_days_by_name_is_releasing_the_claim() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("release", booking, start=at(MON), end=at(FRI))
    assert desk.status(booking) == "released"


def test_a_part_of_a_second_cannot_be_released() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    half = at(WED, 1).replace(microsecond=500_000)
    assert "whole seconds" in desk.refuse_on("invalid", "release", booking, start=half).message


def test_a_confirmed_booking_is_cancelled_not_released() -> None:
    desk = Desk()
    booking = desk.confirmed(ADA, WED)
    assert "cancelled" in desk.refuse_on("wrong_state", "release", booking).message
    desk.on("cancel", booking, reason="client pulled it")
    assert (desk.status(booking), desk.booking(booking).reason) == ("cancelled", "client pulled it")


def test_the_time_of_a_change_is_written_down() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.now = at(TUE)
    desk.on("release", booking)
    ended = desk.booking(booking)
    assert (ended.created_at, ended.updated_at, ended.version) == (NOW, at(TUE), 2)


def test_there_is_no_booking_that_nobody_made() -> None:
    for verb in ("release", "accept", "confirm"):
        Desk().refuse_on("not_found", verb, ident("nothing"))
