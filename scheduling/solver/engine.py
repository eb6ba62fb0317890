"""What a search asks of CP-SAT, so that it can be had without: `cpsat.CpSat` is the one there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from scheduling.solver.board import Board
from scheduling.solver.problem import Problem

Ends = list[Callable[[], None]]
"""What ends the searches that are under way, for a thread that is not in them."""
Abreast = Callable[[Callable[[], None], Callable[[], None], Callable[[], None]], None]
"""(work, other, end) → `work` here and `other` in a thread beside it; when `work` is done, `end` is called
until `other` is done too. What either raises is raised."""


class Fitted(Struct, frozen=True, kw_only=True):
    """Start and people of the first tasks of a problem, by position; None: none in time, or none at all."""

    places: dict[int, tuple[int, tuple[int, ...]]] | None
    infeasible: bool = False


class Engine(Protocol):
    """Every call leaves the board at a plan no worse than it was.

    With `abreast`, which whoever may start threads gives it, it searches beside the one that asks.
    """

    abreast: Abreast | None

    def improve(self, board: Board, tasks: Sequence[int], seconds: float, seed: int) -> bool | None:
        """Search better places for these tasks, all others frozen.

        True: the neighbourhood was searched to its end; False: time ran out; None: nothing came of it.
        """

    def whole(
        self, board: Board, left: Callable[[], float], seed: int, *, beside: Ends | None = None
    ) -> tuple[bool, int]:
        """Search the whole problem: is the board's plan proved the cheapest, and a bound on the price.

        `left` says how many seconds there still are: a large model takes some to be built. `beside` a
        search in another thread it leaves that one a worker, and puts into it what ends this one.
        """

    def fit(self, problem: Problem, hints: Sequence[int], seconds: float, seed: int) -> Fitted:
        """Any places for the first `len(hints)` tasks, whatever they cost; the others are pins."""
