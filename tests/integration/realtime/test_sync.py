"""Catching up: snapshots, events, and no gap to the live stream, with a real log behind it."""

import asyncio
import json
import random
import threading
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from db.pool import transaction
from realtime import catchup, looking, snapshots
from realtime.connections import Audience, Paging
from realtime.connections import Live as LiveState
from realtime.protocol import SyncRequest
from tests.harness.following import at, book, follow, merged, replica_of, truth
from tests.harness.live import Client, client_of, member_of, until
from tests.harness.replica import Replica


@pytest.fixture
def quick_heads(live):
    """The head of the log is looked at more often than in the product."""
    live.realtime.fanout._head_seconds = 0.1


async def test_a_snapshot_is_what_the_database_holds(live, studio):
    """[S1] [S6]"""
    ada, ben = await studio.artist(), await studio.artist(name="Ben")
    project = uuid4()
    await studio.run("project.add", {"id": str(project), "name": "Meridian"})
    for number in range(2):
        phase = {
            "id": str(uuid4()),
            "project_id": str(project),
            "name": f"Phase {number}",
            "duration_hours": 8,
        }
        assert (await studio.run("phase.add", phase)).ok
    await book(studio, ada, 2, project_id=str(project))
    await book(studio, ada, 2)
    gone = await book(studio, ben, 3)
    assert (await studio.run("booking.release", {"booking_id": gone["id"]})).ok
    async with client_of(live, await member_of(studio), sync=False) as client:
        replica = await replica_of(client)
        assert replica.state() == await truth(studio)
        assert len(replica.state()["bookings"]) == 2
        assert {b["rank"] for b in replica.state()["bookings"]} == {1, 2}


async def test_a_paged_snapshot_is_of_one_number(live, studio, monkeypatch):
    """[S2] [S3] What is committed between two pages follows after the last."""
    monkeypatch.setattr(snapshots, "PAGE_BYTES", 2_000)
    artists = [await studio.artist(name=f"Artist {n}") for n in range(4)]
    for day in range(1, 11):
        await book(studio, artists[day % 4], day)
    async with client_of(live, await member_of(studio), sync=False) as client:
        pages = [await client.call("sync", {})]
        (connection,) = live.gateway._connections
        while pages[-1].get("next"):
            assert isinstance(connection.state, Paging)
            await book(studio, artists[0], 12 + len(pages) % 10)
            assert client.all("events") == []
            pages.append(await client.call("sync", {"next": pages[-1]["next"]}))
        assert len(pages) > 4
        assert {(p["epoch"], p["seq"]) for p in pages} == {(pages[0]["epoch"], pages[0]["seq"])}
        replica = Replica(pages[0]["epoch"], pages[0]["seq"], merged(pages))
        head = pages[0]["seq"] + len(pages) - 1
        await until(lambda: follow(replica, client).seq == head)
        await until(lambda: isinstance(connection.state, LiveState))
        assert replica.state() == await truth(studio)


async def test_pages_end_with_their_time_and_belong_to_their_audience(live, studio, monkeypatch):
    """[S2]"""
    monkeypatch.setattr(snapshots, "PAGE_BYTES", 500)
    artist = await studio.artist()
    for day in range(1, 6):
        await book(studio, artist, day)
    ada = await member_of(studio, "freelancer", artist_id=artist)
    async with client_of(live, await member_of(studio), sync=False) as client:
        first = await client.call("sync", {})
        assert "error" not in await client.call("sync", {"next": first["next"]})
        async with client_of(live, ada, sync=False) as other:
            assert (await other.call("sync", {"next": first["next"]}))["error"]["code"] == "not_found"
        clock = live.realtime.catchup._clock
        monkeypatch.setattr(live.realtime.catchup, "_clock", lambda: clock() + catchup.KEPT_SECONDS + 1)
        await until(lambda: not live.realtime.catchup._kept, what="old pages are dropped")
        assert (await client.call("sync", {"next": first["next"]}))["error"]["code"] == "not_found"
        assert (await client.call("sync", {}))["kind"] == "snapshot"


async def test_a_reader_that_was_away_gets_what_it_missed(live, studio):
    """[S1]"""
    artist = await studio.artist()
    actor = await member_of(studio)
    async with client_of(live, actor, sync=False) as client:
        replica = await replica_of(client)
    for day in range(1, 6):
        await book(studio, artist, day)
    async with client_of(live, actor, sync=False) as client:
        answer = await client.call("sync", {"epoch": replica.epoch, "since": replica.seq})
        assert (answer["kind"], answer["from_seq"], answer["to_seq"]) == ("events", 3, 7)
        replica.receive(answer)
        await book(studio, artist, 8)
        await client.wait_for("events")
        assert follow(replica, client).state() == await truth(studio)
        nothing = await client.call("sync", {"epoch": replica.epoch, "since": replica.seq})
        assert nothing["events"] == []
        assert (nothing["from_seq"], nothing["to_seq"]) == (9, 8)


