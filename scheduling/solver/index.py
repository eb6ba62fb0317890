"""A problem with its names resolved: arrays by position, candidates by seat, links as least distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scheduling.solver.bits import runs, span, union
from scheduling.solver.prices import drop_price, move_price
from scheduling.solver.problem import Need, Problem, Task, check, distance

NOBODY = -1
"""An open seat."""


class Group(NamedTuple):
    """Seats that ask for the same: candidates, cheapest first."""

    size: int
    people: tuple[int, ...]


class Index:
    """Immutable after it is made. Tasks, people, pools and projects are known by position.

    `before[t]` and `after[t]` hold `(other, least distance from start to start)`. `shifts[t]` is
    how a run of the task's duration is found (see `bits.runs`). `crowd[t]` numbers the `crowds` from whom
    each group is taken.
    """

    def __init__(self, problem: Problem) -> None:
        check(problem)
        weights = problem.weights
        self.problem = problem
        self.horizon = problem.horizon
        self.everywhere = span(0, problem.horizon + 1)
        self.task_ids = [t.id for t in problem.tasks]
        self.person_ids = [p.id for p in problem.people]
        self.person_at = {name: i for i, name in enumerate(self.person_ids)}
        self.task_at = {name: i for i, name in enumerate(self.task_ids)}
        tasks = problem.tasks
        self.duration = [t.duration for t in tasks]
        self.shifts = [_shifts(t.duration) for t in tasks]
        self.earliest = [t.earliest for t in tasks]
        self.latest = [
            min(self.horizon, self.horizon if t.latest is None else t.latest) - t.duration for t in tasks
        ]
        self.due_start = [self.horizon if t.due is None else t.due - t.duration for t in tasks]
        self.lateness = [t.lateness * weights.lateness for t in tasks]
        self.drop = [drop_price(t, weights) for t in tasks]
        self.move = [move_price(t.present, weights) for t in tasks]
        self.pinned = [t.pinned for t in tasks]
        self.preferred = [frozenset(self.person_at[p] for p in t.preferred) for t in tasks]
        self.stands = [NOBODY if t.present is None else t.present.start for t in tasks]
        self.held = [self._held(t) for t in tasks]
        self._name_projects(tasks)
        self._name_people(problem)
        self._name_pools(problem)
        self._find_candidates(problem)
        self._link(problem)

    def room(self, p: int, duration: int) -> int:
        """Slots from which a person with an empty diary works so long; what takes no time fits anywhere."""
        return runs(self.open[p], duration) if duration else self.everywhere

    def _held(self, task: Task) -> tuple[int, ...]:
        if task.present is None:
            return ()
        return tuple(NOBODY if p is None else self.person_at[p] for p in task.present.people)

    def _name_projects(self, tasks: Sequence[Task]) -> None:
        self.projects = list(dict.fromkeys(t.project for t in tasks if t.project))
        at = {name: i for i, name in enumerate(self.projects)}
        self.project = [at.get(t.project, -1) for t in tasks]
        self.of_project: list[list[int]] = [[] for _ in self.projects]
        for position, project in enumerate(self.project):
            if project >= 0:
                self.of_project[project].append(position)

    def _name_people(self, problem: Problem) -> None:
        every = span(0, self.horizon)
        self.open = [every & ~union((s.start, s.end) for s in p.closed) for p in problem.people]
        self.price = [p.price * problem.weights.cost for p in problem.people]
        self.fair = [-1 if p.fair is None else p.fair for p in problem.people]

    def _name_pools(self, problem: Problem) -> None:
        at = {pool.id: i for i, pool in enumerate(problem.pools)}
        self.capacity = [pool.capacity for pool in problem.pools]
        self.uses = [tuple((at[u.pool], u.amount) for u in t.uses if u.amount) for t in problem.tasks]

    def _find_candidates(self, problem: Problem) -> None:
        crafts = [{c.skill: c.level for c in p.crafts} for p in problem.people]
        known: dict[Need, tuple[int, ...]] = {}
        by_skill: dict[str, list[int]] = {}
        for i in sorted(range(len(crafts)), key=lambda i: (self.price[i], i)):
            for skill in crafts[i]:
                by_skill.setdefault(skill, []).append(i)

        def candidates(need: Need) -> tuple[int, ...]:
            if need.people:
                return tuple(sorted((self.person_at[p] for p in need.people), key=lambda i: self.price[i]))
            key = Need(skill=need.skill, level=need.level)
            if key not in known:
                known[key] = tuple(
                    i for i in by_skill.get(need.skill, ()) if crafts[i][need.skill] >= need.level
                )
            return known[key]

        self.groups = [tuple(Group(n.count, candidates(n)) for n in t.needs) for t in problem.tasks]
        self.seats = [sum(g.size for g in groups) for groups in self.groups]
        numbers: dict[tuple[int, ...], int] = {}
        self.crowd = [
            tuple(numbers.setdefault(g.people, len(numbers)) for g in groups) for groups in self.groups
        ]
        self.crowds = list(numbers)

    def _link(self, problem: Problem) -> None:
        self.before: list[list[tuple[int, int]]] = [[] for _ in problem.tasks]
        self.after: list[list[tuple[int, int]]] = [[] for _ in problem.tasks]
        for link in problem.links:
            a, b = self.task_at[link.before], self.task_at[link.after]
            least = distance(link, self.duration[a], self.duration[b])
            self.before[b].append((a, least))
            self.after[a].append((b, least))


def _shifts(duration: int) -> tuple[int, ...]:
    result, have = [], 1
    while have < duration:
        step = min(have, duration - have)
        result.append(step)
        have += step
    return tuple(result)


def in_order(index: Index) -> list[int]:
    """Tasks so that what comes before by links stands before; within circles, in order of position."""
    waiting = [len(before) for before in index.before]
    ready = [t for t, count in enumerate(waiting) if count == 0]
    result = []
    for t in ready:
        result.append(t)
        for other, _ in index.after[t]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    rest = set(range(len(waiting))) - set(result)
    return result + sorted(rest)


def heads(index: Index) -> list[int]:
    """The earliest start of each task by links alone (no one's calendar looked at)."""
    head = list(index.earliest)
    for t in in_order(index):
        for other, least in index.before[t]:
            head[t] = max(head[t], head[other] + least)
    return head


def tails(index: Index) -> list[int]:
    """The least slots from each task's start to the end of all that follows it."""
    tail = list(index.duration)
    for t in reversed(in_order(index)):
        for other, least in index.after[t]:
            tail[t] = max(tail[t], tail[other] + least)
    return tail
