"""A sign-in's life: a family of rotating refresh tokens, its access tokens, its socket tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from db.pool import Connection, Pool, transaction
from db.queries import auth as rows
from db.queries import members as member_rows
from scheduling.model import Member
from scheduling.refusals import Code, Refused
from server.auth.tokens import (
    ACCESS_LIFETIME,
    REFRESH_PREFIX,
    Opaque,
    Signer,
    new_refresh_token,
    new_ticket,
    read_opaque,
)

REFRESH_LIFETIME = timedelta(days=30)
ROTATION_GRACE = timedelta(seconds=10)
"""For so long a rotated token still gives its successor: tabs race, and answers get lost."""
TICKET_LIFETIME = timedelta(seconds=30)


class Grant(Struct, frozen=True, kw_only=True):
    """A sign-in as its owner holds it; `expires_in` is the access token's life in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str
    member: Member
    tenant_id: UUID


class Ended(Struct, frozen=True, kw_only=True):
    """A sign-in that was ended, and whose it was."""

    tenant_id: UUID
    member_id: UUID
    family_id: UUID


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Sessions:
    """Begins, renews and ends sign-ins."""

    def __init__(self, pool: Pool, signer: Signer, *, now: Callable[[], datetime] = utc_now) -> None:
        self._pool = pool
        self._signer = signer
        self._now = now

    async def begin(self, tenant_id: UUID, member: Member) -> Grant:
        """A new family for a member whose password was right."""
        now, token, family_id = self._now(), new_refresh_token(tenant_id), uuid4()
        async with transaction(self._pool, tenant_id) as connection:
            await rows.forget_expired(connection, tenant_id, now)
            await _store(connection, token, member.id, family_id, now)
        return self._grant(token, member, family_id, now)

    async def refresh(self, token: str) -> Grant | Refused:
        """The next token of the family and a new access token.

        A token that was rotated more than `ROTATION_GRACE` ago is in two hands, one of which is
        a thief's: the whole family ends.
        """
        presented = read_opaque(REFRESH_PREFIX, token)
        if presented is None:
            return _ended()
        now = self._now()
        async with transaction(self._pool, presented.tenant_id) as connection:
            row = await _locked(connection, presented)
            if row is None or row.revoked_at is not None or row.expires_at <= now:
                return _ended()
            newest = await self._rotate(connection, presented, row, now)
            member = await member_rows.by_id(connection, presented.tenant_id, row.member_id)
            if newest is None or member is None or not member.active:
                await rows.revoke_family(connection, presented.tenant_id, row.family_id, now)
                return _ended()
        return self._grant(newest, member, row.family_id, now)

    async def end(self, token: str) -> Ended | None:
        """End the sign-in the refresh token belongs to; None for no token of ours."""
        presented = read_opaque(REFRESH_PREFIX, token)
        if presented is None:
            return None
        async with transaction(self._pool, presented.tenant_id) as connection:
            row = await _locked(connection, presented)
            if row is None:
                return None
            await rows.revoke_family(connection, presented.tenant_id, row.family_id, self._now())
        return Ended(tenant_id=presented.tenant_id, member_id=row.member_id, family_id=row.family_id)

    async def ticket(self, tenant_id: UUID, member_id: UUID, family_id: UUID | None) -> str:
        """A one-use ticket for a socket of this sign-in, good for `TICKET_LIFETIME`."""
        ticket = new_ticket(tenant_id)
        expires_at = self._now() + TICKET_LIFETIME
        async with transaction(self._pool, tenant_id) as connection:
            await rows.store_ticket(
                connection,
                tenant_id,
                ticket.digest,
                member_id=member_id,
                expires_at=expires_at,
                family_id=family_id,
            )
        return ticket.text

    async def _rotate(
        self, connection: Connection, token: Opaque, row: rows.RefreshToken, now: datetime
    ) -> Opaque | None:
        """The newest token of the family, made where there is none; None where `token` is too old."""
        while row.rotated_at is not None:
            if now - row.rotated_at > ROTATION_GRACE:
                return None
            token = self._signer.successor(token)
            following = await rows.refresh_token(connection, token.tenant_id, token.digest)
            if following is None:  # our key changed within the grace
                return None
            if following.rotated_at is None:
                return token
            row = following
        successor = self._signer.successor(token)
        await rows.mark_rotated(connection, token.tenant_id, row.digest, now)
        await _store(connection, successor, row.member_id, row.family_id, now)
        return successor

    def _grant(self, token: Opaque, member: Member, family_id: UUID, now: datetime) -> Grant:
        access = self._signer.access_token(
            tenant_id=token.tenant_id,
            member_id=member.id,
            family_id=family_id,
            role=member.role.value,
            name=member.name,
            now=now,
        )
        return Grant(
            access_token=access,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            refresh_token=token.text,
            member=member,
            tenant_id=token.tenant_id,
        )


async def end_all(connection: Connection, tenant_id: UUID, member_id: UUID, now: datetime) -> None:
    """End every sign-in of a member, in the caller's transaction."""
    for family_id in await rows.families_of(connection, tenant_id, member_id):
        await rows.lock_family(connection, tenant_id, family_id)
        await rows.revoke_family(connection, tenant_id, family_id, now)


async def _store(
    connection: Connection, token: Opaque, member_id: UUID, family_id: UUID, now: datetime
) -> None:
    await rows.store_refresh_token(
        connection,
        token.tenant_id,
        token.digest,
        member_id=member_id,
        family_id=family_id,
        now=now,
        expires_at=now + REFRESH_LIFETIME,
    )


async def _locked(connection: Connection, token: Opaque) -> rows.RefreshToken | None:
    """The token's row as it is once no one else works on its family."""
    row = await rows.refresh_token(connection, token.tenant_id, token.digest)
    if row is None:
        return None
    await rows.lock_family(connection, token.tenant_id, row.family_id)
    return await rows.refresh_token(connection, token.tenant_id, token.digest)


def _ended() -> Refused:
    return Refused(code=Code.UNAUTHENTICATED, message="This sign-in has ended; sign in again.")
