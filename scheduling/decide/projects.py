"""Decisions about projects."""

from __future__ import annotations

from typing import assert_never

from scheduling.commands import AddProject, ArchiveProject, EditProject, ProjectCommand, ShiftProject
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.decide.moves import shift_project
from scheduling.events import ProjectAdded, ProjectArchived, ProjectEdited
from scheduling.model import Project
from scheduling.refusals import Refused, invalid, not_found


def decide_project(draft: Draft, command: ProjectCommand) -> Outcome:
    """The answer to any command about a project."""
    match command:
        case AddProject():
            return _add_project(draft, command)
        case EditProject():
            return _edit_project(draft, command)
        case ArchiveProject():
            return _archive_project(draft, command)
        case ShiftProject():
            return shift_project(draft, command)
        case _:
            assert_never(command)


def _add_project(draft: Draft, command: AddProject) -> Outcome:
    project_id = command.id or draft.context.new_id("project")
    if project_id in draft.state.projects:
        return invalid(f"There is a project {project_id} already; ids are used once.", "id")
    project = Project(
        id=project_id,
        name=command.name,
        client=command.client,
        colour=command.colour,
        status=command.status,
        start=command.start,
        end=command.end,
        budget_days=command.budget_days,
        budget_money=command.budget_money,
        notes=command.notes,
        external_id=command.external_id,
    )
    refused = _check_dates(project)
    if refused:
        return refused
    draft.emit(ProjectAdded(project=project))
    return draft.accepted()


def _check_dates(project: Project) -> Refused | None:
    if project.start and project.end and project.end < project.start:
        return invalid(
            f"A project ends on or after the day it starts; got {project.start} to {project.end}.",
            "end",
        )
    return None


def _edit_project(draft: Draft, command: EditProject) -> Outcome:
    project = draft.state.projects.get(command.project_id)
    if project is None:
        return not_found("project", command.project_id)
    after, changed = edited(project, command)
    refused = _check_dates(after)
    if refused:
        return refused
    if changed:
        draft.emit(ProjectEdited(project=after, changed=changed))
    return draft.accepted()


def _archive_project(draft: Draft, command: ArchiveProject) -> Outcome:
    project = draft.state.projects.get(command.project_id)
    if project is None:
        return not_found("project", command.project_id)
    after, changed = edited(project, command, status="archived")
    if changed:
        draft.emit(ProjectArchived(project=after, changed=changed))
    return draft.accepted()
