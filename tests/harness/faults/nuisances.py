"""Clients that cost a server something: slow readers, readers that stopped, and some that are not there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from tests.harness.faults.wires import ClientWire

Manner = Literal["slow", "stalled", "half-open"]

_SIP_BYTES, _SIP_SECONDS = 256, 0.05


class Nuisance:
    """A signed-in, synced websocket by hand, with as little buffer as the system allows."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self._writer: asyncio.StreamWriter | None = None
        self._sipping: asyncio.Task[None] | None = None

    async def come(self, wire: ClientWire, token: str) -> None:
        """Connect through the wire and begin to be one."""
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        parts = urlsplit(wire.url)
        await asyncio.get_running_loop().sock_connect(raw, (parts.hostname, parts.port))
        reader, self._writer = await asyncio.open_connection(sock=raw, limit=4_096)
        self._writer.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        self._send("40" + msgspec.json.encode({"token": token}).decode())
        self._send('420["sync",{}]')
        while b"430[" not in await reader.read(4_096):
            pass
        transport: Any = self._writer.transport  # asyncio types the writing half only
        match self.manner:
            case "stalled":
                transport.pause_reading()
            case "half-open":
                name = self._writer.get_extra_info("sockname")
                wire.freeze({line for line in wire.lines if line.near.get_extra_info("peername") == name})
            case "slow":
                transport.pause_reading()
                self._sipping = asyncio.create_task(self._sip(reader, transport), name="a slow reader")

    async def _sip(self, reader: asyncio.StreamReader, transport: Any) -> None:
        with contextlib.suppress(OSError):
            while True:
                await asyncio.sleep(_SIP_SECONDS)
                transport.resume_reading()
                if not await reader.read(_SIP_BYTES):
                    return
                with contextlib.suppress(RuntimeError):  # the reader paused it by itself
                    transport.pause_reading()

    def _send(self, text: str) -> None:
        assert self._writer is not None
        payload = text.encode()
        size = len(payload)
        head = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._writer.write(b"\x81" + head + bytes(4) + payload)

    async def leave(self) -> None:
        """Be gone at last."""
        if self._sipping is not None:
            self._sipping.cancel()
            await asyncio.gather(self._sipping, return_exceptions=True)
        if self._writer is not None:
            self._writer.transport.abort()
