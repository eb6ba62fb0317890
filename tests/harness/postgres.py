"""One Postgres for a test run, and a fresh, migrated database for each test that asks for one."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import msgspec

from db.migrate import MIGRATIONS, migrate
from server.embedded import EmbeddedPostgres, embedded_postgres
from tests.harness.shelf import Caretaker, Pristine, look_at

T = TypeVar("T")

_TEMPLATE = "migrated"


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """A database of its own for a test. `dsn` logs in as its owner, who is no superuser."""

    name: str
    dsn: str
    superuser_dsn: str


class _Shelf:
    """The databases of one template that nobody uses now, with who put each back, at which transaction."""

    def __init__(self, pristine: Pristine) -> None:
        self.pristine = pristine
        self.free: list[tuple[Database, Caretaker, int]] = []


class Cluster:
    """The Postgres of this test run; hands out databases cloned from a migrated template."""

    def __init__(self, postgres: EmbeddedPostgres, loop: asyncio.AbstractEventLoop) -> None:
        self.postgres = postgres
        self._loop = loop
        self._numbers = count(1)
        self._migrated = False
        self._shelves: dict[str, _Shelf] = {}

    def new_database(self, *, migrated: bool = True, template: str | None = None) -> Database:
        """A fresh database: empty, with every migration applied, or a copy of `template`."""
        if migrated and not self._migrated:
            self._make_template()
        database = self._describe(f"test_{next(self._numbers)}")
        self._create(database, template or (_TEMPLATE if migrated else "template1"))
        return database

    def drop(self, database: Database) -> None:
        self._sql(f"DROP DATABASE {database.name} WITH (FORCE)")

    @contextmanager
    def lent(self, template: str = _TEMPLATE) -> Iterator[Database]:
        """A database as fresh as a new one, which is put back for the next borrower rather than dropped."""
        shelf = self._shelves.get(template)
        if shelf is None or not shelf.free:
            database = self.new_database(template=None if template == _TEMPLATE else template)
            if shelf is None:
                shelf = self._shelves[template] = _Shelf(self.run(look_at(database.superuser_dsn)))
            caretaker, since = Caretaker(database.superuser_dsn, shelf.pristine), 0
        else:
            database, caretaker, since = shelf.free.pop()
        yield database
        newest = self.run(caretaker.put_back(since))
        if newest is None:
            self.run(caretaker.close())
            self.drop(database)
        else:
            shelf.free.append((database, caretaker, newest))

    def close(self) -> None:
        """Let go of every database."""
        for shelf in self._shelves.values():
            for _, caretaker, _ in shelf.free:
                self.run(caretaker.close())

    def _make_template(self) -> None:
        template = self._describe(_TEMPLATE)
        self._create(template, "template1")
        self.run(migrate(template.dsn, directory=MIGRATIONS))
        self._migrated = True

    def _create(self, database: Database, template: str) -> None:
        self._sql(f"CREATE DATABASE {database.name} TEMPLATE {template} OWNER production_tool")

    def _describe(self, name: str) -> Database:
        return Database(
            name=name, dsn=self.postgres.dsn_of(name), superuser_dsn=self.postgres.dsn_of(name, "postgres")
        )

    def _sql(self, statement: str) -> None:
        self.run(_execute(self.postgres.superuser_dsn, statement))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the harness's own loop, so that fixtures never meet the tests' loops."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A Postgres in a folder of its own, gone with the block.

    Not durable: a test run that loses its machine starts anew. Killed processes still lose nothing.
    """
    with (
        temporary_folder() as folder,
        embedded_postgres(folder, durable=False) as postgres,
        loop_in_thread("harness") as loop,
    ):
        cluster = Cluster(postgres, loop)
        yield cluster
        cluster.close()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that Postgres can enter as `nobody`, which pytest's own temporary folders forbid."""
    folder = Path(tempfile.mkdtemp(prefix="production-tool-tests-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for link in folder.glob("postgres-*"):
            if link.is_symlink():
                shutil.rmtree(link.resolve())
        shutil.rmtree(folder)


@contextmanager
def loop_in_thread(name: str) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=name, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
