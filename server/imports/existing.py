"""Loading what a file is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from immutables import Map

from db.pool import Pool, transaction
from db.queries import artists, bookings, projects, tenants
from scheduling.model import Booking
from scheduling.state import State, put_all_bookings
from server.imports.drafts import Parsed
from server.imports.plan import Existing
from server.imports.plan_work import planned_ids

_AT_ONCE = 500


async def load_existing(pool: Pool, tenant_id: UUID, parsed: Parsed) -> Existing | None:
    """Return the studio's people and work, or None where there is no such studio."""
    phase_ids, dependency_ids = planned_ids(parsed, tenant_id)
    async with transaction(pool, tenant_id, readonly=True) as connection:
        tenant = await tenants.get(connection, tenant_id)
        if tenant is None:
            return None
        known_phases, gone_phases = await projects.phases_by_ids(connection, tenant_id, phase_ids)
        ties, gone_ties = await projects.dependencies_by_ids(connection, tenant_id, dependency_ids)
        if any(draft.phase for draft in parsed.bookings):
            known_phases = await projects.phases(connection, tenant_id)
        return Existing(
            tenant=tenant,
            artists={artist.id: artist for artist in await artists.everyone(connection, tenant_id)},
            projects={project.id: project for project in await projects.everything(connection, tenant_id)},
            phases={phase.id: phase for phase in known_phases},
            dependencies={tie.id: tie for tie in ties},
            gone=frozenset({p.id for p in gone_phases} | {t.id for t in gone_ties}),
        )


def as_rehearsed(existing: Existing, state: State) -> Existing:
    """Return what the studio would have after what was rehearsed on `state`."""
    return msgspec.structs.replace(
        existing,
        artists=dict(state.artists),
        projects=dict(state.projects),
        phases=dict(state.phases),
        dependencies=dict(state.dependencies),
    )


async def load_bookings(
    pool: Pool, tenant_id: UUID, ids: Iterable[UUID], state: State | None
) -> dict[UUID, Booking]:
    """Return the bookings with these ids, ended ones too; as they would be in a rehearsed `state`."""
    wanted = list(ids)
    found: dict[UUID, Booking] = {}
    async with transaction(pool, tenant_id, readonly=True) as connection:
        for begin in range(0, len(wanted), _AT_ONCE):  # so that others have their turn in between
            rows = await bookings.by_ids(connection, tenant_id, wanted[begin : begin + _AT_ONCE])
            found.update((booking.id, booking) for booking in rows)
    rehearsed = state.bookings if state is not None else {}
    return {**found, **{one: rehearsed[one] for one in wanted if one in rehearsed}}


async def load_state(pool: Pool, tenant_id: UUID) -> State | None:
    """Return the whole live schedule, to rehearse commands on; None where there is no such studio."""
    async with transaction(pool, tenant_id, isolation="repeatable_read", readonly=True) as connection:
        tenant = await tenants.get(connection, tenant_id)
        head = await tenants.head(connection, tenant_id)
        if tenant is None or head is None:
            return None
        state = State(
            tenant=tenant,
            next_claim=head.next_claim,
            artists=Map({one.id: one for one in await artists.everyone(connection, tenant_id)}),
            projects=Map({one.id: one for one in await projects.everything(connection, tenant_id)}),
            phases=Map({one.id: one for one in await projects.phases(connection, tenant_id)}),
            dependencies=Map({one.id: one for one in await projects.dependencies(connection, tenant_id)}),
        )
        return put_all_bookings(state, await bookings.all_live(connection, tenant_id))
