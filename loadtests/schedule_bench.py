"""How long the schedule takes to read at 1,000 artists and 100,000 bookings in one studio.

    python -m loadtests.schedule_bench [window ...] [--rounds 40]

`window`: eight weeks of 200 artists, as lists over REST read them: under row-level security, page by
page with a rank for every booking. Times are of this process, Postgres on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import uvloop

from db.migrate import migrate
from db.pool import Pool, create_pool, transaction
from db.queries import bookings_search as search
from db.queries.bookings_search import After, BookingFilter
from loadtests.schedule import FIRST_DAY, SPAN, Studio, fill
from scheduling.model import LIVE, Booking
from server.api.bookings import with_ranks
from server.embedded import embedded_postgres
from tests.harness.postgres import temporary_folder

WEEKS = timedelta(weeks=8)
ARTISTS = 200
PAGE = 500

Bench = Callable[[Pool, Studio, int], Awaitable[None]]


async def bench_window(pool: Pool, studio: Studio, rounds: int) -> None:
    """Print percentiles of one page, of all pages, and how many bookings they hold."""
    first: list[float] = []
    whole: list[float] = []
    found = 0
    for number in range(rounds):
        start = FIRST_DAY + (SPAN - WEEKS) * (0.2 + 0.6 * number / rounds)
        chosen = tuple(studio.artists[(number * 7 + n * 5) % len(studio.artists)] for n in range(ARTISTS))
        wanted = BookingFilter(
            artist_ids=chosen, statuses=tuple(sorted(LIVE)), start=start, end=start + WEEKS
        )
        began = time.perf_counter()
        page = await _page(pool, studio, wanted, None)
        first.append(time.perf_counter() - began)
        found = len(page)
        while len(page) == PAGE:
            page = await _page(pool, studio, wanted, After(start=page[-1].start, id=page[-1].id))
            found += len(page)
        whole.append(time.perf_counter() - began)
    print(f"window: 8 weeks of {ARTISTS} artists, {found} bookings in the last of {rounds} windows")
    print_times("  first page of 500, ranked", first)
    print_times("  all pages, ranked", whole)


async def _page(pool: Pool, studio: Studio, wanted: BookingFilter, after: After | None) -> list[Booking]:
    async with transaction(pool, studio.tenant_id, isolation="repeatable_read", readonly=True) as connection:
        found = await search.page(connection, studio.tenant_id, wanted, after=after, limit=PAGE)
        return await with_ranks(connection, studio.tenant_id, found)


def print_times(what: str, seconds: list[float]) -> None:
    """One line: the median and the 95th percentile."""
    milliseconds = sorted(1_000 * s for s in seconds)
    p50 = statistics.median(milliseconds)
    p95 = milliseconds[int(0.95 * (len(milliseconds) - 1))]
    print(f"{what:<36} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms")


BENCHES: dict[str, Bench] = {"window": bench_window}


async def run(folder: Path, wanted: list[str], rounds: int) -> None:
    """Fill a fresh database, then measure."""
    with embedded_postgres(folder, durable=False) as postgres:
        dsn = postgres.dsn_of("bench")
        admin = await asyncpg.connect(postgres.superuser_dsn)
        await admin.execute("CREATE DATABASE bench OWNER production_tool")
        await admin.close()
        await migrate(dsn)
        pool = await create_pool(dsn, min_size=1, max_size=4)
        began = time.perf_counter()
        studio = await fill(pool)
        owner = await asyncpg.connect(postgres.dsn_of("bench", "postgres"))
        await owner.execute("ANALYZE")
        await owner.close()
        load = os.getloadavg()[0]
        print(
            f"{len(studio.artists):,} artists, 100,000 bookings, written in"
            f" {time.perf_counter() - began:.1f} s; {os.cpu_count()} cores, load {load:.1f},"
            f" {datetime.now().astimezone():%Y-%m-%d %H:%M}"
        )
        for name in wanted:
            await BENCHES[name](pool, studio, rounds)
        await pool.close()


def main() -> int:
    """Measure what is asked for, or everything."""
    parser = argparse.ArgumentParser(
        prog="loadtests.schedule_bench", description=(__doc__ or "").splitlines()[0]
    )
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
