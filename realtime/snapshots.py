"""Builds the snapshot of a tenant for one audience: loaded at one number, encoded as pages.

Everything here that takes long runs in small steps or in a thread: at ten thousand bookings the
event loop is never held for more than a few milliseconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import challenges, members, milestones, projects, scenarios, snapshots, tenants, times_off
from realtime.connections import Audience
from realtime.log_reader import Position, UnknownTenant
from realtime.masking import (
    Sight,
    masked_artists,
    masked_bookings,
    masked_members,
    masked_projects,
    masked_times_off,
    sight_of,
)
from scheduling.claims import rerank_all
from scheduling.model import (
    Artist,
    Booking,
    Challenge,
    Dependency,
    Member,
    Milestone,
    Phase,
    Project,
    Scenario,
    ScenarioChange,
    Tenant,
    TimeOff,
)

PAGE_BYTES = 256 * 1024
KINDS = (
    "members",
    "artists",
    "projects",
    "phases",
    "dependencies",
    "milestones",
    "bookings",
    "challenges",
    "times_off",
    "scenarios",
    "scenario_changes",
)


class Loaded(Struct, frozen=True, kw_only=True):
    """A tenant's live state at one number, ranks included."""

    position: Position
    loaded_at: float
    tenant: Tenant
    members: tuple[Member, ...]
    artists: tuple[Artist, ...]
    projects: tuple[Project, ...]
    phases: tuple[Phase, ...]
    dependencies: tuple[Dependency, ...]
    bookings: tuple[Booking, ...]
    milestones: tuple[Milestone, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    times_off: tuple[TimeOff, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    scenario_changes: tuple[ScenarioChange, ...] = ()


class Snapshot(Struct, frozen=True, kw_only=True):
    """What one audience is sent, page by page; `sight` is None for staff."""

    id: str
    position: Position
    loaded_at: float
    pages: tuple[bytes, ...]
    size: int
    sight: Sight | None


class Loader(Protocol):
    """Where a tenant's state comes from."""

    async def __call__(self, tenant_id: UUID) -> Loaded:
        """Raises `UnknownTenant`, and what the database raises."""


class DatabaseLoader:
    """Loads from Postgres, all lists as of one moment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, tenant_id: UUID) -> Loaded:
        moment = transaction(self._pool, tenant_id, isolation="repeatable_read", readonly=True)
        async with moment as connection:
            head = await tenants.head(connection, tenant_id)
            tenant = await tenants.get(connection, tenant_id)
            if head is None or tenant is None:
                raise UnknownTenant(str(tenant_id))
            loaded = Loaded(
                position=Position(epoch=head.epoch, seq=head.seq),
                loaded_at=time.monotonic(),
                tenant=tenant,
                members=tuple(await members.everyone(connection, tenant_id)),
                artists=await _collect(snapshots.all_artists(connection, tenant_id)),
                projects=tuple(await projects.everything(connection, tenant_id)),
                phases=await _collect(snapshots.all_phases(connection, tenant_id)),
                dependencies=await _collect(snapshots.all_dependencies(connection, tenant_id)),
                bookings=await _collect(snapshots.live_bookings(connection, tenant_id)),
                milestones=tuple(await milestones.of_projects(connection, tenant_id)),
                challenges=tuple(await challenges.active(connection, tenant_id)),
                times_off=tuple(await times_off.live(connection, tenant_id)),
                scenarios=tuple(await scenarios.opened(connection, tenant_id)),
                scenario_changes=await _collect(snapshots.all_scenario_changes(connection, tenant_id)),
            )
        return await asyncio.to_thread(_with_ranks, loaded)


T = TypeVar("T")


async def _collect(chunks: AsyncIterator[list[T]]) -> tuple[T, ...]:
    return tuple([record async for chunk in chunks for record in chunk])


def _with_ranks(loaded: Loaded) -> Loaded:
    return msgspec.structs.replace(loaded, bookings=tuple(rerank_all(loaded.bookings)))


# -- encoding --------------------------------------------------------------------------------


async def build(loaded: Loaded, audience: Audience) -> Snapshot:
    """Encode, in a thread, what the audience may see."""
    return await asyncio.to_thread(_build, loaded, audience)


def _build(loaded: Loaded, audience: Audience) -> Snapshot:
    sight = None
    if not audience.staff:
        sight = sight_of(audience.artist_id, loaded.bookings, loaded.projects)
    snapshot_id = uuid4().hex
    states = list(_states(loaded, _visible(loaded, sight)))
    pages = tuple(
        _page(loaded.position, state, f"{snapshot_id}.{number}" if number < len(states) else None)
        for number, state in enumerate(states, start=1)
    )
    return Snapshot(
        id=snapshot_id,
        position=loaded.position,
        loaded_at=loaded.loaded_at,
        pages=pages,
        size=sum(len(page) for page in pages),
        sight=sight,
    )


def _visible(loaded: Loaded, sight: Sight | None) -> dict[str, Sequence[object]]:
    if sight is None:
        return {kind: getattr(loaded, kind) for kind in KINDS}
    return {
        "members": masked_members(loaded.members),
        "artists": masked_artists(sight.artist_id, loaded.artists),
        "projects": masked_projects(sight),
        "phases": (),
        "dependencies": (),
        "milestones": (),
        "bookings": masked_bookings(sight.artist_id, loaded.bookings),
        "challenges": (),
        "times_off": masked_times_off(sight.artist_id, loaded.times_off),
        "scenarios": (),
        "scenario_changes": (),
    }


def _states(loaded: Loaded, lists: dict[str, Sequence[object]]) -> Iterator[bytes]:
    """The `state` objects of the pages; the first names every kind, the later ones what they hold."""
    fields: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    first, size = b'"tenant":' + msgspec.json.encode(loaded.tenant) + b",", 0
    for kind, record in _encoded(lists):
        if size and size + len(record) > PAGE_BYTES:
            yield b"{" + first + _fields(fields) + b"}"
            fields, first, size = {}, b"", 0
        fields.setdefault(kind, []).append(record)
        size += len(record)
    yield b"{" + first + _fields(fields) + b"}"


def _encoded(lists: dict[str, Sequence[object]]) -> Iterable[tuple[str, bytes]]:
    encode = msgspec.json.Encoder().encode
    return ((kind, encode(record)) for kind in KINDS for record in lists[kind])


def _fields(fields: dict[str, list[bytes]]) -> bytes:
    return b",".join(b'"%s":[%s]' % (kind.encode(), b",".join(records)) for kind, records in fields.items())


def _page(position: Position, state: bytes, following: str | None) -> bytes:
    more = b',"next":"%s"' % following.encode() if following else b""
    return b'{"kind":"snapshot","epoch":"%s","seq":%d,"state":%s%s}' % (
        str(position.epoch).encode(),
        position.seq,
        state,
        more,
    )
