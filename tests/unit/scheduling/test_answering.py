"""The artist's answer, the studio's confirmation and the clock (domain: a booking's life).

Rules B1-B4, X1 of docs/subsystems/domain.md.
"""

from __future__ import annotations

import pytest

from scheduling.commands import COMMANDS
from tests.harness.desk import (
    ADA,
    ARTIST,
    FRI,
    MANAGER,
    SYSTEM,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    types,
)

ENDED = ("declined", "withdrawn", "released", "expired", "bumped", "cancelled")


def in_state(desk: Desk, state: str):
    """A booking of Ada's Wednesday that came to be in this state."""
    if state == "pencil":
        return desk.pencil(ADA, WED)
    if state in {"confirmed", "cancelled"}:
        booking = desk.confirmed(ADA, WED)
        if state == "cancelled":
            desk.on("cancel", booking, reason="client pulled it")
        return booking
    booking = desk.hold(ADA, WED, expires_at=desk.now)
    if state == "bumped":
        desk.on("release", booking)
        first = desk.hold(ADA, WED)
        booking = desk.hold(ADA, WED)
        desk.on("accept", first)
        desk.on("confirm", first)
    elif state in ENDED:
        if state == "withdrawn":
            desk.on("accept", booking)
        verb = {"declined": "decline", "withdrawn": "withdraw", "released": "release", "expired": "expire"}
        desk.on(verb[state], booking, by=SYSTEM)
    return booking


ALLOWED = {
    "accept": {"hold"},
    "counter": {"hold"},
    "decline": {"hold"},
    "withdraw": {"pencil"},
    "confirm": {"pencil"},
    "release": {"hold", "pencil"},
    "cancel": {"confirmed"},
    "expire": {"hold"},
    "move": {"hold", "pencil", "confirmed"},
    "resize": {"hold", "pencil", "confirmed"},
    "edit": {"hold", "pencil", "confirmed"},
}
"""From which states each verb is taken: the table of a booking's life."""

ARGS: dict[str, dict[str, object]] = {
    "cancel": {"reason": "client pulled it"},
    "counter": days(FRI),
    "move": days(FRI),
    "resize": days(WED, THU),
    "edit": {"title": "Renamed"},
}


@pytest.mark.parametrize("state", ["hold", "pencil", "confirmed", *ENDED])
@pytest.mark.parametrize("verb", ALLOWED)
def test_a_booking_is_changed_only_from_the_states_its_life_allows(verb: str, state: str) -> None:
    desk = Desk()
    booking = in_state(desk, state)
    assert desk.status(booking) == state
    if state in ALLOWED[verb]:
        desk.on(verb, booking, by=SYSTEM, **ARGS.get(verb, {}))
    else:
        refused = desk.refuse_on("wrong_state", verb, booking, by=SYSTEM, **ARGS.get(verb, {}))
        if verb != "expire":
            assert state in refused.message
            assert refused.data
            assert refused.data.current
            assert refused.data.current.booking == desk.booking(booking)


def test_the_table_of_verbs_is_whole() -> None:
    verbs = {op.removeprefix("booking.") for op in COMMANDS if op.startswith("booking.")}
    assert verbs == ALLOWED.keys() | {"place", "reassign", "answer_counter"}


# -- accept ------------------------------------------------------------------------------


def test_the_yes_of_the_first_in_line_makes_a_pencil() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    assert types(desk.on("accept", booking, by=ARTIST)) == ["booking.accepted"]
    assert desk.status(booking) == "pencil"


def test_a_manager_may_answer_for_the_artist_and_is_recorded() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("accept", booking, by=MANAGER)
    assert desk.state.records[desk.last].actor_id == MANAGER.id


def test_a_yes_behind_a_higher_claim_is_kept() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    second = desk.hold(ADA, WED)
    desk.on("accept", second)
    assert (desk.status(second), desk.booking(second).response) == ("hold", "accepted")


@pytest.mark.parametrize("verb", ["release", "decline", "expire"])
def test_a_kept_yes_becomes_a_pencil_in_the_command_that_ends_the_last_higher_claim(verb: str) -> None:
    desk = Desk()
    first = desk.hold(ADA, WED, expires_at=desk.now)
    second = desk.hold(ADA, WED)
    desk.on("accept", second)
    events = desk.on(verb, first, by=SYSTEM)
    assert types(events)[1:] == ["booking.promoted", "booking.pencilled"]
    assert desk.status(second) == "pencil"


def test_a_kept_yes_waits_for_the_last_of_several_higher_claims() -> None:
    desk = Desk()
    wednesday, thursday = desk.hold(ADA, WED), desk.hold(ADA, THU)
    both = desk.hold(ADA, WED, THU)
    desk.on("accept", both)
    desk.on("release", wednesday)
    assert (desk.status(both), desk.ranks(both)) == ("hold", [(WED, 1), (THU, 2)])
    desk.on("release", thursday)
    assert (desk.status(both), desk.ranks(both)) == ("pencil", [(WED, 1), (THU, 1)])


def test_a_higher_claim_that_moves_away_makes_room_as_well() -> None:
    desk = Desk()
    first = desk.hold(ADA, WED)
    second = desk.hold(ADA, WED)
    desk.on("accept", second)
    desk.on("move", first, **days(FRI))
    assert desk.status(second) == "pencil"


def test_an_answer_is_given_once() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    second = desk.hold(ADA, WED)
    desk.on("accept", second)
    assert "already" in desk.refuse_on("wrong_state", "accept", second).message


