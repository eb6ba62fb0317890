"""Why a task is in no plan, and what would free a place for it."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.solver.bits import each, span
from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.index import Group, Index
from scheduling.solver.plan import Reason
from scheduling.solver.seating import seat

_LOOKED_AT = 400
"""Starts that are looked at for the fewest tasks in the way."""
_SHOWN = 12


def reason(board: Board, t: int) -> Reason:
    """The first thing that stands against the unplaced task on this board; see `plan.Reason`."""
    return _people(board.index, t) or _time(board, t) or _room(board, t) or _price(board, t)


def _people(index: Index, t: int) -> Reason | None:
    needs = index.problem.tasks[t].needs
    if index.problem.weights.open_seat is not None:
        return None
    for need, group in zip(needs, index.groups[t], strict=True):
        if not group.people:
            text = f"Nobody in the studio has {need.skill} at level {need.level} or above."
            return Reason(kind="no_artist", text=text, skill=need.skill, level=need.level)
    fits = {p: 1 for group in index.groups[t] for p in group.people}
    if seat(index.groups[t], fits, 0, may_be_open=False) is None:
        need, group = min(
            zip(needs, index.groups[t], strict=True), key=lambda pair: len(pair[1].people) - pair[1].size
        )
        text = (
            f"It needs {index.seats[t]} people at once; only {len(group.people)}"
            f" have {need.skill} at level {need.level} or above."
        )
        return Reason(kind="too_few", text=text, skill=need.skill, level=need.level)
    return None


def _time(board: Board, t: int) -> Reason | None:
    index = board.index
    if index.latest[t] < index.earliest[t]:
        room = max(0, index.latest[t] + index.duration[t] - index.earliest[t])
        text = f"It takes {index.duration[t]} slots and may run in {room} only."
        return Reason(kind="too_long", text=text)
    low, high = board.window(t)
    if low > high:
        binding = _binding(board, t, low, high)
        names = ", ".join(index.task_ids[other] for other in binding)
        text = f"What it follows and what follows it leave no room: {names}."
        return Reason(kind="order", text=text, tasks=tuple(index.task_ids[other] for other in binding))
    if not _possible(board, t, span(low, high + 1)):
        text = (
            f"Nobody who could do it works {index.duration[t]} slots in a row"
            f" between slot {low} and slot {high + index.duration[t]}."
        )
        return Reason(kind="calendar", text=text)
    return None


def _binding(board: Board, t: int, low: int, high: int) -> list[int]:
    before = [
        o for o, least in board.index.before[t] if board.start[o] >= 0 and board.start[o] + least == low
    ]
    after = [o for o, least in board.index.after[t] if board.start[o] >= 0 and board.start[o] - least == high]
    return [*before, *after]


def _possible(board: Board, t: int, starts: int) -> int:
    """Starts at which people with an empty diary could do it."""
    index = board.index
    fits = {p: index.room(p, index.duration[t]) & starts for group in index.groups[t] for p in group.people}
    if board.open_seat is not None or not index.groups[t]:
        return starts
    anyone = starts
    for group in index.groups[t]:
        union = 0
        for p in group.people:
            union |= fits[p]
        anyone &= union
    if index.seats[t] == 1:
        return anyone
    result = 0
    for start in each(anyone):
        if seat(index.groups[t], fits, start, may_be_open=False) is not None:
            result |= 1 << start
    return result


def _room(board: Board, t: int) -> Reason | None:
    index = board.index
    low, high = board.window(t)
    possible = _possible(board, t, span(low, high + 1))
    suffices = board.starts(t) & possible
    if not suffices:
        return _pool(board, t, possible)
    if board.best_spot(t) is not None:
        return None
    blockers = _fewest(board, t, suffices)
    names = tuple(index.task_ids[other] for other in blockers)
    pinned = [index.task_ids[other] for other in blockers if index.pinned[other]]
    text = f"Everybody who could do it is taken; a place would be free without {', '.join(names[:_SHOWN])}."
    if pinned:
        text += f" Confirmed among them: {', '.join(pinned[:_SHOWN])}."
    return Reason(kind="booked", text=text, tasks=names)


def _pool(board: Board, t: int, possible: int) -> Reason:
    index = board.index
    short = max(index.uses[t], key=lambda use: use[1] / max(1, index.capacity[use[0]]))
    name = index.problem.pools[short[0]].id
    start = (possible & -possible).bit_length() - 1
    using = [
        index.task_ids[other]
        for other in _running(board, start, start + index.duration[t])
        if any(pool == short[0] for pool, _ in index.uses[other])
    ]
    text = f"It needs {short[1]} of {name} all the time it runs, and never are so many left."
    return Reason(kind="pool", text=text, pool=name, tasks=tuple(using[:_SHOWN]))


def _running(board: Board, low: int, high: int) -> list[int]:
    duration = board.index.duration
    return [
        t
        for t, start in enumerate(board.start)
        if start != UNPLACED and start < high and low < start + duration[t]
    ]


def _fewest(board: Board, t: int, starts: int) -> list[int]:
    """The fewest tasks (confirmed ones count for many) that would have to go at any of the starts."""
    index, best = board.index, None
    diaries = _diaries(board, t)
    for looked, start in enumerate(each(starts)):
        if looked >= _LOOKED_AT and best is not None:
            break
        found = _in_the_way(index, t, start, diaries)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return [] if best is None else sorted(best[1])


def _diaries(board: Board, t: int) -> dict[int, list[int]]:
    diaries: dict[int, list[int]] = {p: [] for group in board.index.groups[t] for p in group.people}
    for other, people in enumerate(board.people):
        for p in people:
            if p in diaries:
                diaries[p].append(other)
    return {p: sorted(tasks, key=lambda other: board.start[other]) for p, tasks in diaries.items()} | {
        -1: board.start
    }


def _in_the_way(
    index: Index, t: int, start: int, diaries: dict[int, list[int]]
) -> tuple[int, set[int]] | None:
    at, duration = diaries[-1], index.duration[t]
    bit = {p: index.room(p, duration) >> start & 1 for p in diaries if p >= 0}
    blocking = {
        p: [o for o in diaries[p] if at[o] < start + duration and start < at[o] + index.duration[o]]
        for p in bit
        if bit[p]
    }
    weight = {p: sum(1000 if index.pinned[o] else 1 for o in tasks) for p, tasks in blocking.items()}
    groups: Sequence[Group] = [
        Group(g.size, tuple(sorted((p for p in g.people if p in blocking), key=weight.__getitem__)))
        for g in index.groups[t]
    ]
    people = seat(groups, dict.fromkeys(blocking, 1), 0, may_be_open=False)
    if people is None:
        return None
    tasks = {o for p in people for o in blocking[p]}
    return sum(1000 if index.pinned[o] else 1 for o in tasks), tasks


def _price(board: Board, t: int) -> Reason:
    spot, index = board.best_spot(t), board.index
    if spot is not None and spot.price >= index.drop[t]:
        text = f"There is room, but it would cost {spot.price}, and leaving it out costs {index.drop[t]}."
        return Reason(kind="price", text=text, price=spot.price)
    return Reason(kind="not_tried", text="There is room for it, but time ran out before it was placed.")
