"""Rows of `notices` and their cursor: what each person was told, whether they read it and saw it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.notices.kinds import Facts, Kind, SubjectKind

SeenBy = Literal["app", "link"]


class Cursor(Struct, frozen=True, kw_only=True):
    """Up to `seq` of `epoch` all is decided; whoever had to answer before `deadlines_at` was reminded."""

    epoch: UUID
    seq: int
    deadlines_at: datetime


class NoticeRow(Struct, frozen=True, kw_only=True):
    """What one person was told. `number` orders a studio's notices; `window` names what was looked at."""

    id: UUID
    number: int
    member_id: UUID
    kind: Kind
    subject_kind: SubjectKind
    subject_id: UUID
    window: str
    facts: Facts
    at: datetime
    read_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: SeenBy | None = None


_facts = msgspec.json.Decoder(Facts)
_COLUMNS = ", ".join(f'n."{name}"' for name in NoticeRow.__struct_fields__)


def notice_of(row: asyncpg.Record) -> NoticeRow:
    fields = dict(row)
    return NoticeRow(**{**fields, "facts": _facts.decode(fields["facts"])})


# -- the cursor ------------------------------------------------------------------------------


async def cursor(connection: Connection, tenant_id: UUID) -> Cursor | None:
    """Where the studio's notices stand, without a lock."""
    row = await connection.fetchrow(
        "SELECT epoch, seq, deadlines_at FROM notice_cursors WHERE tenant_id = $1", tenant_id
    )
    return Cursor(**dict(row)) if row else None


async def take_cursor(connection: Connection, tenant_id: UUID) -> Cursor | None:
    """The cursor, this transaction's alone until it ends; None where somebody else has it."""
    row = await connection.fetchrow(
        "SELECT epoch, seq, deadlines_at FROM notice_cursors WHERE tenant_id = $1 FOR UPDATE SKIP LOCKED",
        tenant_id,
    )
    return Cursor(**dict(row)) if row else None


async def move_cursor(connection: Connection, tenant_id: UUID, cursor: Cursor) -> None:
    """Everything up to here is decided."""
    await connection.execute(
        "UPDATE notice_cursors SET epoch = $2, seq = $3, deadlines_at = $4 WHERE tenant_id = $1",
        tenant_id,
        cursor.epoch,
        cursor.seq,
        cursor.deadlines_at,
    )


async def skip_to_head(connection: Connection, tenant_id: UUID, now: datetime) -> None:
    """Tell nobody of what the log holds up to now."""
    await connection.execute(
        "INSERT INTO notice_cursors (tenant_id, epoch, seq, deadlines_at)"
        " SELECT tenant_id, epoch, seq, $2 FROM tenant_heads WHERE tenant_id = $1"
        " ON CONFLICT (tenant_id) DO UPDATE SET (epoch, seq) = ROW (excluded.epoch, excluded.seq)",
        tenant_id,
        now,
    )


async def to_answer(connection: Connection, tenant_id: UUID, after: datetime, until: datetime) -> list[UUID]:
    """Holds without an answer whose answer is due in `(after, until]`, the most urgent first."""
    rows = await connection.fetch(
        "SELECT id FROM bookings WHERE tenant_id = $1 AND status = 'hold' AND response = 'none'"
        " AND response_deadline > $2 AND response_deadline <= $3 ORDER BY response_deadline, id",
        tenant_id,
        after,
        until,
    )
    return [row["id"] for row in rows]


# -- notices ---------------------------------------------------------------------------------


async def insert(connection: Connection, tenant_id: UUID, notices: Sequence[NoticeRow]) -> list[UUID]:
    """Keep new notices; the ids of those that were not there yet for their person, subject and window."""
    rows = await connection.fetch(
        "INSERT INTO notices (tenant_id, id, number, changed, member_id, kind, subject_kind, subject_id,"
        ' "window", facts, at, read_at)'
        " SELECT $1, id, number, number, member_id, kind, subject_kind, subject_id, of_window, facts, at,"
        " read_at"
        " FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[],"
        " $9::text[], $10::timestamptz[], $11::timestamptz[])"
        " AS n(id, number, member_id, kind, subject_kind, subject_id, of_window, facts, at, read_at)"
        " ON CONFLICT DO NOTHING RETURNING id",
        tenant_id,
        [n.id for n in notices],
        [n.number for n in notices],
        [n.member_id for n in notices],
        [n.kind for n in notices],
        [n.subject_kind for n in notices],
        [n.subject_id for n in notices],
        [n.window for n in notices],
        [msgspec.json.encode(n.facts).decode() for n in notices],
        [n.at for n in notices],
        [n.read_at for n in notices],
    )
    return [row["id"] for row in rows]


async def page(
    connection: Connection,
    tenant_id: UUID,
    member_id: UUID,
    *,
    unread: bool,
    before: int | None,
    limit: int,
) -> list[NoticeRow]:
    """A person's notices, the newest first, older than number `before`."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM notices n WHERE tenant_id = $1 AND member_id = $2"
        " AND ($3::bigint IS NULL OR number < $3) AND (NOT $4::boolean OR read_at IS NULL)"
        " ORDER BY number DESC LIMIT $5",
        tenant_id,
        member_id,
        before,
        unread,
        limit,
    )
    return [notice_of(row) for row in rows]


async def unread(connection: Connection, tenant_id: UUID, member_id: UUID) -> int:
    """How many a person has not read; counted up to a thousand."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM (SELECT FROM notices WHERE tenant_id = $1 AND member_id = $2"
        " AND read_at IS NULL LIMIT 1000) unread",
        tenant_id,
        member_id,
    )
    return count


