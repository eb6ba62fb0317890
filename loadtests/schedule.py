"""A studio with many artists and bookings, written by SQL, for the schedule's benchmarks and plan tests.

Rows are as the write path would leave them, but without events: two years, every artist booked about
every week for one to five days, one booking in thirty for months.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from db.pool import Connection, Pool, transaction
from db.queries import tenants
from scheduling.model import Tenant

FIRST_DAY = datetime(2025, 7, 7, 8, tzinfo=UTC)
SPAN = timedelta(days=730)
LONG_EVERY = 30
SKILLS = ("Compositing", "Animation", "Lighting", "Rigging", "Editing", "Sound")


class Studio(Struct, frozen=True, kw_only=True):
    """A studio that was filled."""

    tenant_id: UUID
    artists: tuple[UUID, ...]
    projects: tuple[UUID, ...]


async def fill(pool: Pool, *, artists: int = 1_000, bookings: int = 100_000, projects: int = 200) -> Studio:
    """Open a studio and fill it."""
    tenant = Tenant(id=uuid4(), name="Big", slug=f"big-{uuid4().hex[:12]}", zone="Europe/Paris")
    async with transaction(pool, tenant.id) as connection:
        await tenants.create(connection, tenant, uuid4())
        of_artists = await _ids(connection, _ARTISTS, tenant.id, artists)
        of_projects = await _ids(connection, _PROJECTS, tenant.id, projects)
        each = -(-bookings // artists)
        await connection.execute(
            _BOOKINGS, tenant.id, of_artists, of_projects, each, FIRST_DAY, SPAN / each, timeout=300
        )
        await connection.execute(
            "UPDATE tenant_heads SET next_claim = $2 WHERE tenant_id = $1", tenant.id, bookings * 2
        )
    return Studio(tenant_id=tenant.id, artists=tuple(of_artists), projects=tuple(of_projects))


async def _ids(connection: Connection, sql: str, tenant_id: UUID, count: int) -> list[UUID]:
    return [row["id"] for row in await connection.fetch(sql, tenant_id, count)]


_ARTISTS = f"""
    INSERT INTO artists (tenant_id, id, name, skills, zone, working_hours, rate, tags, email, version)
    SELECT $1, gen_random_uuid(), 'Artist ' || n,
        jsonb_build_array(jsonb_build_object(
            'name', (ARRAY{list(SKILLS)!r})[1 + n % {len(SKILLS)}], 'level', n % 11, 'years', n % 20)),
        'Europe/Paris', '[]', jsonb_build_object('amount', 200 + n % 500, 'currency', 'EUR'),
        ARRAY[CASE WHEN n % 4 = 0 THEN 'senior' ELSE 'staff' END], 'artist' || n || '@big.test', 1
    FROM generate_series(1, $2::int) n RETURNING id
"""
_PROJECTS = """
    INSERT INTO projects (tenant_id, id, name, client, colour, status, start_date, end_date, version)
    SELECT $1, gen_random_uuid(), 'Project ' || n, 'Client ' || n % 40, '#4f7cac',
        (ARRAY['active', 'tentative', 'on_hold', 'delivered'])[1 + n % 4],
        date '2025-07-07' + n * 3, date '2025-07-07' + n * 3 + 60, 1
    FROM generate_series(1, $2::int) n RETURNING id
"""
_BOOKINGS = f"""
    WITH slots AS (
        SELECT a.id AS artist_id, a.n AS a, s AS s, (a.n * 31 + s * 17) AS mix,
            $5::timestamptz + $6::interval * (s - 1) AS starts_at
        FROM unnest($2::uuid[]) WITH ORDINALITY AS a(id, n), generate_series(1, $4::int) AS s),
    rows AS (
        SELECT *, mix % {LONG_EVERY} = 0 AS long,
            starts_at + CASE WHEN mix % {LONG_EVERY} = 0 THEN interval '1 day' * (20 + mix % 300)
                ELSE interval '1 day' * (mix % 5) + interval '9 hours' END AS ends_at
        FROM slots)
    INSERT INTO bookings (tenant_id, id, artist_id, project_id, title, starts_at, ends_at, zone, status,
        response, claims, version, created_at, updated_at)
    SELECT $1, gen_random_uuid(), artist_id, ($3::uuid[])[1 + mix % cardinality($3::uuid[])],
        'Shot ' || mix, starts_at, ends_at, 'Europe/Paris',
        CASE WHEN long OR mix % 3 = 0 OR lag(long) OVER before THEN 'hold'
            WHEN mix % 11 = 0 THEN 'released' ELSE 'hold' END,
        'none',
        jsonb_build_array(jsonb_build_object('number', a * $4 + s,
            'start', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'end', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))),
        1, $5, $5
    FROM rows WINDOW before AS (PARTITION BY artist_id ORDER BY s)
"""
