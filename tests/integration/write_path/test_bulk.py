"""Bulk commands: all or nothing, or all but the refused; ten thousand items in one go.

Rule E9 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from uuid import uuid4

import msgspec
import pytest

import scheduling.decide
from realtime import deciding
from scheduling.decide import Outcome
from scheduling.events import LoggedEvent
from tests.harness.asking import no, ok, result, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio, envelope, read_log
from tests.harness.sweep import sweep


def bulk(items: list[tuple[str, dict[str, Any]]], on_refusal: str = "refuse_all") -> dict[str, Any]:
    return {"items": [{"op": op, "args": args} for op, args in items], "on_refusal": on_refusal}


def places(artist_id: Any, hours: list[int], **fields: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("booking.place", slot(artist_id, hour, **fields)) for hour in hours]


async def live(studio: Studio) -> int:
    return len((await studio.state()).bookings)


async def test_all_items_are_one_change_under_one_id(studio: Studio, module_database: Database) -> None:
    artist, command_id = await studio.artist(), uuid4()
    answer = await studio.run("bulk.apply", bulk(places(artist, [0, 1, 2])), command_id=command_id)
    body = result(answer)
    assert (body["accepted"], body["events"], body["refused"]) == (3, 3, [])
    assert len(body["bookings"]) == 3
    events = [msgspec.json.decode(b, type=LoggedEvent) for b in await read_log(studio.pool, studio.tenant.id)]
    assert [event.command_id for event in events[1:]] == [command_id] * 3
    assert await sweep(module_database.dsn, studio.tenant.id) == ok(answer).seq == 4


async def test_refuse_all_leaves_nothing_behind(studio: Studio, module_database: Database) -> None:
    artist = await studio.artist()
    items = places(artist, [0, 1, 1, 2])
    answer = await studio.run("bulk.apply", bulk([("artist.add", {"name": "Bo"}), *items]))
    error = no(answer, "conflict")
    assert error.message.startswith("1 of 5 items were refused, so nothing was changed; item 3:")
    assert error.data is not None
    assert [(item.item, item.code) for item in error.data.items] == [(3, "conflict")]
    state = await studio.state()
    assert (len(state.bookings), len(state.artists), state.next_claim) == (0, 1, 1)
    assert await sweep(module_database.dsn, studio.tenant.id) == 1


async def test_after_a_refused_bulk_the_same_places_are_free(studio: Studio) -> None:
    artist = await studio.artist()
    no(await studio.run("bulk.apply", bulk(places(artist, [0, 0]))), "conflict")
    ok(await studio.run("bulk.apply", bulk(places(artist, [0, 1]))))


async def test_skip_leaves_the_good_ones_and_names_the_rest(
    studio: Studio, module_database: Database
) -> None:
    artist = await studio.artist()
    unreadable = ("booking.place", {"artist_id": "nobody"})
    unknown = ("booking.place", slot(uuid4()))
    undo = ("history.undo", {"command_id": str(uuid4())})
    nested = ("bulk.apply", bulk(places(artist, [5])))
    items = [*places(artist, [0, 0]), unreadable, unknown, undo, nested, *places(artist, [1])]
    body = result(await studio.run("bulk.apply", bulk(items, "skip")))
    assert body["accepted"] == 2
    assert [(one["item"], one["code"]) for one in body["refused"]] == [
        (1, "conflict"),
        (2, "invalid"),
        (3, "not_found"),
        (4, "invalid"),
        (5, "invalid"),
    ]
    assert await live(studio) == 2
    assert await sweep(module_database.dsn, studio.tenant.id) == 3


async def test_items_build_on_each_other(studio: Studio) -> None:
    artist, booking = uuid4(), str(uuid4())
    items: list[tuple[str, dict[str, Any]]] = [
        ("artist.add", {"id": str(artist), "name": "Ada"}),
        ("booking.place", slot(artist, 0, status="hold", id=booking)),
        ("booking.accept", {"booking_id": booking}),
        ("booking.confirm", {"booking_id": booking}),
        ("booking.move", {"booking_id": booking, **_span(artist, 3)}),
    ]
    body = result(await studio.run("bulk.apply", bulk(items)))
    assert (body["events"], body["bookings"][0]["status"]) == (5, "confirmed")
    assert [str(one) for one in (await studio.state()).bookings] == [booking]


def _span(artist: Any, hour: int) -> dict[str, Any]:
    asked = slot(artist, hour)
    return {"start": asked["start"], "end": asked["end"]}


async def test_roles_hold_for_every_item(studio: Studio) -> None:
    artist = await studio.artist()
    freelancer = studio.actor("freelancer", artist)
    items = places(artist, [0])
    body = result(await studio.run("bulk.apply", bulk(items, "skip"), actor=freelancer))
    assert (body["accepted"], body["refused"][0]["code"]) == (0, "forbidden")


async def test_a_bulk_command_is_undone_as_one(studio: Studio) -> None:
    artist, command_id = await studio.artist(), uuid4()
    actor = studio.actor()
    args = bulk(places(artist, [0, 1, 2]))
    ok(await studio.run("bulk.apply", args, command_id=command_id, actor=actor))
    undone = await studio.run("history.undo", {"command_id": str(command_id)}, actor=actor)
    assert await live(studio) == 0
    redone = {"command_id": str(ok(undone).id)}
    ok(await studio.run("history.undo", redone, actor=actor))
    assert await live(studio) == 3


async def test_ten_thousand_items(studio: Studio, module_database: Database) -> None:
    """An import's size, in one transaction, with progress told while others are served."""
    items = await _many(studio, 10_000)
    items[5_000] = items[4_000]
    told: list[tuple[int, int]] = []
    other = await Studio.open(studio.pool, studio.executor)
    elsewhere = await other.artist()
    request = envelope("bulk.apply", bulk(items, "skip"))
    answer = asyncio.ensure_future(
        studio.executor.execute(studio.system, request, progress=lambda *at: told.append(at))
    )
    for hour in range(10):
        ok(await other.run("booking.place", slot(elsewhere, hour)))
    assert not answer.done(), "another studio was served meanwhile"
    body = result(await answer)
    assert (body["accepted"], len(body["refused"])) == (9_999, 1)
    assert "bookings" not in body, "more than a client wants to hear of at once"
    assert told[-1] == (10_000, 10_000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert await sweep(module_database.dsn, studio.tenant.id) == 40 + 9_999


async def test_thousands_of_items_are_undone_beside_the_event_loop(
    studio: Studio, module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deciding takes about a second, for which others must not wait."""
    command_id = uuid4()
    ok(await studio.run("bulk.apply", bulk(await _many(studio, 1_500)), command_id=command_id))
    real, threads = scheduling.decide.decide, set[int]()

    def decide(*args: Any) -> Outcome:
        threads.add(threading.get_ident())
        return real(*args)

    monkeypatch.setattr(deciding, "decide", decide)
    body = result(await studio.run("history.undo", {"command_id": str(command_id)}))
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert body.keys() == {"booking"}, "fifteen hundred bookings are for the events to tell"
    assert await live(studio) == 0
    assert await sweep(module_database.dsn, studio.tenant.id) == 40 + 3_000


async def test_one_bad_item_among_thousands_leaves_nothing(studio: Studio, module_database: Database) -> None:
    items = await _many(studio, 2_000)
    items[1_500] = items[400]
    assert "1 of 2000 items" in no(await studio.run("bulk.apply", bulk(items)), "conflict").message
    assert await sweep(module_database.dsn, studio.tenant.id) == 40


async def _many(studio: Studio, count: int) -> list[tuple[str, dict[str, Any]]]:
    artists = [await studio.artist() for _ in range(40)]
    return [("booking.place", slot(artists[n % 40], n // 40)) for n in range(count)]


def move(booking_id: Any, artist_id: Any, hour: int, **fields: Any) -> tuple[str, dict[str, Any]]:
    """To another hour, of another artist or the same."""
    there = slot(artist_id, hour)
    return "booking.move", {"booking_id": str(booking_id), **{k: there[k] for k in _PLACE}, **fields}


_PLACE = ("artist_id", "start", "end")


async def test_moves_of_one_command_may_go_where_others_leave(
    studio: Studio, module_database: Database
) -> None:
    """Rule F8 of docs/subsystems/domain.md: a swap, and a row that moves up by one."""
    ada, bo = await studio.artist(), await studio.artist()
    ids = [uuid4() for _ in range(5)]
    for booking_id, (artist, hour) in zip(
        ids, [(ada, 0), (bo, 0), (ada, 1), (ada, 2), (ada, 3)], strict=True
    ):
        ok(await studio.run("booking.place", slot(artist, hour, id=str(booking_id))))
    swap = [move(ids[0], bo, 0), move(ids[1], ada, 0)]
    row = [move(ids[n], ada, n) for n in (2, 3, 4)]
    body = result(await studio.run("bulk.apply", bulk([*swap, *row])))
    assert (body["accepted"], body["refused"]) == (5, [])
    state = await studio.state()
    assert [state.bookings[i].artist_id for i in ids[:2]] == [bo, ada]
    expected = [slot(ada, n)["start"] for n in (2, 3, 4)]
    assert [state.bookings[i].start.isoformat() for i in ids[2:]] == expected
    await sweep(module_database.dsn, studio.tenant.id)


async def test_two_moves_to_one_place_give_it_to_the_first(studio: Studio, module_database: Database) -> None:
    artist, first, second = await studio.artist(), uuid4(), uuid4()
    for hour, booking_id in enumerate((first, second)):
        ok(await studio.run("booking.place", slot(artist, hour, id=str(booking_id))))
    items = [move(first, artist, 5), move(second, artist, 5)]
    assert len(no(await studio.run("bulk.apply", bulk(items)), "conflict").message) > 0
    body = result(await studio.run("bulk.apply", bulk(items, "skip")))
    assert [r["item"] for r in body["refused"]] == [1]
    state = await studio.state()
    assert state.bookings[first].start.isoformat() == slot(artist, 5)["start"]
    await sweep(module_database.dsn, studio.tenant.id)
