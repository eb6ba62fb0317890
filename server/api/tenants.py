"""Operations on the studio itself."""

from __future__ import annotations

from db.pool import transaction
from db.queries import tenants as rows
from scheduling.model import Tenant
from scheduling.refusals import Code, RefusalData, current
from server.api.commanding import body_of, changed, given, run
from server.api.operations import OWNERS, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import unauthenticated


async def current_tenant(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        tenant = await rows.get(connection, call.tenant_id)
    if tenant is None:
        return unauthenticated("This studio does not exist any more.")
    return Reply(data=tenant, version=tenant.version)


async def edit_tenant(call: Call[Nothing, Nothing]) -> Outcome:
    if call.base_version is not None:
        stale = await _stale(call, call.base_version)
        if stale is not None:
            return stale
    answer = await run(call, "tenant.edit", given(call.body))
    if isinstance(answer, Problem):
        return answer
    if bytes(answer.result) == b"{}":  # it was so already
        return await current_tenant(call)
    return changed(call, answer, "tenant")


async def _stale(call: Call[Nothing, Nothing], base_version: int) -> Problem | None:
    """The write path merges edits of the studio; who names a base wants to be told instead."""
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        tenant = await rows.get(connection, call.tenant_id)
    if tenant is None or tenant.version == base_version:
        return None
    return Problem(
        code=Code.STALE_VERSION,
        message=f"The studio is at version {tenant.version} now, not {base_version}.",
        data=RefusalData(current=current(tenant)),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/tenants/current",
        name="currentTenant",
        tag="tenants",
        summary="Read the studio",
        handler=current_tenant,
        result=(Tenant,),
        versioned=True,
    ),
    Operation(
        method="PATCH",
        path="/tenants/current",
        name="editTenant",
        tag="tenants",
        summary="Change the studio's name, zone or policies",
        handler=edit_tenant,
        roles=OWNERS,
        body=body_of("tenant.edit", "history_from"),
        result=(Tenant,),
        writes=True,
        versioned=True,
        errors=(Code.STALE_VERSION,),
    ),
)
