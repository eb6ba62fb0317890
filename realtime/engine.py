"""Engine.IO below Socket.IO: one session over one websocket, whose packets go through our connection.

Private API used, of python-engineio 4.15, pinned by `tests/unit/realtime/test_transport_pins.py`:

- `AsyncServer.handle_request`, `_handle_connect`, `create_queue`, `_trigger_event`, `sockets`
- `async_socket.AsyncSocket._websocket_handler`, `send`, `close`, `schedule_ping`

What ours change: what the entrance let through is a websocket and is not looked at again, every write
goes through the connection's bounded outbox, nothing is queued in the library, and the sweep of the
gateway pings and times out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

import engineio
from engineio import async_socket
from engineio import packet as engine_packet
from msgspec import Struct

from realtime.bounds import Bounds
from realtime.connections import Connection, over
from realtime.courier import Courier
from realtime.entrance import address_of
from realtime.fast_socket import FastSocket
from realtime.frames import EventFrame, Malformed, Packet
from realtime.websocket import abort_of, take_over_of

log = logging.getLogger("realtime.socketio")
log.setLevel(logging.ERROR)  # the libraries speak of every packet at INFO


_UPGRADE = {"HTTP_CONNECTION": "upgrade", "HTTP_UPGRADE": "websocket"}
"""As much of the request as the library asks for."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a handshake is refused; goes to the client as `CONNECT_ERROR {message, data: {code, …}}`."""

    code: str
    message: str
    retry_after_ms: int | None = None


class Hooks(Protocol):
    """What the gateway does for the transport. Only `admit` may wait; none may raise."""

    def opened(self, wire: EngineSocket, address: str) -> Connection:
        """A websocket opened, from this address."""

    async def admit(self, connection: Connection, auth: object) -> Refusal | None:
        """The client said who it is."""

    def admitted(self, connection: Connection) -> None:
        """The client was told that it is in."""

    def event(self, connection: Connection, frame: EventFrame) -> None:
        """A message of an admitted client."""

    def malformed(self, connection: Connection, frame: Malformed) -> None:
        """Something that is no message."""

    def lost(self, connection: Connection) -> None:
        """The websocket is gone."""


class Above(Protocol):
    """What takes the messages of a session: the Socket.IO server."""

    def step(self, eio_sid: str, data: str) -> Coroutine[Any, Any, None] | None:
        """Run a message where that needs no waiting; else what is to be awaited, for a handshake."""


