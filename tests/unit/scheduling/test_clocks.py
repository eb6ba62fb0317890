"""Which clocks are set by what happens, and what the system asks when they strike."""

from __future__ import annotations

from datetime import timedelta

from scheduling.clocks import Clock, clocks_of, command_of
from scheduling.commands import ExpireBooking, LapseChallenge
from tests.harness.desk import ADA, BO, FRI, MON, SYSTEM, WED, Desk, at, days


def set_by(
    desk: Desk, op: str, args: dict[str, object], **kwargs: object
) -> list[tuple[str, object, object]]:
    events = desk.do(op, args, **kwargs)
    return [(c.kind, c.booking_id or c.id, c.due) for c in clocks_of(events, desk.state)]


def test_a_hold_sets_its_expiry_and_a_pencil_nothing() -> None:
    desk = Desk()
    of_hold = set_by(desk, "booking.place", {"artist_id": ADA, **days(WED), "expires_at": at(MON, 12)})
    assert [(kind, due) for kind, _, due in of_hold] == [("expiry", at(MON, 12))]
    assert set_by(desk, "booking.place", {"artist_id": BO, **days(WED), "status": "pencil"}) == []


def test_what_leaves_the_expiry_alone_sets_no_clock() -> None:
    desk = Desk()
    hold = desk.hold(ADA, WED)
    assert set_by(desk, "booking.move", {"booking_id": hold, **days(FRI)}) == []
    assert set_by(desk, "booking.accept", {"booking_id": hold}) == []


def test_the_part_that_a_release_splits_off_has_a_clock_of_its_own() -> None:
    desk = Desk()
    hold = desk.hold(ADA, MON, FRI, expires_at=at(MON, 12))
    [(kind, split, due)] = set_by(desk, "booking.release", {"booking_id": hold, **days(WED)})
    assert (kind, due) == ("expiry", at(MON, 12))
    assert split != hold


def test_a_hold_that_an_undo_gives_back_is_timed_again() -> None:
    desk = Desk()
    hold = desk.hold(ADA, WED, expires_at=at(MON, 12))
    desk.on("release", hold)
    assert set_by(desk, "history.undo", {"command_id": desk.last}) == [("expiry", hold, at(MON, 12))]


def test_a_challenge_sets_a_clock_for_every_target_and_a_won_one_for_its_window() -> None:
    desk = Desk()
    one, other = desk.hold(ADA, MON), desk.hold(ADA, WED)
    challenger = desk.hold(ADA, MON, WED)
    day = desk.now + timedelta(hours=24)
    clocks = set_by(desk, "challenge.open", {"booking_id": challenger})
    assert clocks == [("challenge", one, day), ("challenge", other, day)]
    [challenge] = desk.state.challenges
    of = {"challenge_id": challenge, "answer": "release"}
    desk.do("challenge.answer", {**of, "booking_id": one})
    won = set_by(desk, "challenge.answer", {**of, "booking_id": other})
    assert won == [("window", challenge, desk.now + timedelta(hours=4))]


def test_an_expiry_that_stood_still_is_set_anew_when_the_challenge_closes() -> None:
    """Even where no second passed, for the clock may have struck in between, unheard."""
    desk = Desk()
    target = desk.hold(ADA, WED, expires_at=at(MON, 12))
    challenge = desk.challenge(desk.hold(ADA, WED))
    assert set_by(desk, "challenge.withdraw", {"challenge_id": challenge}) == [
        ("expiry", target, at(MON, 12))
    ]


def test_a_winner_that_falls_back_to_the_tail_expires_like_any_hold() -> None:
    desk = Desk()
    target, challenger = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.hold(ADA, WED)
    challenge = desk.challenge(challenger)
    desk.do("challenge.answer", {"challenge_id": challenge, "booking_id": target, "answer": "release"})
    desk.on("accept", challenger)
    desk.now += timedelta(hours=4)
    clocks = set_by(desk, "challenge.lapse", {"challenge_id": challenge}, by=SYSTEM)
    assert ("expiry", challenger, desk.booking(challenger).expires_at) in clocks


def test_what_the_system_asks_when_a_clock_strikes() -> None:
    desk = Desk()
    clock = Clock(tenant_id=ADA, kind="expiry", id=BO, due=desk.now)
    assert command_of(clock) == ExpireBooking(booking_id=BO)
    window = Clock(tenant_id=ADA, kind="window", id=BO, due=desk.now)
    assert command_of(window) == LapseChallenge(challenge_id=BO)
    target = Clock(tenant_id=ADA, kind="challenge", id=BO, booking_id=ADA, due=desk.now)
    assert command_of(target) == LapseChallenge(challenge_id=BO, booking_id=ADA)
