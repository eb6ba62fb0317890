"""Reads a whole tenant in small steps, so that a big studio's snapshot does not hold the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import TypeVar
from uuid import UUID

import asyncpg

from db.lines import watch
from db.pool import Connection
from db.queries import artists, bookings, projects, scenarios
from scheduling.model import Artist, Booking, Dependency, Phase, ScenarioChange

T = TypeVar("T")

CHUNK = 250
"""Rows fetched and turned into records in one go: a few milliseconds."""


async def _stream(
    connection: Connection, sql: str, tenant_id: UUID, read: Callable[[asyncpg.Record], T]
) -> AsyncIterator[list[T]]:
    """Records in chunks, by a cursor, inside the caller's transaction; others run in between."""
    with watch(connection):
        cursor = await connection.cursor(sql, tenant_id)
    while True:
        with watch(connection):
            rows = await cursor.fetch(CHUNK)
        if not rows:
            return
        records = iter(rows)
        while some := list(islice(records, CHUNK // 2)):
            yield [read(row) for row in some]
            await asyncio.sleep(0)


def live_bookings(connection: Connection, tenant_id: UUID) -> AsyncIterator[list[Booking]]:
    """Every live booking in order of id, without ranks."""
    sql = (
        f"SELECT {bookings.COLUMNS} FROM bookings b"
        f" WHERE b.tenant_id = $1 AND {bookings.LIVE_SQL} ORDER BY b.id"
    )
    return _stream(connection, sql, tenant_id, bookings.booking_of)


def all_artists(connection: Connection, tenant_id: UUID) -> AsyncIterator[list[Artist]]:
    """Every artist in order of id."""
    sql = f"SELECT {artists.COLUMNS} FROM artists a WHERE a.tenant_id = $1 ORDER BY a.id"
    return _stream(connection, sql, tenant_id, artists.artist_of)


def all_phases(connection: Connection, tenant_id: UUID) -> AsyncIterator[list[Phase]]:
    """Every phase that was not deleted, in order of id."""
    sql = "SELECT * FROM phases WHERE tenant_id = $1 AND NOT deleted ORDER BY id"
    return _stream(connection, sql, tenant_id, projects.phase_of)


def all_dependencies(connection: Connection, tenant_id: UUID) -> AsyncIterator[list[Dependency]]:
    """Every dependency that was not deleted, in order of id."""
    sql = "SELECT * FROM dependencies WHERE tenant_id = $1 AND NOT deleted ORDER BY id"
    return _stream(connection, sql, tenant_id, projects.dependency_of)


def all_scenario_changes(connection: Connection, tenant_id: UUID) -> AsyncIterator[list[ScenarioChange]]:
    """Whatever open scenarios hold, in order of id."""
    sql = "SELECT * FROM scenario_changes WHERE tenant_id = $1 AND NOT deleted ORDER BY id"
    return _stream(connection, sql, tenant_id, scenarios.change_of)


async def own_projects(
    connection: Connection, tenant_id: UUID, artist_id: UUID
) -> list[tuple[UUID, UUID | None]]:
    """Ids of an artist's live bookings, each with its project's."""
    rows = await connection.fetch(
        f"SELECT b.id, b.project_id FROM bookings b"
        f" WHERE b.tenant_id = $1 AND b.artist_id = $2 AND {bookings.LIVE_SQL}",
        tenant_id,
        artist_id,
    )
    return [(row["id"], row["project_id"]) for row in rows]


async def owners(connection: Connection, tenant_id: UUID, booking_ids: list[UUID]) -> dict[UUID, UUID]:
    """The artists of those bookings that exist."""
    rows = await connection.fetch(
        "SELECT id, artist_id FROM bookings WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
        tenant_id,
        booking_ids,
    )
    return {row["id"]: row["artist_id"] for row in rows}


async def known_artists(connection: Connection, tenant_id: UUID, artist_ids: list[UUID]) -> set[UUID]:
    """Those of the ids that are artists of the tenant."""
    rows = await connection.fetch(
        "SELECT id FROM artists WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, artist_ids
    )
    return {row["id"] for row in rows}
