"""Finding projects, phases and dependencies, in pages."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.artists_search import AfterName
from db.queries.bookings import LIVE_SQL
from db.queries.bookings_search import containing
from db.queries.projects import COLUMNS, dependency_of, phase_of, project_of
from scheduling.model import Dependency, Phase, Project


class ProjectFilter(Struct, frozen=True, kw_only=True):
    """What to find; what is None does not matter. `text` is looked for in names and clients.

    `start` to `end` are calendar days, both included, that a project's own dates share; a project
    without a date is open on that side. `booked_artist_id`: only projects that a live booking of this
    artist belongs to.
    """

    text: str | None = None
    status: str | None = None
    client: str | None = None
    start: date | None = None
    end: date | None = None
    booked_artist_id: UUID | None = None
    names_only: bool = False


async def projects_page(
    connection: Connection, tenant_id: UUID, wanted: ProjectFilter, *, after: AfterName | None, limit: int
) -> list[tuple[Project, AfterName]]:
    """Projects in order of name and id, at most `limit`, each with the position it stands at."""
    conditions, values = _conditions(tenant_id, wanted)
    if after is not None:
        values += [after.name, after.id]
        conditions.append(f"(lower(p.name), p.id) > (${len(values) - 1}, ${len(values)})")
    values.append(limit)
    rows = await connection.fetch(
        f"SELECT {COLUMNS}, lower(p.name) AS position FROM projects p WHERE {' AND '.join(conditions)}"
        f" ORDER BY lower(p.name), p.id LIMIT ${len(values)}",
        *values,
    )
    return [(project_of(row), AfterName(name=row["position"], id=row["id"])) for row in rows]


async def projects_count(connection: Connection, tenant_id: UUID, wanted: ProjectFilter) -> int:
    """How many projects `projects_page` would give in all."""
    conditions, values = _conditions(tenant_id, wanted)
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM projects p WHERE {' AND '.join(conditions)}", *values
    )
    return total


def _conditions(tenant_id: UUID, wanted: ProjectFilter) -> tuple[list[str], list[object]]:
    conditions, values = ["p.tenant_id = $1"], list[object]([tenant_id])
    if wanted.text is not None:
        values.append(containing(wanted.text))
        where = "p.name" if wanted.names_only else "(p.name || ' ' || p.client)"
        conditions.append(f"{where} ILIKE ${len(values)}")
    if wanted.status is not None:
        values.append(wanted.status)
        conditions.append(f"p.status = ${len(values)}")
    if wanted.client is not None:
        values.append(wanted.client)
        conditions.append(f"lower(p.client) = lower(${len(values)})")
    if wanted.start is not None:
        values.append(wanted.start)
        conditions.append(f"(p.end_date IS NULL OR p.end_date >= ${len(values)})")
    if wanted.end is not None:
        values.append(wanted.end)
        conditions.append(f"(p.start_date IS NULL OR p.start_date <= ${len(values)})")
    if wanted.booked_artist_id is not None:
        values.append(wanted.booked_artist_id)
        conditions.append(
            "EXISTS (SELECT FROM bookings b WHERE b.tenant_id = p.tenant_id AND b.project_id = p.id"
            f" AND b.artist_id = ${len(values)} AND {LIVE_SQL})"
        )
    return conditions, values


async def phases_page(
    connection: Connection, tenant_id: UUID, *, project_id: UUID | None, after: UUID | None, limit: int
) -> list[Phase]:
    """Phases of one project or of all, in order of id."""
    rows = await connection.fetch(
        f"SELECT * {_PHASES} ORDER BY id LIMIT $4", tenant_id, project_id, after, limit
    )
    return [phase_of(row) for row in rows]


async def phases_count(connection: Connection, tenant_id: UUID, project_id: UUID | None) -> int:
    """How many phases there are."""
    total: int = await connection.fetchval(f"SELECT count(*) {_PHASES}", tenant_id, project_id, None)
    return total


async def dependencies_page(
    connection: Connection, tenant_id: UUID, *, project_id: UUID | None, after: UUID | None, limit: int
) -> list[Dependency]:
    """Dependencies of one project or of all, in order of id."""
    rows = await connection.fetch(
        f"SELECT * {_DEPENDENCIES} ORDER BY id LIMIT $4", tenant_id, project_id, after, limit
    )
    return [dependency_of(row) for row in rows]


async def dependencies_count(connection: Connection, tenant_id: UUID, project_id: UUID | None) -> int:
    """How many dependencies there are."""
    total: int = await connection.fetchval(f"SELECT count(*) {_DEPENDENCIES}", tenant_id, project_id, None)
    return total


_WHERE = (
    "WHERE tenant_id = $1 AND NOT deleted AND ($2::uuid IS NULL OR project_id = $2)"
    " AND ($3::uuid IS NULL OR id > $3)"
)
_PHASES = f"FROM phases {_WHERE}"
_DEPENDENCIES = f"FROM dependencies {_WHERE}"


async def artist_is_booked(
    connection: Connection, tenant_id: UUID, project_id: UUID, artist_id: UUID | None
) -> bool:
    """Whether a live booking of the artist belongs to the project."""
    booked: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM bookings b WHERE b.tenant_id = $1 AND b.project_id = $2"
        f" AND b.artist_id = $3 AND {LIVE_SQL})",
        tenant_id,
        project_id,
        artist_id,
    )
    return booked
