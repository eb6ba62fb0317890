"""What is known when deciding: persistent maps, so that a change copies nothing but its path.

The same `State` serves the write path (a slice of the tenant, loaded for the commands at hand),
the replica (everything) and the tests. A checkpoint of it is a reference to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import TypeAlias, cast
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import Struct

from scheduling.commands import RestoreCommand
from scheduling.model import (
    KIND_OF,
    Artist,
    Booking,
    Challenge,
    Dependency,
    Entity,
    EntityKind,
    Member,
    Milestone,
    OffState,
    Phase,
    Project,
    Scenario,
    ScenarioChange,
    Tenant,
    TimeOff,
)

Key: TypeAlias = tuple[EntityKind, UUID]
"""What an entity is known by: ids are made by clients, and may name things of several kinds."""


def key_of(entity: Entity) -> Key:
    """Kind and id."""
    return KIND_OF[type(entity)], entity.id


class Touched(Struct, frozen=True, kw_only=True):
    """What an earlier command did to one entity: its image before (None: made by it) and after."""

    kind: EntityKind
    id: UUID
    before: Entity | None
    after: Entity
    deleted: bool = False
    rank_only: bool = False


class CommandRecord(Struct, frozen=True, kw_only=True):
    """An earlier command as undo needs to know it."""

    command_id: UUID
    actor_id: UUID
    touched: tuple[Touched, ...]


class PastPoint(Struct, frozen=True, kw_only=True):
    """What a restore needs to know of a past moment: each thing as it was, None where it was not there.

    `seq` is None where no such moment is kept, and `kept_from` says from where on moments are.
    """

    seq: int | None
    kept_from: int = 1
    images: Map[Key, Entity | None] = Map()


class State(Struct, frozen=True, kw_only=True):
    """Entities by id; `lines` holds each artist's live bookings, `away` approved time off, by start.

    Ended bookings may be present in `bookings` (they explain a `wrong_state`) but never in
    `lines`. `drafts` holds what each scenario says, by booking. `deleted` holds the last image of
    what is known to be gone.
    """

    tenant: Tenant
    next_claim: int = 1
    members: Map[UUID, Member] = Map()
    artists: Map[UUID, Artist] = Map()
    projects: Map[UUID, Project] = Map()
    phases: Map[UUID, Phase] = Map()
    dependencies: Map[UUID, Dependency] = Map()
    milestones: Map[UUID, Milestone] = Map()
    bookings: Map[UUID, Booking] = Map()
    lines: Map[UUID, tuple[Booking, ...]] = Map()
    challenges: Map[UUID, Challenge] = Map()
    times_off: Map[UUID, TimeOff] = Map()
    away: Map[UUID, tuple[TimeOff, ...]] = Map()
    scenarios: Map[UUID, Scenario] = Map()
    scenario_changes: Map[UUID, ScenarioChange] = Map()
    drafts: Map[UUID, Map[UUID, ScenarioChange]] = Map()
    deleted: Map[Key, Entity] = Map()
    records: Map[UUID, CommandRecord] = Map()
    points: Map[RestoreCommand, PastPoint] = Map()


_MAP_OF: dict[EntityKind, str] = {
    "member": "members",
    "artist": "artists",
    "project": "projects",
    "phase": "phases",
    "dependency": "dependencies",
    "milestone": "milestones",
    "booking": "bookings",
    "challenge": "challenges",
    "time_off": "times_off",
    "scenario": "scenarios",
    "scenario_change": "scenario_changes",
}
PLURALS: dict[EntityKind, str] = dict(_MAP_OF)
"""Names of the lists in a snapshot's state, by kind."""


def find(state: State, kind: EntityKind, entity_id: UUID) -> Entity | None:
    """The entity as it is known, or None."""
    if kind == "tenant":
        return state.tenant if state.tenant.id == entity_id else None
    entities = cast("Map[UUID, Entity]", getattr(state, _MAP_OF[kind]))
    return entities.get(entity_id)


def put(state: State, entity: Entity) -> State:
    """The state with `entity` added or replaced."""
    kind = KIND_OF[type(entity)]
    if isinstance(entity, Tenant):
        return msgspec.structs.replace(state, tenant=entity)
    if isinstance(entity, Booking):
        return _put_booking(state, entity)
    if isinstance(entity, TimeOff):
        return _put_time_off(state, entity)
    field = _MAP_OF[kind]
    changes: dict[str, object] = {field: getattr(state, field).set(entity.id, entity)}
    if (kind, entity.id) in state.deleted:
        changes["deleted"] = state.deleted.delete((kind, entity.id))
    if isinstance(entity, ScenarioChange):
        draft = state.drafts.get(entity.scenario_id, Map())
        changes["drafts"] = state.drafts.set(entity.scenario_id, draft.set(entity.booking_id, entity))
    return msgspec.structs.replace(state, **changes)


