"""Restoring through the database: what it rests on is read, however little is remembered.

Rules E1 and E11 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.harness.asking import booking, ok, result, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio
from tests.harness.sweep import sweep


async def booked(studio: Studio) -> tuple[UUID, UUID, dict[str, Any], int]:
    """A project, a phase of it, a booking of that phase, and the number of the last event."""
    artist, project, phase = await studio.artist(), uuid4(), uuid4()
    ok(await studio.run("project.add", {"id": project, "name": "Meridian"}))
    added = {"id": phase, "project_id": project, "name": "Roto", "duration_hours": 8}
    ok(await studio.run("phase.add", added))
    work: dict[str, Any] = {"project_id": str(project), "phase_id": str(phase), "status": "hold"}
    placed = ok(await studio.run("booking.place", slot(artist, **work)))
    return project, phase, booking(placed), placed.seq


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_booking_goes_back_to_its_phase(
    studio: Studio, module_database: Database, remembered: bool
) -> None:
    """[E11] Also where nobody had asked for the phase since the process began."""
    _, phase, hold, then = await booked(studio)
    ok(await studio.run("booking.edit", {"booking_id": hold["id"], "phase_id": None, "title": "Loose"}))
    if not remembered:
        studio.forget()
    args = {"to": then, "kind": "booking", "entity_id": hold["id"]}
    back = booking(await studio.run("history.restore", args))
    assert (back["title"], back["phase_id"]) == (hold["title"], str(phase))
    await sweep(module_database.dsn, studio.tenant.id)


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_booking_does_not_go_back_to_a_phase_that_is_gone(
    studio: Studio, module_database: Database, remembered: bool
) -> None:
    """[E11] A phase that was deleted is known to be, not merely unknown."""
    _, phase, hold, then = await booked(studio)
    ok(await studio.run("booking.edit", {"booking_id": hold["id"], "phase_id": None, "title": "Loose"}))
    ok(await studio.run("phase.delete", {"phase_id": phase}))
    if not remembered:
        studio.forget()
    args = {"to": then, "kind": "booking", "entity_id": hold["id"]}
    back = booking(await studio.run("history.restore", args))
    assert (back["title"], back["phase_id"]) == (hold["title"], None)
    await sweep(module_database.dsn, studio.tenant.id)


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_project_goes_back_with_its_phases_and_their_bookings(
    studio: Studio, module_database: Database, remembered: bool
) -> None:
    """[E1] The phase that comes back in the same command is there for the bookings that name it."""
    project, phase, hold, then = await booked(studio)
    ok(await studio.run("phase.delete", {"phase_id": phase}))
    ok(await studio.run("booking.edit", {"booking_id": hold["id"], "title": "Later"}))
    if not remembered:
        studio.forget()
    body = result(await studio.run("history.restore", {"to": then, "project_id": project}))
    assert body, "there was something to restore"
    state = await studio.state()
    assert phase in state.phases
    assert [(b.title, b.phase_id) for b in state.bookings.values()] == [(hold["title"], phase)]
    await sweep(module_database.dsn, studio.tenant.id)
