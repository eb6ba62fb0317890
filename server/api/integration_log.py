"""The record of integrations: who made, changed or ended a key, a webhook or a calendar link."""

from __future__ import annotations

from msgspec import Struct

from db.pool import transaction
from db.queries import integration_log as rows
from scheduling.scopes import Scope
from server.api.operations import OWNERS, Call, Nothing, Operation, Outcome, Problem
from server.api.paging import AfterId, Cursor, Limit, decode_cursor, page_reply


class LogQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page, the newest first."""

    cursor: Cursor | None = None
    limit: Limit = 100


async def list_log(call: Call[LogQuery, Nothing]) -> Outcome:
    query = call.query
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.page(
            connection, call.tenant_id, before=after.id if after else None, limit=query.limit + 1
        )
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, None)


OPERATIONS = (
    Operation(
        method="GET",
        path="/integration-log",
        name="listIntegrationLog",
        tag="integrations",
        summary="Read who changed keys, webhooks and calendar links",
        handler=list_log,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        query=LogQuery,
        result=(rows.IntegrationChange,),
        many=True,
    ),
)
