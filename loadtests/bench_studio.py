"""How good plans of a whole studio get, second by second, beside three simpler ways; how fast repairs are.

The same seeded studio (150 artists, 40 projects, 600 phases, six months of half days, 30 skills) is planned

  greedy        by the first plan alone
  hinted        by one CP-SAT model over everything, with the first plan as a complete hint, probing off
  plain LNS     by CP-SAT over neighbourhoods of 30 to 100 phases from the first plan
  ours          by `solve`

each in a process of its own with one worker, one after the other; the verifier judges every last plan.
Then 1,000 artists × 5,000 phases, then repairs of one artist's illness in the first studio.

    python -m loadtests.bench_studio [--seconds 60] [--seed 1] [--quick] [--only studio big repair]
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from typing import Any

import msgspec
import psutil
from msgspec import Struct, structs
from ortools.sat.python import cp_model

from scheduling.solver.changes import changes
from scheduling.solver.cpsat import CpSat, Limits, draft_of, lift, put, solve_draft
from scheduling.solver.dice import Dice
from scheduling.solver.index import Index
from scheduling.solver.neighbourhoods import pick
from scheduling.solver.plan import Plan, Progress
from scheduling.solver.problem import Present, Problem
from scheduling.solver.repair import Absence, disrupt, patch
from scheduling.solver.result import plan_of
from scheduling.solver.ruin import mark
from scheduling.solver.search import first_board, solve
from scheduling.solver.verify import faults
from tests.harness.studio_problem import studio

SHOWN = (1, 2, 5, 10, 20, 30, 45, 60)
RATIO, BIG_GAIN, MEGABYTES = 0.965, 0.97, 250
FIRST_ANSWER, SECOND_ANSWER = 150, 1.5
Tell = Callable[[float, int], None]


class Run(Struct, frozen=True, kw_only=True):
    """One way's course: `(seconds, price)` of each better plan, megabytes at the worst."""

    course: tuple[tuple[float, int], ...]
    megabytes: float
    plan: Plan

    def at(self, seconds: float) -> int | None:
        """The best price by then."""
        known = [price for when, price in self.course if when <= seconds]
        return min(known) if known else None


# -- the ways ------------------------------------------------------------------------------


def ours(problem: Problem, seconds: float, seed: int, tell: Tell) -> Plan:
    def report(progress: Progress) -> None:
        tell(progress.seconds, progress.plan.score.total)

    return solve(problem, budget=seconds, clock=time.monotonic, seed=seed, report=report, engine=CpSat())


def greedy(problem: Problem, _seconds: float, _seed: int, tell: Tell) -> Plan:
    began = time.monotonic()
    board = first_board(Index(problem))
    tell(time.monotonic() - began, board.total)
    return plan_of(board, mark(board))


def plain_lns(problem: Problem, seconds: float, seed: int, tell: Tell) -> Plan:
    """Neighbourhoods of 30 to 100 phases, at most a second each, the size so that most are solved."""
    began, dice, size = time.monotonic(), Dice(seed), 40
    board = first_board(Index(problem))
    tell(time.monotonic() - began, board.total)
    while (left := began + seconds - time.monotonic()) > 0.1:
        tasks = pick(board, dice, size)
        before, hints = board.total, lift(board, tasks)
        draft = draft_of(board, tasks, hints, candidates=10)
        answer = solve_draft(draft, Limits(seconds=min(1.0, left), seed=dice.below(1 << 30)))
        put(board, answer.places or hints)
        if board.total > before:
            lift(board, tasks)
            put(board, hints)
        if board.total < before:
            tell(time.monotonic() - began, board.total)
        size = min(100, size + 2) if answer.optimal else max(30, size - 4)
    return plan_of(board, mark(board))


