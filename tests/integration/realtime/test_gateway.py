"""Coming in, sending, being answered, and leaving, over a real websocket."""

import asyncio
import contextlib
import json
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
import socketio
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from realtime import gateway
from realtime.bounds import Bounds
from realtime.connections import Connection
from realtime.tasks import end
from tests.harness.live import QUICK, Client, client_of, frames_of, member_of, serving, until
from tests.harness.patience import DEADLINE

DAY = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T18:00:00Z"}


async def refused(live, auth):
    """Why a handshake is refused."""
    client = socketio.AsyncClient(reconnection=False)
    told: list[Any] = []
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(live.url, auth=auth, transports=["websocket"])
    await client.disconnect()
    return told[0]


# -- coming in ---------------------------------------------------------------------------------


async def test_welcome_says_who_one_is_and_where_the_log_stands(live, studio):
    artist = await studio.artist()
    actor = await member_of(studio, "freelancer", artist_id=artist, name="Ada")
    client = Client()
    welcome = await client.connect(live, live.tokens.issue(actor))
    assert welcome["member"] == {
        "id": str(actor.id),
        "name": "Ada",
        "role": "freelancer",
        "artist_id": str(artist),
    }
    assert welcome["tenant_id"] == str(studio.tenant.id)
    assert welcome["seq"] == 2
    assert welcome["protocol"] == 1
    assert welcome["limits"]["bulk_items"] == 500
    assert client.heard[0][0] == "welcome", "before anything else"
    await client.close()


@pytest.mark.parametrize(
    "auth", [None, {}, {"token": ""}, {"token": "wrong"}, {"token": 7}, {"token": "x" * 9_000}]
)
async def test_without_a_good_token_nobody_comes_in(live, auth):
    """[C1]"""
    told = await refused(live, auth)
    assert told["data"]["code"] == "unauthenticated"
    await until(lambda: live.gateway.connections == 0)


async def test_an_expired_token_does_not_let_in(live, studio):
    token = live.tokens.issue(await member_of(studio), timedelta(seconds=-1))
    assert (await refused(live, {"token": token}))["data"]["code"] == "unauthenticated"


async def test_what_a_client_says_about_itself_counts_for_nothing(live, studio):
    """[C1]"""
    token = live.tokens.issue(await member_of(studio, "freelancer"))
    client = socketio.AsyncClient(reconnection=False)
    told: list[Any] = []
    client.on("welcome", told.append)
    lies = {"token": token, "role": "studio_owner", "tenant_id": str(uuid4()), "member": {"id": str(uuid4())}}
    await client.connect(live.url, auth=lies, transports=["websocket"])
    (welcome,) = await until(lambda: told)
    assert welcome["member"]["role"] == "freelancer"
    assert welcome["tenant_id"] == str(studio.tenant.id)
    await client.disconnect()


async def test_sockets_that_do_not_sign_in_are_closed(pool):
    """[C2] Also those that never send CONNECT, and those that keep talking."""
    async with serving(pool, bounds=Bounds(sweep_seconds=0.05, connect_seconds=0.6)) as live:
        silent, chatty = await live.raw(), await live.raw()
        await until(lambda: live.gateway.connections == 2)
        talking = asyncio.create_task(_talk(chatty))
        await until(
            lambda: live.gateway.connections == 0, what="both are closed, the talking one while it talks"
        )
        await end([talking])
        assert (await frames_of(silent, until_closed=True))[0].startswith("0{"), "the handshake, and the end"
        await chatty.close()


async def _talk(socket):
    with contextlib.suppress(ConnectionClosed):
        while True:
            await socket.send("3")
            await asyncio.sleep(0.02)


def test_the_product_waits_five_seconds_for_a_sign_in():
    """[C2]"""
    assert Bounds().connect_seconds == 5.0
    assert Bounds().sweep_seconds * 4 <= 1, "looked at often enough to be closed within them"


@pytest.mark.parametrize(
    ("origin", "status"), [("http://evil.example", 403), ("null", 403), (None, 101), ("self", 101)]
)
async def test_browsers_connect_from_our_own_pages(live, origin, status):
    """[A5]"""
    headers = {"Origin": live.url if origin == "self" else origin} if origin else {}
    if status == 101:
        async with live.raw(additional_headers=headers, origin=None) as socket:
            assert (await socket.recv()).startswith("0{")
    else:
        with pytest.raises(InvalidStatus) as caught:
            async with live.raw(additional_headers={**headers, "X-Forwarded-Host": "evil.example"}):
                pass
        assert caught.value.response.status_code == status
        assert json.loads(caught.value.response.body)["error"]["code"] == "forbidden"


