"""The whole application under uvicorn in the test's own loop, with keys and people to ask it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from pydantic import SecretStr

from db.pool import Pool, transaction
from db.queries import api_keys
from realtime.websocket import HttpProtocol, uvicorn_settings
from scheduling.permissions import Actor
from scheduling.scopes import Scope
from server.app import Application, create_app
from server.auth.tokens import Signer, new_key
from server.feeds.record import new_id
from server.settings import Settings
from tests.harness.live import until
from tests.harness.postgres import Database
from tests.harness.studio import Studio

KEY = "0123456789abcdef0123456789abcdef"


class Whole:
    """A running server."""

    def __init__(self, app: Application, server: uvicorn.Server, port: int) -> None:
        self.app = app
        self.server = server
        self.url = f"http://127.0.0.1:{port}"
        self.feed = f"ws://127.0.0.1:{port}/api/v1/feed"

    @property
    def realtime(self) -> Any:
        return self.app._realtime

    @property
    def feeds(self) -> Any:
        return self.app._feeds

    async def studio(self, pool: Pool) -> Studio:
        """A fresh studio whose commands run here."""
        return await Studio.open(pool, self.realtime.executor)

    def client(self, token: str) -> httpx.AsyncClient:
        """Asks REST as somebody."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=20, trust_env=False, verify=False
        )


@contextlib.asynccontextmanager
async def running(database: Database, **settings: Any) -> AsyncIterator[Whole]:
    """The server for the length of the block; its end is an orderly one."""
    app = create_app(
        Settings(
            database_url=SecretStr(database.dsn),
            secret_key=SecretStr(KEY),
            web_dist=Path("/nonexistent"),
            **settings,
        )
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, lifespan="on", log_config=None, http=HttpProtocol, **uvicorn_settings(512 * 1024)
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="uvicorn")
    try:
        await until(lambda: server.started or task.done(), 60)
        yield Whole(app, server, listener.getsockname()[1])
    finally:
        await app.state.drain()
        server.should_exit = True
        await task
        listener.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def key_of(studio: Studio, *scopes: Scope) -> tuple[str, UUID]:
    """An API key: its secret and its id."""
    secret = new_key(studio.tenant.id)
    key = api_keys.ApiKey(
        id=new_id(),
        name="Robot",
        scopes=tuple(scope.value for scope in scopes),
        hint=secret.text[-4:],
        created_by=None,
        created_by_name="Ada",
        created_at=datetime.now(UTC),
    )
    async with transaction(studio.pool, studio.tenant.id) as connection:
        await api_keys.insert(connection, studio.tenant.id, key, secret.digest)
    return secret.text, key.id


def token_of(actor: Actor, family_id: UUID) -> str:
    """An access token of a member."""
    return Signer([KEY]).access_token(
        tenant_id=actor.tenant_id,
        member_id=actor.id,
        family_id=family_id,
        role=actor.role,
        name=actor.name,
        now=datetime.now(UTC),
    )
