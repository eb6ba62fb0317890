"""Ids are made by clients: one that names things of several kinds confuses nothing."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.harness.asking import no, ok, result, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope
from tests.harness.sweep import sweep


def made_of(one: UUID, other: UUID) -> list[tuple[str, dict[str, Any]]]:
    """An artist, a project, two phases, a tie and a booking, all called the same."""
    same = str(one)
    phase = {"project_id": same, "name": "Comp", "duration_hours": 8}
    return [
        ("artist.add", {"id": same, "name": "Ada"}),
        ("project.add", {"id": same, "name": "Meridian"}),
        ("phase.add", {"id": same, **phase}),
        ("phase.add", {"id": str(other), **phase}),
        ("dependency.add", {"id": same, "from_phase_id": same, "to_phase_id": str(other)}),
        ("booking.place", slot(one, id=same, project_id=same, phase_id=same)),
    ]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one transaction", "one by one"])
async def test_everything_may_have_the_same_id(
    studio: Studio, module_database: Database, *, at_once: bool
) -> None:
    same = uuid4()
    requests = [envelope(op, args) for op, args in made_of(same, uuid4())]
    requests += [
        envelope("booking.edit", {"booking_id": str(same), "title": "Shot 12"}, base_version=1),
        envelope("artist.edit", {"artist_id": str(same), "notes": "x"}, base_version=1),
        envelope("project.edit", {"project_id": str(same), "notes": "x"}, base_version=1),
        envelope("phase.edit", {"phase_id": str(same), "name": "Roto"}, base_version=1),
        envelope("artist.edit", {"artist_id": str(same), "name": "Bo"}, base_version=1),
    ]
    if at_once:
        answers = await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    else:
        answers = [await studio.executor.execute(studio.system, r) for r in requests]
    for answer in answers:
        ok(answer)
    state = await studio.state()
    assert state.bookings[same].title == "Shot 12"
    assert (state.artists[same].name, state.artists[same].notes) == ("Bo", "x")
    assert (state.projects[same].notes, state.phases[same].name) == ("x", "Roto")
    assert await sweep(module_database.dsn, studio.tenant.id) == 11


async def test_undo_tells_them_apart(studio: Studio) -> None:
    same = uuid4()
    actor = studio.actor()
    for op, args in made_of(same, uuid4()):
        ok(await studio.run(op, args, actor=actor))
    asked = [
        ("booking.edit", {"booking_id": str(same), "title": "Shot 12"}),
        ("artist.edit", {"artist_id": str(same), "notes": "x"}),
        ("phase.delete", {"phase_id": str(same)}),
    ]
    done = [ok(await studio.run(op, args, actor=actor)) for op, args in asked]
    state = await studio.state()
    assert (same in state.phases, same in state.dependencies) == (False, False)
    for answer in done:
        ok(await studio.run("history.undo", {"command_id": str(answer.id)}, actor=actor))
    state = await studio.state()
    assert (state.bookings[same].title, state.artists[same].notes) == ("", "")
    assert (same in state.phases, same in state.dependencies) == (True, True)


async def test_a_bulk_command_says_what_changed_of_each_kind(studio: Studio) -> None:
    same = uuid4()
    items = [{"op": op, "args": args} for op, args in made_of(same, uuid4())]
    body = result(await studio.run("bulk.apply", {"items": items}))
    kinds = ("artists", "projects", "phases", "dependencies", "bookings")
    assert {kind: len(body[kind]) for kind in kinds} == dict.fromkeys(kinds, 1) | {"phases": 2}


async def test_what_is_not_there_is_not_there_for_the_next_either(studio: Studio) -> None:
    """In one transaction: a missing booking, then an artist of that id, then the booking."""
    same = uuid4()
    where = {"booking_id": str(same), "title": "x"}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("booking.edit", where),
        ("artist.edit", {"artist_id": str(same), "notes": "x"}),
        ("artist.add", {"id": str(same), "name": "Ada"}),
        ("booking.edit", where),
        ("booking.place", slot(same, id=str(same))),
        ("booking.edit", where),
    ]
    requests = [envelope(op, args) for op, args in asked]
    answers = await asyncio.gather(*(studio.executor.execute(studio.system, r) for r in requests))
    for refused in (answers[0], answers[1], answers[3]):
        no(refused, "not_found")
    for accepted in (answers[2], answers[4], answers[5]):
        ok(accepted)
