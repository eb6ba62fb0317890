"""The wire between an instance and Redis, which can lie: lose, double, reorder, forge and misdirect."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_MESSAGE = re.compile(rb"[*>]3\r\n\$\d\r\ns?message\r\n\$\d+\r\n([^\r]+)\r\n\$(\d+)\r\n")
_FATES = ("passed", "passed", "lost", "doubled", "reordered", "forged", "misdirected")
_HELD = 12
_READ = 65_536


class RedisWire:
    """Forwards to Redis' socket; while `lying`, each message about a studio has a fate of its own."""

    def __init__(self, socket: Path, seed: int) -> None:
        self._socket = str(socket)
        self._chance = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.lying = False
        self.fates: Counter[str] = Counter()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
        except OSError:
            writer.transport.abort()
            return
        there = asyncio.create_task(_pump(reader, far_writer))
        try:
            with contextlib.suppress(asyncio.CancelledError):  # the wire is taken down
                await self._pump_back(far_reader, writer)
        finally:
            there.cancel()
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pump_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        buffer, held = b"", list[bytes]()
        with contextlib.suppress(OSError):
            while data := await reader.read(_READ):
                buffer += data
                replies, buffer = split(buffer)
                for reply in replies:
                    writer.write(b"".join(self._fate(reply, held)))
                await writer.drain()

    def _fate(self, reply: bytes, held: list[bytes]) -> list[bytes]:
        """What is sent in place of a reply; `held` are messages that will come after later ones."""
        message = _MESSAGE.match(reply)
        if message is None or b":hints:" not in message[1]:
            return [reply]
        if not self.lying:
            late, held[:] = list(held), []
            return [reply, *late]
        fate = self._chance.choice(_FATES)
        self.fates[fate] += 1
        match fate:
            case "lost":
                return []
            case "doubled":
                return [reply, reply]
            case "reordered":
                held.append(reply)
                self._chance.shuffle(held)
                return [held.pop() for _ in range(len(held) // 2)] if len(held) > _HELD else []
            case "forged":
                return [self._forged(message, reply), reply]
            case "misdirected" if held:
                other = _MESSAGE.match(held[-1])
                assert other is not None
                topic, _, _ = held[-1][other.end() :].partition(b"\n")
                _, _, payload = reply[message.end() : -2].partition(b"\n")
                return [reply, _message(other[1], topic + b"\n" + payload)]
            case _:
                return [reply, *([held.pop(0)] if held else [])]

    def _forged(self, message: re.Match[bytes], reply: bytes) -> bytes:
        """As somebody with access to Redis, and without our key, would send it."""
        payload = reply[message.end() : -2]
        kind = self._chance.randrange(3)
        if kind == 0:
            payload = payload.replace(b'"from_seq":', b'"from_seq":9')
        elif kind == 1:
            payload = os.urandom(len(payload))
        else:
            at = self._chance.randrange(len(payload)) if payload else 0
            payload = payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :] if payload else b"x"
        return _message(message[1], payload)


def _message(channel: bytes, payload: bytes) -> bytes:
    parts = (b"message", channel, payload)
    return b"*3\r\n" + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)


def split(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The whole replies at the beginning of what was read, and the rest."""
    replies, at = [], 0
    while (end := _end_of(buffer, at)) > 0:
        replies.append(buffer[at:end])
        at = end
    return replies, buffer[at:]


def _end_of(buffer: bytes, at: int) -> int:
    """Where the reply that begins at `at` ends; 0 where it is not whole yet. (Format: RESP2 and RESP3.)"""
    line = buffer.find(b"\r\n", at)
    if line < 0 or at >= len(buffer):
        return 0
    kind, end = buffer[at : at + 1], line + 2
    if kind in b"$=!":
        size = int(buffer[at + 1 : line])
        end += size + 2 if size >= 0 else 0
    elif kind in b"*>~%":
        for _ in range(max(0, int(buffer[at + 1 : line])) * (2 if kind == b"%" else 1)):
            end = _end_of(buffer, end)
            if not end:
                return 0
    return end if end <= len(buffer) else 0


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_READ):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@asynccontextmanager
async def redis_wire(socket: Path, seed: int) -> AsyncIterator[RedisWire]:
    """A wire for the length of the block."""
    wire = RedisWire(socket, seed)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
