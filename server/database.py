"""Where the database is: `DATABASE_URL`, or an embedded Postgres that we start or find running."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from server.embedded import EmbeddedInUse, embedded_postgres, running_dsn
from server.settings import Settings

Say = Callable[[str], None]


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """A database to connect to. `ensure_running` starts ours again if it died, and says whether it had to."""

    dsn: str
    description: str
    ensure_running: Callable[[], bool]


@contextmanager
def own_database(settings: Settings, say: Say) -> Iterator[Database]:
    """The database of a server: the embedded one runs for as long as the block. Raises `EmbeddedError`."""
    if settings.database_url:
        yield _given(settings.database_url.get_secret_value())
        return
    with embedded_postgres(settings.data_dir, progress=say) as postgres:
        yield Database(
            dsn=postgres.dsn,
            description=f"Postgres {postgres.version} in {postgres.home}",
            ensure_running=postgres.ensure_running,
        )


@contextmanager
def reach_database(settings: Settings, say: Say) -> Iterator[Database]:
    """The database for a command beside the server: one that a server has running is used as it is."""
    try:
        with own_database(settings, say) as database:
            yield database
    except EmbeddedInUse as in_use:
        dsn = running_dsn(in_use.home)
        if dsn is None:
            raise
        yield _given(dsn)


def _given(dsn: str) -> Database:
    return Database(dsn=dsn, description="the Postgres of DATABASE_URL", ensure_running=lambda: False)
