"""Finding bookings: by artist, project, status, window and words, in pages of a stable order."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.bookings import COLUMNS, booking_of
from scheduling.model import LONGEST_BOOKING, Booking


class BookingFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None or empty does not matter. `[start, end)` is overlapped."""

    artist_ids: tuple[UUID, ...] = ()
    project_id: UUID | None = None
    phase_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    text: str | None = None


class After(Struct, frozen=True, kw_only=True):
    """The last booking of the page before."""

    start: datetime
    id: UUID


async def page(
    connection: Connection, tenant_id: UUID, wanted: BookingFilter, *, after: After | None, limit: int
) -> list[Booking]:
    """Bookings without their derived ranks, in order of start and id, at most `limit`."""
    conditions, values = _conditions(tenant_id, wanted)
    if after is not None:
        values += [after.start, after.id]
        # The lone bound is what the index can use under row-level security; the pair is exact.
        conditions.append(f"b.starts_at >= ${len(values) - 1}")
        conditions.append(f"(b.starts_at, b.id) > (${len(values) - 1}, ${len(values)})")
    values.append(limit)
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM bookings b WHERE {' AND '.join(conditions)}"
        f" ORDER BY b.starts_at, b.id LIMIT ${len(values)}",
        *values,
    )
    return [booking_of(row) for row in rows]


async def count(connection: Connection, tenant_id: UUID, wanted: BookingFilter) -> int:
    """How many bookings `page` would give in all."""
    conditions, values = _conditions(tenant_id, wanted)
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM bookings b WHERE {' AND '.join(conditions)}", *values
    )
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
    if wanted.statuses:
        add("b.status = ANY({}::text[])", wanted.statuses)
    if wanted.end is not None:
        add("b.starts_at < {}", wanted.end)
    if wanted.start is not None:
        add("b.ends_at > {}", wanted.start)
        add("b.starts_at > {}", earliest_start(wanted.start))
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
