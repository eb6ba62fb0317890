"""Every command carries an id made by its client: sent again, it gets the first answer and does nothing."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import msgspec

from scheduling.events import LoggedEvent
from tests.harness.asking import booking, encoded, executor_on, no, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope, read_log
from tests.harness.sweep import sweep


async def placed(studio: Studio) -> list[LoggedEvent]:
    """The bookings that the log says were placed."""
    bodies = await read_log(studio.pool, studio.tenant.id)
    events = [msgspec.json.decode(body, type=LoggedEvent) for body in bodies]
    return [event for event in events if event.type == "booking.placed"]


async def test_an_id_sent_again_gets_the_first_answer(studio: Studio, module_database: Database) -> None:
    artist, command_id = await studio.artist(), uuid4()
    first = await studio.run("booking.place", slot(artist), command_id=command_id)
    again = await studio.run("booking.place", slot(artist), command_id=command_id)
    assert encoded(again) == encoded(first)
    assert [event.command_id for event in await placed(studio)] == [command_id]
    assert await sweep(module_database.dsn, studio.tenant.id) == ok(first).seq


async def test_the_first_answer_stands_however_much_happened_since(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    first = await studio.run("booking.place", slot(artist), command_id=command_id)
    where = {"booking_id": booking(first)["id"]}
    ok(await studio.run("booking.edit", {**where, "title": "Shot 12"}))
    ok(await studio.run("booking.release", where))
    again = await studio.run("booking.place", slot(artist), command_id=command_id)
    assert encoded(again) == encoded(first)


async def test_twenty_at_once_have_one_effect_and_one_answer(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    request = envelope("booking.place", slot(artist), command_id=command_id)
    answers = await asyncio.gather(*(studio.executor.execute(studio.system, request) for _ in range(20)))
    assert len({encoded(answer) for answer in answers}) == 1
    ok(answers[0])
    assert len(await placed(studio)) == 1


async def test_twenty_at_once_through_two_servers_have_one_effect_and_one_answer(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    request = envelope("booking.place", slot(artist), command_id=command_id)
    servers = [executor_on(studio.pool) for _ in range(2)]
    answers = await asyncio.gather(*(servers[n % 2].execute(studio.system, request) for n in range(20)))
    assert len({encoded(answer) for answer in answers}) == 1
    assert len(await placed(studio)) == 1
    for server in servers:
        await server.close()


async def test_a_refusal_is_an_answer_and_stands(studio: Studio) -> None:
    """Whoever was refused and tries again under the same id is not let in by what changed since."""
    artist, command_id = await studio.artist(), uuid4()
    first = await studio.run("booking.place", slot(artist))
    refused = await studio.run("booking.place", slot(artist), command_id=command_id)
    no(refused, "conflict")
    ok(await studio.run("booking.release", {"booking_id": booking(first)["id"]}))
    again = await studio.run("booking.place", slot(artist), command_id=command_id)
    assert encoded(again) == encoded(refused)
    ok(await studio.run("booking.place", slot(artist), command_id=uuid4()))


async def test_an_id_that_somebody_else_used_is_refused_and_shows_nothing(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    ok(await studio.run("booking.place", slot(artist, title="secret"), command_id=command_id))
    stranger = await studio.run(
        "booking.place", slot(artist), command_id=command_id, actor=studio.actor("freelancer")
    )
    error = no(stranger, "invalid")
    assert error.message == "This command id was used already; every command needs its own."
    assert error.data is None
    assert len(await placed(studio)) == 1


async def test_an_id_means_another_command_in_another_studio(studio: Studio) -> None:
    command_id = uuid4()
    other = await Studio.open(studio.pool, studio.executor)
    for one in (studio, other):
        ok(await one.run("booking.place", slot(await one.artist()), command_id=command_id))
        assert len(await placed(one)) == 1


async def test_what_changed_nothing_is_answered_with_what_is_there(studio: Studio) -> None:
    artist = await studio.artist()
    first = await studio.run("booking.place", slot(artist))
    idle = await studio.run("booking.move", {"booking_id": booking(first)["id"], **_span(first)})
    assert booking(idle) == booking(first)
    assert ok(idle).seq == ok(first).seq


def _span(answer: object) -> dict[str, str]:
    made = booking(answer)  # type: ignore[arg-type]
    return {"start": made["start"], "end": made["end"]}


async def test_arguments_that_cannot_be_read_leave_the_id_unused(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    no(await studio.run("booking.place", {"artist_id": "nobody"}, command_id=command_id), "invalid")
    no(await studio.run("booking.teleport", {}, command_id=command_id), "invalid")
    ok(await studio.run("booking.place", slot(artist), command_id=command_id))
