"""Ruin and recreate: take some related tasks out, put them back in another order, keep what is not worse.

After Schrimpf et al. (2000) and Christiaens & Vanden Berghe (2020): small ruins that belong together,
thousands of them, accepted by a temperature that falls with the time used.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.dice import Dice

Mark = list[tuple[int, tuple[int, ...]]]
"""Where everything stood: start and people of each task."""


class Ruin:
    """The state of the search: the board as it is, and the best it ever was."""

    def __init__(self, board: Board, dice: Dice, urgent: list[int]) -> None:
        self.board, self.dice, self.urgent = board, dice, urgent
        self.movable = [t for t, pinned in enumerate(board.index.pinned) if not pinned]
        self.best = board.total
        self.mark = mark(board)
        """Where everything stood at the best; changed in place."""
        self._since: set[int] = set()  # tasks that may stand elsewhere than at the mark
        self.rounds = 0
        self.size = 10
        self._by_person: dict[int, set[int]] = {}
        self._left_out = {t for t in self.movable if board.start[t] == UNPLACED}
        self._tries = [1.0] * 6
        self._gains = [0.0] * 6
        self._kinds = (self._project, self._window, self._person, self._late, self._chain, self._anywhere)
        for t, people in enumerate(board.people):
            self._seat(t, people)

    def run(self, enough: Callable[[], bool], heat: Callable[[], float]) -> bool:
        """Rounds until `enough`, looked at every fourth round; whether the best became better."""
        before = self.best
        while not enough():
            temperature = heat()
            for _ in range(4):
                self.round(temperature)
        return self.best < before

    def round(self, temperature: float) -> None:
        """One ruin and its recreation, kept or undone."""
        board, dice = self.board, self.dice
        self.rounds += 1
        if not self.movable:
            return
        kind = self._kind()
        out = self._kinds[kind](dice.one_of(self.movable), 2 + dice.below(self.size))
        before = board.total
        old = [(t, board.start[t], board.people[t]) for t in out]
        for t, start, people in old:
            if start != UNPLACED:
                board.remove(t)
                self._unseat(t, people)
        for t in self._ordered(out):
            spot = board.best_spot(t)
            if spot is not None and spot.price <= board.index.drop[t]:
                board.place(t, spot.start, spot.people)
                self._seat(t, spot.people)
        self._tries[kind] += len(out)
        self._gains[kind] += max(0, before - board.total)
        if board.total > before + temperature * -math.log(1.0 - dice.unit()):
            self._undo(old)
            return
        self._left_out.difference_update(out)
        self._left_out.update(t for t in out if board.start[t] == UNPLACED)
        self._since.update(out)
        if board.total < self.best:
            self.best = board.total
            for t in self._since:
                self.mark[t] = (board.start[t], board.people[t])
            self._since.clear()

    def _kind(self) -> int:
        """Mostly those that lately gained most for each task they took out; each of them now and then."""
        dice = self.dice
        if self.rounds % 512 == 0:
            self._tries = [tries / 2 + 1 for tries in self._tries]
            self._gains = [gains / 2 for gains in self._gains]
        if dice.below(4) == 0 or not any(self._gains):
            return dice.below(len(self._kinds))
        worth = [gains / tries for gains, tries in zip(self._gains, self._tries, strict=True)]
        mark = dice.unit() * sum(worth)
        for kind, share in enumerate(worth):
            mark -= share
            if mark <= 0:
                return kind
        return len(worth) - 1

    def _undo(self, old: list[tuple[int, int, tuple[int, ...]]]) -> None:
        board = self.board
        for t, _, _ in old:
            if board.start[t] != UNPLACED:
                self._unseat(t, board.people[t])
                board.remove(t)
        for t, start, people in old:
            if start != UNPLACED:
                board.place(t, start, people)
                self._seat(t, people)

    def back_to(self, there: Mark) -> None:
        """Put the board as it was at that mark."""
        restore(self.board, there)
        self._by_person.clear()
        for t, people in enumerate(self.board.people):
            self._seat(t, people)
        self._since = set(range(len(there)))
        self._left_out = {t for t in self.movable if self.board.start[t] == UNPLACED}
        if self.board.total < self.best:
            self.best, self.mark = self.board.total, list(there)
            self._since.clear()

    def _seat(self, t: int, people: tuple[int, ...]) -> None:
        for p in people:
            self._by_person.setdefault(p, set()).add(t)

    def _unseat(self, t: int, people: tuple[int, ...]) -> None:
        for p in people:
            self._by_person[p].discard(t)

    def _ordered(self, out: list[int]) -> list[int]:
        index, draw = self.board.index, self.dice.below(5)
        mixed = self.dice.shuffled(out)
        if draw == 0:
            return mixed
        if draw == 1:
            return sorted(mixed, key=lambda t: -index.duration[t] * max(1, index.seats[t]))
        if draw == 2:
            return sorted(mixed, key=lambda t: index.due_start[t])
        if draw == 3:
            return sorted(mixed, key=lambda t: min((len(g.people) for g in index.groups[t]), default=0))
        return sorted(mixed, key=lambda t: self.urgent[t])

    # -- what to take out ----------------------------------------------------------------

    def _project(self, seed: int, size: int) -> list[int]:
        index = self.board.index
        if index.project[seed] < 0:
            return self._anywhere(seed, size)
        near = index.of_project[index.project[seed]]
        return self._nearest(seed, near, size)

    def _person(self, seed: int, size: int) -> list[int]:
        people = self.board.people[seed]
        if not people:
            return self._window(seed, size)
        near = list(self._by_person[self.dice.one_of(people)])
        return self._nearest(seed, sorted(near), max(2, size // 2))

    def _window(self, seed: int, size: int) -> list[int]:
        """Tasks that could be done by the same people, at about the same time."""
        board = self.board
        at = board.start[seed] if board.start[seed] != UNPLACED else self.urgent[seed]
        people = [p for group in board.index.groups[seed] for p in group.people]
        found = {seed}
        for _ in range(3 * size):
            if len(found) >= size or not people:
                break
            near = self._by_person.get(self.dice.one_of(people))
            if near:
                start = board.start
                found.add(min(near, key=lambda t: (abs(start[t] - at), t)))
        return self._free(found)

    def _late(self, seed: int, size: int) -> list[int]:
        """A task that is late or left out, what it waits for, and who sits where it could have been."""
        board, index = self.board, self.board.index
        if self._left_out and self.dice.below(2):
            return self._blockers(self.dice.one_of(sorted(self._left_out)), size)
        late = seed
        for _ in range(24):
            t = self.dice.one_of(self.movable)
            if board.start[t] == UNPLACED or board.start[t] > index.due_start[t]:
                late = t
                break
        return self._blockers(late, size)

    def _blockers(self, late: int, size: int) -> list[int]:
        board, index = self.board, self.board.index
        found = {late, *(other for other, _ in index.before[late])}
        if board.start[late] == UNPLACED:
            first, last = board.window(late)
            low = first + self.dice.below(max(1, last - first + 1))
            if self.dice.below(2):
                found.update(other for other, _ in index.after[late])
        else:
            low = max((board.start[o] + d for o, d in index.before[late] if board.start[o] >= 0), default=0)
            low = max(low, index.earliest[late])
        high = low + index.duration[late]
        people = [p for group in index.groups[late] for p in group.people]
        for _ in range(2 * size):
            if len(found) >= size or not people:
                break
            for t in self._by_person.get(self.dice.one_of(people), ()):
                if board.start[t] < high and low < board.start[t] + index.duration[t]:
                    found.add(t)
        return self._free(found)

    def _chain(self, seed: int, size: int) -> list[int]:
        """A task and what it is linked to, forwards and backwards."""
        index = self.board.index
        found, edge = {seed}, [seed]
        while edge and len(found) < size:
            t = edge.pop(self.dice.below(len(edge)))
            for other, _ in (*index.after[t], *index.before[t]):
                if other not in found:
                    found.add(other)
                    edge.append(other)
        return self._free(found)

    def _anywhere(self, seed: int, size: int) -> list[int]:
        return self._free({seed, *(self.dice.one_of(self.movable) for _ in range(min(4, size)))})

    def _nearest(self, seed: int, near: list[int], size: int) -> list[int]:
        start = self.board.start
        at = start[seed]
        return self._free({seed, *sorted(near, key=lambda t: abs(start[t] - at))[:size]})

    def _free(self, found: set[int]) -> list[int]:
        pinned = self.board.index.pinned
        return [t for t in sorted(found) if not pinned[t]]


def mark(board: Board) -> Mark:
    """Where everything stands."""
    return list(zip(board.start, board.people, strict=True))


def restore(board: Board, there: Mark) -> None:
    """Put the board as it was; only what differs is touched."""
    moved = [
        t for t, (start, people) in enumerate(there) if (start, people) != (board.start[t], board.people[t])
    ]
    for t in moved:
        if board.start[t] != UNPLACED:
            board.remove(t)
    for t in moved:
        start, people = there[t]
        if start != UNPLACED:
            board.place(t, start, people)
