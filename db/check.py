"""What `production-tool doctor` asks a database: version, rights, schema, and whether its walls stand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import asyncpg
from msgspec import Struct

from db.errors import DatabaseUnreachable, MigrationError
from db.migrate import MIGRATIONS, pending_of, read_migrations
from db.pool import APP_ROLE, CONNECTION_FAULTS, Connection, explain
from db.solver_queue import ALIVE

EXTENSIONS = frozenset({"btree_gist", "pg_trgm"})


class DatabaseState(Struct, frozen=True, kw_only=True):
    """A database as it was found. Nothing is changed by looking."""

    version: int
    now: datetime
    login: str
    login_is_superuser: bool
    login_may_create_roles: bool
    app_role_name: str
    app_role: Literal["good", "missing", "unsafe", "not ours"]
    extensions_missing: frozenset[str]
    extensions_to_make: frozenset[str]
    """Those of the missing that this Postgres has, so that the first start makes them."""
    migrations_pending: tuple[str, ...]
    migrations_fault: str | None
    unguarded_tables: tuple[str, ...]
    """Tables with a tenant whose rows are not walled off."""
    constraint_missing: bool
    solver_workers: int = 0
    """Processes that search plans at present."""
    solver_waiting: int = 0
    """Plans that nobody works on."""


async def look_at(dsn: str, *, directory: Path = MIGRATIONS) -> DatabaseState:
    """Look at the database as the login role of `dsn`. Raises `DatabaseUnreachable`."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10, command_timeout=15)
    except CONNECTION_FAULTS as error:
        raise DatabaseUnreachable(explain(error)) from error
    try:
        return await _look(connection, directory)
    finally:
        await connection.close()


async def _look(connection: Connection, directory: Path) -> DatabaseState:
    server = await connection.fetchrow(
        "SELECT current_setting('server_version_num')::int / 10000 AS version, clock_timestamp() AS now,"
        " rolname, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    if server is None:
        raise DatabaseUnreachable("Postgres does not know the role it let in")
    made = {row["extname"] for row in await connection.fetch("SELECT extname FROM pg_extension")}
    known = {row["name"] for row in await connection.fetch("SELECT name FROM pg_available_extensions")}
    pending, fault = await _migrations(connection, directory)
    workers, waiting = await _solver(connection)
    return DatabaseState(
        version=server["version"],
        now=server["now"],
        login=server["rolname"],
        login_is_superuser=server["rolsuper"],
        login_may_create_roles=server["rolcreaterole"] or server["rolsuper"],
        app_role_name=APP_ROLE,
        app_role=await _app_role(connection),
        extensions_missing=EXTENSIONS - made,
        extensions_to_make=(EXTENSIONS - made) & known,
        migrations_pending=pending,
        migrations_fault=fault,
        unguarded_tables=await _unguarded(connection),
        constraint_missing=await _constraint_missing(connection),
        solver_workers=workers,
        solver_waiting=waiting,
    )


async def _app_role(connection: Connection) -> Literal["good", "missing", "unsafe", "not ours"]:
    role = await connection.fetchrow(
        "SELECT rolsuper OR rolbypassrls AS unsafe, pg_has_role(current_user, oid, 'MEMBER') AS ours"
        " FROM pg_roles WHERE rolname = $1",
        APP_ROLE,
    )
    if role is None:
        return "missing"
    if role["unsafe"]:
        return "unsafe"
    return "good" if role["ours"] else "not ours"


async def _migrations(connection: Connection, directory: Path) -> tuple[tuple[str, ...], str | None]:
    files = read_migrations(directory)
    if await connection.fetchval("SELECT to_regclass('meta.schema_migrations')") is None:
        return tuple(file.name for file in files), None
    try:
        return tuple(file.name for file in await pending_of(connection, files)), None
    except MigrationError as error:
        return (), str(error)


async def _unguarded(connection: Connection) -> tuple[str, ...]:
    rows = await connection.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname"
    )
    return tuple(row["relname"] for row in rows)


async def _solver(connection: Connection) -> tuple[int, int]:
    """Who is there to search, and how many wait; nothing of a schema that has no queue yet."""
    if await connection.fetchval("SELECT to_regclass('jobs.solver_queue') IS NULL"):
        return 0, 0
    row = await connection.fetchrow(
        "SELECT (SELECT coalesce(sum(processes), 0) FROM jobs.solver_workers"
        " WHERE seen_at > now() - $1::interval) AS workers,"
        " (SELECT count(*) FROM jobs.solver_queue WHERE lease_until <= now()) AS waiting",
        ALIVE,
    )
    return (row["workers"], row["waiting"]) if row is not None else (0, 0)


async def _constraint_missing(connection: Connection) -> bool:
    """Whether a database that has bookings lacks what keeps two from one place."""
    found = await connection.fetchval(
        "SELECT to_regclass('public.exclusive_time') IS NULL OR EXISTS (SELECT FROM pg_constraint"
        " WHERE conname = 'no_double_booking' AND contype = 'x' AND convalidated)"
    )
    return not found
