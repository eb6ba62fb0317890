"""Published problems through our own building blocks, beside a plain CP-SAT model and PyJobShop.

PSPLIB j30, j60, j120, MPLIB, MSPSP and iMOPSE from `PRODUCTION_TOOL_DATA` (default ../shared/data), each by

  ours       `solve` with two workers
  plain      the same variables as one CP-SAT model with its own settings: no hint, no cuts
  PyJobShop  on OR-Tools with two workers (it cannot say several people of several skills: no MSPSP)

one after the other. Every plan of ours goes through the verifier. The gap is to the best known makespan.

    python -m loadtests.bench_solver [--seconds 30] [--quick] [--only j60 imopse …] [--ways ours plain]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pyjobshop
from msgspec import Struct
from ortools.sat.python import cp_model

from scheduling.solver import blocks
from scheduling.solver.blocks import Draft
from scheduling.solver.board import Board
from scheduling.solver.cpsat import CpSat
from scheduling.solver.index import Index
from scheduling.solver.plan import Progress
from scheduling.solver.problem import Problem, distance
from scheduling.solver.search import solve
from scheduling.solver.verify import can, faults
from tests.harness import published
from tests.harness.abreast import abreast

READERS: dict[str, Callable[[str], Problem]] = {
    "psplib": published.patterson,
    "mplib": published.mplib,
    "mspsp": published.mspsp,
    "imopse": published.imopse,
}
TARGETS = {"j30": 0.0, "j60": 1.3, "j120": 4.0, "mplib": 0.7, "mspsp": 0.7, "imopse": 0.0}
WORKERS = 2


class Known(Struct, frozen=True, kw_only=True):
    """What is known of an instance."""

    best: int | None = None
    found_here: int | None = None


class Result(Struct, frozen=True, kw_only=True):
    """What one way made of one instance; `first`: seconds to a plan; `makespan` None: none in time."""

    makespan: int | None
    bound: int
    first: float | None
    seconds: float


@contextmanager
def halting(_stop: Callable[[], None]) -> Iterator[None]:
    """Nobody ends these searches but their own clock."""
    yield


def ours(problem: Problem, seconds: float, seed: int) -> Result:
    first: list[float] = []

    def report(progress: Progress) -> None:
        if not progress.plan.unplaced:
            first.append(progress.seconds)

    began = time.monotonic()
    engine = CpSat(workers=WORKERS, halting=halting, abreast=abreast)
    plan = solve(problem, budget=seconds, clock=time.monotonic, seed=seed, engine=engine, report=report)
    took = time.monotonic() - began
    broken = faults(problem, plan) if len(problem.tasks) < 400 else []
    if broken or plan.unplaced:
        raise AssertionError(broken[:3] or plan.unplaced[:3])
    bound = plan.score.total if plan.proved else plan.bound
    return Result(makespan=plan.score.total, bound=bound, first=first[0], seconds=took)


def plain(problem: Problem, seconds: float, seed: int) -> Result:
    board = Board(Index(problem))
    tasks = range(len(problem.tasks))
    draft = Draft(board, tasks, {})
    blocks.add_starts(draft, keep_placed=False)
    blocks.add_seats(draft, lambda _board, _t, people: people)
    blocks.add_people(draft)
    blocks.add_links(draft)
    blocks.add_pools(draft)
    makespan = draft.model.new_int_var(0, problem.horizon, "makespan")
    for t in tasks:
        draft.model.add(draft.placed[t] == 1)
        draft.model.add(makespan >= draft.start[t] + board.index.duration[t])
    draft.model.clear_hints()  # type: ignore[no-untyped-call]
    draft.model.minimize(makespan)
    seen = _Seen()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    status = solver.solve(draft.model, seen)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Result(makespan=None, bound=0, first=None, seconds=solver.wall_time)
    return Result(
        makespan=round(solver.objective_value),
        bound=round(solver.best_objective_bound),
        first=seen.first,
        seconds=solver.wall_time,
    )


class _Seen(cp_model.CpSolverSolutionCallback):
    def __init__(self) -> None:
        super().__init__()
        self.first: float | None = None

    def on_solution_callback(self) -> None:
        if self.first is None:
            self.first = self.wall_time


def jobshop(problem: Problem, seconds: float, seed: int) -> Result | None:
    if any(sum(need.count for need in task.needs) > 1 for task in problem.tasks):
        return None
    model = pyjobshop.Model()
    pools = {pool.id: model.add_renewable(capacity=pool.capacity) for pool in problem.pools}
    people = {person.id: model.add_machine() for person in problem.people}
    named: dict[str, Any] = {}
    for task in problem.tasks:
        mine = named[task.id] = model.add_task(earliest_start=task.earliest)
        if task.needs:
            for person in problem.people:
                if can(person, task.needs[0]):
                    model.add_mode(mine, people[person.id], task.duration)
        else:
            used = [(pools[use.pool], use.amount) for use in task.uses]
            model.add_mode(mine, [pool for pool, _ in used], task.duration, [amount for _, amount in used])
    durations = {task.id: task.duration for task in problem.tasks}
    for link in problem.links:
        least = distance(link, durations[link.before], durations[link.after])
        delay = least - durations[link.before]
        model.add_end_before_start(named[link.before], named[link.after], delay=delay)
    result = model.solve(time_limit=seconds, display=False, num_workers=WORKERS, random_seed=seed)
    if result.status.name not in {"OPTIMAL", "FEASIBLE"}:
        return Result(makespan=None, bound=0, first=None, seconds=result.runtime)
    return Result(
        makespan=round(result.objective), bound=round(result.lower_bound), first=None, seconds=result.runtime
    )


WAYS: dict[str, Callable[[Problem, float, int], Result | None]] = {
    "ours": ours,
    "plain": plain,
    "pyjobshop": jobshop,
}


def kind_of(name: str) -> str:
    """The row an instance counts for."""
    folder, _, file = name.partition("/")
    return file.split("_")[0].lower() if folder == "psplib" else folder


def bench(folder: Path, kinds: list[str], ways: list[str], seconds: float, seed: int) -> None:
    """Print every instance as it is done, then a row for each kind and way."""
    known = msgspec.json.decode((folder / "best_known.json").read_bytes(), type=dict[str, Known])
    rows: dict[tuple[str, str], list[tuple[float | None, Result]]] = {}
    for name, what in known.items():
        kind = kind_of(name)
        best = min((b for b in (what.best, what.found_here) if b is not None), default=None)
        if kinds and kind not in kinds:
            continue
        problem = READERS[name.split("/")[0]]((folder / name).read_text())
        shown = []
        for way in ways:
            result = WAYS[way](problem, seconds, seed)
            if result is None:
                continue
            gap = None if best is None or result.makespan is None else 100 * (result.makespan - best) / best
            if best is not None:
                rows.setdefault((kind, way), []).append((gap, result))
            proved = "*" if result.makespan == result.bound else ""
            shown.append(f"{way} {result.makespan}{proved} in {result.seconds:.0f} s (≥ {result.bound})")
        print(f"{name:<48} best {best or '–':<6} {'   '.join(shown)}", flush=True)
    _summary(rows, ways)


def _summary(rows: dict[tuple[str, str], list[tuple[float | None, Result]]], ways: list[str]) -> None:
    heads = f"{'instances':>9}{'mean gap %':>12}{'none':>6}{'proved':>8}{'first s':>9}"
    print(f"\n{'':<8}{'way':<11}{heads}  target")
    for kind in dict.fromkeys(kind for kind, _ in rows):
        for way in ways:
            results = rows.get((kind, way))
            if not results:
                continue
            gaps = [gap for gap, _ in results if gap is not None]
            proved = sum(r.makespan is not None and r.makespan == r.bound for _, r in results)
            firsts = [r.first for _, r in results if r.first is not None]
            print(
                f"{kind:<8}{way:<11}{len(results):>9}{statistics.mean(gaps) if gaps else float('nan'):>12.2f}"
                f"{len(results) - len(gaps):>6}{proved:>8}"
                f"{f'{statistics.median(firsts):.2f}' if firsts else '–':>9}"
                f"  {_verdict(kind, gaps) if way == 'ours' else ''}"
            )


def _verdict(kind: str, gaps: list[float]) -> str:
    mean = statistics.mean(gaps) if gaps else float("inf")
    return f"≤ {TARGETS[kind]}: {'met' if round(mean, 2) <= TARGETS[kind] else 'MISSED'}"


def main() -> None:
    """Measure as the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--quick", action="store_true", help="5 seconds each")
    options.add_argument("--only", nargs="+", default=[], choices=tuple(TARGETS))
    options.add_argument("--ways", nargs="+", default=list(WAYS), choices=tuple(WAYS))
    chosen = options.parse_args()
    folder = Path(os.environ.get("PRODUCTION_TOOL_DATA", "../shared/data"))
    if not (folder / "best_known.json").exists():
        raise SystemExit(f"There are no published problems in {folder}; see docs/subsystems/solver.md.")
    machine = f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {WORKERS} workers")
    bench(folder, chosen.only, chosen.ways, 5.0 if chosen.quick else chosen.seconds, chosen.seed)


if __name__ == "__main__":
    main()
