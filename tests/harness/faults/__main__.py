"""`make fault`: hundreds of faults of each kind, and a table of what they came to."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from tests.harness.faults.kinds import KINDS, SLOW_KINDS, Kind
from tests.harness.faults.run import Report, Suffered, suffer
from tests.harness.faults.world import open_world

ROUND = 50
"""Faults between two judgements: a history is kept in memory."""
LAW_SECONDS = 2.0
"""All clients are equal within so long after healing."""
LAWS = {
    "acknowledged commands lost": {"acknowledged", "committed-first", "answer-true"},
    "doubled": {"once", "inside-batch"},
    "gaps": {"numbers", "chain", "contiguous", "whole", "resume"},
}
"""What is counted by name, and the checker's rules that find it."""


def main() -> int:
    """Run, print, and return 1 where a law was broken."""
    options = _parser().parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of lines that are cut: that is the point
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    kinds = {
        name: kind
        for name, kind in {**KINDS, **SLOW_KINDS}.items()
        if not options.only or options.only in name
    }
    slow = options.slow if options.slow is not None else max(1, options.faults // 4)
    counts = {name: slow if name in SLOW_KINDS else options.faults for name in kinds}
    print(f"{options.faults} faults of {len(kinds)} kinds, {slow} of the slow ones, seed {seed}", flush=True)
    return asyncio.run(_run(kinds, counts, seed, options.pace))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make fault", description=__doc__)
    parser.add_argument("--faults", type=int, default=200, help="of each kind (default: 200)")
    parser.add_argument("--slow", type=int, help="of each slow kind (default: a quarter of that)")
    parser.add_argument("--seed", type=int, help="to run the same again (default: by chance, printed)")
    parser.add_argument("--pace", type=float, default=0.1, help="seconds between two commands of a person")
    parser.add_argument("--only", metavar="WORD", help="only the kinds whose name holds this")
    return parser


async def _run(kinds: Mapping[str, Kind], counts: Mapping[str, int], seed: int, pace: float) -> int:
    broken, totals = False, Counter[str]()
    head = f"{'fault':<24}{'count':>6}{'healed, ms: p50':>18}{'p99':>7}{'most':>7}"
    print(f"{head}{'back, p99':>11}{'commands':>10}{'findings':>10}{'load':>6}{'s':>6}")
    async with open_world(seed) as world:
        for name, kind in kinds.items():
            faults = counts[name]
            begun, reports, done = time.monotonic(), list[Report](), 0
            while done < faults:
                report = await suffer(
                    world,
                    {name: kind},
                    faults=min(ROUND, faults - done),
                    seed=seed + 10 * len(reports),
                    pace=pace,
                    look_every=1,
                )
                reports.append(report)
                done += report.kinds[name].faults
            broken = _tell(name, reports, totals, time.monotonic() - begun) or broken
        log = world.log
        tracebacks = log.count("Traceback")
    if tracebacks:
        print(log[max(0, log.find("Traceback") - 600) :][:8_000])
    print(
        f"{totals['commands']} commands, {totals['events']} events, {totals['batches']} messages to readers,"
        f" {totals['unheard']} answers lost on the way, {totals['connections']} connections"
    )
    late = f"{totals['late']} healings beyond {LAW_SECONDS:g} s"
    print(", ".join(f"{totals[law]} {law}" for law in LAWS))
    print(f"{totals['findings']} findings, {late}, {tracebacks} tracebacks")
    return int(broken or bool(tracebacks))


def _tell(name: str, reports: list[Report], totals: Counter[str], seconds: float) -> bool:
    """Print a line, add it to the totals, and say whether a law was broken."""
    suffered = [report.kinds.get(name, Suffered()) for report in reports]
    healing = sorted(seconds * 1000 for one in suffered for seconds in one.healing)
    findings = [finding for report in reports for finding in report.findings]
    commands = sum(report.outcomes.total() for report in reports)
    late = sum(ms > LAW_SECONDS * 1000 for ms in healing)
    back = sorted(seconds * 1000 for one in suffered for seconds in one.back)
    print(
        f"{name:<24}{sum(one.faults for one in suffered):>6}{statistics.median(healing):>18.0f}"
        f"{_p99(healing):>7.0f}{healing[-1]:>7.0f}{_p99(back):>11.0f}{commands:>10}{len(findings):>10}"
        f"{os.getloadavg()[0]:>6.1f}{seconds:>6.0f}",
        flush=True,
    )
    for finding in findings[:10]:
        print(f"    {finding}")
    for report in reports:
        for word in ("unheard", "connections", "batches", "events"):
            totals[word] += getattr(report, word)
    for law, rules in LAWS.items():
        totals[law] += sum(finding.rule in rules for finding in findings)
    totals.update(commands=commands, findings=len(findings), late=late)
    return bool(findings or late)


def _p99(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


if __name__ == "__main__":
    sys.exit(main())
