"""The shape of a history: each reader's log in the order of one clock, and the truth of each studio."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct

Json: TypeAlias = dict[str, Any]

STAFF = {"studio_owner", "studio_manager"}


class Invoked(Struct, frozen=True, kw_only=True):
    """A command was sent; the same id may be sent again."""

    at: float
    id: str
    op: str
    args: Json


class Answered(Struct, frozen=True, kw_only=True):
    """The answer to a command came, under the id it was asked with."""

    at: float
    id: str
    answer: Json


class Unheard(Struct, frozen=True, kw_only=True):
    """The connection ended before the answer came: done or not done."""

    at: float
    id: str


class Witnessed(Struct, frozen=True, kw_only=True):
    """Somebody looked into the database right after a yes, for that command."""

    at: float
    id: str
    found: bool


class Welcomed(Struct, frozen=True, kw_only=True):
    """A connection began."""

    at: float
    body: Json


class Synced(Struct, frozen=True, kw_only=True):
    """A `sync` and all pages of its answer."""

    at: float
    request: Json
    pages: tuple[Json, ...]


class Heard(Struct, frozen=True, kw_only=True):
    """Anything else that came: events, presence, ghosts, closing."""

    at: float
    name: str
    body: Json


Entry: TypeAlias = Invoked | Answered | Unheard | Witnessed | Welcomed | Synced | Heard


class Reader(Struct, frozen=True, kw_only=True):
    """One person's connections to one place, one after the other."""

    name: str
    tenant_id: str
    member_id: str
    role: str
    artist_id: str | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def staff(self) -> bool:
        return self.role in STAFF

    @property
    def audience(self) -> str:
        """Who is shown the same: `staff`, or an artist by id."""
        return "staff" if self.staff else str(self.artist_id)


class Logged(Struct, frozen=True, kw_only=True):
    """A row of the log; `text` is the event's bytes, `body` the same, decoded."""

    seq: int
    text: str
    body: Json
    hash: bytes


class Stored(Struct, frozen=True, kw_only=True):
    """An answer that is kept for whoever sends the same id again."""

    actor_id: str
    seq: int | None
    answer: Json


class Taken(Struct, frozen=True, kw_only=True):
    """A range that excludes others: a pencil, a confirmed booking, approved time off."""

    id: str
    artist_id: str
    start: str
    end: str


class Truth(Struct, frozen=True, kw_only=True):
    """What a studio's database holds in the end.

    `fresh` holds a snapshot by audience; `strangers` are ids of commands that no reader sent.
    """

    tenant_id: str
    epoch: str
    head: int
    head_hash: bytes
    log: tuple[Logged, ...]
    answers: dict[str, Stored]
    taken: tuple[Taken, ...]
    fresh: dict[str, Json]
    strangers: frozenset[str] = frozenset()


class History(Struct, frozen=True, kw_only=True):
    """Everything that is judged."""

    readers: tuple[Reader, ...]
    studios: dict[str, Truth]
