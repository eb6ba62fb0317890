"""How many sockets one instance on one core can tell, and what each costs, beside Node's socket.io.

Both servers send the same 350 bytes to one room of raw websocket clients; the load client is
`loadtests.fanout.load` (Python, one epoll that spins on a core of its own). In each round one server
after the other is measured, so that both see the same weather; figures are medians over the rounds and
the ratios come from one run. CPU is the server process's own.

    python -m loadtests.bench_realtime [--sizes 100 1000 2000] [--rounds 3] [--seconds 2] [--rate 40]
                                       [--stock] [--json FILE]

`--stock` measures our server without its fast path as well. Needs `clients/node_modules` and two cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
from msgspec import Struct

from loadtests.fanout.load import Crowd, crowd
from loadtests.fanout.messages import TEMPLATE

ROOT = Path(__file__).parents[1]
IN_FLIGHT = (1, 16)
SETTLE_SECONDS = 0.3
PACE_SECONDS = 5.0
"""At least so long the moderate rate is kept up: of 80 events one that came late would be the whole p99."""
_CORES = sorted(os.sched_getaffinity(0))
_SERVER_CORE, _LOAD_CORE = _CORES[0], _CORES[-1]


class Figures(Struct, frozen=True, kw_only=True):
    """One server in one round: rates per second, CPU in µs, latencies in ms, memory in KB."""

    rate: dict[int, float]
    cpu: dict[int, float]
    p50: float
    p99: float
    memory: float
    connections: float


class Server(Struct, frozen=True):
    """A server under test."""

    name: str
    command: tuple[str, ...]
    ours: bool


def servers(*, stock: bool) -> list[Server]:
    """The servers, the peer first."""
    ours = (sys.executable, "-m", "loadtests.fanout.ours")
    package = str(ROOT / "clients" / "shared" / "package.json")
    peer = ("node", str(ROOT / "loadtests" / "fanout" / "peer.mjs"), package, TEMPLATE)
    found = [Server("node", peer, False), Server("ours", ours, True)]
    return [*found, Server("stock", (*ours, "--stock"), True)] if stock else found


@contextmanager
def running(server: Server) -> Iterator[tuple[psutil.Process, int]]:
    """The server in a process of its own on the first core, and its port."""
    with subprocess.Popen(
        server.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {_SERVER_CORE}),  # noqa: PLW1509 - no thread is running yet
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line.startswith("ready "):
                raise SystemExit(f"{server.name} did not start: {line!r}")
            yield psutil.Process(process.pid), int(line.split()[1])
        finally:
            process.kill()


def measure(server: Server, size: int, seconds: float, rate: float) -> Figures:
    """One server with so many clients."""
    with running(server) as (process, port):
        with crowd(port, 1, ours=server.ours):
            pass  # what is loaded at the first connection is nobody's memory
        before = process.memory_info().rss
        with crowd(port, size, ours=server.ours) as clients:
            memory = (process.memory_info().rss - before) / size / 1024
            saturated = {n: _saturate(process, clients, seconds, n) for n in IN_FLIGHT}
            took = sorted(clients.pace(max(seconds, PACE_SECONDS), rate))
            clients.check()
            return Figures(
                rate={n: found[0] for n, found in saturated.items()},
                cpu={n: found[1] for n, found in saturated.items()},
                p50=took[len(took) // 2] * 1000,
                p99=took[int(len(took) * 0.99)] * 1000,
                memory=memory,
                connections=size / clients.connect_seconds,
            )


def _saturate(process: psutil.Process, clients: Crowd, seconds: float, in_flight: int) -> tuple[float, float]:
    clients.saturate(SETTLE_SECONDS, in_flight)
    before = process.cpu_times()
    run = clients.saturate(seconds, in_flight)
    after = process.cpu_times()
    spent = after.user - before.user + after.system - before.system
    return run.rate, spent / run.deliveries * 1e6


def median(rounds: Sequence[Figures]) -> Figures:
    """Each figure's median over the rounds."""
    return Figures(
        rate={n: statistics.median(f.rate[n] for f in rounds) for n in IN_FLIGHT},
        cpu={n: statistics.median(f.cpu[n] for f in rounds) for n in IN_FLIGHT},
        p50=statistics.median(f.p50 for f in rounds),
        p99=statistics.median(f.p99 for f in rounds),
        memory=statistics.median(f.memory for f in rounds),
        connections=statistics.median(f.connections for f in rounds),
    )


