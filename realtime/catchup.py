"""Answers `sync`: the events since a number where they are few, else a snapshot in pages.

All pages of a snapshot are of one number. A snapshot is built once for everybody of an audience
who asks within a few seconds, and kept while somebody reads it; one that is gone is answered so,
and the reader starts over.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import Struct

from db.pool import Connection, Pool, transaction
from db.queries import event_log, members, projects, snapshots, tenants
from realtime.connections import Audience, audience_of
from realtime.log_reader import Position, UnknownTenant
from realtime.looking import Looked, Looking
from realtime.masking import Sight, mask, project_view
from realtime.protocol import SyncRequest
from realtime.rooms import MESSAGE_BYTES, MESSAGE_EVENTS
from realtime.snapshots import DatabaseLoader, Loaded, Loader, Snapshot, build
from realtime.tasks import end
from scheduling.events import LoggedEvent
from scheduling.model import Member
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused
from scheduling.scopes import Scope

MOST_EVENTS = 5_000
"""Further behind than this, a snapshot is shorter than the events."""
FRESH_SECONDS = 5.0
"""So old a snapshot may be to start from; the events since follow it."""
KEPT_SECONDS = 60.0
"""So long a page may be asked for after the one before."""
KEPT_BYTES = 256 * 1024 * 1024
LOADED_KEPT = 4

_logged = msgspec.json.Decoder(LoggedEvent)


class Caught(Struct, frozen=True, kw_only=True):
    """An encoded answer; the live stream takes over after `live_from`, which is None before the last page."""

    body: bytes
    live_from: int | None
    sight: Sight | None = None


class Known(Struct, frozen=True, kw_only=True):
    """Where the log stands, what of it is kept whole, and what the reader may see of it."""

    head: Position
    kept_from: int
    sight: Sight | None


Recent: TypeAlias = Callable[[UUID, UUID, int], list[bytes] | None]
"""From a tenant, an epoch and a number to the encoded events delivered after it, None if not at hand."""


def _nothing_recent(_tenant_id: UUID, _epoch: UUID, _since: int) -> list[bytes] | None:
    return None


class Catchup:
    """One per process."""

    def __init__(
        self,
        pool: Pool,
        *,
        recent: Recent = _nothing_recent,
        loader: Loader | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recent = recent
        self._looking = Looking(pool)
        self._reads: Shared[tuple[UUID, int], list[bytes]] = Shared()
        self._pool = pool
        self._clock = clock
        self._loader = loader or DatabaseLoader(pool)
        self._loads: Shared[UUID, Loaded] = Shared()
        self._builds: Shared[tuple[UUID, Audience], Snapshot] = Shared()
        self._loaded: OrderedDict[UUID, Loaded] = OrderedDict()
        self._latest: dict[tuple[UUID, Audience], Snapshot] = {}
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._kept_bytes = 0

    async def answer(self, actor: Actor, request: SyncRequest) -> Caught | Refused:
        """The answer to `sync`.

        Refused where the account is not what the token said any more (`unauthenticated`) or the
        page is not kept any more (`not_found`). Raises `UnknownTenant` and what the database raises.
        """
        if not actor.may(Scope.SCHEDULE_READ):
            needed = f"sync needs an API key with the scope {Scope.SCHEDULE_READ.value}."
            return Refused(code=Code.FORBIDDEN, message=needed)
        if request.next is not None:
            return self._page(actor, request.next)
        looked = await self._looking.look(actor.tenant_id, actor.id)
        refused = _refused(actor, looked.members.get(actor.id))
        if refused is not None:
            return refused
        if request.since is not None and _near(looked, request):
            if actor.staff:
                return await self._events_for_staff(actor.tenant_id, looked.head.epoch, request.since)
            return await self._events_for_artist(actor, request.since)
        snapshot = await self._snapshot(actor.tenant_id, audience_of(actor), looked.head)
        return self._first_page(actor, snapshot)

    async def _events_for_staff(self, tenant_id: UUID, epoch: UUID, since: int) -> Caught:
        """From what the room delivered lately, else from the log, read once for everybody who asks for it."""
        bodies = self._recent(tenant_id, epoch, since)
        if bodies is None:
            bodies = await self._reads.get((tenant_id, since), lambda: self._read(tenant_id, since))
        return _events(epoch, None, since, bodies)

    async def _read(self, tenant_id: UUID, since: int) -> list[bytes]:
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            return await event_log.since(connection, tenant_id, since, limit=MESSAGE_EVENTS)

    async def _events_for_artist(self, actor: Actor, since: int) -> Caught:
        """What an artist may see depends on what they have: both are of one moment."""
        async with transaction(
            self._pool, actor.tenant_id, isolation="repeatable_read", readonly=True
        ) as connection:
            head = await tenants.head(connection, actor.tenant_id)
            if head is None:
                raise UnknownTenant(str(actor.tenant_id))
            sight = await _sight(connection, actor)
            bodies = await event_log.since(connection, actor.tenant_id, since, limit=MESSAGE_EVENTS)
        return _events(head.epoch, sight, since, bodies)

    async def close(self) -> None:
        """End what is being built."""
        await self._looking.close()
        await self._reads.close()
        await self._builds.close()
        await self._loads.close()

    # snapshots

    async def _snapshot(self, tenant_id: UUID, audience: Audience, head: Position) -> Snapshot:
        latest = self._latest.get((tenant_id, audience))
        if latest is not None and self._usable(latest, head):
            return latest
        return await self._builds.get((tenant_id, audience), lambda: self._build(tenant_id, audience, head))

    def _usable(self, made: Snapshot | Loaded, head: Position) -> bool:
        young = self._clock() - made.loaded_at < FRESH_SECONDS
        return young and made.position.epoch == head.epoch and head.seq - made.position.seq <= MOST_EVENTS

    async def _build(self, tenant_id: UUID, audience: Audience, head: Position) -> Snapshot:
        loaded = self._loaded.get(tenant_id)
        if loaded is None or not self._usable(loaded, head):
            loaded = await self._loads.get(tenant_id, lambda: self._load(tenant_id))
        snapshot = await build(loaded, audience)
        self._latest[tenant_id, audience] = snapshot
        return snapshot

    async def _load(self, tenant_id: UUID) -> Loaded:
        loaded = await self._loader(tenant_id)
        self._loaded[tenant_id] = loaded
        self._loaded.move_to_end(tenant_id)
        while len(self._loaded) > LOADED_KEPT:
            self._loaded.popitem(last=False)
        return loaded

    def _first_page(self, actor: Actor, snapshot: Snapshot) -> Caught:
        if len(snapshot.pages) > 1:
            self._keep(actor.tenant_id, audience_of(actor), snapshot)
        return _caught(snapshot, 0)

    def _keep(self, tenant_id: UUID, audience: Audience, snapshot: Snapshot) -> None:
        if snapshot.id not in self._kept:
            self._kept_bytes += snapshot.size
        self._kept[snapshot.id] = _Kept((tenant_id, audience), snapshot, self._clock() + KEPT_SECONDS)
        self._kept.move_to_end(snapshot.id)
        self.forget_old()

    def _page(self, actor: Actor, token: str) -> Caught | Refused:
        snapshot_id, _, number = token.partition(".")
        kept = self._kept.get(snapshot_id)
        mine = kept is not None and kept.key == (actor.tenant_id, audience_of(actor))
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if kept is None or not mine or not 0 < page < len(kept.snapshot.pages):
            return Refused(
                code=Code.NOT_FOUND, message="This snapshot is no longer kept; sync anew, without `next`."
            )
        self._keep(*kept.key, kept.snapshot)
        return _caught(kept.snapshot, page)

    def forget_old(self) -> None:
        """Drop what nobody will ask for: called now and then."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if oldest.until > now and (self._kept_bytes <= KEPT_BYTES or len(self._kept) == 1):
                break
            self._kept.popitem(last=False)
            self._kept_bytes -= oldest.snapshot.size
        for tenant_id in [t for t, loaded in self._loaded.items() if now - loaded.loaded_at > FRESH_SECONDS]:
            del self._loaded[tenant_id]
        for key in [k for k, s in self._latest.items() if now - s.loaded_at > FRESH_SECONDS]:
            del self._latest[key]


