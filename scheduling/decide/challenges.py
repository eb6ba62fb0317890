"""Decisions about challenges: opening, answering, the clocks, and what other changes mean for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from scheduling.calendars import after_work, calendar_of
from scheduling.claims import above
from scheduling.commands import (
    AnswerChallenge,
    ChallengeCommand,
    LapseChallenge,
    OpenChallenge,
    WithdrawChallenge,
)
from scheduling.decide.confirm import confirm
from scheduling.decide.context import Accepted, Context, Draft, Outcome
from scheduling.decide.ending import give_up
from scheduling.decide.line import emit_booking, settle
from scheduling.events import (
    BookingEvent,
    BookingExtended,
    BookingRequeued,
    Cause,
    ChallengeAnswered,
    ChallengeClosed,
    ChallengeEvent,
    ChallengeLost,
    ChallengeOpened,
    ChallengeWithdrawn,
    ChallengeWon,
)
from scheduling.model import (
    Booking,
    Challenge,
    ChallengeState,
    ChallengeTarget,
    Claim,
    Status,
    TargetOutcome,
    changed_fields,
    with_changes,
)
from scheduling.refusals import (
    Code,
    RefusalData,
    Refused,
    blocked_by,
    current,
    invalid,
    not_found,
    wrong_state,
)
from scheduling.state import State


def decide_challenge(state: State, command: ChallengeCommand, context: Context) -> Outcome:
    """The answer to any command about challenges."""
    draft = Draft(state, context)
    if isinstance(command, OpenChallenge):
        return _open(draft, command)
    challenge = state.challenges.get(command.challenge_id)
    if challenge is None:
        return not_found("challenge", command.challenge_id)
    match command:
        case AnswerChallenge():
            return _answer(draft, challenge, command)
        case WithdrawChallenge():
            if challenge.state is not ChallengeState.OPEN:
                return _closed(challenge)
            _close(draft, challenge, ChallengeWithdrawn, ChallengeState.WITHDRAWN)
            return draft.accepted()
        case LapseChallenge():
            return _lapse(draft, challenge, command)
        case _:
            assert_never(command)


def _closed(challenge: Challenge) -> Refused:
    return wrong_state(f"This challenge is {challenge.state.value} already.", challenge)


# -- opening -----------------------------------------------------------------------------


def _open(draft: Draft, command: OpenChallenge) -> Outcome:
    state = draft.state
    booking = state.bookings.get(command.booking_id)
    if booking is None:
        return not_found("booking", command.booking_id)
    challenge_id = command.id or draft.context.new_id("challenge")
    if challenge_id in state.challenges:
        return invalid(f"There is a challenge {challenge_id} already; ids are used once.", "id")
    if booking.status is not Status.HOLD:
        return wrong_state(
            f"Only a hold that waits in line can challenge; this booking is {booking.status.value}.",
            booking,
        )
    running = _active_of(state, booking.id)
    if running is not None:
        return wrong_state("This hold has a challenge under way already.", running)
    ahead = above(state, booking)
    if not ahead:
        return wrong_state("This hold is first in line; there is nobody to challenge.", booking)
    confirmed = tuple(b for b in ahead if b.status is Status.CONFIRMED)
    if confirmed:
        return Refused(
            code=Code.WRONG_STATE,
            message="Confirmed work is never challenged; wait on standby instead.",
            data=RefusalData(blocking=blocked_by(confirmed), current=current(booking)),
        )
    deadline = _deadline(draft, booking.artist_id)
    challenge = Challenge(
        id=challenge_id,
        artist_id=booking.artist_id,
        booking_id=booking.id,
        targets=tuple(
            ChallengeTarget(booking_id=b.id, deadline=deadline)
            for b in sorted(ahead, key=lambda b: (b.start, b.id))
        ),
        opened_by=draft.context.actor.id,
        opened_at=draft.context.now,
    )
    draft.emit(ChallengeOpened(challenge=challenge))
    return draft.accepted()


def _active_of(state: State, booking_id: UUID) -> Challenge | None:
    for challenge in state.challenges.values():
        if challenge.booking_id == booking_id and challenge.closed_at is None:
            return challenge
    return None


def _deadline(draft: Draft, artist_id: UUID) -> datetime:
    """By the wall clock, or by the hours that the artist works, as the studio's policy says."""
    tenant, now = draft.state.tenant, draft.context.now.replace(microsecond=0)
    length = timedelta(hours=tenant.challenge_hours)
    artist = draft.state.artists.get(artist_id)
    if tenant.challenge_clock == "wall" or artist is None:
        return now + length
    return after_work(calendar_of(tenant, artist), now, length) or now + length


