"""Rows of `solver_jobs`: what was asked of the planner, how far it is, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection

Ended = Literal["done", "failed", "cancelled"]


class SolverJobRow(Struct, frozen=True, kw_only=True):
    """A job as it is stored; `ask`, `progress`, `outcome` and `error` are JSON whose shape the planner owns.

    `stop` is what was asked of a running one: '' nothing, to `drop` its plan or to `keep` the best.
    `position` counts the studio's waiting jobs up to it.
    """

    id: UUID
    kind: str
    name: str
    ask: str
    quick: bool
    priority: int
    state: str = "queued"
    stop: str = ""
    attempts: int = 0
    progress: str | None = None
    outcome: str | None = None
    scenario_id: UUID | None = None
    error: str | None = None
    created_kind: str
    created_by: UUID
    created_by_name: str
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    position: int | None = None


_STORED = tuple(name for name in SolverJobRow.__struct_fields__ if name != "position")
_COLUMNS = ", ".join(f"j.{name}" for name in _STORED)
_POSITION = """CASE WHEN j.state = 'queued' THEN (SELECT count(*) FROM solver_jobs w
    WHERE w.tenant_id = $1 AND w.state = 'queued'
        AND (-w.priority, w.created_at, w.id) <= (-j.priority, j.created_at, j.id)) END AS position"""


def _row_of(row: asyncpg.Record) -> SolverJobRow:
    return SolverJobRow(**dict(row))


async def insert(connection: Connection, tenant_id: UUID, job: SolverJobRow, *, most: int) -> bool:
    """Keep a new job; False where its id is taken, or `most` of the studio's wait already."""
    added = await connection.fetchval(
        "INSERT INTO solver_jobs (tenant_id, id, kind, name, ask, quick, priority, state, created_kind,"
        " created_by, created_by_name, created_at)"
        " SELECT $1, $2, $3, $4, $5::jsonb, $6, $7, 'queued', $8, $9, $10, $11"
        " WHERE (SELECT count(*) FROM solver_jobs WHERE tenant_id = $1 AND state = 'queued') < $12"
        " ON CONFLICT DO NOTHING RETURNING true",
        tenant_id,
        job.id,
        job.kind,
        job.name,
        job.ask,
        job.quick,
        job.priority,
        job.created_kind,
        job.created_by,
        job.created_by_name,
        job.created_at,
        most,
    )
    return bool(added)


async def get(connection: Connection, tenant_id: UUID, job_id: UUID) -> SolverJobRow | None:
    """One job, or None."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, {_POSITION} FROM solver_jobs j WHERE j.tenant_id = $1 AND j.id = $2",
        tenant_id,
        job_id,
    )
    return _row_of(row) if row else None


async def recent(connection: Connection, tenant_id: UUID, limit: int) -> list[SolverJobRow]:
    """The newest jobs, newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS}, {_POSITION} FROM solver_jobs j WHERE j.tenant_id = $1"
        " ORDER BY j.created_at DESC, j.id LIMIT $2",
        tenant_id,
        limit,
    )
    return [_row_of(row) for row in rows]


async def ask_to_stop(
    connection: Connection, tenant_id: UUID, job_id: UUID, *, keep: bool, now: datetime
) -> None:
    """End a waiting job; ask whoever works on a running one to stop. One that is over stays as it is."""
    await connection.execute(
        "UPDATE solver_jobs SET stop = CASE WHEN state = 'running' THEN $3 ELSE stop END,"
        " ended_at = CASE WHEN state = 'queued' THEN $4 ELSE ended_at END,"
        " state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END"
        " WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        tenant_id,
        job_id,
        "keep" if keep else "drop",
        now,
    )


async def forget(connection: Connection, tenant_id: UUID, before: datetime) -> None:
    """Drop jobs that ended before then."""
    await connection.execute(
        "DELETE FROM solver_jobs WHERE tenant_id = $1 AND ended_at < $2", tenant_id, before
    )


# -- working ---------------------------------------------------------------------------------


async def begin(
    connection: Connection, tenant_id: UUID, job_id: UUID, *, attempts: int, now: datetime
) -> SolverJobRow | None:
    """A worker has claimed it; None where it is over meanwhile."""
    row = await connection.fetchrow(
        "UPDATE solver_jobs j SET state = 'running', attempts = $3, started_at = coalesce(started_at, $4)"
        " WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')"
        f" RETURNING {_COLUMNS}, NULL::bigint AS position",
        tenant_id,
        job_id,
        attempts,
        now,
    )
    return _row_of(row) if row else None


async def tell(connection: Connection, tenant_id: UUID, job_id: UUID, progress: str | None) -> str | None:
    """Keep how far a running job is, where there is news; whether it is to stop, None where it is over."""
    stop: str | None = await connection.fetchval(
        "UPDATE solver_jobs SET progress = coalesce($3::jsonb, progress)"
        " WHERE tenant_id = $1 AND id = $2 AND state = 'running' RETURNING stop",
        tenant_id,
        job_id,
        progress,
    )
    return stop


async def found(
    connection: Connection, tenant_id: UUID, job_id: UUID, *, progress: str, outcome: str
) -> None:
    """Keep what a search came to, before anything is made of it."""
    await connection.execute(
        "UPDATE solver_jobs SET progress = $3::jsonb, outcome = $4::jsonb"
        " WHERE tenant_id = $1 AND id = $2 AND state = 'running'",
        tenant_id,
        job_id,
        progress,
        outcome,
    )


async def finish(
    connection: Connection,
    tenant_id: UUID,
    job_id: UUID,
    *,
    state: Ended,
    now: datetime,
    scenario_id: UUID | None = None,
    error: str | None = None,
) -> None:
    """It is over."""
    await connection.execute(
        "UPDATE solver_jobs SET state = $3, ended_at = $4, scenario_id = $5, error = $6::jsonb"
        " WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        tenant_id,
        job_id,
        state,
        now,
        scenario_id,
        error,
    )
