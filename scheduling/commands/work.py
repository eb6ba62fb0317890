"""What people ask of projects, phases and their dependencies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from scheduling.commands.base import (
    CommandBase,
    ExternalId,
)
from scheduling.model import (
    Colour,
    Days,
    DependencyKind,
    Instant,
    Money,
    Name,
    Notes,
    ProjectStatus,
    SkillNeed,
)

Needs = Annotated[tuple[SkillNeed, ...], Meta(max_length=20)]
Duration = Annotated[float, Meta(gt=0, le=100_000)]
Lag = Annotated[float, Meta(ge=-10_000, le=10_000)]
OnRefusal = Literal["refuse_all", "skip"]
"""Whether what cannot go along refuses the whole, or stays where it is."""
_Date = date


class AddProject(CommandBase, frozen=True, kw_only=True, tag="project.add"):
    """Open a project."""

    name: Name
    id: UUID | None = None
    client: Annotated[str, Meta(max_length=200)] = ""
    colour: Colour = "#4f7cac"
    status: ProjectStatus = "active"
    start: date | None = None
    end: date | None = None
    budget_days: Days | None = None
    budget_money: Money | None = None
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
    budget_days: Days | UnsetType | None = UNSET
    budget_money: Money | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class ArchiveProject(CommandBase, frozen=True, kw_only=True, tag="project.archive"):
    """Close a project; its bookings stay."""

    project_id: UUID


class ShiftProject(CommandBase, frozen=True, kw_only=True, tag="project.shift"):
    """Move a whole project by days: its dates, phases, milestones and live bookings, all at once.

    By `working_days` each day becomes the n-th day after it on which the studio works. What starts
    before `since` stays. Bookings that cannot go refuse the whole, or stay (`skip`).
    """

    project_id: UUID
    days: Annotated[int, Meta(ge=-3650, le=3650)]
    unit: Literal["days", "working_days"] = "days"
    since: Instant | None = None
    on_refusal: OnRefusal = "refuse_all"


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


class MovePhase(CommandBase, frozen=True, kw_only=True, tag="phase.move"):
    """Put a phase on `[start, end)`, or from `start` on for as much working time as it takes.

    Phases that wait for it are pushed as far as their ties demand; with `pull` they also come
    forward where the ties that held them loosen. Bookings stay unless they are asked to come along.
    """

    phase_id: UUID
    start: Instant
    end: Instant | None = None
    push: bool = True
    pull: bool = False
    with_bookings: bool = False
    on_refusal: OnRefusal = "refuse_all"


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


class EditDependency(CommandBase, frozen=True, kw_only=True, tag="dependency.edit"):
    """Change what kind of tie it is, or its lag; nothing moves by that."""

    dependency_id: UUID
    kind: DependencyKind | UnsetType = UNSET
    lag_hours: Lag | UnsetType = UNSET


class DeleteDependency(CommandBase, frozen=True, kw_only=True, tag="dependency.delete"):
    """Untie two phases."""

    dependency_id: UUID


class AddMilestone(CommandBase, frozen=True, kw_only=True, tag="milestone.add"):
    """Mark a day of a project, perhaps of one of its phases."""

    project_id: UUID
    name: Name
    date: date
    id: UUID | None = None
    phase_id: UUID | None = None
    done: bool = False
    notes: Notes = ""
    external_id: ExternalId = ""


class EditMilestone(CommandBase, frozen=True, kw_only=True, tag="milestone.edit"):
    """Change a milestone."""

    milestone_id: UUID
    name: Name | UnsetType = UNSET
    date: _Date | UnsetType = UNSET
    phase_id: UUID | UnsetType | None = UNSET
    done: bool | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class DeleteMilestone(CommandBase, frozen=True, kw_only=True, tag="milestone.delete"):
    """Take a milestone away."""

    milestone_id: UUID


ProjectCommand: TypeAlias = AddProject | EditProject | ArchiveProject | ShiftProject
PhaseCommand: TypeAlias = AddPhase | EditPhase | MovePhase | DeletePhase
DependencyCommand: TypeAlias = AddDependency | EditDependency | DeleteDependency
MilestoneCommand: TypeAlias = AddMilestone | EditMilestone | DeleteMilestone
WorkCommand: TypeAlias = ProjectCommand | PhaseCommand | DependencyCommand | MilestoneCommand
