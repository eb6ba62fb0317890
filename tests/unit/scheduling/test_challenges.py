"""Challenges, sentence by sentence of the domain: who may, who must answer, what silence means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.decide import Accepted
from scheduling.events import ChallengeEvent
from scheduling.model import Challenge
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MANAGER,
    MON,
    NOWHERE,
    OWNER,
    SYSTEM,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    types,
)

DAY = timedelta(hours=24)


def challenged(desk: Desk, *ahead: tuple[int, int]):
    """Holds of Ada's on these days, and behind them all a third, over the week, that challenges them."""
    targets = [desk.hold(ADA, first, last) for first, last in ahead]
    challenger = desk.hold(ADA, MON, FRI)
    return targets, challenger, desk.challenge(challenger)


# -- opening -----------------------------------------------------------------------------


def test_the_challenger_holds_a_live_lower_claim() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    assert "first in line" in desk.refused("wrong_state", "challenge.open", {"booking_id": first}).message
    desk.on("decline", second)
    assert "declined" in desk.refused("wrong_state", "challenge.open", {"booking_id": second}).message
    desk.refused("not_found", "challenge.open", {"booking_id": NOWHERE})


def test_the_targets_are_all_higher_claims_on_the_shared_days() -> None:
    desk = Desk()
    monday, wednesday = desk.hold(ADA, MON), desk.hold(ADA, WED, FRI)
    desk.hold(BO, WED)
    desk.hold(ADA, FRI + 3)
    challenger = desk.hold(ADA, TUE, WED)
    desk.hold(ADA, WED)
    challenge = desk.challenged(desk.challenge(challenger))
    assert [t.booking_id for t in challenge.targets] == [wednesday]
    over_the_week = desk.hold(ADA, MON, FRI)
    everybody = {t.booking_id for t in desk.challenged(desk.challenge(over_the_week)).targets}
    assert {monday, wednesday, challenger} < everybody


def test_a_pencil_is_challenged_like_a_hold() -> None:
    desk = Desk()
    pencil = desk.pencil(ADA, WED)
    challenge = desk.challenge(desk.hold(ADA, WED))
    assert desk.outcomes(challenge) == {pencil: "pending"}


def test_confirmed_work_is_never_challenged() -> None:
    desk = Desk()
    confirmed = desk.confirmed(ADA, WED)
    standby = desk.hold(ADA, WED, standby=True)
    refused = desk.refused("wrong_state", "challenge.open", {"booking_id": standby})
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [confirmed]


def test_a_claim_has_one_challenge_at_a_time_and_may_challenge_again() -> None:
    desk = Desk()
    _, challenger, challenge = challenged(desk, (WED, WED))
    refused = desk.refused("wrong_state", "challenge.open", {"booking_id": challenger})
    assert refused.data
    assert refused.data.current
    assert refused.data.current.challenge == desk.challenged(challenge)
    desk.do("challenge.withdraw", {"challenge_id": challenge})
    assert desk.challenge(challenger) != challenge


# -- the clocks of the targets -----------------------------------------------------------


def test_every_target_has_a_day_by_the_wall_clock_unless_the_studio_says_otherwise() -> None:
    desk = Desk()
    _, _, challenge = challenged(desk, (MON, MON), (WED, WED))
    assert [t.deadline for t in desk.challenged(challenge).targets] == [desk.now + DAY] * 2


@pytest.mark.parametrize("hours", [24, 36, 48])
def test_the_studio_allows_between_one_and_two_days(hours: int) -> None:
    desk = Desk()
    desk.do("tenant.edit", {"challenge_hours": hours}, by=OWNER)
    _, _, challenge = challenged(desk, (WED, WED))
    assert [t.deadline for t in desk.challenged(challenge).targets] == [desk.now + timedelta(hours=hours)]


