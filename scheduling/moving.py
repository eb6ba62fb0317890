"""Where phases go: what a move pushes, as a plan that a preview shows and a command carries out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import studio_calendar
from scheduling.commands import MovePhase
from scheduling.day_shift import working_days_between
from scheduling.model import Dependency, Phase, Project, with_changes
from scheduling.network import Float, Network, Task, Tie, critical_path, follow, violated
from scheduling.ranges import check_instant, utc
from scheduling.refusals import Refused, invalid
from scheduling.state import State
from scheduling.studio_time import StudioTime
from scheduling.wall_clock import instant_of


class PhaseShift(Struct, frozen=True, kw_only=True):
    """A phase that moves: from where to where, by how much working time (negative is earlier), and why.

    `was_start` and `was_end` are null where it had no place. What was asked for has no `by_phase_id`;
    the others name the phase and the tie that moved them.
    """

    phase_id: UUID
    name: str
    was_start: datetime | None
    was_end: datetime | None
    start: datetime
    end: datetime
    shifted_hours: float
    kind: Literal["asked", "pushed", "pulled"]
    by_phase_id: UUID | None = None
    dependency_id: UUID | None = None
    working_days: int = 0


class MovePlan(Struct, frozen=True, kw_only=True):
    """What moves, the phase that was asked for first; and the ties that are broken then."""

    shifts: tuple[PhaseShift, ...]
    violated: tuple[UUID, ...] = ()


class Works:
    """The phases and ties of one project on the studio's working time."""

    def __init__(self, state: State, project_id: UUID, origin: datetime) -> None:
        self.phases = {p.id: p for p in state.phases.values() if p.project_id == project_id}
        self.time = StudioTime(studio_calendar(state.tenant), origin)
        ties = (d for d in state.dependencies.values() if d.project_id == project_id)
        self.network = Network((self.task(p) for p in self.phases.values()), _ties(ties))

    def task(self, phase: Phase) -> Task:
        """The phase as a length on the line; a placed one is as long as its place."""
        if phase.start is None or phase.end is None:
            return Task(id=phase.id, length=round(phase.duration_hours * 3600))
        start = self.time.position(phase.start)
        return Task(id=phase.id, start=start, length=self.time.position(phase.end) - start)

    def instants(self, start: int, length: int) -> tuple[datetime, datetime]:
        """The range that begins at a position and takes so much working time."""
        opens = self.time.opens(start)
        return opens, self.time.closes(start + length) if length else opens


def _ties(dependencies: Iterable[Dependency]) -> Iterable[Tie]:
    for one in dependencies:
        lag = round(one.lag_hours * 3600)
        yield Tie(id=one.id, before=one.from_phase_id, after=one.to_phase_id, kind=one.kind, lag=lag)


def plan_move(state: State, command: MovePhase) -> MovePlan | Refused:
    """What the command would do to the phases; `state` holds the project's."""
    phase = state.phases[command.phase_id]
    start = utc(command.start)
    refused = check_instant("start", start)
    if refused:
        return refused
    works = Works(state, phase.project_id, start)
    end = utc(command.end) if command.end is not None else _end(works, phase, start)
    if end <= start:
        return invalid(f"A phase ends after it starts; got {start} to {end}.", "end")
    refused = check_instant("end", end)
    if refused:
        return refused
    moved = works.task(with_changes(phase, start=start, end=end))
    followers = follow(works.network, moved, pull=command.pull) if command.push else ()
    shifts = [_asked(state, works, phase, start, end)] if (start, end) != (phase.start, phase.end) else []
    now = {**works.network.tasks, moved.id: moved}
    for one in followers:
        task = with_changes(works.network.tasks[one.id], start=one.start)
        now[one.id] = task
        other = works.phases[one.id]
        shift = _shift(state, other, *_place(works, other, task))
        shifts.append(
            with_changes(
                shift,
                shifted_hours=one.by / 3600,
                kind=one.kind,
                by_phase_id=one.tie.before,
                dependency_id=one.tie.id,
            )
        )
    for shift in shifts:
        refused = check_instant("start", shift.start) or check_instant("end", shift.end)
        if refused:
            return refused
    concerned = {phase.id, *(s.phase_id for s in shifts)}
    broken = tuple(t.id for t in violated(works.network, now) if {t.before, t.after} & concerned)
    return MovePlan(shifts=tuple(shifts), violated=broken)


