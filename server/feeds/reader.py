"""One reader of a studio's log: in order from a position, live once caught up, as far as they may see.

A reader pulls: what is kept for it is its position, so that one who reads slowly costs the server nothing
but looks into the log. What the room of the sockets has delivered lately it gets from there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from msgspec import Struct

from db.pool import Pool
from realtime.catchup import look
from realtime.connections import CloseCode, SignedIn
from realtime.fanout import Fanout, RoomShut
from realtime.log_reader import Position, UnknownTenant
from realtime.masking import Sight, mask
from realtime.protocol import FeedPosition, FeedRequest, FeedReset
from realtime.rooms import Batch
from scheduling.events import LoggedEvent
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused
from server.feeds.filters import Filter, filter_of

QUIET_SECONDS = 20.0
"""After so long without an event a frame says where the reader stands, and that the line is alive."""

_logged = msgspec.json.Decoder(LoggedEvent)


class Frame(Struct, frozen=True, kw_only=True):
    """An encoded frame, and the position it brings the reader to; `idle` where it has no events."""

    body: bytes
    position: Position
    idle: bool


class Ending(Struct, frozen=True, kw_only=True):
    """Why a feed ends, and whether and when to come back."""

    code: Code
    message: str
    retry_after_ms: int | None = None


Step: TypeAlias = Frame | FeedReset | Ending | None


class Reader:
    """Enters the studio's room like a socket does, and is closed by what closes sockets.

    `patience` is the seconds in which whoever reads has to take the last frame, once it was closed.
    """

    def __init__(self, fanout: Fanout, pool: Pool, owner: SignedIn, *, patience: float = 2.0) -> None:
        self.owner = owner
        self._patience = patience
        self._closed = asyncio.Event()
        self.when_closed: Callable[[], None] = lambda: None
        """Told as it is closed, for who waits for something else than the next step."""
        self._fanout = fanout
        self._pool = pool
        self._ending: Ending | None = None
        self._replaced = False
        self._filter = Filter()
        self._sight: Sight | None = None
        self._at: Position | None = None
        self._sent = 0
        self._spoke_at = 0.0

    @property
    def actor(self) -> Actor:
        """Whose feed it is."""
        return self.owner.actor

    # closed by others: the rights of its owner, the room, the end of the process

    def close(self, code: CloseCode, reason: str, retry_after_ms: int | None = None) -> None:
        """End the feed at its next step, which is now if nothing happens in the studio."""
        if code == "replaced":
            self._replaced = True
        elif self._ending is None:
            kind = Code.UNAUTHENTICATED if code == "unauthenticated" else Code.BUSY
            self._ending = Ending(code=kind, message=reason, retry_after_ms=retry_after_ms)
        self._closed.set()
        self.when_closed()
        self._fanout.stir(self.actor.tenant_id)

    async def overdue(self) -> None:
        """Wait until it was closed, and whoever reads has had the time to take that in.

        Its line is cut then: a feed does not go on for as long as somebody does not read.
        """
        await self._closed.wait()
        await asyncio.sleep(self._patience)

    @property
    def ending(self) -> Ending | None:
        """Why the feed is to end, once it is."""
        return self._ending

    # reading

    async def open(self, request: FeedRequest) -> Step | Refused:
        """Take the place asked for. The first frame, a reset, or why not. Raises what the database raises."""
        chosen = filter_of(request.types, request.project_id)
        if isinstance(chosen, Refused):
            return chosen
        self._filter = chosen
        try:
            await self._fanout.enter(self, self.actor.tenant_id)
            known = await look(self._pool, self.actor)
        except UnknownTenant:
            return Refused(code=Code.UNAUTHENTICATED, message="There is no such studio any more.")
        if isinstance(known, Refused):
            return known
        head, since = known.head, request.since if request.since is not None else known.head.seq
        if since > head.seq or (request.epoch is not None and request.epoch != head.epoch):
            return FeedReset(reset=FeedPosition(epoch=head.epoch, seq=head.seq))
        self._sight = known.sight
        self._at = Position(epoch=head.epoch, seq=since)
        self._sent = since
        return self._frame([])

    async def step(self, seconds: float) -> Step:
        """What comes next, waited for at most so long; None where nothing did."""
        at = self._at
        if at is None:
            raise RuntimeError("the reader was not opened")
        if self._ending is not None:
            return self._ending
        batch: Batch | None = None
        try:
            batch = (
                None if self._replaced else await self._fanout.following(at, self.actor.tenant_id, seconds)
            )
        except RoomShut:
            self._replaced = True
        if self._replaced:
            return await self._reset()
        if batch is None:
            quiet = time.monotonic() - self._spoke_at >= QUIET_SECONDS
            return self._frame([]) if quiet else None
        shown = self._shown(batch)
        self._at = Position(epoch=at.epoch, seq=batch.to_seq)
        return self._frame(shown) if shown else None

    async def _reset(self) -> FeedReset | Ending:
        known = await look(self._pool, self.actor)
        if isinstance(known, Refused):
            return Ending(code=known.code, message=known.message)
        return FeedReset(reset=FeedPosition(epoch=known.head.epoch, seq=known.head.seq))

    def leave(self) -> None:
        """Give the place in the room up."""
        self._fanout.leave(self, self.actor.tenant_id)

    def _shown(self, batch: Batch) -> list[bytes]:
        shown: list[bytes] = list(batch.bodies)
        if self._sight is not None:
            shown = []
            for body in batch.bodies:
                self._sight, seen = mask(self._sight, _logged.decode(body), body)
                shown.extend(seen)
        return shown if self._filter.open else [body for body in shown if self._filter.admits(body)]

    def _frame(self, events: list[bytes]) -> Frame:
        at = self._at
        if at is None:
            raise RuntimeError("the reader was not opened")
        body = b'{"epoch":"%s","from_seq":%d,"to_seq":%d,"events":[%s]}' % (
            str(at.epoch).encode(),
            self._sent + 1,
            at.seq,
            b",".join(events),
        )
        self._sent, self._spoke_at = at.seq, time.monotonic()
        return Frame(body=body, position=at, idle=not events)
