"""What looking back costs at a million events, and what large changes and guards cost a command.

    python -m loadtests.past_bench [as_of bulk guards ...] [--rounds 40]

`as_of`: eight weeks of 200 artists as of random numbers, the whole schedule of a window as `/schedule`
reads it, one booking, the difference of a day, a page of activity. `bulk`: 500 bookings moved by one
command. `guards`: single commands with and without the deadlines of holds and the exclusion trigger.
Times are of this process, Postgres on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import uvloop

from db.migrate import migrate
from db.pool import Pool, create_pool, transaction
from db.queries import history, mirror
from db.queries.bookings_search import BookingFilter
from db.queries.history import DiffFilter
from loadtests.past import fill_log
from loadtests.schedule import FIRST_DAY, SPAN, Studio, fill
from loadtests.schedule_bench import ARTISTS, WEEKS, print_times
from realtime.execute import Executor
from scheduling.permissions import system_actor
from server.embedded import embedded_postgres
from tests.harness.postgres import temporary_folder
from tests.harness.studio import envelope, open_studio, publish_nothing

BULK = 500


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A filled database: the application's pool, and the superuser's address."""

    pool: Pool
    superuser: str


async def bench_as_of(place: Place, rounds: int) -> None:
    """Read the past at random numbers."""
    studio = await fill(place.pool)
    began = time.perf_counter()
    last = await fill_log(place.pool, studio)
    await _vacuum(place)
    print(f"as of: {last:,} events, 100,000 bookings, written in {time.perf_counter() - began:.0f} s")
    rng = random.Random(7)
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        seq = rng.randrange(last // 10, last)
        start = FIRST_DAY + (SPAN - WEEKS) * (0.2 + 0.6 * number / rounds)
        chosen = tuple(studio.artists[(number * 7 + n * 5) % len(studio.artists)] for n in range(ARTISTS))
        wanted = BookingFilter(artist_ids=chosen, start=start, end=start + WEEKS)
        for name, read in _reads(studio, seq, last, wanted).items():
            began = time.perf_counter()
            async with transaction(place.pool, studio.tenant_id, readonly=True) as connection:
                await read(connection)
            times.setdefault(name, []).append(time.perf_counter() - began)
    for name, seconds in times.items():
        print_times(f"  {name}", seconds)


def _reads(
    studio: Studio, seq: int, last: int, wanted: BookingFilter
) -> dict[str, Callable[[Any], Awaitable[object]]]:
    tenant_id = studio.tenant_id

    async def whole(connection: Any) -> None:
        """As `/schedule` reads a window: every kind."""
        for kind in mirror.KINDS:
            if kind == "booking":
                await history.bookings_page(connection, tenant_id, seq, wanted, limit=20_000)
            elif kind == "time_off":
                await history.times_off(connection, tenant_id, seq, wanted, limit=20_000)
            elif kind != "tenant":
                await history.all_of_kind(connection, tenant_id, kind, seq)

    return {
        "window as of a number": lambda c: history.bookings_page(c, tenant_id, seq, wanted, limit=20_000),
        "schedule of the window": whole,
        "one artist as of a number": lambda c: history.images(
            c, tenant_id, [("artist", studio.artists[3])], seq
        ),
        "difference of 3,000 events": lambda c: history.between(
            c, tenant_id, seq - 3_000, seq, DiffFilter(kinds=("booking",)), after=None, limit=100
        ),
        "page of an artist's activity": lambda c: history.activity(
            c, tenant_id, of=("artist", studio.artists[3]), before_seq=last, from_seq=1, limit=50
        ),
    }


async def bench_bulk(place: Place, rounds: int) -> None:
    """Move 500 bookings by one command; the studio has 1,000 artists and 100,000 bookings."""
    studio = await fill(place.pool)
    await _vacuum(place)
    executor = Executor(place.pool, publish=publish_nothing, clock=lambda: FIRST_DAY)
    actor = system_actor(studio.tenant_id)
    async with transaction(place.pool, studio.tenant_id) as connection:
        rows = await connection.fetch(
            "SELECT id, starts_at, ends_at FROM bookings WHERE tenant_id = $1 AND status = 'hold'"
            " AND ends_at - starts_at < interval '9 days' ORDER BY project_id, id LIMIT $2",
            studio.tenant_id,
            BULK,
        )
    seconds: list[float] = []
    for number in range(max(2, rounds // 8)):
        by = timedelta(days=3 if number % 2 == 0 else -3)
        shift = by if number % 2 == 0 else timedelta()
        items = [
            {
                "op": "booking.move",
                "args": {
                    "booking_id": str(row["id"]),
                    "start": (row["starts_at"] + shift).isoformat(),
                    "end": (row["ends_at"] + shift).isoformat(),
                },
            }
            for row in rows
        ]
        began = time.perf_counter()
        answer = await executor.execute(actor, envelope("bulk.apply", {"items": items}))
        seconds.append(time.perf_counter() - began)
        if not answer.ok:
            raise AssertionError(answer)
    print_times(f"bulk: {BULK} bookings moved by one command", seconds)
    await executor.close()


async def bench_guards(place: Place, rounds: int) -> None:
    """Holds with and without a deadline, pencils with and without the trigger of exclusive time."""
    print("guards: single commands, one after the other, not durable")
    settings: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("hold with its deadline", "hold", {}),
        ("pencil, exclusive time kept", "pencil", {}),
    )
    for name, status, fields in settings:
        print_times(f"  {name}", await _placing(place, rounds * 10, status, fields))
    await _admin(place, "DROP TRIGGER keep_exclusive_time_new ON bookings")
    print_times("  pencil without the trigger", await _placing(place, rounds * 10, "pencil", {}))


async def _placing(place: Place, count: int, status: str, fields: dict[str, Any]) -> list[float]:
    tenant = await open_studio(place.pool)
    executor = Executor(place.pool, publish=publish_nothing)
    actor, artist = system_actor(tenant.id), uuid4()
    await executor.execute(actor, envelope("artist.add", {"id": str(artist), "name": "Ada"}))
    seconds = []
    for number in range(count):
        start = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        span = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
        args = {"artist_id": str(artist), "status": status, **span, **fields}
        began = time.perf_counter()
        answer = await executor.execute(actor, envelope("booking.place", args))
        seconds.append(time.perf_counter() - began)
        if not answer.ok:
            raise AssertionError(answer)
    await executor.close()
    return seconds


async def _vacuum(place: Place) -> None:
    await _admin(place, "VACUUM ANALYZE")


async def _admin(place: Place, statement: str) -> None:
    connection = await asyncpg.connect(place.superuser)
    await connection.execute(statement, timeout=600)
    await connection.close()


Bench = Callable[[Place, int], Awaitable[None]]
BENCHES: dict[str, Bench] = {"as_of": bench_as_of, "bulk": bench_bulk, "guards": bench_guards}


async def run(folder: Path, wanted: list[str], rounds: int) -> None:
    """Measure on a fresh database."""
    with embedded_postgres(folder, durable=False) as postgres:
        dsn = postgres.dsn_of("bench")
        admin = await asyncpg.connect(postgres.superuser_dsn)
        await admin.execute("CREATE DATABASE bench OWNER production_tool")
        await admin.close()
        await migrate(dsn)
        pool = await create_pool(dsn, min_size=1, max_size=4)
        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, load {load:.1f}, {datetime.now().astimezone():%Y-%m-%d %H:%M}")
        for name in wanted:
            await BENCHES[name](Place(pool=pool, superuser=postgres.dsn_of("bench", "postgres")), rounds)
        await pool.close()


def main() -> int:
    """Measure what is asked for, or everything."""
    parser = argparse.ArgumentParser(prog="loadtests.past_bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wanted", nargs="*", default=list(BENCHES), help=", ".join(BENCHES))
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    unknown = set(options.wanted) - BENCHES.keys()
    if unknown:
        parser.error(f"there is no bench {min(unknown)}; there are: {', '.join(BENCHES)}")
    with temporary_folder() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(folder, options.wanted, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
