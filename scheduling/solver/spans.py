"""Plans whose price is their length: the same tasks, people and pools, ended as early as can be.

First lists (pools only) or ruin and recreate against a target one slot shorter (people). Where a thread may
be had, CP-SAT works beside them in it: over the whole where that can prove something, over stretches of the
best plans where there are too many tasks for that. Without, it comes afterwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.bound import bound as bound_of
from scheduling.solver.clocked import Clocked
from scheduling.solver.dice import Dice
from scheduling.solver.engine import Abreast, Ends, Engine
from scheduling.solver.greedy import fill
from scheduling.solver.index import Index, heads, tails
from scheduling.solver.lists import Lists
from scheduling.solver.plan import Plan
from scheduling.solver.result import plan_of
from scheduling.solver.ruin import Mark, Ruin, mark, restore
from scheduling.solver.squeeze import Squeeze

QUICK = 0.3
"""The share of the budget before CP-SAT begins, where it does not work beside."""
FIRST = 0.1
"""The same where it does."""
MANY, LONGER = 45, 0.65
"""With more tasks than this that need pools alone, stretches are searched and not the whole; later, too."""
EASY = 80
"""Tasks up to which the whole gets a little time all the same: some are proved at once."""


class Found(Struct, frozen=True, kw_only=True):
    """What the thread beside found: a plan, no plan shorter than `bound`, the shortest there is."""

    there: Mark
    bound: int = 0
    proved: bool = False


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
        self.proved = False
        self.lists: Lists | None = None
        self.found: deque[Found] = deque()
        self.ended = False

    def run(self) -> Plan:
        """Quick plans first, then the model or stretches of it; abreast where there are two workers."""
        index, engine = self.index, self.engine
        people = any(index.seats) or any(index.pinned)
        many = not people and len(index.duration) > MANY
        quick = self._by_ruin if people else self._by_lists
        if engine is None:
            quick(1.0)
        elif engine.abreast is not None and (people or many):
            quick(FIRST)
            if many and len(index.duration) <= EASY and not self._over():
                self._by_model(engine, FIRST)
            if not self._over():
                beside = partial(self._models if people else self._squeezes, engine)
                self._both(engine.abreast, quick, beside)
        else:
            quick(LONGER if many else QUICK)
            if many:
                self._squeezes(engine, [])
                self._take_found()
            elif not self._over():
                self._by_model(engine, 1.0)
        board = self._board(self.best)
        plan = plan_of(board, self.best, bound=self.bound, proved=self._proved(), seed=self.seed)
        self.clocked.tell(plan, self.rounds, "last")
        return plan

    def _over(self) -> bool:
        return self._proved() or self.clocked.over()

    def _proved(self) -> bool:
        whole = bool(self.best) and self._complete()
        return self.proved or (whole and self.length * self.price <= self.bound)

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

    def _by_lists(self, share: float) -> None:
        lists = self.lists = self.lists or Lists(self.index, self.dice)
        until = self.clocked.budget * share
        told = 1 << 60

        def enough() -> bool:
            nonlocal told
            for starts in self._take_found():
                lists.give(starts)
            if lists.best is not None and lists.makespan < told:
                told = lists.makespan
                self._keep_starts(lists.best)
            return self._over() or self.clocked.seconds() >= until

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

    def _squeezes(self, engine: Engine, _ends: Ends) -> None:
        """Stretches of the best plans, one after the other, until the end."""
        index, lists = Index(self.index.problem), self.lists
        mine = Lists(index, Dice(self.seed + 1))
        index.earliest = heads(index)
        squeeze = Squeeze(index, mine.dice, engine)
        while lists is not None and not self.ended and not self._over():
            shortest = min(lists.makespan, mine.makespan)
            plans = [
                *(lists.equals if lists.makespan == shortest else ()),
                *(mine.equals if mine.makespan == shortest else ()),
            ]
            starts = mine.dice.one_of(plans) if plans else lists.best
            there: Mark = [(start, ()) for start in starts or ()]
            shorter = squeeze.shorter(there, self.clocked.left())
            if shorter is not None:
                mine.give([start for start, _ in shorter])
                self.found.append(Found(there=[(start, ()) for start in mine.best or ()]))

    # -- people --------------------------------------------------------------------------

    def _by_ruin(self, share: float) -> None:
        """Ruin and recreate until nothing is late against a target, then against one slot less."""
        index, clocked = self.index, self.clocked
        until = clocked.budget * share
        urgent = [-tail for tail in self.tail]
        index.lateness = [1] * len(index.duration)
        if not self.best:
            index.due_start = list(heads(index))
            board = Board(index)
            fill(board, urgent)
            self._keep(mark(board), "first")
        while not self._over() and clocked.seconds() < until:
            self._take_found()
            target = max(s + d for (s, _), d in zip(self.best, index.duration, strict=True)) - 1
            index.due_start = [target - tail for tail in self.tail]
            ruin = Ruin(self._board(self.best), self.dice, urgent)
            self._run_until(ruin, until)
            self.rounds += ruin.rounds
            ruin.back_to(ruin.mark)
            self._keep(ruin.mark, "ruin")
            if ruin.best > 0 and not self.found:
                break

    def _run_until(self, ruin: Ruin, until: float) -> None:
        def enough() -> bool:
            return (
                ruin.best == 0 or bool(self.found) or self.clocked.over() or self.clocked.seconds() >= until
            )

        ruin.run(enough, lambda: 1.0)

    def _models(self, engine: Engine, ends: Ends) -> None:
        """The whole as one model, again from the best plan with what is left of the time, until the end."""
        for _ in range(4):
            if self.ended or self._over():
                break
            self.found.append(
                self._model(engine, lambda: 0.0 if self.ended else 0.6 * self.clocked.left(), ends)
            )

    # -- CP-SAT --------------------------------------------------------------------------

    def _both(self, abreast: Abreast, quick: Callable[[float], None], beside: Callable[[Ends], None]) -> None:
        """Both until the budget is spent or the plan proved; what the thread finds comes by `found`."""
        ends: Ends = []

        def end() -> None:
            self.ended = True
            for stop in ends:
                stop()

        abreast(lambda: quick(1.0), lambda: beside(ends), end)
        self._take_found()

    def _take_found(self) -> list[list[int]]:
        """Take what was found beside; the plans' starts."""
        taken = []
        while self.found:
            found = self.found.popleft()
            self.bound = max(self.bound, found.bound)
            self._keep(found.there, "model")
            self.proved |= found.proved
            taken.append([start for start, _ in found.there])
        return taken

    def _by_model(self, engine: Engine, share: float) -> None:
        """The whole as one model, no longer than the best."""
        self.found.append(self._model(engine, lambda: share * self.clocked.left(), None))
        self._take_found()

    def _model(self, engine: Engine, left: Callable[[], float], ends: Ends | None) -> Found:
        index, there = Index(self.index.problem), self.best
        if all(start != UNPLACED for start, _ in there):
            length = max((s + d for (s, _), d in zip(there, index.duration, strict=True)), default=0)
            index.earliest = heads(index)
            index.latest = [
                min(last, length - tail) for last, tail in zip(index.latest, self.tail, strict=True)
            ]
        index.lateness = [0] * len(index.duration)
        board = Board(index)
        restore(board, there)
        proved, bound = engine.whole(board, left, self.seed, beside=ends)
        return Found(there=mark(board), bound=bound, proved=proved)
