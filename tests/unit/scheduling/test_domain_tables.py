"""The worked example of `domain.md`, and each row of its tables, as a test named by the row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MANAGER,
    MON,
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


@pytest.fixture
def desk():
    return Desk()


# -- the worked example ------------------------------------------------------------------


def test_three_overlapping_claims_are_3rd_on_wednesday_2nd_on_thursday_1st_on_friday(desk):
    desk.hold(ADA, MON, WED)
    desk.hold(ADA, WED, THU)
    third = desk.hold(ADA, WED, FRI)
    assert desk.ranks(third) == [(WED, 3), (THU, 2), (FRI, 1)]
    assert desk.rank(third) == 3


def test_whoever_waits_moves_up_in_the_command_that_releases(desk):
    first = desk.hold(ADA, MON, WED)
    second = desk.hold(ADA, WED, THU)
    third = desk.hold(ADA, WED, FRI)
    happened = desk.on("release", first)
    assert types(happened) == ["booking.released", "booking.promoted", "booking.promoted"]
    assert {event.cause.booking_id for event in happened[1:]} == {first}
    assert desk.ranks(second) == [(WED, 1), (THU, 1)]
    assert desk.ranks(third) == [(WED, 2), (THU, 2), (FRI, 1)]


# -- a booking's life --------------------------------------------------------------------


def test_place_takes_the_next_number_a_deadline_and_an_expiry_from_policy(desk):
    one, two = desk.hold(ADA, MON), desk.hold(BO, MON)
    numbers = [desk.booking(b).claims[0].number for b in (one, two)]
    assert numbers[1] == numbers[0] + 1
    assert desk.booking(one).response_deadline == desk.now + timedelta(hours=48)
    assert desk.booking(one).expires_at == desk.now + timedelta(days=14)


def test_accept_makes_a_pencil_where_no_higher_claim_stands(desk):
    hold = desk.hold(ADA, MON)
    desk.on("accept", hold, by=ARTIST)
    assert desk.status(hold) == "pencil"


def test_accept_is_kept_and_becomes_a_pencil_when_the_last_higher_claim_ends(desk):
    first, second = desk.hold(ADA, MON), desk.hold(ADA, MON)
    desk.on("accept", second, by=ARTIST)
    assert (desk.status(second), desk.booking(second).response) == ("hold", "accepted")
    happened = desk.on("release", first)
    assert "booking.pencilled" in types(happened)
    assert desk.status(second) == "pencil"


def test_decline_ends_a_hold_by_the_artist(desk):
    hold = desk.hold(ADA, MON)
    desk.on("decline", hold, by=ARTIST, reason="away")
    assert (desk.status(hold), desk.booking(hold).reason) == ("declined", "away")


def test_withdraw_takes_an_acceptance_back(desk):
    pencil = desk.pencil(ADA, MON)
    desk.on("withdraw", pencil, by=ARTIST)
    assert desk.status(pencil) == "withdrawn"


def test_counter_taken_keeps_the_place_on_shared_days_and_joins_the_tail_on_added_ones(desk):
    hold = desk.hold(ADA, MON, TUE)
    other = desk.hold(ADA, TUE, WED)
    desk.on("counter", hold, by=ARTIST, **days(TUE, WED))
    assert desk.booking(hold).start == at(MON)
    desk.on("answer_counter", hold, take=True)
    assert desk.ranks(hold) == [(TUE, 1), (WED, 2)]
    assert desk.ranks(other) == [(TUE, 2), (WED, 1)]


def test_confirm_is_for_who_is_first_on_every_day(desk):
    pencil = desk.pencil(ADA, MON)
    desk.on("confirm", pencil)
    assert desk.status(pencil) == "confirmed"
    waiting = desk.hold(BO, MON), desk.hold(BO, MON)
    desk.on("accept", waiting[1])
    desk.refuse_on("wrong_state", "confirm", waiting[1])


@pytest.mark.parametrize(
    ("given_up", "left"),
    [
        ((MON, FRI), []),
        ((MON, TUE), [(WED, FRI)]),
        ((THU, FRI), [(MON, WED)]),
        ((WED, WED), [(MON, TUE), (THU, FRI)]),
    ],
)
def test_release_ends_shrinks_or_splits(desk, given_up, left):
    hold = desk.hold(ADA, MON, FRI)
    desk.on("release", hold, **days(*given_up))
    live = sorted((b.start, b.end) for b in desk.state.bookings.values() if b.live)
    assert live == [(at(first), at(last + 1)) for first, last in left]


def test_cancel_needs_a_reason_and_offers_the_dates_to_standby_in_order(desk):
    firm = desk.confirmed(ADA, MON)
    first, second = (desk.hold(ADA, MON, standby=True) for _ in range(2))
    desk.on("accept", second)
    desk.on("cancel", firm, reason="client pulled it")
    assert [desk.rank(b) for b in (first, second)] == [1, 2]
    desk.on("decline", first)
    assert desk.status(second) == "pencil"


@pytest.mark.parametrize("verb", ["move", "resize"])
def test_moved_claims_join_the_tail_on_added_days_and_promote_others_on_removed_ones(desk, verb):
    moved = desk.hold(ADA, MON, TUE)
    other = desk.hold(ADA, MON, WED)
    desk.on(verb, moved, **days(TUE, WED))
    assert desk.ranks(moved) == [(TUE, 1), (WED, 2)]
    assert desk.ranks(other) == [(MON, 1), (TUE, 2), (WED, 1)]


def test_reassign_joins_the_tail_of_the_other_artists_line(desk):
    desk.hold(BO, MON)
    hold = desk.hold(ADA, MON)
    desk.on("reassign", hold, artist_id=BO)
    assert desk.rank(hold) == 2


def test_a_pencil_that_is_moved_must_fit_exclusively(desk):
    pencil = desk.pencil(ADA, MON)
    desk.pencil(ADA, TUE)
    desk.refuse_on("conflict", "move", pencil, **days(TUE))


def test_expire_is_the_clocks_and_stands_still_while_challenged(desk):
    first = desk.hold(ADA, MON, expires_at=desk.now)
    desk.refuse_on("forbidden", "expire", first, by=OWNER)
    challenge = desk.challenge(desk.hold(ADA, MON))
    desk.refuse_on("wrong_state", "expire", first, by=SYSTEM)
    desk.do("challenge.withdraw", {"challenge_id": challenge})
    desk.on("expire", first, by=SYSTEM)
    assert desk.status(first) == "expired"


def test_a_challenge_is_for_every_higher_claim_each_with_its_own_clock(desk):
    first, second = desk.hold(ADA, MON), desk.hold(ADA, MON, TUE)
    challenge = desk.challenged(desk.challenge(desk.hold(ADA, MON, TUE)))
    assert {t.booking_id: t.deadline for t in challenge.targets} == {
        first: desk.now + timedelta(hours=24),
        second: desk.now + timedelta(hours=24),
    }


def test_a_target_that_confirms_ends_the_challenge_as_lost(desk):
    first, second = desk.hold(ADA, MON), desk.hold(ADA, MON)
    challenge = desk.challenge(second)
    answer = {"challenge_id": challenge, "booking_id": first, "answer": "confirm"}
    desk.do("challenge.answer", answer)
    assert (desk.challenged(challenge).state, desk.status(second)) == ("lost", "bumped")


def test_a_silent_target_loses_the_shared_days_and_keeps_the_rest(desk):
    first = desk.hold(ADA, MON, TUE)
    challenge = desk.challenge(desk.hold(ADA, TUE))
    desk.now += timedelta(hours=24)
    desk.lapse(challenge, first)
    assert (desk.booking(first).start, desk.booking(first).end) == (at(MON), at(TUE))
    assert desk.challenged(challenge).state == "won"


def test_the_winner_has_a_window_and_else_goes_to_the_tail(desk):
    first, second, third = (desk.hold(ADA, MON) for _ in range(3))
    challenge = desk.challenge(second)
    desk.now += timedelta(hours=24)
    desk.lapse(challenge, first)
    assert desk.challenged(challenge).confirm_by == desk.now + timedelta(hours=4)
    desk.now += timedelta(hours=4)
    desk.lapse(challenge)
    assert [desk.rank(b) for b in (third, second)] == [1, 2]


# -- what excludes what ------------------------------------------------------------------


@pytest.mark.parametrize("there", ["pencil", "confirmed"])
@pytest.mark.parametrize("asked", ["pencil", "confirmed"])
def test_pencil_or_confirmed_excludes_pencil_or_confirmed(desk, asked, there):
    desk.place(ADA, MON, status=there)
    desk.refused("conflict", "booking.place", {"artist_id": ADA, "status": asked, **days(MON)})


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
def test_pencil_or_confirmed_excludes_approved_time_off(desk, status):
    desk.off(ADA, MON)
    desk.refused("conflict", "booking.place", {"artist_id": ADA, "status": status, **days(MON)})
    desk.place(BO, MON, status=status)
    off = desk.ask_off(BO, MON)
    desk.refused("conflict", "time_off.answer", {"time_off_id": off, "answer": "approve"})


@pytest.mark.parametrize("there", ["hold", "pencil"])
def test_a_hold_queues_behind_a_hold_or_a_pencil(desk, there):
    desk.place(ADA, MON, status=there)
    assert desk.rank(desk.hold(ADA, MON)) == 2


def test_a_new_hold_on_confirmed_days_is_refused_unless_it_asks_for_standby(desk):
    desk.confirmed(ADA, MON)
    desk.refused("conflict", "booking.place", {"artist_id": ADA, **days(MON)})
    assert desk.rank(desk.hold(ADA, MON, standby=True)) == 2


def test_a_live_hold_is_bumped_or_stays_on_standby_when_another_is_confirmed_over_it(desk):
    first = desk.hold(ADA, MON)
    waits, leaves = desk.hold(ADA, MON, standby=True), desk.hold(ADA, MON)
    desk.on("accept", first)
    happened = desk.on("confirm", first)
    assert types(happened)[:2] == ["booking.confirmed", "booking.bumped"]
    assert (desk.status(waits), desk.status(leaves)) == ("hold", "bumped")


def test_a_hold_over_requested_time_off_is_allowed(desk):
    desk.ask_off(ADA, MON)
    assert desk.rank(desk.hold(ADA, MON)) == 1


def test_a_refusal_names_the_blocking_claims_and_the_rank_a_hold_would_get(desk):
    first = desk.hold(ADA, MON)
    second = desk.hold(ADA, MON)
    no = desk.refused("not_first", "booking.place", {"artist_id": ADA, "status": "pencil", **days(MON)})
    assert {b.booking_id for b in no.data.blocking} == {first, second}
    assert no.data.rank == 3


# -- roles -------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "may"), [(OWNER, True), (MANAGER, False), (ARTIST, False)])
def test_settings_are_the_owners(desk, who, may):
    if may:
        assert desk.do("tenant.edit", {"name": "South"}, by=who)
    else:
        desk.refused("forbidden", "tenant.edit", {"name": "South"}, by=who)


@pytest.mark.parametrize(("who", "may"), [(OWNER, True), (MANAGER, True), (ARTIST, False)])
def test_projects_artists_and_bookings_are_the_staffs(desk, who, may):
    for op, args in (
        ("project.add", {"name": "Yonder"}),
        ("artist.add", {"name": "Dee"}),
        ("booking.place", {"artist_id": ADA, **days(MON)}),
    ):
        if may:
            assert desk.do(op, args, by=who)
        else:
            desk.refused("forbidden", op, args, by=who)


def test_an_artist_answers_their_own_bookings_and_knows_of_no_others(desk):
    desk.on("accept", desk.hold(ADA, MON), by=ARTIST)
    desk.refuse_on("not_found", "accept", desk.hold(BO, MON), by=ARTIST)


def test_an_artist_asks_for_their_own_time_off(desk):
    desk.ask_off(ADA, MON, by=ARTIST)
    desk.refused("not_found", "time_off.request", {"artist_id": BO, **days(MON)}, by=ARTIST)
