"""What a plan costs, straight from the definitions in `problem.Weights`, for searches to be held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from scheduling.solver.plan import Placement, Score
from scheduling.solver.problem import Present, Problem, Task, Weights


def move_price(present: Present | None, weights: Weights) -> int:
    """The price of changing one booking: by status and rank, and dearer the nearer it is.

    A confirmed booking that is not pinned (a repair has to touch it) costs three pencils.
    """
    if present is None:
        return 0
    price = _by_status(present, weights)
    if weights.near > present.start:
        price += price * weights.nearness * (weights.near - present.start) // weights.near
    return price


def _by_status(present: Present, weights: Weights) -> int:
    match present.status:
        case "hold":
            return weights.move_hold // present.rank
        case "pencil":
            return weights.move_pencil
        case "confirmed":
            return 3 * weights.move_pencil


def drop_price(task: Task, weights: Weights) -> int:
    """What leaving it out costs."""
    return weights.drop if task.drop is None else task.drop


def changed_seats(task: Task, start: int, people: tuple[str | None, ...]) -> int:
    """How many of its present bookings are not as they were; who sits on which seat does not matter.

    At another start all of its seats count, open ones too; an open seat that is filled does not.
    """
    if task.present is None:
        return 0
    if start != task.present.start:
        return len(task.present.people)
    held = [p for p in task.present.people if p is not None]
    return sum((Counter(held) - Counter(p for p in people if p is not None)).values())


def score(problem: Problem, placements: Iterable[Placement]) -> Score:
    """The whole price of a plan, by kind."""
    weights = problem.weights
    placed = {p.task: p for p in placements}
    people = {p.id: p for p in problem.people}
    tasks = [(task, placed[task.id]) for task in problem.tasks if task.id in placed]
    seats = [(t, p, who) for t, p in tasks for who in p.people]
    load: Counter[str] = Counter()
    for task, _, who in seats:
        if who is not None:
            load[who] += task.duration
    pairs = {(who, t.project) for t, _, who in seats if who is not None and t.project}
    return Score(
        lateness=sum(_late(t, p) * t.lateness for t, p in tasks) * weights.lateness,
        cost=sum(people[w].price * t.duration for t, _, w in seats if w is not None) * weights.cost,
        change=sum(move_price(t.present, weights) * changed_seats(t, p.start, p.people) for t, p in tasks),
        overload=_overload(problem, load) * weights.overload,
        strangers=len(pairs) * weights.stranger,
        unwanted=sum(bool(t.preferred) and w is not None and w not in t.preferred for t, _, w in seats)
        * weights.unwanted,
        open_seats=sum(t.duration for t, _, w in seats if w is None) * (weights.open_seat or 0),
        makespan=max((p.end for _, p in tasks), default=0) * weights.makespan,
        unplaced=sum(drop_price(t, weights) for t in problem.tasks if t.id not in placed),
    )


def _late(task: Task, placement: Placement) -> int:
    return 0 if task.due is None else max(0, placement.end - task.due)


def _overload(problem: Problem, load: Mapping[str, int]) -> int:
    return sum(max(0, load[p.id] - p.fair) for p in problem.people if p.fair is not None)