async def test_polling_and_other_protocols_are_not_served(live):
    async with httpx.AsyncClient(base_url=live.url) as http:
        for path in ("/socket.io/?EIO=4&transport=polling", "/socket.io/", "/socket.io", "/socket.io/x"):
            answer = await http.get(path)
            assert answer.status_code == 400
            assert answer.json()["error"]["code"] == "invalid"
        assert (await http.post("/socket.io/?EIO=4&transport=polling", content=b"40")).status_code == 400
        assert (await http.get("/elsewhere")).status_code == 404
    for query in (
        "EIO=3&transport=websocket",
        "EIO=4&transport=polling",
        "EIO=4&transport=websocket&sid=x",
        "",
    ):
        with pytest.raises(InvalidStatus):
            async with open_websocket(f"ws://127.0.0.1:{live.port}/socket.io/?{query}"):
                pass


async def test_a_full_server_says_so(pool):
    bounds = msgspec.structs.replace(QUICK, max_connections=1)
    async with serving(pool, bounds=bounds) as live, live.raw():
        with pytest.raises(InvalidStatus) as caught:
            async with live.raw():
                pass
        assert caught.value.response.status_code == 503
        assert "retry-after" in caught.value.response.headers


# -- commands ----------------------------------------------------------------------------------


async def test_a_command_is_answered_and_everybody_hears_of_it(live, studio):
    artist = await studio.artist()
    mai, olu = await member_of(studio), await member_of(studio, "studio_owner")
    async with client_of(live, mai) as one, client_of(live, olu) as two:
        answer = await one.command("booking.place", {"artist_id": str(artist), "title": "Comp", **DAY})
        assert answer["ok"]
        for client in (one, two):
            (batch,) = await client.wait_for("events")
            assert (batch["from_seq"], batch["to_seq"]) == (answer["seq"], answer["seq"])
            (event,) = batch["events"]
            assert event["type"] == "booking.placed"
            assert event["data"]["booking"] == answer["result"]["booking"]
            assert event["actor"] == {"kind": "member", "id": str(mai.id), "name": "Mai"}


async def test_the_same_id_gets_the_same_answer(live, studio):
    artist, command_id = await studio.artist(), str(uuid4())
    async with client_of(live, await member_of(studio)) as client:
        args = {"artist_id": str(artist), **DAY}
        first = await client.command("booking.place", args, id=command_id)
        again = await client.command("booking.place", args, id=command_id)
        assert first == again
        assert len(await client.wait_for("events")) == 1


async def test_answers_come_in_the_order_of_the_commands(live, studio):
    """[C3] A hundred commands without waiting, each depending on the one before."""
    artist = await studio.artist()
    async with client_of(live, await member_of(studio)) as client:
        place = await client.command("booking.place", {"artist_id": str(artist), **DAY})
        booking_id = place["result"]["booking"]["id"]
        answered: list[Any] = []
        for version in range(1, 101):
            await client.sio.emit(
                "command",
                {
                    "id": str(uuid4()),
                    "op": "booking.edit",
                    "base_version": version,
                    "args": {"booking_id": booking_id, "title": f"Take {version}"},
                },
                callback=answered.append,
            )
        await until(lambda: len(answered) == 100)
        assert [a["ok"] for a in answered] == [True] * 100
        assert [a["seq"] for a in answered] == list(range(answered[0]["seq"], answered[0]["seq"] + 100))


async def test_a_command_whose_socket_goes_is_finished_and_answered_to_whoever_asks_again(live, studio):
    """[C9]"""
    artist, actor, command_id = await studio.artist(), await member_of(studio), uuid4()
    args = {"artist_id": str(artist), **DAY}
    async with live.raw() as socket:
        await socket.send("40" + json.dumps({"token": live.tokens.issue(actor)}))
        await until(lambda: live.gateway.connections == 1)
        message = {"id": str(command_id), "op": "booking.place", "args": args}
        await socket.send('420["command",' + json.dumps(message) + "]")
    await until(lambda: live.gateway.connections == 0)
    answer = await studio.run("booking.place", args, actor=actor, command_id=command_id)
    assert answer.ok
    assert len((await studio.state()).bookings) == 1


