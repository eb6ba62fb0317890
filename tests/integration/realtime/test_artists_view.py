"""What an artist is told, over a real socket: their own, and "busy"."""

import json
from uuid import uuid4

import pytest

from tests.harness.following import at, book, follow, reaches, replica_of
from tests.harness.live import client_of, member_of

SECRETS = ("SECRET", "secret@", "4711.5")


@pytest.fixture
async def people(studio):
    """Two artists and two projects full of secrets; the first artist is the reader."""
    ada = await studio.artist(name="Ada")
    ben = await studio.artist(
        name="Ben", email="secret@ben.example", notes="SECRET", rate={"amount": 4711.5, "currency": "EUR"}
    )
    projects = {}
    for name in ("Meridian", "SECRET film"):
        projects[name] = str(uuid4())
        fields = {"id": projects[name], "name": name, "client": "SECRET client", "notes": "SECRET"}
        assert (await studio.run("project.add", fields)).ok
    return ada, ben, projects


async def test_an_artist_is_told_nothing_of_others_work(live, studio, people):
    """[M1] [M2] [M3] [M4] [M5] By snapshot, by events since, by live events, by presence and ghosts."""
    ada, ben, projects = people
    secret = {"title": "SECRET title", "notes": "SECRET", "project_id": projects["SECRET film"]}
    before = await book(studio, ben, 1, **secret)
    actor, manager = await member_of(studio, "freelancer", artist_id=ada, name="Ada"), await member_of(studio)
    async with client_of(live, actor, sync=False) as client, client_of(live, manager) as mai:
        replica = await replica_of(client)
        start = replica.seq
        theirs = await book(studio, ben, 2, **secret)
        mine = await book(studio, ada, 2, title="Comp", project_id=projects["Meridian"])
        edits = [
            ("project.edit", {"project_id": projects["SECRET film"], "name": "SECRET again"}),
            ("project.edit", {"project_id": projects["Meridian"], "colour": "#123456"}),
            ("booking.edit", {"booking_id": theirs["id"], "notes": "SECRET"}),
            ("booking.move", {"booking_id": theirs["id"], "start": at(3), "end": at(4)}),
            ("booking.release", {"booking_id": before["id"]}),
            ("artist.edit", {"artist_id": str(ben), "tags": ["SECRET"]}),
            ("phase.add", {"project_id": projects["Meridian"], "name": "SECRET phase", "duration_hours": 8}),
        ]
        for op, args in edits:
            answer = await studio.run(op, args)
            assert answer.ok, answer
        await mai.call(
            "presence", {"selection": [theirs["id"]], "view": {"project_id": projects["SECRET film"]}}
        )
        drag = {"booking_id": theirs["id"], "artist_id": str(ben), "start": at(5), "end": at(6)}
        await mai.call("ghost", drag)
        await mai.call("ghost", {**drag, "booking_id": mine["id"]})
        (ghosts,) = await client.wait_for("ghosts")
        await client.wait_for("presence", 1)
        head = (await live.realtime.fanout._log.head(studio.tenant.id)).seq
        await reaches(replica, client, head)
        again = await client.call("sync", {"epoch": replica.epoch, "since": start})

        everything = json.dumps([client.heard, again])
        for hidden in (*SECRETS, projects["SECRET film"]):
            assert hidden not in everything
        assert [g["booking_id"] for g in ghosts] == [mine["id"]]
        state = replica.state()
        assert [p["colour"] for p in state["projects"]] == ["#123456"]
        assert state["phases"] == []
        by_id = {b["id"]: b for b in state["bookings"]}
        assert by_id[mine["id"]]["title"] == "Comp"
        assert set(by_id[theirs["id"]]) == {"id", "artist_id", "start", "end", "status", "version"}
        assert before["id"] not in by_id
        masked = [
            e for batch in client.all("events") for e in batch["events"] if e["type"] == "booking.masked"
        ]
        assert {json.dumps(e["actor"]) for e in masked} == {'{"kind": "hidden"}'}
        assert all("command_id" not in e for e in masked)
    async with client_of(live, actor, sync=False) as later:
        fresh = await replica_of(later)
        await reaches(fresh, later, head)
        assert fresh.state() == state, "[S6]"


async def test_the_artist_of_a_booking_hears_when_it_goes_and_comes(live, studio, people):
    """[M1] [M3]"""
    ada, ben, projects = people
    booking = await book(studio, ben, 2, title="Comp", project_id=projects["Meridian"])
    actor = await member_of(studio, "freelancer", artist_id=ada, name="Ada")
    async with client_of(live, actor, sync=False) as client:
        replica = await replica_of(client)
        assert replica.state()["projects"] == []
        for artist, seen in ((ada, "hold"), (ben, "busy"), (ada, "hold")):
            move = {"booking_id": booking["id"], "artist_id": str(artist)}
            answer = await studio.run("booking.reassign", move)
            assert answer.ok, answer
            await reaches(replica, client, answer.seq)
            (held,) = replica.state()["bookings"]
            assert held["status"] == seen
        assert [p["name"] for p in replica.state()["projects"]] == ["Meridian"]


async def test_an_artist_answers_and_their_command_is_theirs(live, studio, people):
    ada, _, _ = people
    booking = await book(studio, ada, 2)
    actor = await member_of(studio, "freelancer", artist_id=ada, name="Ada")
    async with client_of(live, actor) as client:
        answer = await client.command("booking.accept", {"booking_id": booking["id"]})
        assert answer["ok"], answer
        batch = (await client.wait_for("events"))[-1]
        assert batch["events"][0]["command_id"] == answer["id"]
        assert batch["events"][0]["actor"]["name"] == "Ada"


async def test_two_artists_see_their_own(live, studio, people):
    """[D6] One encoding for each audience."""
    ada, ben, _ = people
    booking = await book(studio, ada, 2, title="For Ada")
    async with (
        client_of(live, await member_of(studio, "freelancer", artist_id=ada), sync=False) as one,
        client_of(live, await member_of(studio, "freelancer", artist_id=ben), sync=False) as two,
    ):
        mine, theirs = await replica_of(one), await replica_of(two)
        assert (await studio.run("booking.edit", {"booking_id": booking["id"], "title": "Still for Ada"})).ok
        await one.wait_for("events")
        await two.wait_for("events")
        assert follow(mine, one).state()["bookings"][0]["title"] == "Still for Ada"
        assert "title" not in follow(theirs, two).state()["bookings"][0]
