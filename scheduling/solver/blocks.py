"""The building blocks of a CP-SAT model: starts, seats, people, pools, links and each part of the price.

A model is always built over a board from which the tasks in question were taken out: what stays on the
board is frozen, and reaches the model only as the starts and people that are still possible. The whole
problem is the case where nothing but the pins is on the board.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ortools.sat.python import cp_model

from scheduling.solver.bits import spans
from scheduling.solver.board import Board
from scheduling.solver.index import NOBODY

Choose = Callable[[Board, int, Sequence[int]], Sequence[int]]
"""(board, task, candidates) → the ones the model may choose from."""
Place = tuple[int, tuple[int, ...]]
"""Start and people of a task; start -1 where it is left out."""


class Draft:
    """A model under construction over `tasks`, with the variables to read a plan back from."""

    def __init__(self, board: Board, tasks: Sequence[int], hints: dict[int, Place]) -> None:
        self.board, self.index, self.tasks, self.hints = board, board.index, list(tasks), hints
        self.model = cp_model.CpModel()
        self.start: dict[int, Any] = {}
        self.placed: dict[int, Any] = {}
        self.interval: dict[int, Any] = {}
        self.possible: dict[int, int] = {}
        self.seats: dict[tuple[int, int], dict[int, Any]] = {}
        self.open: dict[tuple[int, int], Any] = {}
        self.sits: dict[int, dict[int, Any]] = {}
        self.makespan: Any = None
        self.terms: list[Any] = []
        self.constant = 0

    def hint(self, variable: Any, value: int) -> None:
        self.model.add_hint(variable, value)

    def charge(self, variable: Any, price: int) -> None:
        """Add `price` × `variable` to the objective."""
        if price:
            self.terms.append(price * variable)

    def hinted(self, t: int) -> Place:
        return self.hints.get(t, (-1, ()))

    def finish(self) -> None:
        """State the objective."""
        self.model.minimize(sum(self.terms) + self.constant)


def domain_of(slots: int) -> Any:
    """A set of slots as CP-SAT takes it."""
    return cp_model.Domain.from_intervals([[a, b - 1] for a, b in spans(slots)])


def add_starts(draft: Draft, *, keep_placed: bool) -> None:
    """A start for each task, within what the frozen rest leaves; left out at its price.

    With `keep_placed`, tasks that are placed and name no price for being left out stay placed.
    """
    board, index, model = draft.board, draft.index, draft.model
    for t in draft.tasks:
        possible = draft.possible[t] = board.starts(t)
        at, _ = draft.hinted(t)
        surely = bool(possible) and keep_placed and at >= 0 and index.problem.tasks[t].drop is None
        placed = model.new_constant(1) if surely else model.new_bool_var(f"in{t}")
        draft.placed[t] = placed
        if not possible:
            model.add(placed == 0)
            possible = 1
        start = model.new_int_var_from_domain(domain_of(possible), f"s{t}")
        draft.start[t] = start
        draft.interval[t] = model.new_optional_fixed_size_interval_var(
            start, index.duration[t], placed, f"i{t}"
        )
        draft.hint(start, at if at >= 0 else (possible & -possible).bit_length() - 1)
        if not surely:
            draft.hint(placed, int(at >= 0))
            draft.charge(placed, -index.drop[t])
            draft.constant += index.drop[t]


def add_seats(draft: Draft, choose: Choose) -> None:
    """Who may sit where; nobody on two seats of a task; a start only while that person is free."""
    for t in draft.tasks:
        for g, group in enumerate(draft.index.groups[t]):
            _add_group(draft, t, g, choose(draft.board, t, group.people), group.size)
        _one_seat_each(draft, t)


def _add_group(draft: Draft, t: int, g: int, people: Sequence[int], count: int) -> None:
    model, board, possible = draft.model, draft.board, draft.possible[t]
    at, hinted = draft.hinted(t)
    literals: dict[int, Any] = {}
    for p in people:
        fits = board.fits(t, p) & possible
        if not fits:
            continue
        sits = literals[p] = model.new_bool_var(f"x{t}_{g}_{p}")
        if fits != possible:
            model.add_linear_expression_in_domain(draft.start[t], domain_of(fits)).only_enforce_if(sits)
    first = sum(group.size for group in draft.index.groups[t][:g])
    seated = hinted[first : first + count] if at >= 0 else ()
    for p, sits in literals.items():
        draft.hint(sits, int(p in seated))
    draft.seats[t, g] = literals
    filled = sum(literals.values())
    if board.open_seat is not None:
        left = draft.open[t, g] = model.new_int_var(0, count, f"o{t}_{g}")
        draft.hint(left, sum(p == NOBODY for p in seated))
        draft.charge(left, board.open_seat * draft.index.duration[t])
        filled += left
    model.add(filled == count * draft.placed[t])


def _one_seat_each(draft: Draft, t: int) -> None:
    seats = [draft.seats[t, g] for g in range(len(draft.index.groups[t]))]
    sits: dict[int, Any] = {}
    for p in {p for literals in seats for p in literals}:
        several = [literals[p] for literals in seats if p in literals]
        if len(several) == 1:
            sits[p] = several[0]
            continue
        either = sits[p] = draft.model.new_bool_var(f"y{t}_{p}")
        draft.model.add(sum(several) == either)
        draft.hint(either, int(p in draft.hinted(t)[1]))
    draft.sits[t] = sits


def add_people(draft: Draft) -> None:
    """Nobody does two tasks at once."""
    intervals: dict[int, list[Any]] = {}
    for t in draft.tasks:
        duration = draft.index.duration[t]
        for p, sits in draft.sits[t].items() if duration else ():
            interval = (
                draft.interval[t]
                if len(draft.sits[t]) == 1 and not draft.open and _alone(draft, t)
                else draft.model.new_optional_fixed_size_interval_var(
                    draft.start[t], duration, sits, f"i{t}_{p}"
                )
            )
            intervals.setdefault(p, []).append(interval)
    for several in intervals.values():
        if len(several) > 1:
            draft.model.add_no_overlap(several)


def _alone(draft: Draft, t: int) -> bool:
    return draft.index.seats[t] == 1


def add_links(draft: Draft) -> None:
    """Least distances between tasks that are both placed."""
    for b in draft.tasks:
        for a, least in draft.index.before[b]:
            if a in draft.start and a != b:
                draft.model.add(draft.start[b] >= draft.start[a] + least).only_enforce_if(
                    [draft.placed[a], draft.placed[b]]
                )


def add_pools(draft: Draft) -> None:
    """At no time more of a pool than there is; what frozen tasks use is taken off."""
    for pool, capacity in enumerate(draft.index.capacity):
        intervals, amounts = [], []
        for t in draft.tasks:
            for used, amount in draft.index.uses[t] if draft.index.duration[t] else ():
                if used == pool:
                    intervals.append(draft.interval[t])
                    amounts.append(amount)
        for start, end, amount in draft.board.levels[pool].taken():
            intervals.append(draft.model.new_fixed_size_interval_var(start, end - start, "frozen"))
            amounts.append(amount)
        if intervals:
            draft.model.add_cumulative(intervals, amounts, capacity)


def add_crowds(draft: Draft) -> None:
    """Implied: of any set of people no more can be at work than there are."""
    groups = [
        (t, g) for t in draft.tasks for g in range(len(draft.index.groups[t])) if draft.index.duration[t]
    ]
    sets = {frozenset(draft.seats[key]) for key in groups}
    for crowd in {frozenset().union(*sets), *sets}:
        inside = [key for key in groups if frozenset(draft.seats[key]) <= crowd]
        demand: dict[int, int] = {}
        for t, g in inside:
            demand[t] = demand.get(t, 0) + draft.index.groups[t][g].size
        if sum(demand.values()) > len(crowd) and not draft.open:
            draft.model.add_cumulative([draft.interval[t] for t in demand], list(demand.values()), len(crowd))


# -- the price ---------------------------------------------------------------------------


def add_lateness(draft: Draft) -> None:
    """Slots beyond the due end."""
    for t in draft.tasks:
        due, price = draft.index.due_start[t], draft.index.lateness[t]
        latest = draft.possible[t].bit_length() - 1
        if not price or latest <= due:
            continue
        late = draft.model.new_int_var(0, latest - due, f"late{t}")
        draft.model.add(late >= draft.start[t] - due).only_enforce_if(draft.placed[t])
        draft.hint(late, max(0, draft.hinted(t)[0] - due))
        draft.charge(late, price)


def add_costs(draft: Draft) -> None:
    """Each person's price, and that of seats given to others than the preferred."""
    index = draft.index
    for t in draft.tasks:
        for p, sits in draft.sits[t].items():
            price = index.price[p] * index.duration[t]
            if index.preferred[t] and p not in index.preferred[t]:
                price += draft.board.unwanted
            draft.charge(sits, price)


