"""Rows of `notice_deliveries`: one message to one person through one channel, and what became of it.

The row is the queue. A worker takes it under a lease and commits what it is about to do before it does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.notices import NoticeRow, notice_of
from scheduling.notices.preferences import Channel

State = Literal["waiting", "sending", "sent", "failed", "bounced", "dropped"]


class DeliveryRow(Struct, frozen=True, kw_only=True):
    """A message. `due_at`: when it is sent, or taken over from who has it.

    `handed`: how often it was handed over without a word of what came of it. `slot`: until when what it
    collects is held.
    """

    id: UUID
    member_id: UUID
    channel: Channel
    state: State = "waiting"
    slot: datetime | None = None
    due_at: datetime
    attempts: int = 0
    handed: int = 0
    sent_at: datetime | None = None
    error: str = ""
    provider_id: str = ""
    created_at: datetime


_COLUMNS = ", ".join(f"d.{name}" for name in DeliveryRow.__struct_fields__)


async def insert(connection: Connection, tenant_id: UUID, delivery: DeliveryRow) -> UUID | None:
    """Keep a message to send, or find the one of the same slot that still waits, locked until the end.

    None where that one is on its way already.
    """
    row = await connection.fetchrow(
        "INSERT INTO notice_deliveries AS d (tenant_id, id, member_id, channel, slot, due_at, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (tenant_id, member_id, channel, slot) WHERE slot IS NOT NULL"
        " DO UPDATE SET due_at = d.due_at RETURNING d.id, d.state",
        tenant_id,
        delivery.id,
        delivery.member_id,
        delivery.channel,
        delivery.slot,
        delivery.due_at,
        delivery.created_at,
    )
    return row["id"] if row and row["state"] == "waiting" else None


async def add_items(
    connection: Connection, tenant_id: UUID, delivery_id: UUID, channel: Channel, notice_ids: Sequence[UUID]
) -> None:
    """Say what a message carries; a notice goes through a channel once."""
    await connection.execute(
        "INSERT INTO notice_delivery_items (tenant_id, notice_id, channel, delivery_id)"
        " SELECT $1, id, $3, $2 FROM unnest($4::uuid[]) AS n(id) ON CONFLICT DO NOTHING",
        tenant_id,
        delivery_id,
        channel,
        notice_ids,
    )


async def take(
    connection: Connection,
    tenant_id: UUID,
    channels: Sequence[Channel],
    *,
    by: UUID,
    now: datetime,
    until: datetime,
    limit: int,
) -> list[DeliveryRow]:
    """Make a worker the only one that sends these, until then; they are returned as they were before."""
    rows = await connection.fetch(
        "WITH mine AS (SELECT tenant_id, id, state, attempts, due_at, handed FROM notice_deliveries"
        "  WHERE tenant_id = $1 AND state IN ('waiting', 'sending') AND due_at <= $4"
        "  AND channel = ANY($2::text[]) ORDER BY due_at, id LIMIT $6 FOR UPDATE SKIP LOCKED)"
        " UPDATE notice_deliveries d SET state = 'sending', lease_by = $3, due_at = $5,"
        " attempts = d.attempts + 1 FROM mine WHERE d.tenant_id = mine.tenant_id AND d.id = mine.id"
        " RETURNING d.id, d.member_id, d.channel, mine.state, d.slot, mine.due_at, mine.attempts,"
        " mine.handed, d.sent_at, d.error, d.provider_id, d.created_at",
        tenant_id,
        channels,
        by,
        now,
        until,
        limit,
    )
    return sorted((DeliveryRow(**dict(row)) for row in rows), key=lambda d: (d.due_at, d.id))


async def carried(connection: Connection, tenant_id: UUID, delivery_id: UUID) -> list[NoticeRow]:
    """The notices that a message carries, in order."""
    rows = await connection.fetch(
        'SELECT n.id, n.number, n.member_id, n.kind, n.subject_kind, n.subject_id, n."window", n.facts, n.at,'
        " n.read_at, n.seen_at, n.seen_by FROM notice_delivery_items i"
        " JOIN notices n ON n.tenant_id = i.tenant_id AND n.id = i.notice_id"
        " WHERE i.tenant_id = $1 AND i.delivery_id = $2 ORDER BY n.number",
        tenant_id,
        delivery_id,
    )
    return [notice_of(row) for row in rows]


async def hand_over(
    connection: Connection, tenant_id: UUID, delivery_id: UUID, *, by: UUID, until: datetime
) -> bool:
    """From now on the other side may have it. False where the message is not this worker's any more."""
    mine = await connection.fetchval(
        "UPDATE notice_deliveries SET handed = handed + 1, due_at = $4"
        " WHERE tenant_id = $1 AND id = $2 AND lease_by = $3 AND state = 'sending' RETURNING true",
        tenant_id,
        delivery_id,
        by,
        until,
    )
    return bool(mine)


async def settle(
    connection: Connection,
    tenant_id: UUID,
    delivery_id: UUID,
    *,
    by: UUID,
    state: State,
    now: datetime,
    due_at: datetime,
    error: str,
    provider_id: str,
    changed: int,
    unsure: bool = False,
) -> bool:
    """Say what became of it. False where it is not this worker's to say.

    `unsure`: it may have arrived all the same, and how often it was handed over is not forgotten.
    """
    mine = await connection.fetchval(
        "UPDATE notice_deliveries SET state = $4, due_at = $6, error = $7, provider_id = $8, lease_by = NULL,"
        " sent_at = CASE WHEN $4 = 'sent' THEN $5 ELSE sent_at END,"
        " handed = CASE WHEN $9 THEN handed ELSE 0 END"
        " WHERE tenant_id = $1 AND id = $2 AND lease_by = $3 AND state = 'sending' RETURNING true",
        tenant_id,
        delivery_id,
        by,
        state,
        now,
        due_at,
        error,
        provider_id,
        unsure,
    )
    if mine:
        await connection.execute(
            "UPDATE notices n SET changed = $3 FROM notice_delivery_items i WHERE n.tenant_id = $1"
            " AND i.tenant_id = $1 AND i.delivery_id = $2 AND n.id = i.notice_id",
            tenant_id,
            delivery_id,
            changed,
        )
    return bool(mine)


async def next_due(connection: Connection, tenant_id: UUID, channels: Sequence[Channel]) -> datetime | None:
    """When the next message is to be sent or taken over."""
    due: datetime | None = await connection.fetchval(
        "SELECT min(due_at) FROM notice_deliveries WHERE tenant_id = $1 AND state IN ('waiting', 'sending')"
        " AND channel = ANY($2::text[])",
        tenant_id,
        channels,
    )
    return due


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of one notice through one channel."""

    notice_id: UUID
    channel: Channel
    state: State
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str


async def receipts(connection: Connection, tenant_id: UUID, notice_ids: Sequence[UUID]) -> list[Receipt]:
    """What became of these notices, channel by channel."""
    rows = await connection.fetch(
        "SELECT i.notice_id, i.channel, d.state, d.due_at, d.sent_at, d.attempts, d.error"
        " FROM notice_delivery_items i"
        " JOIN notice_deliveries d ON d.tenant_id = i.tenant_id AND d.id = i.delivery_id"
        " WHERE i.tenant_id = $1 AND i.notice_id = ANY($2::uuid[]) ORDER BY i.channel, d.created_at",
        tenant_id,
        notice_ids,
    )
    return [Receipt(**dict(row)) for row in rows]
