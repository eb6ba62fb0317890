"""What is remembered of a studio between transactions is a wager, and the database tells how it ended.

Rules E1, E11, E12 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

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


async def test_a_bookings_new_id_is_not_looked_up(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, module_database: Database
) -> None:
    """[E11] That it is nobody's is part of the wager; so is that nobody else took it meanwhile."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist)))
    trips = Trips(monkeypatch)
    ids = [str(uuid4()) for _ in range(3)]
    for hour, booking_id in enumerate(ids):
        ok(await studio.run("booking.place", slot(artist, 2 * hour + 2, id=booking_id)))
    assert trips.counted == {"append": 3}
    assert await sweep(module_database.dsn, studio.tenant.id) == 5


async def test_an_id_that_is_somebodys_is_refused_though_nobody_remembers_it(
    studio: Studio, pool: Pool, module_database: Database
) -> None:
    """[E4, E11] Whether the command would be accepted or refused without it; the neighbours are not hit."""
    other, artist = executor_on(pool), await studio.artist()
    old = str(uuid4())
    ok(await other.execute(studio.system, envelope("booking.place", slot(artist, 5, id=old))))
    ok(await other.execute(studio.system, envelope("booking.release", {"booking_id": old})))
    await other.close()
    ok(await studio.run("booking.place", slot(artist, 0)))
    ok(await studio.run("artist.edit", {"artist_id": str(artist), "name": "Remembered"}))
    line_of_studio = studio.executor._lines[studio.tenant.id]
    line_of_studio._contended_until = 0.0
    for hour in (8, 0):
        asked = [slot(artist, 20 + hour), slot(artist, hour, id=old), slot(artist, 40 + hour)]
        answers = await asyncio.gather(*(studio.run("booking.place", args) for args in asked))
        assert [answer.ok for answer in answers] == [True, False, True]
        assert "ids are used once" in no(answers[1], "invalid").message
    assert await sweep(module_database.dsn, studio.tenant.id) == 9


class Abreast:
    """Two batches under way at once, and `append` in the test's hands: `before` may hold or fail a call."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, before: Callable[[Abreast, int], Awaitable[None]]
    ) -> None:
        self.outcomes: list[tuple[int, bool]] = []
        """In the order in which the calls came back."""
        self.calls = 0
        self.sent = defaultdict[int, asyncio.Event](asyncio.Event)
        self.back = defaultdict[int, asyncio.Event](asyncio.Event)
        self._before = before
        self._real = batches.append
        monkeypatch.setattr(line, "STEP", 2)
        monkeypatch.setattr(batches, "append", self._append)

    async def _append(self, connection: Any, batch: batches.Batch) -> bool:
        self.calls += 1
        call = self.calls
        self.sent[call].set()
        await self._before(self, call)
        done = await self._real(connection, batch)
        self.outcomes.append((call, done))
        self.back[call].set()
        return done


async def test_a_large_batch_is_sent_while_the_one_before_is_being_committed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, module_database: Database
) -> None:
    """[E3, E11] Where it overtakes that one, it is sent once more, and is acknowledged after it."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist, 90)))

    async def overtaken(abreast: Abreast, call: int) -> None:
        if call == 1:
            await abreast.back[2].wait()

    abreast = Abreast(monkeypatch, overtaken)
    finished: list[int] = []

    async def place(hour: int) -> int:
        seq = ok(await studio.run("booking.place", slot(artist, hour))).seq
        finished.append(seq)
        return seq

    assert await asyncio.gather(*map(place, range(80, 84))) == [3, 4, 5, 6]
    assert finished == [3, 4, 5, 6]
    assert abreast.outcomes == [(2, False), (1, True), (3, True)]
    assert studio.executor._lines[studio.tenant.id]._contended_until == 0.0
    assert await sweep(module_database.dsn, studio.tenant.id) == 6


async def test_a_batch_that_fails_takes_the_one_sent_behind_it_along_and_no_further(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, module_database: Database
) -> None:
    """[E3, E4] Each is decided again, in the order in which it was asked, each client's commands too."""
    artist = await studio.artist()
    ok(await studio.run("booking.place", slot(artist, 90)))

    async def failing(abreast: Abreast, call: int) -> None:
        if call == 1:
            await abreast.sent[2].wait()
            raise asyncpg.DataError("not this time")

    Abreast(monkeypatch, failing)
    first = str(uuid4())
    placed = [slot(artist, 80, id=first), slot(artist, 82)]
    renamed = [{"booking_id": first, "title": "Once"}, {"booking_id": first, "title": "Twice"}]
    asked = [asyncio.create_task(studio.run("booking.place", args)) for args in placed]
    asked += [asyncio.create_task(studio.run("booking.edit", args)) for args in renamed]
    answers = [ok(answer) for answer in await asyncio.gather(*asked)]
    assert [answer.seq for answer in answers] == [3, 4, 5, 6]
    state = await studio.state()
    assert [b.title for b in state.bookings.values() if str(b.id) == first] == ["Twice"]
    ok(await studio.run("booking.place", slot(artist, 4)))
    assert await sweep(module_database.dsn, studio.tenant.id) == 7
