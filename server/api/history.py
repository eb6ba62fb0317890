"""The past over REST: the whole schedule as of a moment, what changed between two, and one's own commands."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import history, mirror
from db.queries.bookings_search import BookingFilter
from db.queries.history import DiffFilter, Image, OwnCommand
from realtime.masking import (
    masked_artists,
    masked_bookings,
    masked_members,
    masked_projects,
    masked_times_off,
    sight_of,
)
from scheduling.events import LoggedEvent
from scheduling.model import EntityKind, Instant, Member
from scheduling.refusals import Code
from scheduling.scopes import Scope
from scheduling.state import PLURALS, Key
from server.api.activity import ZoneName, names_for, sentence_of, zone_of
from server.api.bookings import check_window
from server.api.differences import Difference, difference
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from server.api.past import MOST, AsOf, Moment, entity_of, moment, too_many
from server.api.problems import invalid

# -- the schedule ------------------------------------------------------------------------


class ScheduleQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When, and which window of it: bookings and time off that overlap `[start, end)`, all of the rest."""

    as_of: AsOf | None = None
    start: Annotated[Instant, Limits(description="Ends after this.")] | None = None
    end: Annotated[Instant, Limits(description="Starts before this.")] | None = None
    artist_id: Annotated[
        tuple[UUID, ...], Limits(max_length=500, description="Bookings and time off of these, repeated.")
    ] = ()


class ScheduleMeta(Struct, frozen=True, kw_only=True):
    """`seq`: as of which event, which happened `at`; the log reaches from `history_from` to `head`."""

    seq: int
    at: datetime | None
    head: int
    history_from: int


class Schedule(Struct, frozen=True, kw_only=True):
    """The schedule as a snapshot has it: records by plural kind, as far as the reader may know them."""

    members: list[dict[str, Any]]
    artists: list[dict[str, Any]]
    projects: list[dict[str, Any]]
    phases: list[dict[str, Any]]
    dependencies: list[dict[str, Any]]
    milestones: list[dict[str, Any]]
    bookings: list[dict[str, Any]]
    challenges: list[dict[str, Any]]
    times_off: list[dict[str, Any]]
    scenarios: list[dict[str, Any]]
    scenario_changes: list[dict[str, Any]]


async def read_schedule(call: Call[ScheduleQuery, Nothing]) -> Outcome:
    query = call.query
    problem = check_window(query.start, query.end)
    if problem is not None:
        return problem
    wanted = BookingFilter(artist_ids=query.artist_id, start=query.start, end=query.end)
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        then = await moment(connection, call.tenant_id, query.as_of)
        if isinstance(then, Problem):
            return then
        at = await history.moment_of(connection, call.tenant_id, then.seq)
        images = await _images(connection, call.tenant_id, then, wanted)
        if isinstance(images, Problem):
            return images
        own = await _own_bookings(connection, call, then)
    data = await asyncio.to_thread(_shown, call, images, own)
    meta = ScheduleMeta(seq=then.seq, at=at, head=then.head, history_from=then.history_from)
    return Reply(data=data, meta=meta)


async def _images(
    connection: Connection, tenant_id: UUID, then: Moment, wanted: BookingFilter
) -> dict[EntityKind, Sequence[Image]] | Problem:
    images: dict[EntityKind, Sequence[Image]] = {}
    for kind in mirror.KINDS:
        if kind == "booking":
            found = await history.bookings_page(connection, tenant_id, then.seq, wanted, limit=MOST + 1)
        elif kind == "time_off":
            found = await history.times_off(connection, tenant_id, then.seq, wanted, limit=MOST + 1)
        elif kind != "tenant":
            found = await history.all_of_kind(connection, tenant_id, kind, then.seq)
        else:
            continue
        if len(found) > MOST:
            return too_many(PLURALS[kind])
        images[kind] = found
    return images


async def _own_bookings(
    connection: Connection, call: Call[ScheduleQuery, Nothing], then: Moment
) -> Sequence[Image]:
    """All that a freelancer was booked for then, in or out of the window: it says which projects they see."""
    if call.actor.staff or call.actor.artist_id is None:
        return ()
    mine = BookingFilter(artist_ids=(call.actor.artist_id,))
    return await history.bookings_page(connection, call.tenant_id, then.seq, mine, limit=MOST)


def _shown(
    call: Call[ScheduleQuery, Nothing], images: dict[EntityKind, Sequence[Image]], own: Sequence[Image]
) -> dict[str, Any]:
    if call.actor.staff:
        shown = {PLURALS[kind]: [msgspec.Raw(i.entity) for i in found] for kind, found in images.items()}
        if call.actor.kind == "api_key":  # accounts are between people
            shown["members"] = []
        return shown
    records = {kind: [entity_of(image) for image in found] for kind, found in images.items()}
    me = call.actor.artist_id
    sight = sight_of(me, [entity_of(image) for image in own], records["project"])
    members: list[Member] = records["member"]
    seen: dict[EntityKind, Sequence[object]] = {
        "member": masked_members(members),
        "artist": masked_artists(me, records["artist"]),
        "project": masked_projects(sight),
        "booking": masked_bookings(me, records["booking"]),
        "time_off": masked_times_off(me, records["time_off"]),
    }
    return {PLURALS[kind]: seen.get(kind, ()) for kind in images}


# -- differences -------------------------------------------------------------------------

_KINDS: tuple[EntityKind, ...] = tuple(k for k in mirror.KINDS if k not in {"tenant", "member"})


