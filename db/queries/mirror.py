"""The tables as the log must have made them: rows of every kind by id, and rows that no event tells of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries import (
    artists,
    bookings,
    challenges,
    members,
    milestones,
    projects,
    scenarios,
    tenants,
    times_off,
)
from scheduling.model import Entity, EntityKind


class Row(Struct, frozen=True, kw_only=True):
    """A stored record; `deleted` ones keep their row."""

    entity: Entity
    deleted: bool = False


_Load: TypeAlias = Callable[[Connection, UUID, Sequence[UUID]], Awaitable[list[Row]]]


def _there(load: Callable[[Connection, UUID, Iterable[UUID]], Awaitable[Sequence[Entity]]]) -> _Load:
    async def rows(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> list[Row]:
        return [Row(entity=entity) for entity in await load(connection, tenant_id, ids)]

    return rows


def _there_or_deleted(
    load: Callable[[Connection, UUID, Iterable[UUID]], Awaitable[tuple[Sequence[Entity], Sequence[Entity]]]],
) -> _Load:
    async def rows(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> list[Row]:
        alive, gone = await load(connection, tenant_id, ids)
        return [*(Row(entity=e) for e in alive), *(Row(entity=e, deleted=True) for e in gone)]

    return rows


async def _members(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    wanted = set(ids)
    return [Row(entity=m) for m in await members.everyone(connection, tenant_id) if m.id in wanted]


async def _tenant(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    tenant = await tenants.get(connection, tenant_id)
    return [Row(entity=tenant)] if tenant is not None and tenant.id in ids else []


_KINDS: dict[EntityKind, tuple[str, _Load]] = {
    "tenant": ("tenants", _tenant),
    "member": ("members", _members),
    "artist": ("artists", _there(artists.by_ids)),
    "project": ("projects", _there(projects.by_ids)),
    "phase": ("phases", _there_or_deleted(projects.phases_by_ids)),
    "dependency": ("dependencies", _there_or_deleted(projects.dependencies_by_ids)),
    "milestone": ("milestones", _there_or_deleted(milestones.by_ids)),
    "booking": ("bookings", _there(bookings.by_ids)),
    "challenge": ("challenges", _there(challenges.by_ids)),
    "time_off": ("times_off", _there(times_off.by_ids)),
    "scenario": ("scenarios", _there(scenarios.by_ids)),
    "scenario_change": ("scenario_changes", _there_or_deleted(scenarios.changes_by_ids)),
}
KINDS: tuple[EntityKind, ...] = tuple(_KINDS)
"""Every kind there is; a test holds the list against the model."""


async def rows(
    connection: Connection, tenant_id: UUID, kind: EntityKind, ids: Sequence[UUID]
) -> dict[UUID, Row]:
    """The stored records with these ids, deleted ones included."""
    return {row.entity.id: row for row in await _KINDS[kind][1](connection, tenant_id, ids)}


async def unknown(connection: Connection, tenant_id: UUID, kind: EntityKind) -> UUID | None:
    """A stored record that no event tells of, if there is one. A studio itself needs none."""
    if kind == "tenant":
        return None
    found: UUID | None = await connection.fetchval(
        f"SELECT t.id FROM {_KINDS[kind][0]} t WHERE t.tenant_id = $1 AND NOT EXISTS (SELECT FROM event_log e"
        " WHERE e.tenant_id = $1 AND e.entity_kind = $2 AND e.entity_id = t.id) ORDER BY t.id LIMIT 1",
        tenant_id,
        kind,
    )
    return found
