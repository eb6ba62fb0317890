"""The way by push: one for each thing a message speaks of, to every browser of the person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from db.pool import Connection
from db.queries import push_subscriptions
from db.queries.notices import NoticeRow
from scheduling.model import Member, Role
from scheduling.notices import words
from scheduling.notices.kinds import Kind
from server.notices.channel import Gone, HandOver, Outcome, Outgoing, Retry, Sent
from server.push.sender import PushMessage, PushSender

MOST_PUSHES = 4
"""Of one message: more than that is one push that counts them."""
_ASKS: frozenset[Kind] = frozenset({"hold_asked", "deadline_near"})
_LIFETIME = timedelta(days=1)


class PushChannel:
    """Web push through one sender."""

    name: Literal["push"] = "push"

    def __init__(self, sender: PushSender, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._sender = sender
        self._now = now

    async def reaches(
        self, connection: Connection, tenant_id: UUID, members: Sequence[Member]
    ) -> frozenset[UUID]:
        """Everybody who has a browser that takes pushes."""
        key = self._sender.application_key
        found = set()
        for member in members:
            if await push_subscriptions.reachable(connection, tenant_id, member.id, key):
                found.add(member.id)
        return frozenset(found)

    async def send(self, message: Outgoing, hand_over: HandOver) -> Outcome:
        """A push that takes the place of an earlier one about the same thing: a double is seen once."""
        if not await hand_over():
            return Retry(reason="Another worker has taken it over.")
        pushes = pushes_of(message, self._now())
        taken, error, after, retry = 0, "", None, False
        for push in pushes:
            urgency: Literal["high", "normal"] = "high" if push.ask else "normal"
            sent = await self._sender.send(
                message.tenant.id, message.member.id, push, lifetime=_LIFETIME, urgency=urgency
            )
            taken, error = taken + sent.taken, sent.error or error
            retry, after = retry or sent.retry, sent.retry_after or after
        if taken:
            return Sent(provider_id=f"{taken} browsers" if taken > 1 else "1 browser")
        if retry:
            return Retry(reason=error, after=timedelta(seconds=after) if after is not None else None)
        return Gone(reason=error or "No browser takes pushes any more.")

    async def close(self) -> None:
        """The sender's connections are closed by whoever made it."""


def pushes_of(message: Outgoing, now: datetime) -> list[PushMessage]:
    """What is shown: each thing by itself, or how many there are."""
    if len(message.notices) > MOST_PUSHES:
        staff = message.member.role in {Role.OWNER, Role.MANAGER}
        one = PushMessage(
            title=message.tenant.name,
            body=f"{len(message.notices)} changes to your schedule.",
            tag=f"message-{message.id}",
            path="/" if staff else "/phone/",
        )
        return [one]
    return [_push(notice, message, now) for notice in message.notices]


def _push(notice: NoticeRow, message: Outgoing, now: datetime) -> PushMessage:
    said, facts = words(notice.facts, message.zone, now), notice.facts
    about_booking = facts.time_off is None
    if facts.for_artist:
        path = f"/phone/bookings/{notice.subject_id}" if about_booking else "/phone/"
    else:
        path = f"/?booking={notice.subject_id}" if about_booking else "/"
    return PushMessage(
        title=said.title,
        body=said.text,
        tag=f"{notice.subject_kind}-{notice.subject_id}",
        path=path,
        booking_id=notice.subject_id if about_booking else None,
        ask=facts.for_artist and notice.kind in _ASKS,
        notice_id=notice.id,
    )
