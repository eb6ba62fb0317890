"""Random studios small enough to try everything, and the one that tries everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from scheduling.solver.plan import Placement
from scheduling.solver.prices import drop_price, score
from scheduling.solver.problem import (
    Craft,
    Link,
    LinkKind,
    Need,
    Person,
    Pool,
    Present,
    Problem,
    Stretch,
    Task,
    Use,
    Weights,
)

KINDS: tuple[LinkKind, ...] = ("finish_start", "start_start", "finish_finish", "start_finish")


def small(seed: int, *, tasks: int = 3, drops: bool = True) -> Problem:
    """Two or three people, one pool, up to `tasks` tasks within seven slots; often more than fits."""
    draw = random.Random(seed)
    horizon = draw.choice((5, 6, 7))
    people = tuple(_person(draw, f"a{i}", horizon) for i in range(draw.choice((2, 3))))
    named = tuple(_task(draw, f"t{i}", people, horizon, drops) for i in range(draw.randint(1, tasks)))
    links = tuple(
        Link(before=a.id, after=b.id, kind=draw.choice(KINDS), lag=draw.choice((-1, 0, 0, 1)))
        for a, b in itertools.combinations(named, 2)
        if draw.random() < 0.4
    )
    weights = Weights(
        cost=1, lateness=2, overload=draw.choice((0, 3)), move_hold=6, move_pencil=10, near=4, nearness=1,
        stranger=draw.choice((0, 2)), unwanted=3, open_seat=draw.choice((None, None, None, 9)), drop=1000,
    )  # fmt: skip
    pool = Pool(id="room", capacity=draw.choice((1, 2)))
    return Problem(horizon=horizon, people=people, pools=(pool,), tasks=named, links=links, weights=weights)


def _person(draw: random.Random, name: str, horizon: int) -> Person:
    crafts = [Craft(skill=s, level=draw.choice((1, 2))) for s in ("comp", "light") if draw.random() < 0.7]
    start = draw.randrange(horizon)
    closed = (
        (Stretch(start=start, end=min(horizon, start + draw.choice((1, 2)))),) if draw.random() < 0.5 else ()
    )
    return Person(
        id=name,
        crafts=tuple(crafts),
        closed=closed,
        price=draw.choice((1, 2, 4)),
        fair=draw.choice((None, 2)),
    )


def _task(draw: random.Random, name: str, people: tuple[Person, ...], horizon: int, drops: bool) -> Task:
    duration = draw.choice((1, 2, 2, 3))
    needs = [Need(skill=draw.choice(("comp", "light")), level=draw.choice((0, 1, 2)))]
    if draw.random() < 0.3:
        needs.append(Need(skill=draw.choice(("comp", "light")), level=1))
    if draw.random() < 0.1:
        needs = [Need(people=(draw.choice(people).id,))]
    present = None
    if draw.random() < 0.4 and horizon >= duration:
        sitting = tuple(draw.sample([p.id for p in people], k=min(len(needs), len(people))))
        if len(sitting) == len(needs):
            present = Present(
                start=draw.randrange(horizon - duration + 1),
                people=sitting,
                status=draw.choice(("hold", "pencil")),
                rank=draw.choice((1, 2)),
            )
    return Task(
        id=name,
        project=draw.choice(("", "film", "spot")),
        duration=duration,
        needs=tuple(needs),
        uses=(Use(pool="room", amount=1),) if draw.random() < 0.4 else (),
        earliest=draw.choice((0, 0, 1)),
        latest=draw.choice((None, None, horizon - 1)),
        due=draw.choice((None, 2, 4)),
        lateness=draw.choice((1, 2)),
        preferred=(draw.choice(people).id,) if draw.random() < 0.3 else (),
        present=present,
        drop=draw.choice((None, 8, 25)) if drops else None,
    )


def cheapest(problem: Problem) -> int:
    """What the cheapest of all plans costs: every start with every seating of every task, or none."""
    from scheduling.solver.plan import Plan
    from scheduling.solver.verify import _placed_well

    choices = [list(_choices(problem, task)) for task in problem.tasks]
    best = sum(drop_price(t, problem.weights) for t in problem.tasks)

    def walk(at: int, chosen: tuple[Placement, ...]) -> None:
        nonlocal best
        if any(_placed_well(problem, Plan(placements=chosen))):
            return
        if at == len(choices):
            best = min(best, score(problem, chosen).total)
            return
        walk(at + 1, chosen)
        for choice in choices[at]:
            walk(at + 1, (*chosen, choice))

    walk(0, ())
    return best


def _choices(problem: Problem, task: Task) -> Iterator[Placement]:
    seats = sum(need.count for need in task.needs)
    who: list[str | None] = [p.id for p in problem.people]
    if problem.weights.open_seat is not None:
        who.append(None)
    for start in range(problem.horizon - task.duration + 1):
        for people in itertools.product(who, repeat=seats):
            sitting = [p for p in people if p]
            if len(set(sitting)) == len(sitting):
                yield Placement(task=task.id, start=start, end=start + task.duration, people=people)
