"""Decisions about phases."""

from __future__ import annotations

from typing import assert_never

from scheduling.commands import AddPhase, DeletePhase, EditPhase, MovePhase, PhaseCommand
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.dependencies import drop_dependency
from scheduling.decide.edits import edited
from scheduling.decide.milestones import loosen_milestones
from scheduling.decide.moves import move_phase
from scheduling.events import Cause, PhaseAdded, PhaseDeleted, PhaseEdited
from scheduling.model import Phase, with_changes
from scheduling.ranges import check_instant, utc
from scheduling.refusals import Refused, archived_project, invalid, not_found


def decide_phase(draft: Draft, command: PhaseCommand) -> Outcome:
    """The answer to any command about a phase."""
    match command:
        case AddPhase():
            return _add_phase(draft, command)
        case EditPhase():
            return _edit_phase(draft, command)
        case MovePhase():
            return move_phase(draft, command)
        case DeletePhase():
            return _delete_phase(draft, command)
        case _:
            assert_never(command)


def _add_phase(draft: Draft, command: AddPhase) -> Outcome:
    project = draft.state.projects.get(command.project_id)
    if project is None:
        return not_found("project", command.project_id)
    refused = archived_project(project)
    if refused:
        return refused
    phase_id = command.id or draft.context.new_id("phase")
    if phase_id in draft.state.phases or ("phase", phase_id) in draft.state.deleted:
        return invalid(f"There is a phase {phase_id} already; ids are used once.", "id")
    phase = _normal(
        Phase(
            id=phase_id,
            project_id=command.project_id,
            name=command.name,
            duration_hours=command.duration_hours,
            skills=command.skills,
            start=command.start,
            end=command.end,
            progress=command.progress,
            external_id=command.external_id,
        )
    )
    if isinstance(phase, Refused):
        return phase
    draft.emit(PhaseAdded(phase=phase))
    return draft.accepted()


def _normal(phase: Phase) -> Phase | Refused:
    """The phase with its dates in UTC: both or neither, and in order."""
    if (phase.start is None) != (phase.end is None):
        return invalid("A phase has both a start and an end, or neither.", "start")
    if phase.start is None or phase.end is None:
        return phase
    start, end = utc(phase.start), utc(phase.end)
    if start >= end:
        return invalid(f"A phase ends after it starts; got {start} to {end}.", "end")
    refused = check_instant("start", start) or check_instant("end", end)
    if refused:
        return refused
    return with_changes(phase, start=start, end=end)


def _edit_phase(draft: Draft, command: EditPhase) -> Outcome:
    phase = draft.state.phases.get(command.phase_id)
    if phase is None:
        return not_found("phase", command.phase_id)
    after, changed = edited(phase, command)
    normal = _normal(after)
    if isinstance(normal, Refused):
        return normal
    if changed:
        draft.emit(PhaseEdited(phase=normal, changed=changed))
    return draft.accepted()


def _delete_phase(draft: Draft, command: DeletePhase) -> Outcome:
    phase = draft.state.phases.get(command.phase_id)
    if phase is None:
        return not_found("phase", command.phase_id)
    for dependency in sorted(draft.state.dependencies.values(), key=lambda d: d.id):
        if phase.id in {dependency.from_phase_id, dependency.to_phase_id}:
            drop_dependency(draft, dependency, Cause(kind="deleted", entity_id=phase.id))
    loosen_milestones(draft, phase.id)
    draft.emit(PhaseDeleted(phase=with_changes(phase, version=phase.version + 1)))
    # What was asked for comes last here, after the ties that would dangle.
    return with_changes(draft.accepted(), primary=draft.events[-1])
