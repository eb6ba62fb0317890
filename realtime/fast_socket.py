"""A websocket after its handshake, read and written without ASGI: no task, no queue, no copy per client.

It takes the transport over from uvicorn's protocol (`realtime.websocket`) and lives until the
connection is lost. While the reader keeps up, packets go to the transport at the end of the turn in
which they were sent; once the transport says that it is full they wait in the connection's bounded
outbox, so a reader that does not read costs no more than that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from realtime.connections import Connection, Place
from realtime.courier import Courier
from realtime.frames import Packet, frames_of
from realtime.ws_frames import (
    Fail,
    FrameReader,
    Item,
    PeerClose,
    Ping,
    close_frame,
    close_payload,
    pong_frame,
)

HIGH_WATER = 64 * 1024
"""Bytes in the transport's buffer above which packets wait in the outbox."""
NORMAL, RESTART = 1000, 1012


class Owner(Protocol):
    """Who is behind a fast socket."""

    connection: Connection

    def took(self, message: str | bytes) -> None:
        """A message came. Never raises, never waits."""

    def gone(self) -> None:
        """The connection is lost."""


class FastSocket(asyncio.Protocol):
    """One websocket; see the module."""

    __slots__ = (
        "_connection",
        "_courier",
        "_held",
        "_leaving",
        "_lost",
        "_own",
        "_owner",
        "_paused",
        "_peers",
        "_reader",
        "_transport",
        "group",
        "plain",
        "write",
    )

    def __init__(
        self, transport: asyncio.Transport, peers: set[Any], max_size: int, courier: Courier, owner: Owner
    ) -> None:
        self._transport = transport
        self._peers = peers
        self._reader = FrameReader(max_size)
        self._courier = courier
        self._owner = owner
        self._connection = owner.connection
        self._own: list[tuple[int, Packet]] | None = None
        self._paused = False
        self._held = False
        self._leaving = False
        self._lost = False
        self.group: Place | None = None
        self.plain = True
        self.write: Callable[[bytes], None] = transport.write

    def begin(self) -> None:
        """Serve from now on; what waits in the outbox already is written."""
        self._peers.add(self)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        self._connection.lane = self
        self._drain()

    # reading

    def data_received(self, data: bytes) -> None:
        for item in self._reader.feed(data):
            self._take(item)

    def _take(self, item: Item) -> None:
        if self._lost:
            return
        match item:
            case str() | bytes():
                if not self._leaving:
                    self._owner.took(item)
            case Ping():
                if not self._leaving:
                    self.flush_all()
                    self._transport.write(pong_frame(item.payload))
            case PeerClose():
                self._end(item.payload)
            case Fail():
                self._end(close_payload(item.code, item.reason))

    def _end(self, payload: bytes) -> None:
        """Say goodbye if that was not said yet, and close; what the transport holds is still written."""
        if not self._leaving:
            self.flush_all()
            self._transport.write(close_frame(payload))
        self._mute()
        self._transport.close()

    def eof_received(self) -> None:
        return None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._lost = True
        self._mute()
        self._peers.discard(self)
        self._connection.lane = None
        self._owner.gone()

    # writing

    def take(self, packet: Packet) -> bool:
        """Note a packet for this connection alone; False where it has to wait in the outbox."""
        if self._held:
            if self.group is not None:
                self.group.flush()  # what the group was sent before comes before
            return False
        if self._own is None:
            self._own = []
            self.plain = False
            self._courier.note(self)
        self._own.append((self.group.noted if self.group is not None else 0, packet))
        return True

    def flush(self) -> None:
        """Write what was sent to this connection alone, and what its group was sent before that."""
        if self._own is None:
            return
        if self.group is not None and self.group.noted:
            self.group.flush()
        else:
            self.merge([], b"")

    def merge(self, turn: list[Packet], joined: bytes) -> None:
        """Write or queue the packets of the group, whose frames are `joined`, in their order with our own."""
        own, self._own = self._own or [], None
        if self._lost or self._leaving:
            return
        if self._held:
            for packet in _in_order(turn, own):
                self._connection.queue(packet)
            return
        self.plain = True
        if not own:
            self.write(joined)
        elif not turn:
            self.write(frames_of([packet for _, packet in own]))
        elif own[-1][0] == 0:  # answers before their events, as after every batch: nothing large is copied
            self._transport.writelines([frames_of([packet for _, packet in own]), joined])
        else:
            self.write(frames_of(_in_order(turn, own)))

    def flush_all(self) -> None:
        """Write what was sent in this turn."""
        if self.group is not None:
            self.group.flush()
        self.flush()

    def pause_writing(self) -> None:
        self._paused = self._held = True
        self.plain = False

    def resume_writing(self) -> None:
        self._paused = False
        self._drain()

    def _drain(self) -> None:
        """Write what waits in the outbox, as far as the transport takes it."""
        outbox = self._connection.outbox
        while not self._paused and (packet := outbox.pop()) is not None:
            self.write(packet.frame)
        if not self._paused and not self._lost and not self._leaving:
            if outbox.ended:
                self._leave(close_payload(NORMAL))
            else:
                self._held = False
                self.plain = self._own is None

    # the end

    def finish(self) -> None:
        """Write what is queued, then close."""
        if self._lost or self._leaving:
            return
        self.flush_all()
        self._held = True
        self.plain = False
        self._drain()

    def _leave(self, payload: bytes) -> None:
        """Everything is written: close, and wait for the peer to do so as well, or to be cut."""
        self._transport.write(close_frame(payload))
        self._mute()

    def abort(self) -> None:
        """Cut the connection without writing what is buffered: its reader does not read."""
        self._mute()
        self._transport.abort()

    def shutdown(self) -> None:
        """What uvicorn asks of every connection when it ends."""
        if not self._lost:
            self._end(close_payload(RESTART))

    def _mute(self) -> None:
        """Write nothing any more: some transports raise once they are aborted."""
        self._leaving = self._held = True
        self.plain = False
        self._own = None
        self.write = _nothing


def _nothing(_data: bytes) -> None:
    """What is written to a socket that is closed."""


def _in_order(turn: list[Packet], own: list[tuple[int, Packet]]) -> list[Packet]:
    """The group's packets with our own at the places where they were sent."""
    merged: list[Packet] = []
    done = 0
    for place, packet in own:
        merged += turn[done:place]
        merged.append(packet)
        done = max(done, place)
    return merged + turn[done:]
