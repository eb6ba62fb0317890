"""Rows of `api_keys`: found by digest, listed, rotated, revoked; digests go in and never come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection

_COLUMNS = (
    "id, name, scopes, hint, previous_until, created_by, created_by_name, created_at, expires_at,"
    " rotated_at, last_used_at, revoked_at"
)


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key without its secret; `hint` is the end of it, by which a person knows it again."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    hint: str
    created_by: UUID | None
    created_by_name: str
    created_at: datetime
    expires_at: datetime | None = None
    rotated_at: datetime | None = None
    previous_until: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


def _key_of(row: asyncpg.Record) -> ApiKey:
    fields = {name: row[name] for name in ApiKey.__struct_fields__}
    return ApiKey(**{**fields, "scopes": tuple(fields["scopes"])})


async def insert(connection: Connection, tenant_id: UUID, key: ApiKey, digest: bytes) -> bool:
    """Keep a new key; False where there is one with its id already."""
    added = await connection.fetchval(
        "INSERT INTO api_keys (tenant_id, id, name, scopes, digest, hint, created_by, created_by_name,"
        " created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT DO NOTHING RETURNING true",
        tenant_id,
        key.id,
        key.name,
        list(key.scopes),
        digest,
        key.hint,
        key.created_by,
        key.created_by_name,
        key.created_at,
        key.expires_at,
    )
    return bool(added)


async def everything(connection: Connection, tenant_id: UUID) -> list[ApiKey]:
    """Every key, the newest first, the revoked ones last."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM api_keys WHERE tenant_id = $1"
        " ORDER BY revoked_at IS NOT NULL, created_at DESC, id LIMIT 500",
        tenant_id,
    )
    return [_key_of(row) for row in rows]


async def by_ids(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> list[ApiKey]:
    """The keys with these ids, in no order."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM api_keys WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return [_key_of(row) for row in rows]


class Found(Struct, frozen=True, kw_only=True):
    """A good key; `previous` where it was the secret before the last rotation that was shown."""

    key: ApiKey
    previous: bool


async def by_digest(connection: Connection, tenant_id: UUID, digest: bytes, now: datetime) -> Found | None:
    """The key this secret is of, where it is good at `now`."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, digest <> $2 AS previous FROM api_keys WHERE tenant_id = $1"
        " AND (digest = $2 OR (previous_digest = $2 AND previous_until > $3))"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)",
        tenant_id,
        digest,
        now,
    )
    return Found(key=_key_of(row), previous=row["previous"]) if row else None


async def good(
    connection: Connection, tenant_id: UUID, digests: Sequence[bytes], now: datetime
) -> dict[bytes, ApiKey]:
    """For each of these secrets that is good at `now`, the key it is of."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS}, shown FROM unnest($2::bytea[]) AS shown JOIN api_keys ON tenant_id = $1"
        " AND (digest = shown OR (previous_digest = shown AND previous_until > $3))"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)",
        tenant_id,
        list(digests),
        now,
    )
    return {bytes(row["shown"]): _key_of(row) for row in rows}


async def used(connection: Connection, tenant_id: UUID, key_id: UUID, now: datetime) -> None:
    """The key was used now; to the minute is enough."""
    await connection.execute(
        "UPDATE api_keys SET last_used_at = $3::timestamptz WHERE tenant_id = $1 AND id = $2"
        " AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute')",
        tenant_id,
        key_id,
        now,
    )


async def rotate(
    connection: Connection,
    tenant_id: UUID,
    key_id: UUID,
    *,
    digest: bytes,
    hint: str,
    now: datetime,
    previous_until: datetime,
) -> ApiKey | None:
    """Replace the secret; the one before is good until `previous_until`. None where no such key is live."""
    row = await connection.fetchrow(
        "UPDATE api_keys SET previous_digest = digest, previous_until = $6, digest = $3, hint = $4,"
        " rotated_at = $5 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL"
        f" AND (expires_at IS NULL OR expires_at > $5) RETURNING {_COLUMNS}",
        tenant_id,
        key_id,
        digest,
        hint,
        now,
        previous_until,
    )
    return _key_of(row) if row else None


async def revoke(connection: Connection, tenant_id: UUID, key_id: UUID, now: datetime) -> ApiKey | None:
    """End a key for good; the row as it is then, None where there is none. Again changes nothing."""
    row = await connection.fetchrow(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3), previous_until = NULL,"
        f" previous_digest = NULL WHERE tenant_id = $1 AND id = $2 RETURNING {_COLUMNS}",
        tenant_id,
        key_id,
        now,
    )
    return _key_of(row) if row else None
