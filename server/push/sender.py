"""Sends a push to every browser of a person, and forgets browsers that are gone."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import push_subscriptions
from db.queries.push_subscriptions import PushRow
from server.feeds.poster import Posted, Poster
from server.push.sealing import MOST_BYTES, SealingError, seal
from server.push.vapid import Vapid, encoded

logger = logging.getLogger(__name__)

Urgency: TypeAlias = Literal["low", "normal", "high"]

GONE = frozenset({404, 410})
GIVE_UP = timedelta(days=14)
"""A browser that takes nothing for so long is forgotten."""
_TOPIC = 32
"""Characters of base64url that a push service takes as a topic (RFC 8030, 5.4)."""


class PushMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the phone shows. `path` is where a tap leads, on this server.

    A second message with the same `tag` takes the place of the first, on the phone and at the push service.
    `booking_id` with `ask` gives it buttons that answer the hold; `notice_id` names the in-app notice.
    """

    title: str
    body: str
    tag: str
    path: str
    booking_id: UUID | None = None
    ask: bool = False
    notice_id: UUID | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """What became of a push: how many browsers took it, how many are gone for good, how many failed.

    `error` is the last failure in words; `retry_after` in seconds, where a push service said so. A push that
    nobody took although there are browsers may be tried again; one for which there is none need not.
    """

    taken: int = 0
    gone: int = 0
    failed: int = 0
    error: str = ""
    retry_after: int | None = None

    @property
    def retry(self) -> bool:
        """Whether to try again: nobody has it, and somebody might later."""
        return self.taken == 0 and self.failed > 0


class PushSender:
    """One per process that sends. `close` ends its connections."""

    def __init__(
        self,
        pool: Pool,
        poster: Poster,
        vapid: Vapid,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._poster = poster
        self._vapid = vapid
        self._now = now

    @property
    def application_key(self) -> str:
        """The public key that browsers subscribe with."""
        return self._vapid.application_key

    async def send(
        self,
        tenant_id: UUID,
        member_id: UUID,
        message: PushMessage,
        *,
        lifetime: timedelta = timedelta(days=1),
        urgency: Urgency = "normal",
    ) -> Sent:
        """Push to all browsers of a member. Raises what the database raises.

        `lifetime`: so long the push service keeps it for a phone that is off.
        """
        key = self._vapid.application_key
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            browsers = await push_subscriptions.reachable(connection, tenant_id, member_id, key)
        if not browsers:
            return Sent()
        body = encode(message)
        headers = {
            "ttl": str(int(lifetime.total_seconds())),
            "urgency": urgency,
            "topic": topic_of(message.tag),
        }
        outcomes = await asyncio.gather(*(self._push(row, body, headers) for row in browsers))
        results = list(zip(browsers, outcomes, strict=True))
        await self._keep(tenant_id, results)
        return _summary(results, self._now())

    async def _push(self, row: PushRow, body: bytes, headers: dict[str, str]) -> Posted:
        try:
            sealed = seal(body, row.p256dh, row.auth)
        except SealingError as error:
            return Posted(status=None, latency_ms=0, error=str(error))
        signed = {
            **headers,
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "authorization": self._vapid.authorization(row.endpoint, self._now()),
        }
        return await self._poster.post(row.endpoint, sealed, signed)

    async def _keep(self, tenant_id: UUID, results: list[tuple[PushRow, Posted]]) -> None:
        now = self._now()
        async with transaction(self._pool, tenant_id) as connection:
            taken = [row.id for row, posted in results if posted.ok]
            failed = [row.id for row, posted in results if not posted.ok]
            await push_subscriptions.note(connection, tenant_id, taken, failed, now)
            for row, posted in results:
                if _is_gone(row, posted, now):
                    logger.info(
                        "a browser of member %s takes no more pushes: %s", row.member_id, posted.error
                    )
                    await push_subscriptions.delete(connection, tenant_id, row.id, member_id=row.member_id)


def encode(message: PushMessage) -> bytes:
    """The message as it is sealed; a text too long for a push is cut."""
    body = msgspec.json.encode(message)
    while len(body) > MOST_BYTES:
        spare = max(1, (len(body) - MOST_BYTES) // 6)
        part = "body" if message.body else "title"
        text = getattr(message, part)
        cut = f"{text[: max(0, len(text) - spare - 1)]}…" if len(text) > spare + 1 else ""
        message = msgspec.structs.replace(message, **{part: cut})
        body = msgspec.json.encode(message)
    return body


def topic_of(tag: str) -> str:
    """What a push service replaces waiting pushes by; it learns nothing of the tag."""
    return encoded(hashlib.sha256(tag.encode()).digest())[:_TOPIC]


def _is_gone(row: PushRow, posted: Posted, now: datetime) -> bool:
    long_ago = row.failing_since is not None and now - row.failing_since >= GIVE_UP
    return posted.status in GONE or (not posted.ok and long_ago)


def _summary(results: list[tuple[PushRow, Posted]], now: datetime) -> Sent:
    gone = [posted for row, posted in results if _is_gone(row, posted, now)]
    bad = [posted for row, posted in results if not posted.ok and not _is_gone(row, posted, now)]
    pauses = [posted.retry_after for posted in bad if posted.retry_after is not None]
    return Sent(
        taken=sum(posted.ok for _, posted in results),
        gone=len(gone),
        failed=len(bad),
        error=bad[-1].error if bad else "",
        retry_after=max(pauses) if pauses else None,
    )
