"""How many connections there may be from one address, of one account and of one studio. [C11]"""

from typing import Any

import msgspec
import pytest
from socketio.exceptions import ConnectionError  # noqa: A004 - the library's own
from websockets.exceptions import InvalidStatus

from tests.harness.live import QUICK, Client, client_of, member_of, serving, until


def bounds(**most):
    return msgspec.structs.replace(QUICK, **most)


async def turned_away(live, actor):
    """What somebody is told who is one too many."""
    client = Client()
    told: list[Any] = []
    client.sio.on("connect_error", told.append)
    with pytest.raises(ConnectionError):
        await client.sio.connect(live.url, auth={"token": live.tokens.issue(actor)}, transports=["websocket"])
    await until(lambda: told)
    return told[0]


async def test_one_address_opens_only_so_many_sockets(pool):
    async with serving(pool, bounds=bounds(max_per_address=2)) as live:
        async with live.raw(), live.raw():
            await until(lambda: live.gateway.connections == 2)
            with pytest.raises(InvalidStatus) as refused:
                async with live.raw():
                    pass
            assert refused.value.response.status_code == 503
        await until(lambda: live.gateway.connections == 0)
        async with live.raw():
            await until(lambda: live.gateway.connections == 1)


async def test_one_account_opens_only_so_many_windows_and_others_come_in(pool):
    async with serving(pool, bounds=bounds(max_per_account=2)) as live:
        studio = await live.studio(pool)
        one, other = await member_of(studio), await member_of(studio, name="Noa")
        async with client_of(live, one), client_of(live, one), client_of(live, other):
            refused = await turned_away(live, one)
            assert (refused["data"]["code"], refused["data"]["retry_after_ms"]) == ("busy", 30_000)
            assert "2 windows" in refused["message"]
        await until(lambda: live.gateway.connections == 0)
        assert not live.gateway._crowds._accounts
        assert not live.gateway._crowds._tenants
        async with client_of(live, one):
            pass


async def test_one_studio_has_only_so_many_connections_and_others_come_in(pool):
    async with serving(pool, bounds=bounds(max_per_tenant=1)) as live:
        studio, neighbours = await live.studio(pool), await live.studio(pool)
        async with client_of(live, await member_of(studio)):
            refused = await turned_away(live, await member_of(studio))
            assert "1 connections" in refused["message"]
            async with client_of(live, await member_of(neighbours)):
                pass
