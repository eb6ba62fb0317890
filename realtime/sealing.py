"""From decided events to what is written in one call: rows, log, answers, clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from db.pool import Connection
from db.queries import (
    artists,
    bookings,
    challenges,
    event_log,
    members,
    milestones,
    projects,
    scenarios,
    tenants,
    times_off,
)
from db.queries.answers import StoredAnswer
from db.queries.batches import Batch, Jobs
from db.unit import Script, Unit
from realtime.requests import Committed
from realtime.workspace import Workspace
from scheduling.clocks import QUEUE, clocks_of
from scheduling.events import entity_of, log
from scheduling.model import (
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
    Tenant,
    TimeOff,
)
from scheduling.permissions import event_actor

MANY = 500
"""More events than this are encoded and hashed in a thread."""


async def seal(
    workspace: Workspace, unit: Unit, fresh: Sequence[StoredAnswer]
) -> tuple[Batch, Committed | None]:
    """Give the decided events their places in the log, and move the workspace on to its new head."""
    head, decided = workspace.head, workspace.decided
    logged = [
        log(
            one.event,
            seq=head.seq + 1 + offset,
            at=workspace.now,
            actor=event_actor(one.actor),
            command_id=one.command_id,
        )
        for offset, one in enumerate(decided)
    ]
    script = Script(unit, workspace.tenant_id)
    await _write_rows(script.connection, workspace)
    told = [(entry, one.event, one.before) for entry, one in zip(logged, decided, strict=True)]
    # Encoding and hashing thousands takes a while; nothing is decided on the workspace meanwhile.
    if len(told) > MANY:
        entries = await asyncio.to_thread(event_log.chain, told, head.hash)
    else:
        entries = event_log.chain(told, head.hash)
    advanced = msgspec.structs.replace(
        head,
        seq=head.seq + len(entries),
        next_claim=workspace.state.next_claim,
        hash=entries[-1].hash if entries else head.hash,
    )
    batch = Batch(
        tenant_id=workspace.tenant_id,
        at=workspace.now,
        known=head,
        advanced=advanced,
        rows=tuple(script.rows),
        entries=tuple(entries),
        answers=tuple(fresh),
        jobs=_clocks(workspace),
    )
    workspace.move_on(advanced)
    return batch, _committed(batch) if entries else None


def _committed(batch: Batch) -> Committed:
    return Committed(
        tenant_id=batch.tenant_id,
        epoch=batch.known.epoch,
        from_seq=batch.known.seq + 1,
        to_seq=batch.advanced.seq,
        events=tuple(entry.event for entry in batch.entries),
        bodies=tuple(entry.body for entry in batch.entries),
    )


def _clocks(workspace: Workspace) -> Jobs:
    """The deadlines that were made, enqueued with the transaction that made them."""
    clocks = clocks_of((decided.event for decided in workspace.decided), workspace.state)
    # The delay is added to the database's clock: no job runs before its time by either clock.
    return Jobs(
        queue=QUEUE,
        payloads=tuple(msgspec.json.encode(clock) for clock in clocks),
        delays=tuple(max(clock.due - workspace.now, timedelta(0)) for clock in clocks),
    )


async def _write_rows(connection: Connection, workspace: Workspace) -> None:
    """The latest image of every entity, parents before children."""
    tenant_id = workspace.tenant_id
    latest: dict[type[Entity], dict[UUID, Any]] = {}
    deleted: dict[str, dict[UUID, bool]] = {
        "phase": {},
        "dependency": {},
        "milestone": {},
        "scenario_change": {},
    }
    for decided in workspace.decided:
        entity = entity_of(decided.event)
        latest.setdefault(type(entity), {})[entity.id] = entity
        if decided.event.kind in deleted:
            gone = decided.event.type.endswith(".deleted")
            deleted[decided.event.kind][entity.id] = gone
    if workspace.wagered:
        await bookings.require_unused(connection, tenant_id, workspace.wagered)
    for tenant in latest.get(Tenant, {}).values():
        await tenants.update(connection, tenant)
    for kind, upsert in _UPSERTS:
        rows = latest.get(kind)
        if rows:
            await upsert(connection, tenant_id, list(rows.values()))
    await projects.mark_deleted(
        connection,
        tenant_id,
        [i for i, gone in deleted["phase"].items() if gone],
        [i for i, gone in deleted["dependency"].items() if gone],
    )
    await milestones.mark_deleted(
        connection, tenant_id, [i for i, gone in deleted["milestone"].items() if gone]
    )
    await scenarios.mark_deleted(
        connection, tenant_id, [i for i, gone in deleted["scenario_change"].items() if gone]
    )


_UPSERTS = (
    (Artist, artists.upsert),
    (Member, members.upsert),
    (Project, projects.upsert),
    (Phase, projects.upsert_phases),
    (Dependency, projects.upsert_dependencies),
    (Milestone, milestones.upsert),
    (Booking, bookings.upsert),
    (Challenge, challenges.upsert),
    (TimeOff, times_off.upsert),
    (Scenario, scenarios.upsert),
    (ScenarioChange, scenarios.upsert_changes),
)
