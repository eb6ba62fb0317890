"""The formats of published problems, with small files of our own, and the shortest plans of them."""

from __future__ import annotations

import itertools
import random

import pytest

from scheduling.solver.cpsat import CpSat
from scheduling.solver.dice import Dice
from scheduling.solver.index import Index
from scheduling.solver.lists import Lists
from scheduling.solver.problem import Link, Pool, Problem, Task, Use
from scheduling.solver.search import solve
from scheduling.solver.verify import faults
from tests.harness.published import SHORTEST, imopse, mplib, mspsp, patterson

PATTERSON = """
5 2
4 3

0 0 0   2 2 3
3 4 0   1 4
2 2 1   1 5
4 2 3   1 5
0 0 0   0
"""
MPLIB = """
2 2
4 3

3 0
1 1
0 0 0 1 1:2
5 3 2 1 1:3
0 0 0 0

3 2
1 1
0 0 0 1 2:2
5 3 2 1 2:3
0 0 0 0
"""
MSPSP = """
% two people of two skills
nActs = 4;
dur = [0,3,2,0];
nSkills = 2;
sreq = [| 0,0,
        | 1,1,
        | 1,0,
        | 0,0, |];
nResources = 2;
mastery = [| true,false,
           | true,true, |];
pred = [1,1,2,3];
succ = [2,3,4,4];
"""
IMOPSE = (
    "General characteristics:\n"
    "ResourceID \t Salary \t Skills\n"
    "1\t \t\t10.5\t \t Q0: 2 \t Q1: 0\n"
    "2\t \t\t8.0\t \t Q0: 1\n"
    "====\n"
    "TaskID \t Duration \t Skill \t Predecessor IDs\n"
    "1\t \t\t4\t Q0: 1\t \n"
    "2\t \t\t3\t Q0: 2\t \n"
    "3\t \t\t5\t Q1: 0\t 1\t\n"
)


def shortest(problem: Problem, *, engine: bool = True) -> tuple[int, bool]:
    ticks = itertools.count()
    plan = solve(problem, budget=400, clock=lambda: float(next(ticks)), engine=CpSat() if engine else None)
    assert faults(problem, plan) == []
    assert plan.unplaced == ()
    return plan.score.total, plan.proved


@pytest.mark.parametrize(
    ("read", "text", "tasks", "best"),
    [(patterson, PATTERSON, 5, 9), (mplib, MPLIB, 6, 10), (mspsp, MSPSP, 4, 5), (imopse, IMOPSE, 3, 9)],
    ids=["patterson", "mplib", "mspsp", "imopse"],
)
def test_a_published_problem_is_read_and_solved_to_the_proof(read, text, tasks, best):
    problem = read(text)
    assert len(problem.tasks) == tasks
    assert shortest(problem) == (best, True)


def pooled(seed: int) -> Problem:
    """Up to eight tasks on two pools."""
    draw = random.Random(seed)
    tasks = tuple(
        Task(
            id=str(n),
            duration=draw.randint(0, 4),
            uses=tuple(Use(pool=p, amount=draw.randint(0, 3)) for p in "ab"),
            earliest=draw.choice((0, 0, 2)),
        )
        for n in range(draw.randint(2, 8))
    )
    links = tuple(
        Link(
            before=a.id,
            after=b.id,
            lag=draw.choice((0, 0, 1, -1)),
            kind=draw.choice(("finish_start", "start_start")),
        )
        for a, b in itertools.combinations(tasks, 2)
        if draw.random() < 0.3
    )
    pools = (Pool(id="a", capacity=draw.randint(3, 5)), Pool(id="b", capacity=3))
    return Problem(horizon=60, pools=pools, tasks=tasks, links=links, weights=SHORTEST)


@pytest.mark.parametrize("seed", range(25))
def test_lists_find_what_the_model_proves_the_shortest(seed):
    problem = pooled(seed)
    proved, is_proved = shortest(problem)
    assert is_proved
    assert shortest(problem, engine=False)[0] == proved


@pytest.mark.parametrize("seed", range(25))
def test_justification_never_makes_a_plan_longer(seed):
    lists = Lists(Index(pooled(seed)), Dice(seed))
    for _ in range(10):
        order = lists._sampled(greedy=False)
        start = lists.generate(order, lists.before, lists.index.earliest)
        assert lists.end(lists.justified(start)) <= lists.end(start)
