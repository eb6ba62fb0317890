"""A bus that loses, doubles, delays, reorders and forges, by a seeded chance."""

from __future__ import annotations

import asyncio
import os
import random

from realtime.bus import Exchange, InProcessBus, Receive, Resumed


class EvilBus:
    """An in-process bus seen through bad weather; `calm` ends it."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self._inner = InProcessBus(exchange)
        self._chance = random.Random(seed)
        self._late: list[tuple[str, bytes]] = []
        self._receive: Receive = lambda _topic, _payload: None
        self.calm = False
        self.fates: dict[str, int] = {}

    @property
    def healthy(self) -> bool:
        return True

    async def start(self, receive: Receive, resumed: Resumed) -> None:
        self._receive = receive
        await self._inner.start(self._weather, resumed)

    def _weather(self, topic: str, payload: bytes) -> None:
        fate = (
            "pass"
            if self.calm
            else self._chance.choice(["pass", "lose", "double", "late", "forge", "garble"])
        )
        self.fates[fate] = self.fates.get(fate, 0) + 1
        match fate:
            case "pass":
                self._receive(topic, payload)
                self._release(topic)
            case "double":
                self._receive(topic, payload)
                self._receive(topic, payload)
            case "late":
                self._late.append((topic, payload))
            case "forge":
                # A true message with another number in it, as somebody with access to Redis would send.
                self._receive(topic, payload.replace(b'"from_seq":', b'"from_seq":9'))
            case "garble":
                self._receive(topic, os.urandom(len(payload)))
            case _:
                pass  # lost

    def _release(self, topic: str) -> None:
        """Old messages come after newer ones, and sometimes on a topic that is not theirs."""
        self._chance.shuffle(self._late)
        while self._late and self._chance.random() < 0.7:
            old_topic, payload = self._late.pop()
            asyncio.get_running_loop().call_soon(
                self._receive, old_topic if self._chance.random() < 0.7 else topic, payload
            )

    def publish(self, topic: str, payload: bytes) -> None:
        self._inner.publish(topic, payload)

    def subscribe(self, topic: str) -> None:
        self._inner.subscribe(topic)

    def unsubscribe(self, topic: str) -> None:
        self._inner.unsubscribe(topic)

    async def close(self) -> None:
        await self._inner.close()
