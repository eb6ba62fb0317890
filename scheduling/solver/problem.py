"""What is to be planned, in whole slots: people, pools, tasks, links, and what each unwanted thing costs.

A slot is the studio's smallest bookable time (half a working day); days on which nobody works are left
out, so slots count from 0 to `horizon`. A task is a phase, or a booking of no phase that may be moved.
All prices are whole numbers of one unit, so that a plan costs exactly the same on every machine.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Slots = Annotated[int, Meta(ge=0, le=100_000)]
Price = Annotated[int, Meta(ge=0, le=10**9)]
Id = Annotated[str, Meta(min_length=1, max_length=200)]

LinkKind = Literal["finish_start", "start_start", "finish_finish", "start_finish"]
ClaimStatus = Literal["hold", "pencil", "confirmed"]


class Stretch(Struct, frozen=True, kw_only=True):
    """Slots `[start, end)`."""

    start: Slots
    end: Slots


class Craft(Struct, frozen=True, kw_only=True):
    """A skill somebody has, with its level."""

    skill: str
    level: int = 0


class Person(Struct, frozen=True, kw_only=True):
    """An artist. `closed`: slots they cannot be planned in: not their hours, time off, other work.

    `price` is paid per slot they are planned; above `fair` planned slots each further one costs
    `Weights.overload` as well (None: no such limit).
    """

    id: Id
    crafts: tuple[Craft, ...] = ()
    closed: tuple[Stretch, ...] = ()
    price: Price = 0
    fair: Slots | None = None


class Pool(Struct, frozen=True, kw_only=True):
    """Something of which at most `capacity` are in use at once: machines, licences, rooms."""

    id: Id
    capacity: Annotated[int, Meta(ge=0, le=1_000_000)]


class Need(Struct, frozen=True, kw_only=True):
    """`count` different people, each with `skill` at least at `level`; or one of `people`, if named."""

    skill: str = ""
    level: int = 0
    count: Annotated[int, Meta(ge=1, le=200)] = 1
    people: tuple[Id, ...] = ()


class Use(Struct, frozen=True, kw_only=True):
    """How much of a pool a task occupies while it runs."""

    pool: Id
    amount: Annotated[int, Meta(ge=0, le=1_000_000)]


class Present(Struct, frozen=True, kw_only=True):
    """Where a task stands today: its people in the order of its seats; None is an open seat.

    `rank` is the worst place in line its holds have (1 is first); it makes a hold cheaper to move.
    """

    start: Slots
    people: tuple[Id | None, ...]
    status: ClaimStatus = "hold"
    rank: Annotated[int, Meta(ge=1, le=1000)] = 1


class Task(Struct, frozen=True, kw_only=True):
    """A piece of work without a break: everybody it needs, at the same time, for `duration` slots.

    It runs within `[earliest, latest)`, which is hard; each slot its end is beyond `due` costs
    `lateness`. Leaving it out costs `drop`; None: it may not be left out for any price, and a plan
    without it is only given where there is no other. `pinned`: it stays exactly at `present`.
    `part_of` names the task this one is the rest of.
    """

    id: Id
    project: str = ""
    duration: Slots
    needs: tuple[Need, ...] = ()
    uses: tuple[Use, ...] = ()
    earliest: Slots = 0
    latest: Slots | None = None
    due: Slots | None = None
    lateness: Price = 1
    preferred: tuple[Id, ...] = ()
    present: Present | None = None
    pinned: bool = False
    drop: Price | None = None
    part_of: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """A dependency with a lag in slots, which may be negative; it binds where both tasks are placed."""

    before: Id
    after: Id
    kind: LinkKind = "finish_start"
    lag: Annotated[int, Meta(ge=-100_000, le=100_000)] = 0


class Weights(Struct, frozen=True, kw_only=True):
    """What each unwanted thing costs; 0 turns it off.

    `move_hold` and `move_pencil` are the price of one booking that changes its time or its artist.
    A hold's is divided by its rank; both grow by up to `nearness` times themselves as the start
    comes nearer than `near` slots from slot 0.
    `stranger`: the first slot somebody works for a project they are not yet on. `unwanted`: a seat
    given to somebody other than the task's preferred ones. `open_seat`: per slot of a seat left
    open (None: seats are never left open). `makespan`: per slot until the last task's end.
    """

    cost: Price = 1
    lateness: Price = 1
    overload: Price = 0
    move_hold: Price = 0
    move_pencil: Price = 0
    near: Slots = 20
    nearness: Annotated[int, Meta(ge=0, le=100)] = 2
    stranger: Price = 0
    unwanted: Price = 0
    open_seat: Price | None = None
    makespan: Price = 0
    drop: Price = 1_000_000
    """What leaving out a task costs that names no price of its own: beyond everything else."""


class Problem(Struct, frozen=True, kw_only=True):
    """Everything a plan is made from."""

    horizon: Annotated[int, Meta(ge=1, le=100_000)]
    people: tuple[Person, ...] = ()
    pools: tuple[Pool, ...] = ()
    tasks: tuple[Task, ...] = ()
    links: tuple[Link, ...] = ()
    weights: Weights = Weights()


class BadProblem(ValueError):
    """A problem that contradicts itself; the message names the place, what was expected and what came."""


def check(problem: Problem) -> None:
    """Raise `BadProblem` where names are doubled or unknown, or a pin is incomplete."""
    people = _distinct("person", [p.id for p in problem.people])
    pools = _distinct("pool", [p.id for p in problem.pools])
    tasks = _distinct("task", [t.id for t in problem.tasks])
    for person in problem.people:
        for stretch in person.closed:
            if stretch.start > stretch.end:
                raise BadProblem(f"person {person.id}: a stretch ends before it starts: {stretch}.")
    for link in problem.links:
        for end in (link.before, link.after):
            if end not in tasks:
                raise BadProblem(f"link {link.before} → {link.after}: there is no task {end}.")
    for task in problem.tasks:
        _check_task(task, people, pools, problem.horizon)


def _check_task(task: Task, people: frozenset[str], pools: frozenset[str], horizon: int) -> None:
    named = [*task.preferred, *(p for need in task.needs for p in need.people)]
    named += [p for p in (task.present.people if task.present else ()) if p is not None]
    for person in named:
        if person not in people:
            raise BadProblem(f"task {task.id}: there is no person {person}.")
    for use in task.uses:
        if use.pool not in pools:
            raise BadProblem(f"task {task.id}: there is no pool {use.pool}.")
    seats = sum(need.count for need in task.needs)
    if task.present is not None and len(task.present.people) != seats:
        raise BadProblem(
            f"task {task.id}: present names {len(task.present.people)} people, its needs are {seats} seats."
        )
    if task.pinned and task.present is None:
        raise BadProblem(f"task {task.id}: it is pinned, but stands nowhere.")
    if task.pinned and task.present is not None and task.present.start + task.duration > horizon:
        raise BadProblem(f"task {task.id}: it is pinned beyond the horizon of {horizon} slots.")


def _distinct(kind: str, ids: list[str]) -> frozenset[str]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise BadProblem(f"there are two of {kind} {name}.")
        seen.add(name)
    return frozenset(seen)


def seat_count(task: Task) -> int:
    """How many people a task needs at once."""
    return sum(need.count for need in task.needs)


def distance(link: Link, before: int, after: int) -> int:
    """The least slots from the start of `before` to the start of `after`, given both durations.

    All four kinds come down to it, since durations are fixed: `start(after) ≥ start(before) + distance`.
    """
    match link.kind:
        case "finish_start":
            return before + link.lag
        case "start_start":
            return link.lag
        case "finish_finish":
            return before + link.lag - after
        case "start_finish":
            return link.lag - after
