"""Decisions about milestones."""

from __future__ import annotations

import datetime as dt
from typing import assert_never
from uuid import UUID

from msgspec import UNSET

from scheduling.commands import AddMilestone, DeleteMilestone, EditMilestone, MilestoneCommand
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.events import Cause, MilestoneAdded, MilestoneDeleted, MilestoneEdited
from scheduling.model import FIRST_YEAR, LAST_YEAR, Milestone, with_changes
from scheduling.refusals import Refused, archived_project, invalid, not_found
from scheduling.state import State


def decide_milestone(draft: Draft, command: MilestoneCommand) -> Outcome:
    """The answer to any command about a milestone."""
    match command:
        case AddMilestone():
            return _add_milestone(draft, command)
        case EditMilestone():
            return _edit_milestone(draft, command)
        case DeleteMilestone():
            return _delete_milestone(draft, command)
        case _:
            assert_never(command)


def _add_milestone(draft: Draft, command: AddMilestone) -> Outcome:
    state = draft.state
    project = state.projects.get(command.project_id)
    if project is None:
        return not_found("project", command.project_id)
    milestone_id = command.id or draft.context.new_id("milestone")
    if milestone_id in state.milestones or ("milestone", milestone_id) in state.deleted:
        return invalid(f"There is a milestone {milestone_id} already; ids are used once.", "id")
    refused = (
        archived_project(project)
        or check_day(command.date)
        or _check_phase(state, command.phase_id, command.project_id)
    )
    if refused:
        return refused
    milestone = Milestone(
        id=milestone_id,
        project_id=command.project_id,
        phase_id=command.phase_id,
        name=command.name,
        date=command.date,
        done=command.done,
        notes=command.notes,
        external_id=command.external_id,
    )
    draft.emit(MilestoneAdded(milestone=milestone))
    return draft.accepted()


def _edit_milestone(draft: Draft, command: EditMilestone) -> Outcome:
    milestone = draft.state.milestones.get(command.milestone_id)
    if milestone is None:
        return not_found("milestone", command.milestone_id)
    refused = None
    if command.date is not UNSET:
        refused = check_day(command.date)
    if command.phase_id is not UNSET:
        refused = refused or _check_phase(draft.state, command.phase_id, milestone.project_id)
    if refused:
        return refused
    after, changed = edited(milestone, command)
    if changed:
        draft.emit(MilestoneEdited(milestone=after, changed=changed))
    return draft.accepted()


def _delete_milestone(draft: Draft, command: DeleteMilestone) -> Outcome:
    milestone = draft.state.milestones.get(command.milestone_id)
    if milestone is None:
        return not_found("milestone", command.milestone_id)
    draft.emit(MilestoneDeleted(milestone=with_changes(milestone, version=milestone.version + 1)))
    return draft.accepted()


def loosen_milestones(draft: Draft, phase_id: UUID) -> None:
    """Leave the milestones of a phase that goes with the project alone."""
    for milestone in sorted(draft.state.milestones.values(), key=lambda m: m.id):
        if milestone.phase_id == phase_id:
            loose = with_changes(milestone, phase_id=None, version=milestone.version + 1)
            cause = Cause(kind="deleted", entity_id=phase_id)
            draft.emit(MilestoneEdited(milestone=loose, changed=("phase_id",), cause=cause))


def check_day(day: dt.date) -> Refused | None:
    """Whether the schedule has this day."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return invalid(f"Dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {day.isoformat()}.", "date")


def _check_phase(state: State, phase_id: UUID | None, project_id: UUID) -> Refused | None:
    if phase_id is None:
        return None
    phase = state.phases.get(phase_id)
    if phase is None:
        return not_found("phase", phase_id)
    if phase.project_id != project_id:
        return invalid(f"Phase {phase_id} belongs to another project.", "phase_id")
    return None
