"""Who could do a piece of work, and when they are taken: one row per artist, in one query."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from db.queries.bookings import LIVE_SQL, OVERLAP_SQL
from scheduling.calendars import Calendar
from scheduling.model import Rate, Skill, SkillNeed, Tenant, WorkingHours
from scheduling.suggestions import Candidate

_skills = msgspec.json.Decoder(tuple[Skill, ...])
_hours = msgspec.json.Decoder(tuple[WorkingHours, ...])
_rate = msgspec.json.Decoder(Rate)


class Search(Struct, frozen=True, kw_only=True):
    """Whose time is loaded: active artists with all `skills`, of `artist_ids` where given."""

    start: datetime
    end: datetime
    skills: tuple[SkillNeed, ...] = ()
    project_id: UUID | None = None
    artist_ids: tuple[UUID, ...] | None = None


async def candidates(
    connection: Connection, tenant_id: UUID, tenant: Tenant, wanted: Search
) -> list[Candidate]:
    """Artists by name, with what is booked and when they are away as seconds since 1970."""
    rows = await connection.fetch(
        _CANDIDATES,
        tenant_id,
        wanted.start,
        wanted.end,
        [need.name for need in wanted.skills],
        [need.level for need in wanted.skills],
        wanted.project_id,
        None if wanted.artist_ids is None else list(wanted.artist_ids),
    )
    calendars: dict[tuple[str, ...], Calendar] = {}
    return [_candidate(calendars, tenant, row) for row in rows]


def _candidate(calendars: dict[tuple[str, ...], Calendar], tenant: Tenant, row: asyncpg.Record) -> Candidate:
    ranges: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for packed in row["taken"] or ():
        start = packed >> (_LENGTH_BITS + 1)
        ranges[packed & 1].append((start, start + (packed >> 1 & _LENGTH)))
    return Candidate(
        id=row["id"],
        name=row["name"],
        calendar=_calendar(calendars, tenant, row),
        skills=_skills.decode(row["skills"]),
        rate=_rate.decode(row["rate"]) if row["rate"] else None,
        on_project=row["on_project"],
        excluded=tuple(ranges[0]),
        holds=tuple(ranges[1]),
    )


def _calendar(known: dict[tuple[str, ...], Calendar], tenant: Tenant, row: asyncpg.Record) -> Calendar:
    """One object per distinct calendar, so that it is laid out once."""
    country, subdivision = row["holiday_country"], row["holiday_subdivision"]
    key = (row["working_hours"], row["zone"], repr(country), repr(subdivision))
    calendar = known.get(key)
    if calendar is None:
        own = country is not None
        calendar = known[key] = Calendar(
            hours=_hours.decode(row["working_hours"]),
            zone=row["zone"],
            country=country if own else tenant.holiday_country,
            subdivision=(subdivision or "") if own else tenant.holiday_subdivision,
            closures=tenant.closures,
        )
    return calendar


_OVERLAP = OVERLAP_SQL.format(start="$2::timestamptz", end="$3::timestamptz")
_LENGTH_BITS = 26
"""A range is one number: its start in seconds, its length (at most 366 days), whether it is a hold."""
# date_part is a float where extract is a numeric, which takes several times as long.
_LENGTH = (1 << _LENGTH_BITS) - 1
_PACKED = (
    f"(floor(date_part('epoch', t.starts_at))::bigint << {_LENGTH_BITS + 1})"
    " | ((ceil(date_part('epoch', t.ends_at)) - floor(date_part('epoch', t.starts_at)))::bigint << 1)"
    " | t.hold"
)
_SKILLED = """NOT EXISTS (
        SELECT FROM unnest($4::text[], $5::int[]) AS need(name, level) WHERE NOT EXISTS (
            SELECT FROM jsonb_array_elements(a.skills) AS s
            WHERE lower(s->>'name') = lower(need.name) AND (s->>'level')::int >= need.level))"""
_CANDIDATES = f"""
    WITH known AS (
        SELECT DISTINCT b.artist_id FROM bookings b
        WHERE b.tenant_id = $1 AND b.project_id = $6::uuid AND {LIVE_SQL})
    SELECT a.id, a.name, a.zone, a.working_hours, a.skills, a.rate, a.holiday_country,
        a.holiday_subdivision, a.id IN (SELECT artist_id FROM known) AS on_project,
        (SELECT array_agg({_PACKED}) FROM (
            SELECT b.starts_at, b.ends_at, (b.status = 'hold')::int::bigint AS hold FROM bookings b
            WHERE b.tenant_id = $1 AND b.artist_id = a.id AND {LIVE_SQL} AND {_OVERLAP}
            UNION ALL
            SELECT b.starts_at, b.ends_at, 0::bigint FROM times_off b
            WHERE b.tenant_id = $1 AND b.artist_id = a.id AND b.state IN ('requested', 'approved')
                AND b.state = 'approved' AND {_OVERLAP}) t) AS taken
    FROM artists a
    WHERE a.tenant_id = $1 AND a.active AND ($7::uuid[] IS NULL OR a.id = ANY($7)) AND {_SKILLED}
    ORDER BY lower(a.name), a.id
"""
