"""The database goes away: nothing is acknowledged falsely, and the same id has one effect afterwards.

Rules E6 and E13 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import db.lines
import db.pool
from db.pool import Connection, Pool, create_pool
from db.queries import answers, batches, tenants
from realtime.execute import Executor
from scheduling.permissions import Actor
from tests.harness.actions import NOW
from tests.harness.asking import encoded, executor_on, no, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope, publish_nothing
from tests.harness.sweep import sweep
from tests.harness.unsteady import UnsteadyWire


async def logged(studio: Studio) -> int:
    return len((await studio.state()).bookings)


@pytest.mark.parametrize("moment", ["lock", "load", "append"])
async def test_a_connection_killed_in_the_middle_is_answered_busy(
    studio: Studio, module_database: Database, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    artist = await studio.artist()
    studio.forget()
    module, name = {
        "lock": (tenants, "lock"),
        "load": (answers, "by_ids"),
        "append": (batches, "append"),
    }[moment]
    real = getattr(module, name)
    killed = False

    async def once_killed(connection: Connection, *args: Any) -> Any:
        nonlocal killed
        if not killed:
            killed = True
            await _kill(module_database, await connection.fetchval("SELECT pg_backend_pid()"))
        return await real(connection, *args)

    monkeypatch.setattr(module, name, once_killed)
    requests = [envelope("booking.place", slot(artist, hour)) for hour in range(5)]
    first = await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    assert killed
    for answer in first:
        error = no(answer, "busy")
        assert (error.retryable, error.retry_after_ms) == (True, 500)
    assert await logged(studio) == 0
    again = await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    assert [ok(answer).seq for answer in again] == [2, 3, 4, 5, 6]
    assert await sweep(module_database.dsn, studio.tenant.id) == 6


async def _kill(database: Database, pid: int) -> None:
    """End a session, and wait until it is gone."""
    superuser = await asyncpg.connect(database.superuser_dsn)
    try:
        assert await superuser.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    finally:
        await superuser.close()


@pytest.fixture
async def unsteady(module_database: Database) -> AsyncIterator[tuple[UnsteadyWire, Executor]]:
    """An executor whose way to Postgres can be cut."""
    async with UnsteadyWire(module_database.dsn).open() as wire:
        pool = await create_pool(wire.dsn, min_size=1, max_size=2)
        executor = executor_on(pool)
        yield wire, executor
        await executor.close()
        await pool.close()


async def test_a_commit_whose_answer_was_lost_is_learned_by_the_same_id(
    studio: Studio, unsteady: tuple[UnsteadyWire, Executor], module_database: Database
) -> None:
    """The worst moment: it is done, and nobody heard. Not acknowledged, not denied, not done twice."""
    wire, executor = unsteady
    artist = await studio.artist()
    request = envelope("booking.place", slot(artist))
    wire.drop_next_commit()
    error = no(await executor.execute(studio.system, request), "busy")
    assert wire.dropped == 1
    assert "send the same id again" in error.message
    assert await logged(studio) == 1
    first = ok(await executor.execute(studio.system, request))
    assert first.seq == 2
    assert encoded(await studio.executor.execute(studio.system, request)) == encoded(first)
    assert await sweep(module_database.dsn, studio.tenant.id) == 2


async def test_a_lost_answer_of_a_batch_that_is_one_call_is_learned_by_the_same_id(
    studio: Studio, unsteady: tuple[UnsteadyWire, Executor], module_database: Database
) -> None:
    """[E6] The same moment where nothing had to be read: one message writes and commits."""
    wire, executor = unsteady
    artist = await studio.artist()
    ok(await executor.execute(studio.system, envelope("booking.place", slot(artist, 5))))
    request = envelope("booking.place", slot(artist))
    wire.drop_next_commit()
    no(await executor.execute(studio.system, request), "busy")
    assert wire.dropped == 1
    assert await logged(studio) == 2
    assert ok(await executor.execute(studio.system, request)).seq == 3
    assert await sweep(module_database.dsn, studio.tenant.id) == 3


async def test_an_exhausted_pool_is_answered_busy(
    module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.pool, "ACQUIRE_SECONDS", 0.05)
    pool = await create_pool(module_database.dsn, min_size=1, max_size=1)
    studio = await Studio.open(pool, executor_on(pool))
    artist = await studio.artist()
    request = envelope("booking.place", slot(artist))
    async with pool.acquire():
        error = no(await studio.executor.execute(studio.system, request), "busy")
    assert (error.retryable, error.retry_after_ms) == (True, 500)
    assert ok(await studio.executor.execute(studio.system, request)).seq == 2
    await studio.executor.close()
    await pool.close()


async def test_a_database_that_is_gone_is_answered_busy(studio: Studio, module_database: Database) -> None:
    pool = await create_pool(module_database.dsn, min_size=1, max_size=2)
    executor = executor_on(pool)
    artist = await studio.artist()
    request = envelope("booking.place", slot(artist))
    pool.terminate()
    no(await executor.execute(studio.system, request), "busy")
    await executor.close()
    ok(await studio.executor.execute(studio.system, request))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are doubted early, and Postgres has little time to say what became of them."""
    monkeypatch.setattr(db.lines, "DOUBT_SECONDS", 0.2)
    monkeypatch.setattr(db.lines, "AGAIN_SECONDS", 0.05)


