"""A process of its own for the work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

from db.migrate import migrate
from db.pool import create_pool
from realtime.announcer import Announcer
from realtime.assembly import bus_of
from realtime.execute import Executor
from realtime.protocol.jobs import SolverJob
from realtime.requests import Committed
from server.feeds.poster import Poster
from server.feeds.rounds import Webhooks
from server.notices.setup import notices_of
from server.settings import Settings, SettingsError, load_settings
from server.solving.run import Tools
from server.solving.worker import SolverWorker
from server.workers.clocks import clock_worker

_POOL_SIZE = 4


def announcer_of(settings: Settings) -> Announcer | None:
    """What tells the servers on the same Redis; None where there is none, or no key to sign with.

    Raises `SettingsError` for an address that cannot be read.
    """
    if settings.redis_url is None or settings.secret_key is None:
        return None
    try:
        bus = bus_of(settings.redis_url.get_secret_value())
    except ValueError as error:
        raise SettingsError(f"REDIS_URL cannot be used: {error}") from error
    return Announcer(bus, secret=settings.secret_key.get_secret_value().encode())


async def run_worker(
    dsn: str,
    on_ready: Callable[[], None],
    *,
    announcer: Announcer | None = None,
    settings: Settings | None = None,
) -> None:
    """Work until cancelled, which is how it ends; what is at hand is finished first.

    With an `announcer` servers hear at once of what the worker did, else at their next look at the log.
    `settings` say how people are reached, and which private networks webhooks may be posted into. Raises a
    `DatabaseError` or a `SettingsError` at the start.
    """
    settings = settings or load_settings()
    await migrate(dsn)
    pool = await create_pool(dsn, min_size=1, max_size=_POOL_SIZE)
    executor = Executor(pool, publish=announcer.publish if announcer else _leave_to_the_log)
    if announcer is not None:
        await announcer.start()
    worker = clock_worker(dsn, executor)
    webhooks = Webhooks(dsn, pool, Poster(settings.webhook_networks))
    poster = Poster(settings.webhook_networks)
    notices = notices_of(settings, pool, poster)
    worker.start()
    webhooks.start()
    notices.start()
    on_ready()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
    finally:
        await asyncio.gather(worker.close(), webhooks.close(), notices.close())
        await poster.close()
        await executor.close()
        if announcer is not None:
            await announcer.close()
        await pool.close()


async def run_solver(
    settings: Settings, dsn: str, on_ready: Callable[[], None], *, announcer: Announcer | None = None
) -> None:
    """Search plans until cancelled, which is how it ends; what is at hand is left to others.

    With an `announcer` staff hear of progress as it is made, else where they ask. Raises a `DatabaseError`
    or `Died` at the start.
    """
    await migrate(dsn)
    pool = await create_pool(dsn, min_size=1, max_size=_POOL_SIZE + settings.solver_processes)
    executor = Executor(pool, publish=announcer.publish if announcer else _leave_to_the_log)
    if announcer is not None:
        await announcer.start()
    tools = Tools(
        pool=pool,
        dsn=dsn,
        executor=executor,
        worker=uuid4(),
        megabytes=settings.solver_memory_mb,
        tell=announcer.tell_job if announcer is not None else _tell_nobody,
    )
    worker = SolverWorker(tools, processes=max(1, settings.solver_processes), warm=True)
    try:
        await worker.start()
        on_ready()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
    finally:
        await worker.close()
        await executor.close()
        if announcer is not None:
            await announcer.close()
        await pool.close()


def _tell_nobody(_tenant_id: UUID, _job: SolverJob) -> None:
    """Nobody is connected to this process; whoever asks is told what is stored."""


async def _leave_to_the_log(_committed: Committed) -> None:
    """Nobody is connected to this process; servers see new events when they look at the log's head."""
