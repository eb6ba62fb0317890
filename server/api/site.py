"""The HTTP side as one ASGI application: API, health, web client, and what to say to the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from scheduling.refusals import Code
from server.api.headers import SecurityHeaders
from server.api.health import health_routes
from server.api.openapi import PREFIX
from server.api.operations import Problem
from server.api.problems import problem_response
from server.api.routes import api_routes
from server.api.services import Services
from server.api.web import web_routes


def site(
    services: Services,
    *,
    version: str,
    web_dist: Path,
    phone_dist: Path,
    bus_healthy: Callable[[], bool],
    feeds: Sequence[BaseRoute] = (),
    pages: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """Everything under one address that is not a socket.

    `feeds` are what is no request with an answer, `pages` what is rendered here.
    """
    routes: list[BaseRoute] = [
        *health_routes(services.pool, bus_healthy),
        *api_routes(services, version=version),
        *feeds,
        Route("/api/{path:path}", _nowhere),
        *pages,
        *web_routes(web_dist, phone_dist),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refuse})
    return SecurityHeaders(_with_cors(app, services.allowed_origins))


async def _nowhere(request: Request) -> Response:
    path = request.url.path[:200]
    return problem_response(
        Problem(
            code=Code.NOT_FOUND,
            message=f"There is nothing at {path}; {PREFIX}/openapi.json says what there is.",
        )
    )


async def _refuse(request: Request, error: Exception) -> Response:
    """What the router itself refuses: a method that a path does not have, above all."""
    status, headers = 500, {}
    if isinstance(error, HTTPException):
        status, headers = error.status_code, dict(error.headers or {})
    if not request.url.path.startswith("/api/"):
        return PlainTextResponse("There is no such page.\n", status, headers)
    message = f"{request.method} is not possible here; {PREFIX}/openapi.json says what is."
    return problem_response(
        Problem(code=Code.INVALID, message=message, status=status, headers=tuple(headers.items()))
    )


def _with_cors(app: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
        expose_headers=["ETag", "Location", "Retry-After"],
        max_age=600,
    )
