"""Whether the process is alive and of use: for load balancers, `make run` and operators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from db.errors import DatabaseError
from db.faults import fault_of
from db.pool import Pool, acquire
from server.api.problems import json_response

PATIENCE = 2.0
"""Seconds the database has to answer."""


class Health(Struct, frozen=True, kw_only=True):
    """`bus`: whether other instances are heard; without them this one still serves its own clients."""

    ok: bool
    database: bool
    bus: bool


def health_routes(pool: Pool, bus_healthy: Callable[[], bool]) -> list[BaseRoute]:
    """`/healthz` and `/readyz`: both 200 once the database answers, else 503."""

    async def health(_request: Request) -> Response:
        database = await _answers(pool)
        return json_response(
            Health(ok=database, database=database, bus=bus_healthy()), 200 if database else 503
        )

    return [Route(path, health, methods=["GET", "HEAD"]) for path in ("/healthz", "/readyz")]


async def _answers(pool: Pool) -> bool:
    try:
        async with asyncio.timeout(PATIENCE), acquire(pool) as connection:
            return bool(await connection.fetchval("SELECT true"))
    except (DatabaseError, TimeoutError):
        return False
    except Exception as error:
        if fault_of(error) is None:
            raise
        return False
