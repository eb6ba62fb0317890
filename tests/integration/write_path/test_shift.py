"""Phases that push and projects that move, through the database.

Rules F3 to F8 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.harness.asking import MORNING, no, ok, result
from tests.harness.postgres import Database
from tests.harness.studio import Studio
from tests.harness.sweep import sweep

DAY = timedelta(days=1)


async def project(studio: Studio, artists: list[UUID], days: int, **fields: Any) -> UUID:
    """A project that has every artist on each of so many days, without a gap."""
    project_id = uuid4()
    ok(await studio.run("project.add", {"id": project_id, "name": "Meridian", "start": MORNING.date()}))
    items = [
        {
            "op": "booking.place",
            "args": {
                "artist_id": artist,
                "project_id": project_id,
                "status": "pencil",
                "start": MORNING + DAY * n,
                "end": MORNING + DAY * (n + 1),
                **fields,
            },
        }
        for artist in artists
        for n in range(days)
    ]
    ok(await studio.run("bulk.apply", {"items": items}))
    return project_id


async def starts(studio: Studio) -> list[int]:
    """On which day after the first each live booking begins."""
    return sorted((b.start - MORNING).days for b in (await studio.state()).bookings.values())


@pytest.mark.parametrize("days", [1, -3, 90])
async def test_a_project_without_a_gap_moves_into_its_own_places(
    studio: Studio, module_database: Database, days: int
) -> None:
    project_id = await project(studio, [await studio.artist() for _ in range(2)], 10)
    body = result(await studio.run("project.shift", {"project_id": project_id, "days": days}))
    assert body["project"]["start"] == str(MORNING.date() + DAY * days)
    assert len(body["bookings"]) == 20
    assert await starts(studio) == sorted([n + days for n in range(10)] * 2)
    await sweep(module_database.dsn, studio.tenant.id)


async def test_a_shift_is_undone_and_redone_as_one(studio: Studio, module_database: Database) -> None:
    actor = studio.actor()
    project_id = await project(studio, [await studio.artist()], 5)
    moved = ok(await studio.run("project.shift", {"project_id": project_id, "days": 2}, actor=actor))
    undone = ok(await studio.run("history.undo", {"command_id": moved.id}, actor=actor))
    assert await starts(studio) == [0, 1, 2, 3, 4]
    ok(await studio.run("history.undo", {"command_id": undone.id}, actor=actor))
    assert await starts(studio) == [2, 3, 4, 5, 6]
    await sweep(module_database.dsn, studio.tenant.id)


async def test_what_stands_far_away_refuses_as_well(studio: Studio) -> None:
    """The lines where bookings go are loaded, not only those where they are."""
    artist = await studio.artist()
    project_id = await project(studio, [artist], 3)
    there = {"start": MORNING + DAY * 101, "end": MORNING + DAY * 102}
    ok(await studio.run("booking.place", {"artist_id": artist, "status": "confirmed", **there}))
    shift = {"project_id": project_id, "days": 100}
    error = no(await studio.run("project.shift", shift), "conflict")
    assert error.message.startswith("1 of 3 bookings cannot move there")
    assert error.data is not None
    assert [i.item for i in error.data.items] == [1]
    body = result(await studio.run("project.shift", {**shift, "on_refusal": "skip"}))
    assert [r["item"] for r in body["refused"]] == [1]
    assert await starts(studio) == [1, 100, 101, 102]


async def test_a_phase_moves_its_own_and_pushed_bookings(studio: Studio, module_database: Database) -> None:
    artist = await studio.artist()
    project_id, first, second = uuid4(), uuid4(), uuid4()
    ok(await studio.run("project.add", {"id": project_id, "name": "Meridian"}))
    for number, phase in enumerate((first, second)):
        start = MORNING + DAY * number
        place = {"start": start, "end": start + timedelta(hours=9), "duration_hours": 9}
        args = {"id": phase, "project_id": project_id, "name": f"Phase {number}", **place}
        ok(await studio.run("phase.add", args))
        booking = {"artist_id": artist, "status": "confirmed", "phase_id": phase, "project_id": project_id}
        ok(await studio.run("booking.place", {**booking, "start": start, "end": start + DAY}))
    ok(await studio.run("dependency.add", {"from_phase_id": first, "to_phase_id": second}))
    move = {"phase_id": first, "start": MORNING + DAY, "with_bookings": True}
    body = result(await studio.run("phase.move", move))
    assert [(s["kind"], s["phase_id"]) for s in body["shifts"]] == [
        ("asked", str(first)),
        ("pushed", str(second)),
    ]
    assert body["violated"] == []
    assert await starts(studio) == [1, 2]
    await sweep(module_database.dsn, studio.tenant.id)


async def test_the_next_command_decides_on_what_was_moved(studio: Studio) -> None:
    """What the writer remembers of the studio is what the shift made of it."""
    artist = await studio.artist()
    project_id = await project(studio, [artist], 2)
    ok(await studio.run("project.shift", {"project_id": project_id, "days": 5}))
    free = {"artist_id": artist, "status": "confirmed", "start": MORNING, "end": MORNING + DAY}
    ok(await studio.run("booking.place", free))
    taken = {**free, "start": MORNING + DAY * 6, "end": MORNING + DAY * 7}
    no(await studio.run("booking.place", taken), "conflict")
    ok(await studio.run("project.shift", {"project_id": project_id, "days": -1}))
    assert await starts(studio) == [0, 4, 5]
