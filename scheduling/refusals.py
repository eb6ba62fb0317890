"""The closed list of reasons for "no", and the value that carries one."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.model import (
    KIND_OF,
    Artist,
    Booking,
    Challenge,
    Dependency,
    Entity,
    Member,
    Milestone,
    Phase,
    Project,
    Scenario,
    ScenarioChange,
    Status,
    Tenant,
    TimeOff,
    with_changes,
)


class Code(enum.StrEnum):
    """Stable error codes of the wire contract."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    STALE_VERSION = "stale_version"
    NOT_FIRST = "not_first"
    WRONG_STATE = "wrong_state"
    DEADLINE_PASSED = "deadline_passed"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    BUSY = "busy"
    INTERNAL = "internal"


RETRYABLE = frozenset({Code.RATE_LIMITED, Code.BUSY, Code.INTERNAL})
"""Codes whose command may be sent again, under the same id, and answered differently."""


class Slot(Struct, frozen=True, kw_only=True):
    """A free place: `[start, end)` of one artist."""

    artist_id: UUID
    start: datetime
    end: datetime


class Blocking(Struct, frozen=True, kw_only=True):
    """A claim that stands in the way, as far as the asker may see it."""

    booking_id: UUID
    artist_id: UUID
    start: datetime
    end: datetime
    status: Status
    title: str = ""
    project_id: UUID | None = None


class Current(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The entity as it is now, under its kind."""

    tenant: Tenant | None = None
    member: Member | None = None
    artist: Artist | None = None
    project: Project | None = None
    phase: Phase | None = None
    dependency: Dependency | None = None
    milestone: Milestone | None = None
    booking: Booking | None = None
    challenge: Challenge | None = None
    time_off: TimeOff | None = None
    scenario: Scenario | None = None
    scenario_change: ScenarioChange | None = None


def current(entity: Entity) -> Current:
    """The entity under its kind."""
    return with_changes(Current(), **{KIND_OF[type(entity)]: entity})


class RefusalData(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What makes a refusal useful; `away` is approved time off that stands in the way."""

    blocking: tuple[Blocking, ...] = ()
    rank: int | None = None
    away: tuple[Slot, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    current: Current | None = None
    path: str = ""
    item: int | None = None
    items: tuple[ItemRefusal, ...] = ()


class ItemRefusal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why one item of a bulk command was refused; `item` counts from 0, `booking_id` is the one it names.

    Of a scenario's change `kind` is the kind of the conflict.
    Where a command moves bookings by itself, they are counted in order of time, and named.
    """

    item: int
    booking_id: UUID | None = None
    kind: str = ""
    code: Code
    message: str
    data: RefusalData | None = None


class Refused(Struct, frozen=True, kw_only=True):
    """An expected "no": a code, one sentence on what was expected and what came, and facts."""

    code: Code
    message: str
    data: RefusalData | None = None

    @property
    def retryable(self) -> bool:
        return self.code in RETRYABLE


def invalid(message: str, path: str = "") -> Refused:
    """Bad input; `path` names the field."""
    return Refused(code=Code.INVALID, message=message, data=RefusalData(path=path) if path else None)


def not_found(kind: str, entity_id: UUID) -> Refused:
    """Also the answer for what exists but is not the asker's to know of."""
    return Refused(code=Code.NOT_FOUND, message=f"There is no {kind} {entity_id} in this studio.")


def forbidden(message: str) -> Refused:
    return Refused(code=Code.FORBIDDEN, message=message)


def wrong_state(message: str, entity: Entity | None = None) -> Refused:
    """The entity's state does not allow it; carries the current entity."""
    data = RefusalData(current=current(entity)) if entity is not None else None
    return Refused(code=Code.WRONG_STATE, message=message, data=data)


def archived_project(project: Project | None) -> Refused | None:
    """A closed project takes nothing new; what it has already may still be edited."""
    if project is None or project.status != "archived":
        return None
    return wrong_state(f"{project.name} is archived; open it again first.", project)


def away_over(times_off: tuple[TimeOff, ...]) -> tuple[Slot, ...]:
    """When the artist is away, without why."""
    return tuple(Slot(artist_id=t.artist_id, start=t.start, end=t.end) for t in times_off[:20])


def blocked_by(bookings: tuple[Booking, ...]) -> tuple[Blocking, ...]:
    """The blocking claims in order of time, at most twenty."""
    return tuple(
        Blocking(
            booking_id=b.id,
            artist_id=b.artist_id,
            start=b.start,
            end=b.end,
            status=b.status,
            title=b.title,
            project_id=b.project_id,
        )
        for b in sorted(bookings, key=lambda b: (b.start, b.id))[:20]
    )