def test_an_answer_after_the_deadline_is_refused() -> None:
    desk = Desk()
    booking = desk.hold(ADA, FRI, response_deadline=at(TUE))
    desk.now = at(TUE)
    desk.on("edit", booking, title="on the second the deadline still stands")
    desk.now = at(TUE, 1)
    assert "2026-03-03 00:00Z" in desk.refuse_on("deadline_passed", "accept", booking, by=ARTIST).message


def test_an_answer_on_the_second_of_the_deadline_is_taken() -> None:
    desk = Desk()
    booking = desk.hold(ADA, FRI, response_deadline=at(TUE))
    desk.now = at(TUE)
    desk.on("accept", booking, by=ARTIST)


# -- decline, withdraw -------------------------------------------------------------------


def test_a_no_ends_the_hold_with_its_reason_and_promotes_who_stood_behind() -> None:
    desk = Desk()
    first, second, third = (desk.hold(ADA, WED) for _ in range(3))
    events = desk.on("decline", first, by=ARTIST, reason="on holiday")
    assert (desk.status(first), desk.booking(first).reason) == ("declined", "on holiday")
    assert [desk.rank(b) for b in (first, second, third)] == [None, 1, 2]
    assert types(events) == ["booking.declined", "booking.promoted", "booking.promoted"]
    assert {e.cause.booking_id for e in events[1:] if e.cause} == {first}


def test_a_yes_can_be_taken_back_while_it_waits_in_line() -> None:
    desk = Desk()
    desk.hold(ADA, WED)
    second = desk.hold(ADA, WED)
    desk.on("accept", second)
    desk.on("withdraw", second, by=ARTIST)
    assert desk.status(second) == "withdrawn"


def test_without_a_yes_there_is_nothing_to_withdraw() -> None:
    desk = Desk()
    desk.refuse_on("wrong_state", "withdraw", desk.hold(ADA, WED), by=ARTIST)


def test_a_withdrawn_pencil_promotes_who_stood_behind() -> None:
    desk = Desk()
    first = desk.pencil(ADA, WED)
    second = desk.hold(ADA, WED)
    desk.on("withdraw", first, by=ARTIST)
    assert (desk.status(first), desk.rank(second)) == ("withdrawn", 1)


# -- confirm and bump --------------------------------------------------------------------


def test_a_confirmed_booking_keeps_no_clocks() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("accept", booking)
    desk.on("confirm", booking)
    confirmed = desk.booking(booking)
    assert (confirmed.status, confirmed.response_deadline, confirmed.expires_at) == ("confirmed", None, None)


def test_a_hold_cannot_be_confirmed_before_the_artists_yes() -> None:
    desk = Desk()
    assert "yes comes first" in desk.refuse_on("wrong_state", "confirm", desk.hold(ADA, WED)).message


def test_confirming_bumps_the_live_holds_under_it() -> None:
    desk = Desk()
    pencil = desk.pencil(ADA, WED, THU)
    wednesday, beyond = desk.hold(ADA, WED), desk.hold(ADA, THU, FRI)
    events = desk.on("confirm", pencil)
    assert types(events) == ["booking.confirmed", "booking.bumped", "booking.bumped"]
    assert [desk.status(b) for b in (wednesday, beyond)] == ["bumped", "bumped"]
    assert {e.cause.booking_id for e in events[1:] if e.cause} == {pencil}


def test_a_hold_that_asked_for_standby_stays_in_line_behind_confirmed_work() -> None:
    desk = Desk()
    pencil = desk.pencil(ADA, WED)
    bumped, standby = desk.hold(ADA, WED), desk.hold(ADA, WED, standby=True)
    desk.on("confirm", pencil)
    assert desk.status(bumped) == "bumped"
    assert (desk.status(standby), desk.rank(standby)) == ("hold", 2)


def test_a_bumped_claim_promotes_who_stood_behind_it_on_its_other_days() -> None:
    desk = Desk()
    pencil = desk.pencil(ADA, WED)
    desk.hold(ADA, WED, FRI)
    behind = desk.hold(ADA, FRI)
    desk.on("accept", behind)
    assert desk.status(behind) == "hold"
    desk.on("confirm", pencil)
    assert (desk.status(behind), desk.rank(behind)) == ("pencil", 1)


def test_when_confirmed_work_is_cancelled_the_standby_claims_move_up_in_order() -> None:
    desk = Desk()
    confirmed = desk.confirmed(ADA, WED)
    first, second = (desk.hold(ADA, WED, standby=True) for _ in range(2))
    desk.on("accept", first)
    desk.on("accept", second)
    desk.on("cancel", confirmed, reason="client pulled it")
    assert [desk.status(b) for b in (first, second)] == ["pencil", "hold"]


# -- the clock ---------------------------------------------------------------------------


def test_a_hold_expires_at_its_time_and_not_before() -> None:
    desk = Desk()
    booking = desk.hold(ADA, FRI, expires_at=at(TUE))
    desk.refuse_on("wrong_state", "expire", booking, by=SYSTEM)
    desk.now = at(TUE)
    desk.on("expire", booking, by=SYSTEM)
    assert desk.status(booking) == "expired"


def test_only_the_clock_says_that_a_hold_expired() -> None:
    desk = Desk()
    booking = desk.hold(ADA, FRI, expires_at=desk.now)
    desk.refuse_on("forbidden", "expire", booking, by=MANAGER)
    desk.refuse_on("forbidden", "expire", booking, by=ARTIST)
