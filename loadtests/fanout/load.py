"""The load client: raw sockets under one epoll that is never slept in, on a core of its own.

A client that sleeps pays for being woken, and that price depends on its neighbours. After the
handshake nothing is parsed: every frame has the same length, so bytes are counted, and at the end of
each run every socket's last bytes are looked at.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec import Struct

from loadtests.fanout.messages import EPOCH, FIRST_SEQ, FRAME_SIZE, SIZE

_UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_SECONDS = 30.0
_COMMAND = b'42["command",{"id":"00000000-0000-0000-0000-000000000009","op":"x.y","args":{}}]'


class LoadFault(Exception):
    """A server did not say what it should have."""


def _frame(text: bytes) -> bytes:
    size = len(text)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    return head + bytes(4) + text


_TRIGGER = _frame(_COMMAND)


class Run(Struct, frozen=True, kw_only=True):
    """What came of some seconds: deliveries, and how long they took."""

    deliveries: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.deliveries / self.seconds


class Crowd:
    """Connections that listen, and one that makes the server speak."""

    def __init__(self, port: int, size: int, *, ours: bool) -> None:
        self._address = ("127.0.0.1", port)
        self._ours = ours
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._buffer = bytearray(1 << 20)
        self._view = memoryview(self._buffer)
        self.sent = 0
        self._driver = self._enter(driver=True)
        begun = time.perf_counter()
        for _ in range(0, size, 50):
            self._enter_some(min(50, size - len(self._sockets)))
        self.connect_seconds = time.perf_counter() - begun

    @property
    def size(self) -> int:
        return len(self._sockets)

    # entering

    def _enter_some(self, count: int) -> None:
        """Fifty at a time, so that the server always has something to do."""
        steps = [self._steps(driver=False) for _ in range(count)]
        opened = [(next(step), step) for step in steps]
        for sock, step in opened:
            for _ in step:
                pass
            self._sockets[sock.fileno()] = sock
            sock.setblocking(False)
            self._epoll.register(sock.fileno(), select.EPOLLIN)

    def _enter(self, *, driver: bool) -> socket.socket:
        step = self._steps(driver=driver)
        sock = next(step)
        for _ in step:
            pass
        return sock

    def _steps(self, *, driver: bool) -> Iterator[socket.socket]:
        """Connect and ask; what is left to read comes when the generator is run to its end."""
        sock = socket.create_connection(self._address, timeout=_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(_UPGRADE)
        yield sock
        reader = _Reader(sock)
        reader.upgrade()
        reader.until(b"0{")
        auth = {"token": "x", "driver": True} if driver else {"token": "x"}
        sock.sendall(_frame(b"40" + msgspec.json.encode(auth)))
        reader.until(b"40{")
        if self._ours:
            reader.until(b'42["welcome"')
            if not driver:
                ask = {"epoch": str(EPOCH), "since": FIRST_SEQ - 1 + self.sent}
                sock.sendall(_frame(b"421" + msgspec.json.encode(["sync", ask])))
                reader.until(b"431[")
        reader.end()

    def close(self) -> None:
        for sock in (*self._sockets.values(), self._driver):
            sock.close()
        self._epoll.close()

    # measuring

    def _trigger(self, count: int) -> None:
        self._driver.sendall(_TRIGGER * count)
        self.sent += count

    def saturate(self, seconds: float, in_flight: int) -> Run:
        """Keep so many events on their way, each to everybody."""
        frames = FRAME_SIZE * self.size
        poll, view, files = self._epoll.poll, self._view, self._sockets
        got = pending = 0
        begun = time.perf_counter()
        end = begun + seconds
        while True:
            if time.perf_counter() < end:
                if pending <= (in_flight - 1) * frames:
                    fresh = in_flight - -(-pending // frames)
                    self._trigger(fresh)
                    pending += fresh * frames
            elif not pending:
                break
            for number, _ in poll(0):
                count = files[number].recv_into(view)
                got += count
                pending -= count
                if not count:
                    raise LoadFault("the server closed a socket")
        return Run(deliveries=got // FRAME_SIZE, seconds=time.perf_counter() - begun)

    def pace(self, seconds: float, rate: float) -> list[float]:
        """Send so many events a second, whatever comes of it; how long each delivery took."""
        poll, view, files = self._epoll.poll, self._view, self._sockets
        times: list[float] = []
        got = dict.fromkeys(files, 0)
        took: list[float] = []
        begun = time.perf_counter()
        wanted = int(seconds * rate)
        while len(took) < wanted * self.size:
            now = time.perf_counter()
            if len(times) < wanted and now - begun >= len(times) / rate:
                times.append(begun + len(times) / rate)
                self._trigger(1)
            for number, _ in poll(0):
                count = files[number].recv_into(view)
                now = time.perf_counter()
                before, got[number] = got[number], got[number] + count
                took += [now - times[n] for n in range(before // FRAME_SIZE, got[number] // FRAME_SIZE)]
            if now - begun > seconds + _SECONDS:
                raise LoadFault(f"{len(took)} of {wanted * self.size} deliveries came")
        return took

    def check(self) -> None:
        """One more event, of which everybody reads every byte: nobody is behind, nobody ahead."""
        self._trigger(1)
        seq = FIRST_SEQ - 1 + self.sent
        expected = b'"from_seq":%d,"to_seq":%d,' % (seq, seq)
        for sock in self._sockets.values():
            sock.settimeout(_SECONDS)
            data = b""
            while len(data) < FRAME_SIZE:
                data += sock.recv(FRAME_SIZE - len(data))
            sock.setblocking(False)
            if data[:4] != b"\x81\x7e" + SIZE.to_bytes(2, "big") or expected not in data:
                raise LoadFault(f"expected number {seq}, got {data[:120]!r}")


class _Reader:
    """Reads a handshake frame by frame."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._data = b""

    def _more(self) -> None:
        data = self._socket.recv(65_536)
        if not data:
            raise LoadFault(f"the server closed a socket after {self._data[-200:]!r}")
        self._data += data

    def upgrade(self) -> None:
        while b"\r\n\r\n" not in self._data:
            self._more()
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise LoadFault(head.decode())

    def until(self, expected: bytes) -> None:
        """Drop frames up to one that begins like this."""
        while not self._next().startswith(expected):
            pass

    def _next(self) -> bytes:
        while True:
            if len(self._data) >= 4:
                size, start = (
                    (self._data[1], 2) if self._data[1] < 126 else (int.from_bytes(self._data[2:4], "big"), 4)
                )
                if len(self._data) >= start + size:
                    payload, self._data = self._data[start : start + size], self._data[start + size :]
                    return payload
            self._more()

    def end(self) -> None:
        if self._data:
            raise LoadFault(f"more came than was asked for: {self._data[:200]!r}")


@contextmanager
def crowd(port: int, size: int, *, ours: bool) -> Iterator[Crowd]:
    """A crowd for the length of the block."""
    gathered = Crowd(port, size, ours=ours)
    try:
        yield gathered
    finally:
        gathered.close()
