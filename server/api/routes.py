"""From declared operations to routes: one per path, each knowing its methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.api import (
    activity,
    api_keys,
    artists,
    auth,
    availability,
    booking_commands,
    bookings,
    calendar_files,
    calendars,
    challenges,
    commands,
    events,
    history,
    holidays,
    imports,
    integration_log,
    members,
    notice_receipts,
    notices,
    planning,
    projects,
    push,
    restore,
    scenarios,
    series,
    solver_jobs,
    suggestions,
    tenants,
    time_off,
    utilisation,
    webhooks,
    work,
)
from server.api.asyncapi import asyncapi_document
from server.api.endpoint import respond
from server.api.openapi import PREFIX, document
from server.api.operations import Operation
from server.api.problems import json_response
from server.api.services import Services

OPERATIONS: tuple[Operation, ...] = (
    *auth.OPERATIONS,
    *tenants.OPERATIONS,
    *members.OPERATIONS,
    *artists.OPERATIONS,
    *projects.OPERATIONS,
    *work.OPERATIONS,
    *planning.OPERATIONS,
    *bookings.OPERATIONS,
    *booking_commands.OPERATIONS,
    *challenges.OPERATIONS,
    *time_off.OPERATIONS,
    *availability.OPERATIONS,
    *utilisation.OPERATIONS,
    *series.OPERATIONS,
    *holidays.OPERATIONS,
    *suggestions.OPERATIONS,
    *scenarios.OPERATIONS,
    *solver_jobs.OPERATIONS,
    *commands.OPERATIONS,
    *events.OPERATIONS,
    *history.OPERATIONS,
    *activity.OPERATIONS,
    *restore.OPERATIONS,
    *imports.OPERATIONS,
    *api_keys.OPERATIONS,
    *integration_log.OPERATIONS,
    *webhooks.OPERATIONS,
    *calendars.OPERATIONS,
    *notices.OPERATIONS,
    *notice_receipts.OPERATIONS,
    *calendar_files.OPERATIONS,
    *push.OPERATIONS,
)
"""Everything REST can do."""


def api_routes(services: Services, *, version: str) -> list[BaseRoute]:
    """Routes of every operation and of the document that describes them."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    # `/bookings/check-availability` is not a booking's id: fixed paths are matched first.
    paths = sorted(by_path, key=lambda path: ("{" in path, path))
    documents = [
        _document_route("openapi", lambda: encoded_document(OPERATIONS, version=version)),
        _document_route("asyncapi", lambda: msgspec.json.encode(asyncapi_document(version=version))),
    ]
    return [*documents, *(_route(path, by_path[path], services) for path in paths)]


def _route(path: str, by_method: dict[str, Operation], services: Services) -> Route:
    if "GET" in by_method:
        by_method = {**by_method, "HEAD": by_method["GET"]}
    allow = ", ".join(sorted({*by_method, "OPTIONS"}))

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return json_response(None, 204, {"Allow": allow})
        return await respond(by_method[request.method], services, request)

    return Route(f"{PREFIX}{path}", endpoint, methods=[*by_method, "OPTIONS"])


def _document_route(name: str, make: Callable[[], bytes]) -> Route:
    described = b""

    async def endpoint(_request: Request) -> Response:
        nonlocal described
        described = described or make()
        return Response(described, headers={"Cache-Control": "no-cache"}, media_type="application/json")

    return Route(f"{PREFIX}/{name}.json", endpoint, methods=["GET", "HEAD"])


def encoded_document(operations: Sequence[Operation], *, version: str) -> bytes:
    """The OpenAPI document as it is served."""
    return msgspec.json.encode(document(operations, version=version))
