"""Ends each turn of the event loop by writing what was sent in it: joined, one write per connection.

Whoever sends only notes its packet. Packets for a whole audience are joined once and the same bytes
handed to every socket; a socket that was sent something of its own in the same turn gets both in
the order in which they were sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Protocol

from realtime.connections import Connection, Lane
from realtime.frames import Packet, frames_of


class Due(Protocol):
    """Something that was sent to in this turn."""

    def flush(self) -> None:
        """Write it. Never raises."""


class Courier:
    """One per process."""

    def __init__(self) -> None:
        self._due: list[Due] = []

    def note(self, one: Due) -> None:
        """Have it flushed when the turn is over."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._flush)
        self._due.append(one)

    def _flush(self) -> None:
        due, self._due = self._due, []
        for one in due:
            one.flush()


class Group:
    """Connections that are sent the same packets. Those on a stock socket get them into their outbox."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._members: set[Connection] = set()
        self._lanes: tuple[Lane, ...] | None = ()
        self._others: tuple[Connection, ...] = ()
        self._turn: list[Packet] = []

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._members

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._members)

    @property
    def noted(self) -> int:
        """How many packets were sent in this turn: the place of whatever a member is sent now."""
        return len(self._turn)

    def add(self, connection: Connection) -> None:
        """From now on the connection gets what is sent."""
        self.flush()
        self._members.add(connection)
        self._lanes = None
        if connection.lane is not None:
            connection.lane.group = self

    def discard(self, connection: Connection) -> None:
        """From now on it gets nothing; what was sent before still goes out."""
        self.flush()
        self._members.discard(connection)
        self._lanes = None
        if connection.lane is not None:
            connection.lane.group = None

    def send(self, packet: Packet) -> None:
        """Send to everybody."""
        if self._lanes is None:
            self._sort()
        if self._lanes:
            if not self._turn:
                self._courier.note(self)
            self._turn.append(packet)
        for connection in self._others:
            connection.send(packet)

    def _sort(self) -> None:
        self._lanes = tuple(c.lane for c in self._members if c.lane is not None)
        self._others = tuple(c for c in self._members if c.lane is None)

    def flush(self) -> None:
        """Write what was sent in this turn."""
        if not self._turn:
            return
        turn, self._turn = self._turn, []
        data = frames_of(turn)
        for lane in self._lanes or ():
            try:
                if lane.plain:
                    lane.write(data)
                else:
                    lane.merge(turn, data)
            except Exception:  # noqa: BLE001 - one broken transport must not cost the others
                lane.abort()
