"""The composition root: the one place where rooms are put together, opened in order and closed in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from types import SimpleNamespace
from uuid import uuid4

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from db.pool import Pool, create_pool
from realtime.assembly import Realtime, bus_of
from realtime.bus import Bus
from scheduling import public_holidays
from server.api.services import Services
from server.api.site import site
from server.auth.identity import Authenticator
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions, utc_now
from server.auth.sign_in import SignIn
from server.auth.tokens import Signer
from server.feeds.feeds import Feeds
from server.feeds.poster import Poster
from server.feeds.rounds import Webhooks
from server.feeds.routes import feed_routes
from server.imports.jobs import ImportJobs
from server.imports.run import Importer
from server.notices.link_pages import link_routes
from server.notices.preview import preview_routes
from server.notices.setup import notices_of, outbox_of, push_sender
from server.push.sender import PushSender
from server.settings import Settings, SettingsError
from server.solving.jobs import SolverJobs
from server.solving.run import Tools
from server.solving.worker import SolverWorker
from server.workers.clocks import clock_worker

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
        self._realtime: Realtime | None = None
        self._feeds: Feeds | None = None
        self.push: PushSender | None = None
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
        # Loading the calendars of all countries holds a thread for a moment; no request shall wait for it.
        await asyncio.to_thread(public_holidays.countries)
        pool = await create_pool(self._dsn, min_size=2, max_size=POOL_SIZE)
        stack.push_async_callback(pool.close)
        signer = Signer([self._key])
        authenticator = Authenticator(pool, signer)
        realtime = Realtime(
            pool,
            bus=self._bus(),
            secret=self._key.encode(),
            authenticate=authenticator.identify,
            allowed_origins=self._settings.allowed_origins,
            member_changed=authenticator.forget,
        )
        stack.push_async_callback(realtime.close)
        await realtime.start()
        if self._settings.run_worker:
            worker = clock_worker(self._dsn, realtime.executor)
            worker.start()
            stack.push_async_callback(worker.close)
            deliveries = Webhooks(self._dsn, pool, Poster(self._settings.webhook_networks))
            deliveries.start()
            stack.push_async_callback(deliveries.close)
            self._tell_people(stack, pool)
        solver = await self._open_solver(stack, pool, realtime)
        services = self._services(
            stack, pool, realtime, signer=signer, authenticator=authenticator, solver=solver
        )
        self._realtime = realtime
        self._feeds = Feeds(
            fanout=realtime.fanout, pool=pool, authenticator=authenticator, house=realtime.gateway
        )
        entrance = site(
            services,
            version=version("production-tool"),
            web_dist=self._settings.web_dist,
            phone_dist=self._settings.phone_dist,
            bus_healthy=lambda: realtime.switchboard.healthy,
            feeds=feed_routes(self._feeds, pool, self._settings.allowed_origins),
            pages=[*link_routes(pool, realtime.executor), *self._preview()],
        )
        return realtime.asgi(entrance)

    async def _open_solver(self, stack: AsyncExitStack, pool: Pool, realtime: Realtime) -> SolverJobs:
        """Plans as jobs; with `run_worker` they are searched by children of this process as well."""
        processes = self._settings.solver_processes if self._settings.run_worker else 0
        worker = SolverWorker(
            Tools(
                pool=pool,
                dsn=self._dsn,
                executor=realtime.executor,
                worker=uuid4(),
                megabytes=self._settings.solver_memory_mb,
                tell=realtime.news.tell,
            ),
            processes=processes,
        )
        if processes:
            await worker.start()
            stack.push_async_callback(worker.close)
        return SolverJobs(pool, clock=utc_now, tell=realtime.news.tell, wake=worker.wake)

    def _tell_people(self, stack: AsyncExitStack, pool: Pool) -> None:
        poster = Poster(self._settings.webhook_networks)
        stack.push_async_callback(poster.close)
        notices = notices_of(self._settings, pool, poster)
        notices.start()
        stack.push_async_callback(notices.close)

    def _preview(self) -> list[BaseRoute]:
        outbox = outbox_of(self._settings)
        return preview_routes(outbox) if outbox is not None and self._settings.mail_preview else []

    def _bus(self) -> Bus:
        url = self._settings.redis_url
        try:
            return bus_of(url.get_secret_value() if url else None)
        except ValueError as error:
            raise SettingsError(f"REDIS_URL cannot be used: {error}") from error

    def _services(
        self,
        stack: AsyncExitStack,
        pool: Pool,
        realtime: Realtime,
        *,
        signer: Signer,
        authenticator: Authenticator,
        solver: SolverJobs,
    ) -> Services:
        passwords, sessions = Passwords(), Sessions(pool, signer)
        stack.callback(passwords.close)
        imports = ImportJobs(Importer(executor=realtime.executor, pool=pool), clock=utc_now)
        stack.push_async_callback(imports.close)
        poster = Poster(self._settings.webhook_networks)
        stack.push_async_callback(poster.close)
        self.push = push_sender(self._settings, pool, poster)
        return Services(
            pool=pool,
            executor=realtime.executor,
            authenticator=authenticator,
            sign_in=SignIn(pool, passwords, sessions),
            sessions=sessions,
            passwords=passwords,
            imports=imports,
            poster=poster,
            push=self.push,
            solver=solver,
            sign_out=lambda tenant_id, member_id: realtime.gateway.sign_out(
                tenant_id, member_id, "Your password was changed; sign in again."
            ),
            end_session=lambda ended: realtime.gateway.sign_out(
                ended.tenant_id, ended.member_id, session=ended.family_id
            ),
            end_key=lambda tenant_id, key_id: realtime.gateway.sign_out(
                tenant_id, key_id, "This API key was revoked."
            ),
            # Cookies are for pages that were named, never for "any".
            allowed_origins=tuple(o for o in self._settings.allowed_origins if o != "*"),
        )

    async def _drain(self) -> None:
        if self._realtime is not None and self._feeds is not None:
            await asyncio.gather(self._realtime.drain(), self._feeds.drain())


def create_app(settings: Settings) -> Application:
    """The server for these settings. Raises `SettingsError` where the database or the key is missing."""
    return Application(settings)
