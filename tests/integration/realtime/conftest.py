"""A server of its own for each test, and the certainty that its log holds no traceback."""

import logging

import pytest

from tests.harness.live import serving


@pytest.fixture(autouse=True)
def no_tracebacks(caplog):
    """[A2] Nothing a client or a bus does may print a traceback."""
    caplog.set_level(logging.INFO)
    yield
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            assert record.exc_info is None, f"{record.name}: {record.getMessage()}\n{caplog.text}"
            assert "Traceback" not in record.getMessage()


@pytest.fixture
async def live(pool):
    """One instance."""
    async with serving(pool) as instance:
        yield instance


@pytest.fixture
async def studio(live, pool):
    """A fresh studio on that instance."""
    return await live.studio(pool)
