"""Whether a plan holds every rule, slot by slot, and whether each reason for a "no" is true.

Written from the rules of the trade and not from the search: it shares no code with the boards, bitsets and
models it judges, only the shapes of problem and plan. Slow on purpose, and simple.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scheduling.solver.plan import Placement, Plan, Unplaced
from scheduling.solver.prices import drop_price, score
from scheduling.solver.problem import Link, Need, Person, Problem, Task


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Every rule the plan breaks, in words; none: the plan may be shown."""
    return [
        *_counted(problem, plan),
        *_placed_well(problem, plan),
        *_priced(problem, plan),
        *_explained(problem, plan),
    ]


def _counted(problem: Problem, plan: Plan) -> Iterator[str]:
    named = [p.task for p in plan.placements] + [u.task for u in plan.unplaced]
    for task in problem.tasks:
        if named.count(task.id) != 1:
            yield f"{task.id} is named {named.count(task.id)} times"
    known = {t.id for t in problem.tasks}
    yield from (f"{name} is no task of the problem" for name in named if name not in known)


def _placed_well(problem: Problem, plan: Plan) -> Iterator[str]:
    tasks = {t.id: t for t in problem.tasks}
    people = {p.id: p for p in problem.people}
    for placement in plan.placements:
        if placement.task in tasks:
            yield from _stands(problem, tasks[placement.task], placement, people)
    yield from _nobody_twice(plan)
    yield from _pools_suffice(problem, plan)
    at = {p.task: p for p in plan.placements}
    for link in problem.links:
        if link.before in at and link.after in at and not _link_holds(link, at[link.before], at[link.after]):
            yield f"{link.after} does not keep its {link.kind} to {link.before} (lag {link.lag})"


def _stands(problem: Problem, task: Task, at: Placement, people: dict[str, Person]) -> Iterator[str]:
    if at.end - at.start != task.duration:
        yield f"{task.id} takes {at.end - at.start} slots instead of {task.duration}"
    last = problem.horizon if task.latest is None else min(task.latest, problem.horizon)
    if task.pinned:
        present = task.present
        if (
            present is None
            or at.start != present.start
            or sorted(map(str, at.people)) != sorted(map(str, present.people))
        ):
            yield f"{task.id} is confirmed and was moved"
        return
    if at.start < task.earliest or at.end > last:
        yield f"{task.id} is outside the time it may run in"
    yield from _seated(problem, task, at, people)
    for who in at.people:
        if who in people and any(not _works(people[who], slot) for slot in range(at.start, at.end)):
            yield f"{who} does not work all of {task.id}"


def _seated(problem: Problem, task: Task, at: Placement, people: dict[str, Person]) -> Iterator[str]:
    wanted = [need for need in task.needs for _ in range(need.count)]
    if len(wanted) != len(at.people):
        yield f"{task.id} has {len(at.people)} people for {len(wanted)} seats"
        return
    sitting = [who for who in at.people if who is not None]
    if len(set(sitting)) != len(sitting):
        yield f"somebody has two seats of {task.id}"
    for need, who in zip(wanted, at.people, strict=True):
        if who is None:
            if problem.weights.open_seat is None:
                yield f"{task.id} has an open seat"
        elif who not in people:
            yield f"{who} of {task.id} is nobody"
        elif not can(people[who], need):
            yield f"{who} lacks {need.skill} {need.level} for {task.id}"


def can(person: Person, need: Need) -> bool:
    """Whether this person may take such a seat."""
    if need.people:
        return person.id in need.people
    return any(craft.skill == need.skill and craft.level >= need.level for craft in person.crafts)


def _works(person: Person, slot: int) -> bool:
    return not any(off.start <= slot < off.end for off in person.closed)


def _nobody_twice(plan: Plan) -> Iterator[str]:
    at: dict[tuple[str, int], str] = {}
    for placement in plan.placements:
        for who in placement.people:
            for slot in range(placement.start, placement.end):
                if who is None:
                    continue
                other = at.setdefault((who, slot), placement.task)
                if other != placement.task:
                    yield f"{who} does {other} and {placement.task} at slot {slot}"


def _pools_suffice(problem: Problem, plan: Plan) -> Iterator[str]:
    used = _pool_use(problem, plan)
    for pool in problem.pools:
        for (name, slot), amount in used.items():
            if name == pool.id and amount > pool.capacity:
                yield f"{amount} of {pool.capacity} of {pool.id} are used at slot {slot}"


def _pool_use(problem: Problem, plan: Plan) -> dict[tuple[str, int], int]:
    tasks = {t.id: t for t in problem.tasks}
    used: dict[tuple[str, int], int] = defaultdict(int)
    for placement in plan.placements:
        if placement.task not in tasks:
            continue
        for use in tasks[placement.task].uses:
            for slot in range(placement.start, placement.end):
                used[use.pool, slot] += use.amount
    return used


def _link_holds(link: Link, before: Placement, after: Placement) -> bool:
    match link.kind:
        case "finish_start":
            return after.start >= before.end + link.lag
        case "start_start":
            return after.start >= before.start + link.lag
        case "finish_finish":
            return after.end >= before.end + link.lag
        case "start_finish":
            return after.end >= before.start + link.lag


