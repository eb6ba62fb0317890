"""Operations on series: bookings placed by a pattern, changed and given up together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from db.pool import transaction
from db.queries import bookings as rows
from realtime.protocol import OkAnswer
from scheduling.commands import COMMANDS
from scheduling.model import Booking
from scheduling.refusals import Code
from server.api.bookings import with_ranks
from server.api.commanding import body_of, given, meta_of, run
from server.api.operations import STAFF, Call, Operation, Outcome, Problem, Reply

ERRORS = (Code.NOT_FOUND, Code.CONFLICT, Code.NOT_FIRST, Code.WRONG_STATE)


async def place_series(call: Call[Any, Any]) -> Outcome:
    answer = await run(call, "series.place", given(call.body))
    if isinstance(answer, Problem):
        return answer
    first = msgspec.json.decode(answer.result, type=_Placed).booking
    return await _bookings(call, answer, first.series_id)


class _Member(msgspec.Struct):
    series_id: UUID


class _Placed(msgspec.Struct):
    booking: _Member


async def edit_series(call: Call[Any, Any]) -> Outcome:
    return await _change(call, "series.edit")


async def release_series(call: Call[Any, Any]) -> Outcome:
    return await _change(call, "series.release")


async def _change(call: Call[Any, Any], op: str) -> Outcome:
    answer = await run(call, op, {**given(call.body), "series_id": call.id})
    return answer if isinstance(answer, Problem) else await _bookings(call, answer, call.id)


async def _bookings(call: Call[Any, Any], answer: OkAnswer, series_id: UUID) -> Reply:
    """All bookings of the series as they are now, ended ones as well, in order of time."""
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await rows.of_series(connection, call.tenant_id, [series_id])
        ranked = await with_ranks(connection, call.tenant_id, sorted(found, key=lambda b: (b.start, b.id)))
    return Reply(data=ranked, meta=meta_of(call, answer))


def _operation(op: str, handler: Any, *, method: Any, path: str, name: str, summary: str) -> Operation:
    without = ("series_id",) if "{" in path else ()
    return Operation(
        method=method,
        path=path,
        name=name,
        tag="bookings",
        summary=summary,
        description=(COMMANDS[op].__doc__ or "").strip(),
        handler=handler,
        roles=STAFF,
        body=body_of(op, *without),
        result=(Booking,),
        many=True,
        status=200 if without else 201,
        writes=True,
        noun="series",
        errors=ERRORS,
    )


OPERATIONS = (
    _operation(
        "series.place",
        place_series,
        method="POST",
        path="/series",
        name="placeSeries",
        summary="Place a pattern of bookings",
    ),
    _operation(
        "series.edit",
        edit_series,
        method="PATCH",
        path="/series/{id}",
        name="editSeries",
        summary="Change a series, or its rest",
    ),
    _operation(
        "series.release",
        release_series,
        method="POST",
        path="/series/{id}/release",
        name="releaseSeries",
        summary="Give up a series, or its rest",
    ),
)
