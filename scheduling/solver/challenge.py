"""What must I challenge? The cheapest challenges, releases and moves that make a wished plan possible.

A wish is tasks that must have a place; everything else that is not confirmed may make way, each at its price:
a hold by its rank, a pencil for more, a move for less than an end. Confirmed work never makes way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct, structs

from scheduling.solver.changes import Change, changes
from scheduling.solver.clocked import ignore, never
from scheduling.solver.engine import Engine
from scheduling.solver.plan import Placement, Plan, Progress, Unplaced
from scheduling.solver.prices import move_price
from scheduling.solver.problem import BadProblem, Present, Problem, Task, Weights
from scheduling.solver.search import solve

StepKind = Literal["challenge", "release", "move", "hand_over"]
ENDING = 3
"""To end a booking costs so many times what moving it costs."""
OUTRIGHT = 12
"""What ending a booking costs whose move costs nothing."""


class Step(Struct, frozen=True, kw_only=True):
    """Something that has to happen to a booking.

    challenge  another project's claim has to confirm or go
    release    the wish's own project gives it up
    move       it goes to the slots of `now`
    hand_over  it keeps its slots, and others do it
    """

    kind: StepKind
    task: str
    was: Present
    now: Placement | None
    price: int


class Way(Struct, frozen=True, kw_only=True):
    """How the wish comes true: its places, and the steps, dearest first.

    `refused` are wished tasks that no step can make room for, with the reason. `cheapest`: it is
    proved that no cheaper set of steps does as much; else it is the cheapest that was found.
    """

    wish: tuple[Placement, ...]
    steps: tuple[Step, ...]
    price: int
    refused: tuple[Unplaced, ...] = ()
    cheapest: bool = False
    plan: Plan


def challenged(problem: Problem, wish: tuple[str, ...]) -> Problem:
    """The problem in which only what makes way costs anything. Raises `BadProblem` for an unknown wish."""
    unknown = set(wish) - {t.id for t in problem.tasks}
    if unknown:
        raise BadProblem(f"the wish names {min(unknown)}, which is no task.")
    old = problem.weights
    weights = Weights(
        cost=0, lateness=0, move_hold=old.move_hold, move_pencil=old.move_pencil, near=old.near,
        nearness=old.nearness, drop=old.drop,
    )  # fmt: skip
    return structs.replace(
        problem, weights=weights, tasks=tuple(_at_stake(t, weights, t.id in wish) for t in problem.tasks)
    )


def _at_stake(task: Task, weights: Weights, wished: bool) -> Task:
    if wished:
        # Where the wish stands today does not matter: it is what is to change.
        return structs.replace(task, drop=None, present=None, pinned=False)
    if task.present is None:
        return structs.replace(task, drop=0)
    seats = sum(p is not None for p in task.present.people)
    end = ENDING * move_price(task.present, weights) or OUTRIGHT
    return structs.replace(task, drop=end * max(1, seats))


def challenges(
    problem: Problem,
    wish: tuple[str, ...],
    *,
    budget: float,
    clock: Callable[[], float],
    seed: int = 0,
    stop: Callable[[], bool] = never,
    report: Callable[[Progress], None] = ignore,
    engine: Engine | None = None,
    start_from: Plan | None = None,
) -> Way:
    """The cheapest way found in `budget` seconds; see `search.solve` for the arguments."""
    asked = challenged(problem, wish)
    plan = solve(
        asked,
        budget=budget,
        clock=clock,
        seed=seed,
        stop=stop,
        report=report,
        engine=engine,
        start_from=start_from,
    )
    own = {t.project for t in problem.tasks if t.id in wish}
    tasks = {t.id: t for t in asked.tasks}
    steps = [
        Step(kind=_kind(c, tasks[c.task].project in own), task=c.task, was=c.was, now=c.now, price=c.price)
        for c in changes(asked, plan)
        if c.was is not None and c.task not in wish
    ]
    return Way(
        wish=tuple(p for p in plan.placements if p.task in wish),
        steps=tuple(sorted(steps, key=lambda step: (-step.price, step.task))),
        price=sum(step.price for step in steps),
        refused=tuple(u for u in plan.unplaced if u.task in wish),
        cheapest=plan.proved,
        plan=plan,
    )


def _kind(change: Change, own: bool) -> StepKind:
    if change.now is None:
        return "release" if own else "challenge"
    return "move" if change.kind == "moved" else "hand_over"
