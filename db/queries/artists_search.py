"""Finding artists: by words, skills, tags, rate, zone and free time, in pages by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.artists import COLUMNS, artist_of
from db.queries.bookings import LIVE_SQL
from db.queries.bookings_search import IS_LONG, LONG, containing, earliest_start
from scheduling.model import Artist


class WantedSkill(Struct, frozen=True, kw_only=True):
    """A skill by name, regardless of case, at least at `level`."""

    name: str
    level: int = 0


class ArtistFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None or empty does not matter. `text` is looked for in names and addresses.

    All of `skills` and `tags` are asked for. `free` is a range without any live booking or approved
    time off. `max_rate` is in `currency`, without which a rate says nothing.
    """

    text: str | None = None
    skills: tuple[WantedSkill, ...] = ()
    tags: tuple[str, ...] = ()
    zone: str | None = None
    max_rate: float | None = None
    currency: str | None = None
    free: tuple[datetime, datetime] | None = None
    active: bool | None = None
    names_only: bool = False


class AfterName(Struct, frozen=True, kw_only=True):
    """The last record of the page before, by its name in lower case."""

    name: str
    id: UUID


async def page(
    connection: Connection, tenant_id: UUID, wanted: ArtistFilter, *, after: AfterName | None, limit: int
) -> list[tuple[Artist, AfterName]]:
    """Artists in order of name and id, at most `limit`, each with the position it stands at."""
    sql, values = page_sql(tenant_id, wanted, after=after, limit=limit)
    rows = await connection.fetch(sql, *values)
    return [(artist_of(row), AfterName(name=row["position"], id=row["id"])) for row in rows]


def page_sql(
    tenant_id: UUID, wanted: ArtistFilter, *, after: AfterName | None, limit: int
) -> tuple[str, list[object]]:
    """The statement of `page` and its values, for those who look at its plan."""
    conditions, values = _conditions(tenant_id, wanted)
    if after is not None:
        values += [after.name, after.id]
        conditions.append(f"(lower(a.name), a.id) > (${len(values) - 1}, ${len(values)})")
    values.append(limit)
    sql = (
        f"SELECT {COLUMNS}, lower(a.name) AS position FROM artists a WHERE {' AND '.join(conditions)}"
        f" ORDER BY lower(a.name), a.id LIMIT ${len(values)}"
    )
    return sql, values


async def count(connection: Connection, tenant_id: UUID, wanted: ArtistFilter) -> int:
    """How many artists `page` would give in all."""
    conditions, values = _conditions(tenant_id, wanted)
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM artists a WHERE {' AND '.join(conditions)}", *values
    )
    return total


async def active_ids(connection: Connection, tenant_id: UUID, *, limit: int) -> list[UUID]:
    """Ids of artists who take bookings, by name."""
    rows = await connection.fetch(
        "SELECT id FROM artists WHERE tenant_id = $1 AND active ORDER BY lower(name), id LIMIT $2",
        tenant_id,
        limit,
    )
    return [row["id"] for row in rows]


def _conditions(tenant_id: UUID, wanted: ArtistFilter) -> tuple[list[str], list[object]]:
    conditions, values = ["a.tenant_id = $1"], list[object]([tenant_id])
    if wanted.text is not None:
        values.append(containing(wanted.text))
        where = "a.name" if wanted.names_only else "(a.name || ' ' || a.email)"
        conditions.append(f"{where} ILIKE ${len(values)}")
    for skill in wanted.skills:
        values += [skill.name, skill.level]
        conditions.append(
            "EXISTS (SELECT FROM jsonb_array_elements(a.skills) s"
            f" WHERE lower(s ->> 'name') = lower(${len(values) - 1})"
            f" AND (s ->> 'level')::int >= ${len(values)})"
        )
    if wanted.tags:
        values.append(list(wanted.tags))
        conditions.append(f"a.tags @> ${len(values)}::text[]")
    if wanted.zone is not None:
        values.append(wanted.zone)
        conditions.append(f"a.zone = ${len(values)}")
    if wanted.max_rate is not None:
        values += [wanted.max_rate, wanted.currency]
        conditions.append(
            f"(a.rate ->> 'amount')::float8 <= ${len(values) - 1} AND a.rate ->> 'currency' = ${len(values)}"
        )
    if wanted.free is not None:
        start, end = wanted.free
        values += [start, end, start - LONG - timedelta(seconds=1), earliest_start(start)]
        conditions.append(_FREE.format(*(f"${len(values) - 3 + n}" for n in range(4))))
    if wanted.active is not None:
        values.append(wanted.active)
        conditions.append(f"a.active = ${len(values)}")
    return conditions, values


_OF_ARTIST = f"b.tenant_id = a.tenant_id AND b.artist_id = a.id AND {LIVE_SQL}"
_FREE = f"""NOT EXISTS (
        SELECT FROM bookings b WHERE {_OF_ARTIST}
            AND b.starts_at < {{1}} AND b.ends_at > {{0}} AND b.starts_at > {{2}})
    AND NOT EXISTS (
        SELECT FROM bookings b WHERE {_OF_ARTIST} AND {IS_LONG}
            AND b.starts_at <= {{2}} AND b.starts_at > {{3}} AND b.ends_at > {{0}})
    AND NOT EXISTS (
        SELECT FROM times_off o WHERE o.tenant_id = a.tenant_id AND o.artist_id = a.id
            AND o.state = 'approved' AND o.starts_at < {{1}} AND o.ends_at > {{0}})"""