class Ratios(Struct, frozen=True, kw_only=True):
    """Ours over the peer's, of the medians."""

    rate: dict[int, float]
    cpu: dict[int, float]
    p50: float
    p99: float
    memory: float
    connections: float


def ratios(ours: Figures, peer: Figures) -> Ratios:
    return Ratios(
        rate={n: ours.rate[n] / peer.rate[n] for n in IN_FLIGHT},
        cpu={n: ours.cpu[n] / peer.cpu[n] for n in IN_FLIGHT},
        p50=ours.p50 / peer.p50,
        p99=ours.p99 / peer.p99,
        memory=ours.memory / peer.memory,
        connections=ours.connections / peer.connections,
    )


class Goal(Struct, frozen=True):
    """What one ratio at a thousand clients should be."""

    what: str
    of: Callable[[Ratios], float]
    goal: float
    more: bool


GOALS = (
    Goal("deliveries/s, one in flight", lambda r: r.rate[1], 1.5, True),
    Goal("deliveries/s, sixteen in flight", lambda r: r.rate[16], 5.0, True),
    Goal("CPU per delivery, saturated", lambda r: r.cpu[16], 0.3, False),
    Goal("memory per connection", lambda r: r.memory, 1.0, False),
    Goal("p99 at a moderate rate", lambda r: r.p99, 1.0, False),
)


class Report(Struct, frozen=True, kw_only=True):
    """Everything that was measured, by number of clients and server."""

    machine: str
    rounds: dict[int, dict[str, list[Figures]]]
    medians: dict[int, dict[str, Figures]]
    ratios: dict[int, Ratios]


def machine() -> str:
    """Where this ran, and how busy it was before."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores (load {load:.1f} before), Python {platform.python_version()}, Node {node}"


def report(options: argparse.Namespace) -> Report:
    """Measure everything, printing as it comes."""
    where, everything, medians, compared = machine(), {}, {}, {}
    print(f"{where}; server and load client on a core each\n\n{HEADER}", flush=True)
    for size in options.sizes:
        rounds: dict[str, list[Figures]] = {s.name: [] for s in servers(stock=options.stock)}
        for _ in range(options.rounds):
            for server in servers(stock=options.stock):
                rounds[server.name].append(measure(server, size, options.seconds, options.rate))
        everything[size] = rounds
        medians[size] = {name: median(found) for name, found in rounds.items()}
        compared[size] = ratios(medians[size]["ours"], medians[size]["node"])
        for name, figures in medians[size].items():
            print(row(size, name, figures), flush=True)
        print(row(size, "ours/node", compared[size]), flush=True)
    return Report(machine=where, rounds=everything, medians=medians, ratios=compared)


HEADER = (
    f"{'clients':>7} {'server':<10}{'1 in flight':>13}{'16 in flight':>14}{'µs CPU, 1':>11}{'16':>8}"
    f"{'p50 ms':>9}{'p99 ms':>9}{'KB each':>9}{'connects/s':>12}"
)


def row(size: int, name: str, found: Figures | Ratios) -> str:
    """One line of the table; ratios with two digits behind the point."""
    digits = 2 if isinstance(found, Ratios) else 0
    return (
        f"{size:>7} {name:<10}{found.rate[1]:>13,.{digits}f}{found.rate[16]:>14,.{digits}f}"
        f"{found.cpu[1]:>11.2f}{found.cpu[16]:>8.2f}{found.p50:>9.2f}{found.p99:>9.2f}"
        f"{found.memory:>9.{max(digits, 1)}f}{found.connections:>12,.{digits}f}"
    )


def verdicts(found: Ratios) -> Iterator[str]:
    """Each goal, what was reached, and whether that is enough."""
    for goal in GOALS:
        value = goal.of(found)
        reached = value >= goal.goal if goal.more else value <= goal.goal
        sign = "at least" if goal.more else "at most"
        yield (
            f"  {goal.what:<34}{value:>7.2f} × Node's (goal: {sign} {goal.goal:g})"
            f"  {'ok' if reached else 'MISSED'}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="loadtests.bench_realtime", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 2_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=40.0, help="events a second while latency is measured")
    parser.add_argument("--stock", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.sched_setaffinity(0, {_LOAD_CORE})
    found = report(options)
    if 1_000 in found.ratios:
        print("\nAt 1,000 clients, in this run:\n" + "\n".join(verdicts(found.ratios[1_000])))
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
