"""Closes feeds, and sockets of API keys, whose owner may no longer read: looked at every two seconds."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from db.pool import Pool, transaction
from db.queries import api_keys, members
from realtime.catchup import changed
from realtime.connections import CloseCode
from realtime.quiet import QuietLog
from realtime.tasks import end
from scheduling.permissions import Actor
from server.auth.identity import key_actor

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
GRACE = timedelta(seconds=25)
"""So long a feed outlives the access token it was opened with, as sockets do."""


class Watched(Protocol):
    """Something that ends with the rights of its owner."""

    @property
    def actor(self) -> Actor | None: ...

    def close(self, code: CloseCode, reason: str, retry_after_ms: int | None = None) -> None: ...


class Guard:
    """One per process. `sockets` gives the connections of API keys, which no member's event closes."""

    def __init__(
        self,
        pool: Pool,
        *,
        sockets: Callable[[], Iterable[Watched]] = tuple,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._pool = pool
        self._sockets = sockets
        self._look_seconds = look_seconds
        self._watched: dict[Watched, datetime] = {}
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch(), name="feed guard")

    async def close(self) -> None:
        """Look no more."""
        await end([self._task])

    def watch(self, one: Watched, until: datetime) -> None:
        """Look after it; `until` is the end of the token it was opened with."""
        self._watched[one] = until

    def forget(self, one: Watched) -> None:
        """It ended by itself."""
        self._watched.pop(one, None)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - looked at again in two seconds
                self._quiet.warning("look", "rights could not be looked at: %s", error)

    async def look(self) -> None:
        """Close what is no longer allowed, now."""
        now = datetime.now(UTC)
        by_tenant: dict[UUID, list[Watched]] = defaultdict(list)
        for one in [*self._watched, *self._sockets()]:
            until = self._watched.get(one)
            if until is not None and until + GRACE <= now:
                one.close("unauthenticated", "The token has run out.")
            elif one.actor is not None:
                by_tenant[one.actor.tenant_id].append(one)
        for tenant_id, watched in by_tenant.items():
            await self._look_at(tenant_id, watched, now)

    async def _look_at(self, tenant_id: UUID, watched: list[Watched], now: datetime) -> None:
        ids = {one.actor.id for one in watched if one.actor is not None}
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            keys = {key.id: key for key in await api_keys.by_ids(connection, tenant_id, sorted(ids))}
            people = {m.id: m for m in await members.everyone(connection, tenant_id) if m.id in ids}
        for one in watched:
            actor = one.actor
            if actor is None:
                continue
            if actor.kind == "api_key":
                key = keys.get(actor.id)
                stands = key is not None and key.revoked_at is None and key_actor(tenant_id, key) == actor
                if not stands or (key is not None and key.expires_at is not None and key.expires_at <= now):
                    one.close("unauthenticated", "This API key was revoked or has run out.")
            elif actor.id not in people or changed(actor, people[actor.id]):
                one.close("unauthenticated", "Your account has changed; sign in again.")
