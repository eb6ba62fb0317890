"""A search's time: what is left of its budget, when to stop, and how often progress is told."""

from __future__ import annotations

from collections.abc import Callable

from scheduling.solver.plan import Plan, Progress

REPORTS_A_SECOND = 5


class Clocked:
    """The time that is left, and what was reported when."""

    def __init__(
        self,
        clock: Callable[[], float],
        budget: float,
        stop: Callable[[], bool],
        report: Callable[[Progress], None],
    ) -> None:
        self._clock, self._stop, self._report = clock, stop, report
        self._began = clock()
        self._ends = self._began + budget
        self._told = -1.0
        self.budget = budget

    def seconds(self) -> float:
        return self._clock() - self._began

    def left(self) -> float:
        return self._ends - self._clock()

    def over(self) -> bool:
        return self._clock() >= self._ends or self._stop()

    def may_tell(self) -> bool:
        """Whether enough time has passed since the last report."""
        return self._told < 0 or self.seconds() - self._told >= 1 / REPORTS_A_SECOND

    def tell(self, plan: Plan, rounds: int, by: str) -> None:
        self._told = self.seconds()
        self._report(Progress(plan=plan, seconds=self._told, rounds=rounds, by=by))


def never() -> bool:
    return False


def ignore(_progress: Progress) -> None:
    pass
