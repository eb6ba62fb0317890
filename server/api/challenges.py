"""Operations on challenges: opened at a booking, answered for each challenged claim, taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta as Limits

from db.pool import transaction
from db.queries import challenges as rows
from scheduling.model import Challenge, ChallengeState
from scheduling.refusals import Code
from server.api.commanding import WRITE_ERRORS, command
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, PageQuery, decode_cursor, page_reply
from server.api.problems import not_found

States = Annotated[
    tuple[ChallengeState, ...],
    Limits(description="In these states, repeated; unless given, those that something can still come of."),
]


class ChallengeQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which challenges."""

    state: States = ()
    artist_id: Annotated[UUID, Limits(description="At this artist's door.")] | None = None
    booking_id: Annotated[UUID, Limits(description="Made by this booking.")] | None = None


async def list_challenges(call: Call[ChallengeQuery, Nothing]) -> Outcome:
    query = call.query
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    wanted = rows.ChallengeFilter(
        states=tuple(query.state), artist_id=query.artist_id, booking_id=query.booking_id
    )
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await rows.page(
            connection, call.tenant_id, wanted, after=after.id if after else None, limit=query.limit + 1
        )
        total = await rows.count(connection, call.tenant_id, wanted) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def get_challenge(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found("challenge", call.id)


OPERATIONS = (
    Operation(
        method="GET",
        path="/challenges",
        name="listChallenges",
        tag="challenges",
        summary="List challenges, by id",
        handler=list_challenges,
        roles=STAFF,
        query=ChallengeQuery,
        result=(Challenge,),
        many=True,
    ),
    Operation(
        method="GET",
        path="/challenges/{id}",
        name="getChallenge",
        tag="challenges",
        summary="Read a challenge, active or closed",
        handler=get_challenge,
        roles=STAFF,
        result=(Challenge,),
        versioned=True,
        noun="challenge",
    ),
    command(
        "POST",
        "/bookings/{id}/challenge",
        "challenge.open",
        name="openChallenge",
        tag="challenges",
        summary="Demand that every higher claim confirm or release",
        result=Challenge,
        id_field="booking_id",
        noun="booking",
        place="/challenges",
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    command(
        "POST",
        "/challenges/{id}/answer",
        "challenge.answer",
        name="answerChallenge",
        tag="challenges",
        summary="Confirm a challenged claim, or release the days it shares",
        result=Challenge,
        id_field="challenge_id",
        errors=(*WRITE_ERRORS, Code.NOT_FIRST, Code.DEADLINE_PASSED),
    ),
    command(
        "POST",
        "/challenges/{id}/withdraw",
        "challenge.withdraw",
        name="withdrawChallenge",
        tag="challenges",
        summary="Take a challenge back",
        result=Challenge,
        id_field="challenge_id",
    ),
)