async def test_a_flood_is_answered_busy_or_rate_limited_and_the_rest_is_done(pool):
    """[C3] [A4]"""
    bounds = msgspec.structs.replace(QUICK, mailbox_messages=10, commands_per_second=50, command_burst=60)
    async with serving(pool, bounds=bounds) as live:
        studio = await live.studio(pool)
        answered: list[Any] = []
        async with client_of(live, await member_of(studio)) as client:
            for number in range(200):
                command = {"id": str(uuid4()), "op": "project.add", "args": {"name": f"Project {number}"}}
                await client.sio.emit("command", command, callback=answered.append)
            await until(lambda: len(answered) == 200)
        codes = [a["error"]["code"] for a in answered if not a["ok"]]
        assert {"rate_limited"} <= set(codes) <= {"rate_limited", "busy"}
        assert all(
            a["error"]["retryable"] and a["error"]["retry_after_ms"] > 0 for a in answered if not a["ok"]
        )
        assert len((await studio.state()).projects) == 200 - len(codes)


# -- tokens ------------------------------------------------------------------------------------


async def test_a_connection_outlives_its_token_by_a_grace_and_ends(pool):
    """[C5]"""
    async with serving(pool, bounds=msgspec.structs.replace(QUICK, refresh_grace=0.3)) as live:
        studio = await live.studio(pool)
        client = Client()
        await client.connect(live, live.tokens.issue(await member_of(studio), timedelta(seconds=0.4)))
        await asyncio.wait_for(client.gone.wait(), DEADLINE)
        (closing,) = client.all("closing")
        assert closing["code"] == "unauthenticated"


async def test_a_refreshed_connection_stays(pool):
    """[C5]"""
    async with serving(pool, bounds=msgspec.structs.replace(QUICK, refresh_grace=0.1)) as live:
        studio = await live.studio(pool)
        actor = await member_of(studio)
        client, witness = Client(), Client()
        for one in (client, witness):
            await one.connect(live, live.tokens.issue(actor, timedelta(seconds=1)))
        await client.call("sync")
        assert (await client.call("refresh", {"token": live.tokens.issue(actor)}))["ok"]
        await until(witness.gone.is_set, what="the end of one whose token was not refreshed")
        assert (await client.command("project.add", {"name": "Meridian"}))["ok"]
        await client.wait_for("events")
        await client.close()


async def test_a_refresh_with_a_bad_or_foreign_token_changes_nothing(live, studio):
    """[C5]"""
    async with client_of(live, await member_of(studio)) as client:
        bad = await client.call("refresh", {"token": "nonsense"})
        assert bad["error"]["code"] == "unauthenticated"
        foreign = await client.call("refresh", {"token": live.tokens.issue(await member_of(studio))})
        assert foreign["error"]["code"] == "forbidden"
        assert (await client.call("refresh", {"t": 1}))["error"]["code"] == "invalid"
        assert (await client.command("project.add", {"name": "Meridian"}))["ok"]


@pytest.mark.parametrize("change", [{"role": "freelancer"}, {"active": False}])
async def test_an_account_that_changes_is_put_out_everywhere(live, studio, change):
    """[C8] Those who are still looking, and those who sync with what was true before."""
    other = await member_of(studio, "studio_owner")
    actor = await member_of(studio)
    async with (
        client_of(live, actor) as client,
        client_of(live, actor, sync=False) as waiting,
        client_of(live, other) as bystander,
    ):
        assert (await studio.run("member.edit", {"member_id": str(actor.id), **change})).ok
        await asyncio.wait_for(client.gone.wait(), DEADLINE)
        await asyncio.wait_for(waiting.gone.wait(), DEADLINE)
        assert client.all("closing")[0]["code"] == "unauthenticated"
        await bystander.wait_for("events")
        assert not bystander.gone.is_set()
    late = Client()
    await late.connect(live, live.tokens.issue(actor))
    assert (await late.call("sync"))["error"]["code"] == "unauthenticated"
    await asyncio.wait_for(late.gone.wait(), DEADLINE)


async def test_a_member_who_signs_out_can_be_put_out(live, studio):
    actor = await member_of(studio)
    async with client_of(live, actor) as client:
        live.gateway.sign_out(studio.tenant.id, actor.id)
        await asyncio.wait_for(client.gone.wait(), DEADLINE)
        assert client.all("closing")[0]["reason"] == "You signed out."


async def test_signing_out_in_one_place_leaves_the_others(live, studio):
    """[C8] A sign-in ends with its own sockets only."""
    actor, here, there = await member_of(studio), uuid4(), uuid4()
    one, other = Client(), Client()
    await one.connect(live, live.tokens.issue(actor, family_id=here))
    await other.connect(live, live.tokens.issue(actor, family_id=there))
    live.gateway.sign_out(studio.tenant.id, actor.id, session=here)
    await asyncio.wait_for(one.gone.wait(), DEADLINE)
    assert not other.gone.is_set()
    assert (await other.call("sync"))["kind"] == "snapshot"
    await other.close()


# -- leaving -----------------------------------------------------------------------------------


