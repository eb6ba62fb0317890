"""The tenant's log over REST, page by page, as far as the reader may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import event_log, projects, snapshots, tenants
from realtime.masking import Sight, mask, project_view
from scheduling.events import EntityRef, EventActor, LoggedEvent
from scheduling.permissions import Actor
from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import Limit
from server.api.problems import gone, unauthenticated

_logged = msgspec.json.Decoder(LoggedEvent)


class EventsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to read on."""

    since: Annotated[int, Limits(ge=0, le=2**53, description="Events after this number.")] = 0
    epoch: (
        Annotated[UUID, Limits(description="The history `since` counts in; a new one answers 410.")] | None
    ) = None
    limit: Limit = 100


class SeenEvent(Struct, frozen=True, kw_only=True):
    """An event of the log; `data` carries the whole new entity under its kind.

    Where it is not the reader's to know, the actor is `hidden` and `command_id` is left out.
    """

    seq: int
    at: datetime
    type: str
    actor: EventActor
    entity: EntityRef
    data: dict[str, Any]
    command_id: UUID | None = None


class EventsMeta(Struct, frozen=True, kw_only=True):
    """The page covers every number up to `to_seq`; the log reaches to `seq`. Read on with `since=to_seq`."""

    epoch: UUID
    to_seq: int
    seq: int


async def list_events(call: Call[EventsQuery, Nothing]) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    async with transaction(
        call.services.pool, tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        head = await tenants.head(connection, tenant_id)
        if head is None:
            return unauthenticated("This studio does not exist any more.")
        if not head.keeps(query.since):
            return gone(head.history_from)
        if (query.epoch is not None and query.epoch != head.epoch) or query.since > head.seq:
            return Problem(
                code=Code.NOT_FOUND,
                message=f"There is no position {query.since} in this history: it is {head.epoch} and reaches"
                f" to {head.seq}. Start over from a snapshot or from 0.",
                status=410,
            )
        bodies = await event_log.since(connection, tenant_id, query.since, limit=query.limit)
        sight = None if call.actor.staff else await _sight(connection, call.actor)
    seen = bodies if sight is None else _masked(sight, bodies)
    return Reply(
        data=[msgspec.Raw(body) for body in seen],
        meta=EventsMeta(epoch=head.epoch, to_seq=query.since + len(bodies), seq=head.seq),
    )


def _masked(sight: Sight, bodies: list[bytes]) -> list[bytes]:
    seen: list[bytes] = []
    for body in bodies:
        sight, parts = mask(sight, _logged.decode(body), body)
        seen.extend(parts)
    return seen


async def _sight(connection: Connection, actor: Actor) -> Sight:
    """What a freelancer's view depends on, as it is now: what is theirs today, its past is too."""
    if actor.artist_id is None:
        return Sight(artist_id=None)
    own = await snapshots.own_projects(connection, actor.tenant_id, actor.artist_id)
    studio = await projects.everything(connection, actor.tenant_id)
    return Sight(
        artist_id=actor.artist_id, own=Map(own), projects=Map({p.id: project_view(p) for p in studio})
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/events",
        name="listEvents",
        scope=Scope.EVENTS_READ,
        tag="events",
        summary="Read the studio's log",
        description=(EventsMeta.__doc__ or "")
        + " Numbers without an event are not the reader's to see; a freelancer sees others' bookings as"
        " `booking.masked`.",
        handler=list_events,
        query=EventsQuery,
        result=(SeenEvent,),
        many=True,
        meta=EventsMeta,
        gone=True,
    ),
)
