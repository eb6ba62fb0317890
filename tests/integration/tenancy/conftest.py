"""Two filled studios; the application's pool, which is walled, and the superuser, who sees all."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from db.pool import Pool, create_pool
from tests.harness.postgres import Database
from tests.harness.two_studios import Filled, Owner, fill_two


@pytest.fixture(scope="module")
def studios(module_database: Database) -> tuple[Filled, Filled]:
    return asyncio.run(fill_two(module_database))


@pytest.fixture
def ours(studios: tuple[Filled, Filled]) -> Filled:
    """The studio whose transaction it is."""
    return studios[0]


@pytest.fixture
def theirs(studios: tuple[Filled, Filled]) -> Filled:
    """The other one, which is asked for."""
    return studios[1]


@pytest.fixture
async def pool(module_database: Database) -> AsyncIterator[Pool]:
    pool = await create_pool(module_database.dsn, min_size=1, max_size=2)
    yield pool
    await pool.close()


@pytest.fixture
async def owner(module_database: Database) -> AsyncIterator[Owner]:
    connection = await asyncpg.connect(module_database.superuser_dsn)
    yield Owner(connection)
    await connection.close()
