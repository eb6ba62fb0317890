"""The first plan: tasks one by one by how little time they have left, each to its cheapest place."""

from __future__ import annotations

import heapq

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.index import Index, in_order, tails


def urgency(index: Index) -> list[int]:
    """The last start of each task with which all that follows it is still in time; small is urgent."""
    tail, last = tails(index), list(index.due_start)
    for t in reversed(in_order(index)):
        for other, least in index.after[t]:
            last[t] = min(last[t], last[other] - least)
    return [min(last[t], index.latest[t], index.horizon - tail[t]) for t in range(len(last))]


def fill(board: Board, urgent: list[int]) -> None:
    """Place all that is unplaced, where it has a place; what stands stays."""
    index = board.index
    waiting = [sum(board.start[other] == UNPLACED for other, _ in before) for before in index.before]
    left = {t for t, start in enumerate(board.start) if start == UNPLACED}
    ready = [(urgent[t], t) for t in left if not waiting[t]]
    heapq.heapify(ready)
    while left:
        t = heapq.heappop(ready)[1] if ready else min(left, key=lambda t: (waiting[t], urgent[t], t))
        if t not in left:
            continue
        left.remove(t)
        spot = board.best_spot(t)
        if spot is not None and (spot.price < index.drop[t] or index.problem.tasks[t].drop is None):
            board.place(t, spot.start, spot.people)
        for other, _ in index.after[t]:
            waiting[other] -= 1
            if not waiting[other] and other in left:
                heapq.heappush(ready, (urgent[other], other))


def sooner(index: Index, urgent: list[int], tasks: list[int]) -> list[int]:
    """The same, with these tasks and all they wait for in front of the others."""
    first, edge = set(tasks), list(tasks)
    while edge:
        for other, _ in index.before[edge.pop()]:
            if other not in first:
                first.add(other)
                edge.append(other)
    return [last - index.horizon if t in first else last for t, last in enumerate(urgent)]


def stand(board: Board) -> None:
    """Put every task where it stands today, if it may and can."""
    index = board.index
    for t in sorted(range(len(index.stands)), key=lambda t: (-index.move[t], t)):
        at = index.stands[t]
        if at < 0 or board.start[t] != UNPLACED or not board.starts(t) >> at & 1:
            continue
        people = index.held[t]
        if all(
            p >= 0 and board.fits(t, p) >> at & 1 and _may(index, t, seat, p) for seat, p in enumerate(people)
        ):
            board.place(t, at, people)


def _may(index: Index, t: int, seat: int, p: int) -> bool:
    for group in index.groups[t]:
        if seat < group.size:
            return p in group.people
        seat -= group.size
    return False
