"""Which studios to look at for notices, and how far each has got: ids only, outside row-level security."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from db.pool import Connection, Pool, acquire


async def take_due(pool: Pool, pause: timedelta, *, most: int) -> list[UUID]:
    """Studios to look at now, the longest due first; nobody else gets them before `pause` has passed."""
    async with acquire(pool) as connection:
        rows = await connection.fetch(
            "UPDATE jobs.notice_studios SET due_at = now() + $1::interval WHERE tenant_id IN ("
            " SELECT tenant_id FROM jobs.notice_studios WHERE due_at <= now()"
            " ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING tenant_id",
            pause,
            most,
        )
    return [row["tenant_id"] for row in rows]


async def count_on(connection: Connection, tenant_id: UUID, by: int = 1) -> int:
    """Give out `by` numbers and return the last; the studio's others wait for this transaction to end."""
    number: int = await connection.fetchval(
        "INSERT INTO jobs.notice_heads (tenant_id, number) VALUES ($1, $2)"
        " ON CONFLICT (tenant_id) DO UPDATE SET number = jobs.notice_heads.number + $2 RETURNING number",
        tenant_id,
        by,
    )
    return number


async def numbers(pool: Pool, tenant_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The last number of each of these studios."""
    async with acquire(pool) as connection:
        rows = await connection.fetch(
            "SELECT tenant_id, number FROM jobs.notice_heads WHERE tenant_id = ANY($1::uuid[])", tenant_ids
        )
    return {row["tenant_id"]: row["number"] for row in rows}
