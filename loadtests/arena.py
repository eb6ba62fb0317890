"""What a load test runs against: a server of its own, started as a person would, with studios in it."""

from __future__ import annotations

import os
import re
import secrets
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psutil
from uuid_utils.compat import uuid7

from db.pool import Pool, create_pool, transaction
from db.queries import auth
from realtime.protocol import CommandRequest, ErrorAnswer
from scheduling.model import Role, Tenant
from scheduling.permissions import system_actor
from server.auth.sessions import Sessions
from server.auth.tokens import Signer
from server.embedded import running_dsn
from server.studios import NewMember, open_studio, write_path
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, server_process
from tests.harness.sweep import sweep

FIRST_DAY = datetime(2030, 1, 7, tzinfo=UTC)
BOOKED_DAYS = 40
"""Each artist is booked on so many days in a row, so that a line costs what it costs in a studio."""


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """A studio to load: an owner's access token, and artists that no two clients share."""

    tenant: Tenant
    token: str
    artists: tuple[UUID, ...]


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of processor time so far: the server's, and its Postgres' altogether."""

    server: float
    postgres: float


class Arena:
    """A running server, and a way into its database to set the scene and to check it afterwards."""

    def __init__(self, server: ServerProcess, dsn: str, secret: str, folder: Path) -> None:
        self.server = server
        self._dsn = dsn
        self._secret = secret
        self._folder = folder

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Pool]:
        """A small pool beside the server's."""
        pool = await create_pool(self._dsn, min_size=1, max_size=4, application_name="load test")
        try:
            yield pool
        finally:
            await pool.close()

    async def studio(self, pool: Pool, name: str, artists: int) -> Studio:
        """Open a studio with this many booked artists and sign its owner in; `name` is any label."""
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        email = f"owner@{name}.example"
        owner = NewMember(email=email, name="Owner", role=Role.OWNER)
        password = secrets.token_urlsafe(12)
        tenant = await open_studio(pool, name=name, slug=name, zone="UTC", owner=owner, password=password)
        ids = tuple(uuid7() for _ in range(artists))
        items = [item for id_ in ids for item in _booked_artist(id_)]
        request = CommandRequest(
            id=uuid7(), op="bulk.apply", args=msgspec.Raw(msgspec.json.encode({"items": items}))
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

    async def check(self, pool: Pool, studio: Studio, acknowledged: Mapping[str, int]) -> None:
        """Assert that nothing overlaps, the log has no gap and its chain holds, and that every
        acknowledged command is in it once, under the number it was acknowledged with."""
        await sweep(self._dsn, studio.tenant.id)
        async with transaction(pool, studio.tenant.id) as connection:
            rows = await connection.fetch(
                "SELECT command_id, seq FROM event_log WHERE tenant_id = $1 AND command_id = ANY($2::uuid[])",
                studio.tenant.id,
                list(acknowledged),
            )
        assert len(rows) == len(acknowledged), "an acknowledged command is missing in the log, or there twice"
        assert {str(row["command_id"]): row["seq"] for row in rows} == acknowledged

    def work(self) -> Work:
        """What the server and its Postgres have cost so far."""
        process = psutil.Process(self.server.pid)
        return Work(server=_seconds(process), postgres=sum(map(_seconds, process.children(recursive=True))))

    def sync_milliseconds(self) -> float:
        """The median time the disk takes to keep 8 kB, as a commit asks of it."""
        times: list[float] = []
        file = os.open(self._folder / "probe", os.O_CREAT | os.O_WRONLY)
        for _ in range(100):
            begun = time.perf_counter()
            os.write(file, bytes(8192))
            os.fdatasync(file)
            times.append(time.perf_counter() - begun)
        os.close(file)
        return statistics.median(times) * 1000


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _booked_artist(artist_id: UUID) -> list[dict[str, Any]]:
    added = {"id": str(artist_id), "name": f"Artist {artist_id}"}
    days = [FIRST_DAY + timedelta(days=day) for day in range(BOOKED_DAYS)]
    return [
        {"op": "artist.add", "args": added},
        *({"op": "booking.place", "args": _pencil(artist_id, day)} for day in days),
    ]


def _pencil(artist_id: UUID, day: datetime) -> dict[str, Any]:
    start, end = day + timedelta(hours=9), day + timedelta(hours=17)
    span = {"start": start.isoformat(), "end": end.isoformat()}
    return {"artist_id": str(artist_id), "status": "pencil", "title": "Booked", **span}


@contextmanager
def arena(*, group_commit: bool = True) -> Iterator[Arena]:
    """A server on an embedded Postgres with durable commits, both gone with the block."""
    secret = secrets.token_urlsafe(48)
    program = "server.cli" if group_commit else "loadtests.one_by_one"
    with (
        temporary_folder() as folder,
        server_process("serve", program=program, DATA_DIR=folder, SECRET_KEY=secret) as server,
    ):
        assert server.url
        [home] = Path(folder).glob("postgres-*")
        dsn = running_dsn(home.resolve())
        assert dsn
        yield Arena(server, dsn, secret, folder)
