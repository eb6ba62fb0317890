"""Bad frames by the hundred thousand: what may come over a socket that nobody in their right mind would send.

`bodies` are well-formed messages with something wrong inside, each of which has to be answered;
`malformed` are no messages at all, the third of which closes a socket. All follow from a seed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from scheduling.commands import COMMANDS

_EVENTS = ("command", "command", "command", "command", "sync", "refresh", "presence", "ghost")
_STRANGE_NAMES = ("connect", "disconnect", "welcome", "events", "__proto__", "x" * 300, "💥", "command ")
_RANGE = {"start": "2031-01-06T09:00:00Z", "end": "2031-01-06T10:00:00Z"}
_WORDS = (
    "",
    "x",
    "\x00",
    "a\x00b",
    "💥" * 40,
    "x" * 5_000,
    "'; DROP TABLE bookings; --",
    "../..",
    "%s%n",
)
_TIMES = (
    "2031-01-06T09:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2031-02-30T00:00:00Z",
    "25:61",
    "-1",
)
_NUMBERS = (0, -1, 1, 2**31, 2**53, 2**63, 2**64, 10**40, 1e308, -1e-308, 0.1)
NO_JSON = ('"\\ud800"', "NaN", "Infinity", "-", "01", "'x'", '"\x01"', "{,}")


class Frames:
    """A generator of bad frames; `known` are ids that exist, so that some get further than others."""

    def __init__(self, seed: int, known: list[UUID]) -> None:
        self._chance = random.Random(seed)
        self._known = [str(one) for one in known]

    # messages

    def body(self, ack: int) -> str:
        """A message that asks for an answer, with something wrong in it, mostly."""
        chance = self._chance
        if chance.random() < 0.03:
            return f"42{ack}{json.dumps([chance.choice(_STRANGE_NAMES), self._value(2)])}"
        name = chance.choice(_EVENTS)
        content: Any = self._value(3) if chance.random() < 0.15 else self._bend(self._message(name))
        if chance.random() < 0.02:
            return f'42{ack}["{name}"]'
        return f"42{ack}{json.dumps([name, content])}"

    def _message(self, name: str) -> dict[str, Any]:
        match name:
            case "command":
                return {"id": self._id(), "op": self._op(), "args": self._args()}
            case "sync":
                return {"epoch": self._id(), "since": self._chance.choice(_NUMBERS[:8]), "next": "0.1"}
            case "refresh":
                return {"token": self._chance.choice(_WORDS)}
            case "presence":
                return {"view": {"project_id": self._id(), **_RANGE}, "selection": [self._id()]}
            case _:
                return {"booking_id": self._id(), "artist_id": self._id(), **_RANGE}

    def _op(self) -> str:
        return self._chance.choice(tuple(COMMANDS)) if self._chance.random() < 0.95 else "booking.explode"

    def _args(self) -> dict[str, Any]:
        """Arguments that many commands have, so that some of them are understood."""
        chance = self._chance
        everything: dict[str, Any] = {
            "id": self._id(),
            "artist_id": self._id(),
            "booking_id": self._id(),
            "project_id": self._id(),
            "phase_id": self._id(),
            "name": chance.choice(_WORDS),
            "title": chance.choice(_WORDS),
            "notes": chance.choice(_WORDS),
            "status": chance.choice(("hold", "pencil", "confirmed", "busy")),
            "start": chance.choice(_TIMES),
            "end": chance.choice(_TIMES),
            "items": [{"op": self._op(), "args": {"name": chance.choice(_WORDS)}}],
        }
        return {name: value for name, value in everything.items() if chance.random() < 0.6}

    def _bend(self, content: dict[str, Any]) -> Any:
        """Change one thing, or a few."""
        chance = self._chance
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            place: Any = content
            while isinstance(place, dict) and place:
                name = chance.choice(tuple(place))
                inner = place[name]
                if isinstance(inner, dict) and inner and chance.random() < 0.7:
                    place = inner
                    continue
                match chance.randrange(4):
                    case 0:
                        del place[name]
                    case 1:
                        place[chance.choice(_WORDS[:6])] = self._value(2)
                    case _:
                        place[name] = self._value(2)
                break
        return content

    def _value(self, depth: int) -> Any:
        chance = self._chance
        kind = chance.randrange(8 if depth else 6)
        match kind:
            case 0:
                return chance.choice(_WORDS)
            case 1:
                return chance.choice(_NUMBERS)
            case 2:
                return chance.choice((None, True, False))
            case 3:
                return self._id()
            case 4:
                return chance.choice(_TIMES)
            case 5:
                return []
            case 6:
                return [self._value(depth - 1) for _ in range(chance.randrange(4))]
            case _:
                return {chance.choice(_WORDS[:6]): self._value(depth - 1) for _ in range(chance.randrange(4))}

    def _id(self) -> str:
        chance = self._chance
        if chance.random() < 0.4:
            return chance.choice(self._known)
        if chance.random() < 0.1:
            return chance.choice(("not-an-id", "", "0" * 36, str(UUID(int=0)), str(UUID(int=2**128 - 1))))
        return str(UUID(int=chance.getrandbits(128)))

    # no messages

    def malformed(self) -> str:
        """Something that is no message."""
        chance = self._chance
        match chance.randrange(7):
            case 0:
                text = self.body(chance.randrange(10**6))
                return text[: chance.randrange(2, len(text))].removesuffix("]")
            case 1:
                return "".join(
                    chr(chance.choice((*range(32, 127), 0, 0x7F, 0xE9, 0x1F4A5)))
                    for _ in range(chance.randrange(60))
                )
            case 2:
                return f"4{chance.choice('3456789')}" + json.dumps(self._value(2))
            case 3:
                return chance.choice("0156789") + self.body(1)[1:]
            case 4:
                return "42" + "9" * chance.randrange(16, 400) + '["command",{}]'
            case 5:
                # Half a surrogate, and numbers that JSON does not have.
                return f'42["command",{{"id":{chance.choice(NO_JSON)}}}]'
            case _:
                return f"42/{chance.choice(_WORDS[:6])},{json.dumps(['command', self._value(1)])}"

    def bytes_of_a_socket(self) -> bytes:
        """Bytes where a websocket frame should be: wrong opcodes, lengths, masks and continuations."""
        chance = self._chance
        size = chance.choice((0, 1, 5, 125, 126, 127))
        head = bytes([chance.getrandbits(8), chance.choice((0, 0x80)) | size])
        return head + bytes(chance.getrandbits(8) for _ in range(chance.randrange(200)))


def masked(text: str) -> bytes:
    """A text frame as a client sends it, with a mask of zeros."""
    payload = text.encode("utf-8", "surrogatepass")
    size = len(payload)
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    elif size < 65_536:
        head = b"\x81\xfe" + size.to_bytes(2, "big")
    else:
        head = b"\x81\xff" + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def payloads(buffer: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames of a server in what was read, as (opcode, payload), and the rest."""
    found, at = [], 0
    while len(buffer) - at >= 2:
        size, start = buffer[at + 1] & 0x7F, at + 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size = int.from_bytes(buffer[start : start + wide], "big")
            start += wide
        if len(buffer) < start + size:
            break
        found.append((buffer[at] & 0x0F, buffer[start : start + size]))
        at = start + size
    return found, buffer[at:]


def numbered(frames: Frames, first: int, count: int) -> Iterator[tuple[int, str]]:
    """So many messages with the numbers their answers will carry."""
    for ack in range(first, first + count):
        yield ack, frames.body(ack)
