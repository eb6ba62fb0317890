"""The glue to python-socketio: their handshake and packets; our sockets, queues and bookkeeping.

Private API used, of python-socketio 5.18, pinned by `tests/unit/realtime/test_transport_pins.py`:

- `AsyncServer._engineio_server_class`, `_handle_eio_message`, `_handle_connect`,
  `_handle_disconnect`, `_handle_event`, `environ`
- the methods of `AsyncManager` that `Roster` overrides

What ours change: an event never runs in the library (`_handle_event` hands it over and returns),
frames are parsed strictly and at most once, and a connection costs two dictionary entries instead
of rooms, so that many may leave at once.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refuse

from realtime.bounds import Bounds
from realtime.connections import Connection
from realtime.courier import Courier
from realtime.engine import EngineServer, Hooks, log
from realtime.frames import ConnectFrame, DisconnectFrame, EventFrame, Malformed, parse

_NOTHING: dict[str, object] = {}


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """Socket.IO for one namespace, `/`: CONNECT by the library, everything else handed to the hooks."""

    def __init__(self, hooks: Hooks, bounds: Bounds, courier: Courier) -> None:
        super().__init__(
            client_manager=Roster(),
            async_mode="asgi",
            async_handlers=False,
            namespaces=["/"],
            transports=["websocket"],
            cors_allowed_origins=[],  # the gateway checks origins, without trusting forwarded headers
            ping_interval=bounds.ping_interval,
            ping_timeout=bounds.ping_timeout,
            max_http_buffer_size=bounds.max_message_bytes,
            monitor_clients=False,
            http_compression=False,
            logger=log,
            engineio_logger=log,
        )
        self.hooks = hooks
        self.eio.hooks = hooks
        self.eio.bounds = bounds
        self.eio.courier = courier
        self.eio.socketio = self
        self.eio.tasks = set()
        self.on("connect", self._on_connect)

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    async def _handle_eio_message(self, eio_sid: str, data: str) -> None:
        entering = self.step(eio_sid, data)
        if entering is not None:
            await entering

    def step(self, eio_sid: str, data: str) -> Coroutine[Any, Any, None] | None:
        """Run a message where that needs no waiting; else what is to be awaited, for a handshake."""
        connection = self._connection(eio_sid)
        match parse(data):
            case ConnectFrame() as frame:
                return self._handle_connect(eio_sid, frame.namespace, frame.auth)
            case DisconnectFrame():
                # The library would leave the websocket open and nobody's.
                connection.close("restart", "You left.")
            case EventFrame() as frame:
                self._event(eio_sid, frame)
            case Malformed() as frame:
                self.hooks.malformed(connection, frame)
        return None

    async def _handle_connect(self, eio_sid: str, namespace: str, data: object) -> None:
        connection = self._connection(eio_sid)
        again = self.manager.sid_from_eio_sid(eio_sid, "/") is not None
        await super()._handle_connect(eio_sid, namespace, data)
        if again or namespace != "/":
            self.hooks.malformed(connection, Malformed("there is one namespace, and one way in"))
        elif self.manager.sid_from_eio_sid(eio_sid, "/") is not None:
            self.environ[eio_sid] = _NOTHING  # the handshake's scope is not needed any more
            self.hooks.admitted(connection)
        else:
            connection.close("unauthenticated", "The handshake was refused.")

    async def _on_connect(self, sid: str, _environ: object, auth: object = None) -> None:
        connection = self._connection(self.manager.eio_sid_from_sid(sid, "/"))
        refusal = await self.hooks.admit(connection, auth)
        if refusal is not None:
            data = {"code": refusal.code, "retry_after_ms": refusal.retry_after_ms}
            raise Refuse(refusal.message, data)

    async def _handle_event(
        self,
        eio_sid: str,
        namespace: str,  # noqa: ARG002 - the library's signature
        id: int | None,  # noqa: A002, ARG002 - the library's signature
        data: EventFrame,
    ) -> None:
        self._event(eio_sid, data)

    def _event(self, eio_sid: str, data: EventFrame) -> None:
        connection = self._connection(eio_sid)
        if self.manager.sid_from_eio_sid(eio_sid, "/") is None:
            self.hooks.malformed(connection, Malformed("a message before the handshake"))
        else:
            self.hooks.event(connection, data)

    def _connection(self, eio_sid: str) -> Connection:
        connection: Connection = self.eio.sockets[eio_sid].connection
        return connection


class Roster(socketio.AsyncManager):  # type: ignore[misc]  # the library has no types
    """Who is connected: two dictionaries. The library's rooms make leaving cost what everybody costs."""

    def __init__(self) -> None:
        super().__init__()
        self._sid_of: dict[str, str] = {}
        self._eio_sid_of: dict[str, str] = {}
        self._pending: set[str] = set()

    def get_namespaces(self) -> Iterable[str]:
        return ("/",)

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:  # noqa: ARG002 - the library's signature
        if eio_sid in self._sid_of:
            return None
        sid: str = self.server.eio.generate_id()
        self._sid_of[eio_sid] = sid
        self._eio_sid_of[sid] = eio_sid
        self._pending.add(sid)
        return sid

    async def connect(self, sid: str, namespace: str) -> str:  # noqa: ARG002 - the library's signature
        self._pending.discard(sid)
        return sid

    def is_connected(self, sid: str, namespace: str) -> bool:  # noqa: ARG002 - the library's signature
        return sid in self._eio_sid_of and sid not in self._pending

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:  # noqa: ARG002 - the library's signature
        sid = self._sid_of.get(eio_sid)
        return None if sid is None or sid in self._pending else sid

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:  # noqa: ARG002 - the library's signature
        return self._eio_sid_of.get(sid)

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:  # noqa: ARG002 - the library's signature
        return self._eio_sid_of.get(sid)

    async def disconnect(self, sid: str, namespace: str, **_kwargs: object) -> None:  # noqa: ARG002 - the library's signature
        eio_sid = self._eio_sid_of.pop(sid, None)
        if eio_sid is not None:
            del self._sid_of[eio_sid]
        self._pending.discard(sid)
