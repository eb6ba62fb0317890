"""The other side of a webhook: takes posts, keeps them, and answers as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One request; `begun` and `ended` on the monotonic clock."""

    headers: dict[str, str]
    body: bytes
    begun: float
    ended: float

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Receiver:
    """`answers` are taken one after the other, then everything is answered 204."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: deque[bytes] = deque()
        self.hold = asyncio.Event()
        self.hold.set()
        self.arrived = 0
        self.open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, status: int, headers: str = "", body: str = "") -> None:
        """Answer the next post like this."""
        text = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}\r\n{body}"
        self.answers.append(text.encode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open[writer] = asyncio.current_task()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                lines = [line.partition(":") for line in head[1:] if line]
                headers = {name.lower(): value.strip() for name, _, value in lines}
                begun = time.monotonic()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.arrived += 1
                await self.hold.wait()
                ended = time.monotonic()
                self.posts.append(Post(headers=headers, body=body, begun=begun, ended=ended))
                quiet = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"
                writer.write(self.answers.popleft() if self.answers else quiet)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.close()
        for writer in receiver.open:
            writer.close()
        await asyncio.gather(*(task for task in receiver.open.values() if task is not None))
