"""How long a suggestion takes in the server, its reading of the database included.

Studios of 200 and of 1,000 artists with 60 bookings each over a year, one artist in twenty on other hours,
three zones, one skill to four each out of twenty. Requests differ in skill, length, window and whether half
days will do. Each runs the operation's own handler in one process, one at a time, against Postgres under
row-level security, and encodes the answer; what HTTP itself costs is not in it. Last come bookings that are
refused by the write path, which says what is free instead: of the same artist, and who could stand in.

    python -m loadtests.bench_suggest [--requests 300] [--artists 200 1000]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import platform
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from db.pool import Pool, create_pool, transaction
from db.queries import artists as artist_rows
from db.queries import bookings as booking_rows
from db.queries import tenants
from realtime.execute import Executor
from scheduling.model import (
    OFFICE_HOURS,
    Artist,
    Booking,
    Claim,
    Rate,
    Skill,
    SkillNeed,
    Status,
    Tenant,
    WorkingHours,
)
from scheduling.permissions import Actor, system_actor
from server.api.operations import Call, Caller, Nothing, Reply
from server.api.suggestions import Ask, find_suggestions
from tests.harness.postgres import Database, running_cluster
from tests.harness.studio import envelope, publish_nothing

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SKILLS = tuple(f"skill {n}" for n in range(20))
BOOKINGS = 60
EARLY = tuple(WorkingHours(day=day, start="07:00", end="15:00") for day in range(5))
TARGETS = {200: 15.0, 1000: 30.0}
NOBODY = Caller(address="", origin=None, origin_allowed=True, secure=True, refresh_cookie=None)


def people(draw: random.Random, count: int) -> list[Artist]:
    """Artists with skills, rates, three zones, and some on other hours."""
    return [
        Artist(
            id=uuid4(),
            name=f"Artist {n}",
            skills=tuple(
                Skill(name=s, level=draw.randint(1, 5)) for s in draw.sample(SKILLS, draw.randint(1, 4))
            ),
            zone=draw.choice(("Europe/Paris", "Europe/London", "America/Montreal")),
            working_hours=EARLY if draw.random() < 0.05 else OFFICE_HOURS,
            rate=Rate(amount=draw.randrange(200, 700, 10), currency="EUR"),
        )
        for n in range(count)
    ]


def diary(draw: random.Random, artist: Artist, number: int) -> list[Booking]:
    """Sixty bookings of one to five days over a year that do not overlap, a third of them holds."""
    starts = sorted(draw.sample(range(365 // 6), BOOKINGS))
    result = []
    for n, week in enumerate(starts):
        start = NOW.replace(hour=0) + timedelta(days=6 * week)
        end = start + timedelta(days=draw.randint(1, 5))
        status = draw.choice((Status.HOLD, Status.PENCIL, Status.CONFIRMED))
        claim = Claim(number=1 + number * BOOKINGS + n, start=start, end=end)
        result.append(
            Booking(
                id=uuid4(),
                artist_id=artist.id,
                start=start,
                end=end,
                status=status,
                claims=(claim,),
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return result


async def fill(pool: Pool, dsn: str, count: int) -> Tenant:
    """A studio of so many artists."""
    draw = random.Random(count)
    tenant = Tenant(id=uuid4(), name="Bench", slug=f"bench-{count}")
    artists = people(draw, count)
    async with transaction(pool, tenant.id) as connection:
        await tenants.create(connection, tenant, uuid4())
        await artist_rows.upsert(connection, tenant.id, artists)
        for number, artist in enumerate(artists):
            await booking_rows.upsert(connection, tenant.id, diary(draw, artist, number))
    await _analyse(dsn)
    return tenant


async def _analyse(dsn: str) -> None:
    """What autovacuum would do within a minute."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("ANALYZE")
    await connection.close()


def request(draw: random.Random, whole_year: bool) -> Ask:
    """Somebody's wish."""
    half = draw.random() < 0.5
    start = NOW + timedelta(days=0 if whole_year else draw.randrange(250))
    length = timedelta(days=364 if whole_year else draw.choice((28, 56, 84)))
    skills = () if whole_year else (SkillNeed(name=draw.choice(SKILLS), level=draw.choice((0, 1, 2))),)
    return Ask(
        start=start,
        end=start + length,
        days=draw.choice((1, 2, 3, 5, 10)),
        half_days=half,
        skills=skills,
        in_line=draw.random() < 0.8,
    )


