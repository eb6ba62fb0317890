"""The wire between clients and an instance: cut at the worst moment, frozen, or led elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_YES = re.compile(rb'43\d+\[\{"ok":true')
_READ = 65_536


class Line:
    """One connection through the wire."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near = near
        self.far = far
        self.frozen = asyncio.Event()
        self.frozen.set()  # set is flowing: a task waits for it

    def cut(self) -> None:
        """End it in both directions, without a word."""
        self.near.transport.abort()
        self.far.transport.abort()


class ClientWire:
    """Forwards to where `lead` says; nowhere until then."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._target: tuple[str, int] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.lines: set[Line] = set()
        self._cuts_to_come = 0
        self.cuts = 0
        """How many connections ended between a commit and its acknowledgement."""

    @property
    def url(self) -> str:
        """The near end."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def lead(self, url: str | None) -> None:
        """Lead new connections to this address; refuse them where it is None."""
        parts = urlsplit(url) if url else None
        self._target = (parts.hostname or "", parts.port or 0) if parts else None

    def cut_at_next_yes(self) -> None:
        """Swallow the next acknowledgement of a commit, and end its connection."""
        self._cuts_to_come += 1

    def freeze(self, lines: set[Line]) -> None:
        """Let nothing through and tell nobody: what a cable that is pulled out looks like."""
        for line in lines:
            line.frozen.clear()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for line in list(self.lines):
            line.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(asyncio.CancelledError):  # the wire is taken down
            await self._carry(reader, writer)
        writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._target is None:
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            return
        line = Line(writer, far_writer)
        self.lines.add(line)
        there = asyncio.create_task(_pump(reader, far_writer, line))
        try:
            await self._pump_back(far_reader, line)
        finally:
            there.cancel()
            self.lines.discard(line)
            line.cut()

    async def _pump_back(self, reader: asyncio.StreamReader, line: Line) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_READ):
                await line.frozen.wait()
                if self._cuts_to_come and _YES.search(data):
                    self._cuts_to_come -= 1
                    self.cuts += 1
                    return
                line.near.write(data)
                await line.near.drain()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_READ):
            await line.frozen.wait()
            writer.write(data)
            await writer.drain()
    line.cut()


@asynccontextmanager
async def client_wire() -> AsyncIterator[ClientWire]:
    """A wire for the length of the block."""
    wire = ClientWire()
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