def test_the_hours_may_be_counted_in_the_artists_working_calendar() -> None:
    """24 hours at nine a day from Monday morning on: Monday, Tuesday, and six more, till 15:00 in Paris."""
    desk = Desk()
    desk.do("tenant.edit", {"challenge_clock": "working"}, by=OWNER)
    _, _, challenge = challenged(desk, (FRI, FRI))
    assert [t.deadline for t in desk.challenged(challenge).targets] == [at(WED, 14)]


def test_the_working_calendar_leaves_the_weekend_out() -> None:
    """Five hours of Friday afternoon in Paris, Monday and Tuesday, and one on Wednesday."""
    desk = Desk()
    desk.do("tenant.edit", {"challenge_clock": "working"}, by=OWNER)
    desk.now = at(FRI, 12)
    next_week = FRI + 7
    desk.hold(ADA, next_week)
    challenge = desk.challenge(desk.hold(ADA, next_week))
    assert [t.deadline for t in desk.challenged(challenge).targets] == [at(WED + 7, 9)]


def test_who_never_works_is_given_the_hours_of_the_wall_clock() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"challenge_clock": "working"}, by=OWNER)
    desk.do("artist.edit", {"artist_id": ADA, "working_hours": []})
    _, _, challenge = challenged(desk, (WED, WED))
    assert [t.deadline for t in desk.challenged(challenge).targets] == [desk.now + DAY]


# -- answers -----------------------------------------------------------------------------


def answer(desk: Desk, challenge, booking, word: str):
    return desk.do(
        "challenge.answer", {"challenge_id": challenge, "booking_id": booking, "answer": word}, by=MANAGER
    )


def test_a_target_that_confirms_ends_the_challenge_and_bumps_the_challenger() -> None:
    desk = Desk()
    (target,), challenger, challenge = challenged(desk, (WED, WED))
    events = answer(desk, challenge, target, "confirm")
    assert (desk.status(target), desk.status(challenger)) == ("confirmed", "bumped")
    assert desk.challenged(challenge).state == "lost"
    assert "challenge.lost" in types(events)


def test_a_challenger_on_standby_loses_the_challenge_and_keeps_its_place() -> None:
    desk = Desk()
    target = desk.hold(ADA, WED)
    challenger = desk.hold(ADA, WED, standby=True)
    challenge = desk.challenge(challenger)
    answer(desk, challenge, target, "confirm")
    assert desk.challenged(challenge).state == "lost"
    assert (desk.status(challenger), desk.rank(challenger)) == ("hold", 2)


def test_a_target_behind_others_cannot_confirm() -> None:
    desk = Desk()
    _first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    challenge = desk.challenge(desk.hold(ADA, WED))
    args = {"challenge_id": challenge, "booking_id": second, "answer": "confirm"}
    desk.refused("not_first", "challenge.answer", args)


def test_a_target_that_releases_gives_up_the_shared_days_and_keeps_the_rest() -> None:
    desk = Desk()
    target = desk.hold(ADA, WED, FRI)
    challenger = desk.hold(ADA, TUE, WED)
    challenge = desk.challenge(challenger)
    answer(desk, challenge, target, "release")
    assert (desk.status(target), desk.ranks(target)) == ("hold", [(THU, 1), (FRI, 1)])
    assert (desk.rank(challenger), desk.challenged(challenge).state) == (1, "won")


def test_a_release_in_the_middle_leaves_two_claims() -> None:
    desk = Desk()
    target = desk.hold(ADA, MON, FRI)
    challenge = desk.challenge(desk.hold(ADA, WED))
    events = answer(desk, challenge, target, "release")
    assert {"booking.shrunk", "booking.placed"} <= set(types(events))
    assert (desk.booking(target).start, desk.booking(target).end) == (at(MON), at(WED))


