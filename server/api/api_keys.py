"""Operations on API keys: made and shown once, listed, rotated with a grace, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import api_keys as rows
from db.queries.api_keys import ApiKey
from scheduling.model import Instant, Name
from scheduling.permissions import Actor
from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.operations import ANY, EVERYONE, OWNERS, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found, unauthenticated
from server.auth.tokens import Opaque, new_key
from server.feeds.record import new_id, record

MOST_KEYS = 100
"""Keys of one studio that are not revoked."""
LONGEST = timedelta(days=3650)
HINT = 4
"""Characters of a secret that a list shows."""
_DAY = 86_400


class NewKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the key is for and what it may do; without `expires_at` it is good until revoked."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Limits(min_length=1, max_length=len(Scope))]
    expires_at: Instant | None = None


class RotateKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long the old secret is still taken, in seconds; 0 ends it at once."""

    grace_seconds: Annotated[int, Limits(ge=0, le=7 * _DAY)] = _DAY


class KeySecret(Struct, frozen=True, kw_only=True):
    """A key and its secret, which is shown this once and stored as a digest only."""

    key: ApiKey
    secret: str


async def list_keys(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        return Reply(data=await rows.everything(connection, call.tenant_id))


async def get_key(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0]) if found else not_found("API key", call.id)


async def own_key(call: Call[Nothing, Nothing]) -> Outcome:
    if call.actor.kind != "api_key":
        return Problem(code=Code.FORBIDDEN, message="You are a person; GET /auth/me tells who.")
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.actor.id])
    return Reply(data=found[0]) if found else unauthenticated("This API key does not exist any more.")


async def add_key(call: Call[Nothing, NewKey]) -> Outcome:
    body, actor = call.body, call.actor
    scopes = tuple(scope for scope in Scope if scope in body.scopes)
    if beyond := _beyond(actor, scopes):
        return beyond
    if body.expires_at is not None and not call.now < body.expires_at <= call.now + LONGEST:
        return invalid("expires_at: expected a time in the future, at most ten years ahead.", "expires_at")
    secret = new_key(actor.tenant_id)
    key = ApiKey(
        id=new_id(),
        name=body.name,
        scopes=tuple(scope.value for scope in scopes),
        hint=_hint(secret),
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=call.now,
        expires_at=body.expires_at,
    )
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        live = [k for k in await rows.everything(connection, actor.tenant_id) if k.revoked_at is None]
        if len(live) >= MOST_KEYS:
            return Problem(
                code=Code.WRONG_STATE,
                message=f"A studio has at most {MOST_KEYS} API keys; revoke one that is not used any more.",
            )
        await rows.insert(connection, actor.tenant_id, key, secret.digest)
        details = f"Scopes: {', '.join(key.scopes)}."
        await record(connection, actor, "api_key.created", (key.id, key.name), call.now, details=details)
    return Reply(
        data=KeySecret(key=key, secret=secret.text), headers=(("Location", f"/api/v1/api-keys/{key.id}"),)
    )


async def rotate_key(call: Call[Nothing, RotateKey]) -> Outcome:
    actor, secret = call.actor, new_key(call.tenant_id)
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        found = await rows.by_ids(connection, actor.tenant_id, [call.id])
        if not found:
            return not_found("API key", call.id)
        if beyond := _beyond(actor, found[0].scopes):
            return beyond
        key = await rows.rotate(
            connection,
            actor.tenant_id,
            call.id,
            digest=secret.digest,
            hint=_hint(secret),
            now=call.now,
            previous_until=call.now + timedelta(seconds=call.body.grace_seconds),
        )
        if key is None:
            return Problem(code=Code.WRONG_STATE, message="This key has ended; make a new one.")
        details = f"The old secret is taken for {call.body.grace_seconds} s more."
        await record(connection, actor, "api_key.rotated", (key.id, key.name), call.now, details=details)
    call.services.authenticator.forget(actor.tenant_id, key.id)
    return Reply(data=KeySecret(key=key, secret=secret.text))


async def revoke_key(call: Call[Nothing, Nothing]) -> Outcome:
    actor = call.actor
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        key = await rows.revoke(connection, actor.tenant_id, call.id, call.now)
        if key is None:
            return not_found("API key", call.id)
        if key.revoked_at == call.now:
            await record(connection, actor, "api_key.revoked", (key.id, key.name), call.now)
    call.services.authenticator.forget(actor.tenant_id, key.id)
    call.services.end_key(actor.tenant_id, key.id)
    return Reply(data=key)


def _beyond(actor: Actor, scopes: tuple[Any, ...]) -> Problem | None:
    """A key gives no other key what it was not given itself."""
    more = [str(scope) for scope in scopes if actor.kind == "api_key" and scope not in actor.scopes]
    if not more:
        return None
    return Problem(code=Code.FORBIDDEN, message=f"A key cannot hand on what it has not: {', '.join(more)}.")


def _hint(secret: Opaque) -> str:
    return secret.text[-HINT:]


_ID_NOUN = "API key"

OPERATIONS = (
    Operation(
        method="GET",
        path="/api-keys",
        name="listApiKeys",
        tag="integrations",
        summary="List API keys, the newest first, revoked ones last",
        handler=list_keys,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        result=(ApiKey,),
        many=True,
    ),
    Operation(
        method="POST",
        path="/api-keys",
        name="addApiKey",
        tag="integrations",
        summary="Make an API key; its secret is shown this once",
        description=(NewKey.__doc__ or "").strip(),
        handler=add_key,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        body=NewKey,
        result=(KeySecret,),
        status=201,
        errors=(Code.WRONG_STATE,),
    ),
    Operation(
        method="GET",
        path="/api-keys/{id}",
        name="getApiKey",
        tag="integrations",
        summary="Read an API key",
        handler=get_key,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        result=(ApiKey,),
        noun=_ID_NOUN,
    ),
    Operation(
        method="POST",
        path="/api-keys/{id}/rotate",
        name="rotateApiKey",
        tag="integrations",
        summary="Give an API key a new secret",
        description=(RotateKey.__doc__ or "").strip(),
        handler=rotate_key,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        body=RotateKey,
        result=(KeySecret,),
        noun=_ID_NOUN,
        errors=(Code.WRONG_STATE,),
    ),
    Operation(
        method="DELETE",
        path="/api-keys/{id}",
        name="revokeApiKey",
        tag="integrations",
        summary="Revoke an API key",
        description="Requests, sockets and feeds of the key end within five seconds.",
        handler=revoke_key,
        roles=OWNERS,
        scope=Scope.KEYS_MANAGE,
        result=(ApiKey,),
        noun=_ID_NOUN,
    ),
    Operation(
        method="GET",
        path="/auth/key",
        name="ownApiKey",
        tag="auth",
        summary="Which API key is asking, and what it may do",
        handler=own_key,
        roles=EVERYONE,
        scope=ANY,
        result=(ApiKey,),
    ),
)
