"""RFC 6455 frames as a server reads and writes them: strict, bounded, without I/O.

What a stock server would refuse is refused here with the same close code, whatever pieces it comes
in; `tests/property/test_ws_frames.py` holds both against each other. No extension is spoken.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

try:
    from websockets.speedups import apply_mask
except ImportError:  # pragma: no cover - a platform without the compiled part
    from websockets.utils import apply_mask

_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_OPCODES = frozenset({_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG})
_CONTROL = 0x8
_FIN, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_MOST_CONTROL = 125

PROTOCOL_ERROR, INVALID_DATA, TOO_BIG = 1002, 1007, 1009
_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


class Ping(Struct, frozen=True):
    """The peer asks for a pong with the same payload."""

    payload: bytes


class PeerClose(Struct, frozen=True):
    """The peer closes; its payload is sent back. Nothing after it is read."""

    payload: bytes


class Fail(Struct, frozen=True):
    """The peer broke the protocol: close with this code. Nothing after it is read."""

    code: int
    reason: str


Item: TypeAlias = str | bytes | Ping | PeerClose | Fail
"""A text message, a binary message, or something about the connection."""


class _Broken(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.fail = Fail(code, reason)


class FrameReader:
    """Takes bytes as they come and tells what they say. Messages are at most `max_size` bytes."""

    __slots__ = ("_buffer", "_max", "_over", "_parts", "_size", "_text")

    def __init__(self, max_size: int) -> None:
        self._max = max_size
        self._buffer = b""
        self._parts: list[bytes] | None = None
        self._size = 0
        self._text = False
        self._over = False

    def feed(self, data: bytes) -> list[Item]:
        """What the bytes so far complete."""
        if self._over:
            return []
        items: list[Item] = []
        buffer = self._buffer + data if self._buffer else data
        at = 0
        try:
            while (taken := self._take(buffer, at, items)) and not self._over:
                at = taken
        except _Broken as broken:
            self._over = True
            items.append(broken.fail)
        self._buffer = b"" if self._over else buffer[at:]
        return items

    def _take(self, buffer: bytes, at: int, items: list[Item]) -> int:
        """Read the frame at `at`; where the next one begins, 0 if this one is not whole yet."""
        if len(buffer) - at < 2:
            return 0
        first, second = buffer[at], buffer[at + 1]
        if first & _OPCODE not in _OPCODES:
            raise _Broken(PROTOCOL_ERROR, "invalid opcode")
        if not second & _MASKED:
            raise _Broken(PROTOCOL_ERROR, "incorrect masking")
        size, start = second & _LENGTH, at + 2
        if size > _MOST_CONTROL:
            wide = 2 if size == 126 else 8
            if len(buffer) < start + wide:
                return 0
            size = int.from_bytes(buffer[start : start + wide], "big")
            start += wide
        if size > self._max - self._size:
            raise _Broken(TOO_BIG, f"more than {self._max} bytes")
        end = start + 4 + size
        if len(buffer) < end:
            return 0
        payload = apply_mask(buffer[start + 4 : end], buffer[start : start + 4])
        if first & _OPCODE & _CONTROL or first & _RESERVED:
            self._control(first, payload, items)
        else:
            self._data(first, payload, items)
        return end

    def _control(self, first: int, payload: bytes, items: list[Item]) -> None:
        if first & _RESERVED:
            raise _Broken(PROTOCOL_ERROR, "reserved bits must be 0")
        if len(payload) > _MOST_CONTROL:
            raise _Broken(PROTOCOL_ERROR, "control frame too long")
        if not first & _FIN:
            raise _Broken(PROTOCOL_ERROR, "fragmented control frame")
        opcode = first & _OPCODE
        if opcode == _PING:
            items.append(Ping(payload))
        elif opcode == _CLOSE:
            _check_close(payload)
            if self._parts is not None:
                raise _Broken(PROTOCOL_ERROR, "incomplete fragmented message")
            self._over = True
            items.append(PeerClose(payload))

    def _data(self, first: int, payload: bytes, items: list[Item]) -> None:
        opcode, last = first & _OPCODE, first & _FIN
        if opcode != _CONTINUATION:
            if self._parts is not None:
                raise _Broken(PROTOCOL_ERROR, "expected a continuation frame")
            self._text = opcode == _TEXT
            if last:
                items.append(self._message(payload))
                return
            self._parts = []
        elif self._parts is None:
            raise _Broken(PROTOCOL_ERROR, "unexpected continuation frame")
        self._parts.append(payload)
        self._size += len(payload)
        if last:
            whole, self._parts, self._size = b"".join(self._parts), None, 0
            items.append(self._message(whole))

    def _message(self, payload: bytes) -> str | bytes:
        if not self._text:
            return payload
        try:
            return payload.decode()
        except UnicodeDecodeError:
            raise _Broken(INVALID_DATA, "not UTF-8") from None


def _check_close(payload: bytes) -> None:
    if len(payload) == 1:
        raise _Broken(PROTOCOL_ERROR, "close frame too short")
    if payload:
        try:
            payload[2:].decode()
        except UnicodeDecodeError:
            raise _Broken(INVALID_DATA, "not UTF-8") from None
        code = int.from_bytes(payload[:2], "big")
        if code not in _CODES and not 3000 <= code < 5000:
            raise _Broken(PROTOCOL_ERROR, "invalid status code")


# -- writing -------------------------------------------------------------------------------


def _head(opcode: int, size: int) -> bytes:
    if size < 126:
        return bytes((_FIN | opcode, size))
    if size < 65_536:
        return bytes((_FIN | opcode, 126)) + size.to_bytes(2, "big")
    return bytes((_FIN | opcode, 127)) + size.to_bytes(8, "big")


def text_frame(payload: bytes) -> bytes:
    """A whole text message of encoded text."""
    return _head(_TEXT, len(payload)) + payload


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping; at most 125 bytes."""
    return _head(_PONG, len(payload)) + payload


def close_frame(payload: bytes) -> bytes:
    """The end: a code of two bytes and a reason, or nothing; at most 125 bytes."""
    return _head(_CLOSE, len(payload)) + payload


def close_payload(code: int, reason: str = "") -> bytes:
    """What a close frame carries."""
    return code.to_bytes(2, "big") + reason.encode()[: _MOST_CONTROL - 2]
