"""uvicorn's websocket protocol with what a public server needs beside it: a cut, and a quiet log.

Give it to uvicorn with `uvicorn_settings`. `SocketProtocol` is the stock path; `FastProtocol` leaves
ASGI behind once the handshake is done. Other websockets of the application are not touched by either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from realtime.courier import Courier
from realtime.fast_socket import FastSocket, Owner

ABORT = "production_tool.abort"
"""Under this key of the ASGI scope's `state` stands a function that cuts the socket at once."""

TAKE_OVER = "production_tool.take_over"
"""Under this key stands a function that makes a `FastSocket` of the socket, if that is wanted."""

CLOSE_SECONDS = 2.0
"""How long a peer may take to answer a close frame."""

INVALID_DATA = 1007


class SocketProtocol(WebSocketsSansIOProtocol):
    """One websocket. Overrides of uvicorn 0.54, each pinned by a test in tests/unit/realtime."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.app_state = {**app_state, ABORT: self.abort}
        self.close_timeout = CLOSE_SECONDS

    def abort(self) -> None:
        """Cut the connection without writing what is buffered: its reader does not read."""
        self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """As inherited, but invalid UTF-8 closes the socket without a traceback in the log."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(INVALID_DATA)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()


class HttpProtocol(HttpToolsProtocol):
    """HTTP, where a stream's reader who does not read can be cut off as well."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.app_state = {**app_state, ABORT: self.abort}

    def abort(self) -> None:
        """Cut the connection without writing what is buffered."""
        self.transport.abort()

    def handle_websocket_upgrade(self) -> None:
        """As inherited; then nothing is kept that refers to itself, and only the collector would find."""
        super().handle_websocket_upgrade()
        self.parser = self.scope = None  # type: ignore[assignment]  # as uvicorn does once it is done
        self.app_state = {}


class FastProtocol(SocketProtocol):
    """As its parent until the handshake is done; then it gives its transport to a `FastSocket`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.app_state[TAKE_OVER] = self.take_over
        self._pieces = 0
        self._left = False

    def data_received(self, data: bytes) -> None:
        self._pieces += 1
        super().data_received(data)

    def take_over(self, courier: Courier, owner: Owner) -> FastSocket | None:
        """Hand over; None for a client that sent frames before its handshake was answered."""
        if self._pieces > 1 or not self.handshake_complete or self.close_sent or self.disconnected:
            return None
        fast = FastSocket(self.transport, self.connections, self.config.ws_max_size, courier, owner)
        self.connections.discard(self)
        self.transport.set_protocol(fast)
        # While it has a timer, the end of the ASGI application does not close the transport.
        self.close_timer = self.loop.call_later(0, _nothing)
        self.app_state.clear()
        self._left = True
        return fast

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """As inherited; one that handed over lets go of what refers to itself, as `HttpProtocol` does."""
        super().on_task_complete(task)
        if self._left:
            self.conn.parser.close()
            self.scope.clear()  # type: ignore[attr-defined]  # a dictionary, though its type is closed


def _nothing() -> None:
    """What happens when the timer of a protocol that handed over runs out."""


TakeOver: TypeAlias = Callable[[Courier, Owner], FastSocket | None]


def take_over_of(scope: Mapping[str, Any]) -> TakeOver | None:
    """What takes a socket over from ASGI, where the server offers that."""
    take_over: TakeOver | None = (scope.get("state") or {}).get(TAKE_OVER)
    return take_over


def abort_of(scope: Mapping[str, Any]) -> Callable[[], None] | None:
    """What cuts the socket of an ASGI scope, where the server offers that."""
    abort: Callable[[], None] | None = (scope.get("state") or {}).get(ABORT)
    return abort


def uvicorn_settings(max_message_bytes: int, *, fast: bool = True) -> dict[str, Any]:
    """Settings of `uvicorn.Config` that the gateway relies on: one side pings, nothing is deflated.

    Without `fast`, sockets stay with uvicorn's own protocol and ASGI.
    """
    return {
        "ws": FastProtocol if fast else SocketProtocol,
        "ws_max_size": max_message_bytes,
        "ws_ping_interval": None,
        "ws_ping_timeout": None,
        "ws_per_message_deflate": False,
    }
