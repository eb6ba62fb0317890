"""Rows of `challenges`; a closed one stays as history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.model import Challenge, ChallengeState, ChallengeTarget

_targets = msgspec.json.Decoder(tuple[ChallengeTarget, ...])


def challenge_of(row: asyncpg.Record) -> Challenge:
    return Challenge(
        id=row["id"],
        artist_id=row["artist_id"],
        booking_id=row["booking_id"],
        targets=_targets.decode(row["targets"]),
        state=ChallengeState(row["state"]),
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        confirm_by=row["confirm_by"],
        closed_at=row["closed_at"],
        version=row["version"],
    )


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[Challenge]:
    """The challenges with these ids, active or closed; unknown ids are left out."""
    rows = await connection.fetch(
        "SELECT * FROM challenges WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return [challenge_of(row) for row in rows]


async def active(
    connection: Connection, tenant_id: UUID, artist_ids: Sequence[UUID] | None = None
) -> list[Challenge]:
    """Challenges that something can still come of, of the given artists or of all, in order of id."""
    rows = await connection.fetch(
        "SELECT * FROM challenges WHERE tenant_id = $1 AND closed_at IS NULL"
        " AND ($2::uuid[] IS NULL OR artist_id = ANY($2)) ORDER BY id",
        tenant_id,
        artist_ids,
    )
    return [challenge_of(row) for row in rows]


class ChallengeFilter(Struct, frozen=True, kw_only=True):
    """What to find; without `states`, what is not closed."""

    states: tuple[str, ...] = ()
    artist_id: UUID | None = None
    booking_id: UUID | None = None


_MATCHES = (
    "tenant_id = $1 AND (state = ANY($2::text[]) OR ($2 = '{}' AND closed_at IS NULL))"
    " AND ($3::uuid IS NULL OR artist_id = $3) AND ($4::uuid IS NULL OR booking_id = $4)"
)


async def page(
    connection: Connection, tenant_id: UUID, wanted: ChallengeFilter, *, after: UUID | None, limit: int
) -> list[Challenge]:
    """Challenges in order of id, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT * FROM challenges WHERE {_MATCHES} AND ($5::uuid IS NULL OR id > $5) ORDER BY id LIMIT $6",
        tenant_id,
        list(wanted.states),
        wanted.artist_id,
        wanted.booking_id,
        after,
        limit,
    )
    return [challenge_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, wanted: ChallengeFilter) -> int:
    """How many challenges `page` would give in all."""
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM challenges WHERE {_MATCHES}",
        tenant_id,
        list(wanted.states),
        wanted.artist_id,
        wanted.booking_id,
    )
    return total


async def upsert(connection: Connection, tenant_id: UUID, challenges: Sequence[Challenge]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(challenges).decode())


_FIELDS = "artist_id, booking_id, targets, state, opened_by, opened_at, confirm_by, closed_at, version"
_UPSERT = f"""
    INSERT INTO challenges (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.artist_id, r.booking_id, r.targets, r.state, r.opened_by, r.opened_at,
        r.confirm_by, r.closed_at, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, artist_id uuid, booking_id uuid, targets jsonb, state text, opened_by uuid,
        opened_at timestamptz, confirm_by timestamptz, closed_at timestamptz, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.artist_id, excluded.booking_id, excluded.targets, excluded.state,
        excluded.opened_by, excluded.opened_at, excluded.confirm_by, excluded.closed_at,
        excluded.version)
"""
