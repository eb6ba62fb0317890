"""Finds out what a Redis address leads to: one server, or a cluster, and which of its servers owns what.

A cluster repeats what is published on a plain channel to all of its servers. Sharded channels stay
with the server that owns their slot, so a cluster is used as several servers with sharded channels.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError, ResponseError

FAULTS = (RedisError, OSError, TimeoutError, asyncio.TimeoutError)
"""What a Redis that is away, or goes away, raises."""


class NoSlots(RedisError):
    """A server of a cluster that does not belong to one (any more)."""


_UNKNOWN_HOSTS = {"", "?"}
"""What a server of a cluster says that has not heard its own address yet: the one it was asked at."""


class Server(Struct, frozen=True):
    """One server, and the slots it owns (half-open); none where it is not of a cluster: it has everything."""

    url: str
    slots: tuple[tuple[int, int], ...] = ()

    @property
    def sharded(self) -> bool:
        """Whether its channels are sharded ones."""
        return bool(self.slots)

    def owns(self, channel: str) -> bool:
        """Whether a channel is this server's."""
        if not self.slots:
            return True
        slot = key_slot(channel.encode())
        return any(first <= slot < end for first, end in self.slots)

    def channel(self, prefix: str) -> str:
        """A channel of its own that begins so."""
        names = (f"{prefix}{number}" for number in itertools.count())
        return next(filter(self.owns, names))


def seeds(url: str) -> tuple[str, ...]:
    """An address for each host of `redis://user:password@one:6379,two:6379/0`.

    Raises `ValueError` for an address that cannot be read.
    """
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    found = tuple(urlunsplit(parts._replace(netloc=f"{login}{at}{host}")) for host in hosts.split(","))
    for one in found:
        Redis.from_url(one)
    return found


@asynccontextmanager
async def client(url: str, patience: float) -> AsyncIterator[Redis]:
    """A client that raises at the first fault and never waits for ever."""
    redis: Redis = Redis.from_url(
        url,
        socket_connect_timeout=patience,
        socket_timeout=patience,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        health_check_interval=0,
    )
    try:
        yield redis
    finally:
        with contextlib.suppress(*FAULTS):
            await redis.aclose()


async def execute(redis: Redis, *words: str | bytes) -> Any:
    """A command that redis-py has no typed method for, or another answer."""
    return await redis.execute_command(*words)  # type: ignore[no-untyped-call]


async def find(urls: Sequence[str], patience: float) -> tuple[Server, ...]:
    """What the first of these addresses that answers leads to. Raises the last one's fault."""
    fault: BaseException = TimeoutError()
    for url in urls:
        try:
            async with asyncio.timeout(patience), client(url, patience) as redis:
                if servers := await _ask(redis, url):
                    return servers
                fault = NoSlots("a server of a cluster knows of no other, and owns nothing")
        except FAULTS as error:
            fault = error
    raise fault


async def _ask(redis: Redis, url: str) -> tuple[Server, ...]:
    try:
        info: dict[str, Any] = await redis.info("cluster")
        if not int(info.get("cluster_enabled", 0)):
            return (Server(url),)
        rows = await execute(redis, "CLUSTER", "SLOTS")
    except ResponseError:
        await redis.ping()  # it may refuse this question alone: then it is asked nothing, and used as one
        return (Server(url),)
    return servers_of(rows, url)


def servers_of(rows: Iterable[Any], asked: str) -> tuple[Server, ...]:
    """The answer to `CLUSTER SLOTS`, `[first, last, [host, port, …], replicas …]` for each range."""
    slots: dict[str, list[tuple[int, int]]] = {}
    for first, last, primary, *_ in rows:
        host, port = primary[0], int(primary[1])
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        slots.setdefault(_at(asked, name, port), []).append((int(first), int(last) + 1))
    return tuple(Server(url, tuple(sorted(ranges))) for url, ranges in sorted(slots.items()))


def covered(servers: Iterable[Server]) -> bool:
    """Whether every channel has a server."""
    servers = tuple(servers)
    owned = sum(end - first for server in servers for first, end in server.slots)
    return any(not server.sharded for server in servers) or owned == REDIS_CLUSTER_HASH_SLOTS


def _at(asked: str, host: str, port: int) -> str:
    """The address we were given, with another host and port: login and options are the cluster's."""
    parts = urlsplit(asked)
    login, at, _ = parts.netloc.rpartition("@")
    if host in _UNKNOWN_HOSTS:
        host = parts.hostname or "127.0.0.1"
    scheme, path = (parts.scheme, parts.path) if parts.scheme != "unix" else ("redis", "")
    name = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(scheme=scheme, path=path, netloc=f"{login}{at}{name}:{port}"))
