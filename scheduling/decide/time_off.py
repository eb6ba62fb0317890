"""Decisions about time off: asked for, approved where nobody is booked, refused, taken back."""

from __future__ import annotations

from typing import assert_never

from scheduling.commands import AnswerTimeOff, CancelTimeOff, RequestTimeOff, TimeOffCommand
from scheduling.decide.bookings import check_zone
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.line import settle
from scheduling.events import (
    Cause,
    TimeOffApproved,
    TimeOffCancelled,
    TimeOffEvent,
    TimeOffRefused,
    TimeOffRequested,
    TimeOffWithdrawn,
)
from scheduling.model import EXCLUSIVE, Entity, OffState, TimeOff, changed_fields, with_changes
from scheduling.ranges import check_range, utc
from scheduling.refusals import (
    Code,
    RefusalData,
    Refused,
    away_over,
    blocked_by,
    invalid,
    not_found,
    wrong_state,
)
from scheduling.state import State, away, live_overlapping


def decide_time_off(state: State, command: TimeOffCommand, context: Context) -> Outcome:
    """The answer to any command about time off."""
    draft = Draft(state, context)
    if isinstance(command, RequestTimeOff):
        return _request(draft, command)
    time_off = state.times_off.get(command.time_off_id)
    if time_off is None:
        return not_found("time off", command.time_off_id)
    match command:
        case AnswerTimeOff():
            return _answer(draft, time_off, command)
        case CancelTimeOff():
            return _cancel(draft, time_off, command)
        case _:
            assert_never(command)


def _request(draft: Draft, command: RequestTimeOff) -> Outcome:
    off_id = command.id or draft.context.new_id("time_off")
    if off_id in draft.state.times_off:
        return invalid(f"There is time off {off_id} already; ids are used once.", "id")
    artist = draft.state.artists.get(command.artist_id)
    if artist is None:
        return not_found("artist", command.artist_id)
    zone = command.zone or artist.zone
    start, end = utc(command.start), utc(command.end)
    refused = check_range(start, end) or check_zone(zone)
    if refused:
        return refused
    time_off = TimeOff(
        id=off_id,
        artist_id=artist.id,
        start=start,
        end=end,
        zone=zone,
        note=command.note,
        requested_by=draft.context.actor.id,
        created_at=draft.context.now,
        updated_at=draft.context.now,
    )
    draft.emit(TimeOffRequested(time_off=time_off))
    return draft.accepted()


def _answer(draft: Draft, time_off: TimeOff, command: AnswerTimeOff) -> Outcome:
    if time_off.state is not OffState.REQUESTED:
        return wrong_state(f"Only a request is answered; this time off is {time_off.state.value}.", time_off)
    if command.answer == "refuse":
        refused = with_changes(time_off, state=OffState.REFUSED, reason=command.reason)
        emit_time_off(draft, TimeOffRefused, refused)
        return draft.accepted()
    in_the_way = check_free(draft.state, time_off)
    if in_the_way:
        return in_the_way
    approved = with_changes(time_off, state=OffState.APPROVED, reason=command.reason)
    emit_time_off(draft, TimeOffApproved, approved)
    return draft.accepted()


def check_free(state: State, time_off: TimeOff) -> Refused | None:
    """Whether nothing exclusive stands where the artist wants to be away."""
    line = live_overlapping(state, time_off.artist_id, time_off.start, time_off.end)
    booked = tuple(b for b in line if b.status in EXCLUSIVE)
    off = tuple(
        t for t in away(state, time_off.artist_id, time_off.start, time_off.end) if t.id != time_off.id
    )
    if not booked and not off:
        return None
    what = "booked" if booked else "away"
    return Refused(
        code=Code.CONFLICT,
        message=f"The artist is already {what} then; free the dates first.",
        data=RefusalData(blocking=blocked_by(booked), away=away_over(off)),
    )


def _cancel(draft: Draft, time_off: TimeOff, command: CancelTimeOff) -> Outcome:
    if not time_off.live:
        return wrong_state(f"This time off is {time_off.state.value} already.", time_off)
    cancelled = with_changes(time_off, state=OffState.CANCELLED, reason=command.reason)
    emit_time_off(draft, ended_by(time_off), cancelled)
    if time_off.state is OffState.APPROVED:
        cause = Cause(kind="time_off", entity_id=time_off.id)
        settle(draft, time_off.artist_id, time_off.start, time_off.end, cause)
    return draft.accepted()


def away_now(entity: Entity) -> bool:
    """Whether this is approved time off."""
    return isinstance(entity, TimeOff) and entity.state is OffState.APPROVED


def ended_by(time_off: TimeOff) -> type[TimeOffEvent]:
    """How taking it back is called; readers who know only of approved time off are not told of the rest."""
    return TimeOffCancelled if time_off.state is OffState.APPROVED else TimeOffWithdrawn


def emit_time_off(
    draft: Draft, event: type[TimeOffEvent], time_off: TimeOff, *, cause: Cause | None = None
) -> None:
    """Emit `event` with the time off as it is from now on."""
    before = draft.state.times_off[time_off.id]
    after = with_changes(time_off, version=before.version + 1, updated_at=draft.context.now)
    changed = changed_fields(before, after)
    draft.emit(event(time_off=after, changed=changed, cause=cause, reason=after.reason))
