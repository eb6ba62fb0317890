"""The door at `/socket.io/`: who may knock, before a websocket is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from realtime.origins import allowed_origin

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Asgi: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/socket.io"
RETRY_SECONDS = 2


class TurnedAway(Struct, frozen=True):
    """Why a handshake goes no further: an HTTP status, an error code and a sentence."""

    status: int
    code: str
    message: str


class Entrance:
    """Refuses by HTTP status what is no websocket of ours; hands the rest to the socket server."""

    def __init__(
        self,
        handle: Callable[[Scope, Receive, Send], Awaitable[object]],
        full: Callable[[str], bool],
        allowed_origins: tuple[str, ...],
    ) -> None:
        self._handle = handle
        self._full = full
        self._allowed_origins = allowed_origins

    def before(self, other: Asgi) -> Asgi:
        """An application that takes `/socket.io/` and leaves the rest to `other`."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] in {"http", "websocket"} and (
                scope["path"] == PATH or scope["path"].startswith(PATH + "/")
            )
            await (self if ours else other)(scope, receive, send)

        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        if refusal is None:
            await self._handle(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await _respond(scope, send, "websocket.http.response", refusal)
        else:
            await _respond(scope, send, "http.response", refusal)

    def _refusal(self, scope: Scope) -> TurnedAway | None:
        if scope["type"] != "websocket" or scope["path"] != PATH + "/":
            return TurnedAway(400, "invalid", "Open a websocket at /socket.io/?EIO=4&transport=websocket.")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if query.get("EIO") != ["4"] or query.get("transport") != ["websocket"] or "sid" in query:
            return TurnedAway(
                400, "invalid", "Engine.IO 4 over a websocket of its own is what is spoken here."
            )
        if not allowed_origin(scope["headers"], self._allowed_origins):
            return TurnedAway(403, "forbidden", "This origin may not connect; the operator can allow it.")
        if self._full(address_of(scope)):
            return TurnedAway(503, "busy", "The server takes no more connections just now.")
        return None


def address_of(scope: Mapping[str, Any]) -> str:
    """The client's address: the socket's, or what a proxy says that uvicorn was told to trust."""
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _respond(scope: Scope, send: Send, kind: str, why: TurnedAway) -> None:
    if scope["type"] == "websocket" and kind not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})  # answered as 403 by the server
        return
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    busy = why.status == 503
    if busy:
        headers.append((b"retry-after", b"%d" % RETRY_SECONDS))
    error = {"code": why.code, "message": why.message, "retryable": busy}
    await send({"type": f"{kind}.start", "status": why.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": msgspec.json.encode({"error": error})})
