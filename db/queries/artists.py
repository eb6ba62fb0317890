"""Rows of `artists`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from db.pool import Connection
from scheduling.model import Artist, PortfolioLink, Rate, Skill, WorkingHours

COLUMNS = """a.id, a.name, a.skills, a.zone, a.working_hours, a.rate, a.tags, a.email, a.notes,
    a.external_id, a.portfolio, a.preferred_projects, a.preferred_hours, a.holiday_country,
    a.holiday_subdivision, a.active, a.version"""
"""What `artist_of` reads, for `FROM artists a`."""

_skills = msgspec.json.Decoder(tuple[Skill, ...])
_hours = msgspec.json.Decoder(tuple[WorkingHours, ...])
_portfolio = msgspec.json.Decoder(tuple[PortfolioLink, ...])
_rate = msgspec.json.Decoder(Rate)


def artist_of(row: asyncpg.Record) -> Artist:
    return Artist(
        id=row["id"],
        name=row["name"],
        skills=_skills.decode(row["skills"]),
        zone=row["zone"],
        working_hours=_hours.decode(row["working_hours"]),
        rate=_rate.decode(row["rate"]) if row["rate"] else None,
        tags=tuple(row["tags"]),
        email=row["email"],
        notes=row["notes"],
        external_id=row["external_id"],
        portfolio=_portfolio.decode(row["portfolio"]),
        preferred_projects=tuple(row["preferred_projects"]),
        preferred_hours=_hours.decode(row["preferred_hours"]),
        holiday_country=row["holiday_country"],
        holiday_subdivision=row["holiday_subdivision"],
        active=row["active"],
        version=row["version"],
    )


async def by_ids(connection: Connection, tenant_id: UUID, ids: Iterable[UUID]) -> list[Artist]:
    """The artists with these ids; unknown ids are left out."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM artists a WHERE a.tenant_id = $1 AND a.id = ANY($2::uuid[])",
        tenant_id,
        list(ids),
    )
    return [artist_of(row) for row in rows]


async def everyone(connection: Connection, tenant_id: UUID) -> list[Artist]:
    """All artists of the tenant, in order of id."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM artists a WHERE a.tenant_id = $1 ORDER BY a.id", tenant_id
    )
    return [artist_of(row) for row in rows]


async def upsert(connection: Connection, tenant_id: UUID, artists: Sequence[Artist]) -> None:
    """Write whole records, each id once."""
    await connection.execute(_UPSERT, tenant_id, msgspec.json.encode(artists).decode())


_FIELDS = (
    "name, skills, zone, working_hours, rate, tags, email, notes, external_id, portfolio,"
    " preferred_projects, preferred_hours, holiday_country, holiday_subdivision, active, version"
)
_UPSERT = f"""
    INSERT INTO artists (tenant_id, id, {_FIELDS})
    SELECT $1, r.id, r.name, r.skills, r.zone, r.working_hours, nullif(r.rate, 'null'::jsonb),
        r.tags, r.email, r.notes, r.external_id, r.portfolio, r.preferred_projects,
        r.preferred_hours, r.holiday_country, r.holiday_subdivision, r.active, r.version
    FROM jsonb_to_recordset($2::jsonb) AS r(
        id uuid, name text, skills jsonb, zone text, working_hours jsonb, rate jsonb,
        tags text[], email text, notes text, external_id text, portfolio jsonb,
        preferred_projects uuid[], preferred_hours jsonb, holiday_country text,
        holiday_subdivision text, active boolean, version bigint)
    ON CONFLICT (tenant_id, id) DO UPDATE SET ({_FIELDS}) = ROW (
        excluded.name, excluded.skills, excluded.zone, excluded.working_hours, excluded.rate,
        excluded.tags, excluded.email, excluded.notes, excluded.external_id, excluded.portfolio,
        excluded.preferred_projects, excluded.preferred_hours, excluded.holiday_country,
        excluded.holiday_subdivision, excluded.active, excluded.version)
"""
