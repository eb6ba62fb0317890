"""The data centre: two instances, each behind wires of its own, one Redis, one Postgres, two studios."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg

from db.pool import Pool, create_pool, transaction
from db.queries import members
from realtime.execute import Executor
from scheduling.permissions import Actor
from server.auth.sessions import Sessions
from server.auth.tokens import Signer
from tests.harness.faults.nuisances import Nuisance
from tests.harness.faults.nursery import Nursery, nursery
from tests.harness.faults.redis_wire import RedisWire, redis_wire
from tests.harness.faults.wires import ClientWire, client_wire
from tests.harness.history.player import Token
from tests.harness.history.scene import Company, open_scene
from tests.harness.postgres import Cluster, Database, running_cluster
from tests.harness.redis import SocketRedis, servers
from tests.harness.studio import publish_nothing
from tests.harness.unsteady import UnsteadyWire

PLACES = ("A", "B")

_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises while Postgres is being killed."""


class Instance:
    """One server process at a time, always behind the same near end of a wire."""

    def __init__(self, nursery: Nursery, wire: ClientWire, settings: dict[str, Any]) -> None:
        self._nursery = nursery
        self._settings = settings
        self.wire = wire
        self.pid: int | None = None

    async def start(self) -> None:
        """Start one, and lead the wire to it."""
        born = await self._nursery.instance(**self._settings)
        self.pid = born.pid
        self.wire.lead(born.url)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        assert self.pid is not None
        self.wire.lead(None)
        os.kill(self.pid, signal.SIGKILL)
        self.pid = None


class World:
    """What can be broken. Made by `open_world`."""

    def __init__(
        self,
        *,
        cluster: Cluster,
        database: Database,
        postgres_wire: UnsteadyWire,
        redis: SocketRedis,
        redis_wires: list[RedisWire],
        instances: list[Instance],
        log: Path,
        secret: str,
    ) -> None:
        self.cluster = cluster
        self.database = database
        self.postgres_wire = postgres_wire
        """The second instance's way to Postgres."""
        self.redis = redis
        self.redis_wires = redis_wires
        self.instances = instances
        self.nuisances: list[Nuisance] = []
        self.companies: list[Company] = []
        self._log = log
        self._signer = Signer([secret])
        self._families: dict[UUID, UUID] = {}
        self._witness: asyncpg.Connection[asyncpg.Record] | None = None
        self._asking = asyncio.Lock()

    @property
    def log(self) -> str:
        """What every instance has written so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    async def open_companies(self, seed: int) -> list[Company]:
        """Two fresh studios with everybody in them, not connected yet."""
        pool = await self._pool()
        executor = Executor(pool, publish=publish_nothing)
        try:
            casts = await open_scene(pool, executor)
            for cast in casts:
                for actor in (*cast.managers, *cast.freelancers):
                    await self._sign_in(pool, actor)
        finally:
            await executor.close()
            await pool.close()
        places = {
            name: partial(getattr, instance.wire, "url")
            for name, instance in zip(PLACES, self.instances, strict=True)
        }
        self.companies = [Company(cast, places, self._tokens, seed + n) for n, cast in enumerate(casts)]
        return self.companies

    async def _pool(self) -> Pool:
        return await create_pool(self.database.dsn, min_size=1, max_size=4)

    async def _sign_in(self, pool: Pool, actor: Actor) -> None:
        async with transaction(pool, actor.tenant_id) as connection:
            member = await members.by_id(connection, actor.tenant_id, actor.id)
        assert member is not None
        grant = await Sessions(pool, self._signer).begin(actor.tenant_id, member)
        claims = self._signer.read(grant.access_token)
        assert claims is not None
        self._families[actor.id] = claims.family_id

    def _tokens(self, actor: Actor) -> Token:
        async def token() -> str:
            return self.token(actor)

        return token

    def token(self, actor: Actor) -> str:
        """A fresh access token."""
        return self._signer.access_token(
            tenant_id=actor.tenant_id,
            member_id=actor.id,
            family_id=self._families[actor.id],
            role=actor.role,
            name=actor.name,
            now=datetime.now(UTC),
        )

    # Postgres

    def kill_postgres(self) -> None:
        """End the postmaster at once; its processes notice and end as well."""
        pid = self.cluster.postgres.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    async def start_postgres(self) -> None:
        """Start it again on what the dead one left."""
        await asyncio.to_thread(self._restart_postgres)

    def _restart_postgres(self) -> None:
        while not self.cluster.postgres.ensure_running():
            time.sleep(0.005)  # the kernel is not done with the dead one

    async def head(self, tenant_id: UUID) -> int:
        """The number of a studio's last event, as the database has it now; waits while Postgres is away."""
        return int(await self._ask("SELECT seq FROM tenant_heads WHERE tenant_id = $1", tenant_id))

    async def is_logged(self, tenant_id: str, command_id: str) -> bool:
        """Whether a command's events are committed; waits while Postgres is away."""
        found = "SELECT EXISTS (SELECT FROM event_log WHERE tenant_id = $1 AND command_id = $2)"
        return bool(await self._ask(found, UUID(tenant_id), UUID(command_id)))

    async def _ask(self, query: str, *args: object) -> Any:
        """Over one connection for everybody: one for each question would be most of the run's work."""
        while True:
            async with self._asking:
                try:
                    if self._witness is None or self._witness.is_closed():
                        self._witness = await asyncpg.connect(self.database.superuser_dsn)
                    return await self._witness.fetchval(query, *args)
                except _AWAY:
                    await self.close()
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Ask nothing more."""
        witness, self._witness = self._witness, None
        if witness is not None:
            witness.terminate()


@asynccontextmanager
async def open_world(seed: int, **settings: Any) -> AsyncIterator[World]:
    """Everything up and running; `settings` go to each instance, by field name."""
    program, secret = next(iter(servers().values())), secrets.token_urlsafe(48)
    async with AsyncExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        database = cluster.new_database()
        folder = cluster.postgres.home
        redis = SocketRedis(program, Path(stack.enter_context(TemporaryDirectory(prefix="pt-"))))
        redis.start()
        stack.callback(redis.stop)
        postgres_wire = await stack.enter_async_context(UnsteadyWire(database.dsn).open())
        redis_wires = [
            await stack.enter_async_context(redis_wire(redis.socket, seed + n)) for n in range(len(PLACES))
        ]
        babies = await stack.enter_async_context(nursery(folder))
        instances = []
        # One instance writes frames the fast way, the other as uvicorn does.
        ways = zip(redis_wires, (database.dsn, postgres_wire.dsn), (True, False), strict=True)
        for wire, dsn, fast in ways:
            given = {"database_url": dsn, "redis_url": wire.url, "secret_key": secret, "fast_sockets": fast}
            near = await stack.enter_async_context(client_wire())
            instances.append(Instance(babies, near, {"port": 0, "run_worker": False, **given, **settings}))
        await asyncio.gather(*(instance.start() for instance in instances))
        world = World(
            cluster=cluster,
            database=database,
            postgres_wire=postgres_wire,
            redis=redis,
            redis_wires=redis_wires,
            instances=instances,
            log=babies.log,
            secret=secret,
        )
        stack.push_async_callback(world.close)
        yield world
