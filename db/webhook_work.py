"""Which endpoints of all studios there are to look at, for workers: ids only, outside row-level security."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from db.pool import Pool, acquire


async def take_turn(pool: Pool, pause: timedelta) -> list[UUID] | None:
    """The studios with endpoints, for whoever is the first to ask after `pause`; None for the others."""
    async with acquire(pool) as connection:
        mine = await connection.fetchval(
            "UPDATE jobs.webhook_rounds SET at = now() WHERE at <= now() - $1::interval RETURNING true", pause
        )
        if not mine:
            return None
        rows = await connection.fetch("SELECT DISTINCT tenant_id FROM jobs.webhook_endpoints ORDER BY 1")
    return [row["tenant_id"] for row in rows]
