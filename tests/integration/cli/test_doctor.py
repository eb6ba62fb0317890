"""`production-tool doctor`: each thing that can be wrong is named, with what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from db.solver_queue import sign_in
from server.doctor import Finding, examine_database
from tests.harness.postgres import Cluster, Database
from tests.harness.process import Answer, run_command
from tests.harness.redis import redis_server, servers

SECRET = "long enough to be a secret of somebody"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """An app that is built, as far as files tell."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    return tmp_path


@pytest.fixture
def doctor(database: Database, dist: Path) -> Callable[..., Answer]:
    """Run it with settings that are all good but for those given."""

    def run(**settings: Any) -> Answer:
        fine = {"DATABASE_URL": database.dsn, "SECRET_KEY": SECRET, "WEB_DIST": dist, "PHONE_DIST": dist}
        return run_command("doctor", **{**fine, **settings})

    return run


def test_where_all_is_well_it_says_so(doctor):
    with redis_server(servers()["valkey"]) as redis:
        answer = doctor(REDIS_URL=redis.url)
    assert answer.status == 0, answer.out
    assert "Nothing to mend" in answer.out
    assert "BAD" not in answer.out
    for what in ("SECRET_KEY", "Postgres", "extensions", "application role", "migrations", "clocks", "Redis"):
        assert f"ok    {what}: " in answer.out, what


def test_without_a_secret_it_shows_how_to_make_one(doctor):
    answer = doctor(SECRET_KEY="")
    assert answer.status == 0
    assert "secrets.token_urlsafe" in answer.out


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"FORWARDED_ALLOW_IPS": "*"}, "BAD   FORWARDED_ALLOW_IPS"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "BAD   Redis: it cannot be reached"),
        ({"WEB_DIST": "/nowhere"}, "BAD   web app: is not built"),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
            "BAD   Postgres: no Postgres listens at that address",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(doctor, settings, expected):
    answer = doctor(**settings)
    assert answer.status == 1
    assert expected in answer.out
    assert "1 to mend" in answer.out
    assert "Traceback" not in answer.err


def test_a_password_is_never_shown(doctor):
    answer = doctor(
        DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/x", REDIS_URL="redis://:hunter2@127.0.0.1:1/0"
    )
    assert "hunter2" not in answer.out + answer.err


def test_a_database_without_any_schema_will_be_set_up(doctor, empty_database):
    answer = doctor(DATABASE_URL=empty_database.dsn)
    assert answer.status == 0, answer.out
    assert "note  migrations: " in answer.out


# -- what an operator may have done to a database ----------------------------------------------

DAMAGE = {
    "a wall is down": (
        "ALTER TABLE bookings NO FORCE ROW LEVEL SECURITY",
        "row-level security",
        "bookings",
    ),
    "the constraint is gone": (
        "ALTER TABLE exclusive_time DROP CONSTRAINT no_double_booking",
        "no_double_booking",
        "two people in one place",
    ),
    "a newer version was here": (
        "INSERT INTO meta.schema_migrations (name, checksum) VALUES ('9999_later.sql', 'x')",
        "migrations",
        "a newer one",
    ),
    "a released file was edited": (
        "UPDATE meta.schema_migrations SET checksum = 'x' WHERE name LIKE '0001%'",
        "migrations",
        "was edited",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found(database: Database, name: str) -> None:
    statement, what, said = DAMAGE[name]
    (finding,) = asyncio.run(_after(database, statement))
    assert (finding.what, finding.state) == (what, "bad")
    assert said in finding.said
    assert finding.mend


async def _after(database: Database, statement: str) -> list[Finding]:
    """What is bad after a superuser did this."""
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
    return [finding for finding in await examine_database(database.dsn) if finding.state == "bad"]


async def test_a_superuser_in_the_address_is_noted(database):
    findings = await examine_database(database.superuser_dsn)
    assert [f.what for f in findings if f.state == "note"] == ["login role"]


async def test_clocks_that_disagree_are_bad(database):
    findings = await examine_database(database.dsn, lambda: datetime.now(UTC) - timedelta(hours=1))
    (finding,) = [f for f in findings if f.state == "bad"]
    assert finding.what == "clocks"
    assert "3600 s apart" in finding.said


async def test_an_application_role_that_sees_everything_is_bad(postgres: Cluster, database: Database) -> None:
    """Roles belong to the whole server: changed, looked at and changed back."""
    superuser = await asyncpg.connect(database.superuser_dsn)
    try:
        async with superuser.transaction():
            await superuser.execute("ALTER ROLE production_tool_app BYPASSRLS")
        findings = await examine_database(database.dsn)
    finally:
        await superuser.execute("ALTER ROLE production_tool_app NOBYPASSRLS")
        await superuser.close()
    assert [f.what for f in findings if f.state == "bad"] == ["application role"]


async def test_plans_that_wait_for_nobody_are_bad_until_somebody_is_there(pool, database):
    async def said() -> list[Finding]:
        return [found for found in await examine_database(database.dsn) if found.what == "solver"]

    assert await said() == []
    await pool.execute(
        "INSERT INTO jobs.solver_queue (tenant_id, job_id, quick, priority)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), false, 0)"
    )
    [waiting] = await said()
    assert (waiting.state, "1 plans wait" in waiting.said) == ("bad", True)
    assert "worker --solver" in waiting.mend
    await sign_in(pool, uuid4(), 2)
    [served] = await said()
    assert (served.state, served.said) == ("good", "2 can search plans, 1 wait")
