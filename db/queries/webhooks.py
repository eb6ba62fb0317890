"""Rows of `webhook_endpoints`: where events are posted, how far each got, and who delivers at present."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection


class EndpointRow(Struct, frozen=True, kw_only=True):
    """An endpoint with its secrets. Everything up to `cursor_seq` of `epoch` is delivered or was not for it.

    `attempt` counts failures of the event whose turn it is; `types` and `project_id` say what is for it.
    """

    id: UUID
    url: str
    description: str
    types: tuple[str, ...]
    project_id: UUID | None
    secret: str
    previous_secret: str | None = None
    previous_until: datetime | None = None
    state: str = "active"
    reason: str = ""
    epoch: UUID
    cursor_seq: int
    attempt: int = 0
    next_attempt_at: datetime | None = None
    failing_since: datetime | None = None
    created_by_name: str
    created_at: datetime


_COLUMNS = ", ".join(EndpointRow.__struct_fields__)


def _endpoint_of(row: asyncpg.Record) -> EndpointRow:
    fields = dict(row)
    return EndpointRow(**{**fields, "types": tuple(fields["types"])})


async def insert(connection: Connection, tenant_id: UUID, endpoint: EndpointRow) -> None:
    """Keep a new endpoint."""
    await connection.execute(
        "INSERT INTO webhook_endpoints (tenant_id, id, url, description, types, project_id, secret, state,"
        " epoch, cursor_seq, created_by_name, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant_id,
        endpoint.id,
        endpoint.url,
        endpoint.description,
        list(endpoint.types),
        endpoint.project_id,
        endpoint.secret,
        endpoint.state,
        endpoint.epoch,
        endpoint.cursor_seq,
        endpoint.created_by_name,
        endpoint.created_at,
    )


async def everything(connection: Connection, tenant_id: UUID) -> list[EndpointRow]:
    """Every endpoint, the oldest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE tenant_id = $1 ORDER BY created_at, id", tenant_id
    )
    return [_endpoint_of(row) for row in rows]


async def by_id(connection: Connection, tenant_id: UUID, endpoint_id: UUID) -> EndpointRow | None:
    """One endpoint, or None."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2", tenant_id, endpoint_id
    )
    return _endpoint_of(row) if row else None


async def edit(connection: Connection, tenant_id: UUID, endpoint: EndpointRow) -> None:
    """Write what a person may change; the place in the log and who delivers stay as they are.

    Failures are forgotten: a changed address, or one that was switched on again, is tried at once.
    """
    await connection.execute(
        "UPDATE webhook_endpoints SET url = $3, description = $4, types = $5, project_id = $6, state = $7,"
        " reason = '', attempt = 0, next_attempt_at = NULL, failing_since = NULL"
        " WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        endpoint.id,
        endpoint.url,
        endpoint.description,
        list(endpoint.types),
        endpoint.project_id,
        endpoint.state,
    )


async def rotate(
    connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, secret: str, previous_until: datetime
) -> None:
    """Replace the secret; deliveries are signed with both until `previous_until`."""
    await connection.execute(
        "UPDATE webhook_endpoints SET previous_secret = secret, previous_until = $4, secret = $3"
        " WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        endpoint_id,
        secret,
        previous_until,
    )


async def rewind(
    connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, epoch: UUID, cursor_seq: int
) -> None:
    """Deliver again from `cursor_seq + 1` on. Whoever delivers at present loses the endpoint."""
    await connection.execute(
        "UPDATE webhook_endpoints SET epoch = $3, cursor_seq = $4, attempt = 0, next_attempt_at = NULL,"
        " failing_since = NULL, lease_by = NULL WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        endpoint_id,
        epoch,
        cursor_seq,
    )


async def delete(connection: Connection, tenant_id: UUID, endpoint_id: UUID) -> None:
    """Forget an endpoint and its deliveries."""
    await connection.execute(
        "DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2", tenant_id, endpoint_id
    )


# -- delivering ------------------------------------------------------------------------------


async def due(connection: Connection, tenant_id: UUID, now: datetime) -> list[UUID]:
    """Endpoints that have something to deliver, may be tried now, and are nobody's at present."""
    rows = await connection.fetch(
        "SELECT w.id FROM webhook_endpoints w JOIN tenant_heads h ON h.tenant_id = w.tenant_id"
        " WHERE w.tenant_id = $1 AND w.state = 'active'"
        " AND (w.cursor_seq < h.seq OR w.epoch <> h.epoch)"
        " AND (w.next_attempt_at IS NULL OR w.next_attempt_at <= $2)"
        " AND (w.lease_until IS NULL OR w.lease_until <= $2) ORDER BY w.id",
        tenant_id,
        now,
    )
    return [row["id"] for row in rows]


async def lease(
    connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, by: UUID, now: datetime, until: datetime
) -> EndpointRow | None:
    """Make a worker the only one that delivers, until then; None where it may not."""
    row = await connection.fetchrow(
        "UPDATE webhook_endpoints SET lease_by = $3, lease_until = $5"
        " WHERE tenant_id = $1 AND id = $2 AND state = 'active'"
        " AND (next_attempt_at IS NULL OR next_attempt_at <= $4)"
        f" AND (lease_until IS NULL OR lease_until <= $4) RETURNING {_COLUMNS}",
        tenant_id,
        endpoint_id,
        by,
        now,
        until,
    )
    return _endpoint_of(row) if row else None


async def advance(
    connection: Connection,
    tenant_id: UUID,
    endpoint_id: UUID,
    *,
    by: UUID,
    until: datetime,
    epoch: UUID,
    cursor_seq: int,
) -> EndpointRow | None:
    """Everything up to `cursor_seq` is done; None where the endpoint is no longer this worker's."""
    row = await connection.fetchrow(
        "UPDATE webhook_endpoints SET epoch = $5, cursor_seq = $6, lease_until = $4, attempt = 0,"
        " next_attempt_at = NULL, failing_since = NULL"
        f" WHERE tenant_id = $1 AND id = $2 AND lease_by = $3 AND state = 'active' RETURNING {_COLUMNS}",
        tenant_id,
        endpoint_id,
        by,
        until,
        epoch,
        cursor_seq,
    )
    return _endpoint_of(row) if row else None


async def fail(
    connection: Connection,
    tenant_id: UUID,
    endpoint_id: UUID,
    *,
    by: UUID,
    now: datetime,
    next_attempt_at: datetime,
    disabled: str,
) -> bool:
    """Not taken: again later, or never where `disabled` says why. False where it is not ours to say."""
    done = await connection.fetchval(
        "UPDATE webhook_endpoints SET attempt = attempt + 1, next_attempt_at = $5, lease_until = NULL,"
        " failing_since = coalesce(failing_since, $4), reason = $6,"
        " state = CASE WHEN $6 = '' THEN state ELSE 'disabled' END"
        " WHERE tenant_id = $1 AND id = $2 AND lease_by = $3 RETURNING true",
        tenant_id,
        endpoint_id,
        by,
        now,
        next_attempt_at,
        disabled,
    )
    return bool(done)


async def free(connection: Connection, tenant_id: UUID, endpoint_id: UUID, *, by: UUID) -> None:
    """Let others have it."""
    await connection.execute(
        "UPDATE webhook_endpoints SET lease_by = NULL, lease_until = NULL"
        " WHERE tenant_id = $1 AND id = $2 AND lease_by = $3",
        tenant_id,
        endpoint_id,
        by,
    )
