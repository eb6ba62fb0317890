"""Where a studio's log stands and who its members are, asked for everybody who asks at once.

A thousand sockets that come back after a restart ask within the same moments. While one question is
on its way to the database the others gather for the next, so that a storm is a few reads.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import members, tenants
from realtime.log_reader import Position, UnknownTenant
from realtime.tasks import end
from scheduling.model import Member


class Looked(Struct, frozen=True, kw_only=True):
    """The head of the log and the accounts asked for, as they are at present."""

    head: Position
    kept_from: int
    """The first number that the log still holds whole."""
    members: dict[UUID, Member]


class _Question:
    def __init__(self) -> None:
        self.members: set[UUID] = set()
        self.task: asyncio.Task[Looked] | None = None


class Looking:
    """One per process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._gathering: dict[UUID, _Question] = {}
        self._asking: dict[UUID, asyncio.Task[Looked]] = {}

    async def look(self, tenant_id: UUID, member_id: UUID) -> Looked:
        """The head, and this member among others; read after this was called.

        Raises `UnknownTenant` and what the database raises.
        """
        question = self._gathering.get(tenant_id)
        if question is None or question.task is None:
            question = self._gathering[tenant_id] = _Question()
            question.task = asyncio.create_task(self._ask(tenant_id, question), name=f"look {tenant_id}")
            question.task.add_done_callback(_seen)
        question.members.add(member_id)
        return await asyncio.shield(question.task)

    async def _ask(self, tenant_id: UUID, question: _Question) -> Looked:
        before = self._asking.get(tenant_id)
        if before is not None:
            await asyncio.wait([before])
        del self._gathering[tenant_id]  # who comes from here on asks for themselves
        task = asyncio.current_task()
        if task is not None:
            self._asking[tenant_id] = task
        try:
            async with transaction(self._pool, tenant_id, readonly=True) as connection:
                head = await tenants.head(connection, tenant_id)
                found = await members.by_ids(connection, tenant_id, list(question.members))
        finally:
            if self._asking.get(tenant_id) is task:
                del self._asking[tenant_id]
        if head is None:
            raise UnknownTenant(str(tenant_id))
        return Looked(
            head=Position(epoch=head.epoch, seq=head.seq),
            kept_from=head.history_from,
            members={member.id: member for member in found},
        )

    async def close(self) -> None:
        """End what is under way."""
        gathering = [question.task for question in self._gathering.values()]
        await end([*gathering, *self._asking.values()])


def _seen(task: asyncio.Task[Looked]) -> None:
    if not task.cancelled():
        task.exception()  # those who waited have it
