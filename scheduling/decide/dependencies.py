"""Decisions about the ties between phases, which must close no cycle."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from scheduling.commands import AddDependency, DeleteDependency, DependencyCommand, EditDependency
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.events import Cause, DependencyAdded, DependencyDeleted, DependencyEdited
from scheduling.model import Dependency, with_changes
from scheduling.refusals import Code, Refused, archived_project, invalid, not_found
from scheduling.state import State


def decide_dependency(draft: Draft, command: DependencyCommand) -> Outcome:
    """The answer to any command about a dependency."""
    match command:
        case AddDependency():
            return _add_dependency(draft, command)
        case EditDependency():
            return _edit_dependency(draft, command)
        case DeleteDependency():
            return _delete_dependency(draft, command)
        case _:
            assert_never(command)


def _delete_dependency(draft: Draft, command: DeleteDependency) -> Outcome:
    dependency = draft.state.dependencies.get(command.dependency_id)
    if dependency is None:
        return not_found("dependency", command.dependency_id)
    drop_dependency(draft, dependency, None)
    return draft.accepted()


def drop_dependency(draft: Draft, dependency: Dependency, cause: Cause | None) -> None:
    gone = with_changes(dependency, version=dependency.version + 1)
    draft.emit(DependencyDeleted(dependency=gone, cause=cause))


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
    refused = archived_project(state.projects.get(before.project_id))
    if refused:
        return refused
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


def _edit_dependency(draft: Draft, command: EditDependency) -> Outcome:
    dependency = draft.state.dependencies.get(command.dependency_id)
    if dependency is None:
        return not_found("dependency", command.dependency_id)
    after, changed = edited(dependency, command)
    if changed:
        draft.emit(DependencyEdited(dependency=after, changed=changed))
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