def add_overload(draft: Draft) -> None:
    """Slots above what is fair, per person, beyond what frozen work already costs them."""
    index, board = draft.index, draft.board
    if not board.overload:
        return
    load: dict[int, list[Any]] = {}
    hinted: dict[int, int] = {}
    most: dict[int, int] = {}
    for t in draft.tasks:
        for p, sits in draft.sits[t].items():
            load.setdefault(p, []).append(index.duration[t] * sits)
            most[p] = most.get(p, 0) + index.duration[t]
            hinted[p] = hinted.get(p, 0) + index.duration[t] * (p in draft.hinted(t)[1])
    for p, parts in load.items():
        room = index.fair[p] - board.load[p]
        if index.fair[p] < 0 or most[p] <= room:
            continue
        already = max(0, -room)
        over = draft.model.new_int_var(already, already + most[p], f"over{p}")
        draft.model.add(over >= sum(parts) - room)
        draft.hint(over, max(already, hinted[p] - room))
        draft.charge(over, board.overload)
        draft.constant -= already * board.overload


def add_strangers(draft: Draft) -> None:
    """The first slot of a person on a project they are not yet on."""
    index, board = draft.index, draft.board
    if not board.stranger:
        return
    joins: dict[tuple[int, int], list[tuple[int, Any]]] = {}
    for t in draft.tasks:
        for p, sits in draft.sits[t].items():
            key = (p, index.project[t])
            if key[1] >= 0 and not board.on_project.get(key):
                joins.setdefault(key, []).append((t, sits))
    for (p, _), literals in joins.items():
        if len(literals) == 1:
            draft.charge(literals[0][1], board.stranger)
            continue
        joined = draft.model.new_bool_var("")
        draft.model.add_max_equality(joined, [sits for _, sits in literals])
        draft.hint(joined, int(any(p in draft.hinted(t)[1] for t, _ in literals)))
        draft.charge(joined, board.stranger)


