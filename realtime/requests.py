"""What goes into a batch, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from realtime.protocol import Answer, CommandRequest
from scheduling.commands import Command
from scheduling.events import LoggedEvent
from scheduling.permissions import Actor

Progress: TypeAlias = Callable[[int, int], None]
"""Told `(done, total)` while a bulk command is decided."""


Tell: TypeAlias = Callable[[Answer, bytes], None]
"""Told the answer to a command, as it is and as it is encoded: once, now or later. Never waits."""


class Request(Struct, frozen=True, kw_only=True):
    """A parsed command on its way into a transaction."""

    actor: Actor
    envelope: CommandRequest
    command: Command
    progress: Progress | None = None


class Committed(Struct, frozen=True, kw_only=True):
    """What a transaction added to the log: `events` and their encoded `bodies`, in order."""

    tenant_id: UUID
    epoch: UUID
    from_seq: int
    to_seq: int
    events: tuple[LoggedEvent, ...]
    bodies: tuple[bytes, ...]


class BatchResult(Struct, frozen=True, kw_only=True):
    """Answers in the order of the requests, each with its encoding, and what to publish."""

    answers: tuple[tuple[Answer, bytes], ...]
    committed: Committed | None
