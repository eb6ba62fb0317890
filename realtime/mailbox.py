"""What one client asked and was not answered yet: commands put in line as they come, all else run alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from realtime.frames import EventFrame
from realtime.outbox import Outbox


class Owner(Protocol):
    """The connection, as its mailbox sees it. Nothing of it raises."""

    @property
    def id(self) -> str: ...

    @property
    def outbox(self) -> Outbox: ...

    def begin(self, message: EventFrame, answer: Callable[[bytes], None]) -> None:
        """Put a `command` in line; `answer` is told its encoded answer, now or later."""

    async def run(self, message: EventFrame) -> None:
        """Run one other message and answer it."""

    def answer(self, message: EventFrame, body: bytes) -> None:
        """Acknowledge the message."""

    async def low(self) -> None:
        """Wait until little is left to write."""

    def all_answered(self) -> None:
        """Nothing is left: the mailbox is not needed any more."""


class Asked:
    """A command that is being run, and its encoded answer once there is one."""

    __slots__ = ("_answered", "body", "message")

    def __init__(self, message: EventFrame, answered: Callable[[], None]) -> None:
        self.message = message
        self.body: bytes | None = None
        self._answered = answered

    def answer(self, body: bytes) -> None:
        """The answer; the first one counts."""
        if self.body is None:
            self.body = body
            self._answered()


class Mailbox:
    """Lives from a connection's first message until everything is answered. Bounded in messages and bytes."""

    __slots__ = (
        "_bytes",
        "_emptied",
        "_most_bytes",
        "_most_messages",
        "_owner",
        "_under_way",
        "_waiting",
        "_worker",
    )

    def __init__(self, owner: Owner, most_messages: int, most_bytes: int) -> None:
        self._owner = owner
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._under_way: deque[Asked] = deque()
        self._waiting: deque[EventFrame] = deque()
        self._bytes = 0
        self._worker: asyncio.Task[None] | None = None
        self._emptied: asyncio.Future[None] | None = None
        """What those wait for who have to know that every command is answered."""

    def post(self, message: EventFrame) -> bool:
        """Take a message; False where too much waits.

        Commands are put in line as they come, everything else waits until they are answered.
        """
        waiting = len(self._waiting) + len(self._under_way)
        if waiting >= self._most_messages or self._bytes + message.size > self._most_bytes:
            return False
        self._bytes += message.size
        if self._worker is None and message.name == "command" and self._owner.outbox.idle:
            self._begin(message)
            return True
        self._waiting.append(message)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name=f"connection {self._owner.id}")
        return True

    def clear(self) -> None:
        """Run nothing more; what is being run is let finish."""
        self._waiting.clear()

    def _begin(self, message: EventFrame) -> None:
        asked = Asked(message, self._pass_on)
        self._under_way.append(asked)
        self._owner.begin(message, asked.answer)

    def _pass_on(self) -> None:
        """Answer what is answered, in the order in which it was asked."""
        under_way = self._under_way
        while under_way and (body := under_way[0].body) is not None:
            message = under_way.popleft().message
            self._bytes -= message.size
            self._owner.answer(message, body)
        if under_way:
            return
        if self._emptied is not None:
            self._emptied.set_result(None)
            self._emptied = None
        if self._worker is None:
            self._owner.all_answered()

    async def _work(self) -> None:
        """Run what waits; what is no command is run alone, so that answers come in order."""
        try:
            while self._waiting:
                message = self._waiting.popleft()
                if message.name == "command":
                    self._begin(message)
                else:
                    await self._commands_answered()
                    self._bytes -= message.size
                    await self._owner.run(message)
                await self._owner.low()
        finally:
            self._worker = None
            if not self._under_way:
                self._owner.all_answered()

    async def _commands_answered(self) -> None:
        while self._under_way:
            if self._emptied is None:
                self._emptied = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._emptied])

    async def settled(self) -> None:
        """Wait until what is being run, if anything, is answered."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        await self._commands_answered()
