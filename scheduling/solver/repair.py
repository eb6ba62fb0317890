"""When something happens to a running plan: the least that must change at once, and then a better least.

The problem's tasks stand where they are planned (`Task.present`). `disrupt` says what the event makes of it,
`patch` answers at once, `solve` with `start_from` that answer looks for a better one and never gives a worse.
Running work is never restarted: what was done stays, the rest is handed over, or waits; where nobody can take
a seat, it is left open at a price, so that there always is an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct, structs

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.bound import bound
from scheduling.solver.greedy import fill, stand, urgency
from scheduling.solver.index import NOBODY, Index, in_order
from scheduling.solver.plan import Plan
from scheduling.solver.problem import Link, Present, Problem, Stretch, Task
from scheduling.solver.result import plan_of
from scheduling.solver.ruin import mark

REST = "~rest"
"""What a task's name gets at its end when it is the rest of another."""


class Absence(Struct, frozen=True, kw_only=True, tag="absence"):
    """Somebody cannot work in slots `[start, end)`."""

    person: str
    start: int
    end: int


class Slip(Struct, frozen=True, kw_only=True, tag="slip"):
    """A task needs `by` slots more than planned."""

    task: str
    by: int


class Cancelled(Struct, frozen=True, kw_only=True, tag="cancelled"):
    """A confirmed booking is gone: all of the task (`person` None), or one person's part in it."""

    task: str
    person: str | None = None


Event: TypeAlias = Absence | Slip | Cancelled


def disrupt(problem: Problem, event: Event, *, now: int) -> Problem:
    """The problem after the event; what began before slot `now` (or before the absence) is kept as done.

    Confirmed work that the event hits is no longer pinned; moving it costs what a confirmed booking
    costs. Raises `KeyError` for a task or person there is not.
    """
    changed = _with_open_seats(problem)
    match event:
        case Absence():
            return _absent(changed, event, now)
        case Slip():
            return _slipped(changed, event)
        case Cancelled(person=None):
            return _gone(changed, event.task)
        case Cancelled():
            return _without_person(changed, event, now)


def _with_open_seats(problem: Problem) -> Problem:
    weights = problem.weights
    if weights.open_seat is not None:
        return problem
    dearest = max((p.price for p in problem.people), default=0) * weights.cost
    return structs.replace(problem, weights=structs.replace(weights, open_seat=20 + 10 * dearest))


def _absent(problem: Problem, event: Absence, now: int) -> Problem:
    people = {p.id: p for p in problem.people}
    who = people[event.person]
    closed = (*who.closed, Stretch(start=event.start, end=event.end))
    people[event.person] = structs.replace(who, closed=closed)
    problem = structs.replace(problem, people=tuple(people.values()))
    for task in problem.tasks:
        if _sits(task, event.person) and _runs_within(task, event.start, event.end):
            problem = _released(problem, task, event.person, max(event.start, now))
    return problem


def _without_person(problem: Problem, event: Cancelled, now: int) -> Problem:
    task = next((t for t in problem.tasks if t.id == event.task), None)
    if task is None or not _sits(task, event.person or ""):
        raise KeyError(event.task)
    needs = tuple(
        structs.replace(need, people=tuple(p for p in need.people if p != event.person))
        for need in task.needs
    )
    at = now if task.present is not None and task.present.start < now else 0
    problem = _released(problem, structs.replace(task, needs=needs), event.person or "", at)
    return _barred(problem, event)


def _barred(problem: Problem, event: Cancelled) -> Problem:
    """Whoever cancelled is not asked again for the same slots."""
    task = next(t for t in problem.tasks if t.id == event.task)
    rest = next((t for t in problem.tasks if t.id == event.task + REST), task)
    present = rest.present
    if present is None:
        return problem
    off = Stretch(start=present.start, end=present.start + rest.duration)
    return structs.replace(
        problem,
        people=tuple(
            structs.replace(p, closed=(*p.closed, off)) if p.id == event.person else p for p in problem.people
        ),
    )


def _sits(task: Task, person: str) -> bool:
    return task.present is not None and person in task.present.people


def _runs_within(task: Task, start: int, end: int) -> bool:
    present = task.present
    return present is not None and present.start < end and start < present.start + task.duration


