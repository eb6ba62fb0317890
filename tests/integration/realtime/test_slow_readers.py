"""Readers that do not read: bounded, closed, and nobody else notices."""

import asyncio
import contextlib
import json
import socket as sockets
from typing import Any
from uuid import uuid4

import msgspec
import psutil
import pytest

from realtime.connections import Closing, Live, audience_of
from realtime.frames import event_packet
from tests.harness.following import at, reaches, replica_of, truth
from tests.harness.live import QUICK, client_of, member_of, serving, until

SMALL = msgspec.structs.replace(
    QUICK, outbox_packets=64, outbox_bytes=256 * 1024, lossy_packets=8, lossy_bytes=32 * 1024, close_grace=0.5
)


class Deaf:
    """A signed-in, live websocket by hand that stops reading, with as little buffer as the system allows."""

    def __init__(self, live, token):
        self.live, self.token = live, token
        self.reader = self.writer = None

    async def __aenter__(self):
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", self.live.port))
        self.reader, self.writer = await asyncio.open_connection(sock=raw, limit=4_096)
        self.writer.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await self.reader.readuntil(b"\r\n\r\n")
        self.send("40" + json.dumps({"token": self.token}))
        self.send('420["sync",{}]')
        transport: Any = self.writer.transport  # asyncio types the writing half only
        transport.pause_reading()
        return self

    def send(self, text):
        payload = text.encode()
        self.writer.write(bytes([0x81]) + _length(len(payload)) + bytes(4) + payload)

    async def __aexit__(self, *_exc):
        self.writer.transport.abort()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


def _length(size):
    return bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")


@pytest.fixture
async def small(pool):
    async with serving(pool, bounds=SMALL) as live:
        yield live


async def deaf_connection(live):
    """The server's side of the one that is not reading."""
    (connection,) = live.gateway._connections
    await until(lambda: isinstance(connection.state, Live))
    return connection


async def test_a_reader_that_does_not_read_is_closed_and_the_others_miss_nothing(small, pool):
    """[C6] [C4]"""
    live = small
    studio = await live.studio(pool)
    actor = await member_of(studio)
    async with Deaf(live, live.tokens.issue(actor)):
        await until(lambda: live.gateway.connections == 1)
        deaf = await deaf_connection(live)
        async with client_of(live, actor, sync=False) as client:
            replica = await replica_of(client)
            for number in range(1_000):
                notes = "x" * 9_000
                answer = await studio.run("project.add", {"name": f"Project {number}", "notes": notes})
                assert answer.ok
                assert deaf.outbox.waiting_bytes <= SMALL.outbox_bytes
                if isinstance(deaf.state, Closing):
                    break
            assert isinstance(deaf.state, Closing)
            assert deaf.state.code == "slow_consumer"
            assert deaf.outbox.waiting_bytes < 1_000, "its queue is thrown away at once"
            await until(lambda: live.gateway.connections == 1, what="it is cut though it does not read")
            head = (await live.realtime.fanout._log.head(studio.tenant.id)).seq
            await reaches(replica, client, head)
            assert replica.state() == await truth(studio)


async def test_ghosts_are_not_queued_for_a_slow_reader(small, pool):
    """[C6] [P2]"""
    live = small
    studio = await live.studio(pool)
    artist, actor = await studio.artist(), await member_of(studio)
    async with Deaf(live, live.tokens.issue(actor)):
        await until(lambda: live.gateway.connections == 1)
        deaf = await deaf_connection(live)
        async with client_of(live, actor) as one, client_of(live, actor) as two:
            for number in range(40):
                notes = "x" * 9_000
                assert (await studio.run("project.add", {"name": f"Project {number}", "notes": notes})).ok
                if deaf.outbox.waiting_bytes > SMALL.lossy_bytes:
                    break
            waiting = len(deaf.outbox)
            for hour in range(10):
                drag = {
                    "booking_id": str(uuid4()),
                    "artist_id": str(artist),
                    "start": at(1, hour),
                    "end": at(2),
                }
                assert (await one.call("ghost", drag))["ok"]
                await two.wait_for("ghosts", hour + 1)
            if deaf.outbox.waiting_bytes > SMALL.lossy_bytes:
                assert len(deaf.outbox) == waiting
            assert not isinstance(deaf.state, Closing)


@pytest.fixture
async def patient(pool):
    """An instance that begins the next bulky answer only when little of the last is left to write."""
    async with serving(pool, bounds=msgspec.structs.replace(QUICK, outbox_low_bytes=64 * 1024)) as live:
        yield live


async def test_a_reader_that_leaves_in_the_middle_of_a_snapshot_holds_nothing(patient, pool):
    live = patient
    studio = await live.studio(pool)
    actor = await member_of(studio)
    items = [{"op": "project.add", "args": {"name": f"Project {n}", "notes": "x" * 900}} for n in range(500)]
    assert (await studio.run("bulk.apply", {"items": items})).ok
    async with Deaf(live, live.tokens.issue(actor)) as deaf:
        for _ in range(30):
            deaf.send('421["sync",{}]')
        await until(lambda: live.gateway.connections == 1)
        (connection,) = live.gateway._connections
        await until(lambda: connection.outbox._lows, what="the next answer waits for the reader")
        assert connection._mailbox is not None
        assert connection.outbox.waiting_bytes < 3 * 1024 * 1024, "bulky answers wait for the reader"
    await until(lambda: live.gateway.connections == 0)
    await until(lambda: connection._mailbox is None)


async def test_a_client_that_never_reads_costs_its_bound_while_60_mb_are_sent(pool):
    """[C6] [F5] Under the product's bounds; then it is closed as too slow, and cut."""
    async with serving(pool) as live:
        studio = await live.studio(pool)
        actor = await member_of(studio)
        async with Deaf(live, live.tokens.issue(actor)):
            await until(lambda: live.gateway.connections == 1)
            deaf = await deaf_connection(live)
            audience = live.realtime.fanout._rooms[studio.tenant.id].audiences[audience_of(actor)].connections
            before, sent, most = psutil.Process().memory_info().rss, 0, 0
            while sent < 60 * 1024 * 1024:
                packet = event_packet("events", b"%d" % sent + b" " * 65_000)
                audience.send(packet)
                sent += packet.size
                most = max(most, deaf.outbox.waiting_bytes)
                await asyncio.sleep(0)
            assert 0 < most <= QUICK.outbox_bytes
            assert psutil.Process().memory_info().rss - before < 2 * QUICK.outbox_bytes
            await until(lambda: live.gateway.connections == 0, what="it is closed as too slow, and cut")
