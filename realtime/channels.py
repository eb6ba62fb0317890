"""Which Redis channel carries a topic: a bounded number of channels, however many studios there are.

A topic is hashed to one of `CHANNELS`, so that an instance with thousands of studios holds a thousand
subscriptions at most, and takes them up again in a moment. A message names its topic; what is of a
studio that shares the channel by chance is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from zlib import crc32

PREFIX = "production-tool:"
CHANNELS = 1_024
"""The same on every instance of an installation."""


def channel_of(topic: str) -> str:
    """The channel a topic is carried on."""
    return f"{PREFIX}hints:{crc32(topic.encode()) % CHANNELS}"


def wrap(topic: str, payload: bytes) -> bytes:
    """What is published on the channel; a topic holds no line break."""
    return b"%b\n%b" % (topic.encode(), payload)


def unwrap(message: bytes) -> tuple[str, bytes] | None:
    """Topic and payload; None for what `wrap` did not make."""
    topic, newline, payload = message.partition(b"\n")
    try:
        return (topic.decode(), payload) if newline else None
    except UnicodeDecodeError:
        return None


class Topics:
    """The topics that are listened to, and the channels they need."""

    def __init__(self) -> None:
        self._by_channel: defaultdict[str, set[str]] = defaultdict(set)

    def __contains__(self, topic: str) -> bool:
        return topic in self._by_channel.get(channel_of(topic), ())

    @property
    def channels(self) -> set[str]:
        """The channels of all of them."""
        return set(self._by_channel)

    def on(self, channel: str) -> tuple[str, ...]:
        """Those that this channel carries."""
        return tuple(self._by_channel.get(channel, ()))

    def add(self, topic: str) -> str:
        """Listen to one more; its channel."""
        channel = channel_of(topic)
        self._by_channel[channel].add(topic)
        return channel

    def discard(self, topic: str) -> str | None:
        """Listen to one fewer; the channel that is not needed any more, if there is one."""
        channel = channel_of(topic)
        topics = self._by_channel.get(channel)
        if topics is None:
            return None
        topics.discard(topic)
        if topics:
            return None
        del self._by_channel[channel]
        return channel
