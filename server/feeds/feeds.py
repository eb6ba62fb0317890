"""Everybody who reads a feed in this process: who may, how many, and how they are seen out."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from db.pool import Pool
from realtime.connections import Occupant
from realtime.fanout import Fanout
from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.operations import Problem
from server.api.problems import busy, rate_limited, unauthenticated
from server.auth.identity import Authenticator, Identity
from server.feeds.reader import Reader


class FeedBounds(Struct, frozen=True, kw_only=True):
    """Feeds of one process and of one owner, and the seconds that a reader may take.

    `close_seconds` are for the last word. Should a reader's step not hear of it at once, the next one does.
    """

    most: int = 1_000
    most_of_one: int = 20
    stall_seconds: float = 30.0
    close_seconds: float = 2.0
    first_frame_seconds: float = 5.0
    step_seconds: float = 1.0
    credits_per_second: float = 50.0
    credit_burst: float = 200.0


class House(Protocol):
    """The gateway, as seen from here: it ends feeds with the rights of their owners, as sockets."""

    def came(self, reader: Occupant) -> None:
        """A feed was opened."""

    def went(self, reader: Occupant) -> None:
        """It is over."""


class Feeds:
    """One per process; `drain` before the server shuts down."""

    def __init__(
        self,
        *,
        fanout: Fanout,
        pool: Pool,
        authenticator: Authenticator,
        house: House,
        bounds: FeedBounds | None = None,
    ) -> None:
        self.bounds = bounds or FeedBounds()
        self._fanout = fanout
        self._pool = pool
        self._authenticator = authenticator
        self._house = house
        self._readers: set[Reader] = set()
        self._of: Counter[UUID] = Counter()
        self._draining = False
        self._left = asyncio.Event()

    @property
    def readers(self) -> int:
        """Feeds that are open at present."""
        return len(self._readers)

    async def admit(self, authorization: str, ticket: str | None) -> Identity | Problem:
        """Whose feed it is to be: by the header, else by a one-use ticket. Raises what Postgres raises."""
        scheme, _, token = authorization.partition(" ")
        identity = None
        if authorization:
            if scheme.lower() == "bearer" and token.isascii():
                identity = await self._authenticator.by_bearer(token.strip(), afresh=True)
        elif ticket:
            identity = await self._authenticator.identify(ticket) if ticket.startswith("pts_") else None
        else:
            return unauthenticated(
                "Say who you are: Authorization: Bearer, or a one-use `ticket` in the query."
            )
        if identity is None:
            return unauthenticated("The token, key or ticket is not good, or not any more.")
        if not identity.actor.may(Scope.EVENTS_READ):
            needed = Scope.EVENTS_READ.value
            return Problem(code=Code.FORBIDDEN, message=f"A feed needs an API key with the scope {needed}.")
        if self._draining:
            return busy("The server restarts; come back in a moment.")
        if len(self._readers) >= self.bounds.most:
            return busy("The server takes no more feeds just now.")
        if self._of[identity.actor.id] >= self.bounds.most_of_one:
            return rate_limited(f"{self.bounds.most_of_one} feeds of yours are open already.", 30)
        return identity

    @asynccontextmanager
    async def reading(self, identity: Identity) -> AsyncIterator[Reader]:
        """A reader for the length of the block, counted, and ended with the rights of its owner."""
        reader = Reader(self._fanout, self._pool, identity, patience=self.bounds.close_seconds)
        self._readers.add(reader)
        self._of[identity.actor.id] += 1
        self._left.clear()
        self._house.came(reader)
        try:
            yield reader
        finally:
            self._house.went(reader)
            reader.leave()
            self._readers.discard(reader)
            self._of[identity.actor.id] -= 1
            self._of += Counter()  # forgets those that came down to nothing
            if not self._readers:
                self._left.set()

    async def drain(self, seconds: float = 3.0) -> None:
        """Let nobody in, and tell everybody when to come back."""
        self._draining = True
        spread = 2_000 + 2 * len(self._readers)
        for reader in list(self._readers):
            wait = 250 + random.randrange(spread)  # noqa: S311 - spreads load, guards nothing
            reader.close("restart", "The server restarts; come back and read on.", wait)
        if self._readers:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._left.wait()
