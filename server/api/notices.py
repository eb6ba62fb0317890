"""Operations on notices: one's own inbox and wishes; for staff what became of what artists were told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.notice_work import count_on
from db.pool import transaction
from db.queries import bookings, members, notice_deliveries, notice_people, notices
from db.queries.notice_deliveries import Receipt, State
from db.queries.notices import NoticeRow, SeenBy
from realtime.notices import notice_of
from realtime.protocol.notice import Notice
from scheduling.model import Member, Role
from scheduling.notices import may_know, words
from scheduling.notices.kinds import Kind
from scheduling.notices.preferences import Channel, How, Preferences, kinds_for, wrong
from scheduling.scopes import Scope
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import Cursor, Limit, decode_cursor, encode_cursor
from server.api.problems import invalid, not_found

MOST_OF_A_BOOKING = 50


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


class ChannelReceipt(Struct, frozen=True, kw_only=True):
    """What became of a notice one way. `at`: when it was sent, or is to be."""

    channel: Channel
    state: State
    at: datetime
    attempts: int
    error: str


class NoticeReceipt(Struct, frozen=True, kw_only=True):
    """One thing an artist was told of a booking, and what became of it."""

    id: UUID
    kind: Kind
    member_id: UUID
    title: str
    at: datetime
    read_at: datetime | None
    seen_at: datetime | None
    seen_by: SeenBy | None
    channels: tuple[ChannelReceipt, ...]


class BookingReceipts(Struct, frozen=True, kw_only=True):
    """How a booking reached its artist.

    `reachable` is false where no account is linked to the artist. `delivered_at`: when the newest notice went
    out; `seen_at`: when the artist had the booking before them since; `answered`: what they said last.
    `bounced` says why no e-mail reaches them.
    """

    booking_id: UUID
    reachable: bool
    bounced: str | None
    delivered_at: datetime | None
    seen_at: datetime | None
    answered: Literal["accepted", "declined", "withdrawn", "countered"] | None
    answered_at: datetime | None
    answered_by: str | None
    notices: tuple[NoticeReceipt, ...]


class BouncedAddress(Struct, frozen=True, kw_only=True):
    """An account whose e-mail address was refused for good."""

    member_id: UUID
    name: str
    address: str
    at: datetime
    reason: str


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


# -- what became of it -----------------------------------------------------------------------


async def booking_receipts(call: Call[Nothing, Nothing]) -> Outcome:
    tenant_id = call.tenant_id
    async with transaction(call.services.pool, tenant_id, readonly=True) as connection:
        found = await bookings.by_ids(connection, tenant_id, [call.id])
        if not found:
            return not_found("booking", call.id)
        everyone = await members.everyone(connection, tenant_id)
        people = [m for m in everyone if m.artist_id == found[0].artist_id and m.active]
        ids = [m.id for m in people]
        told = await notices.of_subject(connection, tenant_id, call.id, ids, limit=MOST_OF_A_BOOKING)
        became = await notice_deliveries.receipts(connection, tenant_id, [n.id for n in told])
        refused = await notice_people.bounces(connection, tenant_id, [m.email for m in people])
        answer = await notices.answer_of(connection, tenant_id, call.id)
        zones = await notice_people.zones(connection, tenant_id, [call.actor.id])
    zone = zones.get(call.actor.id, found[0].zone)
    sent = [r.sent_at for r in became if told and r.notice_id == told[0].id and r.sent_at is not None]
    return Reply(
        data=BookingReceipts(
            booking_id=call.id,
            reachable=bool(people),
            bounced=refused[0].reason if refused else None,
            delivered_at=min(sent, default=None),
            seen_at=told[0].seen_at if told else None,
            answered=answer.type if answer else None,
            answered_at=answer.at if answer else None,
            answered_by=answer.by if answer else None,
            notices=tuple(_receipt(notice, became, zone, call.now) for notice in told),
        )
    )


def _receipt(notice: NoticeRow, became: list[Receipt], zone: str, now: datetime) -> NoticeReceipt:
    return NoticeReceipt(
        id=notice.id,
        kind=notice.kind,
        member_id=notice.member_id,
        title=words(notice.facts, zone, now).title,
        at=notice.at,
        read_at=notice.read_at,
        seen_at=notice.seen_at,
        seen_by=notice.seen_by,
        channels=tuple(
            ChannelReceipt(
                channel=one.channel,
                state=one.state,
                at=one.sent_at or one.due_at,
                attempts=one.attempts,
                error=one.error,
            )
            for one in became
            if one.notice_id == notice.id
        ),
    )


async def list_bounces(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        refused = {b.address: b for b in await notice_people.all_bounces(connection, call.tenant_id)}
        accounts = await members.everyone(connection, call.tenant_id)
    data = [
        BouncedAddress(
            member_id=m.id,
            name=m.name,
            address=m.email,
            at=refused[m.email.lower()].at,
            reason=refused[m.email.lower()].reason,
        )
        for m in accounts
        if m.active and m.email.lower() in refused
    ]
    return Reply(data=data)


async def forget_bounce(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id) as connection:
        member = await members.by_id(connection, call.tenant_id, call.id)
        done = member is not None and await notice_people.forget_bounce(
            connection, call.tenant_id, member.email
        )
    return Reply() if done else not_found("member whose address was refused", call.id)


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
    Operation(
        method="GET",
        path="/bookings/{id}/notices",
        name="getBookingReceipts",
        tag="notices",
        summary="Read whether the artist was reached",
        description="What the artist was told of a booking, whether it was delivered, seen and answered.",
        handler=booking_receipts,
        roles=STAFF,
        scope=Scope.SCHEDULE_READ,
        result=(BookingReceipts,),
        noun="booking",
    ),
    Operation(
        method="GET",
        path="/mail-bounces",
        name="listBouncedAddresses",
        tag="notices",
        summary="List addresses that no e-mail reaches",
        handler=list_bounces,
        roles=STAFF,
        scope=None,
        result=(BouncedAddress,),
        many=True,
    ),
    Operation(
        method="DELETE",
        path="/mail-bounces/{id}",
        name="tryAddressAgain",
        tag="notices",
        summary="Send to a refused address again",
        description="The id is that of the member whose address it is.",
        handler=forget_bounce,
        roles=STAFF,
        scope=None,
        noun="member whose address was refused",
    ),
)