@pytest.mark.parametrize(
    "request_of",
    [
        lambda epoch, head: {},
        lambda epoch, head: {"since": head},
        lambda epoch, head: {"epoch": str(uuid4()), "since": head},
        lambda epoch, head: {"epoch": epoch},
        lambda epoch, head: {"epoch": epoch, "since": head + 1},
        lambda epoch, head: {"epoch": epoch, "since": 2**53},
    ],
)
async def test_without_a_place_in_this_history_there_is_a_snapshot(live, studio, request_of):
    """[S1]"""
    async with client_of(live, await member_of(studio), sync=False) as client:
        (welcome,) = client.all("welcome")
        answer = await client.call("sync", request_of(welcome["epoch"], welcome["seq"]))
        assert answer["kind"] == "snapshot"
        assert answer["seq"] == welcome["seq"]


async def test_too_far_behind_there_is_a_snapshot_and_nearer_all_the_events(live, studio, monkeypatch):
    """[S1] [D6] More than one message of events: the rest follows as live events."""
    monkeypatch.setattr(catchup, "MOST_EVENTS", 600)
    items = [{"op": "project.add", "args": {"name": f"Project {n}"}} for n in range(500)]
    actor = await member_of(studio)
    for _ in range(2):
        assert (await studio.run("bulk.apply", {"items": items})).ok
    async with client_of(live, actor, sync=False) as client:
        (welcome,) = client.all("welcome")
        epoch, head = welcome["epoch"], welcome["seq"]
        assert (await client.call("sync", {"epoch": epoch, "since": head - 601}))["kind"] == "snapshot"
        client.heard.clear()
        answer = await client.call("sync", {"epoch": epoch, "since": head - 600})
        assert (answer["kind"], answer["from_seq"]) == ("events", head - 599)
        assert len(answer["events"]) <= 200
        await until(lambda: client.all("events") and client.all("events")[-1]["to_seq"] == head)
        following = answer["to_seq"] + 1
        for batch in client.all("events"):
            assert batch["from_seq"] == following
            assert len(batch["events"]) == batch["to_seq"] - following + 1 <= 200
            following = batch["to_seq"] + 1


async def test_readers_that_come_at_any_time_miss_nothing(live, studio, quick_heads):
    """[S3] [S4] [D5] Readers come, go and sync again while others write."""
    artists = [await studio.artist(name=f"Artist {n}") for n in range(3)]
    actor = await member_of(studio)
    chance = random.Random(7)
    writing = True

    written = 0

    async def write():
        nonlocal written
        for number in range(120):
            await book(studio, chance.choice(artists), 1 + number % 28)
            written += 1

    def reached(count):
        return written >= count

    async def read():
        async with client_of(live, actor, sync=False) as client:
            replica = await replica_of(client)
            while writing:
                await asyncio.sleep(chance.random() * 0.2)
                follow(replica, client)
                if chance.random() < 0.3:
                    answer = await client.call("sync", {"epoch": replica.epoch, "since": replica.seq})
                    follow(replica, client)
                    assert answer["kind"] == "events"
                    replica.receive(answer)
            head = (await live.realtime.fanout._log.head(studio.tenant.id)).seq
            await until(lambda: follow(replica, client).seq == head, what=f"{replica.seq} of {head}")
            return replica.state()

    readers: list[asyncio.Task[Any]] = []
    writer = asyncio.create_task(write())
    for turn in range(8):
        await until(partial(reached, 12 * turn))
        readers.append(asyncio.create_task(read()))
    await writer
    writing = False
    expected = await truth(studio)
    for state in await asyncio.gather(*readers):
        assert state == expected


async def test_a_connection_that_never_synced_hears_nothing(live, studio):
    """[S5]"""
    artist = await studio.artist()
    async with (
        client_of(live, await member_of(studio), sync=False) as waiting,
        client_of(live, await member_of(studio)) as client,
    ):
        await book(studio, artist, 2)
        await client.wait_for("events")
        await client.wait_for("presence")
        assert [name for name, _ in waiting.heard] == ["welcome"]
        answer = await waiting.call(
            "ghost", {"booking_id": str(uuid4()), "artist_id": str(artist), "start": at(1), "end": at(2)}
        )
        assert answer["error"]["code"] == "invalid"


