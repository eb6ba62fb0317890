"""Connections that notice when no answer will come: half-open links, a frozen server, a firewall that forgot.

TCP finds out after minutes, and a fixed limit would end slow statements as well. So a statement that
takes seconds is asked after over a connection of its own: only where Postgres cannot be reached, or is
not at work on it, the connection is ended, and whoever waits is told that the outcome is unknown.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from weakref import WeakSet

import asyncpg

logger = logging.getLogger(__name__)

DOUBT_SECONDS = 3.0
"""After so long without an answer Postgres is asked what became of the statement."""
ASK_SECONDS = 3.0
"""So long that question may take."""
AGAIN_SECONDS = 0.2
"""Between two looks that must agree: the answer may have been on its way."""

_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection broke while asyncpg was taking it up
    asyncpg.PostgresConnectionError,
)


class Lines:
    """The connections of one pool; `connection_class` is for asyncpg."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._open: WeakSet[Line] = WeakSet()
        watched = self

        class PoolLine(Line):
            lines = watched

        self.connection_class: type[Line] = PoolLine

    def add(self, line: Line) -> None:
        """A connection was made."""
        self._open.add(line)

    async def doubt(self, line: Line) -> None:
        """Watch over a statement that takes long, until it is answered or has to be given up."""
        while True:
            if not await self._is_at_work(line):
                await asyncio.sleep(AGAIN_SECONDS)
                if not await self._is_at_work(line):
                    break
            await asyncio.sleep(DOUBT_SECONDS)
        self._give_up(line)

    def _give_up(self, line: Line) -> None:
        """End it, and with it the idle ones that were silent as well: they go the same way."""
        since = time.monotonic() - DOUBT_SECONDS / 2
        idle = (one for one in self._open if one.asked_at is None and one.answered_at < since)
        silent = [one for one in (line, *idle) if not one.is_closed()]
        logger.warning("Postgres does not answer: %d connections are given up", len(silent))
        for one in silent:
            one.terminate()

    async def _is_at_work(self, line: Line) -> bool:
        """Whether Postgres works on the line's statement; True where that cannot be known."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._ask(line.get_server_pid())
        except _AWAY:
            return False
        except Exception as error:  # noqa: BLE001 - it answers, if only that it has no room for us: asked again
            logger.info("it is not known what became of a statement: %s", type(error).__name__)
            return True

    async def _ask(self, pid: int) -> bool:
        connection = await asyncpg.connect(self._dsn, timeout=ASK_SECONDS)
        try:
            row = await connection.fetchrow(
                "SELECT pg_backend_pid() AS own, a.state, a.wait_event"
                " FROM (VALUES ($1::int)) AS given (pid) LEFT JOIN pg_stat_activity a USING (pid)",
                pid,
            )
            if row is None or row["own"] != connection.get_server_pid():
                return True  # a pooler stands between: numbers mean nothing
            # In the middle of a statement whose other half never came, it is active, and reads.
            if row["state"] == "active" and row["wait_event"] != "ClientRead":
                return True
            # It waits for us as we wait for it; what it has locked shall not wait for its timeout.
            await connection.execute("SELECT pg_terminate_backend($1)", pid)
            return False
        finally:
            connection.terminate()


class Line(asyncpg.Connection):
    """A connection whose statements are doubted when they take long."""

    lines: Lines

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_at: float | None = None
        """When the statement under way was sent (monotonic seconds)."""
        self.answered_at = time.monotonic()
        self.lines.add(self)

    def watch(self) -> _Watch:
        """For the length of a statement that is run in another way, as by a cursor."""
        return _Watch(self)

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109
        with self.watch():
            return await super().execute(query, *args, timeout=timeout)

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        with self.watch():
            await super().executemany(command, args, timeout=timeout)

    async def fetch(self, *args: Any, **kwargs: Any) -> Any:
        with self.watch():
            return await super().fetch(*args, **kwargs)

    async def fetchrow(self, *args: Any, **kwargs: Any) -> Any:
        with self.watch():
            return await super().fetchrow(*args, **kwargs)

    async def fetchval(self, *args: Any, **kwargs: Any) -> Any:
        with self.watch():
            return await super().fetchval(*args, **kwargs)


def watch(connection: object) -> AbstractContextManager[None]:
    """Doubt what is run in this block, where the connection is of a pool of ours."""
    watching: AbstractContextManager[None] = getattr(connection, "watch", nullcontext)()
    return watching


class _Watch:
    """For the length of one statement: a timer, and after it the doubt, which ends with the statement."""

    __slots__ = ("_doubt", "_line", "_timer")

    def __init__(self, line: Line) -> None:
        self._line = line
        self._doubt: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._line.asked_at = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(DOUBT_SECONDS, self._begin)

    def _begin(self) -> None:
        self._doubt = asyncio.create_task(self._line.lines.doubt(self._line), name="doubt")

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        if self._doubt is not None:
            self._doubt.cancel()
        self._line.asked_at = None
        self._line.answered_at = time.monotonic()
