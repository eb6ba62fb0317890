"""Puts the rooms of this package together, and starts and ends them in the right order."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from db.pool import Pool, transaction
from db.queries import snapshots
from realtime.bounds import Bounds
from realtime.bus import Bus, InProcessBus
from realtime.catchup import Catchup
from realtime.connections import Authenticate
from realtime.courier import Courier
from realtime.entrance import Asgi
from realtime.execute import Executor
from realtime.fanout import Fanout
from realtime.gateway import Gateway
from realtime.log_reader import DatabaseLog
from realtime.news import JobNews
from realtime.notices import NoticeWatch
from realtime.presence import Facts, Lookup, Presence
from realtime.redis_bus import RedisBus
from realtime.rights import Rights
from realtime.switchboard import Switchboard


def bus_of(redis_url: str | None) -> Bus:
    """The bus for an address; in-process where there is none. Raises `ValueError` for a bad address."""
    return RedisBus(redis_url) if redis_url else InProcessBus()


def lookup_of(pool: Pool) -> Lookup:
    """Looks ids up in the tenant's rows."""

    async def lookup(tenant_id: UUID, booking_ids: list[UUID], artist_ids: list[UUID]) -> Facts:
        async with transaction(pool, tenant_id, readonly=True) as connection:
            return Facts(
                owners=await snapshots.owners(connection, tenant_id, booking_ids),
                artists=await snapshots.known_artists(connection, tenant_id, artist_ids),
            )

    return lookup


class Realtime:
    """Everything between a command and everyone's screen, for one process.

    Order: `start`, serve `asgi(other)`, `drain` before uvicorn shuts down, `close`.
    `secret` is the key that instances on one bus share; the other arguments are `Gateway`'s.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        bus: Bus,
        secret: bytes,
        authenticate: Authenticate,
        allowed_origins: tuple[str, ...] = (),
        member_changed: Callable[[UUID, UUID], None] = lambda _tenant_id, _member_id: None,
        bounds: Bounds | None = None,
    ) -> None:
        self.switchboard = Switchboard(bus, key=secret, instance=uuid4().hex)
        courier = Courier()
        self.fanout = Fanout(DatabaseLog(pool), self.switchboard, courier=courier)
        self.executor = Executor(pool, publish=self.fanout.publish)
        self.catchup = Catchup(pool, recent=self.fanout.recent)
        self.presence = Presence(self.switchboard, lookup_of(pool))
        self.news = JobNews(self.switchboard, self.fanout)
        self.notices = NoticeWatch(pool, self.fanout)
        self.gateway = Gateway(
            executor=self.executor,
            fanout=self.fanout,
            catchup=self.catchup,
            presence=self.presence,
            switchboard=self.switchboard,
            authenticate=authenticate,
            allowed_origins=allowed_origins,
            member_changed=member_changed,
            bounds=bounds,
            courier=courier,
        )

        self.rights = Rights(pool, self.gateway)

    def asgi(self, other: Asgi) -> Asgi:
        """An ASGI application that serves `/socket.io/` and hands everything else to `other`."""
        return self.gateway.asgi(other)

    async def start(self) -> None:
        """Begin; the bus may be away."""
        await self.switchboard.start(self.fanout, self.presence, self.gateway, self.news)
        self.fanout.start()
        self.presence.start()
        self.notices.start()
        await self.gateway.start()
        self.rights.start()

    async def drain(self, seconds: float = 4.0) -> None:
        """See every connection out; what is being run is answered first."""
        await self.gateway.drain(seconds)

    async def close(self) -> None:
        """Finish the commands under way, then end every task."""
        await self.rights.close()
        await self.gateway.close()
        await self.executor.close()
        await self.notices.close()
        await self.presence.close()
        await self.catchup.close()
        await self.fanout.close()
        await self.switchboard.close()
