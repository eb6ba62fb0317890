"""What there is to do: projects, their phases, dependencies and milestones."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from scheduling.model.base import Colour, Instant, Level, Name, Notes, Record, Version

ProjectStatus = Literal["tentative", "active", "on_hold", "delivered", "archived"]
Days = Annotated[float, Meta(ge=0, le=100_000)]
"""Working days of one person."""


class Money(Record, frozen=True, kw_only=True):
    """A sum in the currency's main unit, with its ISO 4217 code."""

    amount: Annotated[float, Meta(ge=0, le=1e12)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class Project(Record, frozen=True, kw_only=True):
    """Work for a client, with a colour on the Gantt; dates are calendar days, end inclusive.

    The budget may be said in days, in money, in both or not at all.
    """

    id: UUID
    name: Name
    client: Annotated[str, Meta(max_length=200)] = ""
    colour: Colour = "#4f7cac"
    status: ProjectStatus = "active"
    start: date | None = None
    end: date | None = None
    budget_days: Days | None = None
    budget_money: Money | None = None
    notes: Notes = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1


class SkillNeed(Record, frozen=True, kw_only=True):
    """A skill a phase asks for, at least at `level`, for so many days of one person (0: not said)."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    level: Level = 0
    days: Days = 0


class Phase(Record, frozen=True, kw_only=True):
    """A piece of a project; `duration_hours` is working time, `[start, end)` its planned place."""

    id: UUID
    project_id: UUID
    name: Name
    duration_hours: Annotated[float, Meta(gt=0, le=100_000)]
    skills: Annotated[tuple[SkillNeed, ...], Meta(max_length=20)] = ()
    start: Instant | None = None
    end: Instant | None = None
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1


DependencyKind = Literal["finish_start", "start_start", "finish_finish", "start_finish"]


class Dependency(Record, frozen=True, kw_only=True):
    """Phase → phase of one project; `lag_hours` of working time may be negative."""

    id: UUID
    project_id: UUID
    from_phase_id: UUID
    to_phase_id: UUID
    kind: DependencyKind = "finish_start"
    lag_hours: Annotated[float, Meta(ge=-10_000, le=10_000)] = 0
    version: Version = 1


class Milestone(Record, frozen=True, kw_only=True):
    """A dated mark of a project, perhaps of one of its phases: reached (`done`) on a calendar day or not."""

    id: UUID
    project_id: UUID
    phase_id: UUID | None = None
    name: Name
    date: date
    done: bool = False
    notes: Notes = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1
