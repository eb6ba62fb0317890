"""Scenarios on the wire: many changes at once, several people in one draft, and artists who hear of none."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from db.queries import event_log
from realtime import batch, deciding, snapshots, standing
from realtime.standing import difference_now
from scheduling.scenarios import ScenarioDifference
from tests.harness.asking import ok, result
from tests.harness.following import book, pages_of, reaches, replica_of, truth
from tests.harness.live import client_of, member_of

MANY = 1_000
FIRST = datetime(2026, 4, 6, tzinfo=UTC)
"""A Monday on which nobody is booked yet."""


def day(number, days=1):
    start = FIRST + timedelta(days=number)
    return {"start": start.isoformat(), "end": (start + timedelta(days=days)).isoformat()}


async def filled(studio, artists, booked):
    """A studio whose first artists have a hold on each of so many days; their ids."""
    people = [await studio.artist(name=f"Artist {n}") for n in range(artists)]
    ids = [[str(uuid4()) for _ in range(booked)] for _ in people]
    items = [
        {"op": "booking.place", "args": {"id": ids[n][d], "artist_id": str(artist), **day(d)}}
        for n, artist in enumerate(people)
        for d in range(booked)
    ]
    ok(await studio.run("bulk.apply", {"items": items}))
    return people, ids


def a_thousand(people, ids):
    """Of each artist's 15 holds ten move by a month and five end; 25 new ones are placed after them."""
    wishes = []
    for artist, held in zip(people, ids, strict=True):
        wishes += [{"action": "move", "booking_id": i, **day(30 + n)} for n, i in enumerate(held) if n < 10]
        wishes += [{"action": "end", "booking_id": i, "reason": "not needed"} for i in held[10:]]
        wishes += [
            {
                "action": "place",
                "booking_id": str(uuid4()),
                "artist_id": str(artist),
                "title": f"Shot {n}",
                "status": "pencil",
                **day(60 + n),
            }
            for n in range(25)
        ]
    return wishes


@pytest.fixture
def on_the_loop(monkeypatch):
    """By what is worked out, whether the thread of the server's loop did it."""
    seen: dict[str, set[bool]] = {}

    def watched(module, name, called):
        work = getattr(module, name)

        def noted(*args):
            here = threading.current_thread() is threading.main_thread()
            seen.setdefault(called(args), set()).add(here)
            return work(*args)

        monkeypatch.setattr(module, name, noted)

    watched(deciding, "decide", lambda args: type(args[1]).__name__)
    watched(batch, "result_of", lambda args: f"answer of {type(args[1]).__name__}")
    watched(event_log, "chain", lambda args: "sealing many" if len(args[0]) > MANY else "sealing few")
    watched(standing, "stand", lambda _: "stand")
    watched(standing, "difference", lambda _: "difference")
    return seen


async def test_a_thousand_changes_are_drawn_sent_committed_and_undone(live, studio, on_the_loop):
    """[Z12] [S6] [D6] Everybody's replica goes along, and the write path keeps none of it afterwards.

    What takes long is worked out in threads, so the loop serves others meanwhile.
    """
    people, ids = await filled(studio, 25, 15)
    wishes = a_thousand(people, ids)
    assert len(wishes) == MANY
    planner = await member_of(studio)
    plan = str(uuid4())
    async with client_of(live, planner, sync=False) as client:
        replica = await replica_of(client)
        added = ok(
            await studio.run("scenario.add", {"id": plan, "name": "Plan B", "changes": wishes}, actor=planner)
        )
        await reaches(replica, client, added.seq)
        assert len(replica.state()["scenario_changes"]) == MANY

        told = await difference_now(
            studio.pool, planner, plan_id(plan), command_id=uuid4(), now=datetime.now(UTC)
        )
        assert isinstance(told, ScenarioDifference)
        assert (told.fits, len(told.added), len(told.moved), len(told.removed)) == (True, 625, 250, 125)
        assert len(told.artists) == 25

        answer = await studio.run("scenario.commit", {"scenario_id": plan}, actor=planner)
        assert {kind: len(result(answer)[kind]) for kind in ("placed", "moved", "ended")} == {
            "placed": 625,
            "moved": 250,
            "ended": 125,
        }
        await reaches(replica, client, ok(answer).seq)
        shown = replica.state()
        assert (shown["scenarios"], shown["scenario_changes"]) == ([], [])
        assert shown == await truth(studio)
        assert {b["status"] for b in shown["bookings"]} == {"hold", "pencil"}

        undone = ok(await studio.run("history.undo", {"command_id": str(answer.id)}, actor=planner))
        await reaches(replica, client, undone.seq)
        shown = replica.state()
        assert len(shown["scenario_changes"]) == MANY
        assert shown == await truth(studio)

        ok(await studio.run("scenario.discard", {"scenario_id": plan}, actor=planner))
        for told in client.all("events"):
            assert len(told["events"]) <= 200
            assert len(json.dumps(told["events"])) < 200 * 1024
    large = ["AddScenario", "CommitScenario", "UndoCommand", "DiscardScenario"]
    large += [*(f"answer of {name}" for name in large), "sealing many", "stand", "difference"]
    assert [on_the_loop[name] for name in large] == [{False}] * len(large)
    assert on_the_loop["AddMember"] == {True}
    remembered = studio.executor._lines[studio.tenant.id]._memory
    if remembered is not None:  # a slow machine may have forgotten it
        assert not remembered.state.scenario_changes
        assert not remembered.state.drafts
        assert not [key for key in remembered.state.deleted if key[0] == "scenario_change"]


