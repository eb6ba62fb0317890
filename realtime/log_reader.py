"""Reads a tenant's log for those who deliver it: its head, and encoded events after a number."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import event_log, tenants


class Position(Struct, frozen=True, kw_only=True):
    """A place in a history: `seq` counts within `epoch`."""

    epoch: UUID
    seq: int


class Page(Struct, frozen=True, kw_only=True):
    """Encoded events numbered `after + 1`, `after + 2` …, and the head they were read under."""

    head: Position
    after: int
    bodies: tuple[bytes, ...]

    @property
    def to_seq(self) -> int:
        """The number of the last event; `after` where there is none."""
        return self.after + len(self.bodies)


class UnknownTenant(Exception):
    """There is no such studio, or no longer."""


class LogReader(Protocol):
    """What delivery needs of the log."""

    async def head(self, tenant_id: UUID) -> Position:
        """Where the log stands. Raises `UnknownTenant`, and what the database raises."""

    async def since(self, tenant_id: UUID, after: int, limit: int) -> Page:
        """At most `limit` events after a number. Raises as `head`."""


class DatabaseLog:
    """The log in Postgres."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def head(self, tenant_id: UUID) -> Position:
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            head = await tenants.head(connection, tenant_id)
        if head is None:
            raise UnknownTenant(str(tenant_id))
        return Position(epoch=head.epoch, seq=head.seq)

    async def since(self, tenant_id: UUID, after: int, limit: int) -> Page:
        isolation = transaction(self._pool, tenant_id, isolation="repeatable_read", readonly=True)
        async with isolation as connection:
            head = await tenants.head(connection, tenant_id)
            bodies = await event_log.since(connection, tenant_id, after, limit=limit)
        if head is None:
            raise UnknownTenant(str(tenant_id))
        return Page(head=Position(epoch=head.epoch, seq=head.seq), after=after, bodies=tuple(bodies))
