"""The bus over Redis pub/sub: one task sends, one receives, and both start over when it goes quiet.

redis-py reconnects a subscription without saying so, and what was published meanwhile is gone.
So every bus publishes a heartbeat to itself: silence, like any error, ends the subscription, and
after each new one every topic is `resumed`, upon which its reader looks into the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import deque
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from realtime.bus import Receive, Resumed
from realtime.quiet import QuietLog
from realtime.tasks import end

_PREFIX = "production-tool:"
_PIPELINE = 64
_FAULTS = (RedisError, OSError, TimeoutError, asyncio.TimeoutError)


class Silence(RedisError):
    """No heartbeat came back in time."""


class RedisBus:
    """One per process; times in seconds. Raises `ValueError` for an address that cannot be read."""

    def __init__(
        self,
        url: str,
        *,
        beat: float = 1.0,
        silence: float = 4.0,
        patience: float = 5.0,
        queue_messages: int = 2_000,
        queue_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        Redis.from_url(url)  # raises ValueError for an address that is none, now rather than later
        self._url = url
        self._beat = beat
        self._silence = silence
        self._patience = patience
        self._queue: deque[tuple[str, bytes]] = deque()
        self._queue_messages = queue_messages
        self._queue_bytes = queue_bytes
        self._queued_bytes = 0
        self._something = asyncio.Event()
        self._topics: set[str] = set()
        self._heartbeat = f"{_PREFIX}beat:{uuid4().hex}"
        self._heard = False
        self._receive: Receive = lambda _topic, _payload: None
        self._resumed: Resumed = lambda _topic: None
        self._tasks: list[asyncio.Task[None]] = []
        self._log = QuietLog(logging.getLogger(__name__))

    @property
    def healthy(self) -> bool:
        """Whether our own heartbeat came back lately."""
        return self._heard

    async def start(self, receive: Receive, resumed: Resumed) -> None:
        self._receive, self._resumed = receive, resumed
        self._tasks = [
            asyncio.create_task(self._for_ever(self._send_all), name="bus sender"),
            asyncio.create_task(self._for_ever(self._listen), name="bus receiver"),
        ]

    async def close(self) -> None:
        await end(self._tasks)
        self._tasks = []

    def publish(self, topic: str, payload: bytes) -> None:
        """Queue a message; the oldest go where Redis is away or too slow."""
        self._put(_PREFIX + topic, payload)
        while len(self._queue) > self._queue_messages or self._queued_bytes > self._queue_bytes:
            _, dropped = self._queue.popleft()
            self._queued_bytes -= len(dropped)
            self._log.warning("full", "hints are dropped: Redis takes them too slowly")

    def _put(self, channel: str, payload: bytes) -> None:
        self._queue.append((channel, payload))
        self._queued_bytes += len(payload)
        self._something.set()

    def subscribe(self, topic: str) -> None:
        self._topics.add(topic)
        self._wake_receiver()

    def unsubscribe(self, topic: str) -> None:
        self._topics.discard(topic)
        self._wake_receiver()

    def _wake_receiver(self) -> None:
        """A heartbeat out of turn: the receiver looks at its topics between any two messages."""
        if self._tasks:
            self._put(self._heartbeat, b"")

    async def _for_ever(self, work: Any) -> None:
        """Run `work` with a client of its own, anew after each fault, with growing pauses."""
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                async with contextlib.aclosing(_Client(self._url, self._patience)) as client:
                    await work(client.redis)
            except _FAULTS as error:
                self._heard = False
                self._log.warning("away", "Redis is away, the log is read instead: %s", _first_line(error))
            attempt = 0 if time.monotonic() - started > self._patience else attempt + 1
            await asyncio.sleep(random.uniform(0.5, 1.0) * min(5.0, 0.1 * 2**attempt))  # noqa: S311 - spreads load

    # sending

    async def _send_all(self, redis: Redis) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._beat):
                    await self._something.wait()
            if not self._something.is_set():
                self._put(self._heartbeat, b"")
            await self._send_some(redis)

    async def _send_some(self, redis: Redis) -> None:
        """One pipeline; what fails to go out is lost, as hints may be."""
        pipeline = redis.pipeline(transaction=False)
        for _ in range(min(_PIPELINE, len(self._queue))):
            channel, payload = self._queue.popleft()
            self._queued_bytes -= len(payload)
            pipeline.publish(channel, payload)
        if not self._queue:
            self._something.clear()
        async with asyncio.timeout(self._patience):
            await pipeline.execute()

    # receiving

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub() as pubsub:
            await pubsub.subscribe(self._heartbeat)
            subscribed: set[str] = set()
            heard_at = time.monotonic()
            while True:
                await self._follow_topics(pubsub, subscribed)
                message = await pubsub.get_message(timeout=self._silence / 4)
                if message is not None and self._take(message):
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > self._silence:
                    raise Silence(f"no heartbeat for {self._silence:g} s")

    async def _follow_topics(self, pubsub: PubSub, subscribed: set[str]) -> None:
        added, removed = self._topics - subscribed, subscribed - self._topics
        if added:
            await pubsub.subscribe(*[_PREFIX + topic for topic in sorted(added)])
        if removed:
            await pubsub.unsubscribe(*[_PREFIX + topic for topic in sorted(removed)])
        if added or removed:
            subscribed.clear()
            subscribed.update(self._topics)

    def _take(self, message: dict[str, Any]) -> bool:
        """Hand a message over; whether it was our heartbeat."""
        channel: str = message["channel"].decode()
        if channel == self._heartbeat:
            if message["type"] == "message":
                self._heard = True
            return True
        topic = channel.removeprefix(_PREFIX)
        if topic not in self._topics:
            return False
        if message["type"] == "message":
            self._receive(topic, message["data"])
        elif message["type"] == "subscribe":
            self._resumed(topic)
        return False


class _Client:
    """A Redis client that raises at the first fault and never waits for ever."""

    def __init__(self, url: str, patience: float) -> None:
        self.redis: Redis = Redis.from_url(
            url,
            socket_connect_timeout=patience,
            socket_timeout=patience,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
            retry_on_error=[],
            health_check_interval=0,
        )

    async def aclose(self) -> None:
        with contextlib.suppress(*_FAULTS):
            await self.redis.aclose()


def _first_line(error: BaseException) -> str:
    """Why, in one line, without the address (it may hold a password)."""
    text = type(error).__name__
    return f"{text}: {error}" if isinstance(error, Silence) else text
