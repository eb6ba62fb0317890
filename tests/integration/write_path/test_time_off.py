"""Time off in the database: the constraint excludes what the decision should have refused."""

from __future__ import annotations

from datetime import timedelta
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


def _span(artist: object, hour: int) -> dict[str, object]:
    return {name: value for name, value in slot(artist, hour).items() if name in {"start", "end"}}  # type: ignore[arg-type]
