"""The composition root: the one place where rooms are put together, opened in order and closed in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from types import SimpleNamespace
from uuid import uuid4

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from db.pool import Pool, create_pool
from realtime.bus import Bus, InProcessBus
from realtime.execute import Executor
from realtime.fanout import Fanout
from realtime.log_reader import DatabaseLog
from realtime.redis_bus import RedisBus
from realtime.switchboard import Switchboard
from server.api.services import Services
from server.api.site import site
from server.auth.identity import Authenticator
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.tokens import Signer
from server.settings import Settings, SettingsError

POOL_SIZE = 16


class Application:
    """The whole server as one ASGI application; the lifespan opens and closes its rooms.

    `state.drain()` says goodbye to every socket: to be awaited before the listening sockets close.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.database_url is None or settings.secret_key is None:
            raise SettingsError("the application needs DATABASE_URL and SECRET_KEY")
        self._settings = settings
        self._dsn = settings.database_url.get_secret_value()
        self._key = settings.secret_key.get_secret_value()
        self._router = Starlette(lifespan=self._lifespan)
        self._entrance: ASGIApp = self._router
        self.state = SimpleNamespace(drain=self._drain)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._router if scope["type"] == "lifespan" else self._entrance)(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as open_rooms:
            self._entrance = await self._open(open_rooms)
            yield

    async def _open(self, stack: AsyncExitStack) -> ASGIApp:
        """Open every room; `stack` closes them the other way round."""
        pool = await create_pool(self._dsn, min_size=2, max_size=POOL_SIZE)
        stack.push_async_callback(pool.close)
        switchboard = Switchboard(self._bus(), key=self._key.encode(), instance=uuid4().hex)
        fanout = Fanout(DatabaseLog(pool), switchboard)
        executor = Executor(pool, publish=fanout.publish)
        stack.push_async_callback(executor.close)
        services = self._services(stack, pool, executor)
        return site(
            services,
            version=version("production-tool"),
            web_dist=self._settings.web_dist,
            bus_healthy=lambda: switchboard.healthy,
        )

    def _bus(self) -> Bus:
        url = self._settings.redis_url
        return RedisBus(url.get_secret_value()) if url else InProcessBus()

    def _services(self, stack: AsyncExitStack, pool: Pool, executor: Executor) -> Services:
        signer = Signer([self._key])
        passwords = Passwords()
        stack.callback(passwords.close)
        sessions = Sessions(pool, signer)
        return Services(
            pool=pool,
            executor=executor,
            authenticator=Authenticator(pool, signer),
            sign_in=SignIn(pool, passwords, sessions),
            sessions=sessions,
            passwords=passwords,
            allowed_origins=tuple(o for o in self._settings.allowed_origins if o != "*"),
        )

    async def _drain(self) -> None:
        pass


def create_app(settings: Settings) -> Application:
    """The server for these settings. Raises `SettingsError` where the database or the key is missing."""
    return Application(settings)
