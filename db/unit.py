"""One transaction of one studio that begins only when something must be read, else is written in one call.

A unit stands where queries expect a connection. The first thing asked of it takes the studio's place
in the order of writes; a unit that is never asked anything costs one round trip, its `finish`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, Self, cast
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.pool import Connection, Pool, acquire
from db.queries import batches, tenants
from db.queries.batches import Batch, Rows
from db.queries.tenants import Head
from scheduling.model import Tenant

_ROLLBACK_SECONDS = 2.0
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What a driver makes of a connection that ends while it is in use."""


class Locked(Struct, frozen=True):
    """The studio and the head of its log, as they stand while the lock is held."""

    tenant: Tenant
    head: Head


class UnknownTenant(Exception):
    """The studio does not exist any more."""


class Stale(Exception):
    """The log moved on since what was known of it: what was decided on that has to be decided again."""


async def _nothing() -> None:
    return None


class Unit:
    """Use it as a context: what is not finished by its end is rolled back.

    `known` is the head that what was decided so far rests on, None where nothing was. `after` is
    awaited before the unit begins: the unit before it, whose outcome it may rest on. To finish it
    waits for nothing: the database takes the studio's batches one after the other, and says `Stale`
    to one that came before the one it rests on.
    """

    def __init__(
        self,
        pool: Pool,
        tenant_id: UUID,
        known: Head | None = None,
        after: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self._pool = pool
        self._tenant_id = tenant_id
        self._known = known
        self._after = after
        self._connection: Connection | None = None
        self._open = AsyncExitStack()
        self.locked: Locked | None = None
        """What `begin` found."""

    # as a context

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await _roll_back(connection)
        with suppress(*_LOST):  # as there; what was finished stays so
            await self._open.aclose()

    # a transaction

    async def begin(self) -> Locked:
        """Lock the studio. Raises `UnknownTenant`, and `Stale` where the head is not the known one.

        After `Stale` the unit has begun all the same: decide anew on what `locked` says.
        """
        if self.locked is not None:
            return self.locked
        await self._after()
        self._connection = await self._open.enter_async_context(acquire(self._pool))
        await batches.begin(self._connection, self._tenant_id)
        found = await tenants.lock(self._connection, self._tenant_id)
        if found is None:
            raise UnknownTenant(f"there is no studio {self._tenant_id}")
        self.locked = Locked(*found)
        if self._known is not None and self._known != self.locked.head:
            raise Stale
        return self.locked

    async def finish(self, batch: Batch) -> None:
        """Write the batch and commit. After `Stale`, `batches.Repeated` or `batches.Taken` nothing happened.

        What else the database raises means the same, except where the connection was lost: then
        the outcome is unknown.
        """
        if self._connection is None:
            async with acquire(self._pool) as connection:
                written = await batches.append(connection, batch)
        else:
            written = await batches.append(self._connection, batch)
            await self._connection.execute("COMMIT;")
            self._connection = None
        if not written:
            raise Stale

    # as a connection

    async def _begun(self) -> Connection:
        await self.begin()
        if self._connection is None:
            raise RuntimeError("the unit is over")
        return self._connection

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        return await (await self._begun()).fetch(query, *args)

    async def fetchrow(self, query: str, *args: object) -> asyncpg.Record | None:
        return await (await self._begun()).fetchrow(query, *args)

    async def fetchval(self, query: str, *args: object) -> Any:
        return await (await self._begun()).fetchval(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        return await (await self._begun()).execute(query, *args)

    @property
    def connection(self) -> Connection:
        """The unit where a query expects a connection; it has the four methods that queries use."""
        return cast("Connection", self)


class Script:
    """Keeps statements that write records, for `Unit.finish`; anything else runs at once, in its order.

    Queries take it for a connection, as they do a unit.
    """

    def __init__(self, unit: Unit, tenant_id: UUID) -> None:
        self._unit = unit
        self._tenant_id = tenant_id
        self._rows: list[Rows] = []

    async def execute(self, query: str, *args: object) -> str:
        match args:
            case (tenant_id, str(records)) if tenant_id == self._tenant_id:
                self._rows.append(Rows(sql=query, records=records))
                return ""
            case _:
                await self._flush()
                return await self._unit.execute(query, *args)

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        await self._flush()
        return await self._unit.fetch(query, *args)

    async def _flush(self) -> None:
        await self._unit.begin()
        rows, self._rows = self._rows, []
        for one in rows:
            await self._unit.execute(one.sql, self._tenant_id, one.records)

    @property
    def connection(self) -> Connection:
        """The script where a query expects a connection."""
        return cast("Connection", self)

    @property
    def rows(self) -> Sequence[Rows]:
        """What is left for `Unit.finish`."""
        return tuple(self._rows)


async def _roll_back(connection: Connection) -> None:
    """Leave the transaction, or else the connection: a pool must not hand on either."""
    try:
        async with asyncio.timeout(_ROLLBACK_SECONDS):
            await connection.execute("ROLLBACK")
    except _LOST:
        # A connection that was lost has left the pool already, and has nothing to end.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()
