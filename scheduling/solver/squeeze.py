"""A plan one slot shorter: free what runs in a stretch of time, move all behind it to the front, and see.

What ends before the stretch stays, what begins behind it comes nearer by a slot, and what runs in it becomes
a small problem of its own: is there any order in which it fits between the two? One such answer shortens the
whole plan, however long it is (after Palpant, Artigues & Michelon 2004). Which stretch and how much of it is
free is drawn; the number of free tasks grows while answers come quickly, and shrinks while they do not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from scheduling.solver.bits import spans
from scheduling.solver.dice import Dice
from scheduling.solver.engine import Engine
from scheduling.solver.index import NOBODY, Index
from scheduling.solver.problem import Link, Need, Person, Pool, Present, Problem, Stretch, Task, Use, Weights
from scheduling.solver.ruin import Mark

LEAST, MOST = 10.0, 150.0
"""Free tasks of one try."""
LONGEST = 0.4
"""Seconds of one try."""


class Part(Struct, frozen=True, kw_only=True):
    """The small problem: `tasks` are the free ones' positions, slot 0 is slot `offset` of the whole."""

    problem: Problem
    tasks: tuple[int, ...]
    offset: int


class Squeeze:
    """Tries, one by one; `size` is how many tasks are free in the next."""

    def __init__(self, index: Index, dice: Dice, engine: Engine) -> None:
        self.index, self.dice, self.engine = index, dice, engine
        self.size = 24.0
        self.tried = 0

    def shorter(self, there: Mark, seconds: float) -> Mark | None:
        """One try at a plan a slot shorter than this one, in which everything has a place."""
        index, dice = self.index, self.dice
        length = max((start + d for (start, _), d in zip(there, index.duration, strict=True)), default=1)
        self.tried += 1
        middle = 1 + dice.below(max(1, length - 1))
        count = max(2, round(self.size * (0.6 + 0.8 * dice.unit())))
        away = [abs(2 * (start - middle) + d) for (start, _), d in zip(there, index.duration, strict=True)]
        free = sorted(range(len(there)), key=away.__getitem__)[:count]
        small = part(index, there, free, middle)
        if small is None:
            return None
        hints = [there[t][0] - small.offset - (there[t][0] >= middle) for t in small.tasks]
        fitted = self.engine.fit(small.problem, hints, min(seconds, LONGEST), dice.below(1 << 30))
        if fitted.places is None:
            self.size = min(MOST, max(LEAST, self.size * (1.04 if fitted.infeasible else 0.96)))
            return None
        result = [(start - 1 if start >= middle else start, people) for start, people in there]
        able = [int(p.id) for p in small.problem.people]
        for at, t in enumerate(small.tasks):
            start, people = fitted.places[at]
            result[t] = (start + small.offset, tuple(able[p] for p in people))
        return result


def part(index: Index, there: Mark, free: Collection[int], middle: int) -> Part | None:
    """The problem of fitting `free` in once all else that begins at `middle` or later comes a slot nearer.

    None where something cannot come nearer.
    """
    inside = set(free)
    at = [start - (start >= middle and t not in inside) for t, (start, _) in enumerate(there)]
    if not _may_come(index, there, at, inside):
        return None
    length = max((start + d for (start, _), d in zip(there, index.duration, strict=True)), default=1) - 1
    low = min((at[t] for t in inside), default=0)
    end = min(length, max((at[t] + index.duration[t] for t in inside), default=0))
    return _Cut(index, there, at, inside=inside, span=(low, end)).part()


def _may_come(index: Index, there: Mark, at: Sequence[int], inside: Collection[int]) -> bool:
    """Whether all that comes nearer may, as far as it does not hang on what is free."""
    for t, (start, people) in enumerate(there):
        if at[t] == start or t in inside:
            continue
        if at[t] < index.earliest[t] or index.pinned[t]:
            return False
        if any(o not in inside and at[o] + least > at[t] for o, least in index.before[t]):
            return False
        taken = ((1 << index.duration[t]) - 1) << at[t]
        if any(p != NOBODY and taken & ~index.open[p] for p in people):
            return False
    return True


class _Cut:
    """The free tasks and what stands near them, counted from the first slot that matters."""

    def __init__(
        self, index: Index, there: Mark, at: Sequence[int], *, inside: set[int], span: tuple[int, int]
    ) -> None:
        self.index, self.there, self.at, self.inside = index, there, at, inside
        self.low, self.end = low, end = span
        self.near = [
            t
            for t, start in enumerate(at)
            if t not in inside and start < end and start + index.duration[t] > low
        ]

    def part(self) -> Part | None:
        tasks = sorted(self.inside, key=lambda t: self.at[t])
        mine = [self._task(t) for t in tasks]
        if any(task is None for task in mine):
            return None
        named = set(tasks)
        links = tuple(
            Link(before=str(a), after=str(t), kind="start_start", lag=least)
            for t in tasks
            for a, least in self.index.before[t]
            if a in named
        )
        problem = Problem(
            horizon=max(1, self.end - self.low),
            people=self._people(tasks),
            pools=tuple(Pool(id=str(k), capacity=c) for k, c in enumerate(self.index.capacity)),
            tasks=(*(task for task in mine if task is not None), *self._frozen()),
            links=links,
            weights=Weights(cost=0, lateness=0),
        )
        return Part(problem=problem, tasks=tuple(tasks), offset=self.low)

    def _task(self, t: int) -> Task | None:
        index, at = self.index, self.at
        first, last = index.earliest[t], min(index.latest[t], self.end - index.duration[t])
        for other, least in index.before[t]:
            if other not in self.inside:
                first = max(first, at[other] + least)
        for other, least in index.after[t]:
            if other not in self.inside:
                last = min(last, at[other] - least)
        if last < first or last < self.low:
            return None
        return Task(
            id=str(t),
            duration=index.duration[t],
            needs=tuple(Need(count=g.size, people=tuple(str(p) for p in g.people)) for g in index.groups[t]),
            uses=tuple(Use(pool=str(k), amount=amount) for k, amount in index.uses[t]),
            earliest=max(0, first - self.low),
            latest=last + index.duration[t] - self.low,
        )

    def _frozen(self) -> list[Task]:
        """What stands within the slots looked at, as pins of what they use of the pools."""
        result = []
        for t in self.near:
            start = max(self.at[t], self.low) - self.low
            end = min(self.at[t] + self.index.duration[t], self.end) - self.low
            if self.index.uses[t]:
                uses = tuple(Use(pool=str(k), amount=amount) for k, amount in self.index.uses[t])
                present = Present(start=start, people=())
                result.append(
                    Task(id=f"frozen {t}", duration=end - start, uses=uses, present=present, pinned=True)
                )
        return result

    def _people(self, tasks: Sequence[int]) -> tuple[Person, ...]:
        able = {p for t in tasks for group in self.index.groups[t] for p in group.people}
        taken = dict.fromkeys(able, 0)
        for t in self.near:
            for p in self.there[t][1]:
                if p in taken:
                    taken[p] |= ((1 << self.index.duration[t]) - 1) << self.at[t]
        whole = ((1 << (self.end - self.low)) - 1) << self.low
        return tuple(
            Person(
                id=str(p),
                closed=tuple(
                    Stretch(start=a - self.low, end=b - self.low)
                    for a, b in spans(whole & (taken[p] | ~self.index.open[p]))
                ),
            )
            for p in sorted(able)
        )
