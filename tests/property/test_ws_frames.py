"""Our frame reader and the websockets library, fed the same bytes in the same pieces: the same outcome.

[A1, A3, F1] of docs/subsystems/realtime.md.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime.ws_frames import (
    Fail,
    FrameReader,
    Item,
    PeerClose,
    Ping,
    close_frame,
    close_payload,
    pong_frame,
    text_frame,
)

MOST = 300
"""Bytes of one message here, so that small examples overstep it."""


def masked(opcode: int, payload: bytes, *, first: int = 0x80, mask: bytes = b"\x37\xfa\x21\x3d") -> bytes:
    """A client's frame; `first` holds FIN and the reserved bits."""
    size = len(payload)
    if size < 126:
        length = bytes((0x80 | size,))
    elif size < 65_536:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    covered = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes((first | opcode,)) + length + mask + covered


texts = st.one_of(
    st.text(max_size=40).map(str.encode),
    st.binary(max_size=20),
    st.integers(0, MOST + 20).map(lambda size: b"x" * size),
    st.sampled_from([b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\x80", "é".encode(), b"", b"x" * 65_536]),
)
closings = st.one_of(
    st.just(b""),
    st.binary(min_size=1, max_size=4),
    st.builds(
        lambda code, reason: code.to_bytes(2, "big") + reason,
        st.sampled_from(
            [0, 999, 1000, 1001, 1004, 1005, 1006, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000]
        ),
        st.sampled_from([b"", b"bye", b"\xff", b"x" * 123, b"x" * 124]),
    ),
)
frames = st.one_of(
    st.builds(
        masked, st.sampled_from([0, 1, 2]), texts, first=st.sampled_from([0x80, 0x80, 0x00, 0xC0, 0x90])
    ),
    st.builds(masked, st.sampled_from([9, 10]), texts, first=st.sampled_from([0x80, 0x80, 0x80, 0x00, 0xA0])),
    st.builds(masked, st.just(8), closings, first=st.sampled_from([0x80, 0x80, 0x80, 0x00])),
    st.builds(masked, st.integers(0, 15), texts),
    st.builds(
        lambda frame: bytes((frame[0], frame[1] & 0x7F)) + frame[2:], st.builds(masked, st.just(1), texts)
    ),
    st.builds(
        lambda head, size: head + size.to_bytes(8, "big"), st.just(b"\x81\xff"), st.integers(0, 2**64 - 1)
    ),
    st.binary(max_size=12),
)
streams = st.lists(frames, max_size=6).map(b"".join)


class Outcome:
    """What the application hears and what the peer is written."""

    def __init__(self) -> None:
        self.heard: list[str | bytes] = []
        self.written = b""
        self.code: int | None = None
        """The code of our close frame; None while the socket is open."""


def stock(pieces: list[bytes]) -> Outcome:
    """As uvicorn drives the library, with our rule for what is not UTF-8."""
    outcome, parts, text = Outcome(), list[bytes](), False
    conn = ServerProtocol(state=State.OPEN, max_size=MOST)
    for piece in pieces:
        if outcome.code is not None:
            break
        conn.receive_data(piece)
        for frame in conn.events_received():
            assert isinstance(frame, Frame)
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
                parts, text = [bytes(frame.data)], frame.opcode is Opcode.TEXT
            elif frame.opcode is Opcode.CONT:
                parts.append(bytes(frame.data))
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) and frame.fin:
                whole = b"".join(parts)
                try:
                    outcome.heard.append(whole.decode() if text else whole)
                except UnicodeDecodeError:
                    outcome.code = 1007
                    return outcome
            elif frame.opcode is Opcode.PING:
                outcome.written += Frame(Opcode.PONG, bytes(frame.data)).serialize(mask=False)
            elif frame.opcode is Opcode.CLOSE:
                outcome.written += Frame(Opcode.CLOSE, bytes(frame.data)).serialize(mask=False)
        if conn.close_sent is not None:
            outcome.code = conn.close_sent.code
    return outcome


def ours(pieces: list[bytes]) -> Outcome:
    outcome, reader = Outcome(), FrameReader(MOST)
    items: list[Item] = [item for piece in pieces for item in reader.feed(piece)]
    for item in items:
        assert outcome.code is None, "nothing is read after the end"
        match item:
            case str() | bytes():
                outcome.heard.append(item)
            case Ping():
                outcome.written += pong_frame(item.payload)
            case PeerClose():
                outcome.written += close_frame(item.payload)
                outcome.code = int.from_bytes(item.payload[:2], "big") if item.payload else 1005
            case Fail():
                outcome.code = item.code
    return outcome


def cut(stream: bytes, sizes: list[int]) -> list[bytes]:
    """The stream in pieces of these sizes, over and over."""
    pieces, at, turn = list[bytes](), 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        pieces.append(stream[at : at + size])
        at, turn = at + size, turn + 1
    return pieces


@settings(max_examples=400, deadline=None)
@given(stream=streams, sizes=st.lists(st.integers(1, 400), min_size=1, max_size=4))
@example(stream=masked(1, b"a", first=0) + masked(9, b"p") + masked(0, b"b"), sizes=[1])
@example(stream=masked(1, b"a", first=0) + masked(8, b""), sizes=[400])
@example(stream=masked(1, b"x" * 200, first=0) + masked(9, b"p" * 101), sizes=[400])
@example(stream=masked(1, b"\xc3", first=0) + masked(0, b"\xa9"), sizes=[3])
@example(stream=masked(8, b"\x03\xe8") + masked(1, b"late"), sizes=[400])
@example(stream=masked(2, b"x" * 65_536), sizes=[400])
def test_the_same_bytes_have_the_same_outcome(stream: bytes, sizes: list[int]) -> None:
    pieces = cut(stream, sizes)
    expected, got = stock(pieces), ours(pieces)
    assert got.heard == expected.heard
    assert got.code == expected.code
    assert got.written == expected.written


@settings(max_examples=100, deadline=None)
@given(stream=streams, sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_how_it_is_cut_changes_nothing(stream: bytes, sizes: list[int]) -> None:
    whole, pieces = ours([stream]), ours(cut(stream, sizes))
    assert (whole.heard, whole.written, whole.code) == (pieces.heard, pieces.written, pieces.code)


@given(payload=st.binary(max_size=200) | st.integers(65_530, 65_540).map(lambda n: b"x" * n))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_what_the_library_writes(payload: bytes) -> None:
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)
    if len(payload) < 126:
        assert pong_frame(payload) == Frame(Opcode.PONG, payload).serialize(mask=False)
        assert close_frame(payload) == Frame(Opcode.CLOSE, payload).serialize(mask=False)


def test_the_reason_of_a_close_fits() -> None:
    assert len(close_payload(1000, "x" * 500)) == 125
