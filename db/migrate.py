"""Brings a database to the newest schema: plain SQL files, each applied once, whole, and never edited after.

Several starters at once are safe: one migrates, the others wait for it and find nothing to do.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import asyncpg
import msgspec

from db.errors import DatabaseUnreachable, MigrationEdited, MigrationError, MigrationFailed
from db.pool import APP_ROLE, CONNECTION_FAULTS, Connection, explain

MIGRATIONS = Path(__file__).parent / "migrations"

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called before each file with (name, number of this file, number of files to apply)."""

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LOCK_KEY = 0x70726F6474  # "prodt"
_POLL_SECONDS = 0.05
_WAIT_SECONDS = 600.0


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `name` without its folder, its text, and the sha256 of that text."""

    name: str
    sql: str
    checksum: str


async def migrate(dsn: str, progress: Progress | None = None, *, directory: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing, as the login role of `dsn`, and return the names applied.

    Each file runs in a transaction of its own. Raises `DatabaseUnreachable` or a `MigrationError`.
    """
    files = read_migrations(directory)
    connection = await _connect(dsn)
    try:
        await _lock(connection)
        return await _migrate(connection, files, progress)
    finally:
        await connection.close()  # which also frees the lock


def read_migrations(directory: Path) -> list[Migration]:
    """The files of a folder in their order. Raises `MigrationError` for a doubled number or an odd name."""
    files = [_read(path) for path in sorted(directory.glob("*.sql"))]
    for earlier, later in pairwise(files):
        if earlier.name[:4] == later.name[:4]:
            raise MigrationError(f"{earlier.name} and {later.name} have the same number")
    return files


def _read(path: Path) -> Migration:
    if not _NAME.fullmatch(path.name):
        raise MigrationError(f"{path.name} is not named like 0001_what_it_does.sql")
    # A checkout on Windows may have changed the line ends, which is not an edit.
    text = path.read_bytes().replace(b"\r\n", b"\n")
    return Migration(name=path.name, sql=text.decode(), checksum=hashlib.sha256(text).hexdigest())


async def _connect(dsn: str) -> Connection:
    settings = {"application_name": "production-tool migrate", "lock_timeout": "30s", "timezone": "UTC"}
    try:
        return await asyncpg.connect(dsn, server_settings=settings, timeout=15)
    except CONNECTION_FAULTS as error:
        raise DatabaseUnreachable(explain(error)) from error


async def _lock(connection: Connection) -> None:
    """Wait to be the only migrator of this database.

    It polls, since a session that blocks in pg_advisory_lock holds a snapshot that others wait for.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK_KEY):
        if time.monotonic() > deadline:
            raise MigrationError(
                f"another migration has been running for over {_WAIT_SECONDS / 60:g} minutes"
            )
        await asyncio.sleep(_POLL_SECONDS)


async def _migrate(
    connection: Connection, files: Sequence[Migration], progress: Progress | None
) -> list[str]:
    await _prepare(connection)
    pending = await pending_of(connection, files)
    for number, file in enumerate(pending, start=1):
        if progress:
            progress(file.name, number, len(pending))
        await _apply(connection, file)
    return [file.name for file in pending]


async def _prepare(connection: Connection) -> None:
    try:
        await _ensure_app_role(connection)
        await connection.execute(
            """
            CREATE SCHEMA IF NOT EXISTS meta;
            CREATE TABLE IF NOT EXISTS meta.schema_migrations (
                name       text PRIMARY KEY,
                checksum   text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            """
        )
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationError(
            f"the login role may not set up the database ({error}); "
            f"create the role {APP_ROLE} (NOLOGIN), grant it to the login role, and let that own the database"
        ) from error


async def _ensure_app_role(connection: Connection) -> None:
    """Create the application's role, let the login role become it, and refuse one that would see everything.

    Roles belong to the whole server and our lock to one database, so a starter for another database
    may be doing the same this moment.
    """
    await connection.execute(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        """
    )
    unsafe = await connection.fetchval(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1", APP_ROLE
    )
    if unsafe:
        raise MigrationError(f"the role {APP_ROLE} must be neither superuser nor BYPASSRLS")
    try:
        await connection.execute(f"SET ROLE {APP_ROLE}; RESET ROLE")
    except asyncpg.InsufficientPrivilegeError:
        await connection.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")


async def pending_of(connection: Connection, files: Sequence[Migration]) -> list[Migration]:
    rows = await connection.fetch("SELECT name, checksum FROM meta.schema_migrations ORDER BY name")
    applied = {row["name"]: row["checksum"] for row in rows}
    for unknown in applied.keys() - {file.name for file in files}:
        raise MigrationError(
            f"the database has {unknown}, which this version does not know: it was made by a newer one"
        )
    for file in files:
        if applied.get(file.name, file.checksum) != file.checksum:
            raise MigrationEdited(
                f"{file.name} was edited after this database applied it; "
                "put it back and write a new file for the change"
            )
    pending = [file for file in files if file.name not in applied]
    if pending and applied and pending[0].name < max(applied):
        raise MigrationError(f"{pending[0].name} comes before {max(applied)}, which is already applied")
    return pending


async def _apply(connection: Connection, file: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(file.sql)
            if not connection.is_in_transaction():
                raise MigrationFailed(f"{file.name} ends its own transaction; remove COMMIT and ROLLBACK")
            await connection.execute(
                "INSERT INTO meta.schema_migrations (name, checksum) VALUES ($1, $2)",
                file.name,
                file.checksum,
            )
    except asyncpg.PostgresError as error:
        raise MigrationFailed(f"{file.name}{_line(error, file.sql)}: {error}") from error


def _line(error: asyncpg.PostgresError, sql: str) -> str:
    position = getattr(error, "position", None)
    return f", line {sql.count(chr(10), 0, int(position) - 1) + 1}" if position else ""
