"""Socket.IO text frames: the few we take, parsed strictly, and the few we send, encoded once.

A frame is what stands behind the Engine.IO type digit `4`: a Socket.IO type digit, a namespace
unless it is `/`, an acknowledgement number, and JSON. Bodies stay `Raw`, so that each is decoded
once, into the type its event asks for. (Formats: socket.io-protocol v5, engine.io-protocol v4.)
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import Raw, Struct

from realtime.ws_frames import text_frame

MAX_ACK_DIGITS = 15
"""Numbers stay exact in JavaScript; ours never count further."""

PING = "2"
"""The Engine.IO packet that a client answers with a pong (`3`)."""


class ConnectFrame(Struct, frozen=True):
    """The client asks to enter a namespace; `auth` is what it says about itself."""

    namespace: str
    auth: object


class DisconnectFrame(Struct, frozen=True):
    """The client leaves the namespace."""


class EventFrame(Struct, frozen=True):
    """A named message; `ack` is the number under which it wants its answer, `size` its length."""

    name: str
    body: Raw | None
    ack: int | None
    size: int = 0


class Malformed(Struct, frozen=True):
    """Not a frame we take; `reason` is one sentence without what came."""

    reason: str
    fatal: bool = False


Frame: TypeAlias = ConnectFrame | DisconnectFrame | EventFrame | Malformed

_arguments = msgspec.json.Decoder(list[Raw])
_name = msgspec.json.Decoder(str)
_FAULTS = (msgspec.DecodeError, RecursionError, UnicodeError)


def parse(text: str) -> Frame:
    """The frame in `text`. Never raises: what cannot be read is `Malformed`."""
    kind = text[:1]
    if kind in ("5", "6"):
        return Malformed("binary attachments are not taken", fatal=True)
    if kind not in ("0", "1", "2"):
        return Malformed("unknown or unexpected packet type")
    namespace, rest = _split_namespace(text[1:])
    if kind == "0":
        return _parse_connect(namespace, rest)
    if namespace != "/":
        return Malformed("unknown namespace")
    return DisconnectFrame() if kind == "1" else _parse_event(rest)


def _split_namespace(rest: str) -> tuple[str, str]:
    if not rest.startswith("/"):
        return "/", rest
    namespace, _, behind = rest.partition(",")
    return namespace.partition("?")[0], behind


def _parse_connect(namespace: str, rest: str) -> Frame:
    if not rest:
        return ConnectFrame(namespace, None)
    try:
        return ConnectFrame(namespace, msgspec.json.decode(rest))
    except _FAULTS:
        return Malformed("the connect packet's payload is not JSON")


def _parse_event(rest: str) -> Frame:
    digits = len(rest) - len(rest.lstrip("0123456789"))
    if digits > MAX_ACK_DIGITS:
        return Malformed("the acknowledgement number is too long")
    try:
        arguments = _arguments.decode(rest[digits:])
        name = _name.decode(arguments[0]) if arguments else ""
    except _FAULTS:
        return Malformed("an event is a JSON list that starts with a name")
    if not name or len(arguments) > 2:
        return Malformed("an event is a name and at most one body")
    body = arguments[1] if len(arguments) == 2 else None
    return EventFrame(name, body, int(rest[:digits]) if digits else None, len(rest))


# -- what we send --------------------------------------------------------------------------


class Packet:
    """One encoded Engine.IO packet, shared by every connection it goes to.

    `size` is its length in bytes. A `lossy` packet may be dropped where a connection is slow.
    """

    __slots__ = ("_frame", "data", "lossy", "size")

    def __init__(self, data: bytes, *, lossy: bool = False) -> None:
        self.data = data
        self.size = len(data)
        self.lossy = lossy
        self._frame: bytes | None = None

    @property
    def text(self) -> str:
        """The packet as a stock websocket takes it."""
        return self.data.decode()

    @property
    def frame(self) -> bytes:
        """The packet as a whole websocket frame, made once."""
        if self._frame is None:
            self._frame = text_frame(self.data)
        return self._frame


def frames_of(packets: list[Packet]) -> bytes:
    """The packets as websocket frames, one after the other."""
    return packets[0].frame if len(packets) == 1 else b"".join([packet.frame for packet in packets])


OutgoingName = Literal["welcome", "events", "presence", "ghosts", "progress", "notice", "receipts", "closing"]


def event_packet(name: OutgoingName, body: bytes, *, lossy: bool = False) -> Packet:
    """A server event whose body is encoded JSON."""
    return Packet(b'42["%s",%s]' % (name.encode(), body), lossy=lossy)


def ack_packet(ack: int, body: bytes) -> Packet:
    """The answer to the client's message number `ack`."""
    return Packet(b"43%d[%s]" % (ack, body))


PING_PACKET = Packet(PING.encode())
