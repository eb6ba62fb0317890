"""A studio to import into."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from db.pool import transaction
from db.queries import artists, bookings, projects, tenants
from realtime.execute import Executor
from realtime.protocol import CommandRequest
from scheduling.commands import op_of
from scheduling.model import Tenant
from scheduling.permissions import Actor
from server.imports.drafts import ImportOptions
from server.imports.run import Importer, Source, run_import

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Studio:
    """An empty studio with a manager, and what a test wants to know of it."""

    def __init__(self, pool, executor):
        self.pool = pool
        self.executor = executor
        self.tenant_id = uuid4()
        self.manager = self.member("studio_manager")
        self.importer = Importer(executor=executor, pool=pool)

    def member(self, role, artist_id=None):
        return Actor(
            kind="member", id=uuid4(), name="Jo", role=role, tenant_id=self.tenant_id, artist_id=artist_id
        )

    async def open(self):
        slug = f"studio-{self.tenant_id.hex[:12]}"
        async with transaction(self.pool, self.tenant_id) as connection:
            tenant = Tenant(id=self.tenant_id, name="Studio", slug=slug, zone="Europe/Berlin")
            await tenants.create(connection, tenant, uuid4())

    async def send(self, text, *, filename="upload.csv", actor=None, run_id=None, **given):
        """Import a file and return the report; `given` are options, `tell` or a `rehearsal`."""
        how = {name: given.pop(name) for name in ("tell", "rehearsal") if name in given}
        data = text if isinstance(text, bytes) else text.encode()
        source = Source(data=data, filename=filename, options=ImportOptions(**given))
        actor, run_id = actor or self.manager, run_id or uuid4()
        return await run_import(self.importer, actor, source, run_id=run_id, now=NOW, **how)

    async def do(self, command):
        """Execute one command as the manager; it must be accepted."""
        args = msgspec.Raw(msgspec.json.encode(command))
        answer = await self.executor.execute(
            self.manager, CommandRequest(id=uuid4(), op=op_of(command), args=args)
        )
        assert answer.ok, answer
        return answer

    async def load(self, query, *args):
        async with transaction(self.pool, self.tenant_id, readonly=True) as connection:
            return await query(connection, self.tenant_id, *args)

    async def artists(self):
        return sorted(await self.load(artists.everyone), key=lambda one: one.name)

    async def projects(self):
        return sorted(await self.load(projects.everything), key=lambda one: one.name)

    async def phases(self):
        return await self.load(projects.phases)

    async def dependencies(self):
        return await self.load(projects.dependencies)

    async def bookings(self):
        return sorted(await self.load(bookings.all_live), key=lambda one: (one.start, one.title))

    async def seq(self):
        return (await self.load(tenants.head)).seq


@pytest.fixture
async def studio(pool):
    async def to_nobody(_committed):
        pass

    executor = Executor(pool, publish=to_nobody, clock=lambda: NOW)
    studio = Studio(pool, executor)
    await studio.open()
    yield studio
    await executor.close()
