"""What a plan changes against today: bookings moved, handed over, split, left open, added and given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from scheduling.solver.plan import Placement, Plan
from scheduling.solver.prices import changed_seats, drop_price, move_price
from scheduling.solver.problem import Present, Problem, Task

ChangeKind = Literal["placed", "moved", "handed_over", "split", "left_open", "given_up"]


class Change(Struct, frozen=True, kw_only=True):
    """One task that is not as it is today; `price` is what the change itself costs.

    placed       it had no place
    moved        other slots, perhaps other people
    handed_over  the same slots, other people; `people` are the new ones
    split        the rest of running work, later or by others
    left_open    a seat of it has nobody, also where it had nobody before
    given_up     it has no place any more
    """

    task: str
    kind: ChangeKind
    was: Present | None
    now: Placement | None
    people: tuple[str, ...] = ()
    price: int = 0


def changes(problem: Problem, plan: Plan) -> tuple[Change, ...]:
    """In the order of the problem's tasks; what stays as it is, is not named, but for open seats."""
    at = {p.task: p for p in plan.placements}
    return tuple(c for task in problem.tasks for c in _change(problem, task, at.get(task.id)))


def _change(problem: Problem, task: Task, now: Placement | None) -> Iterator[Change]:
    was = task.present
    if now is None:
        if was is not None:
            price = drop_price(task, problem.weights)
            yield Change(task=task.id, kind="given_up", was=was, now=None, price=price)
        return
    price = move_price(was, problem.weights) * changed_seats(task, now.start, now.people)
    before = set(was.people) if was is not None else set()
    new = tuple(p for p in now.people if p is not None and p not in before)
    kind: ChangeKind | None = None
    if None in now.people:
        kind = "left_open"
    elif task.part_of and (was is None or now.start != was.start or new):
        kind = "split"
    elif was is None:
        kind = "placed"
    elif now.start != was.start:
        kind = "moved"
    elif new:
        kind = "handed_over"
    if kind is not None:
        yield Change(task=task.id, kind=kind, was=was, now=now, people=new, price=price)