async def mark_read(
    connection: Connection,
    tenant_id: UUID,
    member_id: UUID,
    now: datetime,
    *,
    ids: Sequence[UUID] | None = None,
    up_to: int | None = None,
) -> int:
    """A person read these, or all up to a number, or all; how many were not read before."""
    done = await connection.execute(
        "UPDATE notices SET read_at = $3 WHERE tenant_id = $1 AND member_id = $2 AND read_at IS NULL"
        " AND ($4::uuid[] IS NULL OR id = ANY($4)) AND ($5::bigint IS NULL OR number <= $5)",
        tenant_id,
        member_id,
        now,
        ids,
        up_to,
    )
    return int(done.split()[-1])


async def mark_seen(
    connection: Connection,
    tenant_id: UUID,
    member_id: UUID,
    booking_id: UUID,
    now: datetime,
    *,
    by: SeenBy,
    changed: int,
) -> int:
    """A person had the booking before their eyes: what they were told of it until now is seen; how many."""
    done = await connection.execute(
        "UPDATE notices SET seen_at = $4, seen_by = $5, changed = $6 WHERE tenant_id = $1"
        " AND subject_id = $3 AND member_id = $2 AND seen_at IS NULL",
        tenant_id,
        member_id,
        booking_id,
        now,
        by,
        changed,
    )
    return int(done.split()[-1])


async def any_unseen(connection: Connection, tenant_id: UUID, member_id: UUID, booking_id: UUID) -> bool:
    """Whether somebody was told of a booking and has not had it before their eyes since."""
    found = await connection.fetchval(
        "SELECT true FROM notices WHERE tenant_id = $1 AND subject_id = $3 AND member_id = $2"
        " AND seen_at IS NULL LIMIT 1",
        tenant_id,
        member_id,
        booking_id,
    )
    return bool(found)


async def since(
    connection: Connection, tenant_id: UUID, member_ids: Sequence[UUID], after: int, *, limit: int
) -> list[NoticeRow]:
    """Notices numbered above `after` of these people, in order."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM notices n WHERE tenant_id = $1 AND number > $2"
        " AND member_id = ANY($3::uuid[]) ORDER BY number LIMIT $4",
        tenant_id,
        after,
        member_ids,
        limit,
    )
    return [notice_of(row) for row in rows]


async def changed_since(connection: Connection, tenant_id: UUID, after: int, *, limit: int) -> list[UUID]:
    """Bookings of which something was told, delivered or seen after a number."""
    rows = await connection.fetch(
        "SELECT DISTINCT subject_id FROM notices WHERE tenant_id = $1 AND changed > $2"
        " AND subject_kind = 'booking' LIMIT $3",
        tenant_id,
        after,
        limit,
    )
    return [row["subject_id"] for row in rows]


async def of_subject(
    connection: Connection, tenant_id: UUID, subject_id: UUID, member_ids: Sequence[UUID], *, limit: int
) -> list[NoticeRow]:
    """What these people were told of one thing, the newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM notices n WHERE tenant_id = $1 AND subject_id = $2"
        " AND member_id = ANY($3::uuid[]) ORDER BY number DESC LIMIT $4",
        tenant_id,
        subject_id,
        member_ids,
        limit,
    )
    return [notice_of(row) for row in rows]


async def forget_before(connection: Connection, tenant_id: UUID, before: datetime, *, limit: int) -> int:
    """Delete notices older than `before`, and the deliveries that carried nothing else; how many notices."""
    done = await connection.execute(
        "DELETE FROM notices WHERE tenant_id = $1 AND id IN ("
        " SELECT id FROM notices WHERE tenant_id = $1 AND at < $2 LIMIT $3)",
        tenant_id,
        before,
        limit,
    )
    await connection.execute(
        "DELETE FROM notice_deliveries d WHERE tenant_id = $1 AND created_at < $2 AND NOT EXISTS ("
        " SELECT FROM notice_delivery_items i WHERE i.tenant_id = $1 AND i.delivery_id = d.id)",
        tenant_id,
        before,
    )
    return int(done.split()[-1])


class AnswerRow(Struct, frozen=True, kw_only=True):
    """What an artist said to a booking, or somebody for them."""

    type: Literal["accepted", "declined", "withdrawn", "countered"]
    at: datetime
    by: str | None


async def answer_of(connection: Connection, tenant_id: UUID, booking_id: UUID) -> AnswerRow | None:
    """The last answer to a booking, whatever happened to it since."""
    row = await connection.fetchrow(
        "SELECT type, at, body -> 'actor' ->> 'name' AS by FROM event_log WHERE tenant_id = $1"
        " AND entity_kind = 'booking' AND entity_id = $2 AND type = ANY($3::text[])"
        " ORDER BY seq DESC LIMIT 1",
        tenant_id,
        booking_id,
        ["booking.accepted", "booking.declined", "booking.withdrawn", "booking.countered"],
    )
    if row is None:
        return None
    return AnswerRow(type=row["type"].removeprefix("booking."), at=row["at"], by=row["by"])
