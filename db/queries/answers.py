"""Stored answers to commands: what makes sending the same id again harmless."""

from __future__ import annotations

from collections.abc import Sequence
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