def _released(problem: Problem, task: Task, person: str, cut: int) -> Problem:
    """The person's seat becomes free from `cut` on; what ran before stays as it was."""
    present = task.present
    if present is None:
        return problem
    people = tuple(None if p == person else p for p in present.people)
    task = _due_as_planned(task, present.start + task.duration)
    if present.start >= cut:
        held = structs.replace(present, people=people)
        return _replaced(problem, task.id, [structs.replace(task, present=held, pinned=False)])
    done = cut - present.start
    if done >= task.duration:
        return problem
    first = structs.replace(task, duration=done, pinned=True, due=None)
    rest = structs.replace(
        task,
        id=task.id + REST,
        part_of=task.id,
        duration=task.duration - done,
        pinned=False,
        earliest=cut,
        present=structs.replace(present, start=cut, people=people),
    )
    return _relinked(_replaced(problem, task.id, [first, rest]), task.id)


def _due_as_planned(task: Task, end: int) -> Task:
    """Work without a date of its own is late when it ends after it was to end."""
    return task if task.due is not None else structs.replace(task, due=end)


def _slipped(problem: Problem, event: Slip) -> Problem:
    task = next((t for t in problem.tasks if t.id == event.task), None)
    if task is None:
        raise KeyError(event.task)
    rest = structs.replace(
        task,
        id=task.id + REST,
        part_of=task.id,
        duration=event.by,
        pinned=False,
        present=None,
        preferred=_of(task.present) or task.preferred,
    )
    if task.present is not None:
        rest = _due_as_planned(rest, task.present.start + task.duration + event.by)
    return _relinked(_replaced(problem, task.id, [structs.replace(task, due=None), rest]), task.id)


def _of(present: Present | None) -> tuple[str, ...]:
    return () if present is None else tuple(p for p in present.people if p is not None)


def _gone(problem: Problem, name: str) -> Problem:
    if all(t.id != name for t in problem.tasks):
        raise KeyError(name)
    links = tuple(link for link in problem.links if name not in {link.before, link.after})
    return structs.replace(problem, tasks=tuple(t for t in problem.tasks if t.id != name), links=links)


def _replaced(problem: Problem, name: str, new: Iterable[Task]) -> Problem:
    tasks: list[Task] = []
    for task in problem.tasks:
        tasks += new if task.id == name else [task]
    return structs.replace(problem, tasks=tuple(tasks))


def _relinked(problem: Problem, name: str) -> Problem:
    """What was linked to the end of a task is linked to the end of its rest, which follows it."""
    rest = name + REST
    links = [Link(before=name, after=rest)]
    for link in problem.links:
        before, after = link.before, link.after
        if before == name and link.kind.startswith("finish"):
            before = rest
        if after == name and link.kind.endswith("finish"):
            after = rest
        links.append(structs.replace(link, before=before, after=after))
    return structs.replace(problem, links=tuple(links))


# -- the answer at once ----------------------------------------------------------------------


def patch(disrupted: Problem, *, seed: int = 0) -> Plan:
    """All that can stand as it is, stands; the rest goes to its cheapest place, followers making way."""
    index = Index(disrupted)
    board = Board(index)
    stand(board)
    urgent = urgency(index)
    for t in in_order(index):
        if board.start[t] == UNPLACED:
            _settle(board, t)
    fill(board, urgent)
    return plan_of(board, mark(board), bound=bound(index), seed=seed)


def _settle(board: Board, t: int) -> None:
    """Place one task; where what follows it leaves no room, that is taken out and settled later."""
    spot = board.best_spot(t)
    if spot is None or NOBODY in spot.people:
        followers = _followers(board, t)
        removed = [(o, board.start[o], board.people[o]) for o in followers]
        for other, _, _ in removed:
            board.remove(other)
        free = board.best_spot(t)
        if free is None or (spot is not None and free.price >= spot.price):
            for other, start, people in removed:
                board.place(other, start, people)
        else:
            spot = free
    if spot is not None and spot.price < board.index.drop[t]:
        board.place(t, spot.start, spot.people)


def _followers(board: Board, t: int) -> list[int]:
    """Placed tasks that come after by links, near and far, and are not pinned."""
    found: list[int] = []
    edge = [t]
    while edge:
        for other, _ in board.index.after[edge.pop()]:
            if other not in found and board.start[other] != UNPLACED and not board.index.pinned[other]:
                found.append(other)
                edge.append(other)
    return found
