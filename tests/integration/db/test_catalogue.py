"""Walks the catalogue: no table of ours lacks its wall, and the application owns nothing."""

import pytest

from db.pool import APP_ROLE, acquire

# `jobs` is the queue library's: ids and times of all studios, for the worker, which is nobody's.
OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'meta', 'jobs') AND n.nspname NOT LIKE 'pg\\_%'"


async def rows(pool, query):
    async with acquire(pool) as connection:
        return [tuple(row) for row in await connection.fetch(query)]


@pytest.fixture
async def tables(pool):
    names = await rows(
        pool,
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OURS}",
    )
    assert len(names) > 5
    return names


async def test_every_table_has_row_level_security_enabled_and_forced(tables):
    assert [name for name, enabled, forced in tables if not (enabled and forced)] == []


async def test_every_table_has_a_policy_that_names_the_tenant(pool, tables):
    policies = await rows(
        pool, "SELECT tablename FROM pg_policies WHERE qual LIKE '%current_tenant()%' AND cmd = 'ALL'"
    )
    assert {name for name, _, _ in tables} - {name for (name,) in policies} == set()


async def test_every_foreign_key_between_tenants_rows_carries_the_tenant(pool):
    """Checks of foreign keys bypass row-level security, so a key without the tenant reaches across."""
    bare = await rows(
        pool,
        "SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k "
        "JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE k.contype = 'f' AND {OURS} AND NOT EXISTS (SELECT FROM pg_attribute a "
        "WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND a.attname = 'tenant_id')",
    )
    assert bare == []


async def test_every_primary_key_begins_with_the_tenant(pool):
    first = await rows(
        pool,
        "SELECT k.conrelid::regclass::text, a.attname FROM pg_constraint k "
        "JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] "
        f"WHERE k.contype = 'p' AND {OURS}",
    )
    assert {table: column for table, column in first if column != "tenant_id"} == {"tenants": "id"}


async def test_the_application_role_owns_nothing_and_bypasses_nothing(pool):
    assert await rows(pool, f"SELECT relname FROM pg_class WHERE relowner = '{APP_ROLE}'::regrole") == []
    assert await rows(pool, f"SELECT proname FROM pg_proc WHERE proowner = '{APP_ROLE}'::regrole") == []
    assert await rows(pool, f"SELECT nspname FROM pg_namespace WHERE nspowner = '{APP_ROLE}'::regrole") == []
    attributes = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
    assert await rows(pool, f"SELECT {attributes} FROM pg_roles WHERE rolname = '{APP_ROLE}'") == [
        (False,) * 5
    ]


async def test_the_application_role_cannot_make_tables_or_read_the_bookkeeping(pool):
    async with acquire(pool) as connection:
        assert not await connection.fetchval("SELECT has_schema_privilege('public', 'CREATE')")
        assert not await connection.fetchval("SELECT has_schema_privilege('meta', 'USAGE')")


async def test_no_function_runs_with_its_owners_rights(pool):
    """SECURITY DEFINER would be a door through the wall."""
    definers = await rows(
        pool,
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        f"WHERE p.prosecdef AND {OURS}",
    )
    assert definers == []


async def test_views_ask_with_the_rights_of_who_asks(pool):
    """A view runs as its owner unless it says otherwise, and so would see every tenant."""
    views = await rows(
        pool,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind IN ('v', 'm') AND {OURS} "
        "AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)",
    )
    assert views == []
