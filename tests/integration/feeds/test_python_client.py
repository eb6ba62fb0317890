"""The Python client against a real server: both kinds, through lost answers and lost connections."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from production_tool_client import (
    ApiError,
    AsyncClient,
    BadSignature,
    Client,
    Reset,
    Unreachable,
    webhooks,
)

from db.pool import transaction
from scheduling.scopes import Scope
from server.feeds.signing import headers, new_secret
from tests.harness.patience import DEADLINE
from tests.harness.proxy import Wire
from tests.harness.studio import read_log
from tests.harness.whole import key_of
from tests.integration.api.conftest import add_member

ALL = (Scope.SCHEDULE_READ, Scope.EVENTS_READ, Scope.PEOPLE_WRITE)


@pytest.fixture
async def secret(studio):
    token, _ = await key_of(studio, *ALL)
    return token


async def test_lists_commands_and_refusals(server, studio, secret):
    async with AsyncClient(server.url, api_key=secret) as client:
        made = [await client.command("artist.add", {"name": f"A{i}"}) for i in range(3)]
        assert [one.seq for one in made] == [1, 2, 3]
        names = [a["name"] async for a in client.pages("artists", limit=2)]
        assert names == ["A0", "A1", "A2"]
        assert (await client.get("auth/key"))["name"] == "Robot"
        with pytest.raises(ApiError) as refused:
            await client.command("project.add", {"name": "P"})
        assert (refused.value.code, refused.value.retryable) == ("forbidden", False)
        with pytest.raises(ApiError) as refused:
            await client.get("artists", nonsense=1)
        assert (refused.value.code, refused.value.status) == ("invalid", 400)


async def test_a_lost_answer_is_asked_for_again_under_the_same_id(server, studio, secret, monkeypatch):
    async with AsyncClient(server.url, api_key=secret) as client:
        sent: list[str] = []
        real = client._http.request

        async def losing(*args, **kwargs):
            response = await real(*args, **kwargs)
            sent.append(msgspec.json.decode(kwargs["content"])["id"])
            if len(sent) < 3:
                raise httpx.ReadError("the answer was lost")
            return response

        monkeypatch.setattr(client._http, "request", losing)
        done = await client.command("artist.add", {"name": "Once"})
        assert done.seq == 1
        assert len(set(sent)) == 1
        assert len(await read_log(studio.pool, studio.tenant.id)) == 1


async def test_the_feed_goes_on_through_cut_lines(server, studio, secret):
    """In order, without a gap or a repeat, although the line is cut again and again."""
    wire = Wire("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    await wire.open()
    seen: list[int] = []
    async with AsyncClient(wire.url, api_key=secret) as client:
        feed = client.follow(since=0)
        await studio.artist()
        async for item in feed:
            seen.append(item.seq)
            if item.seq == 8:
                break
            if item.seq % 2:
                wire.cut()
                wire.mend()
            await studio.artist()
    await wire.close()
    assert seen == list(range(1, 9))
    assert feed.position.seq == 7, "the last one counts once the next is asked for"


async def test_a_position_that_is_gone_is_told_and_the_feed_goes_on(server, studio, secret):
    await studio.artist()
    async with AsyncClient(server.url, api_key=secret) as client:
        items = aiter(client.follow(since=1, epoch=uuid4()))
        reset = await anext(items)
        assert isinstance(reset, Reset)
        assert reset.position.seq == 1
        following = asyncio.ensure_future(anext(items))
        await studio.artist()
        assert (await asyncio.wait_for(following, DEADLINE)).seq == 2


async def test_who_may_not_read_is_told_at_once(server, studio):
    weak, _ = await key_of(studio, Scope.SCHEDULE_READ)
    async with AsyncClient(server.url, api_key=weak) as client:
        with pytest.raises(ApiError) as refused:
            await anext(aiter(client.follow()))
    assert refused.value.code == "forbidden"


async def test_the_synchronous_client_does_the_same(server, studio, secret):
    def work():
        with Client(server.url, api_key=secret) as client:
            for i in range(2):
                client.command("artist.add", {"name": f"A{i}"})
            seen = []
            for item in client.follow(since=0, types=("artist.*",)):
                seen.append((item.seq, item.data["artist"]["name"]))
                if len(seen) == 2:
                    return seen, [a["name"] for a in client.pages("artists", limit=1)]
            raise AssertionError("a feed does not end")

    assert await asyncio.to_thread(work) == ([(1, "A0"), (2, "A1")], ["A0", "A1"])


async def test_a_sign_in_is_renewed_by_itself(server, studio):
    email = f"{uuid4().hex}@example.test"
    await add_member(studio, "studio_manager", email)
    async with await AsyncClient.sign_in(server.url, email, "correct horse battery") as client:
        client._token = "run out"
        assert (await client.get("auth/me"))["member"]["email"] == email
        with pytest.raises(ApiError) as refused:
            await AsyncClient.sign_in(server.url, email, "wrong password")
    assert refused.value.code == "unauthenticated"


async def test_nobody_there_is_said_so(unused_tcp_port, monkeypatch):
    monkeypatch.setattr("production_tool_client.aio.ATTEMPTS", 1)
    async with AsyncClient(f"http://127.0.0.1:{unused_tcp_port}", api_key="ptk_x") as client:
        with pytest.raises(Unreachable):
            await client.get("artists")


def test_a_delivery_is_verified():
    secret, old = new_secret(), new_secret()
    body, now = b'{"type":"test","data":{}}', datetime.now(UTC)
    signed = headers("evt_1", now, body, (secret, old))
    for known in (secret, old):
        assert webhooks.verify(known, signed, body)["type"] == "test"
    wrong: tuple[dict[str, Any], ...] = (
        {"secret": new_secret()},
        {"body": body + b" "},
        {"headers": {**signed, "webhook-id": "evt_2"}},
        {"headers": {}},
        {"now": now.timestamp() + 301},
    )
    for bad in wrong:
        given: dict[str, Any] = {"secret": secret, "headers": signed, "body": body, **bad}
        with pytest.raises(BadSignature):
            webhooks.verify(**given)


async def test_the_example_runs_as_it_stands(server, studio):
    """What the README tells people to type."""
    email = f"{uuid4().hex}@example.test"
    await add_member(studio, "studio_manager", email)
    artist = await studio.artist()
    root = Path(__file__).parents[3] / "clients/python"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(root / "examples/follow_schedule.py"),
        server.url,
        email,
        "correct horse battery",
        "1",
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(root), "PATH": ""},
    )
    assert b"0 live bookings" in await asyncio.wait_for(process.stdout.readline(), DEADLINE)
    async with asyncio.timeout(DEADLINE):
        placed = 0
        while process.returncode is None:
            start = datetime(2027, 3, 1, 9, tzinfo=UTC) + timedelta(days=placed)
            slot = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
            args = {"artist_id": str(artist), "title": "Shot", **slot}
            assert (await studio.run("booking.place", args)).ok
            placed += 1
            await asyncio.wait([asyncio.create_task(process.wait())], timeout=0.3)
    assert b"booking.placed 'Shot' by Production Tool" in await process.stdout.read()
    async with transaction(studio.pool, studio.tenant.id, readonly=True) as connection:
        assert await connection.fetchval("SELECT count(*) FROM bookings") == placed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), b"python follow_schedule.py http"),
        (("owner@example.test", "wrong"), b"unauthenticated: The e-mail"),
    ],
)
async def test_the_example_says_in_a_sentence_what_is_wrong(server, arguments, said):
    root = Path(__file__).parents[3] / "clients/python"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(root / "examples/follow_schedule.py"),
        *((server.url, *arguments) if arguments else ()),
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(root), "PATH": ""},
    )
    _, complaint = await asyncio.wait_for(process.communicate(), DEADLINE)
    assert said in complaint
    assert b"Traceback" not in complaint
    assert process.returncode == 1


async def test_a_plan_is_asked_for_waited_for_and_stopped(server, studio, pool):
    token, _ = await key_of(studio, Scope.SCHEDULE_READ, Scope.PROJECTS_WRITE)
    async with AsyncClient(server.url, api_key=token) as client:
        job = await client.plan("allocate", budget_seconds=60)
        stopped = await client.cancel_plan(job["id"])
        assert stopped["id"] == job["id"]
        assert (await client.planned(job["id"]))["state"] == "cancelled"

    def plan_with_the_other() -> None:
        with Client(server.url, api_key=token) as client:
            job = client.plan("allocate", budget_seconds=60)
            client.cancel_plan(job["id"], keep=False)
            assert client.planned(job["id"])["state"] == "cancelled"

    await asyncio.to_thread(plan_with_the_other)
