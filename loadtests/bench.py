"""Commands per second and how long each takes to be acknowledged, through Socket.IO and REST.

Every command in flight has an artist of its own, who is booked for weeks; in turn it
places a pencil in a free hour, moves it, renames it and gives it up. Commits are durable. Socket
clients are caught up and told of every event of their studio. The clients run in this process, beside
the server's and Postgres': on a small machine the three share its cores, and all figures are noisy.

    python -m loadtests.bench [--seconds 4] [--clients 1 16 64] [--studios 1 16] [--only socket.io|rest]
                              [--hot 20] [--each 8] [--no-baseline]

After the table come the goals: 20 sockets with 8 commands in flight each, in one studio, and 32 in
sixteen, everybody of a studio hearing everything; and how long a drop takes to another person's socket.

The baseline is the same server, on the same machine, in the same run, with a commit for every command.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Iterator

import uvloop

from loadtests.arena import Arena, arena
from loadtests.load import WARM_UP_SECONDS, Figures, drops, measure

HEADER = (
    f"{'':<22}{'studios':>8}{'clients':>9}{'each':>7}{'commands/s':>12}{'p50 ms':>9}{'p99 ms':>9}"
    f"{'refused':>9}{'events/s':>10}   cores busy, and µs a command: server, Postgres, clients"
)


def line(name: str, figures: Figures) -> str:
    """One setting as a row of the table."""
    busy = "  ".join(f"{share:4.2f}" for share in figures.busy)
    costs = "  ".join(f"{share / max(figures.rate, 1) * 1e6:4.0f}" for share in figures.busy)
    return (
        f"{name:<22}{figures.studios:>8}{figures.clients:>9}{figures.each:>7}{figures.rate:>12,.0f}"
        f"{figures.percentile(0.5):>9.1f}{figures.percentile(0.99):>9.1f}{figures.refused:>9}"
        f"{figures.heard / (figures.seconds + WARM_UP_SECONDS):>10,.0f}   {busy}   {costs}"
    )


async def bench(
    server: Arena, name: str, settings: list[tuple[str, int, int]], seconds: float, each: int = 1
) -> list[Figures]:
    """Measure every setting, print it, and check what the studios' databases hold afterwards."""
    measured: list[Figures] = []
    async with server.database() as pool:
        if not measured:
            await _print_machine(server, name)
        for transport, count, clients in settings:
            label = f"{name}-{transport.replace('.', '')}-{count}-{clients}-{each}".replace(" ", "-")
            size = -(-clients // count) * each
            studios = [await server.studio(pool, f"{label}-{n}", size) for n in range(count)]
            figures = await measure(server, transport, studios, clients, seconds, each=each)
            print(line(f"{transport}", figures), flush=True)
            for studio in studios:
                await server.check(pool, studio, figures.acknowledged[studio.tenant.id])
            measured.append(figures)
    return measured


async def _print_machine(server: Arena, name: str) -> None:
    async with server.database() as pool:
        row = await pool.fetchrow(
            "SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,"
            " current_setting('synchronous_commit') AS waits"
        )
    assert row
    load = os.getloadavg()[0]
    print(
        f"\n{name}: {os.cpu_count()} cores (load {load:.1f} before), Python {platform.python_version()},"
        f" Postgres {row['version']}, fsync {row['fsync']}, synchronous_commit {row['waits']},"
        f" the disk keeps 8 kB in {server.sync_milliseconds():.2f} ms\n\n{HEADER}"
    )


def settings_of(options: argparse.Namespace) -> list[tuple[str, int, int]]:
    """(transport, studios, clients); a studio without a client would be no load."""
    return [
        (transport, studios, clients)
        for transport in ("socket.io", "rest")
        if options.only in (None, transport)
        for studios in options.studios
        for clients in options.clients
        if clients >= studios
    ]


def ratios(grouped: list[Figures], single: list[Figures]) -> Iterator[str]:
    """How many times as many commands group commit runs, setting by setting."""
    for baseline in single:
        for figures in grouped:
            same = (figures.transport, figures.studios, figures.clients, figures.each)
            if same == (baseline.transport, baseline.studios, baseline.clients, baseline.each):
                yield (
                    f"{figures.transport:<22}{figures.studios:>8}{figures.clients:>9}{figures.each:>7}"
                    f"{figures.rate / baseline.rate:>11.1f}x commands/s,"
                    f"{figures.percentile(0.99) / baseline.percentile(0.99):>7.2f}x p99"
                )


GOAL_RATE, GOAL_P99, GOAL_DROP = 4_000, 100.0, 5.0
"""Commands a second into one studio, their p99 in ms, and the p50 in ms of a drop at a light load."""


async def goals(server: Arena, options: argparse.Namespace) -> list[Figures]:
    """Measure what the issue asks for, and print it beside what it should be."""
    hot = [("socket.io", 1, options.hot), ("socket.io", 16, max(options.hot, 32))]
    measured = await bench(server, "hot", hot, options.seconds, options.each)
    async with server.database() as pool:
        studio = await server.studio(pool, "drops", 1)
        took = sorted(await drops(server, studio, 200, 0.01))
    one = measured[0]
    print(
        f"\nOne studio: {one.rate:,.0f} commands/s (goal {GOAL_RATE:,}), p99 {one.percentile(0.99):.0f} ms"
        f" (goal under {GOAL_P99:g}); sixteen: {measured[1].rate:,.0f}.\n"
        f"From one person's drop to the other's socket: p50 {took[len(took) // 2] * 1000:.1f} ms"
        f" (goal {GOAL_DROP:g}), p99 {took[int(len(took) * 0.99)] * 1000:.1f} ms.",
        flush=True,
    )
    return measured


def main() -> int:
    """Start a server, measure it, print, and stop it; then the baseline's."""
    parser = argparse.ArgumentParser(prog="loadtests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--studios", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--only", choices=("socket.io", "rest"))
    parser.add_argument("--hot", type=int, default=20)
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--no-baseline", action="store_true")
    options = parser.parse_args()
    settings = settings_of(options)
    with arena() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        grouped = runner.run(bench(server, "group commit", settings, options.seconds))
        grouped += runner.run(goals(server, options))
    if not options.no_baseline:
        wanted = [setting for setting in settings if setting[0] == (options.only or "socket.io")]
        with (
            arena(group_commit=False) as server,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            single = runner.run(bench(server, "commit per command", wanted, options.seconds))
            hot = [("socket.io", 1, options.hot)]
            single += runner.run(bench(server, "hot, one by one", hot, options.seconds, options.each))
        print("\nGroup commit against a commit per command, in this run:\n")
        print("\n".join(ratios(grouped, single)))
    print(
        "\nIn every studio: no overlap, a log from 1 to its head without a gap, and every acknowledged"
        " command in it once, under the number it was acknowledged with."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
