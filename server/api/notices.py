"""Operations on notices: one's own inbox, and how one wants to be told of what."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.notice_work import count_on
from db.pool import transaction
from db.queries import bookings, members, notice_people, notices
from realtime.notices import notice_of
from realtime.protocol.notice import Notice
from scheduling.model import Member, Role
from scheduling.notices import may_know
from scheduling.notices.kinds import Kind
from scheduling.notices.preferences import How, Preferences, kinds_for, wrong
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from server.api.problems import invalid, not_found


class NoticeQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of one's notices, the newest first."""

    unread: Annotated[bool, Limits(description="Only those that are not read.")] = False
    cursor: Cursor | None = None
    limit: Limit = 50


class Before(Struct, frozen=True, kw_only=True):
    """The last notice of the page before."""

    number: int


class NoticesMeta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Beside a page of notices: the cursor of the next, and how many are not read (at most 1,000)."""

    unread: int
    next: str | None = None


class MarkRead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notices were read: these, or all up to a `number`; all where neither is said."""

    ids: Annotated[tuple[UUID, ...], Limits(max_length=500)] | None = None
    up_to: Annotated[int, Limits(ge=0, le=2**53)] | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """How many notices are not read (at most 1,000)."""

    unread: int


class KindWishes(Struct, frozen=True, kw_only=True):
    """How one kind of notice goes at present, what nobody said included."""

    kind: Kind
    in_app: How
    email: How
    push: How


class NoticeWishes(Struct, frozen=True, kw_only=True):
    """One's wishes, and what follows from them: `effective` lists every kind that may reach the person.

    `clock` is the zone that quiet hours and digests go by. `bounced`: why no e-mail is sent to the address.
    """

    preferences: Preferences
    effective: tuple[KindWishes, ...]
    clock: str
    address: str
    bounced: str | None


async def list_notices(call: Call[NoticeQuery, Nothing]) -> Outcome:
    query, me = call.query, call.actor
    before = decode_cursor(query.cursor, Before)
    if isinstance(before, Problem):
        return before
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        rows = await notices.page(
            connection,
            call.tenant_id,
            me.id,
            unread=query.unread,
            before=before.number if before else None,
            limit=query.limit + 1,
        )
        unread = await notices.unread(connection, call.tenant_id, me.id)
        zones = await notice_people.zones(connection, call.tenant_id, [me.id])
    shown = rows[: query.limit]
    more = encode_cursor(Before(number=shown[-1].number)) if len(rows) > query.limit else None
    known = [row for row in shown if may_know(row.facts, artist_id=me.artist_id, staff=me.staff)]
    data: list[Notice] = [notice_of(row, zones[me.id], call.now) for row in known]
    return Reply(data=data, meta=NoticesMeta(unread=unread, next=more))


async def mark_read(call: Call[Nothing, MarkRead]) -> Outcome:
    me, body = call.actor, call.body
    async with transaction(call.services.pool, call.tenant_id) as connection:
        await notices.mark_read(
            connection,
            call.tenant_id,
            me.id,
            call.now,
            ids=body.ids,
            up_to=body.up_to,
        )
        unread = await notices.unread(connection, call.tenant_id, me.id)
    return Reply(data=Unread(unread=unread))


async def mark_seen(call: Call[Nothing, Nothing]) -> Outcome:
    me = call.actor
    async with transaction(call.services.pool, call.tenant_id) as connection:
        found = await bookings.by_ids(connection, call.tenant_id, [call.id])
        if not found or me.artist_id is None or found[0].artist_id != me.artist_id:
            return not_found("booking", call.id)
        if await notices.any_unseen(connection, call.tenant_id, me.id, call.id):
            changed = await count_on(connection, call.tenant_id)
            await notices.mark_seen(
                connection, call.tenant_id, me.id, call.id, call.now, by="app", changed=changed
            )
    return Reply()


# -- wishes ----------------------------------------------------------------------------------


async def get_wishes(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        return Reply(data=await _wishes(connection, call.tenant_id, call.actor.id))


async def set_wishes(call: Call[Nothing, Preferences]) -> Outcome:
    why = wrong(call.body)
    if why is not None:
        return invalid(why)
    async with transaction(call.services.pool, call.tenant_id) as connection:
        await notice_people.set_preferences(connection, call.tenant_id, call.actor.id, call.body, call.now)
        return Reply(data=await _wishes(connection, call.tenant_id, call.actor.id))


async def _wishes(connection: Any, tenant_id: UUID, member_id: UUID) -> NoticeWishes:
    member = await members.by_id(connection, tenant_id, member_id)
    if member is None:
        raise LookupError("whoever signed in has an account")
    kept = (await notice_people.preferences(connection, tenant_id, [member_id])).get(member_id)
    wishes = kept or Preferences()
    zones = await notice_people.zones(connection, tenant_id, [member_id])
    refused = await notice_people.bounces(connection, tenant_id, [member.email])
    kinds = kinds_for(artist=member.artist_id is not None, staff=_is_staff(member))
    return NoticeWishes(
        preferences=wishes,
        effective=tuple(
            KindWishes(
                kind=kind,
                in_app=wishes.how(kind, "in_app"),
                email=wishes.how(kind, "email"),
                push=wishes.how(kind, "push"),
            )
            for kind in kinds
        ),
        clock=zones[member_id],
        address=member.email,
        bounced=refused[0].reason if refused else None,
    )


def _is_staff(member: Member) -> bool:
    return member.role in {Role.OWNER, Role.MANAGER}


OPERATIONS = (
    Operation(
        method="GET",
        path="/notices",
        name="listNotices",
        tag="notices",
        summary="Read one's notices",
        description="What the signed-in person was told, the newest first. New ones come over the socket as"
        " `notice`; `meta.unread` counts what is not read.",
        handler=list_notices,
        scope=None,
        query=NoticeQuery,
        result=(Notice,),
        many=True,
        meta=NoticesMeta,
    ),
    Operation(
        method="POST",
        path="/notices/read",
        name="markNoticesRead",
        tag="notices",
        summary="Say which notices were read",
        handler=mark_read,
        scope=None,
        body=MarkRead,
        result=(Unread,),
    ),
    Operation(
        method="GET",
        path="/notice-preferences",
        name="getNoticePreferences",
        tag="notices",
        summary="Read how one is told of what",
        handler=get_wishes,
        scope=None,
        result=(NoticeWishes,),
    ),
    Operation(
        method="PUT",
        path="/notice-preferences",
        name="setNoticePreferences",
        tag="notices",
        summary="Say how one wants to be told of what",
        description="Replaces all wishes. What is not said goes as it does for everybody.",
        handler=set_wishes,
        scope=None,
        body=Preferences,
        result=(NoticeWishes,),
    ),
    Operation(
        method="POST",
        path="/bookings/{id}/seen",
        name="markBookingSeen",
        tag="notices",
        summary="Say that one's booking was on the screen",
        description="For artists and their own bookings. Staff sees it as `seen_at`.",
        handler=mark_seen,
        scope=None,
        noun="booking",
    ),
)
