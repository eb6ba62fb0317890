"""Connections to Postgres: a bounded pool under the application's role, and transactions of one tenant."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Literal, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from db.errors import DatabaseUnreachable, PoolExhausted
from db.lines import Lines

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Isolation: TypeAlias = Literal["read_committed", "repeatable_read", "serializable"]

APP_ROLE = "production_tool_app"
"""The role every request runs under: it owns nothing, so that row-level security binds it."""

ACQUIRE_SECONDS = 10.0
CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 35.0

_SESSION: Mapping[str, str] = {
    "role": APP_ROLE,
    "timezone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
    # A machine of ours that lost its network shall not keep its locks for hours.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
    # Our statements are short and the planner's cost guesses under RLS are not: compiling them never pays.
    "jit": "off",
}


async def create_pool(
    dsn: str, *, min_size: int = 2, max_size: int = 16, application_name: str = "production-tool"
) -> Pool:
    """Open a bounded pool whose sessions run as `production_tool_app`.

    json and jsonb travel as `str`: the caller decodes them with msgspec, once, into what it needs.
    Raises `DatabaseUnreachable`.
    """
    settings = {**_SESSION, "application_name": application_name}
    lines = Lines(dsn)
    try:
        return await asyncpg.create_pool(
            dsn,
            min_size=min_size,
            max_size=max_size,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            connection_class=lines.connection_class,
            server_settings=settings,
            reset=_nothing_to_reset,
        )
    except CONNECTION_FAULTS as error:
        raise DatabaseUnreachable(explain(error)) from error


@asynccontextmanager
async def transaction(
    pool: Pool, tenant_id: UUID, *, isolation: Isolation = "read_committed", readonly: bool = False
) -> AsyncIterator[Connection]:
    """A transaction that sees and touches one tenant's rows only; commits at the end, rolls back on an error.

    The tenant is set for this transaction alone (`set_config(…, true)`), so a connection carries
    nothing over to its next user. Raises `PoolExhausted`.
    """
    async with (
        acquire(pool) as connection,
        connection.transaction(isolation=isolation, readonly=readonly),
    ):
        await set_tenant(connection, tenant_id)
        yield connection


async def set_tenant(connection: Connection, tenant_id: UUID) -> None:
    """Bind the running transaction to one tenant; alone, since beside other SQL its order is undefined."""
    await connection.execute("SELECT set_config('app.tenant', $1, true)", str(tenant_id))


@asynccontextmanager
async def acquire(pool: Pool) -> AsyncIterator[Connection]:
    """A connection from the pool, without a transaction and without a tenant. Raises `PoolExhausted`."""
    begun = time.monotonic()
    try:
        connection = await pool.acquire(timeout=ACQUIRE_SECONDS)
    except TimeoutError as error:
        if time.monotonic() - begun < ACQUIRE_SECONDS:
            raise DatabaseUnreachable(explain(error)) from error
        raise PoolExhausted(f"no database connection became free within {ACQUIRE_SECONDS:g} s") from error
    except CONNECTION_FAULTS as error:
        raise DatabaseUnreachable(explain(error)) from error
    try:
        yield connection
    finally:
        # A cancelled request must still give its connection back, rolled back, before it goes.
        await asyncio.shield(_give_back(pool, connection))


async def _give_back(pool: Pool, connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
    # Lost on the way: its end has given its place back already when asyncpg comes to do so.
    with suppress(asyncpg.InternalClientError):
        await pool.release(connection)


async def _nothing_to_reset(_connection: object) -> None:
    """Settings, locks and tenants live in transactions only, so the usual round trip for a reset is saved."""


CONNECTION_FAULTS = (
    OSError,
    TimeoutError,
    ValueError,  # an address that asyncpg cannot read
    asyncpg.InterfaceError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidParameterValueError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ConnectionDoesNotExistError,
)
"""What a failed attempt to connect may raise."""


def explain(error: BaseException) -> str:
    """Why a connection failed, in one sentence, without the address (it may hold a password)."""
    if isinstance(error, asyncpg.InvalidPasswordError):
        return "Postgres refused the user name or password"
    if isinstance(error, TimeoutError):
        return "Postgres did not answer in time"
    if isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return "no Postgres listens at that address"
    text = str(error).strip() or type(error).__name__
    return f"Postgres could not be reached: {text.splitlines()[0]}"
