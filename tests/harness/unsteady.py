"""A wire to Postgres that can be cut at the worst moment: when a transaction is committed, unheard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

_COMMIT = b"COMMIT;\x00"
"""A commit of its own; a batch of a studio that is remembered is one call, known by its command's id."""


class UnsteadyWire:
    """A proxy before Postgres. `dsn` leads through it; `drop_next_commit` swallows one answer and cuts."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        query = parse_qs(parts.query)
        self._socket = f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"
        self._login = parts.netloc.rpartition("@")[0]
        self._database = parts.path
        self._drop: bytes | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0
        self.dropped = 0

    @property
    def dsn(self) -> str:
        return f"postgresql://{self._login}@127.0.0.1:{self._port}{self._database}?sslmode=disable"

    def drop_next_commit(self, mark: bytes = _COMMIT) -> None:
        """Let the next message with this mark through to the server, but not its answer to the client."""
        self._drop = mark

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
        server_in, server_out = await asyncio.open_unix_connection(self._socket)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        back = asyncio.create_task(_copy(server_in, client_out))
        try:
            while data := await client_in.read(65536):
                if self._drop and self._drop in data:
                    self._drop = None
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                    server_out.write(data)
                    await server_in.read(65536)  # the server's word that it is committed
                    self.dropped += 1
                    return
                server_out.write(data)
        except OSError:
            pass  # the client went away
        finally:
            back.cancel()
            for writer in (client_out, server_out):
                writer.close()
            self._tasks.discard(task)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
        sink.close()
