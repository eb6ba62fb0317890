"""From a "no" to an HTTP response: statuses, the error body, and what to say of our own faults."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import msgspec
from msgspec import Struct
from starlette.responses import Response

from realtime.protocol import WireError
from scheduling.refusals import RETRYABLE, Code, RefusalData, Refused
from server.api.operations import Problem

logger = logging.getLogger(__name__)

STATUS: dict[Code, int] = {
    Code.INVALID: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.CONFLICT: 409,
    Code.NOT_FIRST: 409,
    Code.WRONG_STATE: 409,
    Code.DEADLINE_PASSED: 409,
    Code.STALE_VERSION: 412,
    Code.TOO_LARGE: 413,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
    Code.BUSY: 503,
}
"""The HTTP status of each code, unless a problem says another."""

BUSY_MS = 1_000


class Error(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stable code, one sentence on what was expected and what came, and whether to try again.

    `retryable`: the same request, with the same `Idempotency-Key`, may be sent again after
    `retry_after_ms`. `data` depends on the code: what blocks and what is free instead for
    `conflict` and `not_first`, the current entity for `stale_version` and `wrong_state`, the
    `path` of the bad field for `invalid`, a `correlation_id` for `internal`.
    """

    code: Code
    message: str
    retryable: bool
    retry_after_ms: int | None = None
    data: Any = None


class Fault(Struct, frozen=True, kw_only=True):
    """What to quote to the operator, who finds it in the log."""

    correlation_id: str


class Kept(Struct, frozen=True, kw_only=True):
    """From which event on the past can be looked at."""

    history_from: int


def invalid(message: str, path: str = "", *, status: int | None = None) -> Problem:
    """Bad input; `path` names the field or parameter."""
    data = RefusalData(path=path) if path else None
    return Problem(code=Code.INVALID, message=message, data=data, status=status)


def not_found(noun: str, name: object) -> Problem:
    """Also the answer for what exists but is not the asker's to know of."""
    return Problem(code=Code.NOT_FOUND, message=f"There is no {noun} {str(name)[:64]} in this studio.")


def gone(history_from: int) -> Problem:
    """A past that was compacted away: 410, and from where on it is kept."""
    return Problem(
        code=Code.NOT_FOUND,
        message=f"This studio keeps its history from event {history_from} on; what was before is not kept"
        " any more.",
        data=Kept(history_from=history_from),
        status=410,
    )


def unauthenticated(message: str) -> Problem:
    """Nobody is signed in, or not any more."""
    return Problem(
        code=Code.UNAUTHENTICATED, message=message, headers=(("WWW-Authenticate", 'Bearer realm="api"'),)
    )


def rate_limited(message: str, seconds: int) -> Problem:
    """Too often; again after `seconds`."""
    return Problem(code=Code.RATE_LIMITED, message=message, retry_after_ms=seconds * 1000)


def busy(message: str) -> Problem:
    """Not now, but soon."""
    return Problem(code=Code.BUSY, message=message, retry_after_ms=BUSY_MS)


def internal(error: BaseException, doing: str) -> Problem:
    """Our own fault: logged once with its traceback, told as an id to quote."""
    correlation_id = uuid4().hex[:12]
    logger.error("%s failed (%s)", doing, correlation_id, exc_info=error)
    return Problem(
        code=Code.INTERNAL,
        message=f"Something went wrong on the server; the log knows it as {correlation_id}.",
        data=Fault(correlation_id=correlation_id),
    )


def problem_of(no: Refused | WireError) -> Problem:
    """A refusal of the domain or of the write path as REST tells it."""
    pause = no.retry_after_ms if isinstance(no, WireError) else None
    return Problem(code=no.code, message=no.message, data=no.data, retry_after_ms=pause)


def problem_response(problem: Problem) -> Response:
    """`{error: …}` with the status of the code."""
    error = Error(
        code=problem.code,
        message=problem.message,
        retryable=problem.code in RETRYABLE,
        retry_after_ms=problem.retry_after_ms,
        data=problem.data,
    )
    headers = dict(problem.headers)
    if problem.retry_after_ms is not None:
        headers["Retry-After"] = str(-(-problem.retry_after_ms // 1000))
    return json_response({"error": error}, problem.status or STATUS[problem.code], headers)


def json_response(body: object, status: int, headers: dict[str, str] | None = None) -> Response:
    """Any body, encoded by msgspec; answers to one person are never kept by caches."""
    content = b"" if body is None else msgspec.json.encode(body)
    media_type = None if body is None else "application/json"
    return Response(content, status, {"Cache-Control": "no-store", **(headers or {})}, media_type)
