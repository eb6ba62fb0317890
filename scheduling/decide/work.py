"""Decisions about projects, phases and the dependencies between phases."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from scheduling.commands import (
    AddDependency,
    AddPhase,
    AddProject,
    ArchiveProject,
    DeleteDependency,
    DeletePhase,
    EditPhase,
    EditProject,
    WorkCommand,
)
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.events import (
    Cause,
    DependencyAdded,
    DependencyDeleted,
    PhaseAdded,
    PhaseDeleted,
    PhaseEdited,
    ProjectAdded,
    ProjectArchived,
    ProjectEdited,
)
from scheduling.model import Dependency, Phase, Project, with_changes
from scheduling.ranges import check_instant, utc
from scheduling.refusals import Code, Refused, invalid, not_found
from scheduling.state import State


def decide_work(state: State, command: WorkCommand, context: Context) -> Outcome:
    """The answer to any command about projects, phases and dependencies."""
    draft = Draft(state, context)
    match command:
        case AddProject():
            return _add_project(draft, command)
        case EditProject():
            return _edit_project(draft, command)
        case ArchiveProject():
            return _archive_project(draft, command)
        case AddPhase():
            return _add_phase(draft, command)
        case EditPhase():
            return _edit_phase(draft, command)
        case DeletePhase():
            return _delete_phase(draft, command)
        case AddDependency():
            return _add_dependency(draft, command)
        case DeleteDependency():
            dependency = state.dependencies.get(command.dependency_id)
            if dependency is None:
                return not_found("dependency", command.dependency_id)
            _drop(draft, dependency, None)
            return draft.accepted()
        case _:
            assert_never(command)


# -- projects ----------------------------------------------------------------------------


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


# -- phases ------------------------------------------------------------------------------


def _add_phase(draft: Draft, command: AddPhase) -> Outcome:
    if command.project_id not in draft.state.projects:
        return not_found("project", command.project_id)
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
            _drop(draft, dependency, Cause(kind="deleted", entity_id=phase.id))
    draft.emit(PhaseDeleted(phase=with_changes(phase, version=phase.version + 1)))
    # What was asked for comes last here, after the ties that would dangle.
    return with_changes(draft.accepted(), primary=draft.events[-1])


def _drop(draft: Draft, dependency: Dependency, cause: Cause | None) -> None:
    gone = with_changes(dependency, version=dependency.version + 1)
    draft.emit(DependencyDeleted(dependency=gone, cause=cause))


# -- dependencies ------------------------------------------------------------------------


def _add_dependency(draft: Draft, command: AddDependency) -> Outcome:
    state = draft.state
    before, after = (
        state.phases.get(command.from_phase_id),
        state.phases.get(command.to_phase_id),
    )
    if before is None:
        return not_found("phase", command.from_phase_id)
    if after is None:
        return not_found("phase", command.to_phase_id)
    if before.project_id != after.project_id:
        return invalid("A dependency ties two phases of one project.", "to_phase_id")
    dependency_id = command.id or draft.context.new_id("dependency")
    if dependency_id in state.dependencies or ("dependency", dependency_id) in state.deleted:
        return invalid(f"There is a dependency {dependency_id} already; ids are used once.", "id")
    cycle = path(state, after.id, before.id)
    if cycle:
        names = " → ".join(state.phases[p].name for p in (before.id, *cycle))
        return Refused(code=Code.INVALID, message=f"This would close a cycle: {names}.")
    draft.emit(
        DependencyAdded(
            dependency=Dependency(
                id=dependency_id,
                project_id=before.project_id,
                from_phase_id=before.id,
                to_phase_id=after.id,
                kind=command.kind,
                lag_hours=command.lag_hours,
            )
        )
    )
    return draft.accepted()


def path(state: State, start: UUID, goal: UUID) -> tuple[UUID, ...]:
    """Phases on a way from `start` to `goal` along dependencies, both included; else nothing."""
    successors: dict[UUID, list[UUID]] = {}
    for dependency in state.dependencies.values():
        successors.setdefault(dependency.from_phase_id, []).append(dependency.to_phase_id)
    came_from: dict[UUID, UUID | None] = {start: None}
    waiting = [start]
    while waiting:
        phase = waiting.pop()
        if phase == goal:
            return _trace(came_from, goal)
        for following in successors.get(phase, ()):
            if following not in came_from:
                came_from[following] = phase
                waiting.append(following)
    return ()


def _trace(came_from: dict[UUID, UUID | None], goal: UUID) -> tuple[UUID, ...]:
    path: list[UUID] = []
    at: UUID | None = goal
    while at is not None:
        path.append(at)
        at = came_from[at]
    return tuple(reversed(path))
