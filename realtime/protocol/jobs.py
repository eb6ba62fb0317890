"""Solver jobs on the wire: what is asked of the planner, how far it is, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from scheduling.refusals import Code
from scheduling.solver.asks import JobKind, Trouble
from scheduling.solver.plan import Score
from scheduling.solver.told import LeftOut, Step

JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
UNPLACED_SHOWN = 200
"""How many of what has no place a `progress` event names; REST names all."""


class JobProgress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The best plan so far, `seconds` after the search began; `by` says which part of it found the plan.

    `score` is what the plan costs, `price` the same by kind; lower is better. `bound`: no plan costs
    less; it is proved, and often far below what can be reached, so it is no measure of quality.
    `proved`: there is no cheaper plan. `placed` and `unplaced` count the work that was to be planned.
    """

    seconds: float
    budget: float
    score: int
    price: Score
    placed: int
    unplaced: int
    bound: int | None = None
    proved: bool = False
    by: str = ""


class JobError(Struct, frozen=True, kw_only=True):
    """Why there is no plan; `code` is stable, `retryable` says whether asking again may help."""

    code: Code
    message: str
    retryable: bool = False


class SolverJob(Struct, frozen=True, kw_only=True):
    """A plan that was asked for.

    `position` is its place among the studio's waiting jobs, 1 being next; `worker_alive` says whether
    anybody is there to work on it. A job that is `done` has made the scenario `scenario_id`, unless
    nothing was to be changed. `unplaced` is what has no place, each with its reason, `steps` what a
    challenge asks for, dearest first. `attempts` counts how often it was begun: a crash is tried once more.
    """

    id: UUID
    kind: JobKind
    name: str
    state: JobState
    start: date
    end: date
    project_ids: tuple[UUID, ...] | None = None
    phase_ids: tuple[UUID, ...] | None = None
    event: Trouble | None = None
    budget_seconds: float
    seed: int
    priority: int
    position: int | None = None
    worker_alive: bool = True
    progress: JobProgress | None = None
    scenario_id: UUID | None = None
    changes: int = 0
    unplaced: tuple[LeftOut, ...] = ()
    steps: tuple[Step, ...] = ()
    error: JobError | None = None
    attempts: int = 0
    created_by: UUID
    created_by_name: str
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
