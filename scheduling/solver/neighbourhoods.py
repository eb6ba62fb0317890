"""Which tasks are looked at together: in conflict, of one project, late, near in time, of one skill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.dice import Dice
from scheduling.solver.index import Index

Pick: TypeAlias = Callable[[Board, Dice, int], list[int]]
"""(board, dice, size) → about that many tasks that may be moved."""


def conflicting(board: Board, dice: Dice, size: int) -> list[int]:
    """A task that is late, and those whose people could do it in the slots it should have had."""
    index = board.index
    late = [t for t in _movable(board) if board.start[t] > index.due_start[t] or board.start[t] == UNPLACED]
    if not late:
        return window(board, dice, size)
    seed = dice.one_of(late)
    able = {p for group in index.groups[seed] for p in group.people}
    high = board.start[seed] if board.start[seed] != UNPLACED else index.horizon
    low = max(0, min(index.due_start[seed], high) - index.duration[seed])
    near = [
        t
        for t in _movable(board)
        if t != seed
        and board.start[t] < high
        and board.start[t] + index.duration[t] > low
        and not able.isdisjoint(board.people[t])
    ]
    return [seed, *_around(index, seed), *dice.shuffled(near)][:size]


def project(board: Board, dice: Dice, size: int) -> list[int]:
    """One project, or one after the other until there are enough."""
    index = board.index
    found: list[int] = []
    for which in dice.shuffled(range(len(index.projects))):
        found += index.of_project[which]
        if len(found) >= size:
            break
    return found[:size]


def late(board: Board, dice: Dice, size: int) -> list[int]:
    """Tasks that cost the most lateness, drawn by weight, with what they wait for."""
    index = board.index
    costs = [
        (max(0, board.start[t] - index.due_start[t]) * index.lateness[t] * (0.5 + dice.unit()), t)
        for t in _movable(board)
    ]
    found: list[int] = []
    for _, t in sorted(costs, reverse=True):
        found += [t, *(other for other, _ in index.before[t])]
        if len(found) >= size:
            break
    return found[:size]


def window(board: Board, dice: Dice, size: int) -> list[int]:
    """What starts around one moment."""
    movable = _movable(board)
    if not movable:
        return []
    at = board.start[dice.one_of(movable)]
    return sorted(movable, key=lambda t: abs(board.start[t] - at))[:size]


def skill(board: Board, dice: Dice, size: int) -> list[int]:
    """Tasks that ask for the same people, near in time."""
    index, movable = board.index, _movable(board)
    if not movable:
        return []
    seed = dice.one_of(movable)
    able = {p for group in index.groups[seed] for p in group.people}
    same = [t for t in movable if any(not able.isdisjoint(group.people[:40]) for group in index.groups[t])]
    return sorted(same, key=lambda t: abs(board.start[t] - board.start[seed]))[:size]


ALL: tuple[Pick, ...] = (conflicting, project, late, window, skill)


def pick(board: Board, dice: Dice, size: int, kinds: Sequence[Pick] = ALL) -> list[int]:
    """About `size` tasks by any of the kinds; pinned ones never."""
    pinned = board.index.pinned
    return [t for t in dict.fromkeys(dice.one_of(kinds)(board, dice, size)) if not pinned[t]]


def _movable(board: Board) -> list[int]:
    return [t for t, pinned in enumerate(board.index.pinned) if not pinned]


def _around(index: Index, t: int) -> list[int]:
    return [other for links in (index.before[t], index.after[t]) for other, _ in links]