def _priced(problem: Problem, plan: Plan) -> Iterator[str]:
    known = {p.id for p in problem.people}
    if any(who is not None and who not in known for p in plan.placements for who in p.people):
        return
    right = score(problem, plan.placements)
    if right != plan.score:
        yield f"the score is {right}, not {plan.score}"
    if plan.bound > right.total:
        yield f"the bound {plan.bound} is above what the plan costs, {right.total}"


# -- reasons -----------------------------------------------------------------------------


def _explained(problem: Problem, plan: Plan) -> Iterator[str]:
    tasks = {t.id: t for t in problem.tasks}
    for unplaced in plan.unplaced:
        if unplaced.task in tasks and not reason_holds(problem, plan, unplaced):
            yield f"{unplaced.task} is said to be out by {unplaced.reason.kind}, which is not so"


def reason_holds(problem: Problem, plan: Plan, unplaced: Unplaced) -> bool:
    """Whether what the reason claims is true of this problem and this plan."""
    task = next(t for t in problem.tasks if t.id == unplaced.task)
    reason = unplaced.reason
    able = [[p for p in problem.people if can(p, need)] for need in task.needs for _ in range(need.count)]
    if reason.kind == "no_artist":
        return any(not people for people in able)
    if reason.kind == "too_few":
        return all(able) and not _can_sit([{p.id for p in people} for people in able])
    if reason.kind == "too_long":
        return not _own_starts(problem, task)
    starts = _allowed_starts(problem, plan, task)
    if reason.kind == "order":
        return not starts and bool(reason.tasks)
    match reason.kind:
        case "calendar":
            return not any(_place_at(problem, _empty(), task, s, pools=False) for s in starts)
        case "pool":
            return not any(
                _place_at(problem, _empty(), task, s, pools=False) and _pools_at(problem, plan, task, s)
                for s in starts
            )
        case "booked":
            freed = _without(plan, reason.tasks)
            again = _allowed_starts(problem, freed, task)
            return not any(_place_at(problem, plan, task, s) for s in starts) and any(
                _place_at(problem, freed, task, s) for s in again
            )
        case "price":
            fits = any(_place_at(problem, plan, task, s) for s in starts)
            return fits and reason.price >= drop_price(task, problem.weights)
        case "not_tried":
            return any(_place_at(problem, plan, task, s) for s in starts)


def _own_starts(problem: Problem, task: Task) -> list[int]:
    last = problem.horizon if task.latest is None else min(task.latest, problem.horizon)
    return list(range(task.earliest, last - task.duration + 1))


def _allowed_starts(problem: Problem, plan: Plan, task: Task) -> list[int]:
    """Where the links to what has a place let the task begin."""
    at = {p.task: p for p in plan.placements}
    mine = [link for link in problem.links if task.id in {link.before, link.after}]
    return [start for start in _own_starts(problem, task) if _links_allow(mine, at, task, start)]


def _links_allow(mine: list[Link], at: dict[str, Placement], task: Task, start: int) -> bool:
    here = Placement(task=task.id, start=start, end=start + task.duration)

    def where(name: str) -> Placement | None:
        return here if name == task.id else at.get(name)

    ends = [(link, where(link.before), where(link.after)) for link in mine]
    return all(_link_holds(link, a, b) for link, a, b in ends if a is not None and b is not None)


def _place_at(problem: Problem, plan: Plan, task: Task, start: int, *, pools: bool = True) -> bool:
    slots = range(start, start + task.duration)
    busy = {
        who for p in plan.placements for who in p.people if p.start < start + task.duration and start < p.end
    }
    free = [p for p in problem.people if p.id not in busy and all(_works(p, slot) for slot in slots)]
    seats = [{p.id for p in free if can(p, need)} for need in task.needs for _ in range(need.count)]
    seated = problem.weights.open_seat is not None or _can_sit(seats)
    return seated and (not pools or _pools_at(problem, plan, task, start))


def _pools_at(problem: Problem, plan: Plan, task: Task, start: int) -> bool:
    used = _pool_use(problem, plan)
    capacity = {p.id: p.capacity for p in problem.pools}
    return all(
        used.get((use.pool, slot), 0) + use.amount <= capacity[use.pool]
        for use in task.uses
        for slot in range(start, start + task.duration)
    )


def _can_sit(seats: list[set[str]]) -> bool:
    """Whether different people can take all seats, by trying."""
    sitting: dict[str, int] = {}

    def find(seat: int, tried: set[str]) -> bool:
        for who in seats[seat] - tried:
            tried.add(who)
            if who not in sitting or find(sitting[who], tried):
                sitting[who] = seat
                return True
        return False

    return all(find(seat, set()) for seat in range(len(seats)))


def _empty() -> Plan:
    return Plan(placements=())


def _without(plan: Plan, tasks: tuple[str, ...]) -> Plan:
    return Plan(placements=tuple(p for p in plan.placements if p.task not in tasks))
