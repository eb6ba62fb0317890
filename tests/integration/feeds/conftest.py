"""The whole server, a studio on it, and the certainty that its log holds no traceback."""

import asyncio
import logging
from ipaddress import ip_network

import pytest

from scheduling.scopes import Scope
from tests.harness.receiver import receiving
from tests.harness.whole import key_of, running

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def no_tracebacks(caplog):
    """Nothing a client may do prints a traceback."""
    caplog.set_level(logging.INFO)
    yield
    for record in caplog.get_records("call"):
        if record.exc_info and record.exc_info[0] is asyncio.CancelledError:
            continue  # a stand-in for a network that a test took down
        assert record.exc_info is None, f"{record.name}: {record.getMessage()}\n{caplog.text}"


@pytest.fixture
def database(module_database):
    """Each test has studios of its own."""
    return module_database


@pytest.fixture
async def server(database):
    async with running(database, webhook_networks=LOOPBACK) as whole:
        yield whole


@pytest.fixture
async def studio(server, pool):
    return await server.studio(pool)


@pytest.fixture
async def key(studio):
    """A secret that reads events."""
    secret, _ = await key_of(studio, Scope.EVENTS_READ)
    return secret


@pytest.fixture
async def receiver():
    async with receiving() as one:
        yield one
