"""Undo: the compensating command that gives every entity its earlier image back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from scheduling.claims import above
from scheduling.commands import UndoCommand
from scheduling.decide.challenges import resume_expiry
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.dependencies import path
from scheduling.decide.line import emit_booking, settle
from scheduling.decide.people import check_member, keep_an_owner
from scheduling.decide.redrawing import check_drafts, draw_again, take_back
from scheduling.decide.time_off import away_now, check_free, emit_time_off, ended_by
from scheduling.events import (
    ArtistArchived,
    ArtistRestored,
    BookingCancelled,
    BookingReleased,
    BookingRestored,
    Cause,
    ChallengeRestored,
    ChallengeWithdrawn,
    DependencyDeleted,
    DependencyRestored,
    MemberEdited,
    MemberRestored,
    MilestoneDeleted,
    MilestoneRestored,
    PhaseDeleted,
    PhaseRestored,
    ProjectArchived,
    ProjectRestored,
    TenantRestored,
    TimeOffReopened,
    TimeOffRestored,
)
from scheduling.model import (
    Artist,
    Booking,
    Challenge,
    ChallengeState,
    Dependency,
    Entity,
    Member,
    Milestone,
    OffState,
    Phase,
    Project,
    Scenario,
    ScenarioChange,
    Status,
    Tenant,
    TimeOff,
    changed_fields,
    with_changes,
)
from scheduling.refusals import Code, RefusalData, Refused, away_over, blocked_by, forbidden, wrong_state
from scheduling.state import State, Touched, away, find, live_overlapping


def decide_undo(state: State, command: UndoCommand, context: Context) -> Outcome:
    """Give back what the actor's own command changed, or refuse where later events build on it.

    Claims return with their old numbers: whoever moved up because of the undone command moves
    down again, which is why nothing may have happened to any of them in between.
    """
    record = state.records.get(command.command_id)
    if record is None:
        return Refused(
            code=Code.NOT_FOUND,
            message=f"No command {command.command_id} changed anything in this studio.",
        )
    if record.actor_id != context.actor.id:
        return forbidden("Everybody undoes only their own commands.")
    changed = tuple(t for t in record.touched if not t.rank_only)
    refused = _check_untouched(state, changed)
    if refused:
        return refused
    draft = Draft(state, context)
    cause = Cause(kind="undo", command_id=command.command_id)
    for touched in reversed(changed):
        _give_back(draft, touched, cause)
    ranges = {
        (b.artist_id, b.start, b.end)
        for t in record.touched
        for b in (t.before, t.after)
        if isinstance(b, Booking | TimeOff)
    }
    for artist_id, start, end in sorted(ranges, key=lambda r: (r[0], r[1], r[2])):
        settle(draft, artist_id, start, end, cause)
    return (
        _check_lines(draft.state, ranges)
        or _check_whole(draft.state, changed)
        or check_drafts(draft, changed, cause)
        or draft.accepted()
    )


def _check_untouched(state: State, changed: tuple[Touched, ...]) -> Refused | None:
    """Whether everything is as the command left it.

    What it says counts, not its version: later steps that were undone themselves stand in nobody's
    way, so that one's own steps can be taken back one after the other.
    """
    for touched in changed:
        entity = _as_last_known(state, touched)
        if entity is None or changed_fields(touched.after, entity):
            return wrong_state(
                f"The {touched.kind} has changed since, so this can no longer be undone.",
                entity,
            )
    return None


def _as_last_known(state: State, touched: Touched) -> Entity | None:
    key = (touched.kind, touched.id)
    return state.deleted.get(key) if touched.deleted else find(state, *key)


def _check_lines(state: State, ranges: set[tuple[UUID, datetime, datetime]]) -> Refused | None:
    """Whether every exclusive booking on the touched ranges still stands alone and first.

    Behind confirmed work nobody waits who did not ask for standby.
    """
    for artist_id, start, end in ranges:
        for booking in live_overlapping(state, artist_id, start, end):
            if booking.exclusive and (off := away(state, artist_id, booking.start, booking.end)):
                return Refused(
                    code=Code.CONFLICT,
                    message="The artist is away on these dates, so this cannot be undone.",
                    data=RefusalData(blocking=blocked_by((booking,)), away=away_over(off)),
                )
            clashes = _clashes(state, booking) if booking.exclusive else ()
            if clashes:
                return Refused(
                    code=Code.CONFLICT,
                    message="Somebody else has these dates now, so this cannot be undone.",
                    data=RefusalData(blocking=blocked_by((booking, *clashes))),
                )
    return None


def _clashes(state: State, booking: Booking) -> tuple[Booking, ...]:
    ahead = above(state, booking)
    if booking.status is not Status.CONFIRMED:
        return ahead
    behind = live_overlapping(state, booking.artist_id, booking.start, booking.end, booking.id)
    return tuple({b.id: b for b in (*ahead, *(b for b in behind if not b.standby))}.values())


def _check_whole(state: State, changed: tuple[Touched, ...]) -> Refused | None:
    """Whether what was given back or taken away goes together with what happened since."""
    for touched in changed:
        entity = find(state, touched.kind, touched.id)
        why = misfit(state, touched, entity)
        if why:
            return wrong_state(f"This can no longer be undone: {why}", entity)
    return None


def misfit(state: State, touched: Touched, entity: Entity | None) -> str:
    """Why an image that was given back does not go together with the rest; empty where it does."""
    match entity:
        case Member():
            refused = check_member(state, entity) or keep_an_owner(state, entity)
            return refused.message if refused else ""
        case Booking():
            artist = state.artists.get(entity.artist_id)
            if _comes_back(touched, entity) and artist is not None and not artist.active:
                return f"{artist.name} is archived and takes no bookings."
        case TimeOff():
            if entity.state is OffState.APPROVED and check_free(state, entity):
                return "the artist is booked or away then."
        case Artist():
            if touched.before is None and state.lines.get(entity.id):
                return f"{entity.name} was booked since."
        case Project():
            if touched.before is None and (since := _joined(state, entity.id)):
                return f"{entity.name} got {since} since."
        case _:
            return _work_misfit(state, touched, entity)
    return ""


def _joined(state: State, project_id: UUID) -> str:
    """What there is of a project beside itself; empty where it stands alone."""
    if any(b.live and b.project_id == project_id for b in state.bookings.values()):
        return "bookings"
    if any(p.project_id == project_id for p in state.phases.values()):
        return "phases"
    return "milestones" if any(m.project_id == project_id for m in state.milestones.values()) else ""


def _work_misfit(state: State, touched: Touched, entity: Entity | None) -> str:
    match entity:
        case Dependency():
            if entity.from_phase_id not in state.phases or entity.to_phase_id not in state.phases:
                return "a phase it tied was deleted."
            if path(state, entity.to_phase_id, entity.from_phase_id):
                return "it would close a cycle."
        case Milestone():
            if entity.phase_id is not None and entity.phase_id not in state.phases:
                return "the phase it marks was deleted."
        case None if touched.kind == "phase":
            if any(touched.id in {d.from_phase_id, d.to_phase_id} for d in state.dependencies.values()):
                return "the phase was tied to others since."
            if any(m.phase_id == touched.id for m in state.milestones.values()):
                return "a milestone was set in the phase since."
    return ""


def _comes_back(touched: Touched, booking: Booking) -> bool:
    """Whether undo puts the booking into a line where it did not stand any more."""
    after = touched.after
    gone = isinstance(after, Booking) and (not after.live or after.artist_id != booking.artist_id)
    return booking.live and gone


def _give_back(draft: Draft, touched: Touched, cause: Cause) -> None:
    last = _as_last_known(draft.state, touched) or touched.after
    if touched.before is None:
        take_away(draft, last, cause)
    else:
        give_back(draft, touched.before, last, cause)


def take_away(draft: Draft, made: Entity, cause: Cause) -> None:  # noqa: C901 - one arm per kind
    """End what the undone command made; nothing that happened is ever deleted from history."""
    version = made.version + 1
    match made:
        case Booking():
            current = draft.state.bookings[made.id]
            confirmed = current.status is Status.CONFIRMED
            ended = with_changes(
                current,
                status=Status.CANCELLED if confirmed else Status.RELEASED,
                reason="undone",
            )
            event = BookingCancelled if confirmed else BookingReleased
            emit_booking(draft, event, ended, cause=cause, reason="undone")
        case Artist():
            gone = with_changes(made, active=False, version=version)
            draft.emit(ArtistArchived(artist=gone, changed=("active",), cause=cause))
        case Project():
            closed = with_changes(made, status="archived", version=version)
            draft.emit(ProjectArchived(project=closed, changed=("status",), cause=cause))
        case Phase():
            draft.emit(PhaseDeleted(phase=with_changes(made, version=version), cause=cause))
        case Dependency():
            dependency = with_changes(made, version=version)
            draft.emit(DependencyDeleted(dependency=dependency, cause=cause))
        case Milestone():
            draft.emit(MilestoneDeleted(milestone=with_changes(made, version=version), cause=cause))
        case Member():
            inactive = with_changes(made, active=False, version=version)
            draft.emit(MemberEdited(member=inactive, changed=("active",), cause=cause))
        case Challenge():
            for target in made.pending:
                resume_expiry(draft, made, target)
            taken_back = with_changes(
                made,
                state=ChallengeState.WITHDRAWN,
                closed_at=draft.context.now,
                version=version,
            )
            draft.emit(ChallengeWithdrawn(challenge=taken_back, cause=cause, reason="undone"))
        case Scenario() | ScenarioChange():
            take_back(draft, made, cause)
        case TimeOff():
            cancelled = with_changes(made, state=OffState.CANCELLED, reason="undone")
            emit_time_off(draft, ended_by(made), cancelled, cause=cause)
        case Tenant():
            raise AssertionError("no command makes a tenant")


def give_back(draft: Draft, before: Entity, after: Entity, cause: Cause) -> None:
    """Emit an earlier image as the newest, under the version after `after`."""
    version = after.version + 1
    changed = changed_fields(after, before)
    match before:
        case Booking():
            emit_booking(draft, BookingRestored, before, cause=cause)
        case Artist():
            artist = with_changes(before, version=version)
            draft.emit(ArtistRestored(artist=artist, changed=changed, cause=cause))
        case Project():
            project = with_changes(before, version=version)
            draft.emit(ProjectRestored(project=project, changed=changed, cause=cause))
        case Phase():
            phase = with_changes(before, version=version)
            draft.emit(PhaseRestored(phase=phase, changed=changed, cause=cause))
        case Dependency():
            dependency = with_changes(before, version=version)
            draft.emit(DependencyRestored(dependency=dependency, changed=changed, cause=cause))
        case Milestone():
            milestone = with_changes(before, version=version)
            draft.emit(MilestoneRestored(milestone=milestone, changed=changed, cause=cause))
        case Member():
            member = with_changes(before, version=version)
            draft.emit(MemberRestored(member=member, changed=changed, cause=cause))
        case Challenge():
            challenge = with_changes(before, version=version)
            draft.emit(ChallengeRestored(challenge=challenge, changed=changed, cause=cause))
        case Scenario() | ScenarioChange():
            draw_again(draft, before, version, changed, cause)
        case TimeOff():
            freed = away_now(after) and not away_now(before)
            emit_time_off(draft, TimeOffReopened if freed else TimeOffRestored, before, cause=cause)
        case Tenant():
            tenant = with_changes(before, version=version)
            draft.emit(TenantRestored(tenant=tenant, changed=changed, cause=cause))
