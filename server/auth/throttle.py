"""How often somebody may guess: failed attempts per e-mail and per address, in bounded memory."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct


class Allowance(Struct, frozen=True, kw_only=True):
    """`burst` failures at once, and one more every `every` seconds."""

    burst: int
    every: float


PER_EMAIL = Allowance(burst=10, every=30.0)
PER_ADDRESS = Allowance(burst=50, every=3.0)
REMEMBERED = 20_000
"""Keys kept at most; the one not heard of for longest goes first."""


class Throttle:
    """A leaking bucket of failures per key: `level` falls by one every `every` seconds."""

    def __init__(
        self, allowance: Allowance, *, size: int = REMEMBERED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowance = allowance
        self._size = size
        self._clock = clock
        self._failures: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the next attempt is allowed; 0 now."""
        level, now = self._level(key), self._allowance
        return max(0.0, (level + 1 - now.burst) * now.every)

    def failed(self, key: str) -> None:
        """Count a failure, forgetting the key that has been silent longest where memory is full."""
        level = self._level(key)
        self._failures[key] = (level + 1, self._clock())
        self._failures.move_to_end(key)
        while len(self._failures) > self._size:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """The right password: earlier failures were slips."""
        self._failures.pop(key, None)

    def _level(self, key: str) -> float:
        level, since = self._failures.get(key, (0.0, 0.0))
        if not level:
            return 0.0
        level -= (self._clock() - since) / self._allowance.every
        if level <= 0:
            del self._failures[key]
            return 0.0
        return level


def address_key(address: str) -> str:
    """The address to count by: an IPv6 customer has a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
