"""Rows of `scenarios` and of what they hold; closed scenarios and dropped changes keep their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.model import Scenario, ScenarioChange, ScenarioState


def scenario_of(row: asyncpg.Record) -> Scenario:
    return Scenario(
        id=row["id"],
        name=row["name"],
        note=row["note"],
        state=ScenarioState(row["state"]),
        source=row["source"],
        job_id=row["job_id"],
        base_seq=row["base_seq"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def change_of(row: asyncpg.Record) -> ScenarioChange:
    return ScenarioChange(
        id=row["id"],
        scenario_id=row["scenario_id"],
        action=row["action"],
        booking_id=row["booking_id"],
        base_version=row["base_version"],
        artist_id=row["artist_id"],
        start=row["starts_at"],
        end=row["ends_at"],
        zone=row["zone"],
        granularity=row["granularity"],
        title=row["title"],
        project_id=row["project_id"],
        phase_id=row["phase_id"],
        status=row["status"],
        confirmed=row["confirmed"],
        note=row["note"],
        reason=row["reason"],
        version=row["version"],
    )


# -- scenarios ---------------------------------------------------------------------------


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[Scenario]:
    """The scenarios with these ids, open or closed; unknown ids are left out."""
    rows = await connection.fetch(
        "SELECT * FROM scenarios WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return [scenario_of(row) for row in rows]


async def opened(connection: Connection, tenant_id: UUID) -> list[Scenario]:
    """All that are open, in order of id."""
    rows = await connection.fetch(
        "SELECT * FROM scenarios WHERE tenant_id = $1 AND state = 'open' ORDER BY id", tenant_id
    )
    return [scenario_of(row) for row in rows]


class ScenarioFilter(Struct, frozen=True, kw_only=True):
    """What to find; without `states`, what is open."""

    states: tuple[str, ...] = ()
    source: str | None = None


_MATCHES = (
    "s.tenant_id = $1 AND (s.state = ANY($2::text[]) OR ($2 = '{}' AND s.state = 'open'))"
    " AND ($3::text IS NULL OR s.source = $3)"
)


async def page(
    connection: Connection, tenant_id: UUID, wanted: ScenarioFilter, *, after: UUID | None, limit: int
) -> list[Scenario]:
    """Scenarios in order of id, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT s.* FROM scenarios s WHERE {_MATCHES} AND ($4::uuid IS NULL OR s.id > $4)"
        " ORDER BY s.id LIMIT $5",
        tenant_id,
        list(wanted.states),
        wanted.source,
        after,
        limit,
    )
    return [scenario_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, wanted: ScenarioFilter) -> int:
    """How many scenarios `page` would give in all."""
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM scenarios s WHERE {_MATCHES}", tenant_id, list(wanted.states), wanted.source
    )
    return total


async def upsert(connection: Connection, tenant_id: UUID, scenarios: Sequence[Scenario]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(scenarios).decode())


_FIELDS = "name, note, state, source, job_id, base_seq, created_by, created_at, updated_at, version"
_UPSERT = f"""
    INSERT INTO scenarios (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.name, r.note, r.state, r.source, r.job_id, r.base_seq, r.created_by, r.created_at,
        r.updated_at, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, name text, note text, state text, source text, job_id uuid, base_seq bigint,
        created_by uuid, created_at timestamptz, updated_at timestamptz, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.name, excluded.note, excluded.state, excluded.source, excluded.job_id,
        excluded.base_seq, excluded.created_by, excluded.created_at, excluded.updated_at,
        excluded.version)
"""


# -- what they hold ----------------------------------------------------------------------


async def changes_by_ids(
    connection: Connection, tenant_id: UUID, ids: Iterable[UUID]
) -> tuple[list[ScenarioChange], list[ScenarioChange]]:
    """The changes with these ids, and those that were dropped as they were last."""
    rows = await connection.fetch(
        "SELECT * FROM scenario_changes WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return (
        [change_of(row) for row in rows if not row["deleted"]],
        [change_of(row) for row in rows if row["deleted"]],
    )


async def changes(
    connection: Connection, tenant_id: UUID, scenario_id: UUID | None = None
) -> list[ScenarioChange]:
    """What a scenario holds, or all of them, in order of booking."""
    rows = await connection.fetch(
        "SELECT * FROM scenario_changes WHERE tenant_id = $1 AND NOT deleted"
        " AND ($2::uuid IS NULL OR scenario_id = $2) ORDER BY booking_id",
        tenant_id,
        scenario_id,
    )
    return [change_of(row) for row in rows]


async def changes_page(
    connection: Connection, tenant_id: UUID, scenario_id: UUID, *, after: UUID | None, limit: int
) -> list[ScenarioChange]:
    """What a scenario holds in order of booking, at most `limit`; `after` is a booking."""
    rows = await connection.fetch(
        "SELECT * FROM scenario_changes WHERE tenant_id = $1 AND NOT deleted AND scenario_id = $2"
        " AND ($3::uuid IS NULL OR booking_id > $3) ORDER BY booking_id LIMIT $4",
        tenant_id,
        scenario_id,
        after,
        limit,
    )
    return [change_of(row) for row in rows]


async def changes_count(connection: Connection, tenant_id: UUID, scenario_id: UUID) -> int:
    """How many changes `changes_page` would give in all."""
    total: int = await connection.fetchval(
        "SELECT count(*) FROM scenario_changes WHERE tenant_id = $1 AND NOT deleted AND scenario_id = $2",
        tenant_id,
        scenario_id,
    )
    return total


async def upsert_changes(connection: Connection, tenant_id: UUID, changes: Sequence[ScenarioChange]) -> None:
    """Write whole records, each id once; a dropped change comes back."""
    await connection.execute(_UPSERT_CHANGES, tenant_id, msgspec.json.encode(changes).decode())


async def mark_deleted(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Take changes out of their scenarios."""
    if ids:
        await connection.execute(
            "UPDATE scenario_changes SET deleted = true WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
            tenant_id,
            ids,
        )


_CHANGE_FIELDS = (
    "scenario_id, action, booking_id, base_version, artist_id, starts_at, ends_at, zone, granularity,"
    " title, project_id, phase_id, status, confirmed, note, reason, version"
)
_UPSERT_CHANGES = f"""
    INSERT INTO scenario_changes (tenant_id, id, {_CHANGE_FIELDS})
    SELECT $1, r.id, r.scenario_id, r.action, r.booking_id, r.base_version, r.artist_id, r.start, r."end",
        r.zone, r.granularity, r.title, r.project_id, r.phase_id, r.status, r.confirmed, r.note,
        r.reason, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, scenario_id uuid, action text, booking_id uuid, base_version bigint, artist_id uuid,
        start timestamptz, "end" timestamptz, zone text, granularity text, title text, project_id uuid,
        phase_id uuid, status text, confirmed boolean, note text, reason text, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_CHANGE_FIELDS}, deleted) = ROW (
        excluded.scenario_id, excluded.action, excluded.booking_id, excluded.base_version,
        excluded.artist_id, excluded.starts_at, excluded.ends_at, excluded.zone, excluded.granularity,
        excluded.title, excluded.project_id, excluded.phase_id, excluded.status, excluded.confirmed,
        excluded.note, excluded.reason, excluded.version, false)
"""