async def test_those_who_ask_at_once_share_one_snapshot(live, studio):
    """[S7]"""
    await studio.artist()
    actor = await member_of(studio)
    loads = 0
    load = live.realtime.catchup._loader

    async def counted(tenant_id):
        nonlocal loads
        loads += 1
        await until(lambda: asked == len(clients), what="everybody has asked")
        return await load(tenant_id)

    asked = 0
    answer_one = live.realtime.catchup.answer

    async def answer(*question):
        nonlocal asked
        asked += 1
        return await answer_one(*question)

    live.realtime.catchup._loader = counted
    live.realtime.catchup.answer = answer
    clients = [Client() for _ in range(10)]
    for client in clients:
        await client.connect(live, live.tokens.issue(actor))
    answers = await asyncio.gather(*(client.call("sync", {}) for client in clients))
    assert loads == 1
    assert len({json.dumps(answer) for answer in answers}) == 1
    for client in clients:
        await client.close()


async def test_a_large_snapshot_does_not_hold_the_loop(live, studio, monkeypatch):
    """[S7] Ten thousand bookings."""
    artists = [await studio.artist(name=f"Artist {n}") for n in range(50)]
    for part in range(20):
        items = [
            {
                "op": "booking.place",
                "args": {
                    "artist_id": str(artists[n % 50]),
                    "start": f"{2020 + part % 5}-{1 + n // 50:02}-{1 + part:02}T09:00:00Z",
                    "end": f"{2020 + part % 5}-{1 + n // 50:02}-{1 + part:02}T18:00:00Z",
                    "title": f"Booking {part}.{n}",
                },
            }
            for n in range(500)
        ]
        assert (await studio.run("bulk.apply", {"items": items})).ok
    position = await live.realtime.fanout._log.head(studio.tenant.id)
    threads: list[threading.Thread] = []
    turns = 0
    for name in ("_with_ranks", "_build"):
        monkeypatch.setattr(snapshots, name, watched(getattr(snapshots, name), threads))
    building = asyncio.create_task(
        live.realtime.catchup._snapshot(studio.tenant.id, Audience(True), position)
    )
    while not building.done():
        await asyncio.sleep(0.001)
        turns += 1
    snapshot = await building
    assert sum(len(msgspec.json.decode(p)["state"].get("bookings", [])) for p in snapshot.pages) == 10_000
    assert len(threads) == 2
    assert threading.main_thread() not in threads, "ranks and JSON are made elsewhere"
    assert turns > 20, "the loop hardly ran for anybody else"


def watched(work, threads):
    """The work, with a note of the thread that does it."""

    def noting(*args):
        threads.append(threading.current_thread())
        return work(*args)

    return noting


async def test_a_storm_of_readers_that_come_back_is_a_few_reads(live, studio, monkeypatch):
    """[S9] Five hundred at once: those nearby are answered from memory, the others from one read."""
    await studio.artist()
    start = (await live.realtime.fanout._log.head(studio.tenant.id)).seq
    for number in range(30):
        assert (await studio.run("project.add", {"name": f"Project {number}"})).ok
    actors = [await member_of(studio) for _ in range(10)]
    head = await live.realtime.fanout._log.head(studio.tenant.id)
    async with client_of(live, actors[0]):
        near = head.seq
        for number in range(3):
            assert (await studio.run("project.add", {"name": f"Late {number}"})).ok
        await until(lambda: live.realtime.fanout.standing(studio.tenant.id).seq == near + 3)
        transactions = 0
        real = transaction

        def counted(*args, **options):
            nonlocal transactions
            transactions += 1
            return real(*args, **options)

        monkeypatch.setattr(catchup, "transaction", counted)
        monkeypatch.setattr(looking, "transaction", counted)
        asked = [
            live.realtime.catchup.answer(
                actors[n % 10], SyncRequest(epoch=head.epoch, since=near if n % 2 else start)
            )
            for n in range(500)
        ]
        answers = await asyncio.gather(*asked)
    bodies = [msgspec.json.decode(answer.body) for answer in answers]
    assert {(b["from_seq"], b["to_seq"]) for b in bodies[1::2]} == {(near + 1, near + 3)}
    assert {b["from_seq"] for b in bodies[::2]} == {start + 1}
    assert all(len(b["events"]) == b["to_seq"] - b["from_seq"] + 1 for b in bodies)
    assert transactions <= 5


async def test_a_member_is_looked_up_after_they_asked_not_before(live, studio):
    """[S8] [S9] Whoever comes while a question is on its way gets the answer to the next."""
    actor, _owner = await member_of(studio), await member_of(studio, "studio_owner")
    ask = live.realtime.catchup._looking.look
    first = asyncio.create_task(ask(studio.tenant.id, actor.id))
    await asyncio.sleep(0)
    assert (await studio.run("member.edit", {"member_id": str(actor.id), "name": "Maja"})).ok
    second = await ask(studio.tenant.id, actor.id)
    assert second.members[actor.id].name == "Maja"
    await first
