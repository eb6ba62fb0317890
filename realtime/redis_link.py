"""One Redis server of the bus: one task sends, one receives, and both end at the first fault.

redis-py reconnects a subscription without saying so, and what was published meanwhile is gone.
So every link publishes a heartbeat to itself: silence, like any error, ends the link, and its owner
makes another one, upon which every channel is reported as subscribed anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import uuid4

from msgspec import Struct
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ClusterDownError, MovedError, RedisError

from realtime.channels import PREFIX
from realtime.hint_queue import HintQueue
from realtime.quiet import QuietLog
from realtime.redis_servers import Server, client
from realtime.tasks import end

_PIPELINE = 64


class Silence(RedisError):
    """No heartbeat came back in time."""


class Moved(RedisError):
    """A channel is another server's now."""


class Times(Struct, frozen=True, kw_only=True):
    """Seconds and bounds of a link."""

    beat: float = 1.0
    silence: float = 4.0
    patience: float = 5.0
    queue_messages: int = 2_000
    queue_bytes: int = 32 * 1024 * 1024

    def queue(self) -> HintQueue:
        """An empty queue with these bounds."""
        return HintQueue(self.queue_messages, self.queue_bytes)


class Ears(Protocol):
    """Who is told what a link hears. Must return at once and not raise."""

    def heard(self, channel: str, message: bytes) -> None: ...

    def subscribed(self, channel: str) -> None:
        """From here on what is published on the channel is heard."""


class Link:
    """To one server, for one life: `run` until it raises."""

    def __init__(self, server: Server, ears: Ears, times: Times, log: logging.Logger) -> None:
        self.server = server
        self._ears = ears
        self._times = times
        self._queue = times.queue()
        self._something = asyncio.Event()
        self._wanted: set[str] = set()
        self._beat_channel = server.channel(f"{PREFIX}beat:{uuid4().hex}:")
        self.live: set[str] = set()
        """Channels whose messages are heard at present."""
        self.heard = False
        """Whether our own heartbeat came back."""
        self._log = QuietLog(log)

    async def run(self) -> None:
        """Send and receive. Raises at the first fault, and `Silence`, and `Moved`."""
        async with client(self.server.url, self._times.patience) as redis:
            tasks = [
                asyncio.create_task(self._send_all(redis), name="bus sender"),
                asyncio.create_task(self._listen(redis), name="bus receiver"),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                self.heard = False
                self.live.clear()
                await end(tasks)

    def follow(self, channels: Iterable[str]) -> None:
        """Hear these channels too."""
        self._wanted.update(channels)
        self._wake_receiver()

    def unfollow(self, channel: str) -> None:
        """Hear this one no more."""
        self._wanted.discard(channel)
        self._wake_receiver()

    def put(self, channel: str, message: bytes) -> None:
        """Queue a message; the oldest go where the server is too slow."""
        if not self._queue.put(channel, message):
            self._log.warning("full", "hints are dropped: Redis takes them too slowly")
        self._something.set()

    def _wake_receiver(self) -> None:
        """A heartbeat out of turn: the receiver looks at its channels between any two messages."""
        self.put(self._beat_channel, b"")

    # sending

    async def _send_all(self, redis: Redis) -> None:
        beat_at = time.monotonic()
        while True:
            due = beat_at + self._times.beat - time.monotonic()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, due)):
                    await self._something.wait()
            if time.monotonic() - beat_at >= self._times.beat:
                # By the clock, not only when there is nothing else to send: silence is measured by these.
                beat_at = time.monotonic()
                self.put(self._beat_channel, b"")
            await self._send_some(redis)

    async def _send_some(self, redis: Redis) -> None:
        """One pipeline; what fails to go out is lost, as hints may be."""
        command = "SPUBLISH" if self.server.sharded else "PUBLISH"
        pipeline = redis.pipeline(transaction=False)
        for channel, message in self._queue.take(_PIPELINE):
            pipeline.execute_command(command, channel, message)
        if not self._queue:
            self._something.clear()
        async with asyncio.timeout(self._times.patience):
            answers = await pipeline.execute(raise_on_error=False)
        for answer in answers:
            if isinstance(answer, MovedError | ClusterDownError):
                raise Moved("the cluster's channels are shared out anew")
            if isinstance(answer, BaseException):
                raise answer

    # receiving

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub() as pubsub:
            await self._subscribe(pubsub, {self._beat_channel})
            self.put(self._beat_channel, b"")
            following: set[str] = set()
            heard_at = time.monotonic()
            while True:
                await self._follow_wanted(pubsub, following)
                message = await pubsub.get_message(timeout=self._times.silence / 4)
                if message is not None:
                    self._take(message)
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > self._times.silence:
                    raise Silence(f"no heartbeat for {self._times.silence:g} s")

    async def _follow_wanted(self, pubsub: PubSub, following: set[str]) -> None:
        added, removed = self._wanted - following, following - self._wanted
        if removed:
            self.live -= removed
            await self._unsubscribe(pubsub, removed)
        if added:
            await self._subscribe(pubsub, added)
        if added or removed:
            following.clear()
            following.update(self._wanted)

    async def _subscribe(self, pubsub: PubSub, channels: set[str]) -> None:
        if not self.server.sharded:
            await pubsub.subscribe(*sorted(channels))
            return
        for channel in sorted(channels):  # one command takes channels of one slot only
            await pubsub.ssubscribe(channel)

    async def _unsubscribe(self, pubsub: PubSub, channels: set[str]) -> None:
        if not self.server.sharded:
            await pubsub.unsubscribe(*sorted(channels))
            return
        for channel in sorted(channels):
            await pubsub.sunsubscribe(channel)

    def _take(self, message: dict[str, Any]) -> None:
        """Hand a message over. Raises `Moved`."""
        channel: str = message["channel"].decode()
        kind: str = message["type"]
        if channel == self._beat_channel and kind in {"message", "smessage"}:
            self.heard = True
        elif kind == "sunsubscribe" and (channel in self._wanted or channel == self._beat_channel):
            raise Moved("a slot of the cluster has another server")
        elif channel in self._wanted:
            if kind in {"message", "smessage"}:
                self._ears.heard(channel, message["data"])
            elif kind in {"subscribe", "ssubscribe"}:
                self.live.add(channel)
                self._ears.subscribed(channel)
