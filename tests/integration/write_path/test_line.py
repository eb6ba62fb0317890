"""The line of waiting commands: bounded, acknowledged before published, drained at the end.

Rules E2, E7, E8 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import pytest

from db.pool import Pool
from realtime import line
from realtime.protocol import Answer
from realtime.requests import Committed
from scheduling.events import LoggedEvent
from tests.harness.asking import executor_on, no, ok, slot
from tests.harness.patience import DEADLINE
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope


@asynccontextmanager
async def held(studio: Studio) -> AsyncIterator[None]:
    """Nobody writes to the studio while the block lasts."""
    async with studio.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", str(studio.tenant.id))
        await connection.execute("SELECT FROM tenant_heads WHERE tenant_id = $1 FOR UPDATE", studio.tenant.id)
        yield


class Bus:
    """A bus that remembers, and can be stopped or broken."""

    def __init__(self) -> None:
        self.heard: list[Committed] = []
        self.open = asyncio.Event()
        self.open.set()
        self.entered = asyncio.Event()
        self.broken = False

    async def publish(self, committed: Committed) -> None:
        self.entered.set()
        await self.open.wait()
        if self.broken:
            raise ConnectionError("the bus is away")
        self.heard.append(committed)


async def on_bus(pool: Pool, bus: Bus) -> Studio:
    return await Studio.open(pool, executor_on(pool, bus.publish))


async def test_an_answer_that_cannot_be_passed_on_costs_nobody_else_anything(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    """[E4]"""
    artist, told = await studio.artist(), asyncio.Queue[Answer]()

    def broken(_answer: Answer, _body: bytes) -> None:
        raise RuntimeError("nobody is there")

    def tell(answer: Answer, body: bytes) -> None:
        assert msgspec.json.encode(answer) == body
        told.put_nowait(answer)

    async with held(studio):
        for hour in range(6):
            request = envelope("booking.place", slot(artist, hour))
            studio.executor.submit(studio.system, request, broken if hour == 2 else tell)
    answers = [ok(await asyncio.wait_for(told.get(), DEADLINE)) for _ in range(5)]
    assert len({answer.seq for answer in answers}) == 5
    ok(await studio.run("booking.place", slot(artist, 7)))
    assert "could not be passed on" in caplog.text


# -- the bound ---------------------------------------------------------------------------


async def test_too_many_waiting_commands_are_answered_busy_at_once(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "QUEUE", 10)
    artist = await studio.artist()
    async with held(studio):
        requests = [envelope("booking.place", slot(artist, hour)) for hour in range(100)]
        asked = [asyncio.create_task(studio.executor.execute(studio.system, r)) for r in requests]
        done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        for refused in done:
            error = no(refused.result(), "busy")
            assert (error.retryable, error.retry_after_ms) == (True, 500)
        assert len(waiting) <= line.BATCH + 10
        assert len(done) + len(waiting) == 100
    for accepted in await asyncio.gather(*waiting):
        ok(accepted)
    again = [requests[n] for n, task in enumerate(asked) if task in done]
    for request in again:
        ok(await studio.executor.execute(studio.system, request))


async def test_a_full_line_of_one_studio_is_not_anothers(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "QUEUE", 1)
    other = await Studio.open(studio.pool, studio.executor)
    artist = await studio.artist()
    async with held(studio):
        requests = [envelope("booking.place", slot(artist, hour)) for hour in range(3)]
        asked = [asyncio.create_task(studio.executor.execute(studio.system, r)) for r in requests]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        await other.artist()
    await asyncio.gather(*asked)


# -- acknowledged, then published --------------------------------------------------------


async def test_an_acknowledgement_does_not_wait_for_the_bus(pool: Pool) -> None:
    bus = Bus()
    bus.open.clear()
    studio = await on_bus(pool, bus)
    answer = await studio.run("artist.add", {"name": "Ada"})
    assert ok(answer).seq == 1
    assert bus.heard == []
    bus.open.set()
    await studio.executor.close()
    assert [(c.from_seq, c.to_seq) for c in bus.heard] == [(1, 1)]


async def test_nothing_is_published_before_its_answer_is_there(pool: Pool) -> None:
    bus = Bus()
    studio = await on_bus(pool, bus)
    writer_answers: list[bool] = []
    task: asyncio.Task[object] | None = None

    async def publish(committed: Committed) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert task is not None
        writer_answers.append(task.done())
        await bus.publish(committed)

    executor = executor_on(pool, publish)
    task = asyncio.create_task(executor.execute(studio.system, envelope("artist.add", {"name": "Ada"})))
    await task
    await executor.close()
    await studio.executor.close()
    assert writer_answers == [True]


async def test_hints_leave_in_order_and_whole(pool: Pool) -> None:
    bus = Bus()
    studio = await on_bus(pool, bus)
    artist = await studio.artist()
    requests = [envelope("booking.place", slot(artist, hour)) for hour in range(300)]
    await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    await studio.executor.close()
    numbers = [event.seq for committed in bus.heard for event in committed.events]
    assert numbers == list(range(1, 302))
    for committed in bus.heard:
        assert (committed.from_seq, committed.to_seq) == (committed.events[0].seq, committed.events[-1].seq)
        bodies = [msgspec.json.decode(body, type=LoggedEvent) for body in committed.bodies]
        assert [body.seq for body in bodies] == [event.seq for event in committed.events]


async def test_what_changed_nothing_is_not_published(pool: Pool) -> None:
    bus = Bus()
    studio = await on_bus(pool, bus)
    artist = await studio.artist()
    ok(await studio.run("artist.edit", {"artist_id": str(artist), "name": "Ada"}))
    no(await studio.run("artist.edit", {"artist_id": str(artist), "zone": "Mars"}), "invalid")
    await studio.executor.close()
    assert len(bus.heard) == 1


async def test_a_broken_bus_harms_nobody(pool: Pool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    bus = Bus()
    bus.broken = True
    studio = await on_bus(pool, bus)
    artist = await studio.artist()
    for hour in range(3):
        ok(await studio.run("booking.place", slot(artist, hour)))
    bus.broken = False
    ok(await studio.run("booking.place", slot(artist, 9)))
    await studio.executor.close()
    assert [(c.from_seq, c.to_seq) for c in bus.heard] == [(5, 5)]


# -- callers and the end -----------------------------------------------------------------


async def test_a_caller_who_leaves_does_not_take_the_command_along(
    studio: Studio, module_database: Database
) -> None:
    artist = await studio.artist()
    request = envelope("booking.place", slot(artist))
    async with held(studio):
        caller = asyncio.create_task(studio.executor.execute(studio.system, request))
        neighbour = asyncio.create_task(studio.run("booking.place", slot(artist, 1)))
        await _waits(module_database)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    ok(await neighbour)
    assert len((await studio.state()).bookings) == 2
    assert ok(await studio.executor.execute(studio.system, request)).seq == 2


async def _waits(database: Database) -> None:
    """Until Postgres says that somebody waits for a lock."""
    superuser = await asyncpg.connect(database.superuser_dsn)
    try:
        async with asyncio.timeout(DEADLINE):
            while not await superuser.fetchval(  # noqa: ASYNC110 - another process is asked
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock')"
            ):
                await asyncio.sleep(0.005)
    finally:
        await superuser.close()


async def test_closing_finishes_what_waits_and_takes_nothing_more(
    pool: Pool, module_database: Database
) -> None:
    bus = Bus()
    studio = await on_bus(pool, bus)
    artist = await studio.artist()
    async with held(studio):
        requests = [envelope("booking.place", slot(artist, hour)) for hour in range(200)]
        asked = [asyncio.create_task(studio.executor.execute(studio.system, r)) for r in requests]
        await _waits(module_database)
        closing = asyncio.create_task(studio.executor.close())
        await asyncio.sleep(0)
        late = await studio.run("booking.place", slot(artist, 500))
        assert "restarting" in no(late, "busy").message
        assert not closing.done()
    await closing
    assert all(task.done() for task in asked)
    for task in asked:
        ok(task.result())
    assert bus.heard[-1].to_seq == 201


async def test_closing_waits_for_what_is_being_published(pool: Pool) -> None:
    bus = Bus()
    studio = await on_bus(pool, bus)
    bus.open.clear()
    await studio.artist()
    await bus.entered.wait()
    closing = asyncio.create_task(studio.executor.close())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not closing.done()
    bus.open.set()
    await closing
    assert len(bus.heard) == 1


async def test_an_executor_that_did_nothing_closes_too(pool: Pool) -> None:
    await executor_on(pool).close()