# -- answering ---------------------------------------------------------------------------


def _answer(draft: Draft, challenge: Challenge, command: AnswerChallenge) -> Outcome:
    if challenge.state is not ChallengeState.OPEN:
        return _closed(challenge)
    target = _target(challenge, command.booking_id)
    if target is None:
        return not_found("challenged booking", command.booking_id)
    if target.outcome is not TargetOutcome.PENDING:
        return wrong_state(f"This claim is {target.outcome.value} already.", challenge)
    if draft.context.now > target.deadline:
        return Refused(
            code=Code.DEADLINE_PASSED,
            message=f"The answer was due by {target.deadline:%Y-%m-%d %H:%M}Z.",
            data=RefusalData(current=current(challenge)),
        )
    if command.answer == "release":
        _take_days(draft, challenge, target, TargetOutcome.RELEASED)
        return draft.accepted()
    booking = draft.state.bookings[command.booking_id]
    return confirm(draft, booking, from_hold=True)


def about_challenge(
    accepted: Accepted, command: AnswerChallenge | WithdrawChallenge | LapseChallenge
) -> Accepted:
    """The same outcome, whose answer shows the challenge rather than a claim that changed before it."""
    shown = next(
        e for e in accepted.events if isinstance(e, ChallengeEvent) and e.challenge.id == command.challenge_id
    )
    return with_changes(accepted, primary=shown)


def _target(challenge: Challenge, booking_id: UUID | None) -> ChallengeTarget | None:
    return next((t for t in challenge.targets if t.booking_id == booking_id), None)


def _lapse(draft: Draft, challenge: Challenge, command: LapseChallenge) -> Outcome:
    if command.booking_id is None:
        return _lapse_window(draft, challenge)
    target = _target(challenge, command.booking_id)
    if (
        challenge.state is not ChallengeState.OPEN
        or target is None
        or target.outcome is not TargetOutcome.PENDING
    ):
        return wrong_state("Nobody is waited for here.", challenge)
    if draft.context.now < target.deadline:
        return wrong_state("The deadline has not passed.", challenge)
    _take_days(draft, challenge, target, TargetOutcome.LAPSED)
    return draft.accepted()


def _take_days(draft: Draft, challenge: Challenge, target: ChallengeTarget, outcome: TargetOutcome) -> None:
    """The target gives up the days it shares with the challenger; whoever waits there moves up."""
    _record(draft, challenge, target, outcome)
    challenger = draft.state.bookings[challenge.booking_id]
    booking = draft.state.bookings[target.booking_id]
    start, end = max(booking.start, challenger.start), min(booking.end, challenger.end)
    cause = Cause(kind="challenge", challenge_id=challenge.id, booking_id=challenger.id)
    give_up(draft, booking, start, end, cause)


def _record(draft: Draft, challenge: Challenge, target: ChallengeTarget, outcome: TargetOutcome) -> Challenge:
    resume_expiry(draft, challenge, target)
    targets = tuple(with_changes(t, outcome=outcome) if t is target else t for t in challenge.targets)
    return _emit(draft, ChallengeAnswered, with_changes(challenge, targets=targets))


def _lapse_window(draft: Draft, challenge: Challenge) -> Outcome:
    if challenge.state is not ChallengeState.WON or challenge.closed_at or not challenge.confirm_by:
        return wrong_state("No window to confirm is open.", challenge)
    if draft.context.now < challenge.confirm_by:
        return wrong_state("The window to confirm is still open.", challenge)
    booking = draft.state.bookings[challenge.booking_id]
    tail = Claim(number=draft.state.next_claim, start=booking.start, end=booking.end)
    cause = Cause(kind="challenge", challenge_id=challenge.id, booking_id=booking.id)
    _close(draft, challenge, ChallengeClosed, ChallengeState.WON)
    held = with_changes(booking, claims=(tail,))
    if held.status is Status.PENCIL and above(draft.state, held):
        # Not first any more: the artist's yes is kept, and waits in line like everybody's.
        held = with_changes(held, status=Status.HOLD)
    emit_booking(draft, BookingRequeued, held, cause=cause)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    return draft.accepted()


# -- what other changes mean -------------------------------------------------------------