def _end(works: Works, phase: Phase, start: datetime) -> datetime:
    """Where the phase ends so that it keeps its length."""
    length = works.network.tasks[phase.id].length
    if length or phase.start is None or phase.end is None:
        return works.time.closes(works.time.position(start) + length)
    return start + (phase.end - phase.start)


def _place(works: Works, phase: Phase, task: Task) -> tuple[datetime, datetime]:
    start, end = works.instants(task.start or 0, task.length)
    if task.length or phase.start is None or phase.end is None:
        return start, end
    return start, start + (phase.end - phase.start)


def _asked(state: State, works: Works, phase: Phase, start: datetime, end: datetime) -> PhaseShift:
    shift = _shift(state, phase, start, end)
    if phase.start is None:
        return shift
    by = works.time.position(start) - works.time.position(phase.start)
    return with_changes(shift, shifted_hours=by / 3600)


def _shift(state: State, phase: Phase, start: datetime, end: datetime) -> PhaseShift:
    days = 0
    if phase.start is not None:
        zone = ZoneInfo(state.tenant.zone)
        first, last = phase.start.astimezone(zone).date(), start.astimezone(zone).date()
        days = working_days_between(state.tenant, first, last)
    return PhaseShift(
        phase_id=phase.id,
        name=phase.name,
        was_start=phase.start,
        was_end=phase.end,
        start=start,
        end=end,
        shifted_hours=0,
        kind="asked",
        working_days=days,
    )


# -- the critical path -------------------------------------------------------------------


class PhaseSlack(Struct, frozen=True, kw_only=True):
    """How a phase may lie, in working time.

    `slack_hours` is what it may slip before the project ends later, `free_slack_hours` before any
    other phase has to move; a critical phase has no slack.
    """

    phase_id: UUID
    name: str
    duration_hours: float
    critical: bool
    slack_hours: float
    free_slack_hours: float
    earliest_start: datetime
    earliest_end: datetime
    latest_start: datetime
    latest_end: datetime


class CriticalPath(Struct, frozen=True, kw_only=True):
    """The phases of a project in an order in which they may be done, with their slack.

    A placed phase starts where it was placed at the earliest, an unplaced one when the project does.
    `critical` are the phases that cannot slip, `driving` the ties that hold them together,
    `violated` the ties that the present places break. `end` is null without phases.
    """

    project_id: UUID
    end: datetime | None
    phases: tuple[PhaseSlack, ...]
    critical: tuple[UUID, ...]
    driving: tuple[UUID, ...]
    violated: tuple[UUID, ...]


def critical_path_of(state: State, project: Project, now: datetime) -> CriticalPath:
    """Critical path and slack.

    Phases without a place start with the project, else with the first placed phase, else `now`.
    """
    origin = _origin(state, project, now)
    works = Works(state, project.id, origin)
    path = critical_path(works.network, works.time.position(origin))
    phases = tuple(_slack(works, one) for one in path.floats)
    return CriticalPath(
        project_id=project.id,
        end=max((p.earliest_end for p in phases), default=None),
        phases=phases,
        critical=tuple(p.phase_id for p in phases if p.critical),
        driving=path.driving,
        violated=tuple(t.id for t in violated(works.network, works.network.tasks)),
    )


def _origin(state: State, project: Project, now: datetime) -> datetime:
    if project.start is not None:
        return instant_of(project.start, "00:00", state.tenant.zone)
    placed = [p.start for p in state.phases.values() if p.project_id == project.id and p.start is not None]
    return min(placed, default=now)


def _slack(works: Works, one: Float) -> PhaseSlack:
    earliest = works.instants(one.earliest, one.length)
    latest = works.instants(one.latest, one.length)
    return PhaseSlack(
        phase_id=one.id,
        name=works.phases[one.id].name,
        duration_hours=one.length / 3600,
        critical=one.critical,
        slack_hours=one.total / 3600,
        free_slack_hours=one.free / 3600,
        earliest_start=earliest[0],
        earliest_end=earliest[1],
        latest_start=latest[0],
        latest_end=latest[1],
    )
