"""What commands of the command line work on: a migrated database, the server's own where one is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from db.migrate import migrate
from db.pool import Pool
from server import studios
from server.database import reach_database
from server.running import run
from server.settings import Settings
from server.terminal import Terminal

T = TypeVar("T")


def with_pool(settings: Settings, terminal: Terminal, work: Callable[[Pool], Awaitable[T]]) -> T:
    """Run `work` under the application's role."""
    return with_database(settings, terminal, lambda _dsn, pool: work(pool))


def with_database(settings: Settings, terminal: Terminal, work: Callable[[str, Pool], Awaitable[T]]) -> T:
    """Run `work` with a pool and with the address under which the tables' owner logs in."""

    async def on(dsn: str) -> T:
        await migrate(dsn)
        async with studios.small_pool(dsn) as pool:
            return await work(dsn, pool)

    with reach_database(settings, terminal.say) as database:
        return run(on(database.dsn))
