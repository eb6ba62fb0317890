"""Short words for tests that ask a real write path: places as arguments, answers taken apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from db.pool import Pool
from realtime.execute import Executor, Publish
from realtime.protocol import Answer, ErrorAnswer, OkAnswer
from realtime.protocol.answers import WireError
from tests.harness.actions import NOW
from tests.harness.studio import publish_nothing

MORNING = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
"""A Monday."""


def executor_on(pool: Pool, publish: Publish = publish_nothing) -> Executor:
    """A write path whose clock stands still, three months before the morning."""
    return Executor(pool, publish=publish, clock=lambda: NOW)


def slot(artist_id: UUID, hour: int = 0, hours: int = 1, **fields: Any) -> dict[str, Any]:
    """Arguments that ask for `hours` from `hour` after the morning, as a pencil unless said otherwise."""
    start = MORNING + timedelta(hours=hour)
    span = {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}
    return {"artist_id": str(artist_id), "status": "pencil", **span, **fields}


def ok(answer: Answer) -> OkAnswer:
    """The answer, which is a yes."""
    assert isinstance(answer, OkAnswer), answer
    return answer


def no(answer: Answer, code: str) -> WireError:
    """The error of an answer, which is this no."""
    assert isinstance(answer, ErrorAnswer), answer
    assert answer.error.code == code, answer
    return answer.error


def result(answer: Answer) -> dict[str, Any]:
    """What changed, as the client sees it."""
    body: dict[str, Any] = msgspec.json.decode(ok(answer).result)
    return body


def booking(answer: Answer) -> dict[str, Any]:
    """The booking an accepted command was about."""
    found: dict[str, Any] = result(answer)["booking"]
    return found


def encoded(answer: Answer) -> bytes:
    """The bytes of an answer, to compare."""
    return msgspec.json.encode(answer)
