"""Rows of `calendar_links`, and the bookings and absences that a calendar shows."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection

MOST_ENTRIES = 5_000


class CalendarLink(Struct, frozen=True, kw_only=True):
    """A secret address of one artist's or one project's calendar; it shows what its maker may see."""

    id: UUID
    artist_id: UUID | None
    project_id: UUID | None
    created_kind: Literal["member", "api_key"]
    created_by: UUID
    created_by_name: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class Slot(Struct, frozen=True, kw_only=True):
    """A booking as a calendar needs it."""

    id: UUID
    artist_name: str
    project_name: str | None
    title: str
    notes: str
    start: datetime
    end: datetime
    zone: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime


class Away(Struct, frozen=True, kw_only=True):
    """Approved time off."""

    id: UUID
    start: datetime
    end: datetime
    zone: str
    version: int
    created_at: datetime
    updated_at: datetime


_COLUMNS = ", ".join(CalendarLink.__struct_fields__)


def _link_of(row: asyncpg.Record) -> CalendarLink:
    return CalendarLink(**dict(row))


async def insert(connection: Connection, tenant_id: UUID, link: CalendarLink, digest: bytes) -> None:
    """Keep a new link."""
    await connection.execute(
        "INSERT INTO calendar_links (tenant_id, id, artist_id, project_id, digest, created_kind, created_by,"
        " created_by_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant_id,
        link.id,
        link.artist_id,
        link.project_id,
        digest,
        link.created_kind,
        link.created_by,
        link.created_by_name,
        link.created_at,
    )


async def everything(
    connection: Connection, tenant_id: UUID, *, created_by: UUID | None
) -> list[CalendarLink]:
    """Links that are not revoked, the newest first; of one maker, or of everybody."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM calendar_links WHERE tenant_id = $1 AND revoked_at IS NULL"
        " AND ($2::uuid IS NULL OR created_by = $2) ORDER BY created_at DESC, id LIMIT 1000",
        tenant_id,
        created_by,
    )
    return [_link_of(row) for row in rows]


async def by_id(connection: Connection, tenant_id: UUID, link_id: UUID) -> CalendarLink | None:
    """One link, or None."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM calendar_links WHERE tenant_id = $1 AND id = $2", tenant_id, link_id
    )
    return _link_of(row) if row else None


async def by_digest(
    connection: Connection, tenant_id: UUID, digest: bytes, now: datetime
) -> CalendarLink | None:
    """The live link with this secret, whose use is noted, to the hour; None where there is none."""
    row = await connection.fetchrow(
        "UPDATE calendar_links SET last_used_at = CASE"
        " WHEN last_used_at > $3::timestamptz - interval '1 hour' THEN last_used_at ELSE $3 END"
        f" WHERE tenant_id = $1 AND digest = $2 AND revoked_at IS NULL RETURNING {_COLUMNS}",
        tenant_id,
        digest,
        now,
    )
    return _link_of(row) if row else None


async def revoke(
    connection: Connection, tenant_id: UUID, link_id: UUID, now: datetime
) -> CalendarLink | None:
    """End a link for good; None where there is none."""
    row = await connection.fetchrow(
        "UPDATE calendar_links SET revoked_at = coalesce(revoked_at, $3)"
        f" WHERE tenant_id = $1 AND id = $2 RETURNING {_COLUMNS}",
        tenant_id,
        link_id,
        now,
    )
    return _link_of(row) if row else None


async def slots(
    connection: Connection, tenant_id: UUID, link: CalendarLink, start: datetime, end: datetime
) -> list[Slot]:
    """Live bookings of the link's artist or project that begin within the window, in order."""
    rows = await connection.fetch(
        "SELECT b.id, a.name AS artist_name, p.name AS project_name, b.title, b.notes, b.starts_at AS start,"
        ' b.ends_at AS "end", b.zone, b.status, b.version, b.created_at, b.updated_at FROM bookings b'
        " JOIN artists a ON a.tenant_id = b.tenant_id AND a.id = b.artist_id"
        " LEFT JOIN projects p ON p.tenant_id = b.tenant_id AND p.id = b.project_id"
        " WHERE b.tenant_id = $1 AND b.status IN ('hold', 'pencil', 'confirmed')"
        " AND ($2::uuid IS NULL OR b.artist_id = $2) AND ($3::uuid IS NULL OR b.project_id = $3)"
        " AND b.starts_at >= $4 AND b.starts_at < $5 ORDER BY b.starts_at, b.id LIMIT $6",
        tenant_id,
        link.artist_id,
        link.project_id,
        start,
        end,
        MOST_ENTRIES,
    )
    return [Slot(**dict(row)) for row in rows]


async def away(
    connection: Connection, tenant_id: UUID, artist_id: UUID, start: datetime, end: datetime
) -> list[Away]:
    """Approved time off of an artist that begins within the window, in order."""
    rows = await connection.fetch(
        'SELECT id, starts_at AS start, ends_at AS "end", zone, version, created_at, updated_at'
        " FROM times_off WHERE tenant_id = $1 AND artist_id = $2 AND state = 'approved'"
        " AND starts_at >= $3 AND starts_at < $4 ORDER BY starts_at, id LIMIT $5",
        tenant_id,
        artist_id,
        start,
        end,
        MOST_ENTRIES,
    )
    return [Away(**dict(row)) for row in rows]
