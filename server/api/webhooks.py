"""Operations on webhooks: endpoints, their secrets, what was delivered to them, and delivering again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec import Meta as Limits

from db.pool import Connection, transaction
from db.queries import deliveries, projects, tenants, webhooks
from db.queries.deliveries import Delivery
from db.queries.webhooks import EndpointRow
from realtime.protocol.feed import EventType
from scheduling.refusals import Code, Refused
from scheduling.scopes import Scope
from server.api.operations import OWNERS, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, Cursor, Limit, decode_cursor, page_reply
from server.api.problems import invalid, not_found, problem_of, unauthenticated
from server.feeds.addresses import url_problem
from server.feeds.deliverer import keys_of, outcome
from server.feeds.filters import filter_of
from server.feeds.record import new_id, record
from server.feeds.signing import headers, new_secret

MOST_ENDPOINTS = 50
_DAY = 86_400
_NOUN = "webhook"

Url = Annotated[str, Limits(min_length=1, max_length=2_000)]
Types = Annotated[tuple[EventType, ...], Limits(max_length=64)]
Description = Annotated[str, Limits(max_length=200)]


class Webhook(Struct, frozen=True, kw_only=True):
    """An endpoint. All up to `cursor_seq` was delivered or is not for it; the log reaches to `head_seq`.

    `disabled`: it failed for days, or said it wants no more; `reason` says which. `attempt` counts the
    failures of the event whose turn it is, which is tried again at `next_attempt_at`.
    """

    id: UUID
    url: str
    description: str
    types: tuple[str, ...]
    project_id: UUID | None
    state: Literal["active", "paused", "disabled"]
    reason: str
    cursor_seq: int
    head_seq: int
    attempt: int
    next_attempt_at: datetime | None
    failing_since: datetime | None
    previous_until: datetime | None
    created_by_name: str
    created_at: datetime


class WebhookSecret(Struct, frozen=True, kw_only=True):
    """An endpoint and the secret its deliveries are signed with, shown this once."""

    webhook: Webhook
    secret: str


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to post events, and which.

    `types` as in `booking.placed` or `booking.*`, none are all; `project_id` leaves those of one project. It
    begins with what happens next, or after `since`.
    """

    url: Url
    description: Description = ""
    types: Types = ()
    project_id: UUID | None = None
    since: Annotated[int, Limits(ge=0, le=2**53)] | None = None


class EditWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. `active` also switches on one that was disabled; it goes on where it was."""

    url: Url | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    types: Types | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    state: Literal["active", "paused"] | UnsetType = UNSET


class RotateSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long deliveries carry a signature by the old secret as well, in seconds."""

    grace_seconds: Annotated[int, Limits(ge=0, le=7 * _DAY)] = _DAY


class Redeliver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deliver this number and everything after it again, in order, under the same ids."""

    from_seq: Annotated[int, Limits(ge=1, le=2**53)]


class DeliveryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page, the newest first."""

    cursor: Cursor | None = None
    limit: Limit = 100


