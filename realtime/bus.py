"""Hints between instances: published without waiting, received without anybody waiting, never relied on.

A bus may lose, double and reorder. What it carries is only ever a reason to look sooner (see
`fanout`), so publishing neither blocks nor raises, and a bus that is down costs latency alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeAlias

Receive: TypeAlias = Callable[[str, bytes], None]
"""Takes `(topic, payload)`; must return at once and not raise."""

Resumed: TypeAlias = Callable[[str], None]
"""Told a topic from which messages may have been missed up to now: it was (re)subscribed."""


class Bus(Protocol):
    """What `fanout` and `presence` need of a bus. The contract: tests/integration/realtime/test_bus.py."""

    @property
    def healthy(self) -> bool:
        """Whether messages get through at present, as far as is known."""

    async def start(self, receive: Receive, resumed: Resumed) -> None:
        """Begin; returns without waiting for a server that is away."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to every subscriber of `topic`, this one included. Drops rather than waits."""

    def subscribe(self, topic: str) -> None:
        """Receive what is published on `topic` from about now on; `resumed` tells when."""

    def unsubscribe(self, topic: str) -> None:
        """Receive nothing more from `topic`."""

    async def close(self) -> None:
        """End what `start` began."""


class Exchange:
    """Connects the in-process buses of one process."""

    def __init__(self) -> None:
        self.buses: set[InProcessBus] = set()


class InProcessBus:
    """The bus where there is one process: hands messages over on the next turn of the loop."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self._exchange = exchange or Exchange()
        self._topics: set[str] = set()
        self._receive: Receive | None = None
        self._resumed: Resumed | None = None

    @property
    def healthy(self) -> bool:
        return self._receive is not None

    async def start(self, receive: Receive, resumed: Resumed) -> None:
        self._receive = receive
        self._resumed = resumed
        self._exchange.buses.add(self)
        for topic in self._topics:
            resumed(topic)

    def publish(self, topic: str, payload: bytes) -> None:
        if self._receive is None:
            return  # not started, or over
        loop = asyncio.get_running_loop()
        for bus in self._exchange.buses:
            loop.call_soon(bus.take, topic, payload)

    def take(self, topic: str, payload: bytes) -> None:
        """A message from some bus of the exchange."""
        if self._receive is not None and topic in self._topics:
            self._receive(topic, payload)

    def subscribe(self, topic: str) -> None:
        self._topics.add(topic)
        if self._resumed is not None:
            asyncio.get_running_loop().call_soon(self._resume, topic)

    def _resume(self, topic: str) -> None:
        if self._resumed is not None and topic in self._topics:
            self._resumed(topic)

    def unsubscribe(self, topic: str) -> None:
        self._topics.discard(topic)

    async def close(self) -> None:
        self._exchange.buses.discard(self)
        self._receive = self._resumed = None
        self._topics.clear()
