"""Connections run as a role that owns nothing, and tenants last one transaction."""

import asyncio
from uuid import uuid4

import pytest

from db.errors import DatabaseUnreachable
from db.pool import APP_ROLE, acquire, create_pool, transaction


async def test_sessions_run_as_the_application_role(pool):
    async with acquire(pool) as connection:
        assert await connection.fetchval("SELECT current_user") == APP_ROLE


async def test_a_tenant_lasts_one_transaction(pool):
    tenant = uuid4()
    async with transaction(pool, tenant) as connection:
        assert await connection.fetchval("SELECT current_setting('app.tenant')") == str(tenant)
        backend = await connection.fetchval("SELECT pg_backend_pid()")
    async with acquire(pool) as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") == backend
        assert await connection.fetchval("SELECT current_setting('app.tenant')") == ""


async def test_a_failed_transaction_leaves_no_tenant_and_no_open_transaction(pool):
    with pytest.raises(LookupError):
        async with transaction(pool, uuid4()):
            raise LookupError
    async with acquire(pool) as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SELECT current_setting('app.tenant')") == ""


async def test_a_connection_that_is_lost_on_its_way_back_is_nobodys_fault(pool):
    """It ends between two steps of asyncpg's release, as when Postgres is killed."""
    loop = asyncio.get_running_loop()

    async def lose():
        async with acquire(pool) as connection:
            loop.call_soon(loop.call_soon, connection.terminate)
            raise LookupError

    for _ in range(2 * pool.get_max_size()):  # and its place is free again each time
        with pytest.raises(LookupError):
            await lose()
    async with acquire(pool) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_limits_are_set_on_every_session(pool):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    async with acquire(pool) as connection:
        assert [await connection.fetchval(f"SHOW {name}") for name in names] == ["30s", "5s", "15s"]


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        ("postgresql://u@/d?host=/nowhere/at/all", "no Postgres listens at that address"),
        ("postgresql://u:secret@127.0.0.1:1/d", "no Postgres listens at that address"),
        ("nonsense", "Postgres could not be reached"),
    ],
)
async def test_a_wrong_address_is_one_sentence_without_the_password(dsn, reason):
    with pytest.raises(DatabaseUnreachable, match=reason) as caught:
        await create_pool(dsn)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
