"""uvicorn's websocket protocol with what a public server needs beside it: a cut, and a quiet log.

Give it to uvicorn as `ws=SocketProtocol` together with `UVICORN_SETTINGS`. Anything that may
later write frames without going through ASGI belongs here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

ABORT = "production_tool.abort"
"""Under this key of the ASGI scope's `state` stands a function that cuts the socket at once."""

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


def abort_of(scope: Mapping[str, Any]) -> Callable[[], None] | None:
    """What cuts the socket of an ASGI scope, where the server offers that."""
    abort: Callable[[], None] | None = (scope.get("state") or {}).get(ABORT)
    return abort


def uvicorn_settings(max_message_bytes: int) -> dict[str, Any]:
    """Settings of `uvicorn.Config` that the gateway relies on: one side pings, nothing is deflated."""
    return {
        "ws": SocketProtocol,
        "ws_max_size": max_message_bytes,
        "ws_ping_interval": None,
        "ws_ping_timeout": None,
        "ws_per_message_deflate": False,
    }
