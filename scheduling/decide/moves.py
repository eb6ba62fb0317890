"""Decisions that move many things at once: a phase with what it pushes, a whole project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.commands import MovePhase, ShiftProject
from scheduling.day_shift import DayShift
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.milestones import check_day
from scheduling.decide.together import Going, relocate_together
from scheduling.events import Cause, MilestoneMoved, PhaseMoved, ProjectShifted
from scheduling.model import Booking, Milestone, Phase, Project, changed_fields, with_changes
from scheduling.moving import MovePlan, PhaseShift, plan_move
from scheduling.ranges import check_instant, utc
from scheduling.refusals import (
    ItemRefusal,
    RefusalData,
    Refused,
    archived_project,
    invalid,
    not_found,
)
from scheduling.state import State
from scheduling.wall_clock import snapped


class MoveReport(Struct, frozen=True, kw_only=True):
    """What a move comes to beside the records: what shifted why, and ties that are broken."""

    shifts: tuple[PhaseShift, ...] = ()
    violated: tuple[UUID, ...] = ()


# -- one phase ---------------------------------------------------------------------------


def move_phase(draft: Draft, command: MovePhase) -> Outcome:
    """Move a phase, what it pushes, and their bookings if asked to."""
    phase = draft.state.phases.get(command.phase_id)
    if phase is None:
        return not_found("phase", command.phase_id)
    refused = archived_project(draft.state.projects.get(phase.project_id))
    if refused:
        return refused
    plan = plan_move(draft.state, command)
    if isinstance(plan, Refused):
        return plan
    going = going_with_phases(draft.state, plan) if command.with_bookings else ()
    for shift in plan.shifts:
        _move(draft, draft.state.phases[shift.phase_id], shift)
    stayed = relocate_together(draft, going, skip=command.on_refusal == "skip")
    if stayed and command.on_refusal == "refuse_all":
        return refuse_whole(stayed, len(going))
    report = MoveReport(shifts=plan.shifts, violated=plan.violated)
    moved = bool(plan.shifts) and plan.shifts[0].kind == "asked"
    accepted = draft.accepted()
    primary = accepted.primary if moved else None
    return with_changes(accepted, report=report, refused=stayed, primary=primary)


def _move(draft: Draft, phase: Phase, shift: PhaseShift) -> None:
    after = with_changes(phase, start=shift.start, end=shift.end, version=phase.version + 1)
    cause = None
    if shift.kind != "asked":
        cause = Cause(kind=shift.kind, entity_id=shift.by_phase_id, dependency_id=shift.dependency_id)
    draft.emit(
        PhaseMoved(
            phase=after,
            changed=changed_fields(phase, after),
            cause=cause,
            shifted_hours=shift.shifted_hours,
        )
    )


def going_with_phases(state: State, plan: MovePlan) -> tuple[Going, ...]:
    """Where the live bookings of the phases go that move, by as many working days as their phase."""
    shifts = {s.phase_id: s for s in plan.shifts if s.working_days}
    by_days = {
        s.working_days: DayShift(state.tenant, s.working_days, "working_days") for s in shifts.values()
    }
    return tuple(
        _going(
            booking,
            by_days[shifts[booking.phase_id].working_days],
            Cause(kind="moved", entity_id=booking.phase_id),
        )
        for booking in _in_order(b for b in state.bookings.values() if b.live)
        if booking.phase_id in shifts
    )


def _going(booking: Booking, by: DayShift, cause: Cause) -> Going:
    start, end = by.span(booking.start, booking.end, booking.zone)
    start, end = snapped(start, end, booking.zone, booking.granularity)
    return Going(booking=booking, to=with_changes(booking, start=start, end=end), cause=cause)


def _in_order(bookings: Iterable[Booking]) -> list[Booking]:
    return sorted(bookings, key=lambda b: (b.start, b.id))


def refuse_whole(refusals: Sequence[ItemRefusal], total: int) -> Refused:
    """Nothing was moved, since these could not be."""
    first = refusals[0]
    bookings = "booking" if total == 1 else "bookings"
    return Refused(
        code=first.code,
        message=f"{len(refusals)} of {total} {bookings} cannot move there, so nothing was changed:"
        f" {first.message}",
        data=RefusalData(items=tuple(refusals)),
    )


# -- a whole project ---------------------------------------------------------------------


def shift_project(draft: Draft, command: ShiftProject) -> Outcome:
    """Move everything of a project by days."""
    state = draft.state
    project = state.projects.get(command.project_id)
    if project is None:
        return not_found("project", command.project_id)
    refused = archived_project(project)
    if refused:
        return refused
    if not command.days:
        return invalid("A project is moved by at least a day.", "days")
    by = DayShift(state.tenant, command.days, command.unit)
    refused = (
        _shift_dates(draft, project, command, by)
        or _shift_phases(draft, command, by)
        or _shift_milestones(draft, command, by)
    )
    if refused:
        return refused
    dates_moved = draft.state.projects[project.id] is not project
    going = going_with_project(state, command)
    stayed = relocate_together(draft, going, skip=command.on_refusal == "skip")
    if stayed and command.on_refusal == "refuse_all":
        return refuse_whole(stayed, len(going))
    accepted = draft.accepted()
    primary = accepted.primary if dates_moved else None
    return with_changes(accepted, report=MoveReport(), refused=stayed, primary=primary)


def going_with_project(state: State, command: ShiftProject) -> tuple[Going, ...]:
    """Where the live bookings of the project go."""
    by = DayShift(state.tenant, command.days, command.unit)
    cause = Cause(kind="shifted", entity_id=command.project_id)
    return tuple(
        _going(booking, by, cause)
        for booking in _in_order(b for b in state.bookings.values() if b.live)
        if booking.project_id == command.project_id and not _stays(command, booking)
    )


def _stays(command: ShiftProject, what: Booking | Phase) -> bool:
    return command.since is not None and what.start is not None and what.start < utc(command.since)


def _shift_dates(draft: Draft, project: Project, command: ShiftProject, by: DayShift) -> Refused | None:
    """The project's own dates; its start stays where only a part is moved."""
    start = project.start if project.start is None or command.since else by.day(project.start)
    end = by.day(project.end) if project.end else None
    if start and end:
        end = max(start, end)
    for day in (start, end):
        if day is not None and (refused := check_day(day)) is not None:
            return refused
    after = with_changes(project, start=start, end=end, version=project.version + 1)
    changed = changed_fields(project, after)
    if changed:
        draft.emit(ProjectShifted(project=after, changed=changed, days=command.days, unit=command.unit))
    return None


