"""A studio on a real Postgres, and the executor that serves it."""

from collections.abc import AsyncIterator

import pytest

from db.pool import Pool, create_pool
from realtime.execute import Executor
from tests.harness.asking import executor_on
from tests.harness.postgres import Database
from tests.harness.studio import Studio


@pytest.fixture
async def pool(module_database: Database) -> AsyncIterator[Pool]:
    """A pool on the module's database: every test keeps to a studio of its own."""
    pool = await create_pool(module_database.dsn, min_size=1, max_size=4)
    yield pool
    await pool.close()


@pytest.fixture
async def executor(pool: Pool) -> AsyncIterator[Executor]:
    executor = executor_on(pool)
    yield executor
    await executor.close()


@pytest.fixture
async def studio(pool: Pool, executor: Executor) -> Studio:
    return await Studio.open(pool, executor)
