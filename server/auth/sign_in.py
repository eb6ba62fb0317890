"""Signing in with an e-mail address and a password, and changing passwords."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from db.pool import Pool, acquire, set_tenant, transaction
from db.queries import auth as rows
from db.queries import members as member_rows
from db.queries import tenants as tenant_rows
from scheduling.refusals import Code, Refused
from server.auth.passwords import HashingBusy, Passwords
from server.auth.sessions import Grant, Sessions, end_all, utc_now
from server.auth.throttle import PER_ADDRESS, PER_EMAIL, Throttle, address_key

USUAL_STUDIOS = 2
"""Checks made for every sign-in that names no studio, so that time does not tell one from two."""

_NO_STUDIO = UUID(int=0)


class Studio(Struct, frozen=True, kw_only=True):
    """A studio to choose from."""

    slug: str
    name: str


class ChooseStudio(Struct, frozen=True, kw_only=True):
    """The password is right in several studios: those it is right in, and no others."""

    tenants: tuple[Studio, ...]


class Throttled(Struct, frozen=True, kw_only=True):
    """Too many attempts; the next one after `seconds`."""

    seconds: int


class SignIn:
    """Accounts with a password. Keeps the count of failed attempts, which is per process."""

    def __init__(self, pool: Pool, passwords: Passwords, sessions: Sessions) -> None:
        self._pool = pool
        self._passwords = passwords
        self._sessions = sessions
        self._by_email = Throttle(PER_EMAIL)
        self._by_address = Throttle(PER_ADDRESS)

    async def login(
        self, email: str, password: str, tenant: str | None, address: str
    ) -> Grant | ChooseStudio | Throttled | Refused:
        """Sign in. `tenant` is a slug, needed only where the password fits several studios.

        The answer to an unknown address, a wrong password, a wrong studio and a deactivated
        account is the same, and takes the same work.
        """
        accounts = [a for a in await self._accounts(email, tenant) if a.password_hash is not None]
        work = 1 if tenant else USUAL_STUDIOS
        checked = await self._check(
            [a.password_hash or "" for a in accounts],
            password,
            email=email.casefold(),
            address=address_key(address),
            work=work,
        )
        if isinstance(checked, Throttled):
            return checked
        matching = [a for a, good in zip(accounts, checked, strict=True) if good and a.member.active]
        if not matching:
            return Refused(
                code=Code.UNAUTHENTICATED,
                message="The e-mail address or the password is wrong"
                + (", or there is no such studio." if tenant else "."),
            )
        if len(matching) > 1:
            return ChooseStudio(
                tenants=tuple(Studio(slug=a.tenant_slug, name=a.tenant_name) for a in matching)
            )
        await self._rehash(matching[0], password)
        return await self._sessions.begin(matching[0].tenant_id, matching[0].member)

    async def check(self, tenant_id: UUID, member_id: UUID, password: str, address: str) -> bool | Throttled:
        """Whether it is the member's password; failures count as failed sign-ins do."""
        async with transaction(self._pool, tenant_id, readonly=True) as connection:
            encoded = await rows.password_hash(connection, tenant_id, member_id)
        hashes = [encoded] if encoded else []
        checked = await self._check(
            hashes, password, email=str(member_id), address=address_key(address), work=1
        )
        return checked if isinstance(checked, Throttled) else any(checked)

    async def _accounts(self, email: str, tenant: str | None) -> list[rows.Account]:
        """Accounts that may be meant. The connection is given back before any hashing."""
        found = []
        async with acquire(self._pool) as connection, connection.transaction(readonly=True):
            if tenant is None:
                tenant_ids = await rows.tenants_of_email(connection, email)
            else:
                studio = await tenant_rows.by_slug(connection, tenant)
                tenant_ids = [studio.id] if studio else []
            # An address nobody has is looked for once as well: the same round trips, and no row.
            for tenant_id in tenant_ids or [_NO_STUDIO]:
                await set_tenant(connection, tenant_id)
                account = await rows.account(connection, tenant_id, email)
                if account is not None:
                    found.append(account)
        return found

    async def _check(
        self, hashes: Sequence[str], password: str, *, email: str, address: str, work: int
    ) -> list[bool] | Throttled:
        throttled = self._throttled(email, address)
        if throttled:
            return throttled
        try:
            async with self._passwords.slot():
                throttled = self._throttled(email, address)  # others may have failed while this one queued
                if throttled:
                    return throttled
                checked = await self._passwords.matches(hashes, password, work=work)
        except HashingBusy:
            return Throttled(seconds=1)
        if any(checked):
            self._by_email.succeeded(email)
        else:
            self._by_email.failed(email)
            self._by_address.failed(address)
        return checked

    def _throttled(self, email: str, address: str) -> Throttled | None:
        wait = max(self._by_email.wait(email), self._by_address.wait(address))
        return Throttled(seconds=math.ceil(wait)) if wait else None

    async def _rehash(self, account: rows.Account, password: str) -> None:
        """Bring a hash made with older parameters up to date, now that the password is at hand."""
        old = account.password_hash
        if old is None or not self._passwords.outdated(old):
            return
        try:
            new = await self._passwords.hash(password)
        except HashingBusy:  # the next sign-in will do
            return
        async with transaction(self._pool, account.tenant_id) as connection:
            await rows.rehash_password(connection, account.tenant_id, account.member.id, old=old, new=new)


async def set_password(
    pool: Pool, passwords: Passwords, *, tenant_id: UUID, member_id: UUID, password: str
) -> bool:
    """Set a member's password and end all their sign-ins; False where there is no such member.

    Raises `HashingBusy`.
    """
    encoded = await passwords.hash(password)
    async with transaction(pool, tenant_id) as connection:
        if await member_rows.by_id(connection, tenant_id, member_id) is None:
            return False
        await rows.store_password(connection, tenant_id, member_id, encoded)
        await end_all(connection, tenant_id, member_id, utc_now())
    return True
