"""Asks a Redis whether it would do as a bus: reachable, and a message comes back from each server."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from msgspec import Struct
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from realtime.channels import PREFIX
from realtime.redis_servers import Server, client, covered, execute, find, seeds

PATIENCE = 5.0
"""Seconds a message may take to come back."""


class Probed(Struct, frozen=True, kw_only=True):
    """What the address leads to, and why it would not do: a sentence without the address, or None."""

    servers: tuple[Server, ...] = ()
    fault: str | None = None

    @property
    def cluster(self) -> bool:
        return any(server.sharded for server in self.servers)


async def probe(url: str) -> Probed:
    """Look it up, and send a message to ourselves over each server."""
    try:
        addresses = seeds(url)
    except ValueError as error:
        return Probed(fault=f"the address cannot be read: {error}")
    servers: tuple[Server, ...] = ()
    try:
        async with asyncio.timeout(PATIENCE):
            servers = await find(addresses, PATIENCE)
            await asyncio.gather(*map(_echo, servers))
    except TimeoutError:
        return Probed(servers=servers, fault=f"no message came back within {PATIENCE:g} s")
    except (AuthenticationError, ResponseError) as error:
        return Probed(servers=servers, fault=f"it refuses us: {error}")
    except (RedisError, OSError) as error:
        return Probed(servers=servers, fault=f"it cannot be reached ({type(error).__name__})")
    if not covered(servers):
        return Probed(servers=servers, fault="the cluster has slots that no server owns")
    return Probed(servers=servers)


async def _echo(server: Server) -> None:
    channel = server.channel(f"{PREFIX}doctor:{uuid4().hex}:")
    async with client(server.url, PATIENCE) as redis, redis.pubsub() as pubsub:
        await (pubsub.ssubscribe(channel) if server.sharded else pubsub.subscribe(channel))
        await execute(redis, "SPUBLISH" if server.sharded else "PUBLISH", channel, b"")
        async for message in pubsub.listen():
            if message["type"] in {"message", "smessage"}:
                return
