"""From a token to an `Actor`: what REST and the socket gateway ask before anything else."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import api_keys as key_rows
from db.queries import auth as rows
from db.queries import members as member_rows
from realtime.rights import key_actor
from scheduling.model import Member
from scheduling.permissions import Actor
from server.auth.tokens import ACCESS_LIFETIME, KEY_PREFIX, TICKET_PREFIX, Opaque, Signer, read_opaque

CACHE_SECONDS = 5.0
"""How long a deactivated member or an ended sign-in may still be believed."""
CACHE_SIZE = 10_000
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a key without an expiry runs out."""


class Identity(Struct, frozen=True, kw_only=True):
    """Who a token speaks for, and until when the token may be relied on (UTC).

    It came from a sign-in, or from the secret of an API key, of which this is the digest.
    """

    actor: Actor
    expires_at: datetime
    family_id: UUID | None = None
    secret: bytes | None = None


class Authenticator:
    """Reads tokens. Members are asked for in the database, at most every `CACHE_SECONDS`."""

    def __init__(self, pool: Pool, signer: Signer, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[tuple[UUID, UUID, UUID | None], tuple[float, Member | None]] = OrderedDict()
        self._keys: OrderedDict[bytes, tuple[float, Identity]] = OrderedDict()

    async def identify(self, token: str) -> Identity | None:
        """Who the token, API key or unused socket ticket is of; None where it is not, or no longer, good.

        For what stays open: the database is asked now, since a socket that is opened with what was
        believed five seconds ago would outlive that by as long as it takes to be noticed. A ticket
        is used up by this. Role, name and artist come from the database, not the token.
        """
        if token.startswith(f"{TICKET_PREFIX}_"):
            return await self._redeem(token)
        return await self.by_bearer(token, afresh=True)

    async def by_bearer(self, token: str, *, afresh: bool = False) -> Identity | None:
        """As `identify`, for what an `Authorization` header carries: REST takes no tickets.

        What was found in the last `CACHE_SECONDS` is believed, unless it is asked `afresh`.
        """
        if token.startswith(f"{KEY_PREFIX}_"):
            return await self._by_key(token, afresh=afresh)
        return await self._by_access_token(token, afresh=afresh)

    async def _by_access_token(self, token: str, *, afresh: bool) -> Identity | None:
        claims = self._signer.read(token)
        if claims is None:
            return None
        member = await self._member(claims.tenant_id, claims.member_id, claims.family_id, afresh=afresh)
        if member is None:
            return None
        return Identity(
            actor=actor_of(claims.tenant_id, member),
            expires_at=claims.expires_at,
            family_id=claims.family_id,
        )

    async def authenticate(self, token: str) -> Actor | None:
        """As `identify`, for those who need only the actor."""
        identity = await self.identify(token)
        return identity.actor if identity else None

    def forget(self, tenant_id: UUID, actor_id: UUID) -> None:
        """Ask the database again, as after a member was edited or signed out, or a key rotated or revoked."""
        for key in [k for k in self._known if k[:2] == (tenant_id, actor_id)]:
            del self._known[key]
        for digest, (_, known) in list(self._keys.items()):
            if (known.actor.tenant_id, known.actor.id) == (tenant_id, actor_id):
                del self._keys[digest]

    async def _by_key(self, token: str, *, afresh: bool) -> Identity | None:
        secret = read_opaque(KEY_PREFIX, token)
        if secret is None:
            return None
        held = None if afresh else self._keys.get(secret.digest)
        if held is not None and self._clock() < held[0] and datetime.now(UTC) < held[1].expires_at:
            return held[1]
        identity = await self._look_up_key(secret)
        if identity is None:
            self._keys.pop(secret.digest, None)
            return None
        self._keys[secret.digest] = (self._clock() + CACHE_SECONDS, identity)
        while len(self._keys) > CACHE_SIZE:
            self._keys.popitem(last=False)
        return identity

    async def _look_up_key(self, secret: Opaque) -> Identity | None:
        now = datetime.now(UTC)
        async with transaction(self._pool, secret.tenant_id) as connection:
            found = await key_rows.by_digest(connection, secret.tenant_id, secret.digest, now)
            if found is None:
                return None
            await key_rows.used(connection, secret.tenant_id, found.key.id, now)
        ends = [found.key.expires_at, found.key.previous_until if found.previous else None]
        return Identity(
            actor=key_actor(secret.tenant_id, found.key),
            expires_at=min((end for end in ends if end is not None), default=FOREVER),
            secret=secret.digest,
        )

    async def _redeem(self, token: str) -> Identity | None:
        ticket = read_opaque(TICKET_PREFIX, token)
        if ticket is None:
            return None
        now = datetime.now(UTC)
        async with transaction(self._pool, ticket.tenant_id) as connection:
            used = await rows.use_ticket(connection, ticket.tenant_id, ticket.digest, now)
            if used is None:
                return None
            member = await member_rows.by_id(connection, ticket.tenant_id, used.member_id)
            stands = used.family_id is None or await rows.family_stands(
                connection, ticket.tenant_id, used.family_id
            )
        if member is None or not member.active or not stands:
            return None
        return Identity(
            actor=actor_of(ticket.tenant_id, member),
            expires_at=now + ACCESS_LIFETIME,
            family_id=used.family_id,
        )

    async def _member(
        self, tenant_id: UUID, member_id: UUID, family_id: UUID, *, afresh: bool
    ) -> Member | None:
        key = (tenant_id, member_id, family_id)
        held = None if afresh else self._known.get(key)
        if held is not None and self._clock() < held[0]:
            self._known.move_to_end(key)
            return held[1]
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            member = await member_rows.by_id(connection, tenant_id, member_id)
            stands = await rows.family_stands(connection, tenant_id, family_id)
        good = member if member is not None and member.active and stands else None
        self._known[key] = (self._clock() + CACHE_SECONDS, good)
        while len(self._known) > CACHE_SIZE:
            self._known.popitem(last=False)
        return good


def actor_of(tenant_id: UUID, member: Member) -> Actor:
    """The member as the domain's actor."""
    return Actor(
        kind="member",
        id=member.id,
        name=member.name,
        role=member.role.value,
        tenant_id=tenant_id,
        artist_id=member.artist_id,
    )
