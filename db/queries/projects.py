"""Rows of `projects`, `phases` and `dependencies`; deleted phases and dependencies keep their row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec

from db.pool import Connection
from scheduling.model import Dependency, Money, Phase, Project, SkillNeed

COLUMNS = (
    "p.id, p.name, p.client, p.colour, p.status, p.start_date, p.end_date, p.budget_days, p.budget_money,"
    " p.notes, p.external_id, p.version"
)
"""What `project_of` reads, for `FROM projects p`."""

_money = msgspec.json.Decoder(Money)
_needs = msgspec.json.Decoder(tuple[SkillNeed, ...])


def project_of(row: asyncpg.Record) -> Project:
    return Project(
        id=row["id"],
        name=row["name"],
        client=row["client"],
        colour=row["colour"],
        status=row["status"],
        start=row["start_date"],
        end=row["end_date"],
        budget_days=row["budget_days"],
        budget_money=_money.decode(row["budget_money"]) if row["budget_money"] else None,
        notes=row["notes"],
        external_id=row["external_id"],
        version=row["version"],
    )


def phase_of(row: asyncpg.Record) -> Phase:
    return Phase(
        id=row["id"],
        project_id=row["project_id"],
        name=row["name"],
        duration_hours=row["duration_hours"],
        skills=_needs.decode(row["skills"]),
        start=row["starts_at"],
        end=row["ends_at"],
        progress=row["progress"],
        external_id=row["external_id"],
        version=row["version"],
    )


def dependency_of(row: asyncpg.Record) -> Dependency:
    return Dependency(
        id=row["id"],
        project_id=row["project_id"],
        from_phase_id=row["from_phase_id"],
        to_phase_id=row["to_phase_id"],
        kind=row["kind"],
        lag_hours=row["lag_hours"],
        version=row["version"],
    )


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[Project]:
    """The projects with these ids; unknown ids are left out."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM projects p WHERE p.tenant_id = $1 AND p.id = ANY($2::uuid[])",
        tenant_id,
        list(ids),
    )
    return [project_of(row) for row in rows]


