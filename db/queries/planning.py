"""Everything a plan is made from, read at one moment: people, work, what is booked, who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db.pool import Connection
from db.queries import artists, bookings, projects, tenants, times_off
from scheduling.claims import rerank_all
from scheduling.model import Booking, OffState, TimeOff
from scheduling.solver.records import Records


async def records(
    connection: Connection,
    tenant_id: UUID,
    start: datetime,
    end: datetime,
    *,
    also: Sequence[UUID] = (),
) -> Records | None:
    """The studio for a plan of `[start, end)`; bookings `also` named, live or not. None: no such studio.

    To be read in one repeatable transaction. Live bookings of phases are there whenever they are, others
    where they share time with the window.
    """
    tenant = await tenants.get(connection, tenant_id)
    if tenant is None:
        return None
    live = rerank_all(await _live(connection, tenant_id, start, end))
    known = {b.id for b in live}
    named = [b for b in await bookings.by_ids(connection, tenant_id, also) if b.id not in known]
    return Records(
        tenant=tenant,
        artists=tuple(await artists.everyone(connection, tenant_id)),
        projects=tuple(await projects.everything(connection, tenant_id)),
        phases=tuple(await projects.phases(connection, tenant_id, None)),
        dependencies=tuple(await projects.dependencies(connection, tenant_id, None)),
        bookings=(*live, *named),
        times_off=tuple(await _away(connection, tenant_id, start, end)),
    )


async def _live(connection: Connection, tenant_id: UUID, start: datetime, end: datetime) -> list[Booking]:
    overlap = bookings.OVERLAP_SQL.format(start="$2::timestamptz", end="$3::timestamptz")
    rows = await connection.fetch(
        f"SELECT {bookings.COLUMNS} FROM bookings b WHERE b.tenant_id = $1 AND {bookings.LIVE_SQL}"
        f" AND (({overlap}) OR b.phase_id IS NOT NULL) ORDER BY b.id",
        tenant_id,
        start,
        end,
    )
    return [bookings.booking_of(row) for row in rows]


async def _away(connection: Connection, tenant_id: UUID, start: datetime, end: datetime) -> list[TimeOff]:
    overlap = bookings.OVERLAP_SQL.format(start="$2::timestamptz", end="$3::timestamptz")
    rows = await connection.fetch(
        f"SELECT b.* FROM times_off b WHERE b.tenant_id = $1 AND b.state = $4 AND {overlap}",
        tenant_id,
        start,
        end,
        OffState.APPROVED.value,
    )
    return [times_off.time_off_of(row) for row in rows]