def add_changes(draft: Draft) -> None:
    """Today's bookings that do not stay as they are; a task that is left out pays its drop price instead."""
    index, model = draft.index, draft.model
    for t in draft.tasks:
        price, at = index.move[t], index.stands[t]
        held = [p for p in index.held[t] if p != NOBODY]
        if not price or not index.held[t]:
            continue
        draft.charge(draft.placed[t], price * len(index.held[t]))
        staying = [p for p in held if p in draft.sits[t]]
        open_before = len(index.held[t]) - len(held)
        if not (staying or open_before) or at < 0 or not draft.possible[t] >> at & 1:
            continue
        stays = model.new_bool_var(f"stays{t}")
        model.add(draft.start[t] == at).only_enforce_if(stays)
        here = draft.hinted(t)[0] == at
        model.add_implication(stays, draft.placed[t])
        draft.hint(stays, int(here))
        draft.charge(stays, -price * open_before)
        for p in staying:
            kept = model.new_bool_var(f"kept{t}_{p}")
            model.add_implication(kept, stays)
            model.add_implication(kept, draft.sits[t][p])
            draft.hint(kept, int(here and p in draft.hinted(t)[1]))
            draft.charge(kept, -price)


def add_makespan(draft: Draft, least: int) -> None:
    """The end of the last task; at least `least`.

    Per person the sum of what they do is no longer than it: implied where nobody does two things at
    once, and the cut that proves optima of multi-skill projects.
    """
    index, model = draft.index, draft.model
    price = index.problem.weights.makespan
    if not price:
        return
    makespan = draft.makespan = model.new_int_var(least, index.horizon, "makespan")
    hinted = least
    sums: dict[int, list[Any]] = {}
    for t in draft.tasks:
        duration, at = index.duration[t], draft.hinted(t)[0]
        hinted = max(hinted, at + duration)
        model.add(draft.start[t] + duration <= makespan).only_enforce_if(draft.placed[t])
        for p, sits in draft.sits[t].items():
            sums.setdefault(p, []).append(duration * sits)
    for parts in sums.values():
        if len(parts) > 1:
            model.add(sum(parts) <= makespan)
    draft.hint(makespan, hinted)
    draft.charge(makespan, price)


def read(draft: Draft, value: Callable[[Any], int]) -> dict[int, Place]:
    """The places a solution gives to the tasks of the model."""
    places: dict[int, Place] = {}
    for t in draft.tasks:
        if not value(draft.placed[t]):
            places[t] = (-1, ())
            continue
        people: list[int] = []
        for g, group in enumerate(draft.index.groups[t]):
            seated = [p for p, sits in draft.seats[t, g].items() if value(sits)]
            people += seated + [NOBODY] * (group.size - len(seated))
        places[t] = (value(draft.start[t]), tuple(people))
    return places