class EngineSocket(async_socket.AsyncSocket):  # type: ignore[misc]  # the library has no types
    """One Engine.IO session over one websocket.

    On a `FastSocket` where the server offers one; else a task reads, and another empties the outbox.
    """

    def __init__(self, server: EngineServer, sid: str, scope: Mapping[str, Any]) -> None:
        super().__init__(server, sid)
        self._abort = abort_of(scope)
        self._take_over = take_over_of(scope)
        self.fast: FastSocket | None = None
        self._early: list[str] | None = None
        self._gone = False
        self._task: asyncio.Task[Any] | None = None
        self.connection: Connection = server.hooks.opened(self, address_of(scope))

    # Wire

    def finish(self) -> None:
        """The outbox has ended: it is emptied, then the socket closed; by the writer where there is one."""
        if self.fast is not None:
            self.fast.finish()

    def abort(self) -> None:
        """Cut the socket; where the server does not help, at least stop working for it."""
        if self.fast is not None:
            self.fast.abort()
        elif self._abort is not None:
            self._abort()
        elif self._task is not None:
            self._task.cancel()

    # what the library calls

    async def send(self, pkt: Any) -> None:
        self.connection.send(Packet(pkt.encode().encode()))

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:  # noqa: ARG002 - the library's signature
        self.connection.close("restart", "The server closes this connection.")

    def schedule_ping(self) -> None:
        """The gateway's sweep pings."""

    async def check_ping_timeout(self) -> bool:
        return True

    async def _websocket_handler(self, ws: Any) -> None:
        self.connected = self.upgraded = True
        if self._take_over is not None:
            self.fast = self._take_over(self.server.courier, self)
            self._take_over = self._abort = None
        if self.fast is not None:
            self.fast.begin()
            return
        self._task = asyncio.current_task()
        writer = asyncio.create_task(self._write(ws), name=f"writer {self.connection.id}")
        try:
            await self._read(ws)
        finally:
            self.server.hooks.lost(self.connection)
            await self._let_go(writer)

    async def _let_go(self, writer: asyncio.Task[None]) -> None:
        """The peer may have stopped reading for good: then what is buffered would hold us for ever."""
        _, stuck = await asyncio.wait([writer], timeout=self.server.bounds.close_grace)
        if stuck:
            if self._abort is not None:
                self._abort()
            writer.cancel()
            await asyncio.wait([writer])
        if not writer.cancelled() and (fault := writer.exception()) is not None:
            log.error("a socket's writer failed", exc_info=fault)

    async def _write(self, ws: Any) -> None:
        outbox = self.connection.outbox
        try:
            while (packet := await outbox.get()) is not None:
                await ws.send(packet.text)
        except (OSError, RuntimeError):
            return  # gone, or closing: the reader learns the same
        await ws.close()

    async def _read(self, ws: Any) -> None:
        connection = self.connection
        while True:
            try:
                data = await ws.wait()
            except OSError:
                return
            message = self._checked(data)
            if message is not None:
                await self.server._trigger_event("message", self.sid, message, run_async=False)  # noqa: SLF001 - as the library's own socket does
            elif data == "1" and not over(connection.state):
                return

    def _checked(self, data: str | bytes) -> str | None:
        """The Socket.IO message in what came, where there is one and it is to be taken."""
        connection = self.connection
        connection.heard_at = time.monotonic()
        if over(connection.state):
            return None
        if not connection.frames.take():
            connection.close("rate_limited", "Too many messages.")
        elif isinstance(data, bytes):
            self.server.hooks.malformed(connection, Malformed("binary frames are not taken", fatal=True))
        elif data[:1] == "4":
            return data[1:]
        elif data[:1] not in ("1", "3"):
            self.server.hooks.malformed(connection, Malformed("unknown or unexpected packet type"))
        return None

    # Owner of a fast socket

    def took(self, message: str | bytes) -> None:
        text = self._checked(message)
        if text is None:
            if message == "1" and self.fast is not None:
                self.connection.outbox.end()
                self.fast.finish()
        elif self._early is None:
            self._run(text)
        elif len(self._early) < self.server.bounds.mailbox_messages:
            self._early.append(text)
        else:
            self.connection.close("rate_limited", "Too many messages before the handshake was answered.")

    def _run(self, text: str) -> bool:
        """Run a message; whether it is a handshake, which what comes next has to wait for."""
        entering = self.server.socketio.step(self.sid, text)
        if entering is None:
            return False
        self._early = []
        self.server.keep(self._enter(entering))
        return True

    async def _enter(self, entering: Coroutine[Any, Any, None]) -> None:
        """The handshake asks the database; what comes meanwhile waits for it."""
        await entering
        early, self._early = self._early or [], None
        for at, text in enumerate(early):
            if self._run(text):
                self._early = early[at + 1 :]
                return
        if self._gone:
            self.gone()

    def gone(self) -> None:
        self._gone = True
        if self._early is not None:
            return  # what came before the end is still run
        self.server.hooks.lost(self.connection)
        self.server.keep(self.server.forget(self))


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """Opens sessions of ours; websocket is the only transport."""

    hooks: Hooks
    bounds: Bounds
    courier: Courier
    socketio: Above
    tasks: set[asyncio.Task[None]]

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work beside; it ends by itself, within what a handshake may take."""
        task = asyncio.create_task(work, name="socket")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def forget(self, socket: EngineSocket) -> None:
        """The websocket is gone, and with it the library's session."""
        await self._trigger_event("disconnect", socket.sid, self.reason.TRANSPORT_CLOSE, run_async=False)
        del self.sockets[socket.sid]

    async def handle_request(self, *args: Any, **_kwargs: Any) -> None:
        """Open a session for what the entrance let through: it is a websocket that speaks Engine.IO 4."""
        scope, receive, send = args
        if (await receive())["type"] == "websocket.connect":
            environ = {**_UPGRADE, "asgi.scope": scope, "asgi.receive": receive, "asgi.send": send}
            await self._handle_connect(environ, "websocket")

    def create_queue(self, *_args: object, **_kwargs: object) -> None:
        """Nothing is queued in the library: packets go to the connection's outbox."""

    async def _handle_connect(
        self,
        environ: Mapping[str, Any],
        transport: str,  # noqa: ARG002 - the library's signature
        jsonp_index: int | None = None,  # noqa: ARG002 - the library's signature
    ) -> object:
        sid = self.generate_id()
        socket = EngineSocket(self, sid, environ["asgi.scope"])
        self.sockets[sid] = socket
        try:
            await socket.send(self._open_packet(sid))
            await self._trigger_event("connect", sid, environ, run_async=False)
            return await socket.handle_get_request(environ)
        finally:
            if socket.fast is None:
                self.hooks.lost(socket.connection)
                await self.forget(socket)

    def _open_packet(self, sid: str) -> object:
        data = {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        return engine_packet.Packet(engine_packet.OPEN, data)
