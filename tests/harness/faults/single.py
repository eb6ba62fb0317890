"""One server in a process of its own on a database of a test, with a studio and somebody signed in."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from msgspec import Struct

from db.pool import Pool, create_pool, transaction
from db.queries import members
from realtime.execute import Executor
from scheduling.permissions import Actor
from server.auth.sessions import Sessions
from server.auth.tokens import Signer
from tests.harness.asking import slot
from tests.harness.faults.nursery import nursery
from tests.harness.live import member_of
from tests.harness.postgres import Database
from tests.harness.studio import Studio, publish_nothing


class Single(Struct, frozen=True, kw_only=True):
    """A running server. `tokens` are by role; `known` are ids of things that exist."""

    url: str
    pid: int
    tokens: dict[str, str]
    known: list[UUID]
    log_file: Path

    @property
    def token(self) -> str:
        """The owner's."""
        return self.tokens["studio_owner"]

    def log(self) -> str:
        """What the server wrote so far."""
        return self.log_file.read_text(errors="replace")

    def fresh_id(self) -> str:
        """An id that was never used."""
        return str(uuid4())


@asynccontextmanager
async def single(database: Database) -> AsyncIterator[Single]:
    """A server for the length of the block."""
    secret = secrets.token_urlsafe(48)
    pool = await create_pool(database.dsn, min_size=1, max_size=2)
    executor = Executor(pool, publish=publish_nothing)
    try:
        studio = await Studio.open(pool, executor)
        known, actors = await _furnish(studio)
        tokens = {str(actor.role): await _sign_in(pool, secret, actor) for actor in actors}
    finally:
        await executor.close()
        await pool.close()
    with TemporaryDirectory(prefix="pt-") as name:
        folder = Path(name)
        async with nursery(folder) as babies:
            born = await babies.instance(
                database_url=database.dsn, secret_key=secret, port=0, log_level="info", run_worker=False
            )
            yield Single(url=born.url, pid=born.pid, tokens=tokens, known=known, log_file=babies.log)


async def _furnish(studio: Studio) -> tuple[list[UUID], list[Actor]]:
    artists = [await studio.artist(name=f"Artist {n}") for n in range(3)]
    project, booking = uuid4(), uuid4()
    assert (await studio.run("project.add", {"id": str(project), "name": "Meridian"})).ok
    assert (await studio.run("booking.place", {**slot(artists[0]), "id": str(booking)})).ok
    owner = await member_of(studio, "studio_owner")
    manager = await member_of(studio, "studio_manager")
    freelancer = await member_of(studio, "freelancer", artist_id=artists[0], name="Ada")
    people = [owner, manager, freelancer]
    return [*artists, project, booking, *(one.id for one in people)], people


async def _sign_in(pool: Pool, secret: str, actor: Actor) -> str:
    async with transaction(pool, actor.tenant_id) as connection:
        member = await members.by_id(connection, actor.tenant_id, actor.id)
    assert member is not None
    return (await Sessions(pool, Signer([secret])).begin(actor.tenant_id, member)).access_token
