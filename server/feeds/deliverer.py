"""Posts the events of one endpoint, one after the other, until it is caught up or one is not taken.

Only who holds the endpoint's lease posts, and every step is written under that lease: a worker that was
thought dead finds that it has nothing to say any more. The cursor moves after an event was taken, so one that
dies in between posts it again, under the same `webhook-id`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from db.jobs import Job, Later
from db.pool import Connection, Pool, transaction
from db.queries import deliveries, event_log, tenants, webhooks
from db.queries.deliveries import Delivery
from db.queries.webhooks import EndpointRow
from scheduling.permissions import system_actor
from server.feeds.filters import stored_filter
from server.feeds.poster import TOTAL_SECONDS, Posted, Poster
from server.feeds.record import new_id, record
from server.feeds.signing import headers

logger = logging.getLogger(__name__)

QUEUE = "webhook"
LEASE = timedelta(seconds=2 * TOTAL_SECONDS)
"""Longer than any attempt takes; so long an endpoint rests after its worker was killed."""
PAGE = 200
MOST_IN_A_ROW = 500
"""After so many events others have their turn."""
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200))
GIVE_UP = timedelta(days=5)
GONE = 410
RESET = "feed.reset"
_WITHOUT_DATABASE = timedelta(seconds=2)
_FORGET_EVERY = 100


class Work(Struct, frozen=True, kw_only=True):
    """The payload of a job: an endpoint that has something to deliver."""

    tenant_id: UUID
    endpoint_id: UUID


class Message(Struct, frozen=True, kw_only=True):
    """What is posted: `data` is the event as everywhere else; `epoch` and its `seq` name its place."""

    type: str
    timestamp: datetime
    epoch: UUID
    data: msgspec.Raw


class _Event(Struct, frozen=True):
    seq: int
    at: datetime
    type: str


class _Next(Struct, frozen=True, kw_only=True):
    """The event whose turn it is; `seq` is what the cursor moves to once it is taken."""

    message_id: str
    type: str
    seq: int
    epoch: UUID
    body: bytes


_event = msgspec.json.Decoder(_Event)
_work = msgspec.json.Decoder(Work)


def pause_after(attempt: int, jitter: float) -> timedelta:
    """How long to wait after failure number `attempt` (from 0); `jitter` in [0, 1) adds up to a tenth."""
    return PAUSES[min(attempt, len(PAUSES) - 1)] * (1 + jitter / 10)


def message_of(epoch: UUID, body: bytes) -> bytes:
    """The body of a delivery around an encoded event."""
    event = _event.decode(body)
    return msgspec.json.encode(
        Message(type=event.type, timestamp=event.at, epoch=epoch, data=msgspec.Raw(body))
    )


def message_id(epoch: UUID, seq: int) -> str:
    """The `webhook-id` of an event: the same for every attempt, on every endpoint."""
    return f"evt_{epoch.hex}_{seq}"


def keys_of(endpoint: EndpointRow, now: datetime) -> tuple[str, ...]:
    """The secrets to sign with: two, while an old one is still taken."""
    old = endpoint.previous_secret
    if old is not None and endpoint.previous_until is not None and endpoint.previous_until > now:
        return endpoint.secret, old
    return (endpoint.secret,)


class Deliverer:
    """Handles webhook jobs."""

    def __init__(
        self, pool: Pool, poster: Poster, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._pool = pool
        self._poster = poster
        self._now = now

    async def __call__(self, job: Job) -> None:
        """Deliver what there is for the endpoint that the job names. Raises `Later` without a database."""
        try:
            await self.deliver(_work.decode(job.payload))
        except Exception as error:
            if isinstance(error, DatabaseError) or fault_of(error) in {Fault.TRANSIENT, Fault.UNAVAILABLE}:
                raise Later(_WITHOUT_DATABASE, str(error)) from error
            raise

    async def deliver(self, work: Work) -> None:
        """Until caught up, or not taken, or the endpoint is another's. Raises what the database raises."""
        worker, now = uuid4(), self._now()
        async with transaction(self._pool, work.tenant_id) as connection:
            endpoint = await webhooks.lease(
                connection, work.tenant_id, work.endpoint_id, by=worker, now=now, until=now + LEASE
            )
        if endpoint is None:
            return
        try:
            for _ in range(MOST_IN_A_ROW):
                following = await self._following(work, endpoint, worker)
                if following is None:
                    break
                endpoint, event = following
                after = await self._deliver(work, endpoint, event, worker)
                if after is None:
                    return
                endpoint = after
        finally:
            async with transaction(self._pool, work.tenant_id) as connection:
                await webhooks.free(connection, work.tenant_id, work.endpoint_id, by=worker)

    async def _following(
        self, work: Work, endpoint: EndpointRow, worker: UUID
    ) -> tuple[EndpointRow, _Next] | None:
        """The next event that is for the endpoint; the cursor moves over those that are not."""
        wanted = stored_filter(endpoint.types, endpoint.project_id)
        while True:
            async with transaction(
                self._pool, work.tenant_id, isolation="repeatable_read", readonly=True
            ) as connection:
                head = await tenants.head(connection, work.tenant_id)
                bodies = await event_log.since(connection, work.tenant_id, endpoint.cursor_seq, limit=PAGE)
            if head is None:
                return None
            if head.epoch != endpoint.epoch:
                return endpoint, _reset(head.epoch, head.seq, self._now())
            for index, body in enumerate(bodies):
                if wanted.admits(body):
                    seq = endpoint.cursor_seq + index + 1
                    return endpoint, _next(head.epoch, seq, body)
            if not bodies:
                return None
            moved = await self._advance(work, worker, endpoint.epoch, endpoint.cursor_seq + len(bodies))
            if moved is None:
                return None
            endpoint = moved

    async def _advance(self, work: Work, worker: UUID, epoch: UUID, seq: int) -> EndpointRow | None:
        async with transaction(self._pool, work.tenant_id) as connection:
            return await webhooks.advance(
                connection,
                work.tenant_id,
                work.endpoint_id,
                by=worker,
                until=self._now() + LEASE,
                epoch=epoch,
                cursor_seq=seq,
            )

    async def _deliver(
        self, work: Work, endpoint: EndpointRow, event: _Next, worker: UUID
    ) -> EndpointRow | None:
        """Post one event, write down what came of it. None where the endpoint has to wait, or is not ours."""
        begun = self._now()
        signed = headers(event.message_id, begun, event.body, keys_of(endpoint, begun))
        posted = await self._poster.post(endpoint.url, event.body, signed)
        delivery = Delivery(
            id=new_id(),
            endpoint_id=endpoint.id,
            message_id=event.message_id,
            type=event.type,
            seq=event.seq,
            attempt=endpoint.attempt + 1,
            at=begun,
            **outcome(posted),
        )
        after: EndpointRow | None = None
        async with transaction(self._pool, work.tenant_id) as connection:
            if posted.ok:
                after = await self._taken(connection, work, event, worker)
                ours = after is not None
            else:
                ours = await self._not_taken(connection, work, endpoint, worker, posted)
            if ours:
                await deliveries.record(connection, work.tenant_id, delivery)
                if event.seq % _FORGET_EVERY == 0:
                    await deliveries.forget_old(connection, work.tenant_id, endpoint.id)
        return after

    async def _taken(
        self, connection: Connection, work: Work, event: _Next, worker: UUID
    ) -> EndpointRow | None:
        return await webhooks.advance(
            connection,
            work.tenant_id,
            work.endpoint_id,
            by=worker,
            until=self._now() + LEASE,
            epoch=event.epoch,
            cursor_seq=event.seq,
        )

    async def _not_taken(
        self, connection: Connection, work: Work, endpoint: EndpointRow, worker: UUID, posted: Posted
    ) -> bool:
        now = self._now()
        why = why_given_up(endpoint, posted, now)
        pause = pause_after(endpoint.attempt, random.random())  # noqa: S311 - spreads load, guards nothing
        if posted.retry_after is not None:
            pause = max(pause, timedelta(seconds=posted.retry_after))
        ours = await webhooks.fail(
            connection,
            work.tenant_id,
            work.endpoint_id,
            by=worker,
            now=now,
            next_attempt_at=now + pause,
            disabled=why,
        )
        if ours and why:
            logger.warning("the webhook %s was switched off: %s", endpoint.id, why)
            system = system_actor(work.tenant_id)
            subject = (endpoint.id, endpoint.url)
            await record(connection, system, "webhook.disabled", subject, now, details=why)
        return ours


