"""Operations on time off: asked for, approved or refused, taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta as Limits

from db.pool import transaction
from db.queries import times_off as rows
from realtime.masking import OffView, off_view
from scheduling.model import Instant, OffState, TimeOff
from scheduling.permissions import Actor
from scheduling.refusals import Code
from server.api.bookings import check_window
from server.api.commanding import WRITE_ERRORS, command
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, PageQuery, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, read_list, read_one
from server.api.problems import not_found

States = Annotated[
    tuple[OffState, ...],
    Limits(description="In these states, repeated; unless given, requested and approved."),
]


class TimeOffQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which time off; a window takes what overlaps `[start, end)`."""

    state: States = ()
    artist_id: Annotated[UUID, Limits(description="Of this artist.")] | None = None
    start: Annotated[Instant, Limits(description="Ends after this.")] | None = None
    end: Annotated[Instant, Limits(description="Starts before this.")] | None = None
    as_of: AsOf | None = None


async def list_time_off(call: Call[TimeOffQuery, Nothing]) -> Outcome:
    query = call.query
    problem = check_window(query.start, query.end)
    if problem is not None:
        return problem
    if query.as_of is not None:
        return await read_list(
            call,
            "time_off",
            supported=("state", "artist_id", "start", "end"),
            wanted=lambda off: _fits(off, query),
            seen=seen,
            live=not query.state,
        )
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    wanted = rows.TimeOffFilter(
        states=tuple(query.state) or (OffState.REQUESTED, OffState.APPROVED),
        artist_id=query.artist_id,
        start=query.start,
        end=query.end,
        reader=None if call.actor.staff else rows.Reader(artist_id=call.actor.artist_id),
    )
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await rows.page(
            connection, call.tenant_id, wanted, after=after.id if after else None, limit=query.limit + 1
        )
        total = await rows.count(connection, call.tenant_id, wanted) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply([seen(call.actor, off) for off in found], query.limit, last, total)


def _fits(off: TimeOff, query: TimeOffQuery) -> bool:
    """The filters of a list, on time off of the past."""
    return (
        (not query.state or off.state in query.state)
        and (query.artist_id is None or off.artist_id == query.artist_id)
        and (query.start is None or off.end > query.start)
        and (query.end is None or off.start < query.end)
    )


async def get_time_off(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "time_off", "time off", seen)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
    shown = seen(call.actor, found[0]) if found else None
    if shown is None or (isinstance(shown, OffView) and shown.state is not OffState.APPROVED):
        return not_found("time off", call.id)
    return Reply(data=shown, version=shown.version)


def seen(actor: Actor, off: TimeOff) -> TimeOff | OffView | None:
    """The time off as far as the actor may know of it."""
    return off if actor.staff or off.artist_id == actor.artist_id else off_view(off)


_MASKED = "Of others' time off a freelancer sees what is approved, and only when it is."

OPERATIONS = (
    Operation(
        method="GET",
        path="/time-off",
        name="listTimeOff",
        tag="time off",
        summary="List time off, by id",
        description=_MASKED,
        handler=list_time_off,
        gone=True,
        query=TimeOffQuery,
        result=(TimeOff, OffView),
        many=True,
    ),
    Operation(
        method="GET",
        path="/time-off/{id}",
        name="getTimeOff",
        tag="time off",
        summary="Read time off",
        description=_MASKED,
        handler=get_time_off,
        query=PastQuery,
        gone=True,
        result=(TimeOff, OffView),
        versioned=True,
        noun="time off",
    ),
    command(
        "POST",
        "/time-off",
        "time_off.request",
        name="requestTimeOff",
        tag="time off",
        summary="Ask for time off",
        result=TimeOff,
        roles=EVERYONE,
        errors=(Code.NOT_FOUND,),
    ),
    command(
        "POST",
        "/time-off/{id}/answer",
        "time_off.answer",
        name="answerTimeOff",
        tag="time off",
        summary="Approve or refuse a request",
        result=TimeOff,
        id_field="time_off_id",
        noun="time off",
        errors=WRITE_ERRORS,
    ),
    command(
        "POST",
        "/time-off/{id}/cancel",
        "time_off.cancel",
        name="cancelTimeOff",
        tag="time off",
        summary="Take time off back",
        result=TimeOff,
        roles=EVERYONE,
        id_field="time_off_id",
        noun="time off",
    ),
)