class _Kept(Struct, frozen=True):
    """A snapshot that somebody is reading."""

    key: tuple[UUID, Audience]
    snapshot: Snapshot
    until: float


def _caught(snapshot: Snapshot, page: int) -> Caught:
    last = page + 1 == len(snapshot.pages)
    return Caught(
        body=snapshot.pages[page],
        live_from=snapshot.position.seq if last else None,
        sight=snapshot.sight if last else None,
    )


# -- events ----------------------------------------------------------------------------------


def _near(known: Looked, request: SyncRequest) -> bool:
    """Whether the reader is in the same history, not too far behind, and behind no gap."""
    head = known.head
    return request.since is not None and (
        request.epoch == head.epoch
        and 0 <= head.seq - request.since <= MOST_EVENTS
        and request.since + 1 >= known.kept_from
    )


async def look(pool: Pool, actor: Actor) -> Known | Refused:
    """Where the log stands and what the actor sees of it. Raises `UnknownTenant`, and as Postgres."""
    async with transaction(pool, actor.tenant_id, isolation="repeatable_read", readonly=True) as connection:
        head = await tenants.head(connection, actor.tenant_id)
        if head is None:
            raise UnknownTenant(str(actor.tenant_id))
        if actor.kind == "member":
            refused = _refused(actor, await members.by_id(connection, actor.tenant_id, actor.id))
            if refused is not None:
                return refused
        sight = None if actor.staff else await _sight(connection, actor)
    return Known(head=Position(epoch=head.epoch, seq=head.seq), kept_from=head.history_from, sight=sight)


