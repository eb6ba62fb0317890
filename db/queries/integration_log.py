"""Rows of `integration_log`: who made, changed or ended a key, a webhook or a calendar link."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Connection


class IntegrationChange(Struct, frozen=True, kw_only=True):
    """One change; `details` is a sentence without any secret."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    subject_id: UUID
    subject_name: str
    details: str = ""


async def append(connection: Connection, tenant_id: UUID, entry: IntegrationChange) -> None:
    """Write it down; with the change itself, in one transaction."""
    await connection.execute(
        "INSERT INTO integration_log (tenant_id, id, at, actor_kind, actor_id, actor_name, action,"
        " subject_id, subject_name, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant_id,
        entry.id,
        entry.at,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.subject_id,
        entry.subject_name,
        entry.details,
    )


async def page(
    connection: Connection, tenant_id: UUID, *, before: UUID | None, limit: int
) -> list[IntegrationChange]:
    """Entries older than `before`, the newest first (ids are made in order of time)."""
    rows = await connection.fetch(
        "SELECT id, at, actor_kind, actor_id, actor_name, action, subject_id, subject_name, details"
        " FROM integration_log WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)"
        " ORDER BY id DESC LIMIT $3",
        tenant_id,
        before,
        limit,
    )
    return [IntegrationChange(**dict(row)) for row in rows]
