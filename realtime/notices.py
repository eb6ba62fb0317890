"""Hands new notices to the sockets of whom they are for, on every instance, within about a second.

Each instance looks at the number of the last notice of the studios it has sockets of: nothing that could be
lost on the way tells it. A client that comes back asks for what it missed, and knows notices by their ids.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from db.notice_work import numbers
from db.pool import Pool, transaction
from db.queries import notice_people, notices
from db.queries.notices import NoticeRow
from realtime.connections import Connection, Occupant
from realtime.frames import event_packet
from realtime.protocol.notice import Notice, Receipts
from realtime.quiet import QuietLog
from realtime.tasks import end
from scheduling.notices import words

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
MOST = 500
"""Notices of a studio that are handed over at once; whoever has more to read asks for it."""
_LOOK_BACK = 20
_FRESH = timedelta(seconds=10)
"""What was told before a room was first looked at, but after its clients asked, is told again."""


class Rooms(Protocol):
    """`fanout`, as seen from here."""

    def occupied(self) -> list[UUID]: ...

    def inside(self, tenant_id: UUID) -> tuple[Occupant, ...]: ...


def notice_of(row: NoticeRow, zone: str, now: datetime) -> Notice:
    """A notice as its person reads it."""
    said = words(row.facts, zone, now)
    return Notice(
        id=row.id,
        number=row.number,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        title=said.title,
        text=said.text,
        rows=said.rows,
        at=row.at,
        read_at=row.read_at,
        seen_at=row.seen_at,
    )


class NoticeWatch:
    """One per process."""

    def __init__(
        self,
        pool: Pool,
        rooms: Rooms,
        *,
        pause_seconds: float = PAUSE_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._rooms = rooms
        self._pause_seconds = pause_seconds
        self._now = now
        self._known: dict[UUID, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._watch(), name="notice watch")

    async def close(self) -> None:
        """Hand over nothing more."""
        await end([self._task])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._pause_seconds)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - looked at again in a second
                self._quiet.warning("watch", "notices could not be looked at: %s", error)

    async def look(self) -> None:
        """Hand over what is new."""
        occupied = self._rooms.occupied()
        self._known = {
            tenant_id: self._known[tenant_id] for tenant_id in occupied if tenant_id in self._known
        }
        if not occupied:
            return
        for tenant_id, number in (await numbers(self._pool, occupied)).items():
            known = self._known.get(tenant_id)
            if known is None:
                await self._tell(tenant_id, max(0, number - _LOOK_BACK), fresh=True)
            elif number > known:
                await self._tell(tenant_id, known)
            self._known[tenant_id] = number

    async def _tell(self, tenant_id: UUID, after: int, *, fresh: bool = False) -> None:
        people = _people(self._rooms.inside(tenant_id))
        if not people:
            return
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            rows = await notices.since(connection, tenant_id, list(people), after, limit=MOST)
            changed = await notices.changed_since(connection, tenant_id, after, limit=MOST)
            zones = await notice_people.zones(connection, tenant_id, list({row.member_id for row in rows}))
        now = self._now()
        for row in rows:
            if row.read_at is None and (not fresh or row.at > now - _FRESH):
                body = msgspec.json.encode(notice_of(row, zones[row.member_id], now))
                _send("notice", body, people[row.member_id])
        if changed and not fresh:
            staff = [c for them in people.values() for c in them if c.actor is not None and c.actor.staff]
            _send("receipts", msgspec.json.encode(Receipts(booking_ids=tuple(changed))), staff)


def _people(occupants: Iterable[Occupant]) -> dict[UUID, list[Connection]]:
    """The sockets of each account."""
    found: dict[UUID, list[Connection]] = {}
    for one in occupants:
        if isinstance(one, Connection) and one.actor is not None and one.actor.kind == "member":
            found.setdefault(one.actor.id, []).append(one)
    return found


def _send(name: Literal["notice", "receipts"], body: bytes, connections: Iterable[Connection]) -> None:
    packet = event_packet(name, body)
    for connection in connections:
        connection.send(packet)