def why_given_up(endpoint: EndpointRow, posted: Posted, now: datetime) -> str:
    """Why nothing more is posted to the endpoint; empty where it is tried again."""
    if posted.status == GONE:
        return "The other side answered 410: it wants no more."
    if endpoint.failing_since is not None and now - endpoint.failing_since >= GIVE_UP:
        return f"Nothing was taken for {GIVE_UP.days} days; at last: {posted.error}."
    return ""


def outcome(posted: Posted) -> dict[str, Any]:
    """The fields of a delivery that tell what came back."""
    return {
        "ok": posted.ok,
        "status": posted.status,
        "latency_ms": posted.latency_ms,
        "error": posted.error,
        "response": posted.response,
    }


def _next(epoch: UUID, seq: int, body: bytes) -> _Next:
    return _Next(
        message_id=message_id(epoch, seq),
        type=_event.decode(body).type,
        seq=seq,
        epoch=epoch,
        body=message_of(epoch, body),
    )


def _reset(epoch: UUID, seq: int, now: datetime) -> _Next:
    """History was replaced: the other side is told where the new one stands, and reads the studio anew."""
    data = msgspec.Raw(msgspec.json.encode({"epoch": epoch, "seq": seq}))
    body = msgspec.json.encode(Message(type=RESET, timestamp=now, epoch=epoch, data=data))
    return _Next(message_id=f"rst_{epoch.hex}", type=RESET, seq=seq, epoch=epoch, body=body)
