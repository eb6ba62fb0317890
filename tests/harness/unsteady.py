"""A wire to Postgres that is cut at the worst moment: when a change is committed, unheard; or goes dead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

_BEGIN, _COMMIT = b"BEGIN", b"COMMIT;\x00"
_APPEND = re.compile(rb"(__asyncpg_stmt_\w+__\x00)[^\x00]*append_batch\(")
"""A statement that appends to the log, as it is prepared: with its name, under which it is run later."""


class UnsteadyWire:
    """A proxy before Postgres. `dsn` leads through it; `drop_next_commit` swallows one answer and cuts."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        query = parse_qs(parts.query)
        self._socket = f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"
        self._login = parts.netloc.rpartition("@")[0]
        self._database = parts.path
        self._drop = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0
        self._alive = _set()
        """Cleared while it is dead for new connections too."""
        self._lines: set[_Line] = set()
        self.dropped = 0

    @property
    def dsn(self) -> str:
        return f"postgresql://{self._login}@127.0.0.1:{self._port}{self._database}?sslmode=disable"

    def drop_next_commit(self) -> None:
        """Let the next commit of a change through to the server, but not its answer to the client."""
        self._drop = True

    def go_dead(self, *, for_new: bool = False) -> int:
        """Carry nothing more, and tell nobody, as a firewall that forgot; how many connections that is.

        New connections are carried all the same, unless `for_new`, until `revive`.
        """
        dead = [line for line in self._lines if line.flowing.is_set()]
        for line in dead:
            line.flowing.clear()
        if for_new:
            self._alive.clear()
        return len(dead)

    @property
    def dead(self) -> int:
        """How many dead connections the client still holds."""
        return sum(not line.flowing.is_set() for line in self._lines)

    def revive(self) -> None:
        """Carry new connections again; what is dead stays so."""
        self._alive.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[UnsteadyWire]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    async def _serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        line = _Line(client_out)
        self._tasks.add(task)
        self._lines.add(line)
        try:
            with suppress(OSError, asyncio.CancelledError):  # the client went away, or the wire is taken down
                await self._carry(client_in, line)
        finally:
            client_out.close()
            self._tasks.discard(task)
            self._lines.discard(line)

    async def _carry(self, client_in: asyncio.StreamReader, line: _Line) -> None:
        await self._alive.wait()
        server_in, server_out = await asyncio.open_unix_connection(self._socket)
        back = asyncio.create_task(_copy(server_in, line.client, line.flowing))
        writes = _Writes()
        try:
            while data := await client_in.read(65536):
                if not line.flowing.is_set():
                    continue  # it goes nowhere
                if writes.commits(data) and self._drop:
                    self._drop = False
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                    server_out.write(data)
                    await server_in.read(65536)  # the server's word that it is committed
                    self.dropped += 1
                    return
                server_out.write(data)
        finally:
            back.cancel()
            server_out.close()


class _Line:
    """One connection; `flowing` is set while it carries something."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.flowing = _set()


class _Writes:
    """Tells the commits of changes from those that only read, by what a client sends."""

    def __init__(self) -> None:
        self._names: set[bytes] = set()
        self._in_transaction = False
        self._wrote = False

    def commits(self, data: bytes) -> bool:
        """Whether the answer to this is the word that something was committed.

        A batch that is decided on what is remembered is one call, which commits by itself; others are
        written in a transaction of several.
        """
        if _BEGIN in data:
            self._in_transaction, self._wrote = True, False
        self._names.update(_APPEND.findall(data))
        # Behind the zero that ends the portal's name stands the statement's, where it is run.
        runs = any(b"\x00" + name in data for name in self._names)
        self._wrote = self._wrote or runs
        if _COMMIT in data:
            wrote, self._in_transaction, self._wrote = self._wrote, False, False
            return wrote
        return runs and not self._in_transaction


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            await flowing.wait()
            sink.write(data)
    sink.close()  # also where the source was reset: who waits for an answer must hear of it