def hinted(problem: Problem, seconds: float, seed: int, tell: Tell) -> Plan:
    """Everything as one model."""
    began = time.monotonic()
    board = first_board(Index(problem))
    tell(time.monotonic() - began, board.total)
    tasks = [t for t, pinned in enumerate(board.index.pinned) if not pinned]
    before, hints = board.total, lift(board, tasks)
    fixed = board.total - sum(board.index.drop[t] for t in tasks)
    draft = draft_of(board, tasks, hints, candidates=10)

    class Seen(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            tell(time.monotonic() - began, round(self.objective_value) + fixed)

    left = began + seconds - time.monotonic()
    answer = solve_draft(draft, Limits(seconds=left, seed=seed), seen=Seen())
    put(board, answer.places or hints)
    if board.total > before:
        lift(board, tasks)
        put(board, hints)
    return plan_of(board, mark(board))


WAYS: dict[str, Callable[[Problem, float, int, Tell], Plan]] = {
    "greedy": greedy,
    "hinted": hinted,
    "plain LNS": plain_lns,
    "ours": ours,
}


def run(way: str, problem: Problem, seconds: float, seed: int) -> Run:
    """One way in a process of its own; its plan is judged here."""
    context = multiprocessing.get_context("spawn")
    results: Queue[Any] = context.Queue()
    encoded = msgspec.json.encode(problem)
    child = context.Process(target=_child, args=(way, encoded, seconds, seed, results), daemon=True)
    child.start()
    course, megabytes, plan = results.get()
    child.join()
    decoded = msgspec.json.decode(plan, type=Plan)
    broken = faults(problem, decoded)
    if broken:
        raise AssertionError(f"{way}: {broken[:3]}")
    return Run(course=tuple(course), megabytes=megabytes, plan=decoded)


def _child(way: str, encoded: bytes, seconds: float, seed: int, results: Queue[Any]) -> None:
    problem = msgspec.json.decode(encoded, type=Problem)
    course: list[tuple[float, int]] = []
    plan = WAYS[way](problem, seconds, seed, lambda when, price: course.append((when, price)))
    unit = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux thousands
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    course.append((seconds, plan.score.total))
    results.put((course, megabytes, msgspec.json.encode(plan)))


# -- what is shown -------------------------------------------------------------------------


def compare(problem: Problem, seconds: float, seed: int, ways: tuple[str, ...]) -> dict[str, Run]:
    """Run the ways one after the other and print their courses."""
    seats = sum(need.count for task in problem.tasks for need in task.needs)
    print(
        f"\n{len(problem.people)} artists, {len(problem.tasks)} phases, {seats} seats,"
        f" {len(problem.links)} links, seed {seed}"
    )
    shown = [s for s in SHOWN if s <= seconds]
    print(f"{'':<11}{'first':>9}" + "".join(f"{s:>7} s" for s in shown) + f"{'out':>5}{'MB':>6}")
    runs = {}
    for way in ways:
        done = runs[way] = run(way, problem, seconds, seed)
        figures = "".join(f"{done.at(s) or '–':>9}" for s in shown)
        rest = f"{len(done.plan.unplaced):>5}{done.megabytes:>6.0f}"
        print(f"{way:<11}{done.course[0][0]:>7.2f} s{figures}{rest}", flush=True)
    return runs


def judge(runs: dict[str, Run], seconds: float) -> None:
    """The promises at studio size."""
    mine, lns, one = runs["ours"], runs["plain LNS"], runs["hinted"]
    behind = [s for s in range(1, int(seconds) + 1) if (mine.at(s) or 1 << 60) > (lns.at(s) or 1 << 60)]
    ratio = (mine.at(seconds) or 0) / (one.at(seconds) or 1)
    said("first plan", mine.course[0][0], 0.3, "s")
    said(f"× hinted at {seconds:g} s", ratio, RATIO)
    said("seconds at which plain LNS was better", len(behind), 0)
    said("memory", mine.megabytes, MEGABYTES, "MB")


def said(what: str, figure: float, target: float, unit: str = "") -> None:
    """One promise: what was measured, what it should be at most, and whether it is."""
    verdict = "met" if figure <= target else "MISSED"
    print(f"  {what:<52}{figure:>9.3f} {unit:<3} target ≤ {target:g}  {verdict}", flush=True)


def judge_big(runs: dict[str, Run], seconds: float) -> None:
    """The promises at 1,000 artists × 5,000 phases."""
    mine, first = runs["ours"], runs["greedy"]
    ratio = _placed(mine.plan) / _placed(first.plan)
    said("first plan", mine.course[0][0], 2, "s")
    said("memory", mine.megabytes, MEGABYTES, "MB")
    said(f"× greedy at {seconds:g} s, what is left out not counted", ratio, BIG_GAIN)


def _placed(plan: Plan) -> int:
    return plan.score.total - plan.score.unplaced


def repairs(problem: Problem, plan: Plan, count: int, seconds: float) -> None:
    """One artist falls ill, many times over: how fast, how much is touched, how much better later."""
    at = {p.task: p for p in plan.placements}
    draw = random.Random(11)
    tasks = tuple(
        structs.replace(
            t,
            present=Present(
                start=at[t.id].start, people=at[t.id].people, status=draw.choice(("hold", "pencil"))
            ),
        )
        for t in problem.tasks
        if t.id in at
    )
    running = structs.replace(problem, tasks=tasks)
    engine, firsts, touched, better, secondly = CpSat(), [], [], [], []
    for _ in range(count):
        who = draw.choice(running.people).id
        start = draw.randrange(10, 200)
        event = Absence(person=who, start=start, end=start + draw.choice((4, 10, 20)))
        began = time.perf_counter()
        after = disrupt(running, event, now=start)
        first = patch(after)
        firsts.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        second = solve(after, budget=seconds, clock=time.monotonic, start_from=first, engine=engine)
        secondly.append(time.perf_counter() - began)
        for answer in (first, second):
            broken = faults(after, answer)
            if broken:
                raise AssertionError(broken[:3])
        if second.score.total > first.score.total:
            raise AssertionError("a second answer was worse than the first")
        touched.append(len(changes(after, first)))
        better.append(1 - second.score.total / first.score.total)
    firsts.sort()
    print(f"\n{count} repairs of one artist's illness")
    said("stage 1, 95th percentile", firsts[int(0.95 * count)], FIRST_ANSWER, "ms")
    said("stage 2, longest; never worse than stage 1", max(secondly), SECOND_ANSWER, "s")
    print(
        f"  stage 1 in the middle {statistics.median(firsts):.0f} ms; bookings touched: median"
        f" {statistics.median(touched):g}, most {max(touched)}; stage 2 better in"
        f" {sum(gain > 0 for gain in better)} of {count}"
    )


def main() -> None:
    """Measure as the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--quick", action="store_true", help="10 seconds each, 10 repairs")
    options.add_argument(
        "--only", nargs="+", choices=("studio", "big", "repair"), default=("studio", "big", "repair")
    )
    chosen = options.parse_args()
    seconds = 10.0 if chosen.quick else chosen.seconds
    print(f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}")
    problem = studio(chosen.seed)
    if "studio" in chosen.only:
        judge(compare(problem, seconds, chosen.seed, tuple(WAYS)), seconds)
    if "big" in chosen.only:
        big = studio(chosen.seed, artists=1000, projects=300, phases=5000)
        judge_big(compare(big, seconds, chosen.seed, ("greedy", "ours")), seconds)
    if "repair" in chosen.only:
        plan = solve(problem, budget=10, clock=time.monotonic, seed=chosen.seed)
        repairs(problem, plan, 10 if chosen.quick else 100, 1.4)


if __name__ == "__main__":
    main()
