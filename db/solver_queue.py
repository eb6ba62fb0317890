"""Whose turn it is: solver jobs of all studios by id, claimed for as long as their worker is heard of.

The tables lie outside row-level security, as the queue's do, and hold ids and order only. One claim is made
at a time, so that limits and turns hold for any number of workers.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, Pool, acquire

LEASE = timedelta(seconds=5)
"""A worker that was not heard of for so long has lost what it was working on."""
ALIVE = timedelta(seconds=10)
"""A worker that was seen within this is there."""
RUNNING_EACH = 2
"""Searches of one studio at once, the quick ones counted by themselves."""
_CLAIMS = 0x50_54_53_51
"""The advisory lock that claims are made under."""


class Claimed(Struct, frozen=True, kw_only=True):
    """A job that is this worker's now; `attempts` counts this time too."""

    tenant_id: UUID
    job_id: UUID
    attempts: int


async def claim(pool: Pool, worker: UUID, *, quick_only: bool = False) -> Claimed | None:
    """Take the next job: of the studio with the fewest running, then of the one that waits longest.

    Within a studio the highest priority, then the oldest, is next.
    """
    async with acquire(pool) as connection:
        if not await connection.fetchval(_ANY, quick_only):
            return None
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _CLAIMS)
            row = await connection.fetchrow(_CLAIM, worker, LEASE, RUNNING_EACH, quick_only)
    return Claimed(**dict(row)) if row else None


async def hold_on(connection: Connection, worker: UUID, tenant_id: UUID, job_id: UUID) -> bool:
    """Say that it is still worked on; False where it is another worker's, or over. Part of a transaction."""
    kept = await connection.fetchval(
        "UPDATE jobs.solver_queue SET lease_until = now() + $4::interval"
        " WHERE tenant_id = $2 AND job_id = $3 AND worker = $1 RETURNING true",
        worker,
        tenant_id,
        job_id,
        LEASE,
    )
    return bool(kept)


async def try_again(connection: Connection, worker: UUID, tenant_id: UUID, job_id: UUID) -> None:
    """Count one more attempt of the same worker."""
    await connection.execute(
        "UPDATE jobs.solver_queue SET attempts = attempts + 1"
        " WHERE tenant_id = $2 AND job_id = $3 AND worker = $1",
        worker,
        tenant_id,
        job_id,
    )


async def give_back(pool: Pool, worker: UUID) -> None:
    """Let others have everything this worker claimed: it ends. Its attempt does not count."""
    async with acquire(pool) as connection:
        await connection.execute(
            "UPDATE jobs.solver_queue SET lease_until = '-infinity', attempts = greatest(attempts - 1, 0)"
            " WHERE worker = $1",
            worker,
        )
        await connection.execute("DELETE FROM jobs.solver_workers WHERE worker = $1", worker)


async def sign_in(pool: Pool, worker: UUID, processes: int) -> None:
    """Say that a worker is there; those not seen for a day are forgotten."""
    async with acquire(pool) as connection:
        await connection.execute(
            "INSERT INTO jobs.solver_workers (worker, processes, seen_at) VALUES ($1, $2, now())"
            " ON CONFLICT (worker) DO UPDATE SET processes = excluded.processes, seen_at = now()",
            worker,
            processes,
        )
        await connection.execute("DELETE FROM jobs.solver_workers WHERE seen_at < now() - interval '1 day'")


async def anybody_there(connection: Connection) -> bool:
    """Whether any worker was seen lately."""
    found = await connection.fetchval(
        "SELECT EXISTS (SELECT 1 FROM jobs.solver_workers WHERE seen_at > now() - $1::interval)", ALIVE
    )
    return bool(found)


_ANY = "SELECT EXISTS (SELECT 1 FROM jobs.solver_queue WHERE lease_until <= now() AND (quick OR NOT $1))"
_CLAIM = """
    WITH running AS (
        SELECT tenant_id, quick, count(*) AS n FROM jobs.solver_queue
        WHERE lease_until > now() GROUP BY tenant_id, quick),
    next AS (
        SELECT q.tenant_id, q.job_id FROM jobs.solver_queue q
        LEFT JOIN running r ON r.tenant_id = q.tenant_id AND r.quick = q.quick
        LEFT JOIN jobs.solver_turns t ON t.tenant_id = q.tenant_id
        WHERE q.lease_until <= now() AND (q.quick OR NOT $4) AND coalesce(r.n, 0) < $3
        ORDER BY coalesce(r.n, 0), t.served_at NULLS FIRST, q.priority DESC, q.queued_at, q.job_id
        LIMIT 1 FOR UPDATE OF q SKIP LOCKED),
    served AS (
        INSERT INTO jobs.solver_turns (tenant_id, served_at) SELECT tenant_id, now() FROM next
        ON CONFLICT (tenant_id) DO UPDATE SET served_at = now())
    UPDATE jobs.solver_queue q SET worker = $1, lease_until = now() + $2::interval, attempts = q.attempts + 1
    FROM next WHERE q.tenant_id = next.tenant_id AND q.job_id = next.job_id
    RETURNING q.tenant_id, q.job_id, q.attempts
"""