async def list_webhooks(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        head = await tenants.head(connection, call.tenant_id)
        rows = await webhooks.everything(connection, call.tenant_id)
    return Reply(data=[_seen(row, head.seq if head else 0) for row in rows])


async def get_webhook(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        return await _told(connection, call)


async def add_webhook(call: Call[Nothing, NewWebhook]) -> Outcome:
    body, actor, secret = call.body, call.actor, new_secret()
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        problem = await _problem(connection, call, body.url, body.types, body.project_id)
        if problem is not None:
            return problem
        if len(await webhooks.everything(connection, actor.tenant_id)) >= MOST_ENDPOINTS:
            return Problem(code=Code.WRONG_STATE, message=f"A studio has at most {MOST_ENDPOINTS} webhooks.")
        head = await tenants.head(connection, actor.tenant_id)
        if head is None:
            return unauthenticated("This studio does not exist any more.")
        since = head.seq if body.since is None else body.since
        if since > head.seq:
            return invalid(f"since: the log reaches to {head.seq}; got {since}.", "since")
        row = EndpointRow(
            id=new_id(),
            url=body.url,
            description=body.description,
            types=tuple(dict.fromkeys(body.types)),
            project_id=body.project_id,
            secret=secret,
            epoch=head.epoch,
            cursor_seq=since,
            created_by_name=actor.name,
            created_at=call.now,
        )
        await webhooks.insert(connection, actor.tenant_id, row)
        await record(connection, actor, "webhook.created", (row.id, row.url), call.now)
    place = (("Location", f"/api/v1/webhooks/{row.id}"),)
    return Reply(data=WebhookSecret(webhook=_seen(row, head.seq), secret=secret), headers=place)


async def edit_webhook(call: Call[Nothing, EditWebhook]) -> Outcome:
    body, actor = call.body, call.actor
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        row = await webhooks.by_id(connection, actor.tenant_id, call.id)
        if row is None:
            return not_found(_NOUN, call.id)
        given = {name: getattr(body, name) for name in body.__struct_fields__}
        changes = {name: value for name, value in given.items() if value is not UNSET}
        changed = msgspec.structs.replace(row, **changes)
        problem = await _problem(connection, call, changed.url, changed.types, changed.project_id)
        if problem is not None:
            return problem
        await webhooks.edit(connection, actor.tenant_id, changed)
        details = f"Changed: {', '.join(changes)}." if changes else ""
        await record(connection, actor, "webhook.edited", (row.id, changed.url), call.now, details=details)
        return await _told(connection, call)


async def delete_webhook(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id) as connection:
        row = await webhooks.by_id(connection, call.tenant_id, call.id)
        if row is None:
            return not_found(_NOUN, call.id)
        await webhooks.delete(connection, call.tenant_id, call.id)
        await record(connection, call.actor, "webhook.deleted", (row.id, row.url), call.now)
    return Reply()


async def rotate_secret(call: Call[Nothing, RotateSecret]) -> Outcome:
    secret, until = new_secret(), call.now + timedelta(seconds=call.body.grace_seconds)
    async with transaction(call.services.pool, call.tenant_id) as connection:
        row = await webhooks.by_id(connection, call.tenant_id, call.id)
        head = await tenants.head(connection, call.tenant_id)
        if row is None or head is None:
            return not_found(_NOUN, call.id)
        await webhooks.rotate(connection, call.tenant_id, call.id, secret=secret, previous_until=until)
        await record(connection, call.actor, "webhook.rotated", (row.id, row.url), call.now)
    seen = _seen(msgspec.structs.replace(row, previous_until=until), head.seq)
    return Reply(data=WebhookSecret(webhook=seen, secret=secret))


async def redeliver(call: Call[Nothing, Redeliver]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id) as connection:
        row = await webhooks.by_id(connection, call.tenant_id, call.id)
        head = await tenants.head(connection, call.tenant_id)
        if row is None or head is None:
            return not_found(_NOUN, call.id)
        first = call.body.from_seq
        if first > head.seq:
            return invalid(f"from_seq: the log reaches to {head.seq}; got {first}.", "from_seq")
        await webhooks.rewind(connection, call.tenant_id, call.id, epoch=head.epoch, cursor_seq=first - 1)
        subject = (row.id, row.url)
        await record(
            connection,
            call.actor,
            "webhook.redelivered",
            subject,
            call.now,
            details=f"From number {first} on.",
        )
        return await _told(connection, call)


async def send_test(call: Call[Nothing, Nothing]) -> Outcome:
    """Post a test and wait for the answer, whether or not the endpoint is switched on."""
    services = call.services
    async with transaction(services.pool, call.tenant_id, readonly=True) as connection:
        row = await webhooks.by_id(connection, call.tenant_id, call.id)
    if row is None:
        return not_found(_NOUN, call.id)
    begun, message_id = datetime.now(UTC), f"test_{new_id().hex}"
    data = {"message": f"{call.actor.name} sends this to see whether it arrives."}
    body = msgspec.json.encode({"type": "test", "timestamp": begun, "data": data})
    signed = headers(message_id, begun, body, keys_of(row, begun))
    posted = await services.poster.post(row.url, body, signed)
    delivery = Delivery(
        id=new_id(),
        endpoint_id=row.id,
        message_id=message_id,
        type="test",
        seq=None,
        attempt=1,
        at=begun,
        **outcome(posted),
    )
    async with transaction(services.pool, call.tenant_id) as connection:
        if await webhooks.by_id(connection, call.tenant_id, call.id) is None:
            return not_found(_NOUN, call.id)
        await deliveries.record(connection, call.tenant_id, delivery)
    return Reply(data=delivery)


async def list_deliveries(call: Call[DeliveryQuery, Nothing]) -> Outcome:
    query = call.query
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        if await webhooks.by_id(connection, call.tenant_id, call.id) is None:
            return not_found(_NOUN, call.id)
        found = await deliveries.page(
            connection, call.tenant_id, call.id, before=after.id if after else None, limit=query.limit + 1
        )
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, None)


async def _told(connection: Connection, call: Call[Any, Any]) -> Outcome:
    row = await webhooks.by_id(connection, call.tenant_id, call.id)
    head = await tenants.head(connection, call.tenant_id)
    return Reply(data=_seen(row, head.seq)) if row and head else not_found(_NOUN, call.id)


async def _problem(
    connection: Connection, call: Call[Any, Any], url: str, types: tuple[str, ...], project_id: UUID | None
) -> Problem | None:
    """What is wrong with an endpoint as it would be."""
    wrong = url_problem(url, call.services.poster.networks)
    if wrong is not None:
        return invalid(f"url: {wrong}.", "url")
    chosen = filter_of(types, project_id)
    if isinstance(chosen, Refused):
        return problem_of(chosen)
    if project_id is not None and not await projects.by_ids(connection, call.tenant_id, [project_id]):
        return not_found("project", project_id)
    return None


def _seen(row: EndpointRow, head_seq: int) -> Webhook:
    fields = {name: getattr(row, name) for name in Webhook.__struct_fields__ if name != "head_seq"}
    return Webhook(**fields, head_seq=head_seq)


def _operation(method: Any, path: str, name: str, summary: str, handler: Any, **more: Any) -> Operation:
    return Operation(
        method=method,
        path=f"/webhooks{path}",
        name=name,
        tag="integrations",
        summary=summary,
        handler=handler,
        roles=OWNERS,
        scope=Scope.WEBHOOKS_MANAGE,
        noun=_NOUN,
        **more,
    )


OPERATIONS = (
    _operation("GET", "", "listWebhooks", "List webhooks", list_webhooks, result=(Webhook,), many=True),
    _operation(
        "POST",
        "",
        "addWebhook",
        "Have events posted to an address; the secret is shown this once",
        add_webhook,
        description=" ".join((NewWebhook.__doc__ or "").split()),
        body=NewWebhook,
        result=(WebhookSecret,),
        status=201,
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    _operation("GET", "/{id}", "getWebhook", "Read a webhook", get_webhook, result=(Webhook,)),
    _operation(
        "PATCH",
        "/{id}",
        "editWebhook",
        "Change, pause or switch on a webhook",
        edit_webhook,
        description=(EditWebhook.__doc__ or "").strip(),
        body=EditWebhook,
        result=(Webhook,),
    ),
    _operation("DELETE", "/{id}", "deleteWebhook", "Forget a webhook and its deliveries", delete_webhook),
    _operation(
        "POST",
        "/{id}/rotate",
        "rotateWebhookSecret",
        "Give a webhook a new secret",
        rotate_secret,
        description=(RotateSecret.__doc__ or "").strip(),
        body=RotateSecret,
        result=(WebhookSecret,),
    ),
    _operation(
        "POST",
        "/{id}/test",
        "testWebhook",
        "Post a test now and see what comes back",
        send_test,
        description=(send_test.__doc__ or "").strip(),
        result=(Delivery,),
    ),
    _operation(
        "POST",
        "/{id}/redeliver",
        "redeliverWebhook",
        "Deliver again from a number on",
        redeliver,
        description=(Redeliver.__doc__ or "").strip(),
        body=Redeliver,
        result=(Webhook,),
    ),
    _operation(
        "GET",
        "/{id}/deliveries",
        "listDeliveries",
        "Read what was posted and what came back",
        list_deliveries,
        query=DeliveryQuery,
        result=(Delivery,),
        many=True,
    ),
)
