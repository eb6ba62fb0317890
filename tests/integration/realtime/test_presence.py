"""Who is here and what they drag, here and on another instance."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from realtime import presence
from realtime.bus import Exchange, InProcessBus
from realtime.redis_bus import RedisBus
from realtime.redis_link import Times
from tests.harness.following import at, book
from tests.harness.live import Tokens, client_of, member_of, serving, until
from tests.harness.redis import redis_server, servers

PATIENCE = 30.0


def people(client):
    """Everybody the client was told of, by connection."""
    here = {}
    for message in client.all("presence"):
        if "full" in message:
            here = {p["connection_id"]: p for p in message["full"]}
        diff = message.get("diff", {})
        for person in (*diff.get("joined", []), *diff.get("changed", [])):
            here[person["connection_id"]] = person
        for connection_id in diff.get("left", []):
            here.pop(connection_id, None)
    return here


def ghosts(client):
    """Drags in flight, by connection and booking."""
    moving: dict[tuple[str, str], Any] = {}
    for message in client.all("ghosts"):
        for ghost in message:
            key = (ghost["connection_id"], ghost["booking_id"])
            if ghost.get("end_drag"):
                moving.pop(key, None)
            else:
                moving[key] = ghost
    return moving


def me(client):
    return client.all("welcome")[0]["connection_id"]


def drag(booking, artist, hour=9):
    return {"booking_id": booking, "artist_id": str(artist), "start": at(5, hour), "end": at(6)}


@pytest.fixture(params=["one instance", "two instances"])
async def sides(request, pool):
    """Two places to connect to."""
    exchange, tokens = Exchange(), Tokens()
    async with serving(pool, bus=InProcessBus(exchange), tokens=tokens) as one:
        if request.param == "one instance":
            yield one, one
            return
        async with serving(pool, bus=InProcessBus(exchange), tokens=tokens) as two:
            yield one, two


async def test_people_see_each_other_come_look_and_go(sides, pool):
    """[P1]"""
    here, there = sides
    studio = await here.studio(pool)
    mai, olu = await member_of(studio), await member_of(studio, "studio_owner", name="Olu")
    async with client_of(here, mai) as one:
        await until(lambda: set(people(one)) == {me(one)})
        async with client_of(there, olu) as two:
            await until(lambda: set(people(one)) == set(people(two)) == {me(one), me(two)})
            assert people(one)[me(two)]["name"] == "Olu"
            assert people(one)[me(two)]["colour"] == people(two)[me(two)]["colour"]
            project, booking = str(uuid4()), str(uuid4())
            view = {"project_id": project, "start": at(1), "end": at(9), "artist_id": str(uuid4())}
            look = {"view": view, "selection": [booking]}
            assert (await two.call("presence", look))["ok"]
            await until(lambda: people(one)[me(two)]["selection"] == [booking])
            assert people(one)[me(two)]["view"] == look["view"]
            assert (await two.call("presence", {}))["ok"]
            await until(lambda: people(one)[me(two)]["selection"] == [])
        await until(lambda: set(people(one)) == {me(one)})


async def test_two_windows_of_one_person_are_two(sides, pool):
    """[P1]"""
    here, there = sides
    studio = await here.studio(pool)
    mai = await member_of(studio)
    async with client_of(here, mai) as one, client_of(there, mai) as two:
        await until(lambda: len(people(one)) == len(people(two)) == 2)
        assert {p["member_id"] for p in people(one).values()} == {str(mai.id)}


async def test_other_studios_are_not_seen(sides, pool):
    here, there = sides
    mine, other = await here.studio(pool), await here.studio(pool)
    artist, stranger = await mine.artist(), await member_of(other)
    async with client_of(here, await member_of(mine)) as one, client_of(there, stranger) as two:
        booking = await book(mine, artist, 2)
        await one.call("ghost", drag(booking["id"], artist))
        await one.call("presence", {"selection": [booking["id"]]})
        assert (await two.call("ghost", drag(booking["id"], artist)))["ok"], "looked up, then not shown"
        await until(lambda: people(one).get(me(one), {}).get("selection"))
        await until(lambda: len(people(two)) == 1)
        assert set(people(one)) == {me(one)}
        assert one.all("ghosts") == two.all("ghosts") == two.all("events") == []


async def test_a_drag_is_seen_at_its_latest_place_and_ends(sides, pool):
    """[P2]"""
    here, there = sides
    studio = await here.studio(pool)
    artist, actor = await studio.artist(), await member_of(studio)
    booking = (await book(studio, artist, 2))["id"]
    async with client_of(here, actor) as one, client_of(there, actor) as two:
        await until(lambda: len(people(two)) == 2)
        for hour in range(10, 18):
            await one.sio.emit("ghost", drag(booking, artist, hour))
        await until(lambda: ghosts(two).get((me(one), booking), {}).get("start") == at(5, 17))
        assert ghosts(two)[me(one), booking]["colour"] == people(two)[me(one)]["colour"]
        assert len(two.all("ghosts")) < 8, "coalesced"
        assert one.all("ghosts") == [], "one is not told of one's own"
        assert (await one.call("ghost", {"booking_id": booking, "end_drag": True}))["ok"]
        await until(lambda: ghosts(two) == {})
        await one.call("ghost", drag(booking, artist))
        await until(lambda: ghosts(two))
    async with client_of(there, actor) as three:
        await until(lambda: people(three))
        assert ghosts(three) == {}


async def test_a_drag_ends_with_its_connection(sides, pool):
    """[P2]"""
    here, there = sides
    studio = await here.studio(pool)
    artist, actor = await studio.artist(), await member_of(studio)
    booking = (await book(studio, artist, 2))["id"]
    async with client_of(there, actor) as two:
        async with client_of(here, actor) as one:
            await until(lambda: len(people(two)) == 2)
            await one.call("ghost", drag(booking, artist))
            await until(lambda: ghosts(two))
        await until(lambda: ghosts(two) == {})


async def test_a_drag_that_ends_while_it_is_looked_up_is_not_shown(live, studio):
    """[P2] It would stay for ever."""
    artist, actor = await studio.artist(), await member_of(studio)
    booking = (await book(studio, artist, 2))["id"]
    look_up, go = live.realtime.presence._lookup, asyncio.Event()

    async def slow(*args):
        await go.wait()
        return await look_up(*args)

    live.realtime.presence._lookup = slow
    async with client_of(live, actor) as one, client_of(live, actor) as two:
        await one.call("ghost", drag(booking, artist))
        await one.call("ghost", {"booking_id": booking, "end_drag": True})
        go.set()
        await one.call("ghost", drag(another := str(uuid4()), artist))
        await until(lambda: ghosts(two))
        assert set(ghosts(two)) == {(me(one), another)}


async def test_only_so_many_ghosts_a_second_are_taken(live, studio):
    """[P2]"""
    artist, actor = await studio.artist(), await member_of(studio)
    booking = (await book(studio, artist, 2))["id"]
    async with client_of(live, actor) as one, client_of(live, actor) as two:
        await one.call("ghost", drag(booking, artist, 10))
        await two.wait_for("ghosts")
        for _ in range(400):
            await one.sio.emit("ghost", drag(booking, artist, 10))
        assert (await one.call("ghost", {"booking_id": booking, "end_drag": True}))["ok"], (
            "the end is not dropped"
        )
        await until(lambda: ghosts(two) == {})
        assert len(two.all("ghosts")) <= 40


async def test_a_booking_being_drawn_is_shown_but_not_at_a_foreign_artist(live, studio, pool):
    """[P3]"""
    artist, actor = await studio.artist(), await member_of(studio)
    foreign = await (await live.studio(pool)).artist()
    drawn = str(uuid4())
    async with client_of(live, actor) as one, client_of(live, actor) as two:
        await one.call("ghost", drag(drawn, foreign))
        await one.call("ghost", drag(str(uuid4()), uuid4()))
        await one.call("ghost", drag(drawn, artist))
        await until(lambda: ghosts(two))
        assert [g["artist_id"] for message in two.all("ghosts") for g in message] == [str(artist)]


async def test_artists_drag_their_own_and_see_who_is_here_only(live, studio):
    """[P3] [P4]"""
    ada, ben = await studio.artist(name="Ada"), await studio.artist(name="Ben")
    mine, theirs = (await book(studio, ada, 2))["id"], (await book(studio, ben, 2))["id"]
    manager = await member_of(studio)
    artist = await member_of(studio, "freelancer", artist_id=ada, name="Ada")
    async with client_of(live, manager) as mai, client_of(live, artist) as one:
        await until(lambda: len(people(one)) == 2)
        heard = len(one.all("presence"))
        await mai.call("presence", {"selection": [theirs], "view": {"project_id": str(uuid4())}})
        await until(lambda: people(mai)[me(mai)]["selection"] == [theirs])
        await one.call("ghost", drag(theirs, ada))
        await one.call("ghost", drag(str(uuid4()), ada))
        assert (await one.call("ghost", drag(mine, ben)))["error"]["code"] == "forbidden"
        await one.call("ghost", drag(mine, ada))
        await until(lambda: ghosts(mai))
        assert set(ghosts(mai)) == {(me(one), mine)}
        await mai.call("ghost", drag(theirs, ben))
        await mai.call("ghost", drag(mine, ben))
        await until(lambda: ghosts(one))
        assert set(ghosts(one)) == {(me(mai), mine)}
        assert len(one.all("presence")) == heard, "what others look at is not told"
        assert people(one)[me(mai)]["selection"] == []
        assert people(one)[me(mai)]["view"] is None


async def test_people_of_an_instance_that_is_gone_go_too(pool, monkeypatch):
    """[P5]"""
    monkeypatch.setattr(presence, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr("realtime.lobby.REMOTE_SECONDS", 0.5)
    exchange, tokens = Exchange(), Tokens()
    async with serving(pool, bus=InProcessBus(exchange), tokens=tokens) as one:
        studio = await one.studio(pool)
        actor = await member_of(studio)
        async with (
            client_of(one, actor) as client,
            serving(pool, bus=InProcessBus(exchange), tokens=tokens) as two,
            client_of(two, actor) as other,
        ):
            await until(lambda: len(people(client)) == 2)
            await two.realtime.switchboard.close()  # as if its process had been killed
            await until(lambda: set(people(client)) == {me(client)})
            assert people(other)


async def test_while_other_instances_are_not_heard_presence_says_so(live, studio, monkeypatch):
    """[P6] And tells everybody anew once they are heard again."""
    healthy = True
    monkeypatch.setattr(type(live.realtime.switchboard), "healthy", property(lambda _self: healthy))
    async with client_of(live, await member_of(studio)) as client:
        first = (await client.wait_for("presence"))[0]
        assert "elsewhere" not in first, "known is what goes without saying"
        healthy = False
        told = (await client.wait_for("presence", 2))[-1]
        assert (len(told["full"]), told["elsewhere"]) == (1, "unknown")
        healthy = True
        told = (await client.wait_for("presence", 3))[-1]
        assert len(told["full"]) == 1
        assert "elsewhere" not in told


async def test_who_went_with_an_instance_while_redis_was_away_is_not_shown_on(pool, monkeypatch):
    """[P5] [P6] Killed while nobody could hear of it: whoever does not answer afterwards has nobody here."""
    monkeypatch.setattr("realtime.lobby.REMOTE_SECONDS", 3_600.0)
    tokens = Tokens()
    with redis_server(servers()["valkey"]) as server:
        buses = [RedisBus(server.url, Times(beat=0.1, silence=5.0, patience=5.0)) for _ in range(3)]
        async with (
            serving(pool, bus=buses[0], tokens=tokens) as one,
            serving(pool, bus=buses[1], tokens=tokens) as two,
            serving(pool, bus=buses[2], tokens=tokens) as three,
        ):
            studio = await one.studio(pool)
            actor = await member_of(studio)
            async with (
                client_of(one, actor) as client,
                client_of(two, actor),
                client_of(three, actor) as stays,
            ):
                await until(lambda: len(people(client)) == 3, PATIENCE)
                server.stop()
                await two.realtime.switchboard.close()  # as if its process had been killed
                await until(lambda: client.all("presence")[-1].get("elsewhere") == "unknown", PATIENCE)
                server.start()
                await until(lambda: set(people(client)) == {me(client), me(stays)}, PATIENCE)
                await until(lambda: "elsewhere" not in client.all("presence")[-1], PATIENCE)
                assert set(people(client)) == {me(client), me(stays)}


async def test_presence_is_whole_as_soon_as_redis_is_back(pool, monkeypatch):
    """[P6] Who came while it was away is known by the subscription made anew, not by the next beat."""
    monkeypatch.setattr(presence, "HEARTBEAT_SECONDS", 3_600.0)
    tokens = Tokens()
    with redis_server(servers()["valkey"]) as server:
        buses = [RedisBus(server.url, Times(beat=0.1, silence=5.0, patience=5.0)) for _ in range(2)]
        async with (
            serving(pool, bus=buses[0], tokens=tokens) as one,
            serving(pool, bus=buses[1], tokens=tokens) as two,
        ):
            studio = await one.studio(pool)
            actor = await member_of(studio)
            async with client_of(one, actor) as client, client_of(two, actor):
                await until(lambda: len(people(client)) == 2, PATIENCE)
                server.stop()
                await until(lambda: client.all("presence")[-1].get("elsewhere") == "unknown", PATIENCE)
                async with client_of(two, actor) as late:
                    server.start()
                    await until(lambda: me(late) in people(client), PATIENCE)
                    await until(lambda: "elsewhere" not in client.all("presence")[-1], PATIENCE)
                    assert len(people(client)) == len(people(late)) == 3
