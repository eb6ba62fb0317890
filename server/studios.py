"""Opens studios and accounts from the command line, through the one write path."""

import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from uuid_utils.compat import uuid7

from db.faults import Fault, fault_of
from db.pool import Pool, acquire, create_pool, transaction
from db.queries import auth, tenants
from realtime.execute import Executor
from realtime.protocol import CommandRequest, ErrorAnswer, parse_args
from realtime.requests import Committed
from scheduling.model import Role, Tenant
from scheduling.permissions import system_actor
from scheduling.refusals import Refused
from server.auth.passwords import MAX_PASSWORD, MIN_PASSWORD, Passwords
from server.auth.sessions import end_all

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class StudioError(Exception):
    """A studio or an account cannot be opened as asked; `str()` is one sentence."""


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """An account to open; `artist` is the id of the artist it belongs to."""

    email: str
    name: str
    role: Role
    artist: str | None = None


async def open_studio(
    pool: Pool, *, name: str, slug: str | None, zone: str, owner: NewMember, password: str
) -> Tenant:
    """Open an empty studio with its first owner.

    `slug` is its name in addresses (made from `name` where None), `zone` the IANA zone of its days.
    Raises `StudioError` for a slug in use, a zone that there is not, a bad e-mail address or password.
    """
    tenant = Tenant(id=uuid7(), name=name.strip(), slug=slug or slug_of(name), zone=zone)
    _check_studio(tenant)
    check_password(password)
    _command(owner, uuid7())  # a bad address must not leave a studio without an owner
    try:
        async with transaction(pool, tenant.id) as connection:
            await tenants.create(connection, tenant, uuid7())
    except Exception as error:
        if fault_of(error) is Fault.DATA:
            raise StudioError(f"there is a studio with the slug {tenant.slug!r} already") from error
        raise
    await add_member(pool, tenant, owner, password=password)
    return tenant


def _check_studio(tenant: Tenant) -> None:
    if not tenant.name:
        raise StudioError("a studio needs a name")
    if not _SLUG.fullmatch(tenant.slug):
        raise StudioError(f"the slug {tenant.slug!r} may hold only a-z, 0-9 and single dashes")
    if tenant.zone not in available_timezones():
        raise StudioError(f"{tenant.zone!r} is no time zone; expected one like Europe/Berlin")


def slug_of(name: str) -> str:
    """A name as it stands in addresses: `Nord & Süd` is `nord-sud`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


async def studio_by_slug(pool: Pool, slug: str) -> Tenant:
    """The studio with this slug. Raises `StudioError`."""
    async with acquire(pool) as connection, connection.transaction():
        tenant = await tenants.by_slug(connection, slug)
    if tenant is None:
        raise StudioError(f"there is no studio with the slug {slug!r}")
    return tenant


async def add_member(pool: Pool, tenant: Tenant, member: NewMember, *, password: str) -> UUID:
    """Open an account and set its password; returns the member's id. Raises `StudioError`."""
    check_password(password)
    member_id = uuid7()
    request = _command(member, member_id)
    async with write_path(pool) as executor:
        answer = await executor.execute(system_actor(tenant.id), request)
    if isinstance(answer, ErrorAnswer):
        raise StudioError(answer.error.message)
    await set_password(pool, tenant.id, member_id, password)
    return member_id


def _command(member: NewMember, member_id: UUID) -> CommandRequest:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", member.email):
        raise StudioError(f"{member.email!r} is no e-mail address")
    args: dict[str, Any] = {"id": member_id, "email": member.email, "name": member.name, "role": member.role}
    if member.artist:
        args["artist_id"] = member.artist
    raw = msgspec.Raw(msgspec.json.encode(args))
    parsed = parse_args("member.add", raw)
    if isinstance(parsed, Refused):
        raise StudioError(parsed.message)
    return CommandRequest(id=uuid7(), op="member.add", args=raw)


async def change_password(pool: Pool, tenant: Tenant, email: str, password: str) -> None:
    """Set a member's password anew and end all their sign-ins. Raises `StudioError`."""
    async with transaction(pool, tenant.id) as connection:
        account = await auth.account(connection, tenant.id, email)
    if account is None:
        raise StudioError(f"{email} has no account in {tenant.slug}")
    await set_password(pool, tenant.id, account.member.id, password)
    async with transaction(pool, tenant.id) as connection:
        await end_all(connection, tenant.id, account.member.id, datetime.now(UTC))


async def set_password(pool: Pool, tenant_id: UUID, member_id: UUID, password: str) -> None:
    """Set or replace a member's password. Raises `StudioError` if it is too short or too long."""
    check_password(password)
    passwords = Passwords()
    try:
        encoded = await passwords.hash(password)
    finally:
        passwords.close()
    async with transaction(pool, tenant_id) as connection:
        await auth.store_password(connection, tenant_id, member_id, encoded)


def check_password(password: str) -> None:
    """Raise `StudioError` for a password that nobody could sign in with."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise StudioError(
            f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters, this has {len(password)}"
        )


@asynccontextmanager
async def write_path(pool: Pool) -> AsyncIterator[Executor]:
    """The write path for one command; what is under way is finished at the end."""
    executor = Executor(pool, publish=_leave_it_to_the_log)
    try:
        yield executor
    finally:
        await executor.close()


async def _leave_it_to_the_log(_committed: Committed) -> None:
    """Running servers see the new events by themselves, at their next look at the head of the log."""


@asynccontextmanager
async def small_pool(dsn: str) -> AsyncIterator[Pool]:
    """A pool for one command of the command line."""
    pool = await create_pool(dsn, min_size=1, max_size=4, application_name="production-tool command")
    try:
        yield pool
    finally:
        await pool.close()
