"""Rows of `members`; password hashes live apart, with the sign-in queries."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from db.pool import Connection
from scheduling.model import Member, Role

COLUMNS = "m.id, m.email, m.name, m.role, m.artist_id, m.active, m.version"
"""What `member_of` reads, for `FROM members m`."""


def member_of(row: asyncpg.Record) -> Member:
    return Member(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        artist_id=row["artist_id"],
        active=row["active"],
        version=row["version"],
    )


async def everyone(connection: Connection, tenant_id: UUID) -> list[Member]:
    """All accounts of the tenant, in order of id."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM members m WHERE m.tenant_id = $1 ORDER BY m.id", tenant_id
    )
    return [member_of(row) for row in rows]


async def by_id(connection: Connection, tenant_id: UUID, member_id: UUID) -> Member | None:
    """One account, or None."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM members m WHERE m.tenant_id = $1 AND m.id = $2",
        tenant_id,
        member_id,
    )
    return member_of(row) if row else None


async def by_ids(connection: Connection, tenant_id: UUID, member_ids: Sequence[UUID]) -> list[Member]:
    """The accounts with these ids; unknown ids are left out."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM members m WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[])",
        tenant_id,
        member_ids,
    )
    return [member_of(row) for row in rows]


async def upsert(connection: Connection, tenant_id: UUID, members: Sequence[Member]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(members).decode())


_FIELDS = "email, name, role, artist_id, active, version"
_UPSERT = f"""
    INSERT INTO members (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.email, r.name, r.role, r.artist_id, r.active, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, email text, name text, role text, artist_id uuid, active boolean, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.email, excluded.name, excluded.role, excluded.artist_id, excluded.active,
        excluded.version)
"""