def test_an_answer_is_given_once_and_by_a_target() -> None:
    desk = Desk()
    (one, _other), challenger, challenge = challenged(desk, (MON, MON), (WED, WED))
    answer(desk, challenge, one, "release")
    again = {"challenge_id": challenge, "booking_id": one, "answer": "confirm"}
    desk.refused("wrong_state", "challenge.answer", again)
    desk.refused("not_found", "challenge.answer", {**again, "booking_id": challenger})
    desk.refused("not_found", "challenge.answer", {**again, "challenge_id": NOWHERE})


def test_a_late_answer_gets_deadline_passed_with_the_current_state() -> None:
    desk = Desk()
    (target,), _, challenge = challenged(desk, (FRI, FRI))
    desk.now += DAY
    on_the_second = desk.now
    args = {"challenge_id": challenge, "booking_id": target, "answer": "release"}
    desk.now = on_the_second + timedelta(seconds=1)
    refused = desk.refused("deadline_passed", "challenge.answer", args)
    assert refused.data
    assert refused.data.current
    assert refused.data.current.challenge == desk.challenged(challenge)
    desk.now = on_the_second
    desk.do("challenge.answer", args)


def test_artists_do_not_take_part_in_challenges() -> None:
    desk = Desk()
    (target,), _, challenge = challenged(desk, (WED, WED))
    args = {"challenge_id": challenge, "booking_id": target, "answer": "release"}
    desk.refused("forbidden", "challenge.answer", args, by=ARTIST)
    desk.refused("forbidden", "challenge.withdraw", {"challenge_id": challenge}, by=ARTIST)


# -- silence -----------------------------------------------------------------------------


def test_who_stays_silent_loses_the_shared_days() -> None:
    desk = Desk()
    target = desk.hold(ADA, WED, THU)
    challenger = desk.hold(ADA, WED)
    challenge = desk.challenge(challenger)
    desk.now += DAY
    desk.lapse(challenge, target)
    assert desk.outcomes(challenge) == {target: "lapsed"}
    assert (desk.ranks(target), desk.rank(challenger)) == ([(THU, 1)], 1)


def test_silence_is_counted_from_the_deadline_and_not_before() -> None:
    desk = Desk()
    (target,), _, challenge = challenged(desk, (WED, WED))
    desk.now += DAY - timedelta(seconds=1)
    args = {"challenge_id": challenge, "booking_id": target}
    desk.refused("wrong_state", "challenge.lapse", args, by=SYSTEM)


def test_only_the_clock_says_that_a_deadline_passed() -> None:
    desk = Desk()
    (target,), _, challenge = challenged(desk, (WED, WED))
    desk.now += DAY
    args = {"challenge_id": challenge, "booking_id": target}
    desk.refused("forbidden", "challenge.lapse", args, by=OWNER)


def test_a_deadline_that_was_answered_lapses_into_nothing() -> None:
    desk = Desk()
    (one, _other), _, challenge = challenged(desk, (MON, MON), (WED, WED))
    answer(desk, challenge, one, "release")
    desk.now += DAY
    desk.refused("wrong_state", "challenge.lapse", {"challenge_id": challenge, "booking_id": one}, by=SYSTEM)


def test_every_target_answers_or_lapses_for_itself() -> None:
    desk = Desk()
    (one, other), challenger, challenge = challenged(desk, (MON, MON), (WED, WED))
    answer(desk, challenge, one, "release")
    assert (desk.challenged(challenge).state, desk.rank(challenger)) == ("open", 2)
    desk.now += DAY
    desk.lapse(challenge, other)
    assert desk.outcomes(challenge) == {one: "released", other: "lapsed"}
    assert (desk.challenged(challenge).state, desk.rank(challenger)) == ("won", 1)


def test_a_target_that_leaves_by_itself_is_gone() -> None:
    desk = Desk()
    (one, other), _, challenge = challenged(desk, (MON, MON), (WED, WED))
    desk.on("move", one, **days(FRI + 3))
    desk.on("decline", other)
    assert desk.outcomes(challenge) == {one: "gone", other: "gone"}
    assert desk.challenged(challenge).state == "won"


