"""Clients for load: one command in flight each, as lean as can be, so that the server is measured."""

from __future__ import annotations

import asyncio
import json
import socket
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect


class LoadClient(Protocol):
    """Places and moves bookings; True where the server said yes."""

    async def place(self, command_id: str, args: dict[str, Any]) -> bool: ...

    async def move(self, command_id: str, booking_id: str, args: dict[str, Any]) -> bool: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SocketClient:
    """Socket.IO over one websocket: connected, caught up, and told of everything, as a browser is."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self._token = token
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._number = 0
        self.frames = 0

    async def __aenter__(self) -> Self:
        self._socket = await connect(self._url, compression=None, max_size=None, proxy=None)
        await self._socket.recv()
        await self._socket.send("40" + json.dumps({"token": self._token}))
        connected = str(await self._socket.recv())
        if not connected.startswith("40"):
            raise RuntimeError(f"the server refused the socket: {connected}")
        self._reader = asyncio.create_task(self._read(self._socket), name="read a socket")
        await self._call("sync", {})
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._socket:
            await self._socket.close()
        if self._reader:
            await self._reader

    async def place(self, command_id: str, args: dict[str, Any]) -> bool:
        return await self._command(command_id, "booking.place", args)

    async def move(self, command_id: str, booking_id: str, args: dict[str, Any]) -> bool:
        return await self._command(command_id, "booking.move", {"booking_id": booking_id, **args})

    async def _command(self, command_id: str, op: str, args: dict[str, Any]) -> bool:
        answer = await self._call("command", {"id": command_id, "op": op, "args": args})
        return '"ok":true' in answer

    async def _call(self, name: str, body: dict[str, Any]) -> str:
        assert self._socket
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send(f"42{self._number}{json.dumps([name, body], separators=(',', ':'))}")
        body_of_answer: str = await answer
        return body_of_answer

    async def _read(self, websocket: ClientConnection) -> None:
        async for frame in websocket:
            self.frames += 1
            text = str(frame)
            if text.startswith("43"):
                number, body = text[2:].split("[", 1)
                self._answers.pop(int(number)).set_result(body)
            elif text == "2":
                await websocket.send("3")
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the socket was closed"))


class RestClient:
    """HTTP/1.1 on one kept connection, written by hand: a general client would cost more than the server."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._headers = (
            f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        reader, writer = await asyncio.open_connection(*self._address)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._streams = reader, writer
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._streams:
            self._streams[1].close()
            await self._streams[1].wait_closed()

    async def place(self, command_id: str, args: dict[str, Any]) -> bool:
        return await self._send("POST", "/api/v1/bookings", command_id, args)

    async def move(self, command_id: str, booking_id: str, args: dict[str, Any]) -> bool:
        return await self._send("PATCH", f"/api/v1/bookings/{booking_id}", command_id, args)

    async def _send(self, method: str, path: str, command_id: str, body: dict[str, Any]) -> bool:
        assert self._streams
        reader, writer = self._streams
        data = json.dumps(body, separators=(",", ":")).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Idempotency-Key: {command_id}\r\n"
        writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        return answer[9:12] in (b"200", b"201")
