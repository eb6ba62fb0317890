"""How a scenario stands at this moment: loaded as its commit would load it, read-only, and nothing kept."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from db.pool import Pool, transaction
from db.queries import tenants
from db.unit import UnknownTenant
from realtime.deciding import context_of
from realtime.known import NEAR
from realtime.workspace import Workspace
from scheduling.commands import CommitScenario
from scheduling.permissions import Actor
from scheduling.refusals import Refused, not_found, wrong_state
from scheduling.scenarios import ScenarioDifference, Window, artists_of, difference, stand, window_of
from scheduling.scope import Needs, first_needs, further_needs, last_needs
from scheduling.scope import Window as Line


async def difference_now(
    pool: Pool,
    actor: Actor,
    scenario_id: UUID,
    *,
    command_id: UUID,
    now: datetime,
    window: Window | None = None,
) -> ScenarioDifference | Refused:
    """What the scenario would change; people are looked at over `window`, else over all of its time.

    Raises `UnknownTenant`, and what the database raises.
    """
    commit = CommitScenario(scenario_id=scenario_id)
    moment = transaction(pool, actor.tenant_id, isolation="repeatable_read", readonly=True)
    async with moment as connection:
        head = await tenants.head(connection, actor.tenant_id)
        tenant = await tenants.get(connection, actor.tenant_id)
        if head is None or tenant is None:
            raise UnknownTenant(str(actor.tenant_id))
        workspace = Workspace(connection, tenant, head, now=now, margin=NEAR)
        await workspace.ensure(first_needs(commit))
        scenario = workspace.state.scenarios.get(scenario_id)
        if scenario is None:
            return not_found("scenario", scenario_id)
        if not scenario.open:
            return wrong_state(
                f"{scenario.name} is {scenario.state.value}; history tells what it did.", scenario
            )
        await workspace.ensure(further_needs(commit, workspace.state))
        await workspace.ensure(last_needs(commit, workspace.state))
        context = await context_of(workspace, actor, commit, command_id, None)
        standing = await asyncio.to_thread(stand, workspace.state, scenario_id, context)
        window = window or window_of(standing)
        if window is not None:
            around = frozenset(Line(a, window.start, window.end) for a in artists_of(standing))
            await workspace.ensure(Needs(windows=around))
    return await asyncio.to_thread(difference, standing, scenario, head.seq, window, workspace.state)
