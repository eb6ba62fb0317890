"""What every event says beside its entity."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from scheduling.model import EntityKind


class Cause(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an event happened that nobody asked for by name."""

    kind: Literal[
        "released",
        "moved",
        "ended",
        "bumped",
        "split",
        "undo",
        "promoted",
        "deleted",
        "challenge",
        "time_off",
        "pushed",
        "pulled",
        "shifted",
        "restore",
        "scenario",
    ]
    booking_id: UUID | None = None
    command_id: UUID | None = None
    entity_id: UUID | None = None
    challenge_id: UUID | None = None
    dependency_id: UUID | None = None


class EventBase(Struct, frozen=True, kw_only=True, omit_defaults=True):
    type: ClassVar[str]
    kind: ClassVar[EntityKind]
    changed: tuple[str, ...] = ()
    cause: Cause | None = None
    reason: str = ""
