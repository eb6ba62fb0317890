"""Time off: asked for, approved, exclusive (domain: what excludes what)."""

from __future__ import annotations

import pytest

from scheduling.suggest import Wish, same_artist_slots
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MON,
    NOWHERE,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    types,
)


def answer(desk: Desk, off: object, word: str = "approve"):
    return desk.do("time_off.answer", {"time_off_id": off, "answer": word})


# -- asking and answering ----------------------------------------------------------------


def test_an_artist_asks_for_their_own_time_off() -> None:
    desk = Desk()
    off = desk.ask_off(ADA, WED, THU, by=ARTIST)
    assert desk.state.times_off[off].state == "requested"
    desk.refused("not_found", "time_off.request", {"artist_id": BO, **days(WED)}, by=ARTIST)


def test_the_studio_approves_and_not_the_artist() -> None:
    desk = Desk()
    off = desk.ask_off(ADA, WED, by=ARTIST)
    desk.refused("forbidden", "time_off.answer", {"time_off_id": off, "answer": "approve"}, by=ARTIST)
    assert types(answer(desk, off)) == ["time_off.approved"]


@pytest.mark.parametrize("word", ["approve", "refuse"])
def test_a_request_is_answered_once(word: str) -> None:
    desk = Desk()
    off = desk.ask_off(ADA, WED)
    answer(desk, off, word)
    refused = desk.refused("wrong_state", "time_off.answer", {"time_off_id": off, "answer": "approve"})
    assert refused.data
    assert refused.data.current
    assert refused.data.current.time_off == desk.state.times_off[off]


def test_time_off_is_a_range_of_an_artist_there_is() -> None:
    desk = Desk()
    desk.refused("not_found", "time_off.request", {"artist_id": NOWHERE, **days(WED)})
    backwards = {"artist_id": ADA, "start": at(FRI), "end": at(WED)}
    desk.refused("invalid", "time_off.request", backwards)
    desk.refused("invalid", "time_off.request", {"artist_id": ADA, **days(WED), "zone": "Mars"})
    off = desk.ask_off(ADA, WED)
    desk.refused("invalid", "time_off.request", {"artist_id": ADA, **days(WED), "id": off})


def test_it_is_cancelled_by_the_artist_or_the_studio_and_once() -> None:
    desk = Desk()
    mine, theirs = desk.off(ADA, WED), desk.off(BO, WED)
    desk.do("time_off.cancel", {"time_off_id": mine}, by=ARTIST)
    desk.refused("not_found", "time_off.cancel", {"time_off_id": theirs}, by=ARTIST)
    desk.do("time_off.cancel", {"time_off_id": theirs})
    desk.refused("wrong_state", "time_off.cancel", {"time_off_id": theirs})


# -- what excludes what ------------------------------------------------------------------


def test_a_hold_over_a_request_is_allowed() -> None:
    desk = Desk()
    desk.ask_off(ADA, WED)
    assert desk.rank(desk.hold(ADA, WED)) == 1


@pytest.mark.parametrize("status", ["hold", "pencil", "confirmed"])
def test_nothing_new_stands_where_the_artist_is_away(status: str) -> None:
    desk = Desk()
    desk.off(ADA, WED)
    args = {"artist_id": ADA, **days(TUE, THU), "status": status}
    refused = desk.refused("conflict", "booking.place", args)
    assert refused.data
    assert [(slot.start, slot.end) for slot in refused.data.away] == [(at(WED), at(THU))]
    desk.place(BO, TUE, THU, status=status)
    desk.place(ADA, THU, FRI, status=status)


@pytest.mark.parametrize("status", ["hold", "pencil", "confirmed"])
def test_nothing_moves_to_where_the_artist_is_away(status: str) -> None:
    desk = Desk()
    desk.off(ADA, WED)
    booking = desk.place(ADA, FRI, status=status)
    desk.refuse_on("conflict", "move", booking, **days(WED))
    desk.refuse_on("conflict", "resize", booking, **days(WED, FRI))
    other = desk.place(BO, WED, status=status)
    desk.refuse_on("conflict", "reassign", other, artist_id=ADA)


