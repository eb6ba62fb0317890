"""A person's connection that keeps itself alive and writes down everything: sent, answered, heard, lost.

It speaks Engine.IO 4 and Socket.IO 5 by hand, comes back when it is cut off, resumes by number, and
never judges: what it was told goes into the history as it came.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import WebSocketException

from tests.harness.history.model import (
    Answered,
    Entry,
    Heard,
    Invoked,
    Json,
    Reader,
    Synced,
    Unheard,
    Welcomed,
    Witnessed,
)

ANSWER_SECONDS = 10.0
PAUSE_SECONDS = 0.03
"""Between two attempts to connect; a real client waits longer, which would only make runs longer."""

Token = Callable[[], Awaitable[str]]
Witness = Callable[[str], Awaitable[bool]]


class Lost(Exception):
    """The connection ended."""


class Player:
    """One person at one address. `url` is asked at each attempt, `token` too."""

    def __init__(self, reader: Reader, url: Callable[[], str], token: Token) -> None:
        self._reader = reader
        self._url = url
        self._token = token
        self._entries: list[Entry] = []
        self._socket: ClientConnection | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asked: dict[int, str] = {}
        """Commands under way: which id each acknowledgement number is of."""
        self._number = 0
        self._epoch: str | None = None
        self._task: asyncio.Task[None] | None = None
        self.seq = 0
        """The last number heard of."""
        self.live = asyncio.Event()
        """Set while synced on a connection that is up."""
        self.connections = 0
        self.on_event: Callable[[Json], None] = lambda _event: None

    @property
    def name(self) -> str:
        return self._reader.name

    @property
    def reader(self) -> Reader:
        """The reader with everything so far."""
        return msgspec.structs.replace(self._reader, entries=tuple(self._entries))

    def has(self, seq: int) -> bool:
        """Whether it is connected, and was told everything up to a number."""
        return self.live.is_set() and self.seq >= seq

    def start(self) -> None:
        """Connect, and stay connected until `close`."""
        self._task = asyncio.create_task(self._stay(), name=f"player {self.name}")

    async def close(self) -> None:
        """Leave for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def hang_up(self) -> None:
        """Lose this connection, as a lid that is closed does; it comes back by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    # commands

    async def command(self, op: str, args: Json, *, id: str | None = None) -> Json | None:  # noqa: A002 - the wire's word
        """Send a command once; its answer, or None where it was not heard."""
        command_id = id or str(uuid4())
        socket = self._socket
        if socket is None or not self.live.is_set():
            return None
        self._note(Invoked(at=_now(), id=command_id, op=op, args=args))
        number, answer = self._expect()
        self._asked[number] = command_id
        body = {"id": command_id, "op": op, "args": args}
        try:
            await socket.send(f"42{number}" + msgspec.json.encode(["command", body]).decode())
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except (Lost, TimeoutError, OSError, WebSocketException):
            self._note(Unheard(at=_now(), id=command_id))
            return None
        finally:
            self._waiting.pop(number, None)
            self._asked.pop(number, None)

    async def has_read(self) -> None:
        """Wait until everything that was sent to it by now is read: an answer stands behind it."""
        while True:
            await self.live.wait()
            socket = self._socket
            if socket is None:
                continue
            number, answer = self._expect()
            with contextlib.suppress(Lost, OSError, WebSocketException):
                await socket.send(f'42{number}["presence",{{}}]')
                await answer
                return
            await asyncio.sleep(PAUSE_SECONDS)

    def witness(self, command_id: str, found: bool) -> None:
        """Note what a look into the database right after a yes showed."""
        self._note(Witnessed(at=_now(), id=command_id, found=found))

    def _note(self, entry: Entry) -> None:
        self._entries.append(entry)

    def _expect(self) -> tuple[int, asyncio.Future[Any]]:
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        return self._number, answer

    # the connection

    async def _stay(self) -> None:
        while True:
            try:
                await self._live_once()
            except (OSError, Lost, TimeoutError, WebSocketException):
                pass
            finally:
                self._forget()
            await asyncio.sleep(PAUSE_SECONDS)

    def _forget(self) -> None:
        self.live.clear()
        self._socket = None
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Lost())
                answer.exception()  # somebody may have given up waiting already
        self._waiting.clear()

    async def _live_once(self) -> None:
        token = await self._token()
        url = self._url().replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        async with open_websocket(url, max_size=None, compression=None, close_timeout=0.1) as socket:
            self._socket = socket
            self.connections += 1
            syncing: asyncio.Task[None] | None = None
            try:
                async for frame in socket:
                    text = str(frame)
                    if text == "2":
                        await socket.send("3")
                    elif text.startswith("0{"):
                        await socket.send("40" + msgspec.json.encode({"token": token}).decode())
                    elif text.startswith("44"):
                        raise Lost
                    elif self._take(text):
                        syncing = asyncio.create_task(self._sync(socket), name=f"sync {self.name}")
            finally:
                if syncing is not None:
                    syncing.cancel()
                    await asyncio.gather(syncing, return_exceptions=True)

    def _take(self, text: str) -> bool:
        """Write a frame down as it is read; whether it was the welcome."""
        if text.startswith("43"):
            self._take_answer(text)
        elif text.startswith("42"):
            name, body = msgspec.json.decode(text[2:])
            if name == "welcome":
                self._note(Welcomed(at=_now(), body=body))
                return True
            self._note(Heard(at=_now(), name=name, body=body))
            if name == "events":
                self._reach(body)
        return False

    def _take_answer(self, text: str) -> None:
        digits, _, _ = text[2:].partition("[")
        (body,) = msgspec.json.decode(text[2 + len(digits) :])
        number = int(digits)
        if number in self._asked:
            # Here rather than in the task that waits: the order of the history is that of the socket.
            self._note(Answered(at=_now(), id=self._asked[number], answer=body))
        answer = self._waiting.get(number)
        if answer is not None and not answer.done():
            answer.set_result(body)
        elif answer is None:
            raise Lost  # an answer to nothing: let it be seen as a connection that broke

    def _reach(self, batch: Json) -> None:
        self.seq = max(self.seq, batch["to_seq"])
        for event in batch["events"]:
            self.on_event(event)

    async def _sync(self, socket: ClientConnection) -> None:
        request = {"epoch": self._epoch, "since": self.seq} if self._epoch else {}
        number, pages = len(self._entries), [await self._ask(socket, request)]
        if "kind" not in pages[0]:
            socket.transport.abort()  # refused for now: come back
            return
        while pages[-1].get("next"):
            pages.append(await self._ask(socket, {"next": pages[-1]["next"]}))
            if "kind" not in pages[-1]:
                socket.transport.abort()
                return
        # Live events may have come behind the last page already: the answer stands before them.
        synced = Synced(at=_now(), request=request, pages=tuple(pages))
        self._entries.insert(self._first_events(number), synced)
        self._epoch = pages[0]["epoch"]
        if pages[0]["kind"] == "events":
            self._reach(pages[0])
        else:
            self.seq = max(self.seq, pages[0]["seq"])
        self.live.set()

    def _first_events(self, since: int) -> int:
        for at in range(since, len(self._entries)):
            entry = self._entries[at]
            if isinstance(entry, Heard) and entry.name == "events":
                return at
        return len(self._entries)

    async def _ask(self, socket: ClientConnection, request: Json) -> Json:
        number, answer = self._expect()
        await socket.send(f"42{number}" + msgspec.json.encode(["sync", request]).decode())
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                body: Json = await answer
                return body
        finally:
            self._waiting.pop(number, None)


def _now() -> float:
    return time.monotonic()


@contextlib.asynccontextmanager
async def playing(players: list[Player]) -> Any:
    """Players that are connected for as long as the block."""
    for player in players:
        player.start()
    try:
        yield
    finally:
        await asyncio.gather(*(player.close() for player in players))
