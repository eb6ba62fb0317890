"""A studio on a real Postgres whose clock is the machine's."""

from collections.abc import AsyncIterator

import pytest

from db.pool import Pool, create_pool
from realtime.execute import Executor
from tests.harness.postgres import Database
from tests.harness.studio import Studio, publish_nothing


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    pool = await create_pool(database.dsn, min_size=1, max_size=4)
    yield pool
    await pool.close()


@pytest.fixture
async def executor(pool: Pool) -> AsyncIterator[Executor]:
    executor = Executor(pool, publish=publish_nothing)
    yield executor
    await executor.close()


@pytest.fixture
async def studio(pool: Pool, executor: Executor) -> Studio:
    return await Studio.open(pool, executor)
