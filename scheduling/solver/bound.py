"""A price no plan can be below: what each task costs with an empty calendar and its cheapest people."""

from __future__ import annotations

from scheduling.solver.bits import span
from scheduling.solver.index import Index, in_order


def bound(index: Index) -> int:
    """Proved, but far below what a full studio can reach: that people are wanted twice is not in it.

    Either no task is left out, and each starts no earlier than its predecessors and the calendars
    allow; or one at least is left out, and nothing is known of the order of the others.
    """
    staffed = [_staffed(index, t) for t in range(len(index.duration))]
    first = _first_starts(index)
    if not staffed:
        return 0
    alone = [min(index.drop[t], staffed[t] + _late(index, t, index.earliest[t])) for t in range(len(staffed))]
    complete = sum(staffed[t] + _late(index, t, first[t]) for t in range(len(staffed)))
    dropped = sum(alone) + min(index.drop[t] - alone[t] for t in range(len(staffed)))
    longest = max((start + index.duration[t] for t, start in enumerate(first)), default=0)
    span_price = index.problem.weights.makespan * max(longest, _crowded(index))
    return min(complete + span_price, dropped)


def _crowded(index: Index) -> int:
    """No plan of all tasks ends before pools, and those who alone can do some of the work, have done it."""
    if not index.problem.weights.makespan:
        return 0
    pools = [0] * len(index.capacity)
    groups: dict[tuple[int, ...], int] = {}
    for t, duration in enumerate(index.duration):
        for pool, amount in index.uses[t]:
            pools[pool] += duration * amount
        for group in index.groups[t] if index.problem.weights.open_seat is None else ():
            groups[group.people] = groups.get(group.people, 0) + duration * group.size
    ends = [-(-work // capacity) for work, capacity in zip(pools, index.capacity, strict=True) if capacity]
    crowds: dict[frozenset[int], int] = {}
    for people, work in groups.items():
        if people:
            crowds[frozenset(people)] = crowds.get(frozenset(people), 0) + work
    for crowd in {frozenset().union(*crowds), *crowds}:
        inside = sum(work for people, work in crowds.items() if people <= crowd)
        ends.append(-(-inside // max(1, len(crowd))))
    return max(ends, default=0)


def _late(index: Index, t: int, start: int) -> int:
    return max(0, start - index.due_start[t]) * index.lateness[t]


def _staffed(index: Index, t: int) -> int:
    """The cheapest people for the seats, each group for itself."""
    price, duration = 0, index.duration[t]
    open_seat = index.problem.weights.open_seat
    for group in index.groups[t]:
        cheapest = sorted(
            index.price[p]
            + (index.problem.weights.unwanted // max(1, duration) if _unwanted(index, t, p) else 0)
            for p in group.people
        )[: group.size]
        if open_seat is not None:
            cheapest = [min(p, open_seat) for p in cheapest] + [open_seat] * (group.size - len(cheapest))
        price += sum(cheapest) * duration
    return price


def _unwanted(index: Index, t: int, p: int) -> bool:
    return bool(index.preferred[t]) and p not in index.preferred[t]


def _first_starts(index: Index) -> list[int]:
    """The first start of each task by links and the calendars of those who could do it."""
    first = list(index.earliest)
    for t in in_order(index):
        for other, least in index.before[t]:
            first[t] = max(first[t], first[other] + least)
        first[t] = max(first[t], _calendar_start(index, t, first[t]))
        if index.pinned[t]:
            first[t] = index.stands[t]
    return first


def _calendar_start(index: Index, t: int, low: int) -> int:
    possible = span(low, index.horizon + 1)
    if index.problem.weights.open_seat is not None:
        return low
    for group in index.groups[t]:
        anyone = 0
        for p in group.people:
            anyone |= index.room(p, index.duration[t])
        possible &= anyone
    return (possible & -possible).bit_length() - 1 if possible else low
