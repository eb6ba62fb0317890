"""Ends what was opened with rights that are gone: the database is asked, every two seconds.

A sign-in that ended, an account that changed, a key that was revoked, rotated or ran out: other
instances are told at once, over the bus or by the log. That word may be lost, with Redis down there
is none, and whoever is just being let in is not reached by it. This look keeps the promise of five
seconds for everything that stays open, sockets and feeds alike.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, Pool, transaction
from db.queries import api_keys, auth, members
from realtime.catchup import changed
from realtime.connections import Occupant, SignedIn
from realtime.quiet import QuietLog
from realtime.tasks import end
from scheduling.model import Member
from scheduling.permissions import Actor
from scheduling.scopes import Scope

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
TENANTS_AT_ONCE = 2
GRACE = timedelta(seconds=25)
"""So long a feed outlives the access token it was opened with, as sockets do; a key's end is its end."""

Opened: TypeAlias = list[tuple[Occupant, SignedIn]]


class House(Protocol):
    """The gateway, as seen from here."""

    def occupants(self) -> Iterable[Occupant]:
        """Everything that stays open and belongs to somebody."""

    def forget(self, tenant_id: UUID, actor_id: UUID) -> None:
        """What is remembered of an account or key is not true any more."""


class Standing(Struct, frozen=True, kw_only=True):
    """What the database says of those who are here."""

    ended: frozenset[UUID]
    """Sign-ins that are over."""
    people: dict[UUID, Member]
    keys: dict[bytes, Actor]
    """Keys by the digests of those of the secrets asked for that are good."""


class Rights:
    """One per process."""

    def __init__(self, pool: Pool, house: House, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._pool = pool
        self._house = house
        self._look_seconds = look_seconds
        self._task: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch(), name="rights")

    async def close(self) -> None:
        """Look no more."""
        await end([self._task])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            await self.look()

    async def look(self) -> None:
        """End what may not stay, now. A studio that cannot be looked at is looked at the next time."""
        here: dict[UUID, Opened] = defaultdict(list)
        for occupant in self._house.occupants():
            owner = occupant.owner
            if owner is not None:
                here[owner.actor.tenant_id].append((occupant, owner))
        limit = asyncio.Semaphore(TENANTS_AT_ONCE)
        await asyncio.gather(*(self._look_at(tenant_id, opened, limit) for tenant_id, opened in here.items()))

    async def _look_at(self, tenant_id: UUID, opened: Opened, limit: asyncio.Semaphore) -> None:
        now = datetime.now(UTC)
        async with limit:
            try:
                async with transaction(self._pool, tenant_id, readonly=True) as connection:
                    standing = await _standing(connection, tenant_id, [owner for _, owner in opened], now)
            except Exception as error:  # noqa: BLE001 - looked at again in two seconds
                self._quiet.warning("look", "rights could not be looked at: %s", error)
                return
        for occupant, owner in opened:
            reason = _why_not(owner, standing, now)
            if reason is not None:
                self._house.forget(tenant_id, owner.actor.id)
                occupant.close("unauthenticated", reason)


async def _standing(
    connection: Connection, tenant_id: UUID, owners: Sequence[SignedIn], now: datetime
) -> Standing:
    """Asks for what is needed only: most studios have no key connected."""
    families = sorted({owner.family_id for owner in owners if owner.family_id is not None})
    people = sorted({owner.actor.id for owner in owners if owner.actor.kind == "member"})
    digests = sorted({owner.secret for owner in owners if owner.secret is not None})
    ended = await auth.families_ended(connection, tenant_id, families) if families else []
    found = await members.by_ids(connection, tenant_id, people) if people else []
    keys = await api_keys.good(connection, tenant_id, digests, now) if digests else {}
    return Standing(
        ended=frozenset(ended),
        people={member.id: member for member in found},
        keys={digest: key_actor(tenant_id, key) for digest, key in keys.items()},
    )


def _why_not(owner: SignedIn, standing: Standing, now: datetime) -> str | None:
    """Why this owner may stay no longer, for the owner to read."""
    actor = owner.actor
    if owner.secret is not None:
        stands = standing.keys.get(owner.secret) == actor
        return None if stands else "This API key was revoked or replaced, or has run out."
    if owner.family_id in standing.ended:
        return "This sign-in has ended; sign in again."
    member = standing.people.get(actor.id)
    if actor.kind == "member" and (member is None or changed(actor, member)):
        return "Your account has changed; sign in again."
    return "The token has run out." if owner.expires_at <= now - GRACE else None


def key_actor(tenant_id: UUID, key: api_keys.ApiKey) -> Actor:
    """The key as the domain's actor. A scope that this version does not know opens nothing."""
    return Actor(
        kind="api_key",
        id=key.id,
        name=key.name,
        role="integrator",
        tenant_id=tenant_id,
        scopes=frozenset(scope for scope in Scope if scope.value in key.scopes),
    )
