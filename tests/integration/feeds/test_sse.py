"""The feed as server-sent events: the same frames, resumed by the last id. Rules F1, F6, F8 of feeds.md."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from scheduling.scopes import Scope
from tests.harness.live import until
from tests.harness.patience import DEADLINE
from tests.harness.whole import key_of

FEED = "/api/v1/feed"


class Stream:
    """What a browser's EventSource would tell."""

    def __init__(self, lines):
        self._lines = lines
        self.last_id = ""

    async def next(self):
        """The next event: its name and its data."""
        name = "message"
        data: list[str] = []
        async with asyncio.timeout(DEADLINE):
            async for line in self._lines:
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if not line and data:
                    return name, msgspec.json.decode("\n".join(data))
                if field == "event":
                    name = value
                elif field == "data":
                    data.append(value)
                elif field == "id":
                    self.last_id = value
        return "end", None


@contextlib.asynccontextmanager
async def stream(server, token, headers=None, **query):
    async with (
        server.client(token) as client,
        client.stream("GET", FEED, params=query, headers=headers or {}) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield Stream(response.aiter_lines())


async def test_events_come_as_they_happen_and_resume_after_the_last_id(server, studio, key):
    await studio.artist()
    seen: list[dict[str, Any]] = []
    async with stream(server, key, since=0) as one:
        while len(seen) < 1:
            seen += (await one.next())[1]["events"]
        await studio.artist()
        while len(seen) < 2:
            seen += (await one.next())[1]["events"]
    await studio.artist()
    async with stream(server, key, headers={"Last-Event-ID": one.last_id}, since=0) as again:
        while len(seen) < 3:
            seen += (await again.next())[1]["events"]
    assert [e["seq"] for e in seen] == [1, 2, 3]


async def test_an_id_of_another_history_is_answered_with_a_reset(server, studio, key):
    async with stream(server, key, headers={"Last-Event-ID": f"{uuid4()}:0"}) as one:
        name, frame = await one.next()
        assert name == "reset"
        assert frame["reset"]["seq"] == 0
        assert one.last_id == ""
        assert (await one.next())[0] == "end"


async def test_a_restart_says_when_to_come_back(server, studio, key):
    async with stream(server, key) as one:
        await one.next()
        await server.feeds.drain()
        name, frame = await one.next()
        assert name == "closing"
        assert frame["error"]["retryable"]


async def test_bad_requests_are_answered_as_rest_does(server, studio, key):
    async with server.client(key) as client:
        for params, headers, status in [
            ({"since": "-1"}, {}, 400),
            ({"nonsense": "1"}, {}, 400),
            ({"types": "nonsense"}, {}, 400),
            ({}, {"Last-Event-ID": "nonsense"}, 400),
            ({}, {"Last-Event-ID": f"{uuid4()}:-1"}, 400),
            ({}, {"Authorization": "Bearer nonsense"}, 401),
        ]:
            response = await client.get(FEED, params=params, headers=headers)
            assert response.status_code == status, response.text
            assert response.json()["error"]["message"]
    weak, _ = await key_of(studio, Scope.SCHEDULE_READ)
    async with server.client(weak) as client:
        assert (await client.get(FEED)).status_code == 403


async def test_who_leaves_is_forgotten(server, studio, key):
    async with stream(server, key) as one:
        await one.next()
        assert server.feeds.readers == 1
    await until(lambda: not server.feeds.readers)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_feed_is_only_read(server, studio, key, method):
    async with server.client(key) as client:
        assert (await client.request(method, FEED)).status_code == 405
