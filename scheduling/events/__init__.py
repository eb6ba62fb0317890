"""What happened: events in the past tense, each carrying the full new entity.

An event is the audit trail, the outbox of the live feed and the source of every "as of" view,
so it repeats the whole entity rather than a difference: a reader never has to refetch.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from scheduling.events.base import *
from scheduling.events.bookings import *
from scheduling.events.challenges import *
from scheduling.events.logged import *
from scheduling.events.people import *
from scheduling.events.scenarios import *
from scheduling.events.time_off import *
from scheduling.events.work import *
from scheduling.model import Entity

Event: TypeAlias = (
    BookingEvent
    | ArtistEvent
    | ProjectEvent
    | PhaseEvent
    | DependencyEvent
    | MilestoneEvent
    | MemberEvent
    | ChallengeEvent
    | TimeOffEvent
    | TenantEvent
    | ScenarioEvent
    | ScenarioChangeEvent
)


EVENTS: dict[str, type[Any]] = {cls.type: cls for base in Event.__args__ for cls in base.__subclasses__()}
"""Every event type by its wire name."""


def entity_of(event: Event) -> Entity:
    """The full entity an event carries."""
    entity: Entity = getattr(event, event.kind)
    return entity


def removes(event: Event) -> bool:
    """Whether readers drop the entity: it was deleted, or is something that ended."""
    if isinstance(event, BookingEvent):
        return not event.booking.live
    if isinstance(event, ChallengeEvent):
        return event.challenge.closed_at is not None
    if isinstance(event, TimeOffEvent):
        return not event.time_off.live
    if isinstance(event, ScenarioEvent):
        return not event.scenario.open
    return event.type.endswith(".deleted")


def log(event: Event, *, seq: int, at: datetime, actor: EventActor, command_id: UUID) -> LoggedEvent:
    """Give an event its place in the log."""
    entity = entity_of(event)
    return LoggedEvent(
        seq=seq,
        at=at,
        type=event.type,
        actor=actor,
        command_id=command_id,
        entity=EntityRef(kind=event.kind, id=entity.id, version=entity.version),
        data=msgspec.Raw(msgspec.json.encode(event)),
    )


def read(logged: LoggedEvent) -> Event:
    """The typed event a log entry holds."""
    event: Event = msgspec.json.decode(logged.data, type=EVENTS[logged.type])
    return event
