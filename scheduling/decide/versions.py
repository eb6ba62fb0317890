"""Optimistic concurrency: stale bases are merged where the fields touched are disjoint."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from scheduling.commands import (
    EditBooking,
    MoveBooking,
    ReassignBooking,
    ResizeBooking,
    ShiftProject,
    SingleCommand,
)
from scheduling.decide.context import Context
from scheduling.model import EntityKind
from scheduling.refusals import Code, RefusalData, Refused, current, invalid
from scheduling.state import State, find

_TARGET_FIELDS: tuple[tuple[str, EntityKind], ...] = (
    ("challenge_id", "challenge"),
    ("time_off_id", "time_off"),
    ("booking_id", "booking"),
    ("artist_id", "artist"),
    ("project_id", "project"),
    ("phase_id", "phase"),
    ("dependency_id", "dependency"),
    ("milestone_id", "milestone"),
    ("member_id", "member"),
    ("scenario_id", "scenario"),
)


def target(command: SingleCommand) -> tuple[EntityKind, UUID] | None:
    """Which entity a command changes; None where it makes a new one."""
    noun = str(command.__struct_config__.tag).split(".", maxsplit=1)[0]
    for field, kind in _TARGET_FIELDS:
        if noun == kind and field in command.__struct_fields__:
            entity_id: UUID = getattr(command, field)
            return kind, entity_id
    return None


def touched(command: SingleCommand) -> frozenset[str]:
    """Fields whose change in the meantime makes the command stale.

    An answer or a confirmation is given to dates and a person, so it reads those too.
    """
    match command:
        case MoveBooking():
            fields = {"start", "end"} | ({"artist_id"} if command.artist_id else set())
        case ResizeBooking():
            fields = {"start", "end"}
        case ReassignBooking():
            fields = {"artist_id"}
        case EditBooking():
            fields = _given(command, ("title", "notes", "project_id", "phase_id"))
            if "project_id" in fields:  # a new project takes the phase away
                fields.add("phase_id")
        case ShiftProject():
            fields = {"start", "end"}
        case _:
            found = target(command)
            if found and found[0] == "booking":
                fields = {"status", "response", "start", "end", "artist_id"}
            else:
                fields = _given(command, command.__struct_fields__)
    return frozenset(fields)


def _given(command: SingleCommand, names: tuple[str, ...]) -> set[str]:
    return {name for name in names if getattr(command, name) is not UNSET}


def check_version(state: State, command: SingleCommand, context: Context) -> Refused | None:
    """None where the command may be decided on the current version."""
    if context.base_version is None:
        return None
    found = target(command)
    if found is None:
        return None
    kind, entity_id = found
    entity = find(state, kind, entity_id)
    if entity is None or entity.version == context.base_version:
        return None
    if context.base_version > entity.version:
        return invalid(
            f"base_version {context.base_version} is ahead of version {entity.version}.",
            "base_version",
        )
    collided = sorted(touched(command) & context.changed_since)
    if not collided:
        return None
    return Refused(
        code=Code.STALE_VERSION,
        message=f"Somebody changed {', '.join(collided)} since version {context.base_version};"
        f" the {kind} is at version {entity.version} now.",
        data=RefusalData(current=current(entity)),
    )
