"""Scenarios through the database: what a commit loads is enough, and what it says holds for good.

Rules Z5, Z9 to Z11 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from realtime.standing import difference_now
from scheduling.permissions import Actor
from scheduling.scenarios import ScenarioDifference
from scheduling.state import snapshot
from server.verifying import verify_studio
from tests.harness.actions import NOW
from tests.harness.asking import booking, encoded, no, ok, result, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope
from tests.harness.sweep import sweep


async def drawn(studio: Studio, actor: Actor, *changes: dict[str, Any]) -> UUID:
    """A scenario that says this."""
    plan = uuid4()
    ok(await studio.run("scenario.add", {"id": plan, "name": "Plan B", "changes": changes}, actor=actor))
    return plan


async def seen(studio: Studio, actor: Actor, plan: UUID) -> ScenarioDifference:
    found = await difference_now(studio.pool, actor, plan, command_id=uuid4(), now=NOW)
    assert isinstance(found, ScenarioDifference), found
    return found


def place(artist: UUID, hour: int, **fields: Any) -> dict[str, Any]:
    return {"action": "place", "booking_id": uuid4(), **slot(artist, hour, **fields)}


def move(booking_id: str, hour: int, **fields: Any) -> dict[str, Any]:
    at = slot(uuid4(), hour)
    return {"action": "move", "booking_id": booking_id, "start": at["start"], "end": at["end"], **fields}


async def test_a_process_that_knows_nothing_commits_and_undoes_all_of_it(
    studio: Studio, module_database: Database
) -> None:
    """[Z5] [Z11] Places are exchanged, an accepted hold becomes a pencil, another artist takes over."""
    ada, ben, mai = await studio.artist(), await studio.artist(name="Ben"), studio.actor()
    one, other = [booking(await studio.run("booking.place", slot(ada, hour))) for hour in (0, 1)]
    first = booking(await studio.run("booking.place", slot(ben, 4, status="hold")))
    behind = booking(await studio.run("booking.place", slot(ben, 4, status="hold")))
    ok(await studio.run("booking.accept", {"booking_id": behind["id"]}))
    plan = await drawn(
        studio,
        mai,
        move(one["id"], 1),
        move(other["id"], 0),
        {"action": "end", "booking_id": first["id"], "reason": "not needed"},
        place(ada, 2),
        place(ben, 9, status="confirmed"),
    )
    before = snapshot(await studio.state())
    studio.forget()
    told = await seen(studio, mai, plan)
    assert told.fits
    assert [str(pair.after.id) for pair in told.follows] == [behind["id"]]
    committed = await studio.run("scenario.commit", {"scenario_id": plan, "base_version": 1}, actor=mai)
    assert len(result(committed)["placed"]) == 2
    state = await studio.state()
    assert state.bookings[UUID(behind["id"])].status == "pencil"
    assert not state.scenarios
    studio.forget()
    ok(await studio.run("history.undo", {"command_id": committed.id}, actor=mai))
    after = snapshot(await studio.state())
    assert _places(after) == _places(before)
    assert len(_list(after, "scenario_changes")) == 5
    await sweep(module_database.dsn, studio.tenant.id)
    assert (await verify_studio(studio.pool, studio.tenant.id)).fault is None


def _list(state: dict[str, object], name: str) -> list[Any]:
    found = state[name]
    assert isinstance(found, list)
    return found


def _places(state: dict[str, object]) -> list[tuple[object, ...]]:
    return [(b.id, b.artist_id, b.start, b.end, b.status, b.rank) for b in _list(state, "bookings")]


async def test_what_live_did_is_told_as_the_commit_refuses_it(studio: Studio) -> None:
    """[Z9] [Z10] The log says what changed since; nothing of the refused commit is left behind."""
    ada, ben, mai = await studio.artist(), await studio.artist(name="Ben"), studio.actor()
    held = [booking(await studio.run("booking.place", slot(ada, hour, status="hold"))) for hour in range(4)]
    moved, ended, renamed, answered = (h["id"] for h in held)
    new = place(ben, 0)
    plan = await drawn(
        studio,
        mai,
        move(moved, 10),
        move(ended, 12),
        move(renamed, 14),
        {"action": "end", "booking_id": answered},
        new,
    )
    ok(await studio.run("booking.move", {"booking_id": moved, **_span(20)}))
    ok(await studio.run("booking.release", {"booking_id": ended}))
    ok(await studio.run("booking.edit", {"booking_id": renamed, "title": "Renamed"}))
    ok(await studio.run("booking.accept", {"booking_id": answered}))
    ok(await studio.run("booking.place", slot(ben, 0)))
    studio.forget()
    told = {str(c.booking_id): c.kind for c in (await seen(studio, mai, plan)).conflicts}
    expected = {moved: "moved", ended: "ended", answered: "answered", str(new["booking_id"]): "taken"}
    assert told == expected
    before = await studio.state()
    error = no(await studio.run("scenario.commit", {"scenario_id": plan}, actor=mai), "conflict")
    assert error.data is not None
    assert {str(i.booking_id): i.kind for i in error.data.items} == expected
    assert snapshot(await studio.state()) == snapshot(before)
    take = {moved: "mine", ended: "live", answered: "live", str(new["booking_id"]): "live"}
    studio.forget()
    rebased = result(await studio.run("scenario.rebase", {"scenario_id": plan, "take": take}, actor=mai))
    assert rebased["conflicts"] == {}
    done = result(await studio.run("scenario.commit", {"scenario_id": plan}, actor=mai))
    assert (sorted(done["moved"]), done["ended"], done["placed"]) == (sorted([moved, renamed]), [], [])


def _span(hour: int) -> dict[str, Any]:
    at = slot(uuid4(), hour)
    return {"start": at["start"], "end": at["end"]}


async def test_a_commit_has_one_answer_however_often_it_is_sent(studio: Studio) -> None:
    ada, mai = await studio.artist(), studio.actor()
    plan = await drawn(studio, mai, place(ada, 0))
    request = envelope("scenario.commit", {"scenario_id": plan})
    first = await studio.executor.execute(mai, request)
    assert encoded(await studio.executor.execute(mai, request)) == encoded(first)
    no(await studio.executor.execute(studio.actor(), request), "invalid")
    assert len((await studio.state()).bookings) == 1


async def test_scenarios_are_no_items_of_a_bulk_command(studio: Studio) -> None:
    mai = studio.actor()
    items = [{"op": "scenario.add", "args": {"name": "Plan B"}}]
    error = no(await studio.run("bulk.apply", {"items": items}, actor=mai), "invalid")
    assert "scenario.add cannot be part of a bulk command" in error.message
