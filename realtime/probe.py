"""Asks a Redis whether it would do as a bus: reachable, and a message comes back."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError

PATIENCE = 5.0
"""Seconds a message may take to come back."""


async def probe(url: str) -> str | None:
    """None where messages get through, else a sentence that says why not, without the address."""
    try:
        redis: Redis = Redis.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        return f"the address cannot be read: {error}"
    try:
        async with asyncio.timeout(PATIENCE):
            await _echo(redis)
    except TimeoutError:
        return f"no message came back within {PATIENCE:g} s"
    except (AuthenticationError, ResponseError) as error:
        return f"it refuses us: {error}"
    except (RedisError, OSError) as error:
        return f"it cannot be reached ({type(error).__name__})"
    finally:
        with contextlib.suppress(RedisError, OSError):
            await redis.aclose()
    return None


async def _echo(redis: Redis) -> None:
    channel = f"production-tool:doctor:{uuid4().hex}"
    async with redis.pubsub() as pubsub:
        await pubsub.subscribe(channel)
        await redis.publish(channel, b"")
        async for message in pubsub.listen():
            if message["type"] == "message":
                return
