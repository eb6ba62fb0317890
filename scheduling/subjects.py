"""What an event is about, for finding it again: whose, of which project, and where on the calendar. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.events import Event, entity_of, removes
from scheduling.model import (
    Artist,
    Booking,
    Entity,
    Member,
    Project,
    Scenario,
    ScenarioChange,
    TimeOff,
    with_changes,
)


class Subject(Struct, frozen=True, kw_only=True):
    """`live`: whether the thing is still on the schedule after the event; dates where it has a place.

    `left_artist_id` and `left_project_id` are whose it was before and is no more.
    """

    artist_id: UUID | None = None
    project_id: UUID | None = None
    left_artist_id: UUID | None = None
    left_project_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    live: bool = True


def subject_of(event: Event, before: Entity | None) -> Subject:
    """The subject of an event, read off the entity it carries and the image before, if there was one."""
    subject = _standing(entity_of(event), live=not removes(event))
    if before is None:
        return subject
    was = _standing(before, live=True)
    return with_changes(
        subject,
        left_artist_id=was.artist_id if was.artist_id != subject.artist_id else None,
        left_project_id=was.project_id if was.project_id != subject.project_id else None,
    )


def _standing(entity: Entity, *, live: bool) -> Subject:
    match entity:
        case Artist():
            return Subject(artist_id=entity.id, live=live)
        case Project():
            return Subject(project_id=entity.id, live=live)
        case Member() | Scenario() | ScenarioChange():
            # What is drawn did not happen to anybody yet: it is no part of an artist's or a project's past.
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
