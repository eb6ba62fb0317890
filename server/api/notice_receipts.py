"""Operations on receipts: for staff, what became of what artists were told, and who cannot be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from db.pool import transaction
from db.queries import bookings, members, notice_deliveries, notice_people, notices
from db.queries.notice_deliveries import Receipt, State
from db.queries.notices import NoticeRow, SeenBy
from scheduling.notices import words
from scheduling.notices.kinds import Kind
from scheduling.notices.preferences import Channel
from scheduling.scopes import Scope
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Reply
from server.api.problems import not_found

MOST_OF_A_BOOKING = 50


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
