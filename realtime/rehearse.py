"""What a command would do, without doing it: decided as the write path decides, on a snapshot, read-only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from db.pool import Pool, transaction
from db.queries import tenants
from db.unit import UnknownTenant
from realtime.batch import decide_in
from realtime.workspace import NEAR, Workspace
from scheduling.commands import SingleCommand
from scheduling.decide import Accepted
from scheduling.permissions import Actor
from scheduling.refusals import Refused


async def rehearse(
    pool: Pool, actor: Actor, command: SingleCommand, *, command_id: UUID, now: datetime
) -> Accepted | Refused:
    """The outcome the command would have at this moment; it takes no lock and leaves nothing behind.

    Raises `UnknownTenant`, and what the database raises.
    """
    tenant_id = actor.tenant_id
    moment = transaction(pool, tenant_id, isolation="repeatable_read", readonly=True)
    async with moment as connection:
        head = await tenants.head(connection, tenant_id)
        tenant = await tenants.get(connection, tenant_id)
        if head is None or tenant is None:
            raise UnknownTenant(str(tenant_id))
        workspace = Workspace(connection, tenant, head, now=now, margin=NEAR)
        return await decide_in(workspace, actor, command, command_id, None)
