"""The projects of a demo studio with their phases, dependencies, milestones and budgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import uuid5
from zoneinfo import ZoneInfo

from scheduling.commands import AddDependency, AddMilestone, AddPhase, AddProject, SingleCommand
from scheduling.model import ProjectStatus, SkillNeed
from server.seeding.people import Cast, PlannedPhase, PlannedProject

HOURS_A_DAY = 9
"""As the studios of the demo work: from nine to six."""
SPARE = 1.1
"""Budgets leave a tenth more than the phases ask for."""


def project_commands(cast_: Cast, monday: date) -> Iterator[SingleCommand]:
    """Yield what opens the projects; `monday` is that of the present week."""
    for project in cast_.projects:
        first, last = project.weeks
        yield AddProject(
            id=cast_.project_id(project),
            name=project.name,
            client=project.client,
            colour=project.colour,
            status=cast(ProjectStatus, project.status),
            start=monday + timedelta(weeks=first),
            end=monday + timedelta(weeks=last, days=4),
            budget_days=round(sum(phase.hours for phase in project.phases) / HOURS_A_DAY * SPARE),
        )


def phase_commands(cast_: Cast, monday: date) -> Iterator[SingleCommand]:
    """Yield what adds the phases, then what ties each to those it waits for, then the milestones."""
    for project in cast_.projects:
        for phase in project.phases:
            yield _add_phase(cast_, project, phase, monday)
    for project in cast_.projects:
        for phase in project.phases:
            for before in phase.after:
                yield _tie(cast_, project, next(p for p in project.phases if p.name == before), phase)
    for project in cast_.projects:
        yield from _milestones(cast_, project, monday)


def _tie(cast_: Cast, project: PlannedProject, before: PlannedPhase, after: PlannedPhase) -> AddDependency:
    """A phase that begins while the other still runs follows its start, by as much as it begins later."""
    follows = after.week >= before.week + before.weeks
    days = (after.week - before.week - (before.weeks if follows else 0)) * 5
    return AddDependency(
        id=uuid5(cast_.tenant_id, f"dependency {project.name}: {before.name} → {after.name}"),
        from_phase_id=cast_.phase_id(project, before.name),
        to_phase_id=cast_.phase_id(project, after.name),
        kind="finish_start" if follows else "start_start",
        lag_hours=0 if follows else days * HOURS_A_DAY,
    )


def _milestones(cast_: Cast, project: PlannedProject, monday: date) -> Iterator[AddMilestone]:
    first, last = project.weeks
    for name, week in (("Client review", (first + last) // 2), ("Delivery", last)):
        yield AddMilestone(
            id=uuid5(cast_.tenant_id, f"milestone {project.name}: {name}"),
            project_id=cast_.project_id(project),
            name=name,
            date=monday + timedelta(weeks=week, days=3 if name == "Client review" else 4),
            done=week < 0,
        )


def _add_phase(cast_: Cast, project: PlannedProject, phase: PlannedPhase, monday: date) -> AddPhase:
    begin = monday + timedelta(weeks=phase.week)
    end = begin + timedelta(weeks=phase.weeks - 1, days=4)
    return AddPhase(
        id=cast_.phase_id(project, phase.name),
        project_id=cast_.project_id(project),
        name=phase.name,
        duration_hours=phase.hours,
        skills=(SkillNeed(name=phase.skill, level=phase.level, days=round(phase.hours / HOURS_A_DAY)),),
        start=_utc(begin, time(9), cast_.zone),
        end=_utc(end, time(18), cast_.zone),
        progress=max(0, min(100, round(-phase.week / phase.weeks * 100))),
    )


def _utc(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
