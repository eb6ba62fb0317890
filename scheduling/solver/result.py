"""From a board to a plan that may be shown, and from a plan back onto a board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.explain import reason
from scheduling.solver.index import NOBODY, Index
from scheduling.solver.plan import Placement, Plan, Reason, Unplaced
from scheduling.solver.prices import score
from scheduling.solver.ruin import Mark

_LATER = Reason(kind="not_tried", text="It has no place yet; the search goes on.")


def placements_of(index: Index, there: Mark) -> tuple[Placement, ...]:
    """What is placed, in the order of the problem's tasks."""
    names, duration = index.person_ids, index.duration
    return tuple(
        Placement(
            task=index.task_ids[t],
            start=start,
            end=start + duration[t],
            people=tuple(None if p == NOBODY else names[p] for p in people),
        )
        for t, (start, people) in enumerate(there)
        if start != UNPLACED
    )


def plan_of(
    board: Board, there: Mark, *, bound: int = 0, proved: bool = False, seed: int = 0, explained: bool = True
) -> Plan:
    """The plan at that mark; `explained`: with reasons, worked out on the board, which must be at it."""
    index = board.index
    placements = placements_of(index, there)
    return Plan(
        placements=placements,
        unplaced=tuple(
            Unplaced(task=index.task_ids[t], reason=reason(board, t) if explained else _LATER)
            for t, (start, _) in enumerate(there)
            if start == UNPLACED
        ),
        score=score(index.problem, placements),
        bound=bound,
        proved=proved,
        seed=seed,
    )


def put_plan(board: Board, placements: Iterable[Placement]) -> list[str]:
    """Place what can be placed of a plan; the names of what cannot."""
    index, refused = board.index, []
    for placement in placements:
        t = index.task_at.get(placement.task)
        if t is None or board.start[t] != UNPLACED:
            continue
        people = tuple(NOBODY if p is None else index.person_at[p] for p in placement.people)
        if fits(board, t, placement.start, people):
            board.place(t, placement.start, people)
        else:
            refused.append(placement.task)
    return refused


def fits(board: Board, t: int, start: int, people: Sequence[int]) -> bool:
    """Whether the unplaced task may be put exactly there."""
    if start < 0 or not board.starts(t) >> start & 1 or len(people) != board.index.seats[t]:
        return False
    if NOBODY in people and board.open_seat is None:
        return False
    seated = [p for p in people if p != NOBODY]
    if len(set(seated)) != len(seated):
        return False
    able = [group.people for group in board.index.groups[t] for _ in range(group.size)]
    return all(
        p == NOBODY or (p in seats and board.fits(t, p) >> start & 1)
        for p, seats in zip(people, able, strict=True)
    )
