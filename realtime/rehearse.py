"""What a command would do, without doing it: decided as the write path decides, on a snapshot, read-only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import tenants
from db.unit import UnknownTenant
from realtime.deciding import decide_in
from realtime.known import NEAR
from realtime.workspace import Workspace
from scheduling.commands import SingleCommand
from scheduling.decide import Accepted
from scheduling.events import entity_of, removes
from scheduling.model import Booking, Entity, TimeOff
from scheduling.permissions import Actor
from scheduling.refusals import Refused
from scheduling.state import Key, find, key_of


async def rehearse(
    pool: Pool, actor: Actor, command: SingleCommand, *, command_id: UUID, now: datetime
) -> Accepted | Refused:
    """The outcome the command would have at this moment; it takes no lock and leaves nothing behind.

    Raises `UnknownTenant`, and what the database raises.
    """
    _, outcome = await _decided(pool, actor, command, command_id, now)
    return outcome


class Foreseen(Struct, frozen=True, kw_only=True):
    """What each thing is and would be (None: not on the schedule), and how many events it would take."""

    seq: int
    at: datetime
    events: int
    touched: dict[Key, tuple[Entity | None, Entity | None]]


async def foresee(
    pool: Pool, actor: Actor, command: SingleCommand, *, command_id: UUID, now: datetime
) -> Foreseen | Refused:
    """As `rehearse`, told as what would be another."""
    workspace, outcome = await _decided(pool, actor, command, command_id, now)
    if isinstance(outcome, Refused):
        return outcome
    touched: dict[Key, tuple[Entity | None, Entity | None]] = {}
    for event in outcome.events:
        key = key_of(entity_of(event))
        then, _ = touched.get(key, (_standing(find(workspace.state, *key)), None))
        touched[key] = then, None if removes(event) else entity_of(event)
    return Foreseen(seq=workspace.head.seq, at=now, events=len(outcome.events), touched=touched)


async def _decided(
    pool: Pool, actor: Actor, command: SingleCommand, command_id: UUID, now: datetime
) -> tuple[Workspace, Accepted | Refused]:
    tenant_id = actor.tenant_id
    moment = transaction(pool, tenant_id, isolation="repeatable_read", readonly=True)
    async with moment as connection:
        head = await tenants.head(connection, tenant_id)
        tenant = await tenants.get(connection, tenant_id)
        if head is None or tenant is None:
            raise UnknownTenant(str(tenant_id))
        workspace = Workspace(connection, tenant, head, now=now, margin=NEAR)
        return workspace, await decide_in(workspace, actor, command, command_id, None)


def _standing(entity: Entity | None) -> Entity | None:
    return None if isinstance(entity, Booking | TimeOff) and not entity.live else entity
