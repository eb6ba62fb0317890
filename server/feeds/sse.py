"""The feed as server-sent events: the same frames, resumed by `Last-Event-ID`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.protocol import FeedError, FeedRequest, FeedReset, WireError
from realtime.protocol.feed import EventType, Seq
from realtime.quiet import QuietLog
from realtime.tasks import end
from realtime.websocket import abort_of
from scheduling.refusals import RETRYABLE, Code, Refused
from server.api.decoding import decode_query
from server.api.operations import Problem
from server.api.problems import busy, invalid, problem_of, problem_response
from server.auth.identity import Identity
from server.feeds.feeds import Feeds
from server.feeds.reader import Ending, Frame, Reader, Step

logger = logging.getLogger(__name__)

RETRY_MS = 3_000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class FeedQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As `FeedRequest`; `ticket` for those who cannot set a header. `types` is repeated."""

    since: Seq | None = None
    epoch: UUID | None = None
    types: tuple[EventType, ...] = ()
    project_id: UUID | None = None
    ticket: str | None = None


def sse_endpoint(feeds: Feeds) -> Endpoint:
    """The endpoint of `/api/v1/feed` for requests that are no websocket."""
    quiet = QuietLog(logger)

    async def endpoint(request: Request) -> Response:
        query = decode_query(request.query_params.multi_items(), FeedQuery)
        if isinstance(query, Problem):
            return problem_response(query)
        asked = _resumed(query, request.headers.get("last-event-id"))
        if isinstance(asked, Problem):
            return problem_response(asked)
        try:
            identity = await feeds.admit(request.headers.get("authorization", ""), query.ticket)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told to come again
            quiet.warning("admit", "a feed could not be opened: %s", error)
            identity = busy("The feed cannot be opened just now.")
        if isinstance(identity, Problem):
            return problem_response(identity)
        return _Stream(feeds, identity, asked, quiet)

    return endpoint


def _resumed(query: FeedQuery, last: str | None) -> FeedRequest | Problem:
    """What is asked for; `Last-Event-ID` (`epoch:seq`) goes before what the address says."""
    since, epoch = query.since, query.epoch
    if last:
        left, _, right = last.strip().rpartition(":")
        try:
            epoch, since = UUID(left), int(right)
        except ValueError:
            return invalid("Last-Event-ID must be an id that this feed gave.", "Last-Event-ID")
        if not 0 <= since <= 2**53:
            return invalid("Last-Event-ID must be an id that this feed gave.", "Last-Event-ID")
    return FeedRequest(since=since, epoch=epoch, types=query.types, project_id=query.project_id)


class _Stream(Response):
    """Writes events as they come, until the client leaves or the feed ends."""

    media_type = "text/event-stream"

    def __init__(self, feeds: Feeds, identity: Identity, asked: FeedRequest, quiet: QuietLog) -> None:
        super().__init__(None, 200, _HEADERS)
        del self.headers["content-length"]
        self._feeds = feeds
        self._identity = identity
        self._asked = asked
        self._quiet = quiet
        self._begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._feeds.reading(self._identity) as reader:
            telling = asyncio.create_task(self._tell(reader, scope, receive, send), name="sse tells")
            leaving = asyncio.create_task(_left(receive), name="sse listens")
            overdue = asyncio.create_task(reader.overdue(), name="sse overdue")
            await asyncio.wait({telling, leaving, overdue}, return_when=asyncio.FIRST_COMPLETED)
            try:
                if telling.done():
                    telling.result()
                elif overdue.done():
                    _cut(scope)
            except OSError:
                _cut(scope)
            finally:
                await end([telling, leaving, overdue])

    async def _tell(self, reader: Reader, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            step: Step | Refused = await reader.open(self._asked)
            if isinstance(step, Refused):
                await problem_response(problem_of(step))(scope, receive, send)
                return
            await self._begin(send)
            while not await self._send(send, step):
                step = await reader.step(self._feeds.bounds.step_seconds)
        except OSError:  # a reader that does not read, as TimeoutError, or a lost line
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence
            await self._fault(error, scope, receive, send)

    async def _fault(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        away = isinstance(error, DatabaseError) or fault_of(error) in {Fault.TRANSIENT, Fault.UNAVAILABLE}
        self._quiet.warning("feed", "a feed ended: %s", error, fault=None if away else error)
        message = "Something went wrong on the server; come back and read on."
        if not self._begun:
            await problem_response(busy(message))(scope, receive, send)
            return
        await self._send(send, Ending(code=Code.BUSY if away else Code.INTERNAL, message=message))

    async def _begin(self, send: Send) -> None:
        self._begun = True
        await self._put(send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await self._write(send, f"retry: {RETRY_MS}\n\n".encode())

    async def _send(self, send: Send, step: Step) -> bool:
        """Send a step; whether it was the last."""
        match step:
            case None:
                return False
            case Frame():
                place = f"{step.position.epoch}:{step.position.seq}".encode()
                await self._write(send, b"id: %s\nevent: events\ndata: %s\n\n" % (place, step.body))
                return False
            case FeedReset():
                # The empty id makes a browser forget where it was.
                await self._last(send, b"id: \nevent: reset\ndata: %s\n\n" % msgspec.json.encode(step))
            case Ending():
                error = WireError(
                    code=step.code,
                    message=step.message,
                    retryable=step.code in RETRYABLE,
                    retry_after_ms=step.retry_after_ms,
                )
                retry = b"retry: %d\n" % step.retry_after_ms if step.retry_after_ms else b""
                body = msgspec.json.encode(FeedError(error=error))
                await self._last(send, b"%sevent: closing\ndata: %s\n\n" % (retry, body))
        return True

    async def _write(self, send: Send, body: bytes) -> None:
        await self._put(send, {"type": "http.response.body", "body": body, "more_body": True})

    async def _last(self, send: Send, body: bytes) -> None:
        await self._put(send, {"type": "http.response.body", "body": body, "more_body": False})

    async def _put(self, send: Send, message: dict[str, Any]) -> None:
        async with asyncio.timeout(self._feeds.bounds.stall_seconds):
            await send(message)


def _cut(scope: Scope) -> None:
    """Its reader does not read: what there is to say would wait behind what is not taken."""
    abort = abort_of(scope)
    if abort is not None:
        abort()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
