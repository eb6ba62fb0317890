"""Rows of `import_jobs`: what was sent, how far it is, what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection


class JobRow(Struct, frozen=True, kw_only=True):
    """An import as it is stored; `progress` and `report` are JSON whose shape the importer owns."""

    id: UUID
    created_by: UUID | None
    kind: str
    filename: str
    mode: str
    dry_run: bool
    status: str
    progress: str
    report: str | None
    created_at: datetime
    finished_at: datetime | None


def job_of(row: asyncpg.Record) -> JobRow:
    return JobRow(**{name: row[name] for name in JobRow.__struct_fields__})


async def insert(connection: Connection, tenant_id: UUID, job: JobRow) -> bool:
    """Keep a new job; False where there is one with its id already."""
    added = await connection.fetchval(
        "INSERT INTO import_jobs (tenant_id, id, created_by, kind, filename, mode, dry_run, status,"
        " progress, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10)"
        " ON CONFLICT DO NOTHING RETURNING true",
        tenant_id,
        job.id,
        job.created_by,
        job.kind,
        job.filename,
        job.mode,
        job.dry_run,
        job.status,
        job.progress,
        job.created_at,
    )
    return bool(added)


async def get(connection: Connection, tenant_id: UUID, job_id: UUID) -> JobRow | None:
    """One job, or None."""
    row = await connection.fetchrow(
        "SELECT * FROM import_jobs WHERE tenant_id = $1 AND id = $2", tenant_id, job_id
    )
    return job_of(row) if row else None


async def recent(connection: Connection, tenant_id: UUID, limit: int) -> list[JobRow]:
    """The newest jobs, newest first."""
    rows = await connection.fetch(
        "SELECT * FROM import_jobs WHERE tenant_id = $1 ORDER BY created_at DESC, id LIMIT $2",
        tenant_id,
        limit,
    )
    return [job_of(row) for row in rows]


async def tell(connection: Connection, tenant_id: UUID, job_id: UUID, status: str, progress: str) -> None:
    """Keep how far a job is."""
    await connection.execute(
        "UPDATE import_jobs SET status = $3, progress = $4::jsonb WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        job_id,
        status,
        progress,
    )


async def finish(connection: Connection, tenant_id: UUID, job: JobRow) -> None:
    """Keep what came of a job."""
    await connection.execute(
        "UPDATE import_jobs SET kind = $3, status = $4, progress = $5::jsonb, report = $6::jsonb,"
        " finished_at = $7 WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        job.id,
        job.kind,
        job.status,
        job.progress,
        job.report,
        job.finished_at,
    )
