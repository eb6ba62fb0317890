"""Whether a database holds any studio yet, asked as its owner, before any tenant is known."""

import asyncpg

from db.errors import DatabaseUnreachable
from db.pool import CONNECTION_FAULTS, explain


async def is_empty(dsn: str) -> bool:
    """Whether there is no studio at all. Raises `DatabaseUnreachable`.

    Row-level security hides every studio from the owner too, so it is set aside inside a transaction
    that is rolled back: nothing of that is ever seen by another session.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=15, server_settings={"lock_timeout": "5s"})
    except CONNECTION_FAULTS as error:
        raise DatabaseUnreachable(explain(error)) from error
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")
        found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM tenants)")
        await transaction.rollback()
        return not found
    finally:
        await connection.close()
