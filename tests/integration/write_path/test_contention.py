"""Sixty-four clients want the same few artists at once: order, no overlap, no deadlock, nothing lost."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import msgspec
import pytest

from db.pool import Pool, create_pool
from realtime.execute import Executor
from realtime.protocol import Answer, CommandRequest, OkAnswer
from scheduling.events import LoggedEvent
from tests.harness.asking import executor_on, no, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope, read_log
from tests.harness.sweep import sweep

CLIENTS = 64
EACH = 12
ARTISTS = 10
HOURS = 40
"""Few enough that most wishes overlap another."""


@pytest.fixture
async def servers(module_database: Database) -> AsyncIterator[list[Executor]]:
    """Two executors with pools of their own, as two processes have."""
    pools = [await create_pool(module_database.dsn, min_size=1, max_size=4) for _ in range(2)]
    servers = [executor_on(pool) for pool in pools]
    yield servers
    for server, pool in zip(servers, pools, strict=True):
        await server.close()
        await pool.close()


async def deadlocks(pool: Pool) -> int:
    async with pool.acquire() as connection:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        return int(
            await connection.fetchval(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            )
        )


async def test_64_clients_place_pencils_on_10_artists(
    studio: Studio,
    servers: list[Executor],
    module_database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    artists = [await studio.artist() for _ in range(ARTISTS)]
    answers: dict[UUID, Answer] = {}

    async def client(number: int) -> None:
        rng = random.Random(number)
        me = studio.actor(name=f"Client {number}")
        for _ in range(EACH):
            wish = slot(rng.choice(artists), rng.randrange(HOURS), rng.randint(1, 8))
            request = envelope("booking.place", wish)
            answer = await servers[number % 2].execute(me, request)
            assert answer.id == request.id
            answers[request.id] = answer
            if rng.random() < 0.1:  # a lost acknowledgement: the same id, through the other server
                again = await servers[(number + 1) % 2].execute(me, request)
                assert msgspec.json.encode(again) == msgspec.json.encode(answer)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))

    assert len(answers) == CLIENTS * EACH
    accepted = {command_id for command_id, answer in answers.items() if isinstance(answer, OkAnswer)}
    assert len(accepted) >= ARTISTS
    for answer in answers.values():
        if not isinstance(answer, OkAnswer):
            error = no(answer, "conflict")
            assert error.data is not None
            assert error.data.blocking
    head = await sweep(module_database.dsn, studio.tenant.id)
    assert head == ARTISTS + len(accepted)
    bodies = await read_log(studio.pool, studio.tenant.id)
    logged = Counter(msgspec.json.decode(body, type=LoggedEvent).command_id for body in bodies[ARTISTS:])
    assert logged == dict.fromkeys(accepted, 1), "every acknowledged command is in the log exactly once"
    assert await deadlocks(studio.pool) == 0
    assert caplog.records == []


async def test_what_was_acknowledged_before_another_was_sent_has_the_lower_number(
    studio: Studio, servers: list[Executor]
) -> None:
    """Law 5, across clients and servers: compare each answer with the highest known when it was asked for."""
    artist = await studio.artist()
    highest = 0
    seen: list[tuple[int, int]] = []

    async def client(number: int) -> None:
        nonlocal highest
        for turn in range(15):
            known = highest
            place = slot(artist, hour=number * 15 + turn)
            answer = ok(await servers[turn % 2].execute(studio.system, envelope("booking.place", place)))
            seen.append((known, answer.seq))
            highest = max(highest, answer.seq)

    await asyncio.gather(*(client(number) for number in range(16)))
    assert len({seq for _, seq in seen}) == 16 * 15
    assert all(known < seq for known, seq in seen)


async def test_one_clients_commands_are_taken_in_the_order_they_were_handed_in(studio: Studio) -> None:
    """Handed in without waiting for answers, as a client does that catches up on its queue."""
    artist = await studio.artist()
    requests = [envelope("booking.place", slot(artist, hour)) for hour in range(200)]
    answers = await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    numbers = [ok(answer).seq for answer in answers]
    assert numbers == sorted(numbers)


async def test_studios_do_not_wait_for_each_other(studio: Studio, executor: Executor) -> None:
    """While one studio's line is held, another's commands go through."""
    other = await Studio.open(studio.pool, executor)
    artist = await studio.artist()
    async with studio.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", str(studio.tenant.id))
        await connection.execute("SELECT FROM tenant_heads WHERE tenant_id = $1 FOR UPDATE", studio.tenant.id)
        stuck = asyncio.create_task(studio.run("booking.place", slot(artist)))
        ok(await other.run("booking.place", slot(await other.artist())))
        assert not stuck.done()
    ok(await stuck)


async def test_many_commands_of_one_moment_share_few_transactions(studio: Studio) -> None:
    artist = await studio.artist()
    requests: list[CommandRequest] = [envelope("booking.place", slot(artist, hour)) for hour in range(128)]
    async with studio.pool.acquire() as connection:
        before = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    await asyncio.gather(*(studio.executor.execute(studio.system, request) for request in requests))
    async with studio.pool.acquire() as connection:
        after = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    assert after - before <= 5


async def test_the_same_slot_at_the_same_instant_has_one_winner_and_the_other_sees_why(
    studio: Studio, servers: list[Executor]
) -> None:
    artist, stand_in = await studio.artist(skills=[{"name": "comp"}]), uuid4()
    added = {"id": str(stand_in), "name": "Bo", "skills": [{"name": "Comp"}]}
    ok(await studio.run("artist.add", added))
    requests = [envelope("booking.place", slot(artist, 4, 4)) for _ in range(2)]
    answers = await asyncio.gather(
        *(server.execute(studio.system, r) for server, r in zip(servers, requests, strict=True))
    )
    (winner,) = (a for a in answers if isinstance(a, OkAnswer))
    (loser,) = (a for a in answers if not isinstance(a, OkAnswer))
    error = no(loser, "conflict")
    assert error.data is not None
    assert [str(b.booking_id) for b in error.data.blocking] == [
        msgspec.json.decode(winner.result)["booking"]["id"]
    ]
    assert error.data.rank == 2
    free = error.data.alternatives
    assert [slot.artist_id for slot in free] == [artist, artist, stand_in]
    ok(await studio.run("booking.place", slot(free[2].artist_id, 4, 4)))
