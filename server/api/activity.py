"""What happened to a booking, an artist or a project, in sentences, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import artists, bookings, history, projects, scenarios, tenants
from db.queries.history import Told
from db.queries.work_search import artist_is_booked
from realtime.masking import without_plan
from scheduling.events import (
    ArtistEvent,
    BookingEvent,
    BookingReassigned,
    Cause,
    EntityRef,
    EventActor,
    LoggedEvent,
    TimeOffEvent,
    entity_of,
    log,
    read,
)
from scheduling.model import Booking, Entity, EntityKind, with_changes
from scheduling.permissions import Actor
from scheduling.state import Key
from scheduling.telling import Names, Scene, changes_of, tell
from server.api.operations import Call, Meta, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from server.api.problems import invalid, not_found

ZoneName = Annotated[
    str,
    Limits(
        min_length=1,
        max_length=64,
        description="The reader's time zone, as in Europe/Berlin; else the studio's.",
    ),
]


UNNAMED = "another booking"


class ActivityQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of what happened, newest first."""

    cursor: Cursor | None = None
    limit: Limit = 50
    zone: ZoneName | None = None


class FieldChange(Struct, frozen=True, kw_only=True):
    """One field, before the event and after it."""

    field: str
    before: Any
    after: Any


class ActivityEntry(Struct, frozen=True, kw_only=True):
    """One event: who did it, in a sentence, what else it followed from, and which fields it changed."""

    seq: int
    at: datetime
    actor: EventActor
    type: str
    entity: EntityRef
    sentence: str
    cause: Cause | None
    command_id: UUID
    changes: list[FieldChange]


class _BeforeSeq(Struct, frozen=True, kw_only=True):
    seq: int


async def of_booking(call: Call[ActivityQuery, Nothing]) -> Outcome:
    return await _activity(call, "booking")


async def of_artist(call: Call[ActivityQuery, Nothing]) -> Outcome:
    return await _activity(call, "artist")


async def of_project(call: Call[ActivityQuery, Nothing]) -> Outcome:
    return await _activity(call, "project")


