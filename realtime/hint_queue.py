"""Messages that wait for a server of the bus: bounded in number and bytes, the oldest go first."""

from __future__ import annotations

from collections import deque


class HintQueue:
    """A bounded queue of `(channel, message)`."""

    def __init__(self, most_messages: int, most_bytes: int) -> None:
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._bytes = 0
        self._most_messages = most_messages
        self._most_bytes = most_bytes

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, channel: str, message: bytes) -> bool:
        """Add one; whether nothing had to go for it."""
        self._waiting.append((channel, message))
        self._bytes += len(message)
        fits = True
        while len(self._waiting) > self._most_messages or self._bytes > self._most_bytes:
            self._pop()
            fits = False
        return fits

    def take(self, most: int) -> list[tuple[str, bytes]]:
        """The next few."""
        return [self._pop() for _ in range(min(most, len(self._waiting)))]

    def _pop(self) -> tuple[str, bytes]:
        channel, message = self._waiting.popleft()
        self._bytes -= len(message)
        return channel, message
