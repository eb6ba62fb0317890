"""Rows of `push_subscriptions`: where the browsers of members take pushes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection


class PushRow(Struct, frozen=True, kw_only=True):
    """A browser of a member: the push service's address, and the keys only that browser can read by.

    `application_key` is the server's public key it was made for; pushes signed by another are refused.
    """

    id: UUID
    member_id: UUID
    family_id: UUID
    endpoint: str
    p256dh: bytes
    auth: bytes
    application_key: str
    label: str
    created_at: datetime
    last_taken_at: datetime | None = None
    failing_since: datetime | None = None


_COLUMNS = ", ".join(PushRow.__struct_fields__)


def _row_of(record: asyncpg.Record) -> PushRow:
    return PushRow(**dict(record))


async def put(connection: Connection, tenant_id: UUID, row: PushRow) -> PushRow:
    """Keep a browser; one that is known is its new owner's from now on, under its old id."""
    kept = await connection.fetchrow(
        f"INSERT INTO push_subscriptions (tenant_id, {_COLUMNS})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (tenant_id, endpoint) DO UPDATE SET member_id = excluded.member_id,"
        " family_id = excluded.family_id, p256dh = excluded.p256dh, auth = excluded.auth,"
        " application_key = excluded.application_key, label = excluded.label, failing_since = NULL"
        f" RETURNING {_COLUMNS}",
        tenant_id,
        *(getattr(row, name) for name in PushRow.__struct_fields__),
    )
    assert kept is not None  # noqa: S101 - an upsert returns its row
    return _row_of(kept)


async def of_member(connection: Connection, tenant_id: UUID, member_id: UUID) -> list[PushRow]:
    """A member's browsers, the newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM push_subscriptions WHERE tenant_id = $1 AND member_id = $2"
        " ORDER BY created_at DESC, id",
        tenant_id,
        member_id,
    )
    return [_row_of(row) for row in rows]


async def reachable(
    connection: Connection, tenant_id: UUID, member_id: UUID, application_key: str
) -> list[PushRow]:
    """Browsers that may be pushed to: of an active member, in a sign-in that was not ended, for this key."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM push_subscriptions s WHERE s.tenant_id = $1 AND s.member_id = $2"
        " AND s.application_key = $3"
        " AND EXISTS (SELECT FROM members m WHERE m.tenant_id = $1 AND m.id = $2 AND m.active)"
        " AND EXISTS (SELECT FROM refresh_tokens r WHERE r.tenant_id = $1 AND r.family_id = s.family_id"
        " AND r.revoked_at IS NULL) ORDER BY s.created_at DESC, s.id",
        tenant_id,
        member_id,
        application_key,
    )
    return [_row_of(row) for row in rows]


async def delete(connection: Connection, tenant_id: UUID, row_id: UUID, *, member_id: UUID) -> bool:
    """Forget one of a member's browsers; False where there is none."""
    gone = await connection.fetchval(
        "DELETE FROM push_subscriptions WHERE tenant_id = $1 AND id = $2 AND member_id = $3 RETURNING id",
        tenant_id,
        row_id,
        member_id,
    )
    return gone is not None


async def keep_newest(connection: Connection, tenant_id: UUID, member_id: UUID, *, kept: int) -> None:
    """Forget all but the newest browsers of a member."""
    await connection.execute(
        "DELETE FROM push_subscriptions WHERE tenant_id = $1 AND id IN ("
        " SELECT id FROM push_subscriptions WHERE tenant_id = $1 AND member_id = $2"
        " ORDER BY created_at DESC, id OFFSET $3)",
        tenant_id,
        member_id,
        kept,
    )


async def note(
    connection: Connection, tenant_id: UUID, taken: list[UUID], failed: list[UUID], now: datetime
) -> None:
    """Write down which browsers took a push now and which did not."""
    await connection.execute(
        "UPDATE push_subscriptions SET"
        " last_taken_at = CASE WHEN id = ANY($2::uuid[]) THEN $4 ELSE last_taken_at END,"
        " failing_since = CASE WHEN id = ANY($2::uuid[]) THEN NULL ELSE coalesce(failing_since, $4) END"
        " WHERE tenant_id = $1 AND (id = ANY($2::uuid[]) OR id = ANY($3::uuid[]))",
        tenant_id,
        taken,
        failed,
        now,
    )
