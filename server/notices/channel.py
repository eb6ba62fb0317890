"""What a way out of the house has to be able to do: e-mail, push, whatever comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.notices import NoticeRow
from scheduling.model import Member, Tenant
from scheduling.notices.preferences import Channel as ChannelName


class Outgoing(Struct, frozen=True, kw_only=True):
    """One message to one person: what it carries is in order, and as they may know it.

    `id` is the same for every attempt, so that the other side can know a message it has. `zone` is the
    person's clock. `held` tells that it was collected, for a digest or over quiet hours.
    """

    id: UUID
    tenant: Tenant
    member: Member
    zone: str
    notices: tuple[NoticeRow, ...]
    held: bool = False


class Sent(Struct, frozen=True, kw_only=True):
    """The other side has it; `provider_id` is what it calls the message."""

    provider_id: str = ""


class Retry(Struct, frozen=True, kw_only=True):
    """It was not taken, and may be later: after `after`, or after a growing pause.

    `unsure`: it was handed over, and the other side did not say whether it has it.
    """

    reason: str
    after: timedelta | None = None
    unsure: bool = False


class Gone(Struct, frozen=True, kw_only=True):
    """It will never be taken. `bounced`: nor will anything else be at this address."""

    reason: str
    bounced: bool = False


Outcome: TypeAlias = Sent | Retry | Gone

HandOver: TypeAlias = Callable[[], Awaitable[bool]]
"""To be awaited right before the step after which the other side may have the message.

It commits that this step was begun, so that a worker that dies before it harms nothing, and one that dies
after it is known. False: the message is another worker's by now, and must not be sent (answer `Retry`).
"""


class Channel(Protocol):
    """One way to reach people. One per process; used by several tasks at once."""

    @property
    def name(self) -> ChannelName:
        """As in preferences and on every delivery."""

    async def reaches(
        self, connection: Connection, tenant_id: UUID, members: Sequence[Member]
    ) -> frozenset[UUID]:
        """Which of these people can be reached this way at present; the others get no delivery."""

    async def send(self, message: Outgoing, hand_over: HandOver) -> Outcome:
        """Send it, within a minute. An exception counts as `Retry`."""

    async def close(self) -> None:
        """End what it keeps open."""
