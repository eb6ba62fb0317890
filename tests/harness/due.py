"""Bookings with deadlines in the next seconds, and waiting for what the clock makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from scheduling.events import LoggedEvent
from tests.harness.asking import ok
from tests.harness.studio import Studio, read_log

PATIENCE = 60.0


def soon(seconds: float) -> datetime:
    """Whole seconds, as all instants of the schedule are."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


def span(day: int = 0, days: int = 1) -> dict[str, Any]:
    """From the morning of a day in 2031 to the evening of the last of `days`."""
    start = datetime(2031, 6, 2, 9, tzinfo=UTC) + timedelta(days=day)
    return {"start": start, "end": start + timedelta(days=days - 1, hours=8)}


async def hold(studio: Studio, artist: UUID, day: int = 0, days: int = 1, **fields: Any) -> UUID:
    """Place a hold."""
    booking = uuid4()
    args = {"id": booking, "artist_id": artist, **span(day, days), **fields}
    ok(await studio.run("booking.place", msgspec.to_builtins(args)))
    return booking


async def logged(studio: Studio) -> list[LoggedEvent]:
    """The whole log."""
    bodies = await read_log(studio.pool, studio.tenant.id)
    return [msgspec.json.decode(body, type=LoggedEvent) for body in bodies]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition; fails after a minute."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.05)
