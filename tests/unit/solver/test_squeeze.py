"""A squeezed plan is sound and a slot shorter; a stretch that has no room is said to have none."""

from __future__ import annotations

import random
import time
from contextlib import nullcontext

import pytest

from scheduling.solver.board import Board
from scheduling.solver.bound import bound
from scheduling.solver.cpsat import CpSat
from scheduling.solver.dice import Dice
from scheduling.solver.greedy import fill
from scheduling.solver.index import Index, heads
from scheduling.solver.plan import Plan
from scheduling.solver.prices import score
from scheduling.solver.problem import Craft, Link, Need, Person, Pool, Problem, Task, Use
from scheduling.solver.result import placements_of
from scheduling.solver.ruin import Mark, mark
from scheduling.solver.search import solve
from scheduling.solver.squeeze import Squeeze
from scheduling.solver.verify import faults
from tests.harness.abreast import abreast
from tests.harness.published import SHORTEST


def work(seed: int, *, count: int, people: bool) -> Problem:
    """Tasks on two pools or with two crafts, and links forward."""
    draw = random.Random(seed)
    tasks = tuple(
        Task(
            id=str(n),
            duration=draw.randint(1, 4),
            uses=tuple(Use(pool=p, amount=draw.randint(1, 3)) for p in "ab") if not people else (),
            needs=(Need(skill=draw.choice("xy"), count=draw.choice((1, 1, 2))),) if people else (),
        )
        for n in range(count)
    )
    links = tuple(
        Link(before=str(a), after=str(b), lag=draw.choice((0, 0, 1)))
        for b in range(count)
        for a in draw.sample(range(b), k=min(b, draw.choice((0, 1, 1))))
    )
    crafts = ("x", "x", "xy", "y", "y")
    return Problem(
        horizon=8 * count,
        people=tuple(
            Person(id=f"p{n}", crafts=tuple(Craft(skill=s) for s in has)) for n, has in enumerate(crafts)
        ),
        pools=(Pool(id="a", capacity=4), Pool(id="b", capacity=5)),
        tasks=tasks,
        links=links,
        weights=SHORTEST,
    )


def plan_of(index: Index, there: Mark) -> Plan:
    placements = placements_of(index, there)
    return Plan(placements=placements, score=score(index.problem, placements))


def clumsy(index: Index, seed: int) -> Mark:
    """One after the other in an order of chance: long."""
    board = Board(index)
    fill(board, Dice(seed).shuffled(range(len(index.duration))))
    return mark(board)


@pytest.mark.parametrize("people", [False, True], ids=["pools", "people"])
@pytest.mark.parametrize("seed", range(4))
def test_what_comes_of_a_squeeze_is_sound_and_a_slot_shorter(seed, people):
    problem = work(seed, count=14, people=people)
    index = Index(problem)
    there = clumsy(index, seed)
    index.earliest = heads(index)
    squeeze = Squeeze(index, Dice(seed), CpSat())
    begun = plan_of(index, there).score.total
    for _ in range(12):
        shorter = squeeze.shorter(there, 0.2)
        if shorter is not None:
            plan = plan_of(index, shorter)
            assert faults(problem, plan) == []
            assert plan.score.total < plan_of(index, there).score.total
            there = shorter
    assert squeeze.tried == 12
    assert plan_of(index, there).score.total <= begun


def test_a_loose_plan_is_squeezed_and_none_below_what_no_plan_can_be():
    problem = work(3, count=12, people=False)
    index = Index(problem)
    there = [(2 * start, people) for start, people in clumsy(index, 3)]
    squeeze = Squeeze(index, Dice(1), CpSat())
    lengths = [plan_of(index, there).score.total]
    for _ in range(12):
        there = squeeze.shorter(there, 0.2) or there
        lengths.append(plan_of(index, there).score.total)
    assert bound(index) <= lengths[-1] < lengths[0]


@pytest.mark.parametrize(("count", "people"), [(50, False), (90, False), (20, True)])
def test_with_two_workers_the_model_works_beside_and_the_plan_is_no_worse_for_it(count, people):
    problem = work(7, count=count, people=people)
    engine = CpSat(workers=2, halting=lambda _stop: nullcontext(), abreast=abreast)
    plan = solve(problem, budget=1.5, clock=time.monotonic, engine=engine)
    assert faults(problem, plan) == []
    assert plan.unplaced == ()
    assert plan.bound <= plan.score.total <= plan_of(Index(problem), clumsy(Index(problem), 1)).score.total
