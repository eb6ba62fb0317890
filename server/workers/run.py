"""A process of its own for the work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from db.migrate import migrate
from db.pool import create_pool
from realtime.batch import Committed
from realtime.execute import Executor
from server.feeds.addresses import Network
from server.feeds.poster import Poster
from server.feeds.rounds import Webhooks
from server.workers.clocks import clock_worker

_POOL_SIZE = 4


async def run_worker(
    dsn: str, on_ready: Callable[[], None], *, webhook_networks: tuple[Network, ...] = ()
) -> None:
    """Work until cancelled, which is how it ends; what is at hand is finished first.

    `webhook_networks` are private networks that webhooks may be posted into. Raises a `DatabaseError` at
    the start.
    """
    await migrate(dsn)
    pool = await create_pool(dsn, min_size=1, max_size=_POOL_SIZE)
    executor = Executor(pool, publish=_leave_to_the_log)
    worker = clock_worker(dsn, executor)
    webhooks = Webhooks(dsn, pool, Poster(webhook_networks))
    worker.start()
    webhooks.start()
    on_ready()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
    finally:
        await asyncio.gather(worker.close(), webhooks.close())
        await executor.close()
        await pool.close()


async def _leave_to_the_log(_committed: Committed) -> None:
    """Nobody is connected to this process; servers see new events when they look at the log's head."""