def _refused(actor: Actor, member: Member | None) -> Refused | None:
    if actor.kind == "member" and (member is None or changed(actor, member)):
        return Refused(code=Code.UNAUTHENTICATED, message="Your account has changed; sign in again.")
    return None


def changed(actor: Actor, member: Member) -> bool:
    """Whether an account is no longer what a connection was opened with."""
    return not member.active or member.role.value != actor.role or member.artist_id != actor.artist_id


async def _sight(connection: Connection, actor: Actor) -> Sight:
    if actor.artist_id is None:
        return Sight(artist_id=None)
    own = await snapshots.own_projects(connection, actor.tenant_id, actor.artist_id)
    studio = await projects.everything(connection, actor.tenant_id)
    return Sight(
        artist_id=actor.artist_id, own=Map(own), projects=Map({p.id: project_view(p) for p in studio})
    )


def _events(epoch: UUID, sight: Sight | None, since: int, read: list[bytes]) -> Caught:
    """As many of the events since a number as make one message; the live stream brings the rest."""
    bodies = _head_of(read[:MESSAGE_EVENTS])
    to_seq = since + len(bodies)
    shown: list[bytes] = bodies
    if sight is not None:
        shown = []
        for body in bodies:
            sight, seen = mask(sight, _logged.decode(body), body)
            shown.extend(seen)
    body = b'{"kind":"events","epoch":"%s","from_seq":%d,"to_seq":%d,"events":[%s]}' % (
        str(epoch).encode(),
        since + 1,
        to_seq,
        b",".join(shown),
    )
    return Caught(body=body, live_from=to_seq, sight=sight)


def _head_of(bodies: list[bytes]) -> list[bytes]:
    size = 0
    for count, body in enumerate(bodies):
        size += len(body)
        if size > MESSAGE_BYTES and count:
            return bodies[:count]
    return bodies


# -- single flight ---------------------------------------------------------------------------

K = TypeVar("K")
V = TypeVar("V")


class Shared(Generic[K, V]):
    """Work under way by key: who asks for the same key waits for the same work."""

    def __init__(self) -> None:
        self._under_way: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The result of the work under way for `key`, else of `work`. Who gives up ends nothing."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(work(), name=f"shared {key}")
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: K, task: asyncio.Task[V]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # those who waited have it

    async def close(self) -> None:
        """End what is under way."""
        await end(list(self._under_way.values()))
