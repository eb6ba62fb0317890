"""The feed for integrators: what is asked for on opening it, its frames, and how it ends."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from realtime.protocol.answers import WireError
from scheduling.events import LoggedEvent

EventType = Annotated[str, Meta(min_length=1, max_length=64)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Credit = Annotated[int, Meta(ge=1, le=1_000_000)]


class FeedRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first frame from the client: where to read on, and what it wants to hear of.

    `since` is the last number it has; without it the feed begins with what happens next. `epoch` is the
    history `since` counts in. `types` are event types, or all of a noun as `booking.*`; `project_id` leaves
    only what belongs to a project, or did until that very event. `credit` is how many frames the server may
    send before it is given more; without it, as many as the connection takes.
    """

    since: Seq | None = None
    epoch: UUID | None = None
    types: Annotated[tuple[EventType, ...], Meta(max_length=64)] = ()
    project_id: UUID | None = None
    credit: Credit | None = None


class FeedCredit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From the client, as often as it likes: so many frames more."""

    credit: Credit


class FeedFrame(Struct, frozen=True, kw_only=True):
    """Covers every number from `from_seq` to `to_seq`; those without an event are not the reader's.

    The next frame begins at `to_seq + 1`. A frame that covers nothing (`to_seq` is `from_seq - 1`) says
    where the reader stands: it is the first frame, and comes when nothing else did for a while.
    """

    epoch: UUID
    from_seq: int
    to_seq: int
    events: tuple[LoggedEvent, ...]


class FeedPosition(Struct, frozen=True, kw_only=True):
    """Where the log stands now."""

    epoch: UUID
    seq: int


class FeedReset(Struct, frozen=True, kw_only=True):
    """The position asked for is gone: read the studio anew, then follow on from `reset`. The feed ends."""

    reset: FeedPosition


class FeedError(Struct, frozen=True, kw_only=True):
    """Why the feed ends; said before it is closed."""

    error: WireError
