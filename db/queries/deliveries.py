"""Rows of `webhook_deliveries`: each attempt to post an event, and what came back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Connection

KEPT = 2_000
"""Attempts of one endpoint that are kept, at least."""


class Delivery(Struct, frozen=True, kw_only=True):
    """One attempt. `message_id` is the `webhook-id`, the same for every attempt of one event.

    `status` is that of the answer, absent where there was none, as `error` then says; `response` is the
    beginning of its body. `seq` is absent for a test. Ids are in order of time.
    """

    id: UUID
    endpoint_id: UUID
    message_id: str
    type: str
    seq: int | None
    attempt: int
    at: datetime
    ok: bool
    status: int | None
    latency_ms: int
    error: str = ""
    response: str = ""


_COLUMNS = ", ".join(Delivery.__struct_fields__)


async def record(connection: Connection, tenant_id: UUID, delivery: Delivery) -> None:
    """Write an attempt down."""
    await connection.execute(
        f"INSERT INTO webhook_deliveries (tenant_id, {_COLUMNS})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        tenant_id,
        *(getattr(delivery, name) for name in Delivery.__struct_fields__),
    )


async def page(
    connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, before: UUID | None, limit: int
) -> list[Delivery]:
    """Attempts older than `before`, the newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2"
        " AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
        tenant_id,
        endpoint_id,
        before,
        limit,
    )
    return [Delivery(**dict(row)) for row in rows]


async def forget_old(connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, kept: int = KEPT) -> None:
    """Delete attempts beyond the newest `kept`."""
    await connection.execute(
        "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2 AND id <= ("
        " SELECT id FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2"
        " ORDER BY id DESC OFFSET $3 LIMIT 1)",
        tenant_id,
        endpoint_id,
        kept,
    )
