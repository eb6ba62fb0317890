"""Stored answers to commands: what makes sending the same id again harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Connection


class StoredAnswer(Struct, frozen=True, kw_only=True):
    """The first answer to a command id, as it was sent."""

    command_id: UUID
    actor_id: UUID
    op: str
    seq: int | None
    answer: bytes


async def by_ids(
    connection: Connection, tenant_id: UUID, command_ids: Sequence[UUID]
) -> dict[UUID, StoredAnswer]:
    """Answers already given, by command id."""
    rows = await connection.fetch(
        "SELECT command_id, actor_id, op, seq, answer FROM command_answers"
        " WHERE tenant_id = $1 AND command_id = ANY($2::uuid[])",
        tenant_id,
        command_ids,
    )
    return {
        row["command_id"]: StoredAnswer(
            command_id=row["command_id"],
            actor_id=row["actor_id"],
            op=row["op"],
            seq=row["seq"],
            answer=row["answer"].encode(),
        )
        for row in rows
    }


async def store(
    connection: Connection, tenant_id: UUID, answers: Sequence[StoredAnswer], at: datetime
) -> None:
    """Write first answers."""
    await connection.execute(
        "INSERT INTO command_answers (tenant_id, command_id, actor_id, op, at, seq, answer)"
        " SELECT $1, c, a, o, $2, s, j"
        " FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::json[])"
        " AS t(c, a, o, s, j)",
        tenant_id,
        at,
        [a.command_id for a in answers],
        [a.actor_id for a in answers],
        [a.op for a in answers],
        [a.seq for a in answers],
        [a.answer.decode() for a in answers],
    )
