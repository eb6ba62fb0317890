"""The search: a first plan at once, then better ones until the budget is spent or somebody says stop."""

from __future__ import annotations

from collections.abc import Callable

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.bound import bound as bound_of
from scheduling.solver.clocked import Clocked, ignore, never
from scheduling.solver.dice import Dice
from scheduling.solver.engine import Engine
from scheduling.solver.greedy import fill, sooner, stand, urgency
from scheduling.solver.index import Index
from scheduling.solver.neighbourhoods import pick
from scheduling.solver.plan import Plan, Progress
from scheduling.solver.problem import Problem
from scheduling.solver.result import plan_of, put_plan
from scheduling.solver.ruin import Ruin, mark
from scheduling.solver.spans import shortest

SMALL = 60
"""Tasks up to which the whole problem is given to CP-SAT once, which often proves the plan the cheapest."""
HUGE = 1500
"""Tasks above which the second of the two first plans is made after the first has been told, and once."""
ATTEMPTS = 3
"""First plans from which the best is taken, where some leave out a task."""


def solve(
    problem: Problem,
    *,
    budget: float,
    clock: Callable[[], float],
    seed: int = 0,
    stop: Callable[[], bool] = never,
    report: Callable[[Progress], None] = ignore,
    engine: Engine | None = None,
    start_from: Plan | None = None,
) -> Plan:
    """The best plan found in `budget` seconds of `clock`; there always is one.

    `stop` is asked many times a second; with it true the call returns within a second. `report`
    gets the first plan and then each better one, at most five a second, the last one always.
    `engine` is `cpsat.CpSat()`, which costs the import of ortools; without it nothing is proved, and
    the plans are found by ruin and recreate alone. `start_from` is a plan to begin with. Raises
    `BadProblem`.
    """
    clocked = Clocked(clock, budget, stop, report)
    index = Index(problem)
    if problem.weights.makespan:
        return shortest(index, clocked, seed=seed, engine=engine)
    huge = len(index.duration) > HUGE
    board = _kept(index, start_from) if huge else first_board(index, start_from)
    improver = _Improver(board, clocked, seed, engine)
    improver.tell("first")
    if huge and start_from is None and not clocked.over():
        improver.take(_anew(index))
    improver.run()
    return improver.finish()


def first_board(index: Index, start_from: Plan | None = None) -> Board:
    """The better of two quick plans: all anew, and what stands today kept where it can be."""
    kept = _kept(index, start_from)
    if start_from is not None or not any(at >= 0 for at in index.stands):
        return kept
    return min(_anew(index), kept, key=lambda board: board.total)


def _kept(index: Index, start_from: Plan | None) -> Board:
    """What stands today (or in the given plan) where it stands, the rest around it."""
    board = Board(index)
    if start_from is not None:
        put_plan(board, start_from.placements)
    else:
        stand(board)
    fill(board, urgency(index))
    return board


def _anew(index: Index) -> Board:
    """Everything but the pins placed anew, by urgency; again, with what was left out first, a few times."""
    urgent = urgency(index)
    best = board = Board(index)
    for attempt in range(1 if len(index.duration) > HUGE else ATTEMPTS):
        board = board if attempt == 0 else Board(index)
        fill(board, urgent)
        best = min(best, board, key=lambda board: board.total)
        left_out = [t for t, start in enumerate(board.start) if start == UNPLACED]
        if not left_out:
            break
        urgent = sooner(index, urgent, left_out)
    return best


class _Improver:
    """Ruin and recreate most of the time; CP-SAT over a neighbourhood where that gains more."""

    def __init__(self, board: Board, clocked: Clocked, seed: int, engine: Engine | None) -> None:
        self.board, self.clocked, self.seed, self.engine = board, clocked, seed, engine
        self.dice = Dice(seed)
        self.bound = bound_of(board.index)
        self.ruin = Ruin(board, self.dice, urgency(board.index))
        self.proved = self.ruin.best <= self.bound
        self.size = 20
        self.told = -1
        self.quiet = 0.0
        placed = board.total - sum(d for d, s in zip(board.index.drop, board.start, strict=True) if s < 0)
        # Two hundredths of what a task costs; less where there are too many tasks to win a loss back.
        self.heat = 0.02 * placed / max(1, len(board.start)) * min(1.0, 600 / max(1, len(board.start)))

    def take(self, other: Board) -> None:
        """Go on from another plan, if it is better."""
        if other.total < self.board.total:
            self.ruin.back_to(mark(other))

    def run(self) -> None:
        """Until the time is over or the plan is proved."""
        exact = len(self.ruin.movable) <= SMALL
        while not self.proved and not self.clocked.over():
            self._ruin_for(0.15 if exact else 1.5)
            if self.engine is None or self.clocked.over():
                continue
            if exact:
                exact = False
                self._whole(self.engine)
            elif self.clocked.left() > 0.6:
                self._neighbourhood(self.engine)

    def _ruin_for(self, seconds: float) -> None:
        clocked = self.clocked
        until = clocked.seconds() + min(seconds, max(0.02, clocked.budget / 4))

        def enough() -> bool:
            if self.ruin.best < self.told:
                self.tell("ruin")
            return clocked.seconds() >= until or clocked.over()

        def heat() -> float:
            return self.heat * max(0.02, clocked.left() / max(clocked.budget, 1e-9))

        self.ruin.run(enough, heat)

    def _neighbourhood(self, engine: Engine) -> None:
        tasks = pick(self.board, self.dice, self.size)
        if len(tasks) < 2:
            return
        self.ruin.back_to(self.ruin.mark)
        seconds = min(0.5, self.clocked.left() - 0.1)
        solved = engine.improve(self.board, tasks, seconds, self.dice.below(1 << 30))
        self.size = min(100, self.size + 2) if solved else max(12, self.size - 3)
        self.ruin.back_to(mark(self.board))
        if self.ruin.best < self.told:
            self.tell("neighbourhood")

    def _whole(self, engine: Engine) -> None:
        self.ruin.back_to(self.ruin.mark)
        half = self.clocked.left() / 2
        seed = self.dice.below(1 << 30)
        self.proved, bound = engine.whole(self.board, lambda: self.clocked.left() - half, seed)
        self.bound = max(self.bound, bound)
        self.ruin.back_to(mark(self.board))
        if self.ruin.best < self.told:
            self.tell("whole")

    def tell(self, by: str) -> None:
        """Report the best plan, if it is time."""
        clocked = self.clocked
        began = clocked.seconds()
        if began < self.quiet or not clocked.may_tell():
            return
        self.told = self.ruin.best
        plan = plan_of(self.board, self.ruin.mark, bound=self.bound, seed=self.seed, explained=False)
        clocked.tell(plan, self.ruin.rounds, by)
        # A large plan takes a while to be told: the search has nine tenths of the time.
        self.quiet = clocked.seconds() + 9 * (clocked.seconds() - began)

    def finish(self) -> Plan:
        """The best plan, with reasons; reported last."""
        self.ruin.back_to(self.ruin.mark)
        plan = plan_of(self.board, self.ruin.mark, bound=self.bound, proved=self.proved, seed=self.seed)
        self.clocked.tell(plan, self.ruin.rounds, "last")
        return plan
