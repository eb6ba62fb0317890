"""A plan under construction: who is free when, as bitsets, and the exact price of every step.

Everything here is undone as cheaply as it is done, so a search may try thousands of steps a second.
The makespan is not kept: it is no sum over tasks (`spans` deals with it).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from scheduling.solver.bits import each, first, runs, span, spans
from scheduling.solver.index import NOBODY, Group, Index
from scheduling.solver.lanes import Lanes
from scheduling.solver.seating import seat

UNPLACED = -1
_STARTS = 6
"""How many possible starts of a task with several seats are priced."""


class Spot(NamedTuple):
    """A possible place: what it adds to the price, the start, the people by seat."""

    price: int
    start: int
    people: tuple[int, ...]


class Board:
    """Where each task stands. `total` is the price of all that is placed and left out."""

    def __init__(self, index: Index) -> None:
        self.index = index
        weights = index.problem.weights
        self.start = [UNPLACED] * len(index.duration)
        self.people: list[tuple[int, ...]] = [()] * len(index.duration)
        self.free = list(index.open)
        self.load = [0] * len(index.price)
        self.on_project: dict[tuple[int, int], int] = {}
        self.levels = [Levels(capacity, index.horizon) for capacity in index.capacity]
        self.total = sum(index.drop)
        self._crowds: dict[int, Lanes] = {}
        self.overload, self.stranger = weights.overload, weights.stranger
        self.unwanted, self.open_seat = weights.unwanted, weights.open_seat
        for t, pinned in enumerate(index.pinned):
            if pinned:
                self.place(t, index.stands[t], index.held[t])

    # -- steps ---------------------------------------------------------------------------

    def place(self, t: int, start: int, people: tuple[int, ...]) -> None:
        """Put an unplaced task there; the place must be free."""
        index = self.index
        duration, project = index.duration[t], index.project[t]
        price = self._price_of_start(t, start) - index.drop[t] + self._change(t, start, people)
        taken = ((1 << duration) - 1) << start
        for p in people:
            if p == NOBODY:
                price += (self.open_seat or 0) * duration
                continue
            price += self._price_of_person(t, p)
            self.free[p] &= ~taken
            self.load[p] += duration
            if project >= 0:
                key = (p, project)
                self.on_project[key] = self.on_project.get(key, 0) + 1
        for pool, amount in index.uses[t]:
            self.levels[pool].take(taken, amount)
        self.start[t], self.people[t] = start, people
        self.total += price

    def remove(self, t: int) -> None:
        """Take a placed task out."""
        index = self.index
        duration, project, start, people = index.duration[t], index.project[t], self.start[t], self.people[t]
        taken = ((1 << duration) - 1) << start
        for p in people:
            if p == NOBODY:
                continue
            self.free[p] |= taken & index.open[p]
            self.load[p] -= duration
            if project >= 0:
                self.on_project[p, project] -= 1
        price = self._price_of_start(t, start) - index.drop[t] + self._change(t, start, people)
        for p in people:
            price += (self.open_seat or 0) * duration if p == NOBODY else self._price_of_person(t, p)
        for pool, amount in index.uses[t]:
            self.levels[pool].give(taken, amount)
        self.start[t], self.people[t] = UNPLACED, ()
        self.total -= price

    # -- prices --------------------------------------------------------------------------

    def _price_of_start(self, t: int, start: int) -> int:
        late = start - self.index.due_start[t]
        return late * self.index.lateness[t] if late > 0 else 0

    def _price_of_person(self, t: int, p: int) -> int:
        """What this person on one seat adds, whenever it is; their own load as it is now."""
        index = self.index
        duration, project, fair = index.duration[t], index.project[t], index.fair[p]
        price = index.price[p] * duration
        if fair >= 0 and self.overload:
            over = self.load[p] + duration - fair
            if over > 0:
                price += self.overload * min(over, duration)
        if self.stranger and project >= 0 and not self.on_project.get((p, project)):
            price += self.stranger
        if self.unwanted and index.preferred[t] and p not in index.preferred[t]:
            price += self.unwanted
        return price

    def _change(self, t: int, start: int, people: tuple[int, ...]) -> int:
        index = self.index
        price = index.move[t]
        if not price:
            return 0
        if start != index.stands[t]:
            return price * len(index.held[t])
        return price * sum(p != NOBODY and p not in people for p in index.held[t])

    # -- where a task could go -----------------------------------------------------------

    def window(self, t: int) -> tuple[int, int]:
        """First and last start that its own bounds and the placed tasks it is linked to allow."""
        index, start = self.index, self.start
        low, high = index.earliest[t], index.latest[t]
        for other, least in index.before[t]:
            at = start[other]
            if at >= 0 and at + least > low:
                low = at + least
        for other, least in index.after[t]:
            at = start[other]
            if at >= 0 and at - least < high:
                high = at - least
        return low, high

    def starts(self, t: int) -> int:
        """Starts within the window at which the pools suffice."""
        low, high = self.window(t)
        possible = span(low, high + 1)
        duration = self.index.duration[t]
        for pool, amount in self.index.uses[t] if duration else ():
            possible &= runs(self.levels[pool].at_least(amount), duration)
        return possible

    def best_spot(self, t: int) -> Spot | None:
        """The cheapest place for an unplaced task (over the first few starts, if it has several seats)."""
        possible = self.starts(t)
        if not possible:
            return None
        seats = self.index.seats[t]
        if seats == 1 and self.index.duration[t]:
            return self._best_single(t, possible)
        if seats == 0:
            low = (possible & -possible).bit_length() - 1
            return Spot(self._price_of_start(t, low), low, ())
        return self._best_several(t, possible)

    def _lanes(self, crowd: int) -> Lanes:
        """Those of a crowd side by side."""
        lanes = self._crowds.get(crowd)
        if lanes is None:
            lanes = self._crowds[crowd] = Lanes(self.index.crowds[crowd], self.index.horizon)
        return lanes

    def _best_single(self, t: int, possible: int) -> Spot | None:
        index = self.index
        duration, stands = index.duration[t], index.stands[t]
        due, lateness, prices = index.due_start[t], index.lateness[t], index.price
        best: Spot | None = None
        ceiling = 1 << 62
        if self.open_seat is not None:
            low = first(possible)
            price = self._price_of_start(t, low) + self.open_seat * duration + self._change(t, low, (NOBODY,))
            best, ceiling = Spot(price, low, (NOBODY,)), price
        lanes = self._lanes(next(c for c, g in zip(index.crowd[t], index.groups[t], strict=True) if g.size))
        found = lanes.fits(self.free, index.shifts[t])
        anyone = lanes.anyone(found) & possible
        if not anyone:
            return best
        least = max(0, (first(anyone) - due) * lateness)
        apart, width = lanes.apart(found), lanes.bytes
        for lane, p in enumerate(lanes.people):
            if prices[p] * duration + least >= ceiling:
                break  # candidates come cheapest first, and all else only adds to the price
            fits = int.from_bytes(apart[lane * width : lane * width + width], "little") & possible
            if not fits:
                continue
            base = self._price_of_person(t, p)
            start = (fits & -fits).bit_length() - 1
            late = start - due
            price = base + (late * lateness if late > 0 else 0)
            if stands >= 0:
                price += self._change(t, start, (p,))
                if start != stands and fits >> stands & 1:
                    there = base + self._price_of_start(t, stands) + self._change(t, stands, (p,))
                    if there <= price:
                        price, start = there, stands
            if price < ceiling:
                best, ceiling = Spot(price, start, (p,)), price
        return best

    def fits(self, t: int, p: int) -> int:
        """Slots from which this person has the whole duration free, links and pools not looked at."""
        if not self.index.duration[t]:
            return self.index.everywhere
        fits = self.free[p]
        for shift in self.index.shifts[t]:
            fits &= fits >> shift
        return fits

    def _best_several(self, t: int, possible: int) -> Spot | None:
        index = self.index
        crowds = [self._lanes(crowd) for crowd in index.crowd[t]]
        found = [
            lanes.fits(self.free, index.shifts[t]) if index.duration[t] else lanes.all(index.everywhere)
            for lanes in crowds
        ]
        feasible = possible
        if self.open_seat is None:
            for lanes, slots in zip(crowds, found, strict=True):
                feasible &= lanes.anyone(slots)
        best: Spot | None = None
        stands = index.stands[t]
        at_present = (stands,) if stands >= 0 and feasible >> stands & 1 else ()
        prices: dict[int, int] = {}
        tried = 0
        for start in (*at_present, *each(feasible)):
            late = self._price_of_start(t, start)
            if best is not None and late >= best.price:
                break
            free = [lanes.at(slots, start) for lanes, slots in zip(crowds, found, strict=True)]
            people = self._seated(t, start, free, prices)
            if people is None:
                continue
            price = late + self._change(t, start, people)
            for p in people:
                price += (self.open_seat or 0) * index.duration[t] if p == NOBODY else prices[p]
            if best is None or price < best.price:
                best = Spot(price, start, people)
            tried += 1
            if tried >= _STARTS:
                break
        return best

    def _seated(
        self, t: int, start: int, free: list[list[int]], prices: dict[int, int]
    ) -> tuple[int, ...] | None:
        """Who sits where at this start, of those who are free then, the cheapest first."""
        groups = []
        for group, people in zip(self.index.groups[t], free, strict=True):
            for p in people:
                if p not in prices:
                    prices[p] = self._price_of_person(t, p)
            groups.append(Group(group.size, tuple(sorted(people, key=prices.__getitem__))))
        able = dict.fromkeys((p for group in groups for p in group.people), 1)
        wanted = self.index.held[t] if start == self.index.stands[t] else ()
        return seat(groups, able, 0, self.open_seat is not None, wanted)


class Levels:
    """What is left of a pool: for each amount, the slots at which at least that much is free."""

    def __init__(self, capacity: int, horizon: int) -> None:
        every = span(0, horizon)
        self._slots = [every] * (capacity + 1)

    def taken(self) -> Iterator[tuple[int, int, int]]:
        """What is in use, as stretches `(start, end, amount)` whose amounts add up."""
        for left, (enough, more) in enumerate(pairwise(self._slots)):
            for start, end in spans(enough & ~more):
                yield start, end, len(self._slots) - 1 - left

    def at_least(self, amount: int) -> int:
        return self._slots[amount] if amount < len(self._slots) else 0

    def take(self, slots: int, amount: int) -> None:
        levels = self._slots
        top = len(levels) - 1
        for left in range(1, top + 1):
            above = levels[left + amount] if left + amount <= top else 0
            levels[left] = (levels[left] & ~slots) | (above & slots)

    def give(self, slots: int, amount: int) -> None:
        levels = self._slots
        for left in range(len(levels) - 1, 0, -1):
            below = levels[left - amount] if left >= amount else slots
            levels[left] = (levels[left] & ~slots) | (below & slots)
