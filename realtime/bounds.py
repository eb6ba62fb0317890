"""Every bound of a connection in one place: sizes in bytes, times in seconds, rates per second."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct


class Bounds(Struct, frozen=True, kw_only=True):
    """What one connection may hold, send and wait for; see docs/subsystems/realtime.md."""

    max_connections: int = 20_000
    max_per_address: int = 2_000
    max_per_account: int = 100
    max_per_tenant: int = 10_000
    max_message_bytes: int = 512 * 1024
    max_malformed: int = 3
    bulk_items: int = 500

    connect_seconds: float = 5.0
    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    refresh_grace: float = 25.0
    close_grace: float = 2.0
    sweep_seconds: float = 0.25

    mailbox_messages: int = 128
    mailbox_bytes: int = 2 * 1024 * 1024
    outbox_packets: int = 4_096
    outbox_bytes: int = 32 * 1024 * 1024
    """Mostly packets that are shared with others; so much is a large import for everybody who is live."""
    outbox_low_bytes: int = 1024 * 1024
    lossy_packets: int = 64
    lossy_bytes: int = 256 * 1024

    commands_per_second: float = 2_000.0
    command_burst: float = 4_000.0
    ghosts_per_second: float = 20.0
    ghost_burst: float = 40.0
    presence_per_second: float = 20.0
    presence_burst: float = 40.0
    frames_per_second: float = 5_000.0
    frame_burst: float = 10_000.0


class Bucket:
    """A token bucket: `rate` a second, at most `burst` at once."""

    __slots__ = ("_burst", "_clock", "_rate", "_then", "_tokens")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._then = clock()

    def take(self) -> bool:
        """Whether one more is within the rate; takes it if so."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
        self._then = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def wait(self) -> float:
        """Seconds until the next one is within the rate."""
        return max(0.0, (1 - self._tokens) / self._rate)
