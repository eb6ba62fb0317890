"""Opens studios and accounts from the command line, through the one write path."""

import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from uuid_utils.compat import uuid7

from db.faults import Fault, fault_of
from db.pool import Pool, acquire, create_pool, transaction
from db.queries import auth, tenants
from realtime.batch import Committed
from realtime.execute import Executor
from realtime.protocol import CommandRequest, ErrorAnswer
from scheduling.model import Role, Tenant
from scheduling.permissions import Actor, system_actor
from server.auth.passwords import MAX_PASSWORD, MIN_PASSWORD, Passwords

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class StudioError(Exception):
    """A studio or an account cannot be opened as asked; `str()` is one sentence."""


async def open_studio(pool: Pool, *, name: str, slug: str | None = None, zone: str = "UTC") -> Tenant:
    """Open an empty studio. `slug` is its name in addresses, `zone` the IANA zone of its days.

    Raises `StudioError` for a slug in use or a zone that there is not.
    """
    tenant = Tenant(id=uuid7(), name=name.strip(), slug=slug or slug_of(name), zone=zone)
    if not tenant.name:
        raise StudioError("a studio needs a name")
    if not _SLUG.fullmatch(tenant.slug):
        raise StudioError(f"the slug {tenant.slug!r} may hold a-z, 0-9 and single dashes only")
    if zone not in available_timezones():
        raise StudioError(f"{zone!r} is no time zone; expected one like Europe/Berlin")
    try:
        async with transaction(pool, tenant.id) as connection:
            await tenants.create(connection, tenant, uuid7())
    except Exception as error:
        if fault_of(error) is Fault.DATA:
            raise StudioError(f"there is a studio with the slug {tenant.slug!r} already") from error
        raise
    return tenant


async def studio_by_slug(pool: Pool, slug: str) -> Tenant:
    """The studio with this slug. Raises `StudioError`."""
    async with acquire(pool) as connection, connection.transaction():
        tenant = await tenants.by_slug(connection, slug)
    if tenant is None:
        raise StudioError(f"there is no studio with the slug {slug!r}")
    return tenant


async def add_member(
    pool: Pool,
    tenant: Tenant,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    artist_id: UUID | None = None,
) -> UUID:
    """Open an account and set its password; returns the member's id. Raises `StudioError`."""
    check_password(password)
    member_id = uuid7()
    args = {"id": member_id, "email": email, "name": name, "role": role, "artist_id": artist_id}
    async with _executor(pool) as executor:
        await _run(executor, system_actor(tenant.id), "member.add", args)
    await set_password(pool, tenant.id, member_id, password)
    return member_id


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


def slug_of(name: str) -> str:
    """A name as it stands in addresses: `Nord & Süd` is `nord-sud`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


@asynccontextmanager
async def _executor(pool: Pool) -> AsyncIterator[Executor]:
    executor = Executor(pool, publish=_leave_it_to_the_log)
    try:
        yield executor
    finally:
        await executor.close()


async def _leave_it_to_the_log(_committed: Committed) -> None:
    """Running servers see the new events by themselves, at their next look at the head of the log."""


async def _run(executor: Executor, actor: Actor, op: str, args: dict[str, Any]) -> None:
    request = CommandRequest(id=uuid7(), op=op, args=msgspec.Raw(msgspec.json.encode(args)))
    answer = await executor.execute(actor, request)
    if isinstance(answer, ErrorAnswer):
        raise StudioError(answer.error.message)


@asynccontextmanager
async def small_pool(dsn: str) -> AsyncIterator[Pool]:
    """A pool for one command of the command line."""
    pool = await create_pool(dsn, min_size=1, max_size=4, application_name="production-tool command")
    try:
        yield pool
    finally:
        await pool.close()