class DiffQuery(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}
):
    """Which two moments, each the number of an event or a time, and whose differences."""

    since: AsOf
    until: AsOf | None = None
    kind: Annotated[tuple[str, ...], Limits(max_length=20, description="Of these kinds, repeated.")] = ()
    entity_id: Annotated[UUID, Limits(description="Of this thing.")] | None = None
    project_id: Annotated[UUID, Limits(description="Of what belonged to this project.")] | None = None
    artist_id: Annotated[UUID, Limits(description="Of what belonged to this artist.")] | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class DiffMeta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The two events between which it was looked; `next` as in every list."""

    from_seq: int
    to_seq: int
    next: str | None = None


class _AfterKey(Struct, frozen=True, kw_only=True):
    kind: EntityKind
    id: UUID


async def read_diff(call: Call[DiffQuery, Nothing]) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    unknown = sorted(set(query.kind) - set(_KINDS))
    if unknown:
        return invalid(f"kind is one of {', '.join(_KINDS)}; got {unknown[0][:40]}.", "kind")
    after = decode_cursor(query.cursor, _AfterKey)
    if isinstance(after, Problem):
        return after
    async with transaction(
        call.services.pool, tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        low = await moment(connection, tenant_id, query.since, "from")
        high = await moment(connection, tenant_id, query.until, "to")
        for one in (low, high):
            if isinstance(one, Problem):
                return one
        assert isinstance(low, Moment)  # noqa: S101 - looked at above
        assert isinstance(high, Moment)  # noqa: S101 - looked at above
        if low.seq > high.seq:
            return invalid(f"from must not lie after to; got events {low.seq} and {high.seq}.", "from")
        wanted = DiffFilter(
            kinds=tuple(k for k in _KINDS if not query.kind or k in query.kind),
            entity_id=query.entity_id,
            project_id=query.project_id,
            artist_id=query.artist_id,
        )
        key: Key | None = (after.kind, after.id) if after else None
        pairs = await history.between(
            connection, tenant_id, low.seq, high.seq, wanted, after=key, limit=query.limit + 1
        )
    page = pairs[: query.limit]
    following = None
    if len(pairs) > query.limit:
        following = encode_cursor(_AfterKey(kind=page[-1].after.kind, id=page[-1].after.id))
    found = [one for one in map(difference, page) if one is not None]
    return Reply(data=found, meta=DiffMeta(from_seq=low.seq, to_seq=high.seq, next=following))


# -- one's own commands ------------------------------------------------------------------


class MineQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of one's last commands."""

    limit: Annotated[int, Limits(ge=1, le=200, description="Most commands.")] = 50
    zone: ZoneName | None = None


class OwnChange(Struct, frozen=True, kw_only=True):
    """A command of one's own that changed something, in a sentence; `history.undo` takes its `command_id`.

    `undone`: it was taken back. `undoes`: the command that it took back; undoing such a one is redo.
    """

    command_id: UUID
    op: str
    at: datetime
    seq: int
    sentence: str
    events: int
    undone: bool
    undoes: UUID | None


async def read_mine(call: Call[MineQuery, Nothing]) -> Outcome:
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        zone = await zone_of(connection, call.tenant_id, call.query.zone)
        if isinstance(zone, Problem):
            return zone
        commands = await history.commands_of(
            connection, call.tenant_id, call.actor.id, limit=call.query.limit
        )
        first = [msgspec.json.decode(c.bodies[0], type=LoggedEvent) for c in commands if c.bodies]
        names = await names_for(connection, call.actor, [(event, None) for event in first])
    told = {event.command_id: sentence_of(event, None, names, zone) for event in first}
    undone = _undone(commands)
    return Reply(
        data=[
            OwnChange(
                command_id=c.command_id,
                op=c.op,
                at=c.at,
                seq=c.seq,
                sentence=told[c.command_id] + (f" and {c.events - 1} more" if c.op == "bulk.apply" else ""),
                events=c.events,
                undone=c.command_id in undone,
                undoes=c.undoes,
            )
            for c in commands
            if c.command_id in told
        ]
    )


def _undone(newest_first: Sequence[OwnCommand]) -> set[UUID]:
    """Commands that are taken back as things stand: an undo that was undone itself does not count."""
    undone: set[UUID] = set()
    for command in newest_first:
        if command.undoes is not None and command.command_id not in undone:
            undone.add(command.undoes)
    return undone


OPERATIONS = (
    Operation(
        method="GET",
        path="/schedule",
        name="readSchedule",
        tag="history",
        summary="Read the whole schedule, now or as it was",
        description=(ScheduleMeta.__doc__ or "") + " A freelancer sees what they would have seen then.",
        handler=read_schedule,
        query=ScheduleQuery,
        result=(Schedule,),
        meta=ScheduleMeta,
        gone=True,
        errors=(Code.TOO_LARGE,),
    ),
    Operation(
        method="GET",
        path="/history/diff",
        name="readDiff",
        tag="history",
        summary="Compare two moments of the schedule",
        description="Of everything that differs: what it was and what it became. Without `to`, the present.",
        handler=read_diff,
        roles=STAFF,
        scope=Scope.EVENTS_READ,
        query=DiffQuery,
        result=(Difference,),
        many=True,
        meta=DiffMeta,
        gone=True,
    ),
    Operation(
        method="GET",
        path="/history/mine",
        name="readMine",
        tag="history",
        summary="List one's own last commands, newest first",
        description="What to offer for undo and redo after a reload.",
        handler=read_mine,
        scope=None,
        query=MineQuery,
        result=(OwnChange,),
        many=True,
    ),
)
