"""What a command did and what things were, for undo and restore: from the log, or before it is there."""

from __future__ import annotations

from uuid import UUID

import msgspec
from msgspec import Struct

from db.queries import event_log, history
from scheduling.events import (
    BookingDemoted,
    BookingPromoted,
    Event,
    LoggedEvent,
    ScenarioChanged,
    entity_of,
    read,
)
from scheduling.model import Entity, EntityKind
from scheduling.state import CommandRecord, Key, State, Touched, find, key_of

_RANK_ONLY = (BookingPromoted, BookingDemoted, ScenarioChanged)
"""What happened to these is not theirs: an undo looks at what it follows from."""

OF_PROJECT: tuple[EntityKind, ...] = ("project", "phase", "milestone", "dependency", "booking")
"""What is restored with a project."""


class Done(Struct, frozen=True, kw_only=True):
    """What a command of the running transaction did, and the state it was decided on."""

    before: State
    events: tuple[Event, ...]
    actor_id: UUID


def record_as_done(command_id: UUID, done: Done) -> CommandRecord:
    """The record of a command that the log does not have yet."""
    images: dict[Key, Touched] = {}
    for event in done.events:
        entity = entity_of(event)
        known = images.get(key_of(entity))
        images[key_of(entity)] = Touched(
            kind=event.kind,
            id=entity.id,
            before=known.before if known else find(done.before, event.kind, entity.id),
            after=entity,
            deleted=event.type.endswith(".deleted"),
            rank_only=isinstance(event, _RANK_ONLY) and (known is None or known.rank_only),
        )
    return CommandRecord(command_id=command_id, actor_id=done.actor_id, touched=tuple(images.values()))


def record_of(command_id: UUID, rows: list[event_log.Before]) -> CommandRecord:
    """The record of a command as the log tells it."""
    images: dict[Key, Touched] = {}
    for row in rows:
        event = read(row.event)
        entity = entity_of(event)
        known = images.get(key_of(entity))
        images[key_of(entity)] = Touched(
            kind=event.kind,
            id=entity.id,
            before=known.before if known else image_of(row.before),
            after=entity,
            deleted=event.type.endswith(".deleted"),
            rank_only=isinstance(event, _RANK_ONLY) and (known is None or known.rank_only),
        )
    actor_id = rows[0].event.actor.id or UUID(int=0)
    return CommandRecord(command_id=command_id, actor_id=actor_id, touched=tuple(images.values()))


def past_of(image: history.Image | None) -> Entity | None:
    """What stood on the schedule; nothing of what was deleted by then, or made later."""
    if image is None or image.body is None:
        return None
    return image_of(msgspec.json.decode(image.body, type=LoggedEvent))


def image_of(logged: LoggedEvent | None) -> Entity | None:
    """What an entity was after an event; nothing where there was none or it was deleted."""
    if logged is None or logged.type.endswith(".deleted"):
        return None
    return entity_of(read(logged))
