"""Commands that share a transaction share nothing else: no refusal and no fault takes a neighbour with it.

Rules E4, E5 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

import scheduling.decide
from db.pool import Connection
from db.queries import bookings
from realtime import deciding, sealing
from realtime.protocol import Answer
from scheduling.decide import Outcome
from scheduling.model import Booking
from tests.harness.asking import MORNING, booking, no, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope
from tests.harness.sweep import sweep

Upsert = Callable[[Connection, UUID, Sequence[Booking]], Awaitable[None]]


async def together(studio: Studio, *asked: tuple[str, dict[str, Any]]) -> list[Answer]:
    """Hand in commands at once, so that they share a transaction."""
    requests = [envelope(op, args) for op, args in asked]
    return await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))


def place(artist_id: UUID, hour: int, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "booking.place", slot(artist_id, hour, **fields)


async def test_refused_commands_leave_their_neighbours_alone(
    studio: Studio, module_database: Database
) -> None:
    artist = await studio.artist()
    first, clash, unknown, second, unreadable = await together(
        studio,
        place(artist, 0),
        place(artist, 0),
        place(uuid4(), 0),
        place(artist, 1),
        ("booking.place", {"artist_id": 7}),
    )
    assert ok(first).seq + 1 == ok(second).seq
    no(clash, "conflict")
    no(unknown, "not_found")
    no(unreadable, "invalid")
    assert await sweep(module_database.dsn, studio.tenant.id) == ok(second).seq


async def test_a_place_given_up_is_free_for_the_next_of_the_same_transaction(studio: Studio) -> None:
    """The constraint speaks at the end, whichever row is written first."""
    artist, first, second = await studio.artist(), str(uuid4()), str(uuid4())
    answers = await together(
        studio,
        place(artist, 0, id=first),
        ("booking.move", {"booking_id": first, **_hour(artist, 5)}),
        place(artist, 0, id=second),
        ("booking.release", {"booking_id": first}),
        ("booking.move", {"booking_id": second, **_hour(artist, 5)}),
    )
    for answer in answers:
        ok(answer)


def _hour(artist_id: UUID, hour: int) -> dict[str, Any]:
    asked = slot(artist_id, hour)
    return {"start": asked["start"], "end": asked["end"]}


# -- the constraint has the last word ----------------------------------------------------


class Intruder:
    """Writes a booking behind the write path's back, at the moment a transaction writes its rows."""

    def __init__(self, dsn: str, tenant_id: UUID, real: Upsert) -> None:
        self._dsn = dsn
        self._tenant_id = tenant_id
        self._real = real
        self.intrusions: list[tuple[UUID, int]] = []
        """What to write, one at a time: an artist and an hour."""

    async def upsert(self, connection: Connection, tenant_id: UUID, rows: Sequence[Booking]) -> None:
        if self.intrusions:
            await self._intrude(*self.intrusions.pop(0))
        await self._real(connection, tenant_id, rows)

    async def _intrude(self, artist_id: UUID, hour: int) -> None:
        asked = slot(artist_id, hour)
        other = await asyncpg.connect(self._dsn)
        try:
            await other.execute("SELECT set_config('app.tenant', $1, false)", str(self._tenant_id))
            await other.execute(
                "INSERT INTO bookings (tenant_id, id, artist_id, starts_at, ends_at, zone, status, response,"
                " claims, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'UTC', 'pencil',"
                " 'accepted', $6, 1, $7, $7)",
                self._tenant_id,
                uuid4(),
                artist_id,
                datetime.fromisoformat(asked["start"]),
                datetime.fromisoformat(asked["end"]),
                msgspec.json.encode(
                    [{"number": 900 + hour, "start": asked["start"], "end": asked["end"]}]
                ).decode(),
                MORNING,
            )
        finally:
            await other.close()


@pytest.fixture
def intruder(studio: Studio, module_database: Database, monkeypatch: pytest.MonkeyPatch) -> Intruder:
    intruder = Intruder(module_database.dsn, studio.tenant.id, bookings.upsert)
    kept = [(kind, intruder.upsert if kind is Booking else upsert) for kind, upsert in sealing._UPSERTS]
    monkeypatch.setattr(sealing, "_UPSERTS", tuple(kept))
    return intruder


async def test_a_row_that_appears_behind_the_write_path_costs_only_who_wanted_its_place(
    studio: Studio, intruder: Intruder, module_database: Database
) -> None:
    artist = await studio.artist()
    intruder.intrusions = [(artist, 1)]
    before, wanted, after = await together(studio, place(artist, 0), place(artist, 1), place(artist, 2))
    error = no(wanted, "conflict")
    assert error.data is not None
    assert len(error.data.blocking) == 1, "the second look sees the row"
    assert booking(before)["status"] == booking(after)["status"] == "pencil"
    assert await sweep(module_database.dsn, studio.tenant.id) == 3, "the artist and two bookings"
    assert not intruder.intrusions


async def test_a_row_that_appears_each_time_is_a_conflict_all_the_same(
    studio: Studio, intruder: Intruder, module_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """What is alone in its transaction and was never seen to clash is refused by the constraint alone."""
    artist = await studio.artist()
    studio.forget()
    intruder.intrusions = [(artist, 1)]
    error = no(await studio.run(*place(artist, 1)), "conflict")
    assert error.message == "The artist is already booked there."
    assert await sweep(module_database.dsn, studio.tenant.id) == 1
    assert "exclusion constraint refused" in caplog.text
    ok(await studio.run(*place(artist, 2)))


# -- faults ------------------------------------------------------------------------------


async def test_a_command_that_trips_over_a_fault_of_ours_falls_alone(
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    module_database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    artist = await studio.artist()
    real = scheduling.decide.decide

    def decide(state: Any, command: Any, context: Any) -> Outcome:
        if getattr(command, "title", "") == "poison":
            raise KeyError("a fault of ours")
        return real(state, command, context)

    monkeypatch.setattr(deciding, "decide", decide)
    caplog.set_level(logging.CRITICAL)
    before, poisoned, after = await together(
        studio, place(artist, 0), place(artist, 1, title="poison"), place(artist, 2)
    )
    error = no(poisoned, "internal")
    assert error.retryable
    assert "KeyError" not in error.message
    assert booking(before)["status"] == booking(after)["status"] == "pencil"
    assert await sweep(module_database.dsn, studio.tenant.id) == 3


async def test_a_row_that_the_database_refuses_falls_alone(
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    module_database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    artist = await studio.artist()
    real = scheduling.decide.decide

    def decide(state: Any, command: Any, context: Any) -> Outcome:
        outcome = real(state, command, context)
        if getattr(command, "title", "") == "unstorable":
            event = outcome.events[0]
            spoilt = msgspec.structs.replace(event.booking, zone="\0")
            return msgspec.structs.replace(outcome, events=(msgspec.structs.replace(event, booking=spoilt),))
        return outcome

    monkeypatch.setattr(deciding, "decide", decide)
    caplog.set_level(logging.CRITICAL)
    before, spoilt, after = await together(
        studio, place(artist, 0), place(artist, 1, title="unstorable"), place(artist, 2)
    )
    no(spoilt, "internal")
    assert booking(before)["status"] == booking(after)["status"] == "pencil"
    assert await sweep(module_database.dsn, studio.tenant.id) == 3
