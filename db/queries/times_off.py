"""Rows of `times_off`; what was refused or cancelled stays as history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.model import OffState, TimeOff

_LIVE = "state IN ('requested', 'approved')"


def time_off_of(row: asyncpg.Record) -> TimeOff:
    return TimeOff(
        id=row["id"],
        artist_id=row["artist_id"],
        start=row["starts_at"],
        end=row["ends_at"],
        zone=row["zone"],
        state=OffState(row["state"]),
        note=row["note"],
        reason=row["reason"],
        version=row["version"],
        requested_by=row["requested_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[TimeOff]:
    """The times off with these ids, live or not; unknown ids are left out."""
    rows = await connection.fetch(
        "SELECT * FROM times_off WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return [time_off_of(row) for row in rows]


async def live(
    connection: Connection, tenant_id: UUID, artist_ids: Sequence[UUID] | None = None
) -> list[TimeOff]:
    """Requested and approved time off of the given artists or of all, in order of id."""
    rows = await connection.fetch(
        f"SELECT * FROM times_off WHERE tenant_id = $1 AND {_LIVE}"
        " AND ($2::uuid[] IS NULL OR artist_id = ANY($2)) ORDER BY id",
        tenant_id,
        artist_ids,
    )
    return [time_off_of(row) for row in rows]


class Reader(Struct, frozen=True, kw_only=True):
    """An artist who reads: their own, and of the others' what is approved."""

    artist_id: UUID | None


class TimeOffFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None does not matter. `[start, end)` is overlapped."""

    states: tuple[str, ...]
    artist_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    reader: Reader | None = None


_MATCHES = (
    "tenant_id = $1 AND state = ANY($2::text[]) AND ($3::uuid IS NULL OR artist_id = $3)"
    " AND ($4::timestamptz IS NULL OR ends_at > $4) AND ($5::timestamptz IS NULL OR starts_at < $5)"
    " AND (NOT $6::boolean OR artist_id = $7::uuid OR state = 'approved')"
)


def _values(tenant_id: UUID, wanted: TimeOffFilter) -> tuple[object, ...]:
    reader = wanted.reader
    return (
        tenant_id,
        list(wanted.states),
        wanted.artist_id,
        wanted.start,
        wanted.end,
        reader is not None,
        reader.artist_id if reader else None,
    )


async def page(
    connection: Connection, tenant_id: UUID, wanted: TimeOffFilter, *, after: UUID | None, limit: int
) -> list[TimeOff]:
    """Time off in order of id, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT * FROM times_off WHERE {_MATCHES} AND ($8::uuid IS NULL OR id > $8) ORDER BY id LIMIT $9",
        *_values(tenant_id, wanted),
        after,
        limit,
    )
    return [time_off_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, wanted: TimeOffFilter) -> int:
    """How many `page` would give in all."""
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM times_off WHERE {_MATCHES}",
        *_values(tenant_id, wanted),
    )
    return total


async def upsert(connection: Connection, tenant_id: UUID, times_off: Sequence[TimeOff]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(times_off).decode())


_FIELDS = (
    "artist_id, starts_at, ends_at, zone, state, note, reason, version, requested_by, created_at, updated_at"
)
_UPSERT = f"""
    INSERT INTO times_off (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.artist_id, r.start, r."end", r.zone, r.state, r.note, r.reason, r.version,
        r.requested_by, r.created_at, r.updated_at
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, artist_id uuid, start timestamptz, "end" timestamptz, zone text, state text, note text,
        reason text, version bigint, requested_by uuid, created_at timestamptz, updated_at timestamptz)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.artist_id, excluded.starts_at, excluded.ends_at, excluded.zone, excluded.state,
        excluded.note, excluded.reason, excluded.version, excluded.requested_by, excluded.created_at,
        excluded.updated_at)
"""
