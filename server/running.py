"""From settings to a server that answers: address, database, schema, application, in this order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import uvloop
from pydantic import SecretStr

from db.migrate import migrate
from server.app import create_app
from server.database import Database, own_database
from server.notices.setup import with_outbox
from server.serving import bind, serve, url_of
from server.settings import Settings, SettingsError
from server.terminal import Terminal

T = TypeVar("T")
Prepare = Callable[[str], Awaitable[None]]
"""Work between migrating and serving, given the database's address."""

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; a signal to stop cancels it and becomes `KeyboardInterrupt`.

    What was begun around it, an embedded Postgres above all, is thereby ended in order.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(_cancelled_by_signals(work))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


async def _cancelled_by_signals(work: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101 - we are in one
    for number in STOPPING:
        loop.add_signal_handler(number, task.cancel)
    return await work


def run_server(
    settings: Settings,
    terminal: Terminal,
    *,
    prepare: Prepare | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until told to stop. `on_ready` is given the address once `/healthz` answers there.

    Raises `SettingsError`, `ServingError`, `EmbeddedError` or `DatabaseError`.
    """
    if settings.secret_key is None:
        raise SettingsError(
            "SECRET_KEY is needed: at least 32 random characters that stay the same, for example from "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    announce = on_ready or (lambda address: terminal.say(f"Production Tool is ready at {address}"))
    with bind(settings.host, settings.port) as bound, own_database(settings, terminal.say) as database:
        told = url_of(bound)

        told_people = with_outbox(settings).model_copy(update={"public_url": settings.public_url or told})

        async def work() -> None:
            await _migrate(database, terminal)
            if prepare:
                await prepare(database.dsn)
            app = create_app(told_people.model_copy(update={"database_url": SecretStr(database.dsn)}))
            await serve(app, settings, bound, database, lambda: announce(told))

        run(work())


async def _migrate(database: Database, terminal: Terminal) -> None:
    def tell(name: str, number: int, total: int) -> None:
        terminal.progress(f"Migrating ({name})", number, total)

    await migrate(database.dsn, tell)
