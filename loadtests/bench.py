"""Commands per second and how long each takes to be acknowledged, through Socket.IO and REST.

Every client has one command in flight and an artist of its own, and in turn places a pencilled booking
and moves it; commits are durable. Socket clients are caught up and told of every event of their studio.
The clients run in this process, beside the server's and Postgres': on a small machine the three share
its cores.

    python -m loadtests.bench [--seconds 5] [--clients 1 16 64] [--studios 1 16] [--only socket.io|rest]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import uvloop
from uuid_utils.compat import uuid7

from loadtests.arena import Arena, Studio, arena
from loadtests.clients import LoadClient, RestClient, SocketClient

WARM_UP_SECONDS = 1.0
FIRST_DAY = datetime(2030, 1, 1, tzinfo=UTC)


class Figures(msgspec.Struct, kw_only=True):
    """What was measured of one setting; latencies in seconds."""

    transport: str
    studios: int
    clients: int
    seconds: float
    latencies: list[float] = []
    refused: int = 0

    def percentile(self, share: float) -> float:
        """The latency that this share of the commands did not exceed, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")

    def line(self) -> str:
        rate = len(self.latencies) / self.seconds
        return (
            f"{self.transport:<10}{self.studios:>8}{self.clients:>9}{rate:>13,.0f}"
            f"{self.percentile(0.5):>10.1f}{self.percentile(0.99):>10.1f}{self.refused:>9}"
        )


HEADER = f"{'':<10}{'studios':>8}{'clients':>9}{'commands/s':>13}{'p50 ms':>10}{'p99 ms':>10}{'refused':>9}"


class Worker:
    """One client's loop: place, move, place, move … into free time, until told to stop."""

    def __init__(self, client: LoadClient, artist: UUID, figures: Figures) -> None:
        self._client = client
        self._artist = str(artist)
        self._figures = figures
        self._slot = 0

    async def run(self, begin: float, end: float) -> None:
        """Work until `end`; count only what was both sent and answered between `begin` and `end`."""
        while time.perf_counter() < end:
            booking_id = str(uuid7())
            args = {"id": booking_id, "artist_id": self._artist, "title": "Load", "status": "pencil"}
            await self._timed(begin, end, self._client.place(str(uuid7()), {**args, **self._range(0)}))
            await self._timed(begin, end, self._client.move(str(uuid7()), booking_id, self._range(30)))
            self._slot += 1

    def _range(self, minutes: int) -> dict[str, str]:
        start = FIRST_DAY + timedelta(hours=2 * self._slot, minutes=minutes)
        return {"start": _text(start), "end": _text(start + timedelta(hours=1))}

    async def _timed(self, begin: float, end: float, command: Awaitable[bool]) -> None:
        sent = time.perf_counter()
        ok = await command
        now = time.perf_counter()
        if begin <= sent and now <= end:
            if ok:
                self._figures.latencies.append(now - sent)
            else:
                self._figures.refused += 1


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


async def measure(
    server: Arena, transport: str, studios: Sequence[Studio], clients: int, seconds: float
) -> Figures:
    """One setting: connect all clients, warm up, measure."""
    figures = Figures(transport=transport, studios=len(studios), clients=clients, seconds=seconds)
    kind = SocketClient if transport == "socket.io" else RestClient
    async with asyncio.TaskGroup() as group:
        ready = asyncio.Barrier(clients)
        for number in range(clients):
            studio = studios[number % len(studios)]
            client = kind(server.server.url, studio.token)
            worker = Worker(client, studio.artists[number // len(studios)], figures)
            group.create_task(_work(client, worker, ready, seconds))
    return figures


async def _work(
    client: SocketClient | RestClient, worker: Worker, ready: asyncio.Barrier, seconds: float
) -> None:
    async with client:
        await ready.wait()
        begin = time.perf_counter() + WARM_UP_SECONDS
        await worker.run(begin, begin + seconds)


async def bench(server: Arena, options: argparse.Namespace) -> int:
    """Every setting asked for, printed as it is done; 1 where a studio's log came out with a gap."""
    whole = True
    async with server.database() as pool:
        version, fsync = await pool.fetchrow(
            "SELECT current_setting('server_version'), current_setting('fsync')"
        ) or ("?", "?")
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        print(f"{machine}, Postgres {version}, fsync {fsync}\n\n{HEADER}")
        for transport, count, clients in _settings(options):
            name = f"{transport.replace('.', '')}-{count}-{clients}"
            studios = [await server.studio(pool, f"{name}-{n}", -(-clients // count)) for n in range(count)]
            figures = await measure(server, transport, studios, clients, options.seconds)
            print(figures.line(), flush=True)
            for studio in studios:
                whole = whole and await server.log_is_whole(pool, studio)
    print("\nEvery studio's log runs from 1 without a gap." if whole else "\nA studio's log has a gap.")
    return 0 if whole else 1


def _settings(options: argparse.Namespace) -> Iterator[tuple[str, int, int]]:
    """(transport, studios, clients); a studio without a client would be no load."""
    for transport in ("socket.io", "rest"):
        if options.only in (None, transport):
            yield from ((transport, s, c) for s in options.studios for c in options.clients if c >= s)


def main() -> int:
    """Start a server, measure it, print, and stop it."""
    parser = argparse.ArgumentParser(prog="loadtests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--studios", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--only", choices=("socket.io", "rest"))
    options = parser.parse_args()
    with arena() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(bench(server, options))


if __name__ == "__main__":
    sys.exit(main())
