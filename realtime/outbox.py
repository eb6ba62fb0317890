"""What waits to be written to one connection: in order, bounded, the lossy part given up first."""

from __future__ import annotations

import asyncio
import enum
from collections import deque

from realtime.frames import Packet


class Put(enum.Enum):
    """What became of a packet."""

    QUEUED = enum.auto()
    DROPPED = enum.auto()
    OVERFLOW = enum.auto()


class Outbox:
    """One ordered queue to one writer; bounds in packets and bytes.

    Lossy packets are taken only while little waits, and are thrown out when room is needed for
    others. `OVERFLOW` means that the reader is too slow to be kept: the owner closes it.
    """

    def __init__(
        self, *, max_packets: int, max_bytes: int, low_bytes: int, lossy_packets: int, lossy_bytes: int
    ) -> None:
        self._low_bytes = low_bytes
        self._max_packets = max_packets
        self._max_bytes = max_bytes
        self._lossy_packets = lossy_packets
        self._lossy_bytes = lossy_bytes
        self._packets: deque[Packet] | tuple[()] = ()
        """A deque costs 760 bytes also while it is empty, as it nearly always is."""
        self._bytes = 0
        self._ended = False
        self._reader: asyncio.Future[None] | None = None
        self._lows: list[asyncio.Future[None]] | tuple[()] = ()

    def __len__(self) -> int:
        return len(self._packets)

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait to be written."""
        return self._bytes

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._packets

    @property
    def ended(self) -> bool:
        """Whether nothing more is taken."""
        return self._ended

    def put(self, packet: Packet) -> Put:
        """Queue a packet, never waiting."""
        if self._ended:
            return Put.DROPPED
        if packet.lossy and (len(self._packets) >= self._lossy_packets or self._bytes >= self._lossy_bytes):
            return Put.DROPPED
        if not self._fits(packet):
            self._drop_lossy()
            if not self._fits(packet):
                return Put.OVERFLOW
        self._append(packet)
        return Put.QUEUED

    def _fits(self, packet: Packet) -> bool:
        if not self._packets:
            return True  # one packet of any size: what is larger than the bound was bounded before
        return len(self._packets) < self._max_packets and self._bytes + packet.size <= self._max_bytes

    def _append(self, packet: Packet) -> None:
        if not self._packets:
            self._packets = deque()
        self._packets.append(packet)
        self._bytes += packet.size
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _drop_lossy(self) -> None:
        self._packets = deque(p for p in self._packets if not p.lossy)
        self._bytes = sum(p.size for p in self._packets)

    def end(self, last: Packet | None = None, *, discard: bool = False) -> None:
        """Take nothing more; `last` goes out at the end, alone where `discard` throws the rest away."""
        if self._ended:
            return
        if discard:
            self._packets = ()
            self._bytes = 0
        if last is not None:
            self._append(last)
        self._ended = True
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
        self._wake_lows()

    async def get(self) -> Packet | None:
        """The next packet; None when the outbox ended and nothing is left. For one writer only."""
        while not self._packets:
            if self._ended:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self.pop()

    def pop(self) -> Packet | None:
        """The next packet, None where there is none now. For one writer only."""
        if not self._packets:
            return None
        packet = self._packets.popleft()
        self._bytes -= packet.size
        if not self._packets:
            self._packets = ()
        if self._lows and self._low():
            self._wake_lows()
        return packet

    def _low(self) -> bool:
        return self._bytes <= self._low_bytes and len(self._packets) * 4 <= self._max_packets

    def _wake_lows(self) -> None:
        for waiter in self._lows:
            if not waiter.done():
                waiter.set_result(None)
        self._lows = ()

    async def low(self) -> None:
        """Wait until little is left, or the outbox ended: what is one reader's alone is not piled up."""
        while not self._ended and not self._low():
            waiter = asyncio.get_running_loop().create_future()
            self._lows = [*self._lows, waiter]
            await waiter
