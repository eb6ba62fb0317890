"""Looks at studios in turn, has decided what people are told, and has it sent: one per process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.notice_work import take_due
from db.pool import Pool, transaction
from db.queries import notice_people, notices
from realtime.quiet import QuietLog
from realtime.tasks import end
from server.notices.channel import Channel
from server.notices.courier import Courier
from server.notices.decider import Decider, Windowing

logger = logging.getLogger(__name__)

PAUSE = timedelta(seconds=1)
"""A studio is looked at so often, by whichever worker is first."""
MOST = 50
"""Studios that one look takes."""
AT_ONCE = 4
CLOSING_SECONDS = 20.0
KEPT = timedelta(days=180)
"""How long notices are kept."""
LINK_KEYS_KEPT = timedelta(days=120)
_TIDY_EVERY = timedelta(hours=6)


class Notices:
    """Begins with `start`; `close` finishes the messages at hand."""

    def __init__(
        self,
        pool: Pool,
        channels: Sequence[Channel],
        *,
        windowing: Windowing | None = None,
        pause: timedelta = PAUSE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._channels = tuple(channels)
        self._pause = pause
        self._now = now
        self._decider = Decider(pool, channels, windowing or Windowing(), now)
        self._courier = Courier(pool, channels, now)
        self._sending: dict[UUID, asyncio.Task[None]] = {}
        self._tidied: dict[UUID, datetime] = {}
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._work(), name="notices")

    async def close(self) -> None:
        """Look no more, and finish what is being sent."""
        await end([self._task])
        if self._sending:
            _, late = await asyncio.wait(self._sending.values(), timeout=CLOSING_SECONDS)
            await end(list(late))
        for channel in self._channels:
            await channel.close()

    async def _work(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - looked at again in a moment
                self._quiet.warning("round", "notices could not be looked at: %s", error)
            await asyncio.sleep(self._pause.total_seconds() / 4)

    async def round(self) -> None:
        """Look once at every studio that is due and nobody else looks at."""
        limit = asyncio.Semaphore(AT_ONCE)
        taken = await take_due(self._pool, self._pause, most=MOST)
        await asyncio.gather(*(self._look(tenant_id, limit) for tenant_id in taken))

    async def settled(self) -> None:
        """Wait until what is being sent at present is sent."""
        await asyncio.gather(*self._sending.values())

    async def _look(self, tenant_id: UUID, limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                await self._decider.look(tenant_id)
                await self._tidy(tenant_id)
            except Exception as error:  # noqa: BLE001 - looked at again in a moment; others go on
                self._quiet.warning("look", "notices of a studio were not decided: %s", error, fault=error)
        if tenant_id not in self._sending:
            task = asyncio.create_task(self._send(tenant_id), name=f"messages of {tenant_id}")
            self._sending[tenant_id] = task

    async def _send(self, tenant_id: UUID) -> None:
        try:
            await self._courier.deliver(tenant_id)
        except Exception as error:  # noqa: BLE001 - leases run out, and it is tried again
            self._quiet.warning("send", "messages of a studio were not sent: %s", error, fault=error)
        finally:
            self._sending.pop(tenant_id, None)

    async def _tidy(self, tenant_id: UUID) -> None:
        """Forget what is old, now and then."""
        now = self._now()
        if now - self._tidied.get(tenant_id, now - _TIDY_EVERY) < _TIDY_EVERY:
            return
        self._tidied[tenant_id] = now
        async with transaction(self._pool, tenant_id) as connection:
            await notices.forget_before(connection, tenant_id, now - KEPT, limit=5_000)
            await notice_people.forget_link_keys(connection, tenant_id, now - LINK_KEYS_KEPT)
