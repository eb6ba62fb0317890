"""What an event is about, for finding it again: whose, of which project, and where on the calendar. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.events import Event, entity_of, removes
from scheduling.model import Artist, Booking, Member, Project, TimeOff


class Subject(Struct, frozen=True, kw_only=True):
    """`live`: whether the thing is still on the schedule after the event; dates where it has a place."""

    artist_id: UUID | None = None
    project_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    live: bool = True


def subject_of(event: Event) -> Subject:
    """The subject of an event, read off the entity it carries."""
    entity = entity_of(event)
    live = not removes(event)
    match entity:
        case Artist():
            return Subject(artist_id=entity.id, live=live)
        case Project():
            return Subject(project_id=entity.id, live=live)
        case Member():
            return Subject(live=live)
        case Booking() | TimeOff():
            return Subject(
                artist_id=entity.artist_id,
                project_id=getattr(entity, "project_id", None),
                start=entity.start,
                end=entity.end,
                live=live,
            )
        case _:
            return Subject(
                artist_id=getattr(entity, "artist_id", None),
                project_id=getattr(entity, "project_id", None),
                live=live,
            )
