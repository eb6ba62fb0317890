"""Rows of `bookings`: loading lines of artists, single bookings, and writing whole records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.model import Booking, Claim, Counter, Response, Status

COLUMNS = """b.id, b.artist_id, b.project_id, b.phase_id, b.title, b.notes, b.starts_at, b.ends_at,
    b.zone, b.status, b.response, b.counter, b.claims, b.standby, b.granularity, b.series_id,
    b.response_deadline, b.expires_at, b.reason, b.external_id, b.version, b.created_by, b.created_at,
    b.updated_at"""
"""What `booking_of` reads, for `FROM bookings b`."""

LIVE_SQL = "b.status IN ('hold', 'pencil', 'confirmed')"
"""As the partial index says it."""

OVERLAP_SQL = "b.starts_at < {end} AND b.starts_at > {start} - interval '366 days' AND b.ends_at > {start}"
"""Overlap of `[{start}, {end})` as a btree range: no booking is longer than 366 days."""

_claims = msgspec.json.Decoder(tuple[Claim, ...])
_counter = msgspec.json.Decoder(Counter | None)


def booking_of(row: asyncpg.Record) -> Booking:
    """A booking without its derived ranks (see `scheduling.claims.rerank_all`)."""
    counter = row["counter"]
    return Booking(
        id=row["id"],
        artist_id=row["artist_id"],
        project_id=row["project_id"],
        phase_id=row["phase_id"],
        title=row["title"],
        notes=row["notes"],
        start=row["starts_at"],
        end=row["ends_at"],
        zone=row["zone"],
        status=Status(row["status"]),
        response=Response(row["response"]),
        counter=_counter.decode(counter) if counter else None,
        claims=_claims.decode(row["claims"]),
        standby=row["standby"],
        granularity=row["granularity"],
        series_id=row["series_id"],
        response_deadline=row["response_deadline"],
        expires_at=row["expires_at"],
        reason=row["reason"],
        external_id=row["external_id"],
        version=row["version"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[Booking]:
    """The bookings with these ids, live or ended; unknown ids are left out."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM bookings b WHERE b.tenant_id = $1 AND b.id = ANY($2::uuid[])",
        tenant_id,
        list(ids),
    )
    return [booking_of(row) for row in rows]


async def of_series(connection: Connection, tenant_id: UUID, series_ids: Iterable[UUID]) -> list[Booking]:
    """The bookings of these series, live or ended."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM bookings b WHERE b.tenant_id = $1 AND b.series_id = ANY($2::uuid[])",
        tenant_id,
        list(series_ids),
    )
    return [booking_of(row) for row in rows]


async def live_in_windows(
    connection: Connection,
    tenant_id: UUID,
    windows: Sequence[tuple[UUID, datetime, datetime]],
) -> list[Booking]:
    """Live bookings that share time with any window `(artist_id, start, end)`, each once."""
    overlap = OVERLAP_SQL.format(start="w.a", end="w.b")
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[])"
        f" AS w(artist_id, a, b) JOIN bookings b ON b.tenant_id = $1"
        f" AND b.artist_id = w.artist_id AND {LIVE_SQL} AND {overlap}",
        tenant_id,
        [w[0] for w in windows],
        [w[1] for w in windows],
        [w[2] for w in windows],
    )
    return list({row["id"]: booking_of(row) for row in rows}.values())


async def live_of_projects(
    connection: Connection, tenant_id: UUID, project_ids: Sequence[UUID]
) -> list[Booking]:
    """Every live booking of the projects, in order of id."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM bookings b WHERE b.tenant_id = $1 AND b.project_id = ANY($2::uuid[])"
        f" AND {LIVE_SQL} ORDER BY b.id",
        tenant_id,
        list(project_ids),
    )
    return [booking_of(row) for row in rows]


class Rival(Struct, frozen=True, kw_only=True):
    """As much of a live booking as the ranks of others depend on."""

    id: UUID
    artist_id: UUID
    start: datetime
    end: datetime
    claims: tuple[Claim, ...]


async def rivals_in_windows(
    connection: Connection,
    tenant_id: UUID,
    windows: Sequence[tuple[UUID, datetime, datetime]],
) -> list[Rival]:
    """As `live_in_windows`, in a third of its time."""
    overlap = OVERLAP_SQL.format(start="w.a", end="w.b")
    rows = await connection.fetch(
        "SELECT b.id, b.artist_id, b.starts_at, b.ends_at, b.claims"
        " FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS w(artist_id, a, b)"
        f" JOIN bookings b ON b.tenant_id = $1 AND b.artist_id = w.artist_id AND {LIVE_SQL} AND {overlap}",
        tenant_id,
        [w[0] for w in windows],
        [w[1] for w in windows],
        [w[2] for w in windows],
    )
    decode = _claims.decode
    found = {
        booking_id: Rival(id=booking_id, artist_id=artist_id, start=start, end=end, claims=decode(claims))
        for booking_id, artist_id, start, end, claims in rows
    }
    return list(found.values())


async def all_live(connection: Connection, tenant_id: UUID) -> list[Booking]:
    """Every live booking of the tenant, in order of id."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM bookings b WHERE b.tenant_id = $1 AND {LIVE_SQL} ORDER BY b.id",
        tenant_id,
    )
    return [booking_of(row) for row in rows]


async def require_unused(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> None:
    """Raises `asyncpg.DivisionByZeroError` where one of the ids is a booking's; it may stand in a script."""
    await connection.execute(_REQUIRE_UNUSED, tenant_id, msgspec.json.encode(list(ids)).decode())


_REQUIRE_UNUSED = """
    SELECT 1 / (count(*) = 0)::int FROM bookings b
    WHERE b.tenant_id = $1 AND b.id IN (SELECT i::uuid FROM jsonb_array_elements_text($2::jsonb) AS i)
"""


async def upsert(connection: Connection, tenant_id: UUID, bookings: Sequence[Booking]) -> None:
    """Write whole records; the last of several with one id must be the only one given."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(bookings).decode())


_FIELDS = (
    "artist_id, project_id, phase_id, title, notes, starts_at, ends_at, zone, status, response,"
    " counter, claims, standby, granularity, series_id, response_deadline, expires_at, reason,"
    " external_id, version, created_by, created_at, updated_at"
)
_UPSERT = f"""
    INSERT INTO bookings (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.artist_id, r.project_id, r.phase_id, r.title, r.notes, r.start, r."end",
        r.zone, r.status, r.response, nullif(r.counter, 'null'::jsonb), r.claims, r.standby,
        r.granularity, r.series_id, r.response_deadline, r.expires_at, r.reason, r.external_id, r.version,
        r.created_by, r.created_at, r.updated_at
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, artist_id uuid, project_id uuid, phase_id uuid, title text, notes text,
        start timestamptz, "end" timestamptz, zone text, status text, response text,
        counter jsonb, claims jsonb, standby boolean, granularity text, series_id uuid,
        response_deadline timestamptz,
        expires_at timestamptz, reason text, external_id text, version bigint, created_by uuid,
        created_at timestamptz, updated_at timestamptz)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.artist_id, excluded.project_id, excluded.phase_id, excluded.title,
        excluded.notes, excluded.starts_at, excluded.ends_at, excluded.zone, excluded.status,
        excluded.response, excluded.counter, excluded.claims, excluded.standby,
        excluded.granularity, excluded.series_id,
        excluded.response_deadline, excluded.expires_at, excluded.reason, excluded.external_id,
        excluded.version, excluded.created_by, excluded.created_at, excluded.updated_at)
"""
