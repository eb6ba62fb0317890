"""What happens to projects, phases and their dependencies."""

from __future__ import annotations

from typing import ClassVar, Literal

from scheduling.events.base import EventBase
from scheduling.model import (
    Dependency,
    EntityKind,
    Milestone,
    Phase,
    Project,
)


class ProjectEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "project"
    project: Project


class PhaseEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "phase"
    phase: Phase


class DependencyEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "dependency"
    dependency: Dependency


class MilestoneEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "milestone"
    milestone: Milestone


class ProjectAdded(ProjectEvent, frozen=True, kw_only=True):
    """A project opened."""

    type: ClassVar[str] = "project.added"


class ProjectEdited(ProjectEvent, frozen=True, kw_only=True):
    """A project changed."""

    type: ClassVar[str] = "project.edited"


class ProjectShifted(ProjectEvent, frozen=True, kw_only=True):
    """A whole project moved by days: what else it has moved with it."""

    type: ClassVar[str] = "project.shifted"
    days: int = 0
    unit: Literal["days", "working_days"] = "days"


class ProjectArchived(ProjectEvent, frozen=True, kw_only=True):
    """A project closed."""

    type: ClassVar[str] = "project.archived"


class ProjectRestored(ProjectEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "project.restored"


class PhaseAdded(PhaseEvent, frozen=True, kw_only=True):
    """A phase was added."""

    type: ClassVar[str] = "phase.added"


class PhaseEdited(PhaseEvent, frozen=True, kw_only=True):
    """A phase changed."""

    type: ClassVar[str] = "phase.edited"


class PhaseMoved(PhaseEvent, frozen=True, kw_only=True):
    """A phase was put elsewhere, pushed or pulled: by so much working time, negative is earlier."""

    type: ClassVar[str] = "phase.moved"
    shifted_hours: float = 0


class PhaseDeleted(PhaseEvent, frozen=True, kw_only=True):
    """A phase was removed."""

    type: ClassVar[str] = "phase.deleted"


class PhaseRestored(PhaseEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "phase.restored"


class DependencyAdded(DependencyEvent, frozen=True, kw_only=True):
    """Two phases were tied."""

    type: ClassVar[str] = "dependency.added"


class DependencyEdited(DependencyEvent, frozen=True, kw_only=True):
    """The kind of a tie or its lag changed."""

    type: ClassVar[str] = "dependency.edited"


class DependencyDeleted(DependencyEvent, frozen=True, kw_only=True):
    """Two phases were untied."""

    type: ClassVar[str] = "dependency.deleted"


class DependencyRestored(DependencyEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "dependency.restored"


class MilestoneAdded(MilestoneEvent, frozen=True, kw_only=True):
    """A day was marked."""

    type: ClassVar[str] = "milestone.added"


class MilestoneEdited(MilestoneEvent, frozen=True, kw_only=True):
    """A milestone changed."""

    type: ClassVar[str] = "milestone.edited"


class MilestoneMoved(MilestoneEvent, frozen=True, kw_only=True):
    """A milestone moved with its project."""

    type: ClassVar[str] = "milestone.moved"


class MilestoneDeleted(MilestoneEvent, frozen=True, kw_only=True):
    """A milestone was taken away."""

    type: ClassVar[str] = "milestone.deleted"


class MilestoneRestored(MilestoneEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "milestone.restored"
