"""What a sign-in, an account or a key opened ends with it, on every instance. Rules C8, F8 and K5."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from msgspec import Struct
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from db.pool import transaction
from db.queries import members
from realtime.rights import LOOK_SECONDS
from scheduling.scopes import Scope
from server.auth.sessions import Grant, Sessions
from server.auth.tokens import Signer
from server.feeds.feeds import FeedBounds
from tests.harness.live import Client, member_of, until
from tests.harness.patience import DEADLINE
from tests.harness.redis import redis_server, servers
from tests.harness.whole import KEY, key_of, running


@contextlib.asynccontextmanager
async def two_servers(database, *, redis_runs):
    """Two instances, and a Redis that may be away for as long as they run."""
    with redis_server(servers()["valkey"]) as redis:
        if not redis_runs:
            redis.stop()
        settings: dict[str, Any] = {"redis_url": redis.url, "run_worker": False}
        async with running(database, **settings) as one, running(database, **settings) as two:
            yield one, two


# -- what stays open -------------------------------------------------------------------------


class Line(Struct, frozen=True):
    """Something that was opened: its name, and what gives the code it ended with."""

    name: str
    ending: asyncio.Task[Any]


@contextlib.asynccontextmanager
async def a_socket(server, token):
    client = Client()
    await client.connect(server, token)

    async def ending():
        await client.gone.wait()
        return client.all("closing")[-1]["code"]

    yield ending
    await client.close()


@contextlib.asynccontextmanager
async def a_feed(server, token, **first):
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(server.feed, additional_headers=headers, proxy=None) as feed:
        await feed.send(msgspec.json.encode(first).decode())
        await feed.recv()

        async def ending():
            last: Any = {}
            with contextlib.suppress(ConnectionClosed):
                while True:
                    last = msgspec.json.decode(await feed.recv())
            assert feed.close_code == 4401
            return last["error"]["code"]

        yield ending


@contextlib.asynccontextmanager
async def a_starved_feed(server, token):
    """Its credit is used up: nothing is being sent."""
    async with a_feed(server, token, since=0, credit=1) as ending:
        yield ending


@contextlib.asynccontextmanager
async def a_stream(server, token):
    async with server.client(token) as client, client.stream("GET", "/api/v1/feed") as response:
        lines = response.aiter_lines()
        assert response.status_code == 200
        await anext(lines)

        async def ending():
            data = [line.removeprefix("data: ") async for line in lines if line.startswith("data: ")]
            return msgspec.json.decode(data[-1])["error"]["code"]

        yield ending


OPENED = (a_socket, a_feed, a_starved_feed, a_stream)


async def opened(stack, server, name, token):
    """One of each by this token."""
    lines = []
    for way in OPENED:
        ending = await stack.enter_async_context(way(server, token))
        task = asyncio.create_task(ending())
        stack.callback(task.cancel)
        lines.append(Line(f"{way.__name__} of {name}", task))
    return lines


async def all_ended(lines):
    await asyncio.wait([line.ending for line in lines], timeout=DEADLINE)
    ends = {line.name: line.ending.result() if line.ending.done() else "goes on" for line in lines}
    assert ends == dict.fromkeys(ends, "unauthenticated")


# -- who ends them ---------------------------------------------------------------------------


async def signed_in(studio, role="studio_manager") -> Grant:
    actor = await member_of(studio, role)
    async with transaction(studio.pool, studio.tenant.id) as connection:
        member = await members.by_id(connection, studio.tenant.id, actor.id)
    assert member is not None
    return await Sessions(studio.pool, Signer([KEY])).begin(studio.tenant.id, member)


async def again(studio, grant) -> Grant:
    """Another sign-in of the same person."""
    return await Sessions(studio.pool, Signer([KEY])).begin(studio.tenant.id, grant.member)


async def log_out(server, grant):
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=DEADLINE) as client:
        answer = await client.post("/api/v1/auth/logout", json={"refresh_token": grant.refresh_token})
    assert answer.status_code < 300


async def end_key(server, manager, key_id: UUID, how):
    async with server.client(manager) as client:
        path = f"/api/v1/api-keys/{key_id}"
        answer = await (
            client.delete(path)
            if how == "revoked"
            else client.post(f"{path}/rotate", json={"grace_seconds": 0})
        )
    assert answer.status_code == 200


async def test_with_redis_down_everything_ends_that_was_opened_with_what_is_gone(database, pool):
    """[C8] [F8] [K5] On an instance that no word reaches; what others opened goes on."""
    async with two_servers(database, redis_runs=False) as (one, two), contextlib.AsyncExitStack() as stack:
        studio = await one.studio(pool)
        await member_of(studio, "studio_owner")
        leaves, demoted, removed = [await signed_in(studio) for _ in range(3)]
        stays = await again(studio, leaves)
        keys = {
            how: await key_of(studio, Scope.EVENTS_READ, Scope.SCHEDULE_READ)
            for how in ("revoked", "rotated")
        }
        manager, _ = await key_of(studio, Scope.KEYS_MANAGE, Scope.EVENTS_READ, Scope.SCHEDULE_READ)
        lines = []
        for name, token in {
            "who signs out": leaves.access_token,
            "who becomes an artist": demoted.access_token,
            "who is switched off": removed.access_token,
            **{f"the key that is {how}": secret for how, (secret, _) in keys.items()},
        }.items():
            lines += await opened(stack, two, name, token)
        others = await opened(stack, two, "the same person elsewhere", stays.access_token)
        await log_out(one, leaves)
        for grant, change in ((demoted, {"role": "freelancer"}), (removed, {"active": False})):
            edit = {"member_id": str(grant.member.id), **change}
            assert (await studio.run("member.edit", edit)).ok
        for how, (_, key_id) in keys.items():
            await end_key(one, manager, key_id, how)
        await all_ended(lines)
        assert [line.name for line in others if line.ending.done()] == []
        assert not two.realtime.switchboard.healthy


async def test_with_redis_up_a_word_is_enough(database, pool):
    """[C8] [F8] Nobody has to look into the database for what was said over the bus, nor wait for a step."""
    async with two_servers(database, redis_runs=True) as (one, two), contextlib.AsyncExitStack() as stack:
        two.feeds.bounds = msgspec.structs.replace(
            two.feeds.bounds, step_seconds=3_600.0, close_seconds=3_600.0
        )
        studio = await one.studio(pool)
        leaves = await signed_in(studio)
        lines = await opened(stack, two, "who signs out", leaves.access_token)
        await until(lambda: one.realtime.switchboard.healthy and two.realtime.switchboard.healthy)
        await two.realtime.rights.close()

        def said_and_done():
            # The subscription is made within moments of the first socket: said until it is heard.
            one.realtime.gateway.sign_out(studio.tenant.id, leaves.member.id)
            return all(line.ending.done() for line in lines)

        await until(said_and_done)
        await all_ended(lines)


async def test_a_reader_who_does_not_read_is_cut_when_its_rights_are_gone(server, studio, key):
    """[F8] Not only once it has read, or once its time for a frame is over."""
    server.feeds.bounds = msgspec.structs.replace(server.feeds.bounds, stall_seconds=3_600.0)
    secret, key_id = await key_of(studio, Scope.EVENTS_READ)
    manager, _ = await key_of(studio, Scope.KEYS_MANAGE, Scope.EVENTS_READ)
    headers = {"Authorization": f"Bearer {secret}"}
    async with connect(server.feed, additional_headers=headers, proxy=None, close_timeout=0.1) as feed:
        await feed.send('{"since":0}')
        await feed.recv()
        feed.transport.pause_reading()
        for _ in range(8):
            items = [
                {"op": "artist.add", "args": {"id": str(uuid4()), "name": "A", "notes": "x" * 9_900}}
                for _ in range(80)
            ]
            assert (await studio.run("bulk.apply", {"items": items})).ok
        assert server.feeds.readers == 1
        await end_key(server, manager, key_id, "revoked")
        await until(lambda: server.feeds.readers == 0)


def test_the_times_add_up_to_less_than_five_seconds():
    """A look, the step at which a feed hears of it, and the time to take the last word in."""
    bounds = FeedBounds()
    assert bounds.step_seconds < bounds.close_seconds
    assert LOOK_SECONDS + bounds.close_seconds < 5


@pytest.mark.parametrize("kind", ["access token", "key"])
async def test_what_stays_open_is_not_opened_with_what_was_believed_before(server, studio, kind):
    """[F8] [C8] REST believes for five seconds; a socket that began at their end would go on beyond."""
    grant = await signed_in(studio)
    secret, key_id = await key_of(studio, Scope.EVENTS_READ)
    token = grant.access_token if kind == "access token" else secret
    authenticator = server.feeds._authenticator
    assert await authenticator.by_bearer(token) is not None
    async with transaction(studio.pool, studio.tenant.id) as connection:
        await connection.execute("UPDATE refresh_tokens SET revoked_at = now()")
        await connection.execute("UPDATE api_keys SET revoked_at = now() WHERE id = $1", key_id)
    assert await authenticator.by_bearer(token) is not None, "it is not asked again so soon"
    assert await authenticator.identify(token) is None
    async with server.client(token) as client:
        assert (await client.get("/api/v1/feed")).status_code == 401
