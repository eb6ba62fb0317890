"""Clocks on a real Postgres: each effect exactly once, none missed, none early, whoever is killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver

from db import jobs
from db.jobs import Job, Later
from db.pool import Pool
from scheduling.clocks import Clock
from scheduling.events import LoggedEvent
from server.workers.clocks import ClockStrikes, clock_worker
from tests.harness.asking import ok
from tests.harness.due import hold, logged, soon, span, until
from tests.harness.postgres import Database
from tests.harness.studio import Studio


async def expired(studio: Studio) -> list[LoggedEvent]:
    return [event for event in await logged(studio) if event.type == "booking.expired"]


async def waiting_jobs(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM jobs.pgqueuer")
    return count


@asynccontextmanager
async def working(studio: Studio, database: Database) -> AsyncIterator[None]:
    worker = clock_worker(database.dsn, studio.executor)
    worker.start()
    try:
        yield
    finally:
        await worker.close()


# -- jobs handed on --------------------------------------------------------------------


async def test_a_job_of_a_worker_that_died_with_it_is_taken_over(studio: Studio, database: Database) -> None:
    booking = await hold(studio, await studio.artist(), expires_at=soon(-1))
    await studio.pool.execute(
        "UPDATE jobs.pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(), heartbeat = now()"
    )
    async with working(studio, database):

        async def struck() -> bool:
            return [e.entity.id for e in await expired(studio)] == [booking]

        await until(struck)


async def test_a_job_that_was_done_and_not_crossed_off_is_done_once(
    studio: Studio, database: Database
) -> None:
    """Its second handler asks under the same id, and learns the first answer."""
    await hold(studio, await studio.artist(), expires_at=soon(-1))
    row = await studio.pool.fetchrow("SELECT id, payload FROM jobs.pgqueuer")
    assert row is not None
    job = Job(id=row["id"], payload=row["payload"], attempt=0)
    for _ in range(2):
        await ClockStrikes(studio.executor)(job)
    assert len(await expired(studio)) == 1


# -- when clocks are set and when not ----------------------------------------------------


async def test_a_refused_command_leaves_no_clock(studio: Studio) -> None:
    artist = await studio.artist()
    ok(
        await studio.run(
            "booking.place", msgspec.to_builtins({"artist_id": artist, **span(), "status": "confirmed"})
        )
    )
    refused = await studio.run("booking.place", msgspec.to_builtins({"artist_id": artist, **span()}))
    assert not refused.ok
    assert await waiting_jobs(studio.pool) == 0


async def test_a_clock_ahead_of_ours_is_asked_again(studio: Studio) -> None:
    due = soon(3600)
    clock = Clock(tenant_id=studio.tenant.id, kind="expiry", id=uuid4(), due=due)
    with pytest.raises(Later) as later:
        await ClockStrikes(studio.executor)(Job(id=1, payload=msgspec.json.encode(clock), attempt=0))
    assert timedelta(minutes=59) < later.value.delay <= timedelta(hours=1)


async def test_a_hold_confirmed_before_its_expiry_is_left_alone(studio: Studio, database: Database) -> None:
    booking = await hold(studio, await studio.artist(), expires_at=soon(2))
    for verb in ("accept", "confirm"):
        ok(await studio.run(f"booking.{verb}", {"booking_id": str(booking)}))
    async with working(studio, database):

        async def crossed_off() -> bool:
            return await waiting_jobs(studio.pool) == 0

        await until(crossed_off)
    assert (await studio.state()).bookings[booking].status == "confirmed"
    assert await expired(studio) == []


# -- challenges --------------------------------------------------------------------------


async def test_silence_wins_the_challenge_and_an_unused_window_sends_to_the_tail(
    studio: Studio, database: Database
) -> None:
    """Deadlines of a day and a window of hours, moved into the past as if the time had gone by."""
    artist = await studio.artist()
    target, challenger, behind = [await hold(studio, artist) for _ in range(3)]
    challenge = uuid4()
    ok(await studio.run("challenge.open", {"booking_id": str(challenger), "id": str(challenge)}))
    later = LaterClock(studio)
    await later.wind(hours=25)
    async with working_at(studio, database, later):

        async def won() -> bool:
            found = (await studio.state()).challenges.get(challenge)
            return found is not None and found.state == "won"

        await until(won)
    assert target not in (await studio.state()).bookings
    await later.wind(hours=5)
    async with working_at(studio, database, later):

        async def closed() -> bool:
            return challenge not in (await studio.state()).challenges

        await until(closed)
    ranks = {i: b.rank for i, b in (await studio.state()).bookings.items()}
    assert ranks == {behind: 1, challenger: 2}
    kinds = Counter(e.type for e in await logged(studio))
    assert (kinds["challenge.won"], kinds["challenge.closed"], kinds["booking.requeued"]) == (1, 1, 1)


class LaterClock:
    """A clock that can be wound on, and the queue's jobs with it."""

    def __init__(self, studio: Studio) -> None:
        self.pool = studio.pool
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def wind(self, hours: int) -> None:
        self.ahead += timedelta(hours=hours)
        await self.pool.execute(
            "UPDATE jobs.pgqueuer SET execute_after = execute_after - $1::interval", timedelta(hours=hours)
        )


@asynccontextmanager
async def working_at(studio: Studio, database: Database, clock: LaterClock) -> AsyncIterator[None]:
    executor = type(studio.executor)(studio.pool, publish=_nobody, clock=clock)
    worker = jobs.Worker(database.dsn, {"clock": ClockStrikes(executor, clock)})
    worker.start()
    try:
        yield
    finally:
        await worker.close()
        await executor.close()


async def _nobody(_committed: object) -> None:
    """No readers."""


# -- the library's tables ----------------------------------------------------------------


async def test_our_migration_made_the_tables_that_the_library_needs(pool: Pool) -> None:
    manager = jobs.Worker("", {})._new_manager(pool)
    assert isinstance(manager.queries.driver, AsyncpgPoolDriver)
    await manager.verify_structure()
