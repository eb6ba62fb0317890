"""Plans of random small studios: they hold every rule, cost what is said, are cheapest where proved."""

from __future__ import annotations

import itertools
import time

import pytest

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.cpsat import CpSat
from scheduling.solver.dice import Dice
from scheduling.solver.greedy import fill, stand, urgency
from scheduling.solver.index import Index
from scheduling.solver.prices import score
from scheduling.solver.result import placements_of
from scheduling.solver.ruin import Ruin, mark
from scheduling.solver.search import solve
from scheduling.solver.verify import faults
from tests.harness.patience import DEADLINE
from tests.harness.small_problems import cheapest, small


@pytest.mark.parametrize("seed", range(40))
def test_with_the_model_a_small_studio_gets_the_cheapest_of_all_plans_and_the_proof(seed):
    problem = small(seed)
    plan = solve(problem, budget=DEADLINE, clock=time.monotonic, seed=seed, engine=CpSat())
    assert faults(problem, plan) == []
    assert plan.proved
    assert plan.score.total == cheapest(problem)


@pytest.mark.parametrize("seed", range(100, 140))
def test_without_it_plans_are_sound_and_no_bound_is_above_the_cheapest(seed):
    problem = small(seed)
    ticks = itertools.count()
    plan = solve(problem, budget=60, clock=lambda: float(next(ticks)), seed=seed)
    assert faults(problem, plan) == []
    assert plan.bound <= cheapest(problem) <= plan.score.total


@pytest.mark.parametrize("seed", range(200, 230))
def test_every_reason_for_what_is_left_out_is_true(seed):
    problem = small(seed, tasks=6)
    board = Board(Index(problem))
    fill(board, Dice(seed).shuffled(range(len(problem.tasks))))
    from scheduling.solver.result import plan_of

    plan = plan_of(board, mark(board))
    assert faults(problem, plan) == []


@pytest.mark.parametrize("seed", range(300, 330))
def test_a_board_keeps_the_exact_price_through_every_step_and_back(seed):
    problem = small(seed, tasks=6)
    index = Index(problem)
    board = Board(index)
    stand(board)
    fill(board, urgency(index))
    before, total = mark(board), board.total
    ruin = Ruin(board, Dice(seed), urgency(index))
    for _ in range(60):
        ruin.round(temperature=5.0)
        assert board.total == score(problem, placements_of(index, mark(board))).total
    ruin.back_to(before)
    assert (board.total, mark(board)) == (total, before)
    for t, start in enumerate(board.start):
        if start != UNPLACED and not index.pinned[t]:
            board.remove(t)
    assert board.free == index.open
    assert set(board.load) == {0}