async def test_a_restart_says_goodbye_and_lets_nobody_in(pool):
    """[C10]"""
    async with serving(pool) as live:
        studio = await live.studio(pool)
        clients = [Client() for _ in range(5)]
        for client in clients:
            await client.connect(live, live.tokens.issue(await member_of(studio)))
            await client.call("sync")
        await live.realtime.drain(2.0)
        for client in clients:
            await asyncio.wait_for(client.gone.wait(), DEADLINE)
            (closing,) = client.all("closing")
            assert closing["code"] == "restart"
            assert closing["retry_after_ms"] >= 250
        assert len({c.all("closing")[0]["retry_after_ms"] for c in clients}) > 1
        with pytest.raises(InvalidStatus) as caught:
            async with live.raw():
                pass
        assert caught.value.response.status_code == 503


async def test_a_restart_answers_what_is_being_run(pool):
    """[C10]"""
    async with serving(pool) as live:
        studio = await live.studio(pool)
        async with client_of(live, await member_of(studio)) as client:
            running = asyncio.create_task(client.command("project.add", {"name": "Meridian"}))
            connection = next(iter(live.gateway._connections))
            await until(lambda: connection._mailbox is not None or running.done())
            await live.realtime.drain(2.0)
            assert (await running)["ok"]


async def test_a_restart_tells_everybody_although_nothing_is_answered(pool, monkeypatch):
    """[C10] As where the database is away: all of the waiting fits into the time there is."""
    now, waited = time.monotonic(), list[float]()

    async def never_settled(_connection, seconds):
        nonlocal now
        waited.append(seconds)
        now += seconds

    async def at_once(_gateway, _seconds):
        return

    async with serving(pool) as live:
        studio = await live.studio(pool)
        actor = await member_of(studio)
        clients = [Client() for _ in range(12)]
        for client in clients:
            await client.connect(live, live.tokens.issue(actor))
        with monkeypatch.context() as patch:
            patch.setattr(gateway, "time", SimpleNamespace(monotonic=lambda: now))
            patch.setattr(Connection, "settled", never_settled)
            patch.setattr(gateway.Gateway, "_until_empty", at_once)
            await live.gateway.drain(0.8)
            assert len(waited) == len(clients)
            assert sum(waited) == pytest.approx(0.6)
        for client in clients:
            await asyncio.wait_for(client.gone.wait(), DEADLINE)
            assert client.all("closing")[0]["code"] == "restart"


async def test_a_client_that_leaves_leaves_nothing_behind(live, studio):
    for _ in range(3):
        async with client_of(live, await member_of(studio)):
            assert live.realtime.fanout.standing(studio.tenant.id) is not None
        await until(lambda: live.gateway.connections == 0)
    sockets = live.gateway._sockets
    await until(lambda: not sockets.eio.sockets and not sockets.environ)
    assert sockets.manager._sid_of == sockets.manager._eio_sid_of == {}
    assert live.realtime.fanout._rooms == {}
    assert live.realtime.presence._rooms == {}


async def test_a_socketio_disconnect_closes_the_socket(live, studio):
    token = live.tokens.issue(await member_of(studio))
    async with live.raw() as socket:
        await socket.send("40" + json.dumps({"token": token}))
        await socket.send("41")
        frames = await frames_of(socket, until_closed=True)
    assert any("welcome" in frame for frame in frames)
    await until(lambda: live.gateway.connections == 0)


async def test_a_peer_that_does_not_answer_pings_is_cut(pool):
    """[C7]"""
    bounds = msgspec.structs.replace(QUICK, ping_interval=0.2, ping_timeout=0.3)
    async with serving(pool, bounds=bounds) as live:
        studio = await live.studio(pool)
        token = live.tokens.issue(await member_of(studio))
        async with live.raw() as dead, live.raw() as alive:
            for socket in (dead, alive):
                await socket.send("40" + json.dumps({"token": token}))
            begun = time.monotonic()
            while time.monotonic() - begun < 1.5:
                if await alive.recv() == "2":
                    await alive.send("3")
            assert live.gateway.connections == 1
            frames = await frames_of(dead, until_closed=True)
            assert "2" in frames


async def test_a_database_that_is_away_is_said_to_be(live, studio):
    actor = await member_of(studio)
    async with client_of(live, actor) as client:

        async def away(*_args, **_kwargs):
            raise ConnectionRefusedError

        live.realtime.catchup.answer = away
        answer = await client.call("sync", {})
        assert answer["error"]["code"] == "busy"
        assert answer["error"]["retryable"]
        live.realtime.fanout.enter = away
        told = await refused(live, {"token": live.tokens.issue(actor)})
        assert told["data"]["code"] == "busy"
        assert told["data"]["retry_after_ms"] > 0
