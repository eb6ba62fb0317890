"""The projects of a demo studio with their phases and dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import uuid5
from zoneinfo import ZoneInfo

from scheduling.commands import AddDependency, AddPhase, AddProject, SingleCommand
from scheduling.model import ProjectStatus, SkillNeed
from server.seeding.people import Cast, PlannedPhase, PlannedProject


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
        )


def phase_commands(cast_: Cast, monday: date) -> Iterator[SingleCommand]:
    """Yield what adds the phases, then what ties each to those it waits for."""
    for project in cast_.projects:
        for phase in project.phases:
            yield _add_phase(cast_, project, phase, monday)
    for project in cast_.projects:
        for phase in project.phases:
            for before in phase.after:
                yield AddDependency(
                    id=uuid5(cast_.tenant_id, f"dependency {project.name}: {before} → {phase.name}"),
                    from_phase_id=cast_.phase_id(project, before),
                    to_phase_id=cast_.phase_id(project, phase.name),
                )


def _add_phase(cast_: Cast, project: PlannedProject, phase: PlannedPhase, monday: date) -> AddPhase:
    begin = monday + timedelta(weeks=phase.week)
    end = begin + timedelta(weeks=phase.weeks - 1, days=4)
    return AddPhase(
        id=cast_.phase_id(project, phase.name),
        project_id=cast_.project_id(project),
        name=phase.name,
        duration_hours=phase.hours,
        skills=(SkillNeed(name=phase.skill, level=phase.level),),
        start=_utc(begin, time(9), cast_.zone),
        end=_utc(end, time(18), cast_.zone),
        progress=max(0, min(100, round(-phase.week / phase.weeks * 100))),
    )


def _utc(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