def remove(state: State, entity: Entity) -> State:
    """The state without the entity, whose last image is remembered as deleted."""
    key = key_of(entity)
    field = _MAP_OF[key[0]]
    entities = getattr(state, field)
    if entity.id in entities:
        entities = entities.delete(entity.id)
    changes: dict[str, object] = {field: entities, "deleted": state.deleted.set(key, entity)}
    if isinstance(entity, ScenarioChange):
        changes["drafts"] = _undrafted(state.drafts, entity)
    return msgspec.structs.replace(state, **changes)


def _undrafted(
    drafts: Map[UUID, Map[UUID, ScenarioChange]], change: ScenarioChange
) -> Map[UUID, Map[UUID, ScenarioChange]]:
    """Without the change, where it is that one which the scenario holds of the booking."""
    draft = drafts.get(change.scenario_id, Map())
    known = draft.get(change.booking_id)
    if known is None or known.id != change.id:
        return drafts
    draft = draft.delete(change.booking_id)
    return drafts.set(change.scenario_id, draft) if draft else drafts.delete(change.scenario_id)


def _put_booking(state: State, booking: Booking) -> State:
    lines = state.lines
    before = state.bookings.get(booking.id)
    if before is not None and before.live:
        lines = lines.set(before.artist_id, _without(lines.get(before.artist_id, ()), before))
    if booking.live:
        lines = lines.set(booking.artist_id, _with(lines.get(booking.artist_id, ()), booking))
    next_claim = state.next_claim
    for claim in booking.claims:
        next_claim = max(next_claim, claim.number + 1)
    return msgspec.structs.replace(
        state, bookings=state.bookings.set(booking.id, booking), lines=lines, next_claim=next_claim
    )


def _put_time_off(state: State, time_off: TimeOff) -> State:
    others = tuple(t for t in state.away.get(time_off.artist_id, ()) if t.id != time_off.id)
    if time_off.state is OffState.APPROVED:
        others = (*others, time_off)
    return msgspec.structs.replace(
        state,
        times_off=state.times_off.set(time_off.id, time_off),
        away=state.away.set(time_off.artist_id, tuple(sorted(others, key=lambda t: (t.start, t.id)))),
    )


def away(state: State, artist_id: UUID, start: datetime, end: datetime) -> tuple[TimeOff, ...]:
    """Approved time off of the artist that shares time with `[start, end)`, in order of start."""
    return tuple(t for t in state.away.get(artist_id, ()) if t.overlaps(start, end))


def _without(line: tuple[Booking, ...], booking: Booking) -> tuple[Booking, ...]:
    for at, other in enumerate(line):
        if other is booking:
            return line[:at] + line[at + 1 :]
    return tuple([b for b in line if b.id != booking.id])


_start = attrgetter("start")


def _with(line: tuple[Booking, ...], booking: Booking) -> tuple[Booking, ...]:
    at = bisect_right(line, booking.start, key=_start)
    return (*line[:at], booking, *line[at:])


def beginning_before(line: tuple[Booking, ...], end: datetime) -> tuple[Booking, ...]:
    """The part of a line, which is in order of start, that a range up to `end` can share time with."""
    return line[: bisect_left(line, end, key=_start)]


def draft_of(state: State, scenario_id: UUID) -> Map[UUID, ScenarioChange]:
    """What a scenario holds, by booking."""
    return state.drafts.get(scenario_id, Map())


def put_all_bookings(state: State, bookings: Iterable[Booking]) -> State:
    """Many bookings at once, as when a slice is loaded; those already known are kept as known."""
    known = state.bookings
    fresh = [b for b in bookings if b.id not in known]
    if not fresh:
        return state
    by_artist: dict[UUID, list[Booking]] = {}
    for booking in fresh:
        if booking.live:
            by_artist.setdefault(booking.artist_id, []).append(booking)
    lines = state.lines.mutate()
    for artist_id, added in by_artist.items():
        line = [*lines.get(artist_id, ()), *added]
        lines[artist_id] = tuple(sorted(line, key=lambda b: b.start))
    return msgspec.structs.replace(
        state, bookings=known.update({b.id: b for b in fresh}), lines=lines.finish()
    )


def live_overlapping(
    state: State, artist_id: UUID, start: datetime, end: datetime, except_id: UUID | None = None
) -> list[Booking]:
    """Live bookings of the artist that share time with `[start, end)`, in order of start."""
    line = beginning_before(state.lines.get(artist_id, ()), end)
    return [booking for booking in line if booking.end > start and booking.id != except_id]


def snapshot(state: State) -> dict[str, object]:
    """What a reader starts from: the live state as lists by plural kind, in order of id."""
    result: dict[str, object] = {"tenant": state.tenant}
    for field in _MAP_OF.values():
        entities = getattr(state, field).values()
        if field == "bookings":
            entities = (b for b in entities if b.live)
        elif field == "challenges":
            entities = (c for c in entities if c.closed_at is None)
        elif field == "times_off":
            entities = (t for t in entities if t.live)
        elif field == "scenarios":
            entities = (s for s in entities if s.open)
        result[field] = sorted(entities, key=lambda e: e.id)
    return result
