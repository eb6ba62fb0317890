"""The composition root: the whole server, opened and closed as uvicorn does it."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from server.app import create_app
from server.settings import Settings, SettingsError
from tests.integration.api.conftest import KEY


@asynccontextmanager
async def running(app):
    """The application between its startup and its shutdown."""
    incoming: asyncio.Queue = asyncio.Queue()
    outgoing: asyncio.Queue = asyncio.Queue()
    task = asyncio.create_task(
        app({"type": "lifespan", "asgi": {"version": "3.0"}}, incoming.get, outgoing.put)
    )
    await incoming.put({"type": "lifespan.startup"})
    started = await outgoing.get()
    assert started["type"] == "lifespan.startup.complete", started
    try:
        yield
    finally:
        await app.state.drain()
        await incoming.put({"type": "lifespan.shutdown"})
        stopped = await outgoing.get()
        assert stopped["type"] == "lifespan.shutdown.complete", stopped
        await task


def settings(database, **given):
    return Settings(
        database_url=SecretStr(database.dsn),
        secret_key=SecretStr(KEY),
        web_dist=Path("/nonexistent"),
        **given,
    )


async def test_the_server_opens_answers_and_closes(database):
    app = create_app(settings(database))
    transport = httpx.ASGITransport(app=app)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        health = await client.get("/healthz")
        assert health.status_code == 200
        assert health.json() == {"ok": True, "database": True, "bus": True}
        assert (await client.get("/api/v1/openapi.json")).status_code == 200
        assert (await client.get("/api/v1/bookings")).status_code == 401
        assert (await client.get("/socket.io/?EIO=4&transport=polling")).status_code in {400, 403, 404}


async def test_the_server_opens_again_after_it_closed(database):
    for _ in range(2):
        async with running(create_app(settings(database))):
            pass


async def test_without_a_database_or_a_key_there_is_no_server(database):
    with pytest.raises(SettingsError):
        create_app(Settings(secret_key=SecretStr(KEY)))
    with pytest.raises(SettingsError):
        create_app(Settings(database_url=SecretStr(database.dsn)))
