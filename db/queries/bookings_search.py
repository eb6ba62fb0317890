"""Finding bookings: by artist, project, status, window and words, in pages of a stable order."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.bookings import COLUMNS, booking_of
from scheduling.model import LONGEST_BOOKING, Booking

LONG = timedelta(days=14)
"""Bookings longer than this have an index of their own, so that all others are found by a tight bound."""
IS_LONG = "b.ends_at - b.starts_at > interval '14 days'"


class BookingFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None or empty does not matter. `[start, end)` is overlapped.

    `latest_first` turns the order round.
    """

    artist_ids: tuple[UUID, ...] = ()
    project_id: UUID | None = None
    phase_id: UUID | None = None
    series_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    text: str | None = None
    latest_first: bool = False


class After(Struct, frozen=True, kw_only=True):
    """The last booking of the page before."""

    start: datetime
    id: UUID


async def page(
    connection: Connection, tenant_id: UUID, wanted: BookingFilter, *, after: After | None, limit: int
) -> list[Booking]:
    """Bookings without their derived ranks, in order of start and id (or the reverse), at most `limit`."""
    sql, values = page_sql(tenant_id, wanted, after=after, limit=limit)
    return [booking_of(row) for row in await connection.fetch(sql, *values)]


def page_sql(
    tenant_id: UUID, wanted: BookingFilter, *, after: After | None, limit: int
) -> tuple[str, list[object]]:
    """The statement of `page` and its values, for those who look at its plan."""
    conditions, values = _conditions(tenant_id, wanted)
    way, beyond = ("DESC", "<") if wanted.latest_first else ("ASC", ">")
    if after is not None:
        values += [after.start, after.id]
        # The lone bound is what the index can use under row-level security; the pair is exact.
        conditions.append(f"b.starts_at {beyond}= ${len(values) - 1}")
        conditions.append(f"(b.starts_at, b.id) {beyond} (${len(values) - 1}, ${len(values)})")
    branches = _branches(conditions, values, wanted)
    values.append(limit)
    order = f"ORDER BY b.starts_at {way}, b.id {way} LIMIT ${len(values)}"
    parts = [f"(SELECT {COLUMNS} FROM bookings b WHERE {branch} {order})" for branch in branches]
    sql = parts[0] if len(parts) == 1 else f"SELECT * FROM ({' UNION ALL '.join(parts)}) b {order}"
    return sql, values


def _branches(conditions: list[str], values: list[object], wanted: BookingFilter) -> list[str]:
    """The WHERE of the short bookings and that of the long ones; together they are all, and none twice."""
    where = " AND ".join(conditions)
    if wanted.start is None:
        return [where]
    values += [wanted.start - LONG - timedelta(seconds=1), earliest_start(wanted.start)]
    near, far = len(values) - 1, len(values)
    return [
        f"{where} AND b.starts_at > ${near}",
        f"{where} AND {IS_LONG} AND b.starts_at <= ${near} AND b.starts_at > ${far}",
    ]


async def count(connection: Connection, tenant_id: UUID, wanted: BookingFilter) -> int:
    """How many bookings `page` would give in all."""
    conditions, values = _conditions(tenant_id, wanted)
    branches = _branches(conditions, values, wanted)
    counts = (f"(SELECT count(*) FROM bookings b WHERE {branch})" for branch in branches)
    total: int = await connection.fetchval(f"SELECT {' + '.join(counts)}", *values)
    return total


def _conditions(tenant_id: UUID, wanted: BookingFilter) -> tuple[list[str], list[object]]:
    conditions, values = ["b.tenant_id = $1"], list[object]([tenant_id])

    def add(condition: str, value: object) -> None:
        values.append(value)
        conditions.append(condition.format(f"${len(values)}"))

    if wanted.artist_ids:
        add("b.artist_id = ANY({}::uuid[])", wanted.artist_ids)
    if wanted.project_id is not None:
        add("b.project_id = {}", wanted.project_id)
    if wanted.phase_id is not None:
        add("b.phase_id = {}", wanted.phase_id)
    if wanted.series_id is not None:
        add("b.series_id = {}", wanted.series_id)
    if wanted.statuses:
        add("b.status = ANY({}::text[])", wanted.statuses)
    if wanted.end is not None:
        add("b.starts_at < {}", wanted.end)
    if wanted.start is not None:
        add("b.ends_at > {}", wanted.start)
    if wanted.text is not None:
        add("(b.title || ' ' || b.notes) ILIKE {}", containing(wanted.text))
    return conditions, values


def earliest_start(instant: datetime) -> datetime:
    """No booking that reaches beyond `instant` starts before this: it would be too long."""
    return instant - LONGEST_BOOKING - timedelta(seconds=1)


def containing(text: str) -> str:
    """A LIKE pattern for any value with `text` in it, taken literally."""
    literal = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{literal}%"