def test_a_counter_proposal_onto_time_off_is_refused_when_taken() -> None:
    desk = Desk()
    desk.off(ADA, WED)
    hold = desk.hold(ADA, FRI)
    desk.on("counter", hold, by=ARTIST, **days(WED))
    desk.refuse_on("conflict", "answer_counter", hold, take=True)


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
def test_a_request_over_exclusive_work_is_not_approved(status: str) -> None:
    desk = Desk()
    booking = desk.place(ADA, WED, status=status)
    off = desk.ask_off(ADA, TUE, THU)
    refused = desk.refused("conflict", "time_off.answer", {"time_off_id": off, "answer": "approve"})
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [booking]
    answer(desk, off, "refuse")


def test_a_request_over_approved_time_off_is_not_approved() -> None:
    desk = Desk()
    desk.off(ADA, WED)
    again = desk.ask_off(ADA, WED, THU)
    desk.refused("conflict", "time_off.answer", {"time_off_id": again, "answer": "approve"})


def test_holds_that_were_there_stay_and_their_yes_waits() -> None:
    """An accepted hold never becomes a pencil while the artist is away."""
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    off = desk.off(ADA, WED)
    desk.on("accept", second)
    desk.on("decline", first)
    assert (desk.status(second), desk.rank(second)) == ("hold", 1)
    desk.refuse_on("wrong_state", "confirm", second)
    events = desk.do("time_off.cancel", {"time_off_id": off})
    assert types(events) == ["time_off.cancelled", "booking.pencilled"]
    assert desk.status(second) == "pencil"


def test_a_challenged_hold_is_not_confirmed_over_time_off() -> None:
    desk = Desk()
    target = desk.hold(ADA, WED)
    challenge = desk.challenge(desk.hold(ADA, WED))
    desk.off(ADA, WED)
    args = {"challenge_id": challenge, "booking_id": target, "answer": "confirm"}
    desk.refused("conflict", "challenge.answer", args)


def test_what_is_free_instead_leaves_time_off_out() -> None:
    desk = Desk()
    desk.confirmed(ADA, WED)
    desk.off(ADA, TUE)
    desk.off(ADA, THU)
    wish = Wish(artist_id=ADA, start=at(WED), end=at(THU))
    (slot,) = same_artist_slots(desk.state, wish, desk.now, 1)
    assert slot.start == at(FRI)


# -- undo --------------------------------------------------------------------------------


def test_an_approval_is_taken_back_by_undo() -> None:
    desk = Desk()
    off = desk.ask_off(ADA, WED)
    answer(desk, off)
    desk.do("history.undo", {"command_id": desk.last})
    assert desk.state.times_off[off].state == "requested"
    desk.hold(ADA, WED)


def test_a_cancellation_is_undone_only_while_nobody_has_the_dates() -> None:
    desk = Desk()
    off = desk.off(ADA, WED)
    desk.do("time_off.cancel", {"time_off_id": off})
    cancelled = desk.last
    pencil = desk.pencil(ADA, WED)
    desk.refused("conflict", "history.undo", {"command_id": cancelled})
    desk.on("release", pencil)
    desk.do("history.undo", {"command_id": cancelled})
    assert desk.state.times_off[off].state == "approved"


def test_a_pencil_is_not_given_back_over_time_off() -> None:
    desk = Desk()
    pencil = desk.pencil(ADA, WED)
    desk.on("release", pencil)
    released = desk.last
    desk.off(ADA, WED)
    desk.refused("conflict", "history.undo", {"command_id": released})


def test_artists_undo_their_own_request_and_not_what_the_studio_answered() -> None:
    desk = Desk()
    off = desk.ask_off(ADA, MON, by=ARTIST)
    asked = desk.last
    desk.do("history.undo", {"command_id": asked}, by=ARTIST)
    assert desk.state.times_off[off].state == "cancelled"
    again = desk.ask_off(ADA, MON, by=ARTIST)
    asked = desk.last
    answer(desk, again)
    desk.refused("wrong_state", "history.undo", {"command_id": asked}, by=ARTIST)