async def ask(pool: Pool, tenant: Tenant, asked: Ask) -> float:
    """Milliseconds of one request."""
    services: Any = msgspec.defstruct("Services", [("pool", Any)])(pool)
    actor = Actor(kind="member", id=UUID(int=1), name="Bench", role="studio_manager", tenant_id=tenant.id)
    call: Call[Nothing, Ask] = Call(
        services=services,
        caller=NOBODY,
        query=Nothing(),
        body=asked,
        ids={},
        command_id=uuid4(),
        keyed=False,
        base_version=None,
        now=NOW,
        signed_in=actor,
    )
    began = time.perf_counter()
    outcome = await find_suggestions(call)
    if not isinstance(outcome, Reply):
        raise TypeError(f"refused: {outcome}")
    msgspec.json.encode(outcome.data)
    return (time.perf_counter() - began) * 1000


async def refusals(pool: Pool, tenant: Tenant, count: int) -> list[float]:
    """Milliseconds of bookings onto confirmed ones, each refused with what is free instead."""
    async with transaction(pool, tenant.id) as connection:
        taken = await connection.fetch(
            "SELECT artist_id, starts_at, ends_at FROM bookings"
            " WHERE tenant_id = $1 AND status = 'confirmed' AND starts_at > $2 ORDER BY id LIMIT $3",
            tenant.id,
            NOW,
            count,
        )
    executor = Executor(pool, publish=publish_nothing, clock=lambda: NOW)
    took = []
    for row in taken:
        times = {"start": row["starts_at"].isoformat(), "end": row["ends_at"].isoformat()}
        wish = {"artist_id": str(row["artist_id"]), "status": "confirmed", **times}
        began = time.perf_counter()
        answer = await executor.execute(system_actor(tenant.id), envelope("booking.place", wish))
        took.append((time.perf_counter() - began) * 1000)
        if answer.ok:
            raise TypeError(f"taken twice: {answer}")
    await executor.close()
    return took


def figures_of(took: list[float]) -> tuple[float, float, float]:
    """Median, p95 and p99."""
    took = sorted(took)
    return statistics.median(took), took[int(0.95 * len(took))], took[int(0.99 * len(took))]


async def bench(database: Database, sizes: list[int], requests: int) -> bool:
    """Print the figures of every size; whether the targets are held."""
    print(f"{platform.machine()}, {platform.python_version()}; {requests} requests each, one at a time")
    print(f"{'artists':>8} {'window':<24}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}  target p95")
    held = True
    pool = await create_pool(database.dsn)
    for size in sizes:
        tenant = await fill(pool, database.dsn, size)
        for name, whole in (("4 to 12 weeks, a skill", False), ("a year, everybody", True)):
            draw = random.Random(7)
            wishes = [request(draw, whole) for _ in range(requests)]
            for wish in wishes[:20]:
                await ask(pool, tenant, wish)
            gc.collect()
            figures = figures_of([await ask(pool, tenant, wish) for wish in wishes])
            target = TARGETS.get(size) if not whole else None
            held &= target is None or figures[1] < target
            shown = "".join(f"{figure:>8.1f}" for figure in figures)
            print(f"{size:>8} {name:<24}{shown}  {'–' if target is None else f'{target:g}'}", flush=True)
        await refusals(pool, tenant, 20)
        shown = "".join(f"{figure:>8.1f}" for figure in figures_of(await refusals(pool, tenant, requests)))
        print(f"{size:>8} {'a refusal':<24}{shown}  –", flush=True)
    await pool.close()
    return held


def main() -> None:
    """Measure as the command line says; ends with 1 where a target is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=300)
    options.add_argument("--artists", type=int, nargs="+", default=[200, 1000])
    chosen = options.parse_args()
    with running_cluster() as cluster:
        database = cluster.new_database()
        held = asyncio.run(bench(database, chosen.artists, chosen.requests))
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
