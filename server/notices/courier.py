"""Takes messages to people: each under a lease, tried again with growing pauses, its outcome written down.

Before anything that the other side may take as a message, `hand_over` commits that it is begun. A worker that
died before that sent nothing; of one that died after it nobody knows, and the message is sent once more.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from db.notice_work import count_on
from db.pool import Connection, Pool, transaction
from db.queries import members, notice_deliveries, notice_people, tenants
from db.queries.notice_deliveries import DeliveryRow, State
from db.queries.notice_people import Bounce
from db.queries.notices import NoticeRow
from scheduling.model import Role
from scheduling.notices import may_know, merged
from server.notices.channel import Channel, Gone, Outcome, Outgoing, Retry, Sent

logger = logging.getLogger(__name__)

ATTEMPT_SECONDS = 60.0
LEASE = timedelta(seconds=2 * ATTEMPT_SECONDS)
"""Longer than any attempt; so long a message rests whose worker was killed."""
PAUSES = tuple(timedelta(seconds=s) for s in (15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400))
GIVE_UP = timedelta(days=3)
MOST_HANDED = 2
"""A message of which nobody knows whether it arrived is sent so often at most."""
AT_ONCE = 4
_BATCH = 20


class _Settled(Struct, frozen=True, kw_only=True):
    state: State
    error: str = ""
    provider_id: str = ""
    pause: timedelta = timedelta(0)
    bounced: bool = False
    unsure: bool = False


def pause_after(attempt: int, jitter: float) -> timedelta:
    """How long to wait after failure number `attempt` (from 0); `jitter` in [0, 1) adds up to a tenth."""
    return PAUSES[min(attempt, len(PAUSES) - 1)] * (1 + jitter / 10)


class Courier:
    """Sends what is due. One per process."""

    def __init__(
        self,
        pool: Pool,
        channels: Sequence[Channel],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._channels = {channel.name: channel for channel in channels}
        self._now = now
        self._limit = asyncio.Semaphore(AT_ONCE)

    async def deliver(self, tenant_id: UUID) -> datetime | None:
        """Send everything of a studio that is due; when the next message is."""
        names = list(self._channels)
        while names:
            worker, now = uuid4(), self._now()
            async with transaction(self._pool, tenant_id) as connection:
                taken = await notice_deliveries.take(
                    connection, tenant_id, names, by=worker, now=now, until=now + LEASE, limit=_BATCH
                )
            if not taken:
                break
            await asyncio.gather(*(self._carry(tenant_id, delivery, worker) for delivery in taken))
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            return await notice_deliveries.next_due(connection, tenant_id, names)

    async def _carry(self, tenant_id: UUID, delivery: DeliveryRow, worker: UUID) -> None:
        async with self._limit:
            if delivery.handed >= MOST_HANDED:
                lost = "Twice nobody learned whether it was taken: it may have arrived."
                settled = _Settled(state="failed", error=lost)
            else:
                async with transaction(self._pool, tenant_id, readonly=True) as connection:
                    message = await _message(connection, tenant_id, delivery)
                settled = (
                    _Settled(state="dropped", error=message)
                    if isinstance(message, str)
                    else await self._send(message, delivery, worker)
                )
            await self._settle(tenant_id, delivery, worker, settled)

    async def _send(self, message: Outgoing, delivery: DeliveryRow, worker: UUID) -> _Settled:
        handed = False

        async def hand_over() -> bool:
            nonlocal handed
            handed = True
            async with transaction(self._pool, message.tenant.id) as connection:
                return await notice_deliveries.hand_over(
                    connection, message.tenant.id, delivery.id, by=worker, until=self._now() + LEASE
                )

        outcome: Outcome
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                outcome = await self._channels[delivery.channel].send(message, hand_over)
        except TimeoutError:
            outcome = Retry(reason=f"No answer within {ATTEMPT_SECONDS:g} s.", unsure=handed)
        except Exception as error:
            logger.exception("a message could not be sent through %s", delivery.channel)
            outcome = Retry(reason=f"{type(error).__name__}: {error}"[:500], unsure=handed)
        return self._settled(outcome, delivery)

    def _settled(self, outcome: Outcome, delivery: DeliveryRow) -> _Settled:
        match outcome:
            case Sent():
                return _Settled(state="sent", provider_id=outcome.provider_id)
            case Gone():
                state: State = "bounced" if outcome.bounced else "failed"
                return _Settled(state=state, error=outcome.reason, bounced=outcome.bounced)
            case Retry():
                begun = max(delivery.created_at, delivery.slot or delivery.created_at)
                if self._now() - begun >= GIVE_UP:
                    why = f"Given up after {GIVE_UP.days} days: {outcome.reason}"
                    return _Settled(state="failed", error=why)
                pause = pause_after(delivery.attempts, random.random())  # noqa: S311 - spreads load
                return _Settled(
                    state="waiting",
                    error=outcome.reason,
                    pause=max(pause, outcome.after or timedelta(0)),
                    unsure=outcome.unsure,
                )

    async def _settle(self, tenant_id: UUID, delivery: DeliveryRow, worker: UUID, settled: _Settled) -> None:
        now = self._now()
        async with transaction(self._pool, tenant_id) as connection:
            changed = await count_on(connection, tenant_id)
            ours = await notice_deliveries.settle(
                connection,
                tenant_id,
                delivery.id,
                by=worker,
                state=settled.state,
                now=now,
                due_at=now + settled.pause,
                error=settled.error[:500],
                provider_id=settled.provider_id[:200],
                changed=changed,
                unsure=settled.unsure,
            )
            if ours and settled.bounced and delivery.channel == "email":
                await _note_bounce(connection, tenant_id, delivery.member_id, settled.error, now)
        if ours and settled.state in {"failed", "bounced"}:
            logger.warning("a message to %s was given up: %s", delivery.member_id, settled.error)


async def _note_bounce(
    connection: Connection, tenant_id: UUID, member_id: UUID, reason: str, now: datetime
) -> None:
    member = await members.by_id(connection, tenant_id, member_id)
    if member is not None:
        bounce = Bounce(address=member.email, at=now, reason=reason[:500])
        await notice_people.add_bounce(connection, tenant_id, bounce)


async def _message(connection: Connection, tenant_id: UUID, delivery: DeliveryRow) -> Outgoing | str:
    """What is to be sent now; or why nothing is, in a sentence."""
    tenant = await tenants.get(connection, tenant_id)
    member = await members.by_id(connection, tenant_id, delivery.member_id)
    if tenant is None or member is None or not member.active:
        return "The account is not active any more."
    staff = member.role in {Role.OWNER, Role.MANAGER}
    carried = await notice_deliveries.carried(connection, tenant_id, delivery.id)
    left = still_to_say([n for n in carried if may_know(n.facts, artist_id=member.artist_id, staff=staff)])
    if not left:
        return "There was nothing left to say."
    zones = await notice_people.zones(connection, tenant_id, [member.id])
    return Outgoing(
        id=delivery.id,
        tenant=tenant,
        member=member,
        zone=zones[member.id],
        notices=tuple(left),
        held=delivery.slot is not None,
    )


def still_to_say(notices: Sequence[NoticeRow]) -> list[NoticeRow]:
    """One of each thing: the net effect of all that is carried of it, under the last one's id."""
    by_subject: dict[UUID, list[NoticeRow]] = {}
    for notice in notices:
        by_subject.setdefault(notice.subject_id, []).append(notice)
    found = []
    for told in by_subject.values():
        facts = merged([notice.facts for notice in told])
        if facts is not None:
            found.append(msgspec.structs.replace(told[-1], facts=facts, kind=facts.kind))
    return found
