"""`production-tool compact` and `erase`: less is kept, and the chain still says that nothing was forged."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from db.errors import NotKept
from db.pool import Pool, create_pool, transaction
from db.queries import event_log, history, mirror
from scheduling.model import KIND_OF
from server.keeping import compact, erase
from server.verifying import verify_studio
from tests.harness.actions import NOW
from tests.harness.asking import executor_on, no, ok, slot
from tests.harness.process import run_command
from tests.harness.studio import Studio


@pytest.fixture
async def studio(database):
    pool: Pool = await create_pool(database.dsn, min_size=1, max_size=4)
    studio = await Studio.open(pool, executor_on(pool))
    yield studio
    await studio.executor.close()
    await pool.close()


async def _worked(studio: Studio):
    """An artist with an account, a booking that was edited often, and time off with a reason."""
    ada = await studio.artist(name="Ada Lovelace", email="ada@example.test", notes="likes tea")
    account = uuid4()
    who = {"email": "ada@example.test", "name": "Ada Lovelace", "role": "freelancer", "artist_id": str(ada)}
    ok(await studio.run("member.add", {"id": str(account), **who}))
    booking = str(uuid4())
    ok(await studio.run("booking.place", slot(ada, id=booking)))
    first = str(uuid4())
    ok(await studio.run("booking.edit", {"booking_id": booking, "title": "T0"}, command_id=first))
    for n in range(1, 8):
        ok(await studio.run("booking.edit", {"booking_id": booking, "title": f"T{n}"}))
    away = {"artist_id": str(ada), "start": "2026-08-03T00:00:00Z", "end": "2026-08-05T00:00:00Z"}
    me = studio.actor("freelancer", ada, name="Ada Lovelace")
    me = type(me)(**{**{f: getattr(me, f) for f in me.__struct_fields__}, "id": account})
    ok(await studio.run("time_off.request", {**away, "note": "surgery"}, actor=me))
    return ada, booking, first


async def _whole(studio: Studio) -> int:
    verdict = await verify_studio(studio.pool, studio.tenant.id)
    assert verdict.fault is None, verdict
    return verdict.seq


async def test_compacting_drops_images_and_keeps_the_chain(studio, database):
    _, booking, first = await _worked(studio)
    before = await studio.state()
    seq = await _whole(studio)
    done = await compact(database.dsn, studio.pool, studio.tenant.id, NOW + timedelta(seconds=1))
    assert done.history_from == seq + 1
    assert done.dropped == 8  # the booking's nine images but the last, and nothing else had two
    assert await _whole(studio) == seq + 1
    after = await studio.state()
    assert after.bookings == before.bookings
    async with transaction(studio.pool, studio.tenant.id) as connection:
        with pytest.raises(NotKept):
            await event_log.since(connection, studio.tenant.id, 0, limit=100)
        assert len(await event_log.since(connection, studio.tenant.id, seq, limit=100)) == 1
        image = (await history.images(connection, studio.tenant.id, [("booking", booking)], seq)).popitem()[1]
    assert json.loads(image.entity)["title"] == "T7"
    # What it needs to undo is gone; what it merged with counts as changed.
    no(await studio.run("history.undo", {"command_id": first}), "not_found")
    no(
        await studio.run("booking.edit", {"booking_id": booking, "title": "x"}, base_version=2),
        "stale_version",
    )
    again = await compact(database.dsn, studio.pool, studio.tenant.id, NOW + timedelta(seconds=1))
    assert again.dropped == 0


async def test_only_the_operator_says_how_much_is_kept(studio):
    owner = studio.actor("studio_owner")
    no(await studio.run("tenant.edit", {"history_from": 5}, actor=owner), "forbidden")


async def test_erasing_takes_a_persons_words_and_keeps_the_chain(studio, database):
    ada, _, _ = await _worked(studio)
    assert await erase(database.dsn, studio.pool, studio.tenant, ada) >= 3
    await _whole(studio)
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        for table in ("event_log", "artists", "members", "times_off", "command_answers"):
            text = str([dict(row) for row in await connection.fetch(f"SELECT * FROM {table}")])
            for word in ("Lovelace", "ada@example.test", "likes tea", "surgery"):
                assert word not in text, (table, word)
    finally:
        await connection.close()
    assert await erase(database.dsn, studio.pool, studio.tenant, ada) == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            # As if somebody had been erased, but with other words.
            """UPDATE event_log SET digest = sha256(convert_to(body::text, 'UTF8')),
            body = replace(body::text, '"title":"T3"', '"title":"X"')::json
            WHERE body::text LIKE '%"title":"T3"%'""",
            "nobody was erased in it",
        ),
        (
            """UPDATE event_log SET digest = sha256(convert_to(body::text, 'UTF8')), body = NULL
            WHERE seq = 5""",
            "event 5 has no body, though the past is kept from 1 on",
        ),
        ("UPDATE bookings SET title = 'Mine'", "differs in its table: title"),
        ("UPDATE bookings SET status = 'hold'", "differs in its table: status"),
        ("DELETE FROM times_off", "is not in its table"),
        (
            """INSERT INTO projects (tenant_id, id, name, colour, status, version)
            SELECT tenant_id, gen_random_uuid(), 'Ghost', '#000000', 'active', 1 FROM tenant_heads""",
            "no event tells of it",
        ),
    ],
)
async def test_what_was_forged_or_does_not_follow_is_named(studio, database, statement, expected):
    await _worked(studio)
    connection = await asyncpg.connect(database.superuser_dsn)
    await connection.execute(statement)
    await connection.close()
    verdict = await verify_studio(studio.pool, studio.tenant.id)
    assert verdict.fault is not None
    assert expected in verdict.fault


def test_every_kind_is_held_against_its_table():
    assert set(mirror.KINDS) == set(KIND_OF.values())


def test_the_commands_speak_in_sentences(database):
    url = {"DATABASE_URL": database.dsn}
    for name in ("Nord", "Sud"):
        run_command("studio", "create", name, "--owner", f"o@{name}.example", **url)
    answer = run_command("verify", **url)
    assert answer.out.splitlines() == [
        "The history of nord is whole up to event 1",
        "The history of sud is whole up to event 1",
    ]
    answer = run_command("compact", "--keep", "24", **url)
    assert answer.out.splitlines()[0] == (
        "nord keeps its history from event 1 on; 0 older images were dropped"
    )
    answer = run_command("erase", "--studio", "nord", "--artist", str(uuid4()), **url)
    assert answer.status == 1
    assert "there is no artist" in answer.err
