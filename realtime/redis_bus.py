"""The bus over Redis pub/sub, on one server or on a cluster: who owns which channel, and starting over.

Each server has a link (`redis_link`) that ends at its first fault; then it is asked anew what the
address leads to, and what is missing is linked again, with growing pauses. Other servers' links go on.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time

from redis.exceptions import MovedError

from realtime.bus import Receive, Resumed
from realtime.channels import Topics, channel_of, unwrap, wrap
from realtime.quiet import QuietLog
from realtime.redis_link import Link, Moved, Silence, Times
from realtime.redis_servers import Server, covered, find, seeds
from realtime.tasks import end

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 1.0
"""Seconds between two attempts at most: what was away is used again within two."""


class RedisBus:
    """One per process. `url` may name several hosts of a cluster, separated by commas.

    Raises `ValueError` for an address that cannot be read.
    """

    def __init__(self, url: str, times: Times | None = None) -> None:
        self._seeds = seeds(url)
        self._times = times or Times()
        self._topics = Topics()
        self._links: dict[Server, Link] = {}
        self._lives: dict[Server, asyncio.Task[None]] = {}
        self._known: tuple[Server, ...] = ()
        """The servers as they were found last; a server of a cluster that ended may still be among them."""
        self._unsent = self._times.queue()
        """For servers that there is no link to at present: late news is better than none."""
        self._changed = asyncio.Event()
        self._receive: Receive = lambda _topic, _payload: None
        self._resumed: Resumed = lambda _topic: None
        self._keeper: asyncio.Task[None] | None = None
        self._log = QuietLog(logger)

    @property
    def healthy(self) -> bool:
        """Whether our own heartbeat came back lately, from every server."""
        whole = covered(self._links) and len(self._links) == len(self._known)
        return whole and all(link.heard for link in self._links.values())

    @property
    def servers(self) -> tuple[Server, ...]:
        """The servers it is linked to at present."""
        return tuple(self._links)

    async def start(self, receive: Receive, resumed: Resumed) -> None:
        self._receive, self._resumed = receive, resumed
        self._keeper = asyncio.create_task(self._keep_linked(), name="bus")

    async def close(self) -> None:
        keeper, self._keeper = self._keeper, None
        await end([keeper])
        await end(list(self._lives.values()))
        self._links.clear()

    def publish(self, topic: str, payload: bytes) -> None:
        if self._keeper is None:
            return  # not started, or over
        channel = channel_of(topic)
        link = self._owner(channel)
        put = link.put if link is not None else self._unsent.put
        put(channel, wrap(topic, payload))

    def subscribe(self, topic: str) -> None:
        channel = self._topics.add(topic)
        link = self._owner(channel)
        if link is not None and channel in link.live:
            asyncio.get_running_loop().call_soon(self._resume, topic)  # another topic's channel
        elif link is not None:
            link.follow([channel])

    def unsubscribe(self, topic: str) -> None:
        channel = self._topics.discard(topic)
        link = self._owner(channel) if channel is not None else None
        if link is not None and channel is not None:
            link.unfollow(channel)

    # what links hear

    def heard(self, channel: str, message: bytes) -> None:
        del channel  # the topic is signed, and says everything
        found = unwrap(message)
        if found is not None and found[0] in self._topics:
            self._receive(*found)

    def subscribed(self, channel: str) -> None:
        for topic in self._topics.on(channel):
            self._resumed(topic)

    def _resume(self, topic: str) -> None:
        if topic in self._topics:
            self._resumed(topic)

    # links

    def _owner(self, channel: str) -> Link | None:
        return next((link for server, link in self._links.items() if server.owns(channel)), None)

    async def _keep_linked(self) -> None:
        attempt, looked_at = 0, time.monotonic()
        while True:
            self._changed.clear()
            found = await self._find()
            if found is not None:
                self._link(found)
                if covered(found):
                    await self._changed.wait()
            steady = time.monotonic() - looked_at > self._times.patience
            attempt, looked_at = (0 if steady else attempt + 1), time.monotonic()
            ceiling = min(LONGEST_PAUSE, 0.1 * 2**attempt)
            await asyncio.sleep(random.uniform(0.5, 1.0) * ceiling)  # noqa: S311 - spreads load

    async def _find(self) -> tuple[Server, ...] | None:
        """Ask those first that answer at present; a cluster's seeds may have left it."""
        linked, known = ([server.url for server in servers] for servers in (self._links, self._known))
        urls = dict.fromkeys([*linked, *self._seeds, *known])
        try:
            return await find(tuple(urls), self._times.patience)
        except Exception as error:  # noqa: BLE001 - whatever a library makes of a broken line, it is tried anew
            self._away(error)
            return None

    def _link(self, found: tuple[Server, ...]) -> None:
        """Have a link to each of these servers, and to no other; a server whose slots changed is another."""
        self._known = found
        for gone in self._links.keys() - set(found):
            del self._links[gone]
            self._lives[gone].cancel()
        channels = self._topics.channels
        for server in found:
            if server in self._links:
                continue
            link = self._links[server] = Link(server, self, self._times, logger)
            link.follow(channel for channel in channels if server.owns(channel))
            self._lives[server] = asyncio.create_task(self._live(link), name=f"bus link {len(self._lives)}")
        for channel, message in self._unsent.take(len(self._unsent)):
            owner = self._owner(channel)
            if owner is not None:
                owner.put(channel, message)

    async def _live(self, link: Link) -> None:
        task = asyncio.current_task()
        try:
            await link.run()
        except Exception as error:  # noqa: BLE001 - as above
            self._away(error)
        finally:
            if self._links.get(link.server) is link:
                del self._links[link.server]
            if self._lives.get(link.server) is task:
                del self._lives[link.server]
            self._changed.set()

    def _away(self, error: BaseException) -> None:
        if isinstance(error, Moved | MovedError):
            self._log.warning("moved", "Redis' channels are looked for anew: %s", error)
        else:
            self._log.warning("away", "Redis is away, the log is read instead: %s", _first_line(error))


def _first_line(error: BaseException) -> str:
    """Why, in one line, without the address (it may hold a password)."""
    text = type(error).__name__
    return f"{text}: {error}" if isinstance(error, Silence) else text
