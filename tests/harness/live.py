"""A real server in the test's own loop, signed-in clients for it, and raw sockets that misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import socketio
import uvicorn
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket

from db.pool import Pool
from realtime.assembly import Realtime
from realtime.bounds import Bounds
from realtime.bus import Bus, InProcessBus
from realtime.websocket import HttpProtocol, uvicorn_settings
from scheduling.permissions import Actor
from tests.harness.patience import DEADLINE
from tests.harness.studio import Studio

fast_sockets = True
"""Whether servers of the tests run as the product does by default, or on uvicorn's own sockets."""

QUICK = Bounds(sweep_seconds=0.05)
"""The product's bounds, looked at more often."""


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token of the tests names."""

    actor: Actor
    expires_at: datetime
    family_id: UUID | None = None
    secret: bytes | None = None


class Tokens:
    """Issues tokens and knows them again: the tests' authenticator."""

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}

    def issue(
        self, actor: Actor, lifetime: timedelta = timedelta(minutes=15), family_id: UUID | None = None
    ) -> str:
        """A token for an actor, good from now on, of a sign-in where one is given."""
        token = f"token-{uuid4().hex}"
        self._owners[token] = Owner(actor=actor, expires_at=datetime.now(UTC) + lifetime, family_id=family_id)
        return token

    async def authenticate(self, token: str) -> Owner | None:
        """Whose token it is."""
        return self._owners.get(token)


class Live:
    """One instance of the server: `url` for HTTP, `ws` for websockets."""

    def __init__(self, realtime: Realtime, tokens: Tokens, port: int, server: uvicorn.Server) -> None:
        self.realtime = realtime
        self.tokens = tokens
        self.port = port
        self.server = server
        self.url = f"http://127.0.0.1:{port}"
        self.ws = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"

    @property
    def gateway(self) -> Any:
        return self.realtime.gateway

    async def studio(self, pool: Pool) -> Studio:
        """A fresh studio whose commands run on this instance."""
        return await Studio.open(pool, self.realtime.executor)

    def raw(self, **options: Any) -> Any:
        """A websocket without any Socket.IO."""
        return open_websocket(self.ws, max_size=None, **options)


@contextlib.asynccontextmanager
async def serving(
    pool: Pool,
    *,
    bus: Bus | None = None,
    bounds: Bounds = QUICK,
    tokens: Tokens | None = None,
    secret: bytes = b"tests",
    **options: Any,
) -> AsyncIterator[Live]:
    """An instance for the length of the block."""
    tokens = tokens or Tokens()
    realtime = Realtime(
        pool,
        bus=bus or InProcessBus(),
        secret=secret,
        authenticate=tokens.authenticate,
        bounds=bounds,
        **options,
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        realtime.asgi(_nothing_else),
        lifespan="off",
        log_config=None,
        http=HttpProtocol,
        **uvicorn_settings(bounds.max_message_bytes, fast=fast_sockets),
    )
    server = _Server(config)
    await realtime.start()
    running = asyncio.create_task(server.serve(sockets=[listener]), name="uvicorn")
    live = Live(realtime, tokens, listener.getsockname()[1], server)
    try:
        await until(lambda: server.started)
        yield live
    finally:
        await realtime.drain(1.0)
        server.should_exit = True
        await running
        await realtime.close()
        listener.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def _nothing_else(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def until(condition: Callable[[], Any], seconds: float = DEADLINE, what: str = "") -> Any:
    """Wait for a condition; fail when the deadline passes."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not (value := condition()):
        if loop.time() > end:
            raise AssertionError(f"not within {seconds:g} s: {what or condition}")
        await asyncio.sleep(0.005)
    return value


# -- clients ---------------------------------------------------------------------------------


async def member_of(
    studio: Studio, role: Any = "studio_manager", *, artist_id: UUID | None = None, name: str = "Mai"
) -> Actor:
    """An account with a row behind it."""
    member_id = uuid4()
    answer = await studio.run(
        "member.add",
        {
            "id": str(member_id),
            "email": f"{member_id.hex}@example.org",
            "name": name,
            "role": role,
            "artist_id": str(artist_id) if artist_id else None,
        },
    )
    assert answer.ok, answer
    return Actor(
        kind="member",
        id=member_id,
        name=name,
        role=role,
        tenant_id=studio.tenant.id,
        artist_id=artist_id,
    )


class Client:
    """A Socket.IO client that keeps everything it was told, in order."""

    def __init__(self) -> None:
        self.sio = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.gone = asyncio.Event()
        self.sio.on("*", self._hear)
        self.sio.on("disconnect", self._leave)

    async def _hear(self, name: str, body: Any) -> None:
        self.heard.append((name, body))

    async def _leave(self, *_reason: Any) -> None:
        self.gone.set()

    async def connect(self, live: Live, token: str) -> Any:
        """Connect; the `welcome`."""
        await self.sio.connect(live.url, auth={"token": token}, transports=["websocket"])
        return (await self.wait_for("welcome"))[0]

    async def wait_for(self, name: str, count: int = 1) -> list[Any]:
        """At least `count` bodies of the event."""
        return await until(lambda: len(found := self.all(name)) >= count and found, what=f"{count} × {name}")

    def all(self, name: str) -> list[Any]:
        """Every body of the event so far."""
        return [body for heard, body in self.heard if heard == name]

    async def call(self, name: str, body: Any = None) -> Any:
        """Send a message and wait for its acknowledgement."""
        return await self.sio.call(name, body, timeout=DEADLINE)

    async def command(self, op: str, args: dict[str, Any], **envelope: Any) -> Any:
        """Send a command and wait for its answer."""
        return await self.call("command", {"id": str(uuid4()), "op": op, "args": args, **envelope})

    async def close(self) -> None:
        await self.sio.disconnect()


@contextlib.asynccontextmanager
async def client_of(
    live: Live, actor: Actor, *, sync: bool = True, family_id: UUID | None = None
) -> AsyncIterator[Client]:
    """A connected client, live unless told otherwise; of a sign-in where one is given."""
    client = Client()
    await client.connect(live, live.tokens.issue(actor, family_id=family_id))
    if sync:
        await client.call("sync", {})
    try:
        yield client
    finally:
        await client.close()


async def frames_of(websocket: ClientConnection, *, until_closed: bool = False) -> list[str]:
    """What arrives on a raw socket: all until it is closed, or what is there now."""
    frames: list[str] = []
    with contextlib.suppress(Exception):
        while True:
            frames.append(str(await asyncio.wait_for(websocket.recv(), DEADLINE if until_closed else 0.2)))
    return frames
