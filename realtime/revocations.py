"""Ends the sockets of sign-ins that ended elsewhere while nobody could say so: the database is asked.

Another instance says at once that somebody signed out, over the bus. That word may be lost, and with
Redis down there is none; a look every two seconds keeps the promise of five.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from db.pool import Pool, transaction
from db.queries import auth
from realtime.hints import SignOut
from realtime.quiet import QuietLog
from realtime.tasks import end

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
TENANTS_AT_ONCE = 2


class Sockets(Protocol):
    """The gateway, as seen from here."""

    def sign_ins(self) -> Mapping[UUID, Mapping[UUID, UUID]]:
        """For each tenant the sign-ins that have a socket here, and whose they are."""

    def hinted(self, tenant_id: UUID, hint: SignOut) -> None:
        """A sign-in has ended."""


class Revocations:
    """One per process."""

    def __init__(self, pool: Pool, sockets: Sockets, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._pool = pool
        self._sockets = sockets
        self._look_seconds = look_seconds
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch(), name="revocations")

    async def close(self) -> None:
        """Look no more."""
        await end([self._task])

    async def _watch(self) -> None:
        limit = asyncio.Semaphore(TENANTS_AT_ONCE)
        while True:
            await asyncio.sleep(self._look_seconds)
            here = self._sockets.sign_ins()
            await asyncio.gather(*(self._look(tenant_id, ids, limit) for tenant_id, ids in here.items()))

    async def _look(self, tenant_id: UUID, sign_ins: Mapping[UUID, UUID], limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                async with transaction(self._pool, tenant_id, readonly=True) as connection:
                    ended = await auth.families_ended(connection, tenant_id, list(sign_ins))
            except Exception as error:  # noqa: BLE001 - looked at again in two seconds
                self._quiet.warning("look", "sign-ins could not be looked at: %s", error)
                return
        for family_id in ended:
            hint = SignOut(
                instance="", member_id=sign_ins[family_id], reason="You signed out.", session=family_id
            )
            self._sockets.hinted(tenant_id, hint)
