"""The way by e-mail: who can be reached, the composed e-mail, and what carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Literal, Protocol
from uuid import UUID

from db.pool import Connection, Pool, transaction
from db.queries import members, notice_people
from scheduling.model import Member, Role
from server.notices.channel import HandOver, Outcome, Outgoing
from server.notices.links import signing_key
from server.notices.mail import Envelope, Sender, compose

UNREACHABLE = ".invalid"
"""The end of addresses that nobody can have (RFC 2606), as an erased person's."""


class Carrier(Protocol):
    """What takes an e-mail out of the house."""

    async def carry(self, mail: EmailMessage, sender: str, recipient: str, hand_over: HandOver) -> Outcome:
        """Hand it over, or say why not."""

    async def close(self) -> None:
        """End what it keeps open."""


class EmailChannel:
    """E-mail in a studio's name through one carrier."""

    name: Literal["email"] = "email"

    def __init__(
        self,
        pool: Pool,
        carrier: Carrier,
        sender: Sender,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._carrier = carrier
        self._sender = sender
        self._now = now

    async def reaches(
        self, connection: Connection, tenant_id: UUID, members: Sequence[Member]
    ) -> frozenset[UUID]:
        """Everybody but those whose address was refused for good."""
        refused = await notice_people.bounces(connection, tenant_id, [m.email for m in members])
        bounced = {bounce.address for bounce in refused}
        return frozenset(
            m.id for m in members if m.email.lower() not in bounced and not m.email.endswith(UNREACHABLE)
        )

    async def send(self, message: Outgoing, hand_over: HandOver) -> Outcome:
        """Compose it and have it carried."""
        async with transaction(self._pool, message.tenant.id) as connection:
            key = await signing_key(connection, message.tenant.id, self._now())
            reply_to = await _reply_to(connection, message)
        envelope = Envelope(key=key, reply_to=reply_to, now=self._now())
        mail = compose(message, self._sender, envelope)
        return await self._carrier.carry(mail, self._sender.address, message.member.email, hand_over)

    async def close(self) -> None:
        await self._carrier.close()


async def _reply_to(connection: Connection, message: Outgoing) -> str | None:
    """Who reads an answer: for artists whoever asked, else the studio's owner; for staff the artist."""
    accounts = [m for m in await members.everyone(connection, message.tenant.id) if m.active]
    facts = message.notices[0].facts
    if not facts.for_artist:
        return next((m.email for m in accounts if m.artist_id == facts.artist_id), None)
    asked_by = facts.booking.created_by if facts.time_off is None else None
    staff = [m for m in accounts if m.role in {Role.OWNER, Role.MANAGER}]
    owners = [m for m in staff if m.role is Role.OWNER]
    chosen = [m for m in staff if m.id == asked_by] or owners
    return chosen[0].email if chosen else None
