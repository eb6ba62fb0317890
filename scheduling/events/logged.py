"""An event at its place in a studio's log."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.model import EntityKind


class EventActor(Struct, frozen=True, kw_only=True):
    """Who did it, as far as the reader may know."""

    kind: Literal["member", "api_key", "system", "hidden"]
    id: UUID | None = None
    name: str = ""


class EntityRef(Struct, frozen=True, kw_only=True):
    """Which entity an event is about, at the version the event made."""

    kind: EntityKind
    id: UUID
    version: int


class LoggedEvent(Struct, frozen=True, kw_only=True):
    """An event with its place in the tenant's log; `data` is the encoded event."""

    seq: int
    at: datetime
    type: str
    actor: EventActor
    command_id: UUID
    entity: EntityRef
    data: msgspec.Raw