async def _activity(call: Call[ActivityQuery, Nothing], kind: EntityKind) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    after = decode_cursor(query.cursor, _BeforeSeq)
    if isinstance(after, Problem):
        return after
    async with transaction(
        call.services.pool, tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        zone = await zone_of(connection, tenant_id, query.zone)
        if isinstance(zone, Problem):
            return zone
        if not await _may_ask(connection, call.actor, (kind, call.id)):
            return not_found(kind, call.id)
        tenant = await tenants.get(connection, tenant_id)
        rows = await history.activity(
            connection,
            tenant_id,
            of=(kind, call.id),
            before_seq=after.seq if after else None,
            from_seq=tenant.history_from if tenant else 1,
            limit=query.limit + 1,
        )
        pairs = [_decoded(row) for row in rows]
        page = pairs[: query.limit]
        seen = [pair for pair in (_seen(call.actor, *pair) for pair in page) if pair is not None]
        names = await names_for(connection, call.actor, seen)
    following = encode_cursor(_BeforeSeq(seq=page[-1][0].seq)) if len(pairs) > query.limit else None
    entries = [_entry(logged, before, names, zone) for logged, before in seen]
    return Reply(data=entries, meta=Meta(next=following))


async def _may_ask(connection: Connection, actor: Actor, of: Key) -> bool:
    """Staff about everything there is; an artist about themselves and what they are or were booked for."""
    kind, entity_id = of
    match kind:
        case "artist":
            known = bool(await artists.by_ids(connection, actor.tenant_id, [entity_id]))
            return known and (actor.staff or entity_id == actor.artist_id)
        case "project":
            if actor.staff:
                return bool(await projects.by_ids(connection, actor.tenant_id, [entity_id]))
            return await artist_is_booked(connection, actor.tenant_id, entity_id, actor.artist_id)
        case _:
            found = await bookings.by_ids(connection, actor.tenant_id, [entity_id])
            return bool(found) and (actor.staff or found[0].artist_id == actor.artist_id)


def _decoded(row: Told) -> tuple[LoggedEvent, Entity | None]:
    before = None
    if row.before is not None:
        earlier = msgspec.json.decode(row.before, type=LoggedEvent)
        if not earlier.type.endswith(".deleted"):
            before = entity_of(read(earlier))
    return msgspec.json.decode(row.body, type=LoggedEvent), before


def _seen(
    actor: Actor, logged: LoggedEvent, before: Entity | None
) -> tuple[LoggedEvent, Entity | None] | None:
    """What of it the reader may know: an artist what is theirs, from when on it was until it left them."""
    if actor.staff:
        return logged, before
    event, me = read(logged), actor.artist_id
    match event:
        case BookingEvent():
            mine = before if isinstance(before, Booking) and before.artist_id == me else None
            if event.booking.artist_id != me:
                return (_leaving(logged, event, mine), mine) if mine is not None else None
            return without_plan(logged, event), mine
        case TimeOffEvent():
            return (logged, before) if event.time_off.artist_id == me else None
        case ArtistEvent():
            return (logged, before) if event.artist.id == me else None
        case _:
            return None


def _leaving(logged: LoggedEvent, event: BookingEvent, mine: Booking) -> LoggedEvent:
    """The event by which it left, as its artist may know it: who has it now, not what it became."""
    gone = with_changes(mine, artist_id=event.booking.artist_id, version=event.booking.version)
    told = BookingReassigned(booking=gone, changed=("artist_id",))
    return log(told, seq=logged.seq, at=logged.at, actor=logged.actor, command_id=logged.command_id)


def _entry(logged: LoggedEvent, before: Entity | None, names: Names, zone: ZoneInfo) -> ActivityEntry:
    event = read(logged)
    changes = changes_of(before, entity_of(event))
    return ActivityEntry(
        seq=logged.seq,
        at=logged.at,
        actor=logged.actor,
        type=logged.type,
        entity=logged.entity,
        sentence=sentence_of(logged, before, names, zone),
        cause=event.cause,
        command_id=logged.command_id,
        changes=[FieldChange(field=c.field, before=c.before, after=c.after) for c in changes],
    )


def sentence_of(logged: LoggedEvent, before: Entity | None, names: Names, zone: ZoneInfo) -> str:
    """The event in a sentence."""
    return tell(Scene(logged=logged, event=read(logged), before=before, names=names, zone=zone))


async def zone_of(connection: Connection, tenant_id: UUID, name: str | None) -> ZoneInfo | Problem:
    """The zone to tell times in: the reader's, else the studio's."""
    if name is None:
        tenant = await tenants.get(connection, tenant_id)
        return ZoneInfo(tenant.zone if tenant else "UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return invalid(f"zone is a time zone like Europe/Berlin; got {name[:64]}.", "zone")


async def names_for(
    connection: Connection, actor: Actor, events: Iterable[tuple[LoggedEvent, Entity | None]]
) -> Names:
    """What is spoken of is called so, as far as the reader may know: an artist knows their own bookings."""
    wanted = _mentioned([(read(logged), before) for logged, before in events])
    tenant_id = actor.tenant_id
    people = await artists.by_ids(connection, tenant_id, wanted["artist"])
    booked = await bookings.by_ids(connection, tenant_id, wanted["booking"])
    if not actor.staff:
        booked = [b for b in booked if b.artist_id == actor.artist_id]
    allowed = wanted["project"] if actor.staff else {b.project_id for b in booked if b.live and b.project_id}
    jobs = await projects.by_ids(connection, tenant_id, allowed & wanted["project"])
    alive, gone = await projects.phases_by_ids(connection, tenant_id, wanted["phase"] if actor.staff else ())
    plans = await scenarios.by_ids(connection, tenant_id, wanted["scenario"] if actor.staff else ())
    called = {p.id: p.name for p in jobs}
    return Names(
        artists={a.id: a.name for a in people},
        projects=called,
        phases={p.id: p.name for p in (*alive, *gone)},
        bookings={
            b.id: b.title
            or (
                f"a booking for {called[b.project_id]}"
                if b.project_id and b.project_id in called
                else UNNAMED
            )
            for b in booked
        },
        scenarios={s.id: s.name for s in plans},
    )


def _mentioned(events: Sequence[tuple[Any, Entity | None]]) -> dict[str, set[UUID]]:
    """Ids of everything that a sentence about these events may name."""
    kinds = ("artist", "project", "phase", "booking", "scenario")
    found: dict[str, set[UUID]] = {kind: set() for kind in kinds}
    for event, before in events:
        for entity in (entity_of(event), before):
            for kind, fields in _MENTIONS.items():
                found[kind].update(i for f in fields if isinstance(i := getattr(entity, f, None), UUID))
            found["booking"].update(t.booking_id for t in getattr(entity, "targets", ()))
        if event.kind == "booking":
            found["booking"].add(event.booking.id)
        if event.cause is not None and event.cause.booking_id is not None:
            found["booking"].add(event.cause.booking_id)
        if event.cause is not None and event.cause.kind == "scenario" and event.cause.entity_id is not None:
            found["scenario"].add(event.cause.entity_id)
    return found


_MENTIONS = {
    "artist": ("artist_id",),
    "project": ("project_id",),
    "phase": ("phase_id", "from_phase_id", "to_phase_id"),
    "booking": ("booking_id",),
}


def _operation(path: str, name: str, tag: str, noun: str, handler: Any) -> Operation:
    return Operation(
        method="GET",
        path=path,
        name=name,
        tag=tag,
        summary=f"Read what happened to {noun}, newest first",
        description="Sentences in the reader's time zone. An artist reads of themselves and their bookings.",
        handler=handler,
        query=ActivityQuery,
        result=(ActivityEntry,),
        many=True,
        noun=noun.rsplit(maxsplit=1)[-1],
    )


OPERATIONS = (
    _operation("/bookings/{id}/activity", "readBookingActivity", "bookings", "a booking", of_booking),
    _operation("/artists/{id}/activity", "readArtistActivity", "artists", "an artist", of_artist),
    _operation("/projects/{id}/activity", "readProjectActivity", "projects", "a project", of_project),
)
