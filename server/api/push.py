"""Operations on push subscriptions: a person's browsers that take pushes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import push_subscriptions
from db.queries.push_subscriptions import PushRow
from scheduling.refusals import Code
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found, unauthenticated
from server.feeds.addresses import url_problem
from server.feeds.record import new_id
from server.push.sealing import SealingError, their_key
from server.push.sender import PushMessage
from server.push.vapid import decoded

MOST_BROWSERS = 20
"""Of one person; the oldest go first."""
_NOUN = "push subscription"
_TEST_LIFETIME = timedelta(minutes=5)


class PushKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the browser reads by, in base64url, as `PushSubscription.toJSON()` gives it."""

    p256dh: Annotated[str, Limits(max_length=120)]
    auth: Annotated[str, Limits(max_length=40)]


class NewPushSubscription(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser's subscription as it gives it itself; `label` is how the person tells their devices apart."""

    endpoint: Annotated[str, Limits(min_length=1, max_length=2_000)]
    keys: PushKeys
    label: Annotated[str, Limits(max_length=120)] = ""


class PushSubscription(Struct, frozen=True, kw_only=True):
    """A browser of one's own that takes pushes. `current`: it was made for the server's present key."""

    id: UUID
    endpoint: str
    label: str
    current: bool
    created_at: datetime
    last_taken_at: datetime | None
    failing_since: datetime | None


class PushKey(Struct, frozen=True, kw_only=True):
    """The public key browsers subscribe with; null where this server sends no pushes."""

    application_key: str | None


class Pushed(Struct, frozen=True, kw_only=True):
    """How many of one's browsers took a test, are gone for good, or failed, and why the last one did."""

    taken: int
    gone: int
    failed: int
    error: str


async def read_key(call: Call[Nothing, Nothing]) -> Outcome:
    push = call.services.push
    return Reply(data=PushKey(application_key=push.application_key if push else None))


async def list_browsers(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        rows = await push_subscriptions.of_member(connection, call.tenant_id, call.actor.id)
    return Reply(data=[_seen(row, call) for row in rows])


async def add_browser(call: Call[Nothing, NewPushSubscription]) -> Outcome:
    body, actor, push = call.body, call.actor, call.services.push
    if push is None:
        return _no_pushes()
    if call.family_id is None:
        return unauthenticated("Pushes are for people who signed in.")
    wrong = url_problem(body.endpoint, call.services.poster.networks)
    if wrong is not None:
        return invalid(f"endpoint: {wrong}.", "endpoint")
    keys = _keys(body.keys)
    if isinstance(keys, Problem):
        return keys
    row = PushRow(
        id=new_id(),
        member_id=actor.id,
        family_id=call.family_id,
        endpoint=body.endpoint,
        p256dh=keys[0],
        auth=keys[1],
        application_key=push.application_key,
        label=body.label,
        created_at=call.now,
    )
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        kept = await push_subscriptions.put(connection, actor.tenant_id, row)
        await push_subscriptions.keep_newest(connection, actor.tenant_id, actor.id, kept=MOST_BROWSERS)
    return Reply(data=_seen(kept, call))


async def delete_browser(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id) as connection:
        gone = await push_subscriptions.delete(connection, call.tenant_id, call.id, member_id=call.actor.id)
    return Reply() if gone else not_found(_NOUN, call.id)


async def send_test(call: Call[Nothing, Nothing]) -> Outcome:
    """Push a test to all of one's own browsers, and say what came of it."""
    push, actor = call.services.push, call.actor
    if push is None:
        return _no_pushes()
    message = PushMessage(
        title="It works",
        body="This is how a new hold reaches you.",
        tag="test",
        path="/phone/me" if actor.role == "freelancer" else "/",
    )
    sent = await push.send(actor.tenant_id, actor.id, message, lifetime=_TEST_LIFETIME, urgency="high")
    return Reply(data=Pushed(taken=sent.taken, gone=sent.gone, failed=sent.failed, error=sent.error))


def _keys(keys: PushKeys) -> tuple[bytes, bytes] | Problem:
    """The bytes of what a browser gave."""
    try:
        point, auth = decoded(keys.p256dh), decoded(keys.auth)
        their_key(point)
    except ValueError as error:
        return invalid(f"keys: {error}.", "keys")
    except SealingError as error:
        return invalid(f"keys.p256dh: {error}.", "keys.p256dh")
    if len(auth) != 16:
        return invalid(f"keys.auth: expected 16 bytes in base64url; got {len(auth)}.", "keys.auth")
    return point, auth


def _no_pushes() -> Problem:
    return Problem(
        code=Code.WRONG_STATE,
        message="This server sends no pushes: its operator has not set VAPID_PRIVATE_KEY.",
    )


def _seen(
    row: PushRow, call: Call[Nothing, Nothing] | Call[Nothing, NewPushSubscription]
) -> PushSubscription:
    push = call.services.push
    return PushSubscription(
        id=row.id,
        endpoint=row.endpoint,
        label=row.label,
        current=push is not None and row.application_key == push.application_key,
        created_at=row.created_at,
        last_taken_at=row.last_taken_at,
        failing_since=row.failing_since,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/push-subscriptions",
        name="listPushSubscriptions",
        tag="notifications",
        summary="List one's own browsers that take pushes, the newest first",
        handler=list_browsers,
        roles=EVERYONE,
        scope=None,
        result=(PushSubscription,),
        many=True,
    ),
    Operation(
        method="POST",
        path="/push-subscriptions",
        name="addPushSubscription",
        tag="notifications",
        summary="Have pushes sent to a browser, or go on having them sent",
        description="The subscription ends with the sign-in it was made in, and when another person signs in"
        " on the same browser. Sending it again is harmless.",
        handler=add_browser,
        roles=EVERYONE,
        scope=None,
        body=NewPushSubscription,
        result=(PushSubscription,),
        status=201,
        errors=(Code.WRONG_STATE,),
    ),
    Operation(
        method="GET",
        path="/push-subscriptions/key",
        name="getPushKey",
        tag="notifications",
        summary="Read the key that browsers subscribe with",
        handler=read_key,
        roles=EVERYONE,
        scope=None,
        result=(PushKey,),
    ),
    Operation(
        method="POST",
        path="/push-subscriptions/test",
        name="testPush",
        tag="notifications",
        summary="Push a test to one's own browsers",
        description=(send_test.__doc__ or "").strip(),
        handler=send_test,
        roles=EVERYONE,
        scope=None,
        result=(Pushed,),
        errors=(Code.WRONG_STATE,),
    ),
    Operation(
        method="DELETE",
        path="/push-subscriptions/{id}",
        name="deletePushSubscription",
        tag="notifications",
        summary="Send no more pushes to a browser",
        handler=delete_browser,
        roles=EVERYONE,
        scope=None,
        noun=_NOUN,
    ),
)
