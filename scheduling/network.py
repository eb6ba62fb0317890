"""Tasks tied to each other on a line of working time: what a move pushes, what is critical, what has slack.

With its length fixed, every tie says that one task starts at or after the start of another plus a
weight (the usual precedence diagramming method). All numbers are seconds of working time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal
from uuid import UUID

from msgspec import Struct

from scheduling.model import DependencyKind, with_changes


class Task(Struct, frozen=True, kw_only=True):
    """Something that takes `length`; `start` is None where it has no place yet."""

    id: UUID
    length: int
    start: int | None = None


class Tie(Struct, frozen=True, kw_only=True):
    """`after` waits for `before`; `lag` may be negative."""

    id: UUID
    before: UUID
    after: UUID
    kind: DependencyKind = "finish_start"
    lag: int = 0


def weight(tie: Tie, before: Task, after: Task) -> int:
    """How much later than `before` starts `after` may start at the earliest."""
    match tie.kind:
        case "finish_start":
            return before.length + tie.lag
        case "start_start":
            return tie.lag
        case "finish_finish":
            return before.length + tie.lag - after.length
        case "start_finish":
            return tie.lag - after.length


class Network:
    """Tasks and ties without cycles, by either end; ties to what is not there do not count."""

    def __init__(self, tasks: Iterable[Task], ties: Iterable[Tie]) -> None:
        self.tasks = {task.id: task for task in tasks}
        self.ties = tuple(t for t in ties if t.before in self.tasks and t.after in self.tasks)
        self.into: dict[UUID, list[Tie]] = {i: [] for i in self.tasks}
        self.out_of: dict[UUID, list[Tie]] = {i: [] for i in self.tasks}
        for tie in sorted(self.ties, key=lambda t: t.id):
            self.into[tie.after].append(tie)
            self.out_of[tie.before].append(tie)

    def in_order(self) -> list[UUID]:
        """Every task after all it waits for."""
        missing = {i: len(ties) for i, ties in self.into.items()}
        ready = sorted((i for i, count in missing.items() if not count), reverse=True)
        order: list[UUID] = []
        while ready:
            task_id = ready.pop()
            order.append(task_id)
            for tie in self.out_of[task_id]:
                missing[tie.after] -= 1
                if not missing[tie.after]:
                    ready.append(tie.after)
        return order

    def bound(self, tie: Tie, tasks: Mapping[UUID, Task]) -> int | None:
        """Where the tie lets `after` start at the earliest; None while `before` has no place."""
        before = tasks[tie.before]
        return None if before.start is None else before.start + weight(tie, before, tasks[tie.after])


# -- pushing -----------------------------------------------------------------------------


class Shift(Struct, frozen=True, kw_only=True):
    """A task that follows: from its new `start`, because of `tie`."""

    id: UUID
    start: int
    by: int
    kind: Literal["pushed", "pulled"]
    tie: Tie


def follow(network: Network, moved: Task, *, pull: bool = False) -> tuple[Shift, ...]:
    """What moves when one task stands as `moved` says, each after what moved it.

    A task is pushed only as far as a tie with something that moved demands. With `pull`, a task
    whose ties were loosened comes forward by at most as much as what it follows came forward, and no
    further than all its ties allow.
    """
    before, now = dict(network.tasks), dict(network.tasks)
    now[moved.id] = moved
    changed = {moved.id}
    shifts: list[Shift] = []
    for task_id in network.in_order():
        task = now[task_id]
        if task_id in changed or task.start is None:
            continue
        driving = [tie for tie in network.into[task_id] if tie.before in changed]
        shift = _pushed(network, now, task, driving)
        if shift is None and pull:
            shift = _pulled(network, before, now, task, driving)
        if shift is not None:
            shifts.append(shift)
            changed.add(task_id)
            now[task_id] = with_changes(task, start=shift.start)
    return tuple(shifts)


def _pushed(network: Network, now: Mapping[UUID, Task], task: Task, driving: Sequence[Tie]) -> Shift | None:
    bounds = [(bound, tie) for tie in driving if (bound := network.bound(tie, now)) is not None]
    if not bounds or task.start is None:
        return None
    earliest, tie = max(bounds, key=lambda b: b[0])
    if earliest <= task.start:
        return None
    return Shift(id=task.id, start=earliest, by=earliest - task.start, kind="pushed", tie=tie)


def _pulled(
    network: Network,
    before: Mapping[UUID, Task],
    now: Mapping[UUID, Task],
    task: Task,
    driving: Sequence[Tie],
) -> Shift | None:
    loosened = [
        (bound - was, tie)
        for tie in driving
        if (bound := network.bound(tie, now)) is not None and (was := network.bound(tie, before)) is not None
    ]
    if not loosened or task.start is None:
        return None
    by, tie = min(loosened, key=lambda one: one[0])
    floors = [b for t in network.into[task.id] if (b := network.bound(t, now)) is not None]
    start = max([task.start + by, *floors])
    if start >= task.start:
        return None
    return Shift(id=task.id, start=start, by=start - task.start, kind="pulled", tie=tie)


def violated(network: Network, tasks: Mapping[UUID, Task]) -> Iterator[Tie]:
    """Ties that the places of their two tasks break."""
    for tie in network.ties:
        after, bound = tasks[tie.after], network.bound(tie, tasks)
        if bound is not None and after.start is not None and after.start < bound:
            yield tie


# -- the critical path -------------------------------------------------------------------


class Float(Struct, frozen=True, kw_only=True):
    """How a task may lie.

    `total` is what it may slip before the whole ends later, `free` before another task moves.
    """

    id: UUID
    earliest: int
    latest: int
    total: int
    free: int
    length: int

    @property
    def critical(self) -> bool:
        return self.total == 0


class Path(Struct, frozen=True, kw_only=True):
    """Where the whole ends, each task in an order in which they may be done, and the ties that drive."""

    finish: int
    floats: tuple[Float, ...]
    driving: tuple[UUID, ...]


def critical_path(network: Network, origin: int) -> Path:
    """Forward and backward along the ties.

    What has a place starts there at the earliest, since somebody put it there; what has none, at
    `origin`. Critical is what cannot slip without the last end slipping.
    """
    order = network.in_order()
    tasks = network.tasks
    earliest: dict[UUID, int] = {}
    for task_id in order:
        task = tasks[task_id]
        bounds = [earliest[t.before] + _weight(network, t) for t in network.into[task_id]]
        earliest[task_id] = max([origin if task.start is None else task.start, *bounds])
    finish = max((earliest[i] + tasks[i].length for i in order), default=origin)
    latest: dict[UUID, int] = {}
    for task_id in reversed(order):
        bounds = [latest[t.after] - _weight(network, t) for t in network.out_of[task_id]]
        latest[task_id] = min([finish - tasks[task_id].length, *bounds])
    floats = tuple(_float(network, i, earliest, latest[i], finish) for i in order)
    slack = {f.id: f.total for f in floats}
    driving = tuple(
        t.id
        for t in network.ties
        if not slack[t.before]
        and not slack[t.after]
        and earliest[t.after] == earliest[t.before] + _weight(network, t)
    )
    return Path(finish=finish, floats=floats, driving=driving)


def _weight(network: Network, tie: Tie) -> int:
    return weight(tie, network.tasks[tie.before], network.tasks[tie.after])


def _float(network: Network, task_id: UUID, earliest: Mapping[UUID, int], latest: int, finish: int) -> Float:
    start, length = earliest[task_id], network.tasks[task_id].length
    bounds = [earliest[t.after] - _weight(network, t) for t in network.out_of[task_id]]
    free = min([finish - length, *bounds]) - start
    return Float(id=task_id, earliest=start, latest=latest, total=latest - start, free=free, length=length)
