"""What a search asks of CP-SAT, so that it can be had without: `cpsat.CpSat` is the one there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from scheduling.solver.board import Board


class Engine(Protocol):
    """Every call leaves the board at a plan no worse than it was."""

    def improve(self, board: Board, tasks: Sequence[int], seconds: float, seed: int) -> bool | None:
        """Search better places for these tasks, all others frozen.

        True: the neighbourhood was searched to its end; False: time ran out; None: nothing came of it.
        """

    def whole(self, board: Board, left: Callable[[], float], seed: int) -> tuple[bool, int]:
        """Search the whole problem: is the board's plan proved the cheapest, and a bound on the price.

        `left` says how many seconds there still are: a large model takes some to be built.
        """