# -- won ---------------------------------------------------------------------------------


def won(desk: Desk):
    target = desk.hold(ADA, WED)
    challenger = desk.hold(ADA, WED)
    behind = desk.hold(ADA, WED)
    challenge = desk.challenge(challenger)
    answer(desk, challenge, target, "release")
    return challenger, behind, challenge


def test_the_winner_has_four_hours_to_confirm() -> None:
    desk = Desk()
    _, _, challenge = won(desk)
    assert desk.challenged(challenge).confirm_by == desk.now + timedelta(hours=4)


def test_the_studio_sets_the_window() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"confirm_window_hours": 12}, by=OWNER)
    _, _, challenge = won(desk)
    assert desk.challenged(challenge).confirm_by == desk.now + timedelta(hours=12)


def test_a_winner_that_confirms_in_its_window_closes_the_challenge() -> None:
    desk = Desk()
    challenger, behind, challenge = won(desk)
    desk.on("accept", challenger)
    events = desk.on("confirm", challenger)
    assert "challenge.closed" in types(events)
    assert (desk.status(behind), desk.challenged(challenge).closed_at) == ("bumped", desk.now)


def test_a_winner_that_does_not_goes_to_the_tail() -> None:
    desk = Desk()
    challenger, behind, challenge = won(desk)
    desk.now += timedelta(hours=4)
    assert types(desk.lapse(challenge))[:2] == ["challenge.closed", "booking.requeued"]
    assert (desk.rank(behind), desk.rank(challenger)) == (1, 2)
    assert desk.challenged(challenge).closed_at == desk.now


def test_at_the_tail_the_artists_yes_is_kept() -> None:
    desk = Desk()
    challenger, behind, challenge = won(desk)
    desk.on("accept", challenger)
    assert desk.status(challenger) == "pencil"
    desk.now += timedelta(hours=4)
    desk.lapse(challenge)
    assert (desk.status(challenger), desk.booking(challenger).response) == ("hold", "accepted")
    desk.on("release", behind)
    assert desk.status(challenger) == "pencil"


def test_the_window_closes_at_its_time_and_not_before() -> None:
    desk = Desk()
    _, _, challenge = won(desk)
    desk.now += timedelta(hours=4) - timedelta(seconds=1)
    desk.refused("wrong_state", "challenge.lapse", {"challenge_id": challenge}, by=SYSTEM)


def test_an_accepted_challenger_becomes_a_pencil_with_the_days() -> None:
    desk = Desk()
    target, challenger = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("accept", challenger)
    challenge = desk.challenge(challenger)
    answer(desk, challenge, target, "release")
    assert (desk.status(challenger), desk.challenged(challenge).state) == ("pencil", "won")


# -- taking back -------------------------------------------------------------------------


def test_a_challenge_can_be_taken_back_while_it_is_open() -> None:
    desk = Desk()
    (target,), challenger, challenge = challenged(desk, (WED, WED))
    desk.do("challenge.withdraw", {"challenge_id": challenge})
    withdrawn = desk.challenged(challenge)
    assert (withdrawn.state, withdrawn.closed_at) == ("withdrawn", desk.now)
    assert (desk.rank(target), desk.rank(challenger)) == (1, 2)
    desk.refused("wrong_state", "challenge.withdraw", {"challenge_id": challenge})


@pytest.mark.parametrize("verb", ["decline", "release"])
def test_a_challenge_ends_with_the_claim_that_made_it(verb: str) -> None:
    desk = Desk()
    _, challenger, challenge = challenged(desk, (WED, WED))
    events = desk.on(verb, challenger)
    assert "challenge.withdrawn" in types(events)
    assert desk.challenged(challenge).state == "withdrawn"


def test_a_challenge_ends_when_its_claim_goes_to_another_artist() -> None:
    desk = Desk()
    _, challenger, challenge = challenged(desk, (WED, WED))
    desk.on("reassign", challenger, artist_id=BO)
    assert desk.challenged(challenge).state == "withdrawn"


