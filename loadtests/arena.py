"""What a load test runs against: a server of its own, started as a person would, with studios in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from db.pool import Pool, create_pool, transaction
from db.queries import auth, tenants
from realtime.protocol import CommandRequest, ErrorAnswer
from scheduling.model import Role, Tenant
from scheduling.permissions import system_actor
from server.auth.sessions import Sessions
from server.auth.tokens import Signer
from server.embedded import running_dsn
from server.studios import NewMember, open_studio, write_path
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, server_process


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """A studio to load: an owner's access token, and artists that no two clients share."""

    tenant: Tenant
    token: str
    artists: tuple[UUID, ...]


class Arena:
    """A running server, and a way into its database to set the scene and to check it afterwards."""

    def __init__(self, server: ServerProcess, dsn: str, secret: str) -> None:
        self.server = server
        self._dsn = dsn
        self._secret = secret

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Pool]:
        """A small pool beside the server's."""
        pool = await create_pool(self._dsn, min_size=1, max_size=4, application_name="load test")
        try:
            yield pool
        finally:
            await pool.close()

    async def studio(self, pool: Pool, name: str, artists: int) -> Studio:
        """Open a studio with this many artists and sign its owner in."""
        email = f"owner@{name}.example"
        owner = NewMember(email=email, name="Owner", role=Role.OWNER)
        password = secrets.token_urlsafe(12)
        tenant = await open_studio(pool, name=name, slug=name, zone="UTC", owner=owner, password=password)
        ids = tuple(uuid7() for _ in range(artists))
        items = [{"op": "artist.add", "args": {"id": str(id_), "name": f"Artist {id_}"}} for id_ in ids]
        request = CommandRequest(
            id=uuid7(), op="bulk.apply", args=msgspec.Raw(json.dumps({"items": items}).encode())
        )
        async with write_path(pool) as executor:
            answer = await executor.execute(system_actor(tenant.id), request)
        if isinstance(answer, ErrorAnswer):
            raise RuntimeError(  # noqa: TRY004 - a fault, not a wrong type
                f"the scene could not be set: {answer.error.message}"
            )
        return Studio(tenant=tenant, token=await self._sign_in(pool, tenant, email), artists=ids)

    async def _sign_in(self, pool: Pool, tenant: Tenant, email: str) -> str:
        async with transaction(pool, tenant.id) as connection:
            account = await auth.account(connection, tenant.id, email)
        assert account
        grant = await Sessions(pool, Signer([self._secret])).begin(tenant.id, account.member)
        return grant.access_token

    async def log_is_whole(self, pool: Pool, studio: Studio) -> bool:
        """Whether the studio's sequence runs from 1 to its head without a gap."""
        async with transaction(pool, studio.tenant.id) as connection:
            head = await tenants.head(connection, studio.tenant.id)
            log = await connection.fetchrow(
                "SELECT count(*), min(seq), max(seq) FROM event_log WHERE tenant_id = $1", studio.tenant.id
            )
        return head is not None and tuple(log or ()) == (head.seq, 1, head.seq)


@contextmanager
def arena() -> Iterator[Arena]:
    """A server on an embedded Postgres with durable commits, both gone with the block."""
    secret = secrets.token_urlsafe(48)
    with temporary_folder() as folder, server_process("serve", DATA_DIR=folder, SECRET_KEY=secret) as server:
        assert server.url
        [home] = Path(folder).glob("postgres-*")
        dsn = running_dsn(home.resolve())
        assert dsn
        yield Arena(server, dsn, secret)
