"""Clients for load, down to the bytes: one command in flight each, so that the server is what is measured.

A general Socket.IO or HTTP client costs as much as the server it talks to. These two speak just enough
of RFC 6455 (unmasked in, masked with a key of zeros out), Engine.IO 4, Socket.IO 5 and HTTP/1.1, and
look at every answer: its id, its yes, its place in the order.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import time
from types import TracebackType
from typing import Any, Protocol, Self, cast
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Struct

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_NO_MASK = bytes(4)
_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9
_EVENTS = re.compile(rb'42\["events",\{"epoch":"[^"]+","from_seq":(\d+),"to_seq":(\d+),')


class WireFault(Exception):
    """The server said something that the contract does not have, or nothing any more."""


class Answered(Struct, frozen=True):
    """A yes, as far as load cares: which command, at which place in the log."""

    id: str
    seq: int


class LoadClient(Protocol):
    """Runs commands, one at a time; None where the answer is a no. Raises `WireFault`."""

    async def command(self, command_id: str, op: str, args: dict[str, Any]) -> Answered | None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


async def _connect(protocol: asyncio.Protocol, url: SplitResult) -> None:
    await asyncio.get_running_loop().create_connection(lambda: protocol, url.hostname or "", url.port or 80)


# -- Socket.IO ---------------------------------------------------------------------------


class _Answer(Struct):
    ok: bool
    id: str
    seq: int = 0


class _Synced(Struct):
    kind: str
    to_seq: int


class _Welcome(Struct):
    epoch: str
    seq: int


_answer = msgspec.json.Decoder(tuple[_Answer])
_synced = msgspec.json.Decoder(tuple[_Synced])
_welcome = msgspec.json.Decoder(tuple[str, _Welcome])


class SocketClient(asyncio.Protocol):
    """Signed in, caught up and told of every event of its studio, as a browser is; events are counted."""

    def __init__(self, url: str, token: str) -> None:
        self._url = urlsplit(url)
        self._token = token
        self._key = base64.b64encode(os.urandom(16))
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._upgraded = False
        self._waiting: asyncio.Future[bytes] | None = None
        self._asked: dict[bytes, asyncio.Future[bytes]] = {}
        self._early: list[bytes] = []
        self._expected = b""
        self._number = 0
        self.events = 0
        """Sequence numbers heard of, each once and in order."""
        self.heard_at = 0.0
        """When the last of them came, on the clock of `time.perf_counter`."""
        self._head = 0
        self._news = asyncio.Event()

    # as a client

    async def __aenter__(self) -> Self:
        await _connect(self, self._url)
        self._write_upgrade()
        await self._next(b"0{")
        self._send(b"40" + msgspec.json.encode({"token": self._token}))
        await self._next(b"40{")
        welcome = _welcome.decode((await self._next(b'42["welcome",'))[2:])[1]
        self._head = welcome.seq
        synced = _synced.decode(await self._call("sync", {"epoch": welcome.epoch, "since": welcome.seq}))[0]
        if synced.kind != "events":
            raise WireFault(f"expected the events since {welcome.seq}, got a {synced.kind}")
        self._heard(welcome.seq + 1, synced.to_seq)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._transport:
            self._transport.close()

    async def command(self, command_id: str, op: str, args: dict[str, Any]) -> Answered | None:
        answer = _answer.decode(await self._call("command", {"id": command_id, "op": op, "args": args}))[0]
        if answer.id != command_id:
            raise WireFault(f"asked {command_id}, was answered {answer.id}")
        return Answered(answer.id, answer.seq) if answer.ok else None

    async def heard_of(self, events: int) -> None:
        """Wait until so many events were heard of."""
        while self.events < events:
            self._news.clear()
            await self._news.wait()

    async def _call(self, name: str, body: object) -> bytes:
        """Ask, and wait for the answer; many may be asked at once."""
        self._number += 1
        prefix = b"%d" % self._number
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[prefix] = answer
        self._send(b"42" + prefix + msgspec.json.encode((name, body)))
        return await answer

    async def _next(self, expected: bytes) -> bytes:
        """The next frame that begins like this; what else comes is counted and dropped."""
        self._expected = expected
        for at, frame in enumerate(self._early):
            if frame.startswith(expected):
                del self._early[: at + 1]
                return frame
        self._waiting = asyncio.get_running_loop().create_future()
        return await self._waiting

    # as a websocket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in (self._waiting, *self._asked.values()):
            if waiting and not waiting.done():
                waiting.set_exception(exc or WireFault("the server closed the socket"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            if self._upgraded or self._read_upgrade():
                self._read_frames()
        except WireFault as fault:
            assert self._transport
            self._transport.abort()
            self.connection_lost(fault)

    def _write_upgrade(self) -> None:
        assert self._transport
        head = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Host: {self._url.netloc}\r\nSec-WebSocket-Key: {self._key.decode()}\r\n\r\n"
        )
        self._transport.write(head.encode())

    def _read_upgrade(self) -> bool:
        head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not end:
            return False
        accept = base64.b64encode(hashlib.sha1(self._key + _GUID).digest())
        if not head.startswith(b"HTTP/1.1 101 ") or accept not in head:
            raise WireFault(f"no websocket: {head[:200]!r}")
        self._upgraded = True
        self._buffer = bytearray(rest)
        return True

    def _read_frames(self) -> None:
        buffer, at, end = self._buffer, 0, len(self._buffer)
        while end - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                start += wide
                if end < start:
                    break
                size = int.from_bytes(buffer[start - wide : start], "big")
            if end < start + size:
                break
            self._take(buffer[at], bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]

    def _take(self, first: int, payload: bytes) -> None:
        opcode = first & 0x0F
        if opcode == _PING:
            self._send(payload, opcode=0xA)
        elif opcode == _CLOSE:
            raise WireFault(f"the server closes the socket: {payload!r}")
        elif first != 0x80 | _TEXT:
            raise WireFault(f"an unexpected frame begins with {first:#x}")
        elif payload == b"2":
            self._send(b"3")
        elif found := _EVENTS.match(payload):
            self._heard(int(found[1]), int(found[2]))
            self.heard_at = time.perf_counter()
            self._news.set()
        elif payload.startswith(b"43"):
            number, _, answer = payload[2:].partition(b"[")
            self._asked.pop(number).set_result(b"[" + answer)
        elif self._waiting and not self._waiting.done() and payload.startswith(self._expected):
            self._waiting.set_result(payload)
        elif payload.startswith((b"0{", b"40{", b'42["welcome"')):
            self._early.append(payload)
        elif payload.startswith(b'42["closing"'):
            raise WireFault(payload.decode())

    def _heard(self, first: int, last: int) -> None:
        if first != self._head + 1:
            raise WireFault(f"events {first} to {last} came after {self._head}")
        self.events += last - self._head
        self._head = last

    def _send(self, payload: bytes, *, opcode: int = _TEXT) -> None:
        assert self._transport
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | opcode, 0x80 | size))
        elif size < 65_536:
            head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
        else:
            head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
        self._transport.write(head + _NO_MASK + payload)


# -- REST --------------------------------------------------------------------------------


class _Entity(Struct):
    id: str


class _Meta(Struct):
    seq: int
    command_id: str


class _Body(Struct):
    data: _Entity | None = None
    meta: _Meta | None = None


_body = msgspec.json.Decoder(_Body)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class RestClient(asyncio.Protocol):
    """HTTP/1.1 on one kept connection."""

    def __init__(self, url: str, token: str) -> None:
        self._url = urlsplit(url)
        self._headers = (
            f" HTTP/1.1\r\nHost: {self._url.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nIdempotency-Key: "
        ).encode()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.events = 0

    async def __aenter__(self) -> Self:
        await _connect(self, self._url)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._transport:
            self._transport.close()

    async def command(self, command_id: str, op: str, args: dict[str, Any]) -> Answered | None:
        method, path, body = _as_rest(op, args)
        data = msgspec.json.encode(body)
        head = method + path + self._headers + command_id.encode()
        status, answer = await self._exchange(head + b"\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
        if status not in {200, 201}:
            return None
        decoded = _body.decode(answer)
        booking_id = args.get("booking_id") or args["id"]
        if not decoded.data or not decoded.meta:
            raise WireFault(f"not an answer: {answer[:200]!r}")
        if decoded.data.id != booking_id or decoded.meta.command_id != command_id:
            raise WireFault(f"asked {command_id} about {booking_id}, was answered {answer[:200]!r}")
        return Answered(command_id, decoded.meta.seq)

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or WireFault("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, head_end)
        body_at = head_end + 4
        size = int(found[1]) if found else 0
        if len(self._buffer) < body_at + size or self._waiting is None or self._waiting.done():
            return
        status, body = int(self._buffer[9:12]), bytes(self._buffer[body_at : body_at + size])
        del self._buffer[: body_at + size]
        self._waiting.set_result((status, body))


def _as_rest(op: str, args: dict[str, Any]) -> tuple[bytes, bytes, dict[str, Any]]:
    """Method, path and body of the request that runs this command."""
    if op == "booking.place":
        return b"POST ", b"/api/v1/bookings", args
    body = {name: value for name, value in args.items() if name != "booking_id"}
    path = f"/api/v1/bookings/{args['booking_id']}"
    if op in {"booking.move", "booking.edit"}:
        return b"PATCH ", path.encode(), body
    return b"POST ", f"{path}/{op.removeprefix('booking.')}".encode(), body
