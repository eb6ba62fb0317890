"""Which fields an event changed, from what to what."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from scheduling.model import Entity, changed_fields

_UNTOLD = frozenset({"claims", "created_by", "created_at"})
"""Places in line are told as ranks."""


class Change(Struct, frozen=True, kw_only=True):
    """One field, as JSON has it."""

    field: str
    before: Any
    after: Any


def changes_of(before: Entity | None, after: Entity) -> tuple[Change, ...]:
    """What differs; nothing for what was made by the event. A rank counts as well as a field."""
    if before is None:
        return ()
    names = [name for name in changed_fields(before, after) if name not in _UNTOLD]
    if getattr(before, "rank", None) != getattr(after, "rank", None):
        names.append("rank")
    return tuple(
        Change(field=name, before=_plain(getattr(before, name)), after=_plain(getattr(after, name)))
        for name in names
    )


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


FIELD_WORDS = {
    "title": "the title",
    "notes": "the notes",
    "project_id": "the project",
    "phase_id": "the phase",
    "name": "the name",
    "skills": "the skills",
    "zone": "the time zone",
    "working_hours": "the working hours",
    "rate": "the rate",
    "tags": "the tags",
    "email": "the e-mail address",
    "external_id": "the external id",
    "client": "the client",
    "colour": "the colour",
    "status": "the status",
    "start": "the start",
    "end": "the end",
    "duration_hours": "the length",
    "progress": "the progress",
    "role": "the role",
    "artist_id": "the artist",
    "hold_response_hours": "how long artists may take to answer",
    "hold_expiry_hours": "how long holds last",
    "challenge_hours": "how long challenges last",
    "challenge_clock": "the clock of challenges",
    "confirm_window_hours": "the window to confirm",
    "history_from": "how much history is kept",
}


def field_words(name: str) -> str:
    """What a field is called in a sentence."""
    return FIELD_WORDS.get(name, "the " + name.removesuffix("_id").replace("_", " "))
