"""Plans whose price is their length: the same tasks, people and pools, ended as early as can be.

First lists (pools only) or ruin and recreate against a target one slot shorter (people), then CP-SAT over
the whole, which proves what it can.
"""

from __future__ import annotations

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.bound import bound as bound_of
from scheduling.solver.clocked import Clocked
from scheduling.solver.dice import Dice
from scheduling.solver.engine import Engine
from scheduling.solver.greedy import fill
from scheduling.solver.index import Index, heads, tails
from scheduling.solver.lists import Lists
from scheduling.solver.plan import Plan
from scheduling.solver.result import plan_of
from scheduling.solver.ruin import Mark, Ruin, mark, restore

QUICK = 0.3
"""The share of the budget before CP-SAT begins."""
MANY, LONGER = 80, 0.65
"""With more tasks than this that need pools alone, lists are searched for longer."""


def shortest(index: Index, clocked: Clocked, *, seed: int, engine: Engine | None) -> Plan:
    """The shortest plan found in time."""
    return _Shortest(index, clocked, seed, engine).run()


class _Shortest:
    def __init__(self, index: Index, clocked: Clocked, seed: int, engine: Engine | None) -> None:
        self.index, self.clocked, self.seed, self.engine = index, clocked, seed, engine
        self.dice = Dice(seed)
        self.price = index.problem.weights.makespan
        self.bound = bound_of(index)
        self.tail = tails(index)
        self.best: Mark = []
        self.length = 1 << 60
        self.rounds = 0

    def run(self) -> Plan:
        """Quick plans first, then the model."""
        seats = any(self.index.seats) or any(self.index.pinned)
        if seats:
            self._by_ruin()
        else:
            self._by_lists()
        proved = self._proved()
        if self.engine is not None and not proved and not self.clocked.over():
            proved = self._by_model(self.engine)
        board = self._board(self.best)
        plan = plan_of(board, self.best, bound=self.bound, proved=proved, seed=self.seed)
        self.clocked.tell(plan, self.rounds, "last")
        return plan

    def _proved(self) -> bool:
        return bool(self.best) and self._complete() and self.length * self.price <= self.bound

    def _complete(self) -> bool:
        return all(start != UNPLACED for start, _ in self.best)

    def _board(self, there: Mark) -> Board:
        board = Board(self.index)
        restore(board, there)
        return board

    def _keep(self, there: Mark, by: str) -> bool:
        """Take a plan if it is shorter (left-out tasks count for more); tell if it is time."""
        left_out = sum(start == UNPLACED for start, _ in there)
        length = max(
            (s + d for (s, _), d in zip(there, self.index.duration, strict=True) if s >= 0), default=0
        )
        length += left_out * 10 * self.index.horizon
        if length >= self.length:
            return False
        self.best, self.length = there, length
        if self.clocked.may_tell():
            plan = plan_of(self._board(there), there, bound=self.bound, seed=self.seed, explained=False)
            self.clocked.tell(plan, self.rounds, by)
        return True

    # -- pools only ----------------------------------------------------------------------

    def _by_lists(self) -> None:
        lists = Lists(self.index, self.dice)
        share = LONGER if len(self.index.duration) > MANY else QUICK
        until = self.clocked.budget * (share if self.engine else 1)
        told = 1 << 60

        def enough() -> bool:
            nonlocal told
            if lists.best is not None and lists.makespan < told:
                told = lists.makespan
                self._keep_starts(lists.best)
            return self.clocked.over() or self.clocked.seconds() >= until

        lists.search(enough)
        if lists.best is not None:
            self._keep_starts(lists.best)
        self.rounds = lists.tried

    def _keep_starts(self, starts: list[int]) -> None:
        board = Board(self.index)
        for t in sorted(range(len(starts)), key=starts.__getitem__):
            if board.start[t] == UNPLACED and board.starts(t) >> starts[t] & 1:
                board.place(t, starts[t], ())
        self._keep(mark(board), "lists")

    # -- people --------------------------------------------------------------------------

    def _by_ruin(self) -> None:
        """Ruin and recreate until nothing is late against a target, then against one slot less."""
        index, clocked = self.index, self.clocked
        until = clocked.budget * (QUICK if self.engine else 1)
        urgent = [-tail for tail in self.tail]
        index.lateness = [1] * len(index.duration)
        index.due_start = list(heads(index))
        board = self._board(self.best)
        if not self.best:
            fill(board, urgent)
            self._keep(mark(board), "first")
        while not self._proved() and clocked.seconds() < until and not clocked.over():
            target = max(
                (s + d for s, d in zip(board.start, index.duration, strict=True) if s >= 0), default=0
            )
            target = min(target, self.length) - 1
            board = self._retarget(mark(board), target)
            ruin = Ruin(board, self.dice, urgent)
            self._run_until(ruin, until)
            self.rounds += ruin.rounds
            ruin.back_to(ruin.mark)
            self._keep(ruin.mark, "ruin")
            if ruin.best > 0:
                break

    def _run_until(self, ruin: Ruin, until: float) -> None:
        clocked = self.clocked
        ruin.run(lambda: ruin.best == 0 or clocked.over() or clocked.seconds() >= until, lambda: 1.0)

    def _retarget(self, there: Mark, target: int) -> Board:
        index = self.index
        index.due_start = [target - tail for tail in self.tail]
        return self._board(there)

    # -- CP-SAT --------------------------------------------------------------------------

    def _by_model(self, engine: Engine) -> bool:
        """The whole as one model, no longer than the best; True if that proves it the shortest."""
        index = self.index
        if self._complete():
            index.earliest = heads(index)
            index.latest = [
                min(last, self.length - tail) for last, tail in zip(index.latest, self.tail, strict=True)
            ]
        index.lateness = [0] * len(index.duration)
        board = self._board(self.best)
        proved, bound = engine.whole(board, self.clocked.left, self.dice.below(1 << 30))
        self.bound = max(self.bound, bound)
        self._keep(mark(board), "model")
        return proved or self._proved()