@pytest.mark.usefixtures("soon")
async def test_a_half_open_line_is_answered_busy_and_the_next_command_is_done(
    studio: Studio, unsteady: tuple[UnsteadyWire, Executor], module_database: Database
) -> None:
    """[E13] Nothing comes back and nobody says so: the outcome is unknown, and the studio is not locked."""
    wire, executor = unsteady
    artist = await studio.artist()
    ok(await executor.execute(studio.system, envelope("booking.place", slot(artist, 5))))
    assert wire.go_dead() > 0
    request = envelope("booking.place", slot(artist))
    error = no(await executor.execute(studio.system, request), "busy")
    assert "send the same id again" in error.message
    assert ok(await executor.execute(studio.system, request)).seq == 3
    assert await sweep(module_database.dsn, studio.tenant.id) == 3


@pytest.mark.usefixtures("soon")
async def test_a_network_that_is_gone_is_answered_busy_until_it_is_back(
    studio: Studio,
    unsteady: tuple[UnsteadyWire, Executor],
    module_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """[E13] Not even the question gets an answer."""
    monkeypatch.setattr(db.lines, "ASK_SECONDS", 0.2)
    wire, executor = unsteady
    artist = await studio.artist()
    ok(await executor.execute(studio.system, envelope("booking.place", slot(artist, 5))))
    wire.go_dead(for_new=True)
    request = envelope("booking.place", slot(artist))
    no(await executor.execute(studio.system, request), "busy")
    wire.revive()
    assert ok(await executor.execute(studio.system, request)).seq == 3
    assert await sweep(module_database.dsn, studio.tenant.id) == 3


@pytest.mark.usefixtures("soon")
async def test_a_statement_that_is_only_slow_is_left_alone(module_database: Database) -> None:
    """[E13] Postgres says that it is at work: whoever waits goes on waiting."""
    pool = await create_pool(module_database.dsn, min_size=2, max_size=2)
    async with pool.acquire() as connection, pool.acquire() as other:
        assert await connection.fetchval("SELECT 1 FROM pg_sleep(1)") == 1
        assert await other.fetchval("SELECT 2") == 2
    await pool.close()


async def test_a_lost_lock_is_tried_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, module_database: Database
) -> None:
    """A deadlock with somebody else's work, a lock that took too long: nobody hears of it."""
    artist = await studio.artist()
    real, losses = batches.append, [asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError]

    async def losing(connection: Connection, batch: batches.Batch) -> bool:
        if losses:
            raise losses.pop()("lost")
        return await real(connection, batch)

    monkeypatch.setattr(batches, "append", losing)
    assert ok(await studio.run("booking.place", slot(artist))).seq == 2
    assert losses == []
    assert await sweep(module_database.dsn, studio.tenant.id) == 2


async def test_a_lock_that_is_always_lost_is_answered_busy(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    artist = await studio.artist()
    attempts = 0

    async def losing(*_: Any) -> None:
        nonlocal attempts
        attempts += 1
        raise asyncpg.DeadlockDetectedError("lost")

    with monkeypatch.context() as patched:
        patched.setattr(batches, "append", losing)
        no(await studio.run("booking.place", slot(artist)), "busy")
    assert attempts == 1 + 4, "once on what was remembered, four times under the lock"
    ok(await studio.run("booking.place", slot(artist)))


async def test_a_studio_that_does_not_exist_is_not_found(studio: Studio, pool: Pool) -> None:
    nobody = Actor(kind="member", id=UUID(int=1), name="Nobody", role="studio_owner", tenant_id=UUID(int=2))
    executor = Executor(pool, publish=publish_nothing, clock=lambda: NOW)
    asked = [executor.execute(nobody, envelope("artist.add", {"name": "Ada"})) for _ in range(3)]
    for answer in await asyncio.gather(*asked):
        assert "no studio" in no(answer, "not_found").message
    await executor.close()
