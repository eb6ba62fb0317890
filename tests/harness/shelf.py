"""Databases that tests borrow and give back: each is cloned once, and made again what it was after every use.

A clone writes some twenty megabytes; putting back what a test changed writes next to nothing.
"""

from collections.abc import Sequence
from io import BytesIO

import asyncpg
import msgspec

from db.pool import Connection

_NEWEST_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"

# Materialized, or Postgres may end this very connection before it asks which one that is.
_SEND_HOME = """
    WITH others AS MATERIALIZED (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    )
    SELECT pg_terminate_backend(pid, 20000) FROM others
"""

_TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_relation_size(c.oid) AS size,
           ARRAY(SELECT a.attname::text FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                 ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1
"""

_SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences ORDER BY 1
"""

# What makes the schema; a statistic or a table's file may change without it.
_SCHEMA = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(' ', c.oid, c.relname, c.relnamespace, c.relowner, c.relacl, c.relkind,
                         c.relrowsecurity, c.relforcerowsecurity, c.reloptions) AS line
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        UNION ALL SELECT concat_ws(' ', oid, nspname, nspowner, nspacl) FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast\\_temp%'
        UNION ALL SELECT concat_ws(' ', attrelid, xmin, attnum) FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_trigger WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_policy
        UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_extension
        UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS lines
"""

_LARGE = 1 << 20
"""Bytes from which a table is emptied by a new file rather than row by row."""

_SPOILED = 16 << 20
"""Bytes by which a database may grow and still be put back: its statistics are of other rows than those."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table as it was before any test: its columns that are written, and its rows in binary COPY."""

    name: str
    columns: tuple[str, ...]
    rows: bytes


class Pristine(msgspec.Struct, frozen=True, kw_only=True):
    """All that a test may change in a database, as it was before."""

    schema: str
    size: int
    tables: tuple[Table, ...]
    sequences: dict[str, int | None]


async def look_at(dsn: str) -> Pristine:
    """What a database holds now."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = [
            Table(
                name=row["name"],
                columns=tuple(row["columns"]),
                rows=await _rows(connection, row["name"], row["columns"]) if row["size"] else b"",
            )
            for row in await connection.fetch(_TABLES)
        ]
        return Pristine(
            schema=await connection.fetchval(_SCHEMA),
            size=await _size(connection),
            tables=tuple(tables),
            sequences=await _sequences(connection),
        )
    finally:
        await connection.close()


class Caretaker:
    """Puts one database back, over a connection that is kept: a new one has everything to learn."""

    def __init__(self, dsn: str, pristine: Pristine) -> None:
        self._dsn = dsn
        self._pristine = pristine
        self._kept: asyncpg.Connection[asyncpg.Record] | None = None

    async def put_back(self, since: int) -> int | None:
        """Make the database what it was; whoever is still connected is cut off.

        `since` is what this answered when the database was lent: the newest transaction of the server. None
        where the database is past being put back.
        """
        try:
            return await self._put_back(since)
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError):
            await self.close()  # the connection was lost with a Postgres that a test ended
            return await self._put_back(since)

    async def close(self) -> None:
        """Let go of the connection; the next use opens another."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.terminate()

    async def _put_back(self, since: int) -> int | None:
        connection = self._kept
        if connection is None or connection.is_closed():
            connection = self._kept = await asyncpg.connect(self._dsn)
        await connection.fetch(_SEND_HOME)
        newest: int = await connection.fetchval(_NEWEST_TRANSACTION)
        if newest == since:  # nobody wrote anything
            return newest
        if await connection.fetchval(_SCHEMA) != self._pristine.schema:
            return None
        if await _size(connection) - self._pristine.size > _SPOILED:
            return None
        async with connection.transaction():
            await _empty(connection)
            await _fill(connection, self._pristine)
        return int(await connection.fetchval(_NEWEST_TRANSACTION))


async def _empty(connection: Connection) -> None:
    await connection.execute("SET LOCAL session_replication_role = replica")  # no triggers, no references
    found = [(row["name"], row["size"]) for row in await connection.fetch(_TABLES) if row["size"]]
    large = [name for name, size in found if size > _LARGE]
    statements = [f"DELETE FROM {name}" for name, size in found if size <= _LARGE]
    if large:  # what refers to them is emptied anyway
        statements.append(f"TRUNCATE {', '.join(large)} CASCADE")
    await connection.execute("; ".join(statements))


async def _fill(connection: Connection, pristine: Pristine) -> None:
    for table in pristine.tables:
        if table.rows:
            schema, name = table.name.split(".")
            await connection.copy_to_table(
                name, schema_name=schema, columns=table.columns, source=BytesIO(table.rows), format="binary"
            )
    for name, last in (await _sequences(connection)).items():
        before = pristine.sequences[name]
        if last != before:
            await connection.execute("SELECT setval($1::text, $2, $3)", name, before or 1, before is not None)


async def _rows(connection: Connection, name: str, columns: Sequence[str]) -> bytes:
    rows = BytesIO()
    schema, table = name.split(".")
    await connection.copy_from_table(
        table, schema_name=schema, columns=list(columns), output=rows, format="binary"
    )
    return rows.getvalue()


async def _sequences(connection: Connection) -> dict[str, int | None]:
    return {row["name"]: row["last_value"] for row in await connection.fetch(_SEQUENCES)}


async def _size(connection: Connection) -> int:
    size: int = await connection.fetchval("SELECT pg_database_size(current_database())")
    return size
