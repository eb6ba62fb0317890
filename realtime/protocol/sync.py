"""Catching up: events since a sequence number, or a snapshot in pages."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduling.events import LoggedEvent

Seq = Annotated[int, Meta(ge=0, le=2**53)]


class SyncRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the reader stands; `next` continues a paged snapshot."""

    epoch: UUID | None = None
    since: Seq | None = None
    next: Annotated[str, Meta(max_length=200)] | None = None


class EventsBatch(Struct, frozen=True, kw_only=True):
    """Covers every number from `from_seq` to `to_seq`; those without an event are not the reader's."""

    epoch: UUID
    from_seq: int
    to_seq: int
    events: tuple[LoggedEvent, ...]


class SyncEvents(Struct, frozen=True, kw_only=True):
    """The position is known: what happened after it, and where the live stream takes over."""

    kind: Literal["events"] = "events"
    epoch: UUID
    from_seq: int
    to_seq: int
    events: tuple[LoggedEvent, ...]


class SyncSnapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state at `seq`; a page of it where `next` is given (all pages are of one `seq`)."""

    kind: Literal["snapshot"]
    epoch: UUID
    seq: int
    state: msgspec.Raw
    next: str | None = None
