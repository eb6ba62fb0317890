"""One CP-SAT search over some tasks of a board: the model from blocks, the limits, and the checked answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from msgspec import Struct
from ortools.sat.python import cp_model

from scheduling.solver import blocks
from scheduling.solver.blocks import Draft, Place
from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.engine import Abreast, Ends, Fitted
from scheduling.solver.index import NOBODY, Index, heads, tails
from scheduling.solver.problem import Problem

Halting = Callable[[Callable[[], None]], AbstractContextManager[object]]
"""Given what ends a search, watches from outside while the search runs, and calls it when it is to stop."""


SLICE = 0.5
"""Seconds of the longest search that nobody can end from outside."""


LATEST = 0.97
"""Of the time that is left a search may take so much: it ends a little after its limit."""
LARGEST = 100_000
"""Candidates over all seats up to which the whole is given to CP-SAT: beyond, presolve takes too long."""


class Limits(Struct, frozen=True, kw_only=True):
    """`seconds` of wall clock; `steps` of CP-SAT's own clock, which repeats exactly (0: no such limit).

    `linear`: how much of the model the linear relaxation gets; 0 where only places are asked for.
    """

    seconds: float
    workers: int = 1
    seed: int = 0
    steps: float = 0
    probing: int = 0
    linear: int = 1


class Answer(Struct, frozen=True, kw_only=True):
    """`places` as found (None: none in time); `optimal` within the model; `bound` on the model's price."""

    places: dict[int, Place] | None
    optimal: bool = False
    infeasible: bool = False
    bound: int = 0
    price: int = 0


def nobody_halts(_stop: Callable[[], None]) -> AbstractContextManager[object]:
    return nullcontext()


def draft_of(
    board: Board, tasks: Sequence[int], hints: dict[int, Place], *, candidates: int, keep_placed: bool = True
) -> Draft:
    """The model of the studio's kind: `tasks` are off the board, `hints` says where they stood."""
    draft = Draft(board, tasks, hints)
    blocks.add_starts(draft, keep_placed=keep_placed)
    blocks.add_seats(draft, lambda board, t, people: pruned(board, t, people, hints.get(t), candidates))
    blocks.add_people(draft)
    blocks.add_links(draft)
    blocks.add_pools(draft)
    blocks.add_lateness(draft)
    blocks.add_costs(draft)
    blocks.add_overload(draft)
    blocks.add_strangers(draft)
    blocks.add_changes(draft)
    if board.index.problem.weights.makespan:
        blocks.add_crowds(draft)
        ahead, behind = heads(board.index), tails(board.index)
        blocks.add_makespan(draft, max(ahead[t] + behind[t] for t in tasks))
    draft.finish()
    return draft


def pruned(board: Board, t: int, people: Sequence[int], hint: Place | None, count: int) -> Sequence[int]:
    """The `count` candidates with the best own place, and whoever sits there now, today, or is preferred."""
    if not count or len(people) <= count:
        return people
    index, possible = board.index, board.starts(t)
    keep = {*(hint[1] if hint else ()), *index.held[t], *index.preferred[t]}
    ranked = []
    for p in people:
        fits = board.fits(t, p) & possible
        if fits:
            late = max(0, (fits & -fits).bit_length() - 1 - index.due_start[t]) * index.lateness[t]
            ranked.append((index.price[p] * index.duration[t] + late, p))
    chosen = {p for _, p in sorted(ranked)[:count]}
    return [p for p in people if p in chosen or p in keep]


def solve_draft(draft: Draft, limits: Limits, *, halting: Halting = nobody_halts, seen: Any = None) -> Answer:
    """Search. The status decides whether there is anything to read: after UNKNOWN values are garbage."""
    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.max_time_in_seconds = max(0.01, limits.seconds)
    settings.num_workers = limits.workers
    settings.random_seed = limits.seed % (1 << 31)
    settings.cp_model_probing_level = limits.probing
    settings.linearization_level = limits.linear
    if not limits.probing:
        settings.symmetry_level = 0
    if limits.steps:
        settings.max_deterministic_time = limits.steps
    with halting(solver.stop_search):
        status = solver.solve(draft.model, seen)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Answer(
            places=blocks.read(draft, solver.value),
            optimal=status == cp_model.OPTIMAL,
            bound=round(solver.best_objective_bound),
            price=round(solver.objective_value),
        )
    return Answer(
        places=None,
        infeasible=status == cp_model.INFEASIBLE,
        bound=round(solver.best_objective_bound) if status == cp_model.UNKNOWN else 0,
    )


