"""The one message that both servers send: 350 bytes of text, a change of a booking as ours are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

EPOCH = UUID(int=7)
FIRST_SEQ = 1_000_001
"""So large that its length stays the same."""
SIZE = 350
"""Bytes of the whole Socket.IO packet, `42[…]`."""


def _event(padding: str) -> dict[str, Any]:
    booking = {"id": str(UUID(int=3)), "title": padding, "start": "2026-06-01T09:00:00Z", "version": 4}
    return {"type": "booking.moved", "command_id": str(UUID(int=5)), "data": {"booking": booking}}


def _body(padding: str) -> dict[str, Any]:
    return {"epoch": str(EPOCH), "from_seq": FIRST_SEQ, "to_seq": FIRST_SEQ, "events": [_event(padding)]}


def _packet(padding: str) -> bytes:
    return b"42" + msgspec.json.encode(["events", _body(padding)])


_PADDING = "x" * (SIZE - len(_packet("")))
EVENT = msgspec.json.encode(_event(_PADDING))
"""The event as it stands in the log."""
TEMPLATE = msgspec.json.encode(_body(_PADDING)).decode()
"""The message for the peer to send, with numbers of its own."""
FRAME_SIZE = SIZE + 4
"""Bytes of the websocket frame."""
