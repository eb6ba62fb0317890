"""Fixtures that every kind of test may ask for."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from db.pool import Pool, create_pool
from tests.harness.postgres import Cluster, Database, running_cluster

LONG_TALES = {"test_three_instances.py", "test_sync_engine.py"}
"""Files of the browser tests that take long with few tests."""

# The same examples in every run: what fails here fails again, and a pass is no luck. `make fuzz` draws at
# random. A slow machine is no fault of a test.
settings.register_profile(
    "suite", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: their synchronous Playwright keeps a loop running in the main thread.

    Among them long files begin, so that no worker is left with one when the others are done.
    """
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        if "tests/e2e/" not in item.path.as_posix():
            return False, False, 0
        return True, item.path.name not in LONG_TALES, -tests[item.path]

    items.sort(key=place)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The Postgres of this test run."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def database(postgres: Cluster) -> Iterator[Database]:
    """A fresh, migrated database for one test."""
    with postgres.lent() as database:
        yield database


@pytest.fixture(scope="module")
def module_database(postgres: Cluster) -> Iterator[Database]:
    """A migrated database that the tests of one module share: for tests that keep to their own tenants."""
    with postgres.lent() as database:
        yield database


@pytest.fixture
def empty_database(postgres: Cluster) -> Iterator[Database]:
    """A fresh database without any schema of ours."""
    database = postgres.new_database(migrated=False)
    yield database
    postgres.drop(database)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool on a fresh database, under the application's role."""
    pool = await create_pool(database.dsn, min_size=1, max_size=8)
    yield pool
    await pool.close()
