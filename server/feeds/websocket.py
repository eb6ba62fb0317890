"""The feed over a websocket: a first frame that says what is wanted, then frames in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.bounds import Bucket
from realtime.origins import allowed_origin
from realtime.protocol import FeedCredit, FeedError, FeedRequest, FeedReset, WireError
from realtime.quiet import QuietLog
from realtime.tasks import end
from realtime.websocket import abort_of
from scheduling.refusals import RETRYABLE, Code, Refused, invalid
from server.api.operations import Problem
from server.api.problems import busy, problem_response
from server.auth.identity import Identity
from server.feeds.feeds import FeedBounds, Feeds
from server.feeds.reader import Ending, Frame, Reader, Step

logger = logging.getLogger(__name__)

CLOSE_CODES = {
    Code.INVALID: 4400,
    Code.UNAUTHENTICATED: 4401,
    Code.FORBIDDEN: 4403,
    Code.TOO_LARGE: 4413,
    Code.RATE_LIMITED: 4429,
    Code.BUSY: 1012,
    Code.INTERNAL: 1011,
}
"""How a websocket closes after each error; 1012 says: come back and read on."""
RESET = 4410
MAX_FIRST = 16 * 1024

_request = msgspec.json.Decoder(FeedRequest)
_credit = msgspec.json.Decoder(FeedCredit)


def websocket_endpoint(feeds: Feeds, allowed_origins: tuple[str, ...]) -> Callable[[WebSocket], Any]:
    """The endpoint of `/api/v1/feed` for websockets."""
    quiet = QuietLog(logger)

    async def endpoint(websocket: WebSocket) -> None:
        identity = await _admitted(websocket, feeds, allowed_origins, quiet)
        if isinstance(identity, Problem):
            await websocket.send_denial_response(problem_response(identity))
            return
        await websocket.accept()
        async with feeds.reading(identity) as reader:
            await _Session(websocket, feeds, reader, quiet).run()

    return endpoint


async def _admitted(
    websocket: WebSocket, feeds: Feeds, allowed_origins: tuple[str, ...], quiet: QuietLog
) -> Identity | Problem:
    if not allowed_origin(websocket.headers.raw, allowed_origins):
        return Problem(code=Code.FORBIDDEN, message="This origin may not connect; the operator can allow it.")
    try:
        return await feeds.admit(
            websocket.headers.get("authorization", ""), websocket.query_params.get("ticket")
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the client is told to come again
        quiet.warning("admit", "a feed could not be opened: %s", error)
        return busy("The feed cannot be opened just now.")


class _Session:
    """One open websocket: what the client sends on one side, what it is sent on the other."""

    def __init__(self, websocket: WebSocket, feeds: Feeds, reader: Reader, quiet: QuietLog) -> None:
        self._websocket = websocket
        self._bounds = feeds.bounds
        self._reader = reader
        self._quiet = quiet
        self._credit: int | None = None
        self._given = Bucket(feeds.bounds.credits_per_second, feeds.bounds.credit_burst)
        self._more = asyncio.Event()
        self._refused: Refused | None = None

    async def run(self) -> None:
        """Until either side is done. Raises nothing for what a client may cause."""
        try:
            request = await self._first()
            if isinstance(request, Refused):
                await self._say(request.code, request.message)
                return
            self._credit = request.credit
            self._reader.when_closed = self._more.set
            listening = asyncio.create_task(self._listen(), name="feed listens")
            telling = asyncio.create_task(self._tell(request), name="feed tells")
            overdue = asyncio.create_task(self._reader.overdue(), name="feed overdue")
            try:
                await asyncio.wait({listening, telling, overdue}, return_when=asyncio.FIRST_COMPLETED)
                if overdue.done() and not telling.done():
                    self._cut()
            finally:
                if telling.done():
                    telling.result()
                await end([telling, listening, overdue])
        except WebSocketDisconnect:
            return
        except OSError:  # a reader that does not read, as TimeoutError, or a lost line
            self._cut()
        except Exception as error:  # noqa: BLE001 - the last line of defence
            await self._fault(error)

    async def _fault(self, error: Exception) -> None:
        away = isinstance(error, DatabaseError) or fault_of(error) in {Fault.TRANSIENT, Fault.UNAVAILABLE}
        self._quiet.warning("feed", "a feed ended: %s", error, fault=None if away else error)
        try:
            if away:
                await self._say(Code.BUSY, "The database is away for a moment; come back and read on.", 2_000)
            else:
                await self._say(Code.INTERNAL, "Something went wrong on the server; come back and read on.")
        except (RuntimeError, OSError, WebSocketDisconnect):
            self._cut()

    async def _first(self) -> FeedRequest | Refused:
        try:
            async with asyncio.timeout(self._bounds.first_frame_seconds):
                text = await self._text()
        except TimeoutError:
            return invalid(
                f"Expected a first frame, such as {{}}, within {self._bounds.first_frame_seconds:g} s."
            )
        if isinstance(text, Refused):
            return text
        try:
            return _request.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            return invalid(
                f"The first frame must be {{since?, epoch?, types?, project_id?, credit?}}: {_why(error)}."
            )

    async def _text(self) -> str | Refused:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1005)
        text = message.get("text")
        if text is None:
            return invalid("Expected a text frame with JSON; a binary one came.")
        if len(text) > MAX_FIRST:
            return Refused(
                code=Code.TOO_LARGE, message=f"A frame from a client has at most {MAX_FIRST} bytes."
            )
        return str(text)

    async def _listen(self) -> None:
        """Take credit until the client leaves or says what it may not."""
        while True:
            try:
                text = await self._text()
            except WebSocketDisconnect:
                return
            if isinstance(text, Refused):
                self._refused = text
            elif not self._given.take():
                self._refused = _too_often(self._bounds)
            else:
                self._give(text)
            self._more.set()
            if self._refused is not None:
                await asyncio.Event().wait()  # what there is to say, the other side says

    def _give(self, text: str) -> None:
        try:
            given = _credit.decode(text).credit
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            self._refused = invalid(f"After the first frame only {{credit}} may follow: {_why(error)}.")
            return
        if self._credit is not None:
            self._credit = min(self._credit + given, 1_000_000)

    async def _tell(self, request: FeedRequest) -> None:
        step: Step | Refused = await self._reader.open(request)
        while True:
            if isinstance(step, Refused):
                await self._say(step.code, step.message)
                return
            if await self._send(step):
                return
            step = self._refused or await self._next()

    async def _next(self) -> Step:
        if self._credit != 0:
            return await self._reader.step(self._bounds.step_seconds)
        self._more.clear()
        try:
            async with asyncio.timeout(self._bounds.step_seconds):
                await self._more.wait()
        except TimeoutError:
            pass
        return self._reader.ending

    async def _send(self, step: Step) -> bool:
        """Send a step; whether it was the last."""
        match step:
            case None:
                return False
            case Frame():
                await self._write(step.body.decode())
                if self._credit is not None and not step.idle:
                    self._credit -= 1
                return False
            case FeedReset():
                await self._write(msgspec.json.encode(step).decode())
                await self._close(RESET)
            case Ending():
                await self._say(step.code, step.message, step.retry_after_ms)
        return True

    async def _write(self, text: str) -> None:
        async with asyncio.timeout(self._bounds.stall_seconds):
            await self._websocket.send_text(text)

    async def _say(self, code: Code, message: str, retry_after_ms: int | None = None) -> None:
        error = WireError(
            code=code, message=message, retryable=code in RETRYABLE, retry_after_ms=retry_after_ms
        )
        await self._write(msgspec.json.encode(FeedError(error=error)).decode())
        await self._close(CLOSE_CODES.get(code, 1011))

    async def _close(self, code: int) -> None:
        async with asyncio.timeout(self._bounds.stall_seconds):
            await self._websocket.close(code)

    def _cut(self) -> None:
        """Its reader does not read: a closing frame would wait behind what is not taken."""
        abort = abort_of(self._websocket.scope)
        if abort is not None:
            abort()


def _too_often(bounds: FeedBounds) -> Refused:
    message = f"Credit is given at most {bounds.credits_per_second:g} times a second; give more at a time."
    return Refused(code=Code.RATE_LIMITED, message=message)


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).rstrip(".")
