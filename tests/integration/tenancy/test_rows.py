"""No row of another studio is seen or touched: every table of the catalogue, every kind of statement.

Rule E10 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from db.pool import Pool, acquire, transaction
from tests.harness.two_studios import Filled, Owner, insert, tried

REFUSED = (asyncpg.InsufficientPrivilegeError,)


async def test_both_studios_have_rows_in_every_table(owner: Owner, ours: Filled, theirs: Filled) -> None:
    """Else the rest of this file would prove nothing."""
    for table in await owner.tables():
        assert await owner.rows(table, ours), table
        assert await owner.rows(table, theirs), table


async def test_a_studio_sees_its_own_rows_and_no_others(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    for table, column in (await owner.tables()).items():
        async with tried(pool, ours.tenant_id) as connection:
            seen = await connection.fetch(f"SELECT {column} FROM {table}")
            asked = await connection.fetch(f"SELECT FROM {table} WHERE {column} = $1", theirs.tenant_id)
        assert {row[column] for row in seen} == {ours.tenant_id}, table
        assert len(seen) == len(await owner.rows(table, ours)), table
        assert asked == [], table


@pytest.mark.parametrize("tenant", ["unset", "empty", "unknown"])
async def test_without_a_tenant_nothing_is_seen(pool: Pool, owner: Owner, tenant: str) -> None:
    for table in await owner.tables():
        async with tried(pool, uuid4() if tenant == "unknown" else None) as connection:
            if tenant == "empty":  # what a setting is after the transaction that set it
                await connection.execute("SELECT set_config('app.tenant', '', true)")
            assert await connection.fetch(f"SELECT FROM {table}") == [], table


async def test_a_tenant_that_is_no_id_is_an_error_not_everybody(pool: Pool, owner: Owner) -> None:
    for table in await owner.tables():
        async with tried(pool, None) as connection:
            await connection.execute("SELECT set_config('app.tenant', 'everybody', true)")
            with pytest.raises(asyncpg.InvalidTextRepresentationError):
                await connection.fetch(f"SELECT FROM {table}")


async def test_the_tenant_of_a_transaction_ends_with_it(pool: Pool, ours: Filled) -> None:
    async with transaction(pool, ours.tenant_id) as connection:
        pid = connection.get_server_pid()
        assert await connection.fetch("SELECT FROM artists")
    async with acquire(pool) as connection:
        assert connection.get_server_pid() == pid, "the same session"
        assert await connection.fetch("SELECT FROM artists") == []


async def test_no_row_of_another_studio_is_updated_or_deleted(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    before = await owner.fingerprint(theirs)
    for table, column in (await owner.tables()).items():
        for statement in (
            f"UPDATE {table} SET {column} = {column} WHERE {column} = $1",
            f"DELETE FROM {table} WHERE {column} = $1",
        ):
            async with tried(pool, ours.tenant_id) as connection:
                try:
                    done = await connection.execute(statement, theirs.tenant_id)
                except REFUSED:
                    continue  # nobody may, as in the log
                assert done.endswith(" 0"), statement
    assert await owner.fingerprint(theirs) == before


async def test_a_statement_about_all_rows_is_about_ones_own(pool: Pool, owner: Owner, ours: Filled) -> None:
    for table, column in (await owner.tables()).items():
        async with tried(pool, ours.tenant_id) as connection:
            try:
                done = await connection.execute(f"UPDATE {table} SET {column} = {column}")
            except REFUSED:
                continue
        assert int(done.split()[-1]) == len(await owner.rows(table, ours)), table


async def test_no_row_is_written_for_another_studio(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    for table, column in (await owner.tables()).items():
        for row in await owner.rows(table, theirs):
            async with tried(pool, ours.tenant_id) as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await insert(connection, table, row)
            async with tried(pool, ours.tenant_id) as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"UPDATE {table} SET {column} = $1", theirs.tenant_id)


async def test_without_a_tenant_nothing_is_written(pool: Pool, owner: Owner, theirs: Filled) -> None:
    for table in await owner.tables():
        row = (await owner.rows(table, theirs))[0]
        async with tried(pool, None) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await insert(connection, table, row)


async def test_history_is_nobodys_to_change(pool: Pool, ours: Filled) -> None:
    for table in ("event_log", "command_answers"):
        for statement in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
            async with tried(pool, ours.tenant_id) as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)


async def test_no_table_is_emptied_or_looked_around_by_the_application(pool: Pool, owner: Owner) -> None:
    """TRUNCATE and triggers are bound by no policy."""
    async with acquire(pool) as connection:
        for table in await owner.tables():
            for right in ("TRUNCATE", "TRIGGER", "REFERENCES"):
                assert not await connection.fetchval("SELECT has_table_privilege($1, $2)", table, right)


# -- before sign-in ----------------------------------------------------------------------


async def test_sign_in_sees_the_accounts_of_one_address_and_nothing_else(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    async with tried(pool, None) as connection:
        await connection.execute("SELECT set_config('app.sign_in_email', $1, true)", ours.email)
        found = await connection.fetch("SELECT tenant_id, email FROM members")
        assert {row["tenant_id"] for row in found} == {ours.tenant_id, theirs.tenant_id}
        assert {row["email"] for row in found} == {ours.email}
        for table in (await owner.tables()).keys() - {"members"}:
            assert await connection.fetch(f"SELECT FROM {table}") == [], table


async def test_sign_in_sees_the_studio_of_one_slug_and_nothing_else(
    pool: Pool, owner: Owner, ours: Filled
) -> None:
    async with tried(pool, None) as connection:
        await connection.execute("SELECT set_config('app.sign_in_slug', $1, true)", ours.slug)
        assert [row["id"] for row in await connection.fetch("SELECT id FROM tenants")] == [ours.tenant_id]
        for table in (await owner.tables()).keys() - {"tenants"}:
            assert await connection.fetch(f"SELECT FROM {table}") == [], table


@pytest.mark.parametrize("setting", ["app.sign_in_email", "app.sign_in_slug"])
@pytest.mark.parametrize("value", ["", "%", "*", "nobody@example.test"])
async def test_an_address_or_slug_that_nobody_has_shows_nothing(
    pool: Pool, owner: Owner, setting: str, value: str
) -> None:
    async with tried(pool, None) as connection:
        await connection.execute("SELECT set_config($1, $2, true)", setting, value)
        for table in await owner.tables():
            assert await connection.fetch(f"SELECT FROM {table}") == [], table


async def test_sign_in_reads_and_does_not_write(pool: Pool, ours: Filled, theirs: Filled) -> None:
    async with tried(pool, None) as connection:
        await connection.execute("SELECT set_config('app.sign_in_email', $1, true)", ours.email)
        await connection.execute("SELECT set_config('app.sign_in_slug', $1, true)", theirs.slug)
        for statement in (
            "UPDATE members SET role = 'studio_owner'",
            "UPDATE tenants SET name = 'Mine'",
            "SELECT FROM members FOR UPDATE",
        ):
            assert (await connection.execute(statement)).endswith(" 0"), statement
