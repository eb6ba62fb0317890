"""One request through one operation: who asks, what exactly, the handler's answer, the response."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from uuid_utils import uuid7

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.origins import allowed_origin
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused
from server.api import decoding
from server.api.multipart import read_form
from server.api.operations import (
    ANY,
    COMMAND,
    Call,
    Caller,
    Nothing,
    Operation,
    Outcome,
    Problem,
    Reply,
    needed_scope,
)
from server.api.problems import (
    busy,
    internal,
    invalid,
    json_response,
    not_found,
    problem_of,
    problem_response,
    rate_limited,
    unauthenticated,
)
from server.api.services import Services
from server.auth.browser import COOKIE
from server.auth.identity import Identity
from server.auth.passwords import HashingBusy
from server.auth.tokens import KEY_PREFIX

logger = logging.getLogger(__name__)


async def respond(operation: Operation, services: Services, request: Request) -> Response:
    """Run the operation. Whatever goes wrong is an error body; no traceback leaves the process."""
    try:
        outcome = await _run(operation, services, request)
    except ClientDisconnect:
        return Response(status_code=499)
    except HashingBusy:
        outcome = rate_limited("Too many passwords are being checked; try again in a moment.", 1)
    except DatabaseError as error:
        outcome = busy(f"The database cannot be asked just now: {error}.")
    except Exception as error:  # noqa: BLE001 - the last line of defence: logged here, once
        if fault_of(error) in {Fault.TRANSIENT, Fault.UNAVAILABLE}:
            logger.warning("%s %s waits for the database: %r", operation.method, operation.path, error)
            outcome = busy("The database cannot be asked just now.")
        else:
            outcome = internal(error, f"{operation.method} {operation.path}")
    return response_of(outcome, operation)


def response_of(outcome: Outcome, operation: Operation) -> Response:
    """The outcome as it goes out."""
    match outcome:
        case Problem():
            return problem_response(outcome)
        case Refused():
            return problem_response(problem_of(outcome))
        case Reply():
            return _reply(outcome, operation)


def _reply(reply: Reply, operation: Operation) -> Response:
    headers = dict(reply.headers)
    if reply.version is not None:
        headers["ETag"] = f'"{reply.version}"'
    if not operation.result:
        return json_response(None, 204, headers)
    body: dict[str, object] = {"data": reply.data}
    if reply.meta is not None:
        body["meta"] = reply.meta
    return json_response(body, operation.status, headers)


async def _run(operation: Operation, services: Services, request: Request) -> Outcome:
    caller = _caller(request, services)
    if operation.cookies and not caller.origin_allowed:
        return Problem(code=Code.FORBIDDEN, message=_FOREIGN_PAGE)
    identity = await _identity(operation, services, request)
    if isinstance(identity, Problem):
        return identity
    ids = _ids(operation, request.path_params)
    if isinstance(ids, Problem):
        return ids
    query = decoding.decode_query(request.query_params.multi_items(), operation.query)
    if isinstance(query, Problem):
        return query
    command_id, base_version = decoding.command_id(request.headers), decoding.base_version(request.headers)
    if operation.writes and isinstance(command_id, Problem):
        return command_id
    if operation.writes and isinstance(base_version, Problem):
        return base_version
    body = await _body(operation, request)
    if isinstance(body, Problem):
        return body
    call: Call[Any, Any] = Call(
        services=services,
        caller=caller,
        query=query,
        body=body,
        ids=ids,
        command_id=command_id if isinstance(command_id, UUID) else new_id(),
        keyed=isinstance(command_id, UUID),
        base_version=base_version if isinstance(base_version, int) else None,
        now=datetime.now(UTC),
        signed_in=identity.actor if identity else None,
        family_id=identity.family_id if identity else None,
    )
    return await operation.handler(call)


_FORM = "application/x-www-form-urlencoded"
_CURL = "; curl says so with -H 'Content-Type: application/json'"
_FOREIGN_PAGE = (
    "Pages of this origin may not use this server's cookies; its operator may allow it by ALLOWED_ORIGINS."
)


def _caller(request: Request, services: Services) -> Caller:
    return Caller(
        address=request.client.host if request.client else "",
        origin=request.headers.get("origin"),
        origin_allowed=allowed_origin(request.headers.raw, services.allowed_origins),
        secure=request.url.scheme == "https",
        refresh_cookie=request.cookies.get(COOKIE),
    )


async def _identity(operation: Operation, services: Services, request: Request) -> Identity | Problem | None:
    if not operation.roles:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return unauthenticated("Sign in first: Authorization: Bearer and an access token or an API key.")
    identity = None
    if scheme.lower() == "bearer" and token.isascii():
        identity = await services.authenticator.by_bearer(token.strip())
    if identity is None:
        return unauthenticated(_not_good(token.strip()))
    if identity.actor.kind == "api_key":
        return _key_may(operation, identity.actor) or identity
    if identity.actor.role not in operation.roles:
        who = " or ".join(sorted(role.removeprefix("studio_") for role in operation.roles))
        return Problem(
            code=Code.FORBIDDEN, message=f"This is for the role {who}; you are {identity.actor.role}."
        )
    return identity


def _not_good(token: str) -> str:
    if token.startswith(f"{KEY_PREFIX}_"):
        return "There is no such API key: it was revoked, replaced, has ended, or was copied in part."
    return "The access token is not valid, or not any more; refresh it or sign in again."


def _key_may(operation: Operation, key: Actor) -> Problem | None:
    needed = needed_scope(operation)
    if needed is None:
        return Problem(code=Code.FORBIDDEN, message="This is for people who signed in, not for API keys.")
    if needed in {ANY, COMMAND} or needed in key.scopes:
        return None  # what each command needs, the write path looks at
    return Problem(code=Code.FORBIDDEN, message=f"This needs an API key with the scope {needed}.")


def _ids(operation: Operation, params: Mapping[str, Any]) -> dict[str, UUID] | Problem:
    ids = {}
    for name, text in params.items():
        try:
            ids[name] = UUID(text)
        except ValueError:
            return not_found(operation.noun, text)
    return ids


async def _body(operation: Operation, request: Request) -> Struct | Problem:
    if operation.multipart is not None:
        return await read_form(request, operation.multipart, operation.max_body)
    if operation.method == "GET":
        return Nothing()
    content = await decoding.read_body(request, operation.max_body)
    if isinstance(content, Problem):
        return content
    kind = operation.body or Nothing
    if not content:
        # An operation whose body has only optional fields may be called without one.
        content = b"{}"
    elif not decoding.is_json(request.headers.get("content-type", "")):
        got = request.headers.get("content-type", "none")[: decoding.SHOWN]
        hint = _CURL if got == _FORM else ""
        return invalid(f"Content-Type must be application/json in UTF-8; got {got}{hint}.", status=415)
    return decoding.decode_body(content, kind)


def new_id() -> UUID:
    """A command id for those who sent none: version 7, so that ids sort by time."""
    return UUID(bytes=uuid7().bytes)