async def everything(connection: Connection, tenant_id: UUID) -> list[Project]:
    """All projects of the tenant, in order of id."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM projects p WHERE p.tenant_id = $1 ORDER BY p.id", tenant_id
    )
    return [project_of(row) for row in rows]


async def phases_by_ids(
    connection: Connection, tenant_id: UUID, ids: Iterable[UUID]
) -> tuple[list[Phase], list[Phase]]:
    """The phases with these ids, and the deleted ones as they were last."""
    rows = await connection.fetch(
        "SELECT * FROM phases WHERE tenant_id = $1 AND id = ANY($2::uuid[])", tenant_id, list(ids)
    )
    return _split(rows, phase_of)


async def dependencies_by_ids(
    connection: Connection, tenant_id: UUID, ids: Iterable[UUID]
) -> tuple[list[Dependency], list[Dependency]]:
    """The dependencies with these ids, and the deleted ones as they were last."""
    rows = await connection.fetch(
        "SELECT * FROM dependencies WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
        tenant_id,
        list(ids),
    )
    return _split(rows, dependency_of)


async def phases(
    connection: Connection, tenant_id: UUID, project_ids: Sequence[UUID] | None = None
) -> list[Phase]:
    """Phases of the given projects, or of all, in order of id."""
    rows = await connection.fetch(
        "SELECT * FROM phases WHERE tenant_id = $1 AND NOT deleted"
        " AND ($2::uuid[] IS NULL OR project_id = ANY($2)) ORDER BY id",
        tenant_id,
        project_ids,
    )
    return [phase_of(row) for row in rows]


async def dependencies(
    connection: Connection, tenant_id: UUID, project_ids: Sequence[UUID] | None = None
) -> list[Dependency]:
    """Dependencies of the given projects, or of all, in order of id."""
    rows = await connection.fetch(
        "SELECT * FROM dependencies WHERE tenant_id = $1 AND NOT deleted"
        " AND ($2::uuid[] IS NULL OR project_id = ANY($2)) ORDER BY id",
        tenant_id,
        project_ids,
    )
    return [dependency_of(row) for row in rows]


T = TypeVar("T")


def _split(rows: Sequence[asyncpg.Record], read: Callable[[asyncpg.Record], T]) -> tuple[list[T], list[T]]:
    return (
        [read(row) for row in rows if not row["deleted"]],
        [read(row) for row in rows if row["deleted"]],
    )


async def upsert(connection: Connection, tenant_id: UUID, projects: Sequence[Project]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT_PROJECTS, tenant_id, _json(projects))


async def upsert_phases(connection: Connection, tenant_id: UUID, rows: Sequence[Phase]) -> None:
    """Write whole records, each id once; a deleted phase comes back."""
    await connection.execute(_UPSERT_PHASES, tenant_id, _json(rows))


async def upsert_dependencies(connection: Connection, tenant_id: UUID, rows: Sequence[Dependency]) -> None:
    """Write whole records, each id once; a deleted dependency comes back."""
    await connection.execute(_UPSERT_DEPENDENCIES, tenant_id, _json(rows))


async def mark_deleted(
    connection: Connection, tenant_id: UUID, phases: Sequence[UUID], dependencies: Sequence[UUID]
) -> None:
    """Take phases and dependencies out of the schedule; their rows keep foreign keys whole."""
    if dependencies:
        await connection.execute(
            "UPDATE dependencies SET deleted = true WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
            tenant_id,
            dependencies,
        )
    if phases:
        await connection.execute(
            "UPDATE phases SET deleted = true WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
            tenant_id,
            phases,
        )


def _json(records: Sequence[object]) -> str:
    return msgspec.json.encode(records).decode()


_PROJECT_FIELDS = (
    "name, client, colour, status, start_date, end_date, budget_days, budget_money, notes, external_id,"
    " version"
)
_UPSERT_PROJECTS = f"""
    INSERT INTO projects (tenant_id, id, {_PROJECT_FIELDS})
    SELECT $1, r.id, r.name, r.client, r.colour, r.status, r.start, r."end", r.budget_days,
        nullif(r.budget_money, 'null'::jsonb), r.notes, r.external_id, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, name text, client text, colour text, status text, start date, "end" date,
        budget_days double precision, budget_money jsonb, notes text, external_id text, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_PROJECT_FIELDS}) = ROW (
        excluded.name, excluded.client, excluded.colour, excluded.status, excluded.start_date,
        excluded.end_date, excluded.budget_days, excluded.budget_money, excluded.notes,
        excluded.external_id, excluded.version)
"""
_PHASE_FIELDS = "project_id, name, duration_hours, skills, starts_at, ends_at, progress, external_id, version"
_UPSERT_PHASES = f"""
    INSERT INTO phases (tenant_id, id, {_PHASE_FIELDS})
    SELECT $1, r.id, r.project_id, r.name, r.duration_hours, r.skills, r.start, r."end",
        r.progress, r.external_id, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, project_id uuid, name text, duration_hours double precision, skills jsonb,
        start timestamptz, "end" timestamptz, progress integer, external_id text, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_PHASE_FIELDS}, deleted) = ROW (
        excluded.project_id, excluded.name, excluded.duration_hours, excluded.skills,
        excluded.starts_at, excluded.ends_at, excluded.progress, excluded.external_id,
        excluded.version, false)
"""
_DEPENDENCY_FIELDS = "project_id, from_phase_id, to_phase_id, kind, lag_hours, version"
_UPSERT_DEPENDENCIES = f"""
    INSERT INTO dependencies (tenant_id, id, {_DEPENDENCY_FIELDS})
    SELECT $1, r.id, r.project_id, r.from_phase_id, r.to_phase_id, r.kind, r.lag_hours, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, project_id uuid, from_phase_id uuid, to_phase_id uuid, kind text,
        lag_hours double precision, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_DEPENDENCY_FIELDS}, deleted) = ROW (
        excluded.project_id, excluded.from_phase_id, excluded.to_phase_id, excluded.kind,
        excluded.lag_hours, excluded.version, false)
"""
