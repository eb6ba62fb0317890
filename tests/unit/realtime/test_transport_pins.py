"""The private API of the libraries below that ours relies on: these fail when a version moves it."""

import inspect

import engineio
import pytest
import socketio
from engineio import async_socket
from engineio import packet as engine_packet
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from realtime.engine import EngineServer, EngineSocket
from realtime.transport import Roster, SocketServer
from realtime.websocket import SocketProtocol

OVERRIDES = [
    (EngineServer, engineio.AsyncServer, ["_handle_connect", "create_queue"]),
    (
        EngineSocket,
        async_socket.AsyncSocket,
        ["send", "close", "schedule_ping", "check_ping_timeout", "_websocket_handler"],
    ),
    (
        SocketServer,
        socketio.AsyncServer,
        ["_engineio_server_class", "_handle_eio_message", "_handle_connect", "_handle_event"],
    ),
    (
        Roster,
        socketio.AsyncManager,
        [
            "get_namespaces",
            "pre_connect",
            "connect",
            "is_connected",
            "sid_from_eio_sid",
            "eio_sid_from_sid",
            "pre_disconnect",
            "disconnect",
        ],
    ),
    (SocketProtocol, WebSocketsSansIOProtocol, ["send_receive_event_to_app"]),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [(ours, theirs, name) for ours, theirs, names in OVERRIDES for name in names],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_what_is_overridden_exists_with_the_same_parameters(ours, theirs, name):
    assert name in vars(ours), "no longer overridden: drop the pin"
    mine, original = inspect.signature(vars(ours)[name]), inspect.signature(getattr(theirs, name))
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = [p for p, found in mine.parameters.items() if found.kind not in kinds]
    assert named == [p for p, found in original.parameters.items() if found.kind not in kinds]


SOCKETIO, ENGINE, SOCKET = socketio.AsyncServer, engineio.AsyncServer, async_socket.AsyncSocket
CALLS = [
    (SOCKETIO._handle_connect, "self.manager.pre_connect"),
    (SOCKETIO._handle_connect, "self._trigger_event"),
    (SOCKETIO._handle_connect, "self._send_packet"),
    (SOCKETIO._handle_eio_connect, "self.environ[eio_sid] = environ"),
    (SOCKETIO._handle_eio_disconnect, "self.manager.get_namespaces()"),
    (SOCKETIO._handle_eio_disconnect, "del self.environ[eio_sid]"),
    (ENGINE.handle_request, "self._handle_connect(environ, transport"),
    (ENGINE.handle_request, "self._make_response"),
    (ENGINE.send_packet, "self._get_socket(sid)"),
    (ENGINE.send_packet, "socket.send(pkt)"),
    (SOCKET.handle_get_request, "'_upgrade_' + transport"),
    (SOCKET._upgrade_websocket, "self._websocket_handler, self.server"),
    (SOCKET._upgrade_websocket, "self.upgraded"),
    (WebSocketsSansIOProtocol.handle_connect, "self.app_state.copy()"),
    (WebSocketsSansIOProtocol.send, "self.close_timeout"),
    (WebSocketsSansIOProtocol.handle_text, "self.send_receive_event_to_app()"),
    (WebSocketsSansIOProtocol.handle_cont, "self.send_receive_event_to_app()"),
]


@pytest.mark.parametrize(("function", "call"), CALLS)
def test_the_library_still_calls_what_we_override(function, call):
    assert call in inspect.getsource(function)


def test_messages_reach_our_handler():
    assert "self.eio.on('message', self._handle_eio_message)" in inspect.getsource(
        socketio.AsyncServer.__mro__[1]
    )
    assert engine_packet.OPEN == 0
    assert engine_packet.Packet(engine_packet.MESSAGE, "x").encode() == "4x"


def test_a_protocol_that_handed_over_may_end_its_application_without_closing():
    """[F1] `FastProtocol.take_over` sets the timer that is looked at here."""
    assert "if self.close_timer is None:\n            self.transport.close()" in inspect.getsource(
        WebSocketsSansIOProtocol.run_asgi
    )
    assert 'protocol.data_received(b"".join(output))' in inspect.getsource(
        HttpToolsProtocol.handle_websocket_upgrade
    )