def plan_id(text):
    return msgspec.convert(text, type(uuid4()))


async def test_several_people_draw_in_one_scenario_at_once(live, studio):
    """[Z3] What they say of different bookings all counts; of the same one, one is told of the other."""
    people, [held, *_] = await filled(studio, 2, 6)
    plan = str(uuid4())
    mai, olu = await member_of(studio), await member_of(studio, "studio_owner", name="Olu")
    async with client_of(live, mai) as one, client_of(live, olu) as other:
        assert (await one.command("scenario.add", {"id": plan, "name": "Plan B"}))["ok"]

        async def draw(client, booking, number):
            wish = {"action": "move", "booking_id": booking, "on_version": 0, **day(40 + number)}
            return await client.command("scenario.change", {"scenario_id": plan, "changes": [wish]})

        answers = await asyncio.gather(
            *(draw((one, other)[n % 2], booking, n) for n, booking in enumerate(held))
        )
        assert all(answer["ok"] for answer in answers)
        await other.command("scenario.drop_change", {"scenario_id": plan, "booking_ids": [held[0]]})
        both = await asyncio.gather(draw(one, held[0], 1), draw(other, held[0], 2))
        [lost] = [answer for answer in both if not answer["ok"]]
        assert lost["error"]["code"] == "stale_version"
        seen = lost["error"]["data"]["items"][0]["data"]["current"]["scenario_change"]
        assert (seen["booking_id"], seen["version"]) == (held[0], 1)
        state = await studio.state()
        assert len(state.scenario_changes) == len(held)
    assert people


async def test_a_scenario_committed_from_two_windows_is_committed_once(live, studio):
    """[Z5] And one that saw less than there is commits nothing."""
    _, [held] = await filled(studio, 1, 3)
    plan, mai = str(uuid4()), await member_of(studio)
    drawn = [{"action": "end", "booking_id": held[0]}]
    async with client_of(live, mai) as one, client_of(live, mai) as other:
        assert (await one.command("scenario.add", {"id": plan, "name": "Plan B", "changes": drawn}))["ok"]
        answers = await asyncio.gather(
            *(window.command("scenario.commit", {"scenario_id": plan}) for window in (one, other))
        )
        assert sorted(answer["ok"] for answer in answers) == [False, True]
        [no] = [answer["error"] for answer in answers if not answer["ok"]]
        assert no["code"] == "wrong_state"


async def test_an_artist_is_sent_nothing_of_scenarios(live, studio, monkeypatch):
    """[M6] Neither in a snapshot nor by events, though a scenario moves their own bookings."""
    monkeypatch.setattr(snapshots, "PAGE_BYTES", 4_000)
    ada = await studio.artist()
    mine = await book(studio, ada, 3)
    plan, mai = str(uuid4()), await member_of(studio)
    drawn = [{"action": "move", "booking_id": mine["id"], "reason": "moved up", "note": "SECRET", **day(40)}]
    ok(await studio.run("scenario.add", {"id": plan, "name": "SECRET", "changes": drawn}, actor=mai))
    artist = await member_of(studio, "freelancer", artist_id=ada, name="Ada")
    async with client_of(live, artist, sync=False) as client:
        pages = await pages_of(client)
        ok(await studio.run("scenario.rebase", {"scenario_id": plan}, actor=mai))
        done = ok(await studio.run("scenario.commit", {"scenario_id": plan}, actor=mai))
        replica = await replica_of(client)
        await reaches(replica, client, done.seq)
        heard = json.dumps([pages, client.heard, replica.state()])
        assert replica.state()["bookings"][0]["start"].startswith("2026-05-16")
        assert plan not in heard
        assert "SECRET" not in heard
