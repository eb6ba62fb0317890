"""Reading the past over REST: what `as_of` means, and records of a kind as they were then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import history, tenants
from db.queries.bookings_search import After, BookingFilter
from db.queries.history import Image
from scheduling.model import KIND_OF, Booking, EntityKind
from scheduling.permissions import Actor
from scheduling.refusals import Code
from server.api.operations import Call, Meta, Outcome, Problem, Reply
from server.api.paging import PageQuery, decode_cursor, encode_cursor
from server.api.problems import gone, invalid, not_found

AsOf = Annotated[
    str,
    Limits(
        min_length=1,
        max_length=40,
        description="As it was then: the number of an event, or a time in RFC 3339.",
    ),
]

TYPE_OF: dict[EntityKind, type[Struct]] = {kind: record for record, kind in KIND_OF.items()}


class PastQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Now, or as of a moment that is past."""

    as_of: AsOf | None = None


class Moment(Struct, frozen=True, kw_only=True):
    """A place in a studio's log."""

    seq: int
    head: int
    history_from: int


async def moment(
    connection: Connection, tenant_id: UUID, as_of: str | None, name: str = "as_of"
) -> Moment | Problem:
    """The place in the log that `as_of` names; without it, the present."""
    head = await tenants.head(connection, tenant_id)
    if head is None:
        return not_found("studio", tenant_id)
    seq = head.seq if as_of is None else await _seq(connection, tenant_id, as_of, head.seq, name)
    if isinstance(seq, Problem):
        return seq
    return (
        Moment(seq=seq, head=head.seq, history_from=head.history_from)
        if head.keeps(seq)
        else gone(head.history_from)
    )


async def _seq(connection: Connection, tenant_id: UUID, text: str, head: int, name: str) -> int | Problem:
    if text.isascii() and text.isdigit() and len(text) < 17:
        seq = int(text)
        if seq > head:
            return invalid(f"{name} is ahead of the log, which reaches to event {head}; got {seq}.", name)
        return seq
    try:
        # A plus sign that was not escaped arrives as a space.
        at = msgspec.convert(text.replace(" ", "+"), datetime, strict=False)
    except (msgspec.ValidationError, OverflowError):
        at = None
    if at is None or at.tzinfo is None:
        shown = text[:40]
        return invalid(
            f"{name} is the number of an event or a time like 2026-03-02T09:00:00Z; got {shown}.", name
        )
    return await history.seq_at(connection, tenant_id, at)


def unsupported(query: Struct, supported: Iterable[str]) -> Problem | None:
    """A filter that the past cannot be asked for, if the query has one."""
    known = {"as_of", "cursor", "limit", "total", *supported}
    for field in msgspec.structs.fields(query):
        if field.name not in known and getattr(query, field.name) != field.default:
            return invalid(
                f"{field.name} cannot be asked of the past; leave it out beside as_of.", field.name
            )
    return None


def entity_of(image: Image) -> Any:
    """The record an image shows."""
    return msgspec.json.decode(image.entity, type=TYPE_OF[image.kind])


async def read_one(
    call: Call[Any, Any], kind: EntityKind, noun: str, seen: Callable[[Actor, Any], object | None]
) -> Outcome:
    """One record as of then, as far as the reader may know it."""
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        then = await moment(connection, call.tenant_id, call.query.as_of)
        if isinstance(then, Problem):
            return then
        found = await history.images(connection, call.tenant_id, [(kind, call.id)], then.seq)
    image = found.get((kind, call.id))
    if image is None or image.type.endswith(".deleted"):
        return not_found(noun, call.id)
    entity = entity_of(image)
    shown = seen(call.actor, entity)
    if shown is None:
        return not_found(noun, call.id)
    return Reply(data=shown, meta=Meta(seq=then.seq), version=entity.version)


async def own_projects(connection: Connection, actor: Actor, seq: int) -> set[UUID]:
    """The projects that live bookings of a freelancer belonged to then."""
    if actor.artist_id is None:
        return set()
    wanted = BookingFilter(artist_ids=(actor.artist_id,))
    images = await history.bookings_page(connection, actor.tenant_id, seq, wanted, limit=MOST)
    return {b.project_id for b in map(entity_of, images) if b.project_id is not None}


MOST = 20_000
"""Bookings that one answer about the past may hold."""


class _Place(Struct, frozen=True, kw_only=True):
    """The last record of the page before: its name in lower case, where lists are by name, and its id."""

    name: str = ""
    id: UUID


async def read_list(
    call: Call[Any, Any],
    kind: EntityKind,
    *,
    supported: Sequence[str],
    wanted: Callable[[Any], bool],
    seen: Callable[[Actor, Any], object | None],
    by_name: bool = False,
    live: bool = True,
    only: Callable[[Connection, int], Any] | None = None,
) -> Outcome:
    """A page of a kind as of then. `only` gives the ids that the reader may know of at all.

    Kinds of which a studio has thousands at most are read whole and sifted here.
    """
    query: PageQuery = call.query
    problem = unsupported(query, supported)
    if problem is not None:
        return problem
    after = decode_cursor(query.cursor, _Place)
    if isinstance(after, Problem):
        return after
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        then = await moment(connection, call.tenant_id, call.query.as_of)
        if isinstance(then, Problem):
            return then
        known = await only(connection, then.seq) if only is not None else None
        images = await history.all_of_kind(connection, call.tenant_id, kind, then.seq, live=live)

    def sift() -> list[tuple[_Place, object]]:
        entities = (entity_of(image) for image in images if known is None or image.id in known)
        placed = ((_Place(name=e.name.lower() if by_name else "", id=e.id), e) for e in entities if wanted(e))
        shown = ((place, seen(call.actor, e)) for place, e in placed)
        return sorted(((p, s) for p, s in shown if s is not None), key=lambda row: (row[0].name, row[0].id))

    rows = await asyncio.to_thread(sift)
    total = len(rows) if query.total else None
    if after is not None:
        rows = [row for row in rows if (row[0].name, row[0].id) > (after.name, after.id)]
    page = rows[: query.limit]
    following = encode_cursor(page[-1][0]) if len(rows) > query.limit else None
    return Reply(data=[shown for _, shown in page], meta=Meta(next=following, total=total, seq=then.seq))


async def read_bookings(
    call: Call[Any, Any],
    wanted: BookingFilter | None,
    seen: Callable[[Actor, Booking], object],
) -> Outcome:
    """A page of bookings as of then, in order of start and id; None finds nothing."""
    query: PageQuery = call.query
    after = decode_cursor(query.cursor, After)
    if isinstance(after, Problem):
        return after
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        then = await moment(connection, call.tenant_id, call.query.as_of)
        if isinstance(then, Problem):
            return then
        if wanted is None:
            return Reply(data=[], meta=Meta(total=0 if query.total else None, seq=then.seq))
        images = await history.bookings_page(
            connection, call.tenant_id, then.seq, wanted, after=after, limit=query.limit + 1
        )
        total = (
            await history.bookings_count(connection, call.tenant_id, then.seq, wanted)
            if query.total
            else None
        )
    found = [entity_of(image) for image in images]
    page = found[: query.limit]
    following = None
    if len(found) > query.limit:
        following = encode_cursor(After(start=page[-1].start, id=page[-1].id))
    return Reply(
        data=[seen(call.actor, booking) for booking in page],
        meta=Meta(next=following, total=total, seq=then.seq),
    )


def too_many(what: str) -> Problem:
    """More than one answer may hold."""
    return Problem(
        code=Code.TOO_LARGE,
        message=f"There are more than {MOST} {what} in this; name a window with start and end, or artists.",
    )
