"""Looks every second for endpoints with something to deliver, and enqueues them in batches."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from db.jobs import Worker, enqueue_once
from db.pool import Pool, transaction
from db.queries import webhooks
from db.webhook_work import take_turn
from realtime.quiet import QuietLog
from realtime.tasks import end
from server.feeds.deliverer import QUEUE, Deliverer, Work
from server.feeds.poster import Poster

logger = logging.getLogger(__name__)

PAUSE = timedelta(seconds=1)
AT_ONCE = 4
"""Studios that are looked at side by side."""


class Webhooks:
    """One per process that does background work: looks, and delivers what its queue gives it."""

    def __init__(self, dsn: str, pool: Pool, poster: Poster, *, pause: timedelta = PAUSE) -> None:
        self._pool = pool
        self._poster = poster
        self._pause = pause
        self._worker = Worker(dsn, {QUEUE: Deliverer(pool, poster)})
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin."""
        self._worker.start()
        self._task = asyncio.create_task(self._look(), name="webhook rounds")

    async def close(self) -> None:
        """Look no more, finish the delivery at hand, and close the connections."""
        await end([self._task])
        await self._worker.close()
        await self._poster.close()

    async def _look(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - looked at again in a second
                self._quiet.warning("round", "webhooks could not be looked at: %s", error)
            await asyncio.sleep(self._pause.total_seconds() / 2)

    async def round(self) -> None:
        """Look once, where it is this process's turn."""
        tenants = await take_turn(self._pool, self._pause)
        limit = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._enqueue(tenant_id, limit) for tenant_id in tenants or ()))

    async def _enqueue(self, tenant_id: UUID, limit: asyncio.Semaphore) -> None:
        async with limit, transaction(self._pool, tenant_id) as connection:
            due = await webhooks.due(connection, tenant_id, datetime.now(UTC))
            work = [Work(tenant_id=tenant_id, endpoint_id=endpoint_id) for endpoint_id in due]
            jobs = [(f"{QUEUE}/{w.endpoint_id}", msgspec.json.encode(w)) for w in work]
            await enqueue_once(connection, QUEUE, jobs)
