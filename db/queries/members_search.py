"""Finding accounts, in pages."""

from __future__ import annotations

from uuid import UUID

from db.pool import Connection
from db.queries.members import COLUMNS, member_of
from scheduling.model import Member

_MATCHING = "FROM members m WHERE m.tenant_id = $1 AND ($2::boolean IS NULL OR m.active = $2)"


async def page(
    connection: Connection, tenant_id: UUID, *, active: bool | None, after: UUID | None, limit: int
) -> list[Member]:
    """Accounts in order of id, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} {_MATCHING} AND ($3::uuid IS NULL OR m.id > $3) ORDER BY m.id LIMIT $4",
        tenant_id,
        active,
        after,
        limit,
    )
    return [member_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, *, active: bool | None) -> int:
    """How many accounts `page` would give in all."""
    total: int = await connection.fetchval(f"SELECT count(*) {_MATCHING}", tenant_id, active)
    return total