class CpSat:
    """The engine. `halting` ends long searches from outside; without it none is longer than half a second."""

    def __init__(
        self,
        *,
        workers: int = 1,
        halting: Halting | None = None,
        abreast: Abreast | None = None,
        candidates: int = 10,
    ) -> None:
        self.workers, self.abreast, self.candidates = workers, abreast, candidates
        self.halting = halting or nobody_halts
        self.longest = SLICE if halting is None else 3600.0

    def improve(self, board: Board, tasks: Sequence[int], seconds: float, seed: int) -> bool | None:
        """See `engine.Engine`."""
        before, hints = board.total, lift(board, tasks)
        draft = draft_of(board, tasks, hints, candidates=self.candidates)
        answer = solve_draft(draft, Limits(seconds=min(seconds, SLICE), seed=seed))
        _land(board, tasks, hints, answer.places, before)
        return None if answer.places is None else answer.optimal

    def whole(
        self, board: Board, left: Callable[[], float], seed: int, *, beside: Ends | None = None
    ) -> tuple[bool, int]:
        """See `engine.Engine`. Nothing is searched where building the model took the time there was."""
        tasks = [t for t, pinned in enumerate(board.index.pinned) if not pinned]
        before, hints = board.total, lift(board, tasks)
        fixed = board.total - sum(board.index.drop[t] for t in tasks)
        answer = Answer(places=None)
        if sum(len(g.people) for t in tasks for g in board.index.groups[t]) <= LARGEST:
            draft = draft_of(board, tasks, hints, candidates=0, keep_placed=False)
            seconds = min(left() * LATEST, self.longest)
            if seconds > 0:
                workers = self.workers if beside is None else max(1, self.workers - 1)
                limits = Limits(seconds=seconds, seed=seed, workers=workers)
                answer = solve_draft(draft, limits, halting=self._ended_by(beside))
        _land(board, tasks, hints, answer.places, before)
        return answer.optimal, answer.bound + fixed

    def fit(self, problem: Problem, hints: Sequence[int], seconds: float, seed: int) -> Fitted:
        """See `engine.Engine`."""
        board = Board(Index(problem))
        tasks = range(len(hints))
        draft = Draft(board, tasks, {t: (max(0, at), ()) for t, at in enumerate(hints)})
        blocks.add_starts(draft, keep_placed=True)
        if not all(draft.possible.values()):
            return Fitted(places=None, infeasible=True)
        blocks.add_seats(draft, lambda _board, _t, people: people)
        blocks.add_people(draft)
        blocks.add_links(draft)
        blocks.add_pools(draft)
        answer = solve_draft(draft, Limits(seconds=min(seconds, SLICE), seed=seed, linear=0))
        return Fitted(places=answer.places, infeasible=answer.infeasible)

    def _ended_by(self, beside: Ends | None) -> Halting:
        @contextmanager
        def halting(stop: Callable[[], None]) -> Iterator[None]:
            if beside is not None:
                beside.append(stop)
            with self.halting(stop):
                yield

        return halting


def lift(board: Board, tasks: Sequence[int]) -> dict[int, Place]:
    """Take the tasks off the board; where they stood."""
    hints = {t: (board.start[t], board.people[t]) for t in tasks}
    for t in tasks:
        if board.start[t] != UNPLACED:
            board.remove(t)
    return hints


def _land(
    board: Board, tasks: Sequence[int], hints: dict[int, Place], places: dict[int, Place] | None, before: int
) -> None:
    """Put the tasks at their new places, or at their old ones where those were cheaper."""
    put(board, places if places is not None else hints)
    if board.total > before:
        lift(board, tasks)
        put(board, hints)


def put(board: Board, places: dict[int, Place]) -> None:
    """Place unplaced tasks. Raises `AssertionError` where somebody is not free: no plan leaves unchecked."""
    for t, (start, people) in places.items():
        if start == UNPLACED:
            continue
        if not board.starts(t) >> start & 1:
            raise AssertionError(f"the model put {board.index.task_ids[t]} where it may not be: {start}")
        for p in people:
            if p != NOBODY and not board.fits(t, p) >> start & 1:
                raise AssertionError(f"the model put {board.index.person_ids[p]} in two places at {start}")
        board.place(t, start, people)
