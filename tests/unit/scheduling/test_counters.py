"""Counter-proposals: other dates instead, taken or refused (domain: a booking's life)."""

from __future__ import annotations

import pytest

from tests.harness.desk import (
    ADA,
    ARTIST,
    FRI,
    MANAGER,
    MON,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    types,
)


def countered(desk: Desk, first: int, last: int, to: tuple[int, int]):
    booking = desk.hold(ADA, first, last)
    desk.on("counter", booking, by=ARTIST, **days(*to), note="rather then")
    return booking


def test_a_counter_proposal_leaves_the_hold_where_it_is() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    events = desk.on("counter", booking, by=ARTIST, **days(THU, FRI), note="dentist")
    assert types(events) == ["booking.countered"]
    record = desk.booking(booking)
    assert (record.status, record.response, record.start) == ("hold", "countered", at(WED))
    assert record.counter
    assert (record.counter.start, record.counter.end, record.counter.note) == (
        at(THU),
        at(FRI + 1),
        "dentist",
    )


def test_a_proposal_may_be_replaced_by_a_better_one() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (THU, THU))
    desk.on("counter", booking, by=ARTIST, **days(FRI))
    counter = desk.booking(booking).counter
    assert counter
    assert counter.start == at(FRI)
    assert desk.on("counter", booking, by=ARTIST, **days(FRI)) == ()


def test_the_same_dates_are_no_counter_proposal() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.refuse_on("invalid", "counter", booking, by=ARTIST, **days(WED))
    desk.refuse_on("invalid", "counter", booking, by=ARTIST, start=at(FRI), end=at(WED))


def test_a_late_proposal_gets_deadline_passed_with_the_current_state() -> None:
    desk = Desk()
    booking = desk.hold(ADA, FRI, response_deadline=at(TUE))
    desk.now = at(TUE, 1)
    refused = desk.refuse_on("deadline_passed", "counter", booking, by=ARTIST, **days(THU))
    assert refused.data
    assert refused.data.current
    assert refused.data.current.booking == desk.booking(booking)


def test_a_manager_who_takes_it_moves_the_claim_with_the_artists_yes() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    events = desk.on("answer_counter", booking, take=True)
    assert types(events)[0] == "booking.counter_taken"
    record = desk.booking(booking)
    assert (record.start, record.status, record.response, record.counter) == (
        at(FRI),
        "pencil",
        "accepted",
        None,
    )


def test_the_claim_keeps_its_place_on_shared_days_and_joins_the_tail_on_added_ones() -> None:
    desk = Desk()
    booking = countered(desk, MON, TUE, (TUE, WED))
    desk.hold(ADA, MON, WED)
    desk.on("answer_counter", booking, take=True)
    assert desk.ranks(booking) == [(TUE, 1), (WED, 2)]
    assert (desk.status(booking), desk.booking(booking).response) == ("hold", "accepted")


def test_the_days_it_left_promote_who_stood_behind() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    behind = desk.hold(ADA, WED)
    events = desk.on("answer_counter", booking, take=True)
    assert "booking.promoted" in types(events)
    assert desk.rank(behind) == 1


def test_a_proposal_onto_confirmed_work_is_refused_when_taken() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    desk.confirmed(ADA, FRI)
    desk.refuse_on("conflict", "answer_counter", booking, take=True)
    assert desk.booking(booking).response == "countered"


def test_a_refused_proposal_opens_the_hold_again() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    assert types(desk.on("answer_counter", booking, take=False)) == ["booking.counter_refused"]
    record = desk.booking(booking)
    assert (record.response, record.counter, record.start) == ("none", None, at(WED))
    desk.on("accept", booking, by=ARTIST)


@pytest.mark.parametrize("take", [True, False])
def test_without_a_proposal_there_is_nothing_to_answer(take: bool) -> None:
    desk = Desk()
    hold, pencil = desk.hold(ADA, WED), desk.pencil(ADA, FRI)
    desk.refuse_on("wrong_state", "answer_counter", hold, take=take)
    desk.refuse_on("wrong_state", "answer_counter", pencil, take=take)


def test_the_studio_answers_and_not_the_artist() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    desk.refuse_on("forbidden", "answer_counter", booking, take=True, by=ARTIST)
    desk.on("answer_counter", booking, take=True, by=MANAGER)


def test_a_plain_yes_drops_the_proposal() -> None:
    desk = Desk()
    booking = countered(desk, WED, WED, (FRI, FRI))
    desk.on("accept", booking, by=ARTIST)
    record = desk.booking(booking)
    assert (record.status, record.counter, record.start) == ("pencil", None, at(WED))


def test_a_proposal_is_taken_where_the_hold_was_moved_to_the_proposed_dates_meanwhile():
    desk = Desk()
    hold = desk.hold(ADA, MON)
    desk.on("counter", hold, by=ARTIST, **days(TUE))
    desk.on("move", hold, **days(TUE))
    desk.on("answer_counter", hold, take=True)
    assert desk.status(hold) == "pencil"
    assert desk.booking(hold).counter is None
