"""How lists are read at size, as the application's role sees them: by which index, and how much for nothing.

Under row-level security no operator serves an index that might tell of rows not one's own, overlaps of
ranges among them. A list that reads a whole studio for one page is not wrong, so nothing else would tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from db.pool import create_pool, transaction
from db.queries import artists_search, bookings_search
from db.queries.artists_search import ArtistFilter, WantedSkill
from db.queries.bookings_search import After, BookingFilter
from loadtests.schedule import FIRST_DAY, SPAN, Studio, fill
from scheduling.model import LIVE
from tests.harness.postgres import Database

BOOKINGS, ARTISTS = 20_000, 200
LIVE_ONES = tuple(sorted(LIVE))
START = FIRST_DAY + SPAN / 2
WINDOW: dict[str, Any] = {"start": START, "end": START + timedelta(weeks=8), "statuses": LIVE_ONES}


@pytest.fixture(scope="module")
def studio(module_database: Database) -> Studio:
    """A big studio beside a smaller one."""

    async def make() -> Studio:
        pool = await create_pool(module_database.dsn, min_size=1, max_size=1)
        big = await fill(pool, artists=ARTISTS, bookings=BOOKINGS, projects=40)
        await fill(pool, artists=20, bookings=2_000, projects=4)
        await pool.close()
        owner = await asyncpg.connect(module_database.superuser_dsn)
        await owner.execute("ANALYZE")
        await owner.close()
        return big

    return asyncio.run(make())


class Plan:
    """What Postgres did for a statement."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.nodes = list(_nodes(root))

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}

    @property
    def whole_tables(self) -> set[str]:
        return {node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"}

    @property
    def in_vain(self) -> int:
        """Rows that were read and thrown away."""
        return sum(
            int(
                (n.get("Rows Removed by Filter", 0) + n.get("Rows Removed by Join Filter", 0))
                * n["Actual Loops"]
            )
            for n in self.nodes
        )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


async def plan(database: Database, studio: Studio, statement: tuple[str, list[object]]) -> Plan:
    pool = await create_pool(database.dsn, min_size=1, max_size=1)
    try:
        async with transaction(pool, studio.tenant_id, readonly=True) as connection:
            sql, values = statement
            text = await connection.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", *values)
    finally:
        await pool.close()
    return Plan(msgspec.json.decode(text)[0]["Plan"])


def bookings(studio: Studio, *, after: After | None = None, **wanted: Any) -> tuple[str, list[object]]:
    return bookings_search.page_sql(studio.tenant_id, BookingFilter(**wanted), after=after, limit=101)


async def test_a_window_reads_two_weeks_more_and_the_long_ones(
    module_database: Database, studio: Studio
) -> None:
    found = await plan(module_database, studio, bookings(studio, **WINDOW))
    assert found.indexes == {"bookings_by_start", "bookings_long"}
    assert found.whole_tables == set()
    assert found.in_vain < BOOKINGS * 0.05, "half a year of bookings lies within 366 days before it"


async def test_a_window_of_some_artists_is_no_slower(module_database: Database, studio: Studio) -> None:
    some = studio.artists[:40]
    found = await plan(module_database, studio, bookings(studio, artist_ids=some, **WINDOW))
    assert found.whole_tables == set()
    assert found.in_vain < BOOKINGS * 0.1


async def test_the_next_page_begins_where_the_last_ended(module_database: Database, studio: Studio) -> None:
    after = After(start=WINDOW["end"] - timedelta(days=3), id=studio.artists[0])
    found = await plan(module_database, studio, bookings(studio, after=after, **WINDOW))
    assert found.whole_tables == set()
    assert found.in_vain < BOOKINGS * 0.02


@pytest.mark.parametrize("latest_first", [False, True])
async def test_an_artists_history_is_the_artists(
    module_database: Database, studio: Studio, latest_first: bool
) -> None:
    statement = bookings(studio, artist_ids=studio.artists[:1], latest_first=latest_first)
    found = await plan(module_database, studio, statement)
    assert found.indexes <= {"bookings_by_artist", "bookings_live_by_artist"}
    assert found.in_vain < 200


async def test_a_projects_bookings_are_the_projects(module_database: Database, studio: Studio) -> None:
    found = await plan(
        module_database, studio, bookings(studio, project_id=studio.projects[3], statuses=LIVE_ONES)
    )
    assert found.indexes == {"bookings_by_project"}
    assert found.in_vain < BOOKINGS / 20


async def test_who_is_free_is_asked_artist_by_artist(module_database: Database, studio: Studio) -> None:
    """Each by the short index and the long one, never by the whole table."""
    wanted = ArtistFilter(
        free=(START, START + timedelta(days=2)), skills=(WantedSkill(name="rigging", level=3),), active=True
    )
    statement = artists_search.page_sql(studio.tenant_id, wanted, after=None, limit=101)
    found = await plan(module_database, studio, statement)
    assert "bookings" not in found.whole_tables
    assert found.in_vain < BOOKINGS * 0.1
