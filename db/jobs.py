"""The job queue, pgqueuer in its own schema: work enqueued with a transaction, done by whoever is up.

A job is done at least once: its worker may be killed after the work and before the queue learned of
it. Whoever handles jobs makes the second time harmless.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

import asyncpg
from msgspec import Struct
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver

from db.pool import Connection, Pool, acquire, create_pool

logger = logging.getLogger(__name__)

POLL = timedelta(seconds=1)
"""How often a worker without work looks for some that became due."""
TAKE_OVER = timedelta(seconds=5)
"""After how long without a sign of life another worker takes a job over."""
LOG_KEPT = timedelta(days=30)
"""How long the queue remembers jobs that are done."""
_PURGE_SECONDS = 3600.0
_RESTART_SECONDS = 1.0
_BATCH = 20
_POOL_SIZE = 4
_NAME = "production-tool jobs"

_CHANNEL = Channel("production_tool_jobs")
# Every name is given, so that no variable of the environment moves the tables.
_NAMES = DBSettings(
    prefix="",
    db_schema="jobs",
    channel=_CHANNEL,
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    statistics_table="pgqueuer_statistics",
    schedules_table="pgqueuer_schedules",
    queue_status_type="pgqueuer_status",
)


class Job(Struct, frozen=True, kw_only=True):
    """A job at hand; `attempt` counts from 0."""

    id: int
    payload: bytes
    attempt: int


class Later(Exception):
    """Raised by a handler that has to be asked again after `delay`."""

    def __init__(self, delay: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.delay = delay


Handler: TypeAlias = Callable[[Job], Awaitable[None]]


def _queries(driver: Driver) -> Queries:
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(_NAMES),
        qbq=QueryQueueBuilder(_NAMES),
        qbs=QuerySchedulerBuilder(_NAMES),
    )


ENQUEUE_SQL: str = QueryQueueBuilder(_NAMES).build_enqueue_query()
"""The library's statement for new jobs: arrays of priority, queue, payload, delay, key and headers."""


async def enqueue(
    connection: Connection, queue: str, jobs: Sequence[tuple[datetime, bytes]], now: datetime
) -> None:
    """Enqueue `(due, payload)` jobs with the running transaction: they exist if it commits."""
    if not jobs:
        return
    # The library adds the delay to the database's clock: no job runs before its time by either clock.
    driver = AsyncpgDriver(cast("asyncpg.Connection[Any]", connection))
    await _queries(driver).enqueue(
        [queue] * len(jobs),
        [payload for _, payload in jobs],
        [0] * len(jobs),
        [max(due - now, timedelta(0)) for due, _ in jobs],
    )


async def enqueue_once(connection: Connection, queue: str, jobs: Sequence[tuple[str, bytes]]) -> None:
    """Enqueue `(key, payload)` jobs that are due now, but those whose key waits or is at hand already."""
    if not jobs:
        return
    driver = AsyncpgDriver(cast("asyncpg.Connection[Any]", connection))
    await _queries(driver).enqueue(
        [queue] * len(jobs),
        [payload for _, payload in jobs],
        [0] * len(jobs),
        [timedelta(0)] * len(jobs),
        [key for key, _ in jobs],
        on_conflict="skip",
    )


class Worker:
    """Handles due jobs of some queues until closed; starts over when the database was away.

    It keeps a few connections of its own, one of which only listens.
    """

    def __init__(self, dsn: str, handlers: dict[str, Handler]) -> None:
        self._dsn = dsn
        self._handlers = handlers
        self._manager: QueueManager | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="jobs")

    async def close(self) -> None:
        """Take no more jobs, finish those at hand, and end."""
        self._closed = True
        if self._manager is not None:
            self._manager.shutdown.set()
        if self._task is not None:
            await self._task

    async def _work(self) -> None:
        while not self._closed:
            try:
                await self._work_while_it_lasts()
            except Exception as error:  # noqa: BLE001 - whatever it is, clocks must go on
                logger.warning("jobs wait for the database: %s", error)
                await asyncio.sleep(_RESTART_SECONDS)

    async def _work_while_it_lasts(self) -> None:
        """Handle jobs until closed, or until the database is lost, and the connections with it."""
        pool = await create_pool(self._dsn, min_size=1, max_size=_POOL_SIZE, application_name=_NAME)
        purging = asyncio.create_task(_purge(pool), name="purge the log of jobs")
        try:
            self._manager = self._new_manager(pool)
            if not self._closed:
                await self._manager.run(dequeue_timeout=POLL, batch_size=_BATCH, heartbeat_timeout=TAKE_OVER)
        finally:
            purging.cancel()
            await asyncio.gather(purging, return_exceptions=True)
            pool.terminate()

    def _new_manager(self, pool: Pool) -> QueueManager:
        manager = QueueManager(_queries(AsyncpgPoolDriver(pool)), channel=_CHANNEL)
        for queue, handler in self._handlers.items():
            manager.entrypoint(queue, accepts_context=False, on_failure="hold")(_entry(handler))
        return manager


async def _purge(pool: Pool) -> None:
    while True:
        try:
            async with acquire(pool) as connection:
                await connection.execute(
                    "DELETE FROM jobs.pgqueuer_log WHERE created < now() - $1::interval", LOG_KEPT
                )
        except Exception as error:  # noqa: BLE001 - tried again in an hour
            logger.warning("the log of jobs could not be purged: %s", error)
        await asyncio.sleep(_PURGE_SECONDS)


def _entry(handler: Handler) -> Callable[[QueuedJob], Awaitable[None]]:
    async def handle(job: QueuedJob) -> None:
        try:
            await handler(Job(id=job.id, payload=job.payload or b"", attempt=job.attempts))
        except Later as later:
            raise RetryRequested(delay=later.delay, reason=str(later)) from later

    return handle