def keep_challenges(accepted: Accepted, context: Context) -> Accepted:
    """Bring the challenges up to date whose claims an accepted command touched.

    A challenger that ended withdraws or loses; a target that was confirmed ends the challenge; one
    that left the shared days is gone; a challenge with nobody left to wait for is won.
    """
    if not accepted.state.challenges:
        return accepted
    touched = {e.booking.id for e in accepted.events if isinstance(e, BookingEvent)}
    touched |= {
        t.booking_id for e in accepted.events if isinstance(e, ChallengeEvent) for t in e.challenge.targets
    }
    draft = Draft(accepted.state, context)
    draft.events.extend(accepted.events)
    for challenge in sorted(accepted.state.challenges.values(), key=lambda c: (c.opened_at, c.id)):
        involved = {challenge.booking_id, *(t.booking_id for t in challenge.targets)}
        if challenge.closed_at is None and involved & touched:
            _keep(draft, challenge)
    if len(draft.events) == len(accepted.events):
        return accepted
    return with_changes(accepted, events=tuple(draft.events), state=draft.state)


def _keep(draft: Draft, challenge: Challenge) -> None:
    challenger = draft.state.bookings[challenge.booking_id]
    if not challenger.live or challenger.artist_id != challenge.artist_id:
        lost = challenger.status is Status.BUMPED
        event = ChallengeLost if lost else ChallengeWithdrawn
        _close(draft, challenge, event, ChallengeState.LOST if lost else ChallengeState.WITHDRAWN)
        return
    if challenge.state is ChallengeState.WON:
        if challenger.status is Status.CONFIRMED:
            _close(draft, challenge, ChallengeClosed, ChallengeState.WON)
        return
    ahead = {b.id for b in above(draft.state, challenger)}
    for target in challenge.pending:
        outcome = _what_became(draft.state, target, ahead)
        if outcome is not TargetOutcome.PENDING:
            challenge = _record(draft, challenge, target, outcome)
    if any(t.outcome is TargetOutcome.CONFIRMED for t in challenge.targets):
        _close(draft, challenge, ChallengeLost, ChallengeState.LOST)
    elif not challenge.pending:
        _win(draft, challenge, challenger)


def _what_became(state: State, target: ChallengeTarget, ahead: set[UUID]) -> TargetOutcome:
    booking = state.bookings[target.booking_id]
    if booking.id in ahead:
        confirmed = booking.status is Status.CONFIRMED
        return TargetOutcome.CONFIRMED if confirmed else TargetOutcome.PENDING
    return TargetOutcome.GONE


def _win(draft: Draft, challenge: Challenge, challenger: Booking) -> None:
    if challenger.status is Status.CONFIRMED:
        _close(draft, challenge, ChallengeClosed, ChallengeState.WON)
        return
    window = timedelta(hours=draft.state.tenant.confirm_window_hours)
    won = with_changes(
        challenge,
        state=ChallengeState.WON,
        confirm_by=draft.context.now.replace(microsecond=0) + window,
    )
    _emit(draft, ChallengeWon, won)


def _close(draft: Draft, challenge: Challenge, event: type[ChallengeEvent], state: ChallengeState) -> None:
    for target in challenge.pending:
        resume_expiry(draft, challenge, target)
    _emit(draft, event, with_changes(challenge, state=state, closed_at=draft.context.now))


def resume_expiry(draft: Draft, challenge: Challenge, target: ChallengeTarget) -> None:
    """Ordinary expiry stood still for the challenged claim: move it on by as long.

    Time during which another challenge still holds it is left for that one to give back.
    """
    still = (
        other.opened_at
        for other in draft.state.challenges.values()
        if other.id != challenge.id
        and other.state is ChallengeState.OPEN
        and any(t.booking_id == target.booking_id for t in other.pending)
    )
    until = min((draft.context.now, *still))
    paused = max(0, (until - challenge.opened_at) // timedelta(seconds=1))
    booking = draft.state.bookings[target.booking_id]
    if booking.status is Status.HOLD and booking.expires_at and paused:
        later = booking.expires_at + timedelta(seconds=paused)
        cause = Cause(kind="challenge", challenge_id=challenge.id)
        emit_booking(draft, BookingExtended, with_changes(booking, expires_at=later), cause=cause)


def _emit(draft: Draft, event: type[ChallengeEvent], challenge: Challenge) -> Challenge:
    before = draft.state.challenges[challenge.id]
    after = with_changes(challenge, version=before.version + 1)
    draft.emit(event(challenge=after, changed=changed_fields(before, after)))
    return after
