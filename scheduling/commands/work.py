"""What people ask of projects, phases and their dependencies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from scheduling.commands.base import (
    CommandBase,
    ExternalId,
)
from scheduling.model import (
    Colour,
    DependencyKind,
    Instant,
    Name,
    Notes,
    ProjectStatus,
    SkillNeed,
)

Needs = Annotated[tuple[SkillNeed, ...], Meta(max_length=20)]
Duration = Annotated[float, Meta(gt=0, le=100_000)]
Lag = Annotated[float, Meta(ge=-10_000, le=10_000)]


class AddProject(CommandBase, frozen=True, kw_only=True, tag="project.add"):
    """Open a project."""

    name: Name
    id: UUID | None = None
    client: Annotated[str, Meta(max_length=200)] = ""
    colour: Colour = "#4f7cac"
    status: ProjectStatus = "active"
    start: date | None = None
    end: date | None = None
    notes: Notes = ""
    external_id: ExternalId = ""


class EditProject(CommandBase, frozen=True, kw_only=True, tag="project.edit"):
    """Change a project."""

    project_id: UUID
    name: Name | UnsetType = UNSET
    client: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET
    status: ProjectStatus | UnsetType = UNSET
    start: date | UnsetType | None = UNSET
    end: date | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class ArchiveProject(CommandBase, frozen=True, kw_only=True, tag="project.archive"):
    """Close a project; its bookings stay."""

    project_id: UUID


class AddPhase(CommandBase, frozen=True, kw_only=True, tag="phase.add"):
    """Add a piece of work to a project."""

    project_id: UUID
    name: Name
    duration_hours: Duration
    id: UUID | None = None
    skills: Needs = ()
    start: Instant | None = None
    end: Instant | None = None
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    external_id: ExternalId = ""


class EditPhase(CommandBase, frozen=True, kw_only=True, tag="phase.edit"):
    """Change a phase."""

    phase_id: UUID
    name: Name | UnsetType = UNSET
    duration_hours: Duration | UnsetType = UNSET
    skills: Needs | UnsetType = UNSET
    start: Instant | UnsetType | None = UNSET
    end: Instant | UnsetType | None = UNSET
    progress: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class DeletePhase(CommandBase, frozen=True, kw_only=True, tag="phase.delete"):
    """Remove a phase and its dependencies; bookings keep their dates."""

    phase_id: UUID


class AddDependency(CommandBase, frozen=True, kw_only=True, tag="dependency.add"):
    """Tie one phase to another of the same project; a cycle is refused and named."""

    from_phase_id: UUID
    to_phase_id: UUID
    id: UUID | None = None
    kind: DependencyKind = "finish_start"
    lag_hours: Lag = 0


class DeleteDependency(CommandBase, frozen=True, kw_only=True, tag="dependency.delete"):
    """Untie two phases."""

    dependency_id: UUID


WorkCommand: TypeAlias = (
    AddProject
    | EditProject
    | ArchiveProject
    | AddPhase
    | EditPhase
    | DeletePhase
    | AddDependency
    | DeleteDependency
)
