"""What comes out: who does what when, what it costs by kind, and why something is in no plan."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Placement(Struct, frozen=True, kw_only=True):
    """A task over slots `[start, end)` with its people in the order of its seats; None is an open seat."""

    task: str
    start: int
    end: int
    people: tuple[str | None, ...] = ()


ReasonKind = Literal[
    "no_artist", "too_few", "too_long", "order", "calendar", "pool", "booked", "price", "not_tried"
]


class Reason(Struct, frozen=True, kw_only=True):
    """Why a task is in no plan; the first of these that holds, and one sentence in words.

    no_artist  nobody in the studio has the skill at the level; `skill`, `level`
    too_few    fewer people have it than the task needs at once; `skill`, `level`
    too_long   it is longer than the time it may run in
    order      what it follows and what follows it leave no room; `tasks` are the ones that bind
    calendar   nobody who could do it has that many working slots in a row within its time
    pool       too little of a pool is left; `tasks` occupy it
    booked     everybody who could do it is taken; taking `tasks` out of the plan would free a place
    price      there is room, but it would cost more than leaving it out; `price` is what it would cost
    not_tried  there is room, but time ran out before it was placed
    """

    kind: ReasonKind
    text: str
    skill: str = ""
    level: int = 0
    tasks: tuple[str, ...] = ()
    pool: str = ""
    price: int = 0


class Unplaced(Struct, frozen=True, kw_only=True):
    """A task the plan leaves out."""

    task: str
    reason: Reason


class Score(Struct, frozen=True, kw_only=True):
    """What a plan costs, in the units of `Weights`; lower is better."""

    lateness: int = 0
    cost: int = 0
    change: int = 0
    overload: int = 0
    strangers: int = 0
    unwanted: int = 0
    open_seats: int = 0
    makespan: int = 0
    unplaced: int = 0

    @property
    def total(self) -> int:
        return (
            self.lateness
            + self.cost
            + self.change
            + self.overload
            + self.strangers
            + self.unwanted
            + self.open_seats
            + self.makespan
            + self.unplaced
        )


class Plan(Struct, frozen=True, kw_only=True):
    """A plan that holds every hard rule.

    `bound`: no plan of this problem costs less; it is proved, and often far below what can be
    reached, so it is no measure of quality. `proved`: the plan is the cheapest there is.
    """

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    score: Score = Score()
    bound: int = 0
    proved: bool = False
    seed: int = 0


class Progress(Struct, frozen=True, kw_only=True):
    """A better plan, and how far the search has come; `seconds` since it began."""

    plan: Plan
    seconds: float
    rounds: int = 0
    by: str = ""
