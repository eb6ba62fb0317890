"""Runs the application under uvicorn: one bound socket, our own signals, sockets drained before the end."""

import asyncio
import contextlib
import gc
import http.client
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import Any

import uvicorn

from realtime.bounds import Bounds
from realtime.websocket import HttpProtocol, uvicorn_settings
from server.app import Application
from server.database import Database
from server.settings import Settings

logger = logging.getLogger(__name__)

_WATCH_SECONDS = 0.5
_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 5
_UNHEARD_MS = 60_000
"""A line whose other end has taken nothing for so long is over: a cable that was pulled out says no word, and
whoever comes back by another one must not find their old connections counted for a quarter of an hour."""


class ServingError(Exception):
    """The server cannot serve; `str()` is one sentence for the person at the terminal."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is done, without answering there yet. Raises `ServingError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ServingError(f"HOST {host!r} is no address of this machine: {error.strerror}") from error
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: connections have it from the socket they came in by
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNHEARD_MS)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise ServingError(_why_not_bound(host, port, error)) from error
    return bound


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"port {port} needs more rights than this user has; choose one above 1023 with PORT=8000"
    if "in use" in (error.strerror or ""):
        return (
            f"port {port} on {host} is in use; choose another with PORT={port + 1 if port < 65535 else 8001}"
        )
    return f"cannot listen on {host} port {port}: {error.strerror}"


def url_of(bound: socket.socket) -> str:
    """The address to type into a browser on this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name, nothing is bound here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(
    app: Application,
    settings: Settings,
    bound: socket.socket,
    database: Database,
    on_ready: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM; a second one does not wait for anybody.

    `on_ready` is called when `/healthz` has answered. Raises `ServingError` if the application
    does not start.
    """
    server = _Server(_config(app, settings), app.state.drain)
    try:
        with _signals(server):
            async with (
                _owned(_watch(database), "watch Postgres"),
                _owned(_announce(bound, on_ready), "announce"),
            ):
                await server.serve(sockets=[bound])
    except SystemExit as error:
        raise ServingError("the application did not start; the reason stands above") from error


def _config(app: Application, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=HttpProtocol,
        **uvicorn_settings(Bounds().max_message_bytes, fast=settings.fast_sockets),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        backlog=2048,
    )


def tune_collector() -> None:
    """What is loaded now stays: without this the collector walks all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 1_000)


class _Server(uvicorn.Server):
    """uvicorn, with the order of its end put right and its signals left to us."""

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        tune_collector()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn cuts every socket off before the application hears of the end: let it say goodbye first.
        for server in self.servers:
            server.close()
        if not self.force_exit:
            try:
                await asyncio.wait_for(self._drain(), _GRACE_SECONDS)
            except Exception:
                # A goodbye that breaks, or takes too long, must not keep the rest from ending in order.
                logger.exception("clients could not be told of the shutdown")
        await super().shutdown(sockets)
        if self.force_exit:
            # Not waiting for clients is one thing, leaving commands half done another: uvicorn skips this.
            await self.lifespan.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise the signal again afterwards, which ends the process before Postgres is stopped.
        yield


@contextlib.contextmanager
def _signals(server: uvicorn.Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def leave() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, leave)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def _owned(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run a task beside the block; it ends with the block, and its failure is not lost."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(database: Database) -> None:
    """Bring our Postgres back if somebody killed it; the pool reconnects by itself."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if database.ensure_running():
            logger.warning("Postgres had ended and was started again")


async def _announce(bound: socket.socket, on_ready: Callable[[], None]) -> None:
    begun = asyncio.get_running_loop().time()
    told = False
    while True:
        if await asyncio.to_thread(_is_healthy, bound.getsockname()[:2]):
            on_ready()
            return
        if not told and asyncio.get_running_loop().time() - begun > _PATIENCE_SECONDS:
            logger.warning("/healthz has not answered for %g seconds", _PATIENCE_SECONDS)
            told = True
        await asyncio.sleep(_POLL_SECONDS)


def _is_healthy(address: tuple[str, int]) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104 - as in url_of
    connection = http.client.HTTPConnection(host, address[1], timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
