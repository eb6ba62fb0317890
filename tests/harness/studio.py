"""A studio in a real database: opened, filled, asked, and read back whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec

from db.pool import Pool, transaction
from db.queries import (
    artists,
    bookings,
    challenges,
    event_log,
    members,
    milestones,
    projects,
    scenarios,
    tenants,
    times_off,
)
from realtime.execute import Executor
from realtime.protocol import Answer, CommandRequest
from realtime.requests import Committed
from scheduling.claims import rerank_all
from scheduling.model import Tenant
from scheduling.permissions import Actor, system_actor
from scheduling.state import State, put


async def publish_nothing(_committed: Committed) -> None:
    """For tests without readers."""


async def open_studio(pool: Pool, *, name: str = "Northlight", tenant_id: UUID | None = None) -> Tenant:
    """A studio with an empty log."""
    tenant = Tenant(id=tenant_id or uuid4(), name=name, slug=f"s-{uuid4().hex[:20]}", zone="Europe/Paris")
    async with transaction(pool, tenant.id) as connection:
        await tenants.create(connection, tenant, uuid4())
    return tenant


def envelope(
    op: str, args: dict[str, Any], *, command_id: UUID | None = None, base_version: int | None = None
) -> CommandRequest:
    """A command as a client would send it."""
    return CommandRequest(
        id=command_id or uuid4(),
        op=op,
        args=msgspec.Raw(msgspec.json.encode(args)),
        base_version=base_version,
    )


class Studio:
    """One tenant and the executor that serves it."""

    def __init__(self, pool: Pool, tenant: Tenant, executor: Executor) -> None:
        self.pool = pool
        self.tenant = tenant
        self.executor = executor
        self.system = system_actor(tenant.id)

    @classmethod
    async def open(cls, pool: Pool, executor: Executor | None = None) -> Studio:
        """A fresh studio."""
        executor = executor or Executor(pool, publish=publish_nothing)
        return cls(pool, await open_studio(pool), executor)

    def actor(self, role: Any = "studio_manager", artist_id: UUID | None = None, name: str = "Mai") -> Actor:
        """Somebody of this studio, without an account."""
        return Actor(
            kind="member",
            id=uuid4(),
            name=name,
            role=role,
            tenant_id=self.tenant.id,
            artist_id=artist_id,
        )

    async def run(
        self, op: str, args: dict[str, Any], *, actor: Actor | None = None, **kwargs: Any
    ) -> Answer:
        """Execute one command, as the system unless somebody else is given."""
        return await self.executor.execute(actor or self.system, envelope(op, args, **kwargs))

    def forget(self) -> None:
        """Have the next batch read what it needs, under the lock, as the first of a process does."""
        self.executor._lines[self.tenant.id].forget()

    async def artist(self, **fields: Any) -> UUID:
        """Add an artist."""
        artist_id = uuid4()
        answer = await self.run("artist.add", {"id": str(artist_id), "name": "Ada", **fields})
        assert answer.ok, answer
        return artist_id

    async def state(self) -> State:
        """Everything, as the database holds it, ranks derived afresh."""
        return await load_state(self.pool, self.tenant.id)


async def load_state(pool: Pool, tenant_id: UUID) -> State:
    """The live state by full reads, without the write path."""
    async with transaction(pool, tenant_id, isolation="repeatable_read") as connection:
        tenant = await tenants.get(connection, tenant_id)
        assert tenant is not None
        head = await tenants.head(connection, tenant_id)
        assert head is not None
        entities: list[Any] = [
            *await members.everyone(connection, tenant_id),
            *await artists.everyone(connection, tenant_id),
            *await projects.everything(connection, tenant_id),
            *await projects.phases(connection, tenant_id),
            *await projects.dependencies(connection, tenant_id),
            *await milestones.of_projects(connection, tenant_id),
            *await scenarios.opened(connection, tenant_id),
            *await scenarios.changes(connection, tenant_id),
            *rerank_all(await bookings.all_live(connection, tenant_id)),
            *await challenges.active(connection, tenant_id),
            *await times_off.live(connection, tenant_id),
        ]
    state = State(tenant=tenant, next_claim=head.next_claim)
    for entity in entities:
        state = put(state, entity)
    return state


async def read_log(pool: Pool, tenant_id: UUID) -> list[bytes]:
    """The bodies of the whole log."""
    async with transaction(pool, tenant_id) as connection:
        return await event_log.since(connection, tenant_id, 0, limit=1_000_000)
