"""Rows of `milestones`; deleted ones keep their row, so that their id is not used again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from db.pool import Connection
from scheduling.model import Milestone


def milestone_of(row: asyncpg.Record) -> Milestone:
    return Milestone(
        id=row["id"],
        project_id=row["project_id"],
        phase_id=row["phase_id"],
        name=row["name"],
        date=row["day"],
        done=row["done"],
        notes=row["notes"],
        external_id=row["external_id"],
        version=row["version"],
    )


async def by_ids(
    connection: Connection, tenant_id: UUID, ids: Iterable[UUID]
) -> tuple[list[Milestone], list[Milestone]]:
    """The milestones with these ids, and the deleted ones as they were last."""
    rows = await connection.fetch(
        "SELECT * FROM milestones WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return (
        [milestone_of(row) for row in rows if not row["deleted"]],
        [milestone_of(row) for row in rows if row["deleted"]],
    )


async def of_projects(
    connection: Connection, tenant_id: UUID, project_ids: Sequence[UUID] | None = None
) -> list[Milestone]:
    """Milestones of the given projects, or of all, in order of id."""
    rows = await connection.fetch(
        "SELECT * FROM milestones WHERE tenant_id = $1 AND NOT deleted"
        " AND ($2::uuid[] IS NULL OR project_id = ANY($2)) ORDER BY id",
        tenant_id,
        project_ids,
    )
    return [milestone_of(row) for row in rows]


async def page(
    connection: Connection, tenant_id: UUID, *, project_id: UUID | None, after: UUID | None, limit: int
) -> list[Milestone]:
    """Milestones of one project or of all, in order of id."""
    rows = await connection.fetch(
        f"SELECT * {_FROM} ORDER BY id LIMIT $4", tenant_id, project_id, after, limit
    )
    return [milestone_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, project_id: UUID | None) -> int:
    """How many milestones there are."""
    total: int = await connection.fetchval(f"SELECT count(*) {_FROM}", tenant_id, project_id, None)
    return total


_FROM = (
    "FROM milestones WHERE tenant_id = $1 AND NOT deleted AND ($2::uuid IS NULL OR project_id = $2)"
    " AND ($3::uuid IS NULL OR id > $3)"
)


async def upsert(connection: Connection, tenant_id: UUID, rows: Sequence[Milestone]) -> None:
    """Write whole records, each id once; a deleted milestone comes back."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(rows).decode())


async def mark_deleted(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Take milestones out of the schedule."""
    if ids:
        await connection.execute(
            "UPDATE milestones SET deleted = true WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
            tenant_id,
            ids,
        )


_FIELDS = "project_id, phase_id, name, day, done, notes, external_id, version"
_UPSERT = f"""
    INSERT INTO milestones (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.project_id, r.phase_id, r.name, r.date, r.done, r.notes, r.external_id, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, project_id uuid, phase_id uuid, name text, date date, done boolean, notes text,
        external_id text, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}, deleted) = ROW (
        excluded.project_id, excluded.phase_id, excluded.name, excluded.day, excluded.done,
        excluded.notes, excluded.external_id, excluded.version, false)
"""
