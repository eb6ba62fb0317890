"""A hundred thousand bad frames over real sockets: answered or shut out, and nothing kept. [A2] [A6]"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psutil
import pytest

from tests.harness.faults.frames import Frames, masked, numbered, payloads
from tests.harness.faults.single import Single, single
from tests.harness.patience import DEADLINE

SEED = 20261121
SOCKETS, BURSTS, BURST = 16, 64, 96
"""Messages that are answered: 98,304."""
VISITORS, FRAMES_EACH = 500, 8
"""Sockets that send what is no message, until they are shut out."""
MEMORY = 32 * 1024 * 1024
"""Bytes the server may grow by after its first few thousand frames: its allocator's breath, no leak."""

_UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Bare:
    """A websocket down to its bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._rest = b""
        self.closed = False

    async def frames(self) -> list[str]:
        """What came; empty where the socket has ended."""
        data = await self._reader.read(262_144)
        self.closed = not data
        found, self._rest = payloads(self._rest + data)
        self.closed = self.closed or any(opcode == 8 for opcode, _ in found)
        return [payload.decode() for opcode, payload in found if opcode == 1]

    async def until(self, start: str) -> str:
        """The first frame that begins so."""
        while not self.closed:
            for frame in await self.frames():
                if frame.startswith(start):
                    return frame
        raise AssertionError(f"the socket ended before {start}")


@asynccontextmanager
async def bare(url: str, token: str | None) -> AsyncIterator[Bare]:
    """An open websocket, signed in and synced where there is a token."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(_UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        socket = Bare(reader, writer)
        if token is not None:
            await socket.until("0{")
            writer.write(masked("40" + json.dumps({"token": token})))
            await socket.until('42["welcome"')
        yield socket
    finally:
        writer.transport.abort()


async def tell(url: str, token: str, frames: Frames, answers: Counter[str], bursts: int) -> None:
    """Bursts of bad messages on one socket, each of which has to be answered before the next burst."""
    async with bare(url, token) as socket:
        number = 0
        for _ in range(bursts):
            waiting = set()
            for ack, text in numbered(frames, number, BURST):
                socket.writer.write(masked(text))
                waiting.add(ack)
            number += BURST
            while waiting:
                assert not socket.closed, "bad messages are answered, not a reason to hang up"
                for frame in await socket.frames():
                    assert not frame.startswith('42["closing"'), frame
                    if frame.startswith("43"):
                        digits, _, body = frame[2:].partition("[")
                        waiting.discard(int(digits))
                        answer = json.loads("[" + body)[0]
                        answers[answer.get("error", {}).get("code", "taken")] += 1


async def visit(url: str, token: str | None, frames: Frames, *, raw: bool) -> int:
    """Send what is no message until the socket ends; how many frames that took."""
    sent = 0
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        async with bare(url, token) as socket:
            for _ in range(FRAMES_EACH):
                socket.writer.write(frames.bytes_of_a_socket() if raw else masked(frames.malformed()))
                sent += 1
            socket.writer.write(masked("3") + b"\x88\x80" + bytes(4))  # and goodbye, if it still stands
            if raw:
                with contextlib.suppress(OSError):  # shut out already: the kernel has no such connection
                    socket.writer.write_eof()  # the last frame may announce more than will ever come
            async with asyncio.timeout(DEADLINE):
                while not socket.closed:
                    await socket.frames()
    return sent


@pytest.fixture
async def server(database) -> AsyncIterator[Single]:
    """A server in a process of its own, and a studio with a few things in it."""
    async with single(database) as one:
        yield one


async def test_a_hundred_thousand_bad_frames(server: Single) -> None:
    print(f"seed {SEED}")
    frames = Frames(SEED, server.known)
    answers = Counter[str]()
    await tell(server.url, server.token, frames, answers, bursts=BURSTS)  # a first breath
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    telling = [
        tell(server.url, server.token, Frames(SEED + n, server.known), answers, bursts=BURSTS)
        for n in range(1, SOCKETS)
    ]
    await asyncio.gather(*telling)
    sent = answers.total()
    for number in range(VISITORS):
        token = server.token if number % 2 else None
        sent += await visit(server.url, token, frames, raw=number % 5 == 0)
    assert sent >= 100_000, sent
    assert answers["internal"] == 0, answers
    assert answers["invalid"] > 10_000, answers
    assert {"taken", "not_found", "forbidden"} & set(answers), "some got further than the parser"
    assert process.is_running()
    assert process.memory_info().rss - before < MEMORY
    log = server.log()
    assert "Traceback" not in log, log[log.find("Traceback") - 600 :][:4_000]
    assert " ERROR " not in log, log
    async with bare(server.url, server.token) as socket:
        command = {"id": server.fresh_id(), "op": "project.add", "args": {"name": "Meridian"}}
        socket.writer.write(masked("421" + json.dumps(["command", command])))
        assert '"ok":true' in await socket.until("431")
