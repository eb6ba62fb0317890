"""Keeps clients busy for some seconds, and keeps what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from loadtests.arena import BOOKED_DAYS, FIRST_DAY, Arena, Studio
from loadtests.wire_client import LoadClient, RestClient, SocketClient, WireFault

WARM_UP_SECONDS = 1.0


class Figures(msgspec.Struct, kw_only=True):
    """What was measured of one setting; latencies in seconds, `busy` in cores: server, Postgres, clients."""

    transport: str
    studios: int
    clients: int
    seconds: float
    each: int = 1
    latencies: list[float] = []
    refused: int = 0
    heard: int = 0
    busy: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acknowledged: dict[UUID, dict[str, int]] = {}

    @property
    def rate(self) -> float:
        """Commands acknowledged per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that this share of the commands did not exceed, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")


class Worker:
    """One client's loop: place, move, rename, give up, place … until told to stop."""

    def __init__(self, client: LoadClient, studio: Studio, artist: UUID, figures: Figures) -> None:
        self._client = client
        self._artist = str(artist)
        self._figures = figures
        self._acknowledged = figures.acknowledged.setdefault(studio.tenant.id, {})
        self._round = 0
        self._last = 0

    async def run(self, begin: float, end: float) -> None:
        """Work until `end`; count only what was both sent and answered between `begin` and `end`."""
        while time.perf_counter() < end:
            booking_id = str(uuid7())
            where = {"booking_id": booking_id}
            placed = {"id": booking_id, "artist_id": self._artist, "title": "Load", "status": "pencil"}
            await self._timed(begin, end, "booking.place", placed | self._hour(18))
            await self._timed(begin, end, "booking.move", where | self._hour(20))
            await self._timed(begin, end, "booking.edit", where | {"title": "Moved"})
            await self._timed(begin, end, "booking.release", where)
            self._round += 1

    def _hour(self, hour: int) -> dict[str, str]:
        """An hour of the evening of one of the artist's days."""
        start = FIRST_DAY + timedelta(days=self._round % BOOKED_DAYS, hours=hour)
        end = start + timedelta(hours=1)
        return {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}

    async def _timed(self, begin: float, end: float, op: str, args: dict[str, Any]) -> None:
        command_id = str(uuid7())
        sent = time.perf_counter()
        answer = await self._client.command(command_id, op, args)
        now = time.perf_counter()
        counts = begin <= sent and now <= end
        if answer is None:
            self._figures.refused += counts
            return
        if answer.seq <= self._last:
            raise WireFault(f"{op} was given {answer.seq} after {self._last}")
        self._last = self._acknowledged[command_id] = answer.seq
        if counts:
            self._figures.latencies.append(now - sent)


async def measure(
    server: Arena, transport: str, studios: Sequence[Studio], clients: int, seconds: float, *, each: int = 1
) -> Figures:
    """One setting: connect all clients, warm up, measure; `each` client has so many commands in flight.

    Raises `WireFault`, in a group.
    """
    figures = Figures(transport=transport, studios=len(studios), clients=clients, each=each, seconds=seconds)
    kind = SocketClient if transport == "socket.io" else RestClient
    ready = asyncio.Barrier(clients + 1)
    done = asyncio.Barrier(clients + 1)
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            studio = studios[number % len(studios)]
            client = kind(server.server.url, studio.token)
            first = number // len(studios) * each
            workers = [
                Worker(client, studio, artist, figures) for artist in studio.artists[first : first + each]
            ]
            group.create_task(_work(client, workers, figures, (ready, done), seconds))
        await ready.wait()
        await asyncio.sleep(WARM_UP_SECONDS)
        before, ours = server.work(), time.process_time()
        await asyncio.sleep(seconds)
        after, spent = server.work(), time.process_time() - ours
        await done.wait()
    costs = (after.server - before.server, after.postgres - before.postgres, spent)
    figures.busy = (costs[0] / seconds, costs[1] / seconds, costs[2] / seconds)
    return figures


async def _work(
    client: SocketClient | RestClient,
    workers: Sequence[Worker],
    figures: Figures,
    barriers: tuple[asyncio.Barrier, asyncio.Barrier],
    seconds: float,
) -> None:
    async with client:
        await barriers[0].wait()
        begin = time.perf_counter() + WARM_UP_SECONDS
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(worker.run(begin, begin + seconds))
        figures.heard += client.events
        await barriers[1].wait()


async def drops(server: Arena, studio: Studio, count: int, pause: float) -> list[float]:
    """Seconds from one person's command to the event at another's socket, at a light load."""
    took: list[float] = []
    async with (
        SocketClient(server.server.url, studio.token) as one,
        SocketClient(server.server.url, studio.token) as other,
    ):
        for turn in range(count):
            start = FIRST_DAY + timedelta(days=turn % BOOKED_DAYS, hours=18 + turn // BOOKED_DAYS)
            span = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
            args = {"artist_id": str(studio.artists[0]), "title": f"Drop {turn}", "status": "hold", **span}
            sent, before = time.perf_counter(), other.events
            answer = await one.command(str(uuid7()), "booking.place", args)
            await other.heard_of(before + 1)
            assert answer
            took.append(other.heard_at - sent)
            await asyncio.sleep(pause)
    return took
