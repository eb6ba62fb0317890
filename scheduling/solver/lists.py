"""List scheduling for work that needs pools only, and a search over lists: the shortest plan in little time.

A list of tasks becomes a plan by giving each the earliest start that pools and links leave (serial
generation); double justification (Valls, Ballestín, Quintanilla 2005) shifts the plan to the right and back,
which never makes it longer; lists are crossed at two points (Hartmann 1998). A slot's use of all pools is one
whole number with a guard bit per pool, so one addition tells whether a task fits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from scheduling.solver.dice import Dice
from scheduling.solver.index import Index, heads, in_order, tails

Links = list[list[tuple[int, int]]]
POPULATION, FEWEST, WORK = 60, 12, 12_000
"""Lists that breed: fewer where each has many tasks, so that many generations fit in the time."""
EQUALS = 12
PATIENCE = 1200
"""Lists without a shorter plan after which the search begins anew."""


class Lists:
    """Plans as lists; `best` is the shortest so far, as starts."""

    def __init__(self, index: Index, dice: Dice) -> None:
        self.index, self.dice = index, dice
        self.duration = index.duration
        self._pack()
        self.order = in_order(index)
        self._from_the_end = self.order[::-1]
        self.before = index.before
        self.mirrored: Links = [
            [(b, least + index.duration[b] - index.duration[a]) for b, least in index.after[a]]
            for a in range(len(index.duration))
        ]
        leasts = [least for links in (*self.before, *self.mirrored) for _, least in links]
        self._sorted_is_linked = min(leasts, default=0) >= 0
        self.head, self.tail = heads(index), tails(index)
        self.slots = max(sum(self.duration) + max(self.head, default=0), index.horizon) + 1
        self.least = max((h + t for h, t in zip(self.head, self.tail, strict=True)), default=0)
        self.best: list[int] | None = None
        self.makespan = 1 << 60
        self.equals: tuple[list[int], ...] = ()
        """The last plans as short as the best."""
        self._given: deque[tuple[int, list[int]]] = deque()
        self.tried = 0

    def _pack(self) -> None:
        index = self.index
        width = max((c for c in index.capacity), default=0).bit_length() + 2
        guard = 1 << (width - 1)
        self.guards = sum(guard << (width * k) for k in range(len(index.capacity)))
        self.empty = sum((guard - 1 - c) << (width * k) for k, c in enumerate(index.capacity))
        self.demand = [sum(a << (width * k) for k, a in uses) for uses in index.uses]

    # -- plans from lists ----------------------------------------------------------------

    def generate(self, order: Sequence[int], links: Links, earliest: Sequence[int]) -> list[int]:
        """Starts by serial generation; each task comes after those it is linked to."""
        use, guards, demand, duration = [self.empty] * self.slots, self.guards, self.demand, self.duration
        start = [0] * len(duration)
        for t in order:
            low = earliest[t]
            for other, least in links[t]:
                low = max(low, start[other] + least)
            length = duration[t]
            need = demand[t]
            if length and need:
                run, slot = 0, low
                while run < length:
                    run = 0 if use[slot] + need & guards else run + 1
                    slot += 1
                low = slot - length
                for slot in range(low, low + length):
                    use[slot] += need
            start[t] = low
        return start

    def end(self, start: Sequence[int]) -> int:
        return max((s + d for s, d in zip(start, self.duration, strict=True)), default=0)

    def justified(self, start: list[int]) -> list[int]:
        """To the right as far as the end allows, and back to the left."""
        end = self.end(start)
        nothing = [0] * len(start)
        finish = [s + d for s, d in zip(start, self.duration, strict=True)]
        backwards = sorted(self._from_the_end, key=lambda t: -finish[t])
        mirror = self.generate(self._linked(backwards, self.mirrored), self.mirrored, nothing)
        right = [end - m - d for m, d in zip(mirror, self.duration, strict=True)]
        forwards = sorted(self.order, key=right.__getitem__)
        return self.generate(self._linked(forwards, self.before), self.before, self.index.earliest)

    def _linked(self, order: list[int], links: Links) -> list[int]:
        """The same order, with those a task is linked to in front of it.

        Sorting by time alone does that (it is stable, and began in order of links), unless a link
        lets a task begin before one it follows.
        """
        if self._sorted_is_linked:
            return order
        done = [False] * len(order)
        result: list[int] = []
        for t in order:
            stack = [t]
            while stack:
                top = stack[-1]
                missing = [o for o, _ in links[top] if not done[o] and o not in stack]
                if missing:
                    stack.append(missing[0])
                    continue
                stack.pop()
                if not done[top]:
                    done[top] = True
                    result.append(top)
        return result

    def evaluate(self, order: Sequence[int]) -> tuple[int, list[int]]:
        """The makespan of a list, and the list of the justified plan."""
        start = self.justified(self.generate(order, self.before, self.index.earliest))
        end = self.end(start)
        self.tried += 1
        if end < self.makespan:
            self.makespan, self.best = end, start
            self.equals = ()
        if end == self.makespan:
            self.equals = (*self.equals[1 - EQUALS :], start)
        by_start = sorted(self.order, key=start.__getitem__)
        return end, self._linked(by_start, self.before)

    def give(self, start: Sequence[int]) -> None:
        """Take a plan found elsewhere; the search goes on from it too."""
        order = self._linked(sorted(self.order, key=start.__getitem__), self.before)
        self._given.append(self.evaluate(order))

    # -- the search ----------------------------------------------------------------------

    def search(self, enough: Callable[[], bool]) -> None:
        """Until `enough`, or the best is as short as the links alone allow; begins anew when stuck."""
        while not self._done(enough):
            self._breed(enough)

    def _breed(self, enough: Callable[[], bool]) -> None:
        population: list[tuple[int, list[int]]] = []
        enough_lists = max(FEWEST, min(POPULATION, WORK // max(1, len(self.order))))
        while len(population) < enough_lists and not self._done(enough):
            population.append(self.evaluate(self._sampled(greedy=not population)))
        idle = 0
        while idle < PATIENCE and not self._done(enough):
            if self._given:
                child = self._given.popleft()
            else:
                mother, father = self._parent(population), self._parent(population)
                child = self.evaluate(self._mutated(self._crossed(mother[1], father[1])))
            worst = max(range(len(population)), key=lambda i: population[i][0])
            idle += 1
            if child[0] <= population[worst][0] and all(child[1] != known for _, known in population):
                if child[0] < min(length for length, _ in population):
                    idle = 0
                population[worst] = child

    def _done(self, enough: Callable[[], bool]) -> bool:
        return self.best is not None and (self.makespan <= self.least or enough())

    def _parent(self, population: list[tuple[int, list[int]]]) -> tuple[int, list[int]]:
        one, other = self.dice.one_of(population), self.dice.one_of(population)
        return min(one, other, key=lambda plan: plan[0])

    def _sampled(self, *, greedy: bool) -> list[int]:
        """A list by longest tail first among what may come next, with chance unless `greedy`."""
        waiting = [len(before) for before in self.before]
        ready = [t for t, count in enumerate(waiting) if not count]
        noise = 0.0 if greedy else max(self.tail, default=0) * (0.1 + 0.4 * self.dice.unit())
        key = [self.tail[t] + noise * self.dice.unit() for t in range(len(self.tail))]
        result: list[int] = []
        while ready:
            t = max(ready, key=key.__getitem__)
            ready.remove(t)
            result.append(t)
            for other, _ in self.index.after[t]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        return result + [t for t in self.order if waiting[t] > 0]

    def _crossed(self, mother: list[int], father: list[int]) -> list[int]:
        """The mother's list with a stretch in the father's order."""
        a, b = self.dice.below(len(mother) + 1), self.dice.below(len(mother) + 1)
        low, high = min(a, b), max(a, b)
        middle = set(mother[low:high])
        return [*mother[:low], *(t for t in father if t in middle), *mother[high:]]

    def _mutated(self, order: list[int]) -> list[int]:
        """Some neighbours swapped, where no link forbids it."""
        after = self.index.after
        for i in range(len(order) - 1):
            if self.dice.unit() < 0.05 and all(other != order[i + 1] for other, _ in after[order[i]]):
                order[i], order[i + 1] = order[i + 1], order[i]
        return order