# -- the ordinary expiry -----------------------------------------------------------------


def test_the_expiry_of_a_challenged_hold_stands_still() -> None:
    desk = Desk()
    target = desk.hold(ADA, FRI, expires_at=at(MON, 10))
    desk.challenge(desk.hold(ADA, FRI))
    desk.now = at(MON, 12)
    assert "stands still" in desk.refuse_on("wrong_state", "expire", target, by=SYSTEM).message


def test_after_the_challenge_the_expiry_has_moved_on_by_as_long_as_it_stood_still() -> None:
    desk = Desk()
    expires = at(MON, 10)
    target = desk.hold(ADA, FRI, expires_at=expires)
    challenge = desk.challenge(desk.hold(ADA, FRI))
    desk.now += timedelta(hours=5)
    events = desk.do("challenge.withdraw", {"challenge_id": challenge})
    assert "booking.extended" in types(events)
    assert desk.booking(target).expires_at == expires + timedelta(hours=5)
    desk.refuse_on("wrong_state", "expire", target, by=SYSTEM)
    desk.now = expires + timedelta(hours=5)
    desk.on("expire", target, by=SYSTEM)


@pytest.mark.parametrize("end", ["challenge.withdraw", "challenge.answer", "challenge.lapse"])
def test_the_answer_shows_the_challenge_though_a_claims_expiry_moved_on_before_it(end: str) -> None:
    desk = Desk()
    target = desk.hold(ADA, FRI, expires_at=at(FRI, 10))
    challenge = desk.challenge(desk.hold(ADA, FRI))
    about: dict[str, dict[str, object]] = {
        "challenge.withdraw": {},
        "challenge.answer": {"booking_id": target, "answer": "release"},
        "challenge.lapse": {"booking_id": target},
    }
    late = end == "challenge.lapse"
    desk.now += timedelta(hours=24 if late else 5)
    outcome = desk.ask(end, {"challenge_id": challenge, **about[end]}, by=SYSTEM if late else MANAGER)
    assert isinstance(outcome, Accepted), outcome
    assert "booking.extended" in types(outcome.events)
    assert isinstance(outcome.primary, ChallengeEvent)
    assert outcome.primary.challenge.id == challenge


def test_under_two_challenges_the_expiry_stands_still_once() -> None:
    """The clock of one hold cannot stand still twice in the same hour."""
    desk = Desk()
    expires = at(MON, 10)
    target = desk.hold(ADA, MON, FRI, expires_at=expires)
    one, other = (desk.challenge(desk.hold(ADA, day)) for day in (WED, FRI))
    desk.now += timedelta(hours=2)
    desk.do("challenge.withdraw", {"challenge_id": one})
    desk.refuse_on("wrong_state", "expire", target, by=SYSTEM)
    desk.now += timedelta(hours=1)
    desk.do("challenge.withdraw", {"challenge_id": other})
    assert desk.booking(target).expires_at == expires + timedelta(hours=3)


def test_a_challenge_that_is_undone_gives_the_time_back_as_well() -> None:
    desk = Desk()
    target = desk.hold(ADA, FRI, expires_at=at(MON, 10))
    challenge = desk.challenge(desk.hold(ADA, FRI))
    opened = desk.last
    desk.now += timedelta(hours=5)
    desk.do("history.undo", {"command_id": opened})
    assert desk.challenged(challenge).state == "withdrawn"
    assert desk.booking(target).expires_at == at(MON, 15)


def test_closed_challenges_are_history() -> None:
    desk = Desk()
    _, _, challenge = challenged(desk, (WED, WED))
    desk.do("challenge.withdraw", {"challenge_id": challenge})
    closed: Challenge = desk.challenged(challenge)
    assert closed.closed_at is not None
    assert not closed.pending or closed.state == "withdrawn"
