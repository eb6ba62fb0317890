"""`production-tool verify`: finds whatever was done to a studio's history behind its back."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from db.pool import Pool, create_pool
from server.verifying import verify_studio
from tests.harness.process import run_command
from tests.harness.studio import Studio


@pytest.fixture
async def studio(database):
    pool: Pool = await create_pool(database.dsn, min_size=1, max_size=4)
    studio = await Studio.open(pool)
    for n in range(20):
        await studio.artist(name=f"Artist {n}")
    yield studio
    await studio.executor.close()
    await pool.close()


async def tamper(database, statement: str) -> None:
    """As somebody with the superuser's rights."""
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def fault(studio: Studio) -> str:
    verdict = await verify_studio(studio.pool, studio.tenant.id)
    assert verdict.fault is not None
    return verdict.fault


async def test_a_history_that_nobody_touched_is_whole(studio):
    verdict = await verify_studio(studio.pool, studio.tenant.id)
    assert (verdict.seq, verdict.fault) == (20, None)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE event_log SET body = replace(body::text, 'Artist 6', 'Artist X')::json WHERE seq = 7",
            "is not what was written",
        ),
        ("DELETE FROM event_log WHERE seq = 7", "event 7 is missing"),
        ("DELETE FROM event_log WHERE seq > 15", "the log ends at event 15, and its head says 20"),
        (
            """UPDATE event_log e SET body = o.body, hash = o.hash FROM event_log o
            WHERE (e.seq, o.seq) IN ((3, 4), (4, 3))""",
            "is not what was written, or not what was written after 2",
        ),
        ("UPDATE tenant_heads SET hash = 'x'", "event 20 is not the one that the head was made with"),
        (
            """WITH forged AS (SELECT replace(body::text, '"seq":20', '"seq":19') AS body
                FROM event_log WHERE seq = 20)
            UPDATE event_log e SET body = f.body::json, hash = sha256(
                (SELECT hash FROM event_log WHERE seq = 19) || sha256(convert_to(f.body, 'UTF8')))
            FROM forged f WHERE e.seq = 20""",
            "carries another number",
        ),
    ],
)
async def test_the_first_bad_event_is_named(studio, database, statement, expected):
    await tamper(database, statement)
    assert expected in await fault(studio)


def test_the_command_says_it_in_one_sentence(database):
    url = {"DATABASE_URL": database.dsn}
    run_command("studio", "create", "Nord", "--owner", "o@x.example", **url)
    answer = run_command("verify", "--studio", "nord", **url)
    assert (answer.status, answer.out) == (0, "The history of nord is whole up to event 1\n")
    asyncio.run(tamper(database, "UPDATE event_log SET hash = 'x'"))
    answer = run_command("verify", "--studio", "nord", **url)
    assert (answer.status, answer.out) == (1, "")
    assert "event 1 (member.added " in answer.err
    answer = run_command("verify", "--studio", "none", **url)
    assert "there is no studio with the slug 'none'" in answer.err
