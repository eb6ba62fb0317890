"""What is remembered of a studio between transactions is a wager, and the database tells how it ended.

Rules E1, E11, E12 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import msgspec
import pytest

from db.pool import Pool
from db.queries import batches
from db.unit import Unit
from realtime import line
from realtime.protocol import Answer
from tests.harness.asking import booking, encoded, executor_on, no, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope, read_log
from tests.harness.sweep import sweep


class Trips:
    """Counts what is asked of the database: transactions under the lock, and batches written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counted: Counter[str] = Counter()
        for module, name in ((batches, "begin"), (batches, "append")):
            monkeypatch.setattr(module, name, self._counting(name, getattr(module, name)))

    def _counting(self, name: str, real: Any) -> Any:
        async def counted(*args: Any) -> Any:
            self.counted[name] += 1
            return await real(*args)

        return counted


async def test_a_batch_on_what_is_remembered_is_one_round_trip(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[E11] Holds with their deadlines and refusals too."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist)))
    trips = Trips(monkeypatch)
    ok(await studio.run("booking.place", slot(artist, 2, status="hold")))
    ok(await studio.run("booking.place", slot(artist, 4)))
    no(await studio.run("booking.cancel", {"booking_id": str(artist), "reason": "none"}), "not_found")
    assert trips.counted == {"append": 3, "begin": 1}, "only the unknown booking had to be looked up"


async def test_what_another_process_wrote_meanwhile_is_seen(
    studio: Studio, pool: Pool, module_database: Database
) -> None:
    """[E11] Both remember the studio; each is told when the other was there first."""
    other = executor_on(pool)
    artist = await studio.artist()
    ok(await other.execute(studio.system, envelope("booking.place", slot(artist, 10))))
    for hour in range(6):
        ok(await studio.run("booking.place", slot(artist, 2 * hour + 20)))
        wanted = envelope("booking.place", slot(artist, 2 * hour + 20))
        error = no(await other.execute(studio.system, wanted), "conflict")
        assert error.data is not None
        assert len(error.data.blocking) == 1
    await other.close()
    assert await sweep(module_database.dsn, studio.tenant.id) == 8


async def test_two_processes_at_once_lose_nothing(
    studio: Studio, pool: Pool, module_database: Database
) -> None:
    """[E1, E3, E11] Wagers lost in the middle of a batch are decided again, with the same answers to all."""
    executors = [studio.executor, executor_on(pool)]
    artist = await studio.artist()
    asked = [envelope("booking.place", slot(artist, hour // 2)) for hour in range(120)]
    answers: list[Answer] = []

    async def client(number: int) -> None:
        for request in asked[number::8]:
            answer = await executors[number % 2].execute(studio.system, request)
            answers.append(answer)

    await asyncio.gather(*(client(number) for number in range(8)))
    taken = [answer for answer in answers if answer.ok]
    assert len(taken) == 60
    assert await sweep(module_database.dsn, studio.tenant.id) == 61
    await executors[1].close()


async def test_an_id_sent_again_while_its_batch_is_under_way_has_one_effect(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[E1] The second is decided on what the first will have made, and then found to be the same."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist, 9)))
    real, held = Unit.finish, asyncio.Event()

    async def slow(unit: Unit, batch: batches.Batch) -> None:
        await held.wait()
        await real(unit, batch)

    monkeypatch.setattr(Unit, "finish", slow)
    request = envelope("booking.place", slot(artist))
    first = asyncio.create_task(studio.executor.execute(studio.system, request))
    for _ in range(20):
        await asyncio.sleep(0)
    second = asyncio.create_task(studio.executor.execute(studio.system, request))
    for _ in range(20):
        await asyncio.sleep(0)
    held.set()
    assert encoded(await first) == encoded(await second)
    assert ok(await first).seq == 3
    assert ok(await studio.run("booking.place", slot(artist, 1))).seq == 4


async def test_what_was_decided_on_a_batch_that_failed_is_decided_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, module_database: Database
) -> None:
    """[E4] A booking that never came to be cannot be moved."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist, 9)))
    real, held, failing = batches.append, asyncio.Event(), [True, True]

    async def append(connection: Any, batch: batches.Batch) -> bool:
        await held.wait()
        if failing:
            failing.pop()
            raise asyncpg.DataError("not this time")
        return await real(connection, batch)

    monkeypatch.setattr(batches, "append", append)
    placed = envelope("booking.place", slot(artist, 0, id=str(artist)))
    first = asyncio.create_task(studio.executor.execute(studio.system, placed))
    for _ in range(20):
        await asyncio.sleep(0)
    renamed = envelope("booking.edit", {"booking_id": str(artist), "title": "Late"})
    second = asyncio.create_task(studio.executor.execute(studio.system, renamed))
    for _ in range(20):
        await asyncio.sleep(0)
    held.set()
    no(await first, "internal")
    no(await second, "not_found")
    assert await sweep(module_database.dsn, studio.tenant.id) == 2


async def test_a_client_with_a_thousand_commands_keeps_nobody_waiting(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[E12] One batch is the most that others wait for."""
    monkeypatch.setattr(line, "BATCH", 10)
    artist, patient = await studio.artist(), studio.actor(name="Patient")
    greedy = studio.actor(name="Greedy")
    hogs = [envelope("booking.place", slot(artist, hour)) for hour in range(300)]
    asked = [asyncio.create_task(studio.executor.execute(greedy, r)) for r in hogs]
    await asyncio.sleep(0)
    ok(await studio.executor.execute(patient, envelope("booking.place", slot(artist, 1000))))
    assert sum(task.done() for task in asked) <= 3 * line.BATCH
    answers = [ok(answer).seq for answer in await asyncio.gather(*asked)]
    assert answers == sorted(answers)


async def test_one_clients_share_of_the_line_is_bounded(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[E12] Beyond it that client is told `busy`; others are taken."""
    monkeypatch.setattr(line, "EACH", 5)
    artist, patient, greedy = await studio.artist(), studio.actor(), studio.actor()
    hogs = [envelope("booking.place", slot(artist, hour)) for hour in range(50)]
    asked = [asyncio.create_task(studio.executor.execute(greedy, r)) for r in hogs]
    await asyncio.sleep(0)
    ok(await studio.executor.execute(patient, envelope("booking.place", slot(artist, 1000))))
    answers = await asyncio.gather(*asked)
    assert {answer.error.code for answer in answers if not answer.ok} == {"busy"}


async def test_what_is_remembered_is_bounded(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """[E11] The studio that was asked for longest ago is forgotten, and still served."""
    memory = line.Memory(50)
    executor = executor_on(pool)
    executor._commits._memory = memory
    studios = [await Studio.open(pool, executor) for _ in range(3)]
    for studio in studios:
        artist = await studio.artist()
        for hour in range(12):
            ok(await studio.run("booking.place", slot(artist, hour)))
    kept = [executor._lines[studio.tenant.id]._memory is not None for studio in studios]
    assert kept == [False, False, True]
    assert memory._total <= 50
    found = await studios[0].run("booking.place", slot(await studios[0].artist()))
    assert booking(found)["rank"] == 1
    await executor.close()


async def test_what_reaches_across_the_edge_of_what_is_remembered_is_loaded(
    studio: Studio, pool: Pool
) -> None:
    """[E11] A claim that loses a rival keeps the rank it has behind another, beyond where anybody looked."""
    other, artist = executor_on(pool), await studio.artist()
    spans = ((22, 1), (40, 30), (20, 40))
    holds = [envelope("booking.place", slot(artist, hour, hours, status="hold")) for hour, hours in spans]
    first, _, last = [booking(await other.execute(studio.system, hold)) for hold in holds]
    ok(await studio.run("booking.place", slot(artist, 0)))
    ok(await studio.run("booking.release", {"booking_id": first["id"]}))
    renamed = await studio.run("booking.edit", {"booking_id": last["id"], "title": "Behind"})
    assert booking(renamed)["rank"] == 2
    state = await studio.state()
    assert [b.rank for b in state.bookings.values() if str(b.id) == last["id"]] == [2]
    log = [msgspec.json.decode(body) for body in await read_log(studio.pool, studio.tenant.id)]
    promoted = [event["data"]["booking"]["rank"] for event in log if event["type"] == "booking.promoted"]
    assert promoted == [2]
    await other.close()
