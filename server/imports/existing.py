"""Loading what a file is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from immutables import Map

from db.pool import Pool, transaction
from db.queries import artists, bookings, projects, tenants
from scheduling.model import Booking
from scheduling.state import State, put_all_bookings
from server.imports.drafts import Parsed
from server.imports.plan import Existing
from server.imports.plan_work import planned_ids


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


async def load_bookings(pool: Pool, tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Booking]:
    """Return the bookings with these ids, ended ones too."""
    async with transaction(pool, tenant_id, readonly=True) as connection:
        return {booking.id: booking for booking in await bookings.by_ids(connection, tenant_id, ids)}


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