def _shift_phases(draft: Draft, command: ShiftProject, by: DayShift) -> Refused | None:
    cause = Cause(kind="shifted", entity_id=command.project_id)
    zone = draft.state.tenant.zone
    for phase in sorted(draft.state.phases.values(), key=lambda p: p.id):
        if phase.project_id != command.project_id or _stays(command, phase):
            continue
        if phase.start is None or phase.end is None:
            continue
        start, end = by.span(phase.start, phase.end, zone)
        refused = check_instant("days", start) or check_instant("days", end)
        if refused:
            return refused
        after = with_changes(phase, start=start, end=end, version=phase.version + 1)
        draft.emit(PhaseMoved(phase=after, changed=changed_fields(phase, after), cause=cause))
    return None


def _shift_milestones(draft: Draft, command: ShiftProject, by: DayShift) -> Refused | None:
    cause = Cause(kind="shifted", entity_id=command.project_id)
    zone = ZoneInfo(draft.state.tenant.zone)
    since = utc(command.since).astimezone(zone).date() if command.since else None
    for milestone in sorted(draft.state.milestones.values(), key=lambda m: m.id):
        if milestone.project_id != command.project_id or (since is not None and milestone.date < since):
            continue
        refused = check_day(by.day(milestone.date))
        if refused:
            return refused
        _move_milestone(draft, milestone, by, cause)
    return None


def _move_milestone(draft: Draft, milestone: Milestone, by: DayShift, cause: Cause) -> None:
    after = with_changes(milestone, date=by.day(milestone.date), version=milestone.version + 1)
    draft.emit(MilestoneMoved(milestone=after, changed=changed_fields(milestone, after), cause=cause))
