"""Time off in the database: the constraint excludes what the decision should have refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from db.pool import transaction
from tests.harness.actions import NOW
from tests.harness.asking import MORNING, no, ok, slot
from tests.harness.studio import Studio

INSERT = (
    "INSERT INTO times_off (tenant_id, id, artist_id, starts_at, ends_at, zone, state, version, created_at,"
    " updated_at) VALUES ($1, $2, $3, $4, $5, 'UTC', $6, 1, $7, $7)"
)


async def insert(studio: Studio, artist: object, hour: int, state: str) -> None:
    """Past the decision, straight into the table."""
    start = MORNING + timedelta(hours=hour)
    async with transaction(studio.pool, studio.tenant.id) as connection:
        values = (studio.tenant.id, uuid4(), artist, start, start + timedelta(hours=1), state, NOW)
        await connection.execute(INSERT, *values)


@pytest.mark.parametrize("status", ["pencil", "confirmed"])
async def test_the_database_excludes_approved_time_off_and_exclusive_work(
    studio: Studio, status: str
) -> None:
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist, 0, status=status)))
    with pytest.raises(asyncpg.ExclusionViolationError):
        await insert(studio, artist, 0, "approved")
    await insert(studio, artist, 0, "requested")
    await insert(studio, artist, 1, "approved")


async def test_the_database_frees_what_ends(studio: Studio) -> None:
    artist, booking = await studio.artist(), uuid4()
    ok(await studio.run("booking.place", slot(artist, 0, id=booking)))
    ok(await studio.run("booking.move", {"booking_id": str(booking), **_span(artist, 5)}))
    await insert(studio, artist, 0, "approved")
    ok(await studio.run("booking.release", {"booking_id": str(booking)}))
    await insert(studio, artist, 5, "approved")


async def test_time_off_far_from_everything_is_known_when_a_booking_comes(studio: Studio) -> None:
    artist, off = await studio.artist(), uuid4()
    far = _span(artist, 24 * 300)
    ok(await studio.run("time_off.request", {"artist_id": str(artist), "id": str(off), **far}))
    ok(await studio.run("time_off.answer", {"time_off_id": str(off), "answer": "approve"}))
    refused = no(await studio.run("booking.place", slot(artist, 24 * 300, status="hold")), "conflict")
    assert refused.data
    assert len(refused.data.away) == 1
    assert refused.data.alternatives


async def test_what_is_exclusively_taken_is_what_stands_however_many_rows_a_statement_writes(
    studio: Studio,
) -> None:
    """[E5] Kept in step by triggers that see whole statements: the write path's and anybody else's."""
    artists = [await studio.artist() for _ in range(3)]
    ids = {(artist, hour): uuid4() for artist in artists for hour in range(8)}
    placed = [
        slot(artist, hour, id=booking, status="pencil" if hour % 2 else "hold")
        for (artist, hour), booking in ids.items()
    ]
    for answer in await asyncio.gather(*(studio.run("booking.place", one) for one in placed)):
        ok(answer)
    for artist in artists:
        await insert(studio, artist, 30, "approved")
        await insert(studio, artist, 31, "requested")
    assert await _out_of_step(studio) == []
    changes: list[tuple[str, dict[str, Any]]] = [
        *(("booking.move", {"booking_id": str(ids[a, 1]), **_span(a, 20)}) for a in artists),
        *(("booking.edit", {"booking_id": str(ids[a, 3]), "title": "Other"}) for a in artists),
        *(("booking.release", {"booking_id": str(ids[a, 5])}) for a in artists),
        *(("booking.accept", {"booking_id": str(ids[a, 2])}) for a in artists),
    ]
    for answer in await asyncio.gather(*(studio.run(op, args) for op, args in changes)):
        ok(answer)
    assert await _out_of_step(studio) == []
    async with transaction(studio.pool, studio.tenant.id) as connection:
        for table, column, one, other in (
            ("bookings", "status", "pencil", "hold"),
            ("times_off", "state", "approved", "requested"),
        ):
            await connection.execute(
                f"UPDATE {table} SET {column} = CASE {column} WHEN '{one}' THEN '{other}' ELSE '{one}' END"
                f" WHERE {column} IN ('{one}', '{other}')"
            )
    assert await _out_of_step(studio) == []


async def _out_of_step(studio: Studio) -> list[object]:
    """What is taken and does not stand, and what stands and is not taken."""
    stands = (
        "SELECT 'booking', id, artist_id, starts_at, ends_at FROM bookings"
        " WHERE status IN ('pencil', 'confirmed') UNION ALL"
        " SELECT 'time_off', id, artist_id, starts_at, ends_at FROM times_off WHERE state = 'approved'"
    )
    taken = "SELECT kind, id, artist_id, starts_at, ends_at FROM exclusive_time"
    async with transaction(studio.pool, studio.tenant.id) as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM ({taken}) t") > 0
        return [
            *await connection.fetch(f"({stands}) EXCEPT ({taken})"),
            *await connection.fetch(f"({taken}) EXCEPT ({stands})"),
        ]


def _span(artist: object, hour: int) -> dict[str, object]:
    return {name: value for name, value in slot(artist, hour).items() if name in {"start", "end"}}  # type: ignore[arg-type]
