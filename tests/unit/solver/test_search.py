"""What a search promises: a plan at once, never a worse one, the budget kept, an end when told."""

from __future__ import annotations

import itertools

import pytest

from scheduling.solver.plan import Progress
from scheduling.solver.search import solve
from scheduling.solver.verify import faults
from tests.harness.small_problems import small
from tests.harness.studio_problem import studio

STUDIO = studio(3, artists=20, projects=4, phases=50, skills=8)


class Clock:
    """A clock that goes on by a hundredth of a second each time it is looked at."""

    def __init__(self) -> None:
        self.looks = itertools.count()
        self.now = 0.0

    def __call__(self) -> float:
        self.now = next(self.looks) / 100
        return self.now


def course(**options) -> tuple[list[Progress], Clock]:
    clock, told = Clock(), list[Progress]()
    solve(STUDIO, clock=clock, report=told.append, **options)
    return told, clock


def test_every_plan_told_is_sound_and_none_is_worse_than_the_one_before():
    told, _ = course(budget=6.0, seed=1)
    prices = [progress.plan.score.total for progress in told]
    assert len(prices) > 2
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] < prices[0]
    assert [faults(STUDIO, p.plan) for p in told if not p.plan.unplaced] == [[]] * len(told)


def test_it_is_told_at_most_five_times_a_second():
    told, _ = course(budget=6.0, seed=1)
    gaps = [b.seconds - a.seconds for a, b in itertools.pairwise(told[:-1])]
    assert min(gaps) >= 0.2


def test_the_budget_is_kept():
    _, clock = course(budget=2.0, seed=1)
    assert 2.0 <= clock.now < 2.5


def test_it_ends_when_told_to_and_has_a_plan_even_if_that_was_at_once():
    stopped = itertools.count()
    told, clock = course(budget=600.0, seed=1, stop=lambda: next(stopped) > 20)
    assert clock.now < 2.0
    assert faults(STUDIO, told[-1].plan) == []
    told, _ = course(budget=600.0, seed=1, stop=lambda: True)
    assert faults(STUDIO, told[-1].plan) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_plan(seed):
    assert course(budget=3.0, seed=seed)[0][-1].plan == course(budget=3.0, seed=seed)[0][-1].plan


def test_a_budget_of_nothing_still_gives_a_plan():
    told, _ = course(budget=0.0)
    assert told[-1].plan.placements


def test_nothing_to_plan_is_a_plan():
    empty = small(1)
    empty = type(empty)(horizon=5, people=empty.people)
    plan = solve(empty, budget=1, clock=Clock())
    assert (plan.placements, plan.unplaced, plan.score.total) == ((), (), 0)
