"""Who looks at what, and drags in flight: lossy, never stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from scheduling.model import Instant


class View(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The part of the schedule on somebody's screen."""

    project_id: UUID | None = None
    start: Instant | None = None
    end: Instant | None = None
    artist_id: UUID | None = None
    """The uppermost row, so that who follows sees the same people."""


class PresenceUpdate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a client: the latest replaces whatever was said before."""

    view: View | None = None
    selection: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()


class Person(Struct, frozen=True, kw_only=True):
    """One connection of one member; a member with two windows is two of these."""

    connection_id: str
    member_id: UUID
    name: str
    colour: str
    view: View | None = None
    selection: tuple[UUID, ...] = ()


class PresenceDiff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed in a tick; `left` are connection ids."""

    joined: tuple[Person, ...] = ()
    left: tuple[str, ...] = ()
    changed: tuple[Person, ...] = ()


class PresenceMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """To a client: everybody on joining, differences afterwards.

    `elsewhere` is `unknown` while other instances are not heard: there may be more people than told.
    """

    full: tuple[Person, ...] | None = None
    diff: PresenceDiff | None = None
    elsewhere: Literal["known", "unknown"] = "known"


class GhostMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a client: where a drag is now, or that it ended."""

    booking_id: UUID
    artist_id: UUID | None = None
    start: Instant | None = None
    end: Instant | None = None
    end_drag: bool = False


class Ghost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """To a client: the latest place of somebody's drag, or its end."""

    connection_id: str
    booking_id: UUID
    name: str
    colour: str
    artist_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    end_drag: bool = False
