"""The projects of a demo studio with their budgets, phases, dependencies and milestones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import uuid5
from zoneinfo import ZoneInfo

from scheduling.commands import AddDependency, AddMilestone, AddPhase, AddProject, SingleCommand
from scheduling.model import DependencyKind, Money, ProjectStatus, SkillNeed
from server.seeding.people import Cast, PlannedMilestone, PlannedPhase, PlannedProject

DAY_HOURS, WEEK_HOURS = 9, 45
"""What the studio works: nine to six, Monday to Friday."""
OPEN_DAY_HOURS = 8
"""A day of work that is not placed yet, as suggestions and plans count it."""


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
            budget_days=project.budget_days,
            budget_money=Money(amount=project.budget, currency="EUR"),
        )


def phase_commands(cast_: Cast, monday: date) -> Iterator[SingleCommand]:
    """Yield what adds the phases, then what ties them, then what marks days."""
    for project in cast_.projects:
        for phase in project.phases:
            yield _add_phase(cast_, project, phase, monday)
    for project in cast_.projects:
        phases = {phase.name: phase for phase in project.phases}
        for phase in project.phases:
            for before in phase.after:
                yield _tie(cast_, project, phases[before], phase)
            for before in phase.ends_after:
                yield _tie(cast_, project, phases[before], phase, ends=True)
    for project in cast_.projects:
        for milestone in project.milestones:
            yield _mark(cast_, project, milestone, monday)


def _tie(
    cast_: Cast, project: PlannedProject, before: PlannedPhase, after: PlannedPhase, *, ends: bool = False
) -> AddDependency:
    """One waits for the other to end; where they overlap, for it to be under way, with a week to spare."""
    kind: DependencyKind = "finish_start"
    lag = 0
    if ends:
        kind, lag = "finish_finish", WEEK_HOURS
    elif after.week < before.week + before.weeks:
        kind, lag = "start_start", WEEK_HOURS * max(0, after.week - before.week - 1)
    name = f"{before.name} → {after.name}{' ends' if ends else ''}"
    return AddDependency(
        id=uuid5(cast_.tenant_id, f"dependency {project.name}: {name}"),
        from_phase_id=cast_.phase_id(project, before.name),
        to_phase_id=cast_.phase_id(project, after.name),
        kind=kind,
        lag_hours=lag,
    )


def _mark(cast_: Cast, project: PlannedProject, milestone: PlannedMilestone, monday: date) -> AddMilestone:
    return AddMilestone(
        id=uuid5(cast_.tenant_id, f"milestone {project.name}: {milestone.name}"),
        project_id=cast_.project_id(project),
        phase_id=cast_.phase_id(project, milestone.phase) if milestone.phase else None,
        name=milestone.name,
        date=monday + timedelta(weeks=milestone.week, days=milestone.day),
        done=milestone.week < 0,
    )


def _add_phase(cast_: Cast, project: PlannedProject, phase: PlannedPhase, monday: date) -> AddPhase:
    if not project.booked:
        return AddPhase(
            id=cast_.phase_id(project, phase.name),
            project_id=cast_.project_id(project),
            name=phase.name,
            duration_hours=_days(phase.hours) * OPEN_DAY_HOURS,
            skills=(SkillNeed(name=phase.skill, level=phase.level, days=_days(phase.hours)),),
        )
    begin = monday + timedelta(weeks=phase.week)
    end = begin + timedelta(weeks=phase.weeks - 1, days=4)
    return AddPhase(
        id=cast_.phase_id(project, phase.name),
        project_id=cast_.project_id(project),
        name=phase.name,
        duration_hours=phase.weeks * WEEK_HOURS,
        skills=(SkillNeed(name=phase.skill, level=phase.level, days=_days(phase.hours)),),
        start=_utc(begin, time(9), cast_.zone),
        end=_utc(end, time(18), cast_.zone),
        progress=max(0, min(100, round(-phase.week / phase.weeks * 100))),
    )


def _days(hours: float) -> int:
    return round(hours / DAY_HOURS)


def _utc(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
