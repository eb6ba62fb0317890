"""Finding artists: by words, skill and tag, in pages by name."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.artists import COLUMNS, artist_of
from db.queries.bookings_search import containing
from scheduling.model import Artist


class ArtistFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None does not matter. `text` is looked for in names and e-mail addresses."""

    text: str | None = None
    skill: str | None = None
    tag: str | None = None
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
    conditions, values = _conditions(tenant_id, wanted)
    if after is not None:
        values += [after.name, after.id]
        conditions.append(f"(lower(a.name), a.id) > (${len(values) - 1}, ${len(values)})")
    values.append(limit)
    rows = await connection.fetch(
        f"SELECT {COLUMNS}, lower(a.name) AS position FROM artists a WHERE {' AND '.join(conditions)}"
        f" ORDER BY lower(a.name), a.id LIMIT ${len(values)}",
        *values,
    )
    return [(artist_of(row), AfterName(name=row["position"], id=row["id"])) for row in rows]


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
    if wanted.skill is not None:
        values.append(wanted.skill)
        conditions.append(
            "EXISTS (SELECT FROM jsonb_array_elements(a.skills) s"
            f" WHERE lower(s ->> 'name') = lower(${len(values)}))"
        )
    if wanted.tag is not None:
        values.append(wanted.tag)
        conditions.append(f"${len(values)} = ANY(a.tags)")
    if wanted.active is not None:
        values.append(wanted.active)
        conditions.append(f"a.active = ${len(values)}")
    return conditions, values
