"""The demo's two studios: people, projects and three months of bookings around today, the same every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid5

import msgspec

from db.pool import Pool, transaction
from db.queries import auth, notices, tenants
from realtime.execute import Executor
from realtime.protocol import CommandRequest, ErrorAnswer
from realtime.requests import Committed
from scheduling.commands import AcceptBooking, AddMember, ApplyBulk, BulkItem, SingleCommand, op_of
from scheduling.model import Role, Tenant
from scheduling.permissions import Actor, system_actor
from server.auth.passwords import Passwords
from server.seeding.bookings import PlannedBooking, plan_bookings
from server.seeding.days import holidays_of, weekly_review
from server.seeding.people import Cast, Studio, read_cast
from server.seeding.work import phase_commands, project_commands

Tell: TypeAlias = Callable[[str, int, int], None]
"""Told (what, done, total) while a studio is filled."""

_NAMESPACE = UUID("6f0c1c1e-6c7e-5b2c-9d64-1f0a6f6f2b11")
_LEAD_ARTIST = "Ines Fonseca"

DEMO = Studio(
    key="demo", name="Demo Studio", slug="demo", zone="Europe/Berlin", country="DE", seed=7, again=18
)
OTHER = Studio(
    key="other", name="Other Studio", slug="other", zone="Europe/Amsterdam", country="NL", seed=11, again=2
)

SIGN_INS: tuple[tuple[str, str, str], ...] = (
    ("demo", "owner@demo.studio", "owner of Demo Studio"),
    ("demo", "manager@demo.studio", "manager of Demo Studio"),
    ("demo", "artist@demo.studio", f"freelancer at Demo Studio ({_LEAD_ARTIST})"),
    ("other", "manager@other.studio", "manager of Other Studio"),
)
"""(studio's slug, e-mail address, in words) of every account of the demo."""

_MEMBERS = {
    "owner@demo.studio": ("Margit Osei", Role.OWNER),
    "manager@demo.studio": ("Jonas Weidmann", Role.MANAGER),
    "artist@demo.studio": (_LEAD_ARTIST, Role.FREELANCER),
    "manager@other.studio": ("Pilar Etxeberria", Role.MANAGER),
}


async def seed_demo(
    pool: Pool,
    *,
    password: str,
    tell: Tell = lambda _what, _done, _total: None,
    now: datetime | None = None,
) -> None:
    """Fill both studios of the demo, through the write path, and give every account `password`.

    Everything follows from the day of `now`: ids are the same every time, dates are relative to its week. A
    seeding that was interrupted is finished by calling this again.

    Raises:
        RuntimeError: the write path refused what is seeded.
    """
    present = now or datetime.now(UTC)
    executor = Executor(pool, publish=_to_nobody, clock=lambda: present)
    try:
        for studio in (DEMO, OTHER):
            await _seed_studio(pool, executor, studio, present, tell)
    finally:
        await executor.close()
    await _set_passwords(pool, password)


async def _to_nobody(_committed: Committed) -> None:
    """Nobody is connected while the demo is seeded."""


def tenant_id_of(studio: Studio) -> UUID:
    """Return the id a studio of the demo always has."""
    return uuid5(_NAMESPACE, studio.slug)


async def _seed_studio(pool: Pool, executor: Executor, studio: Studio, now: datetime, tell: Tell) -> None:
    tenant_id = tenant_id_of(studio)
    await _open(pool, Tenant(id=tenant_id, name=studio.name, slug=studio.slug, zone=studio.zone))
    cast = read_cast(studio, tenant_id)
    members = _member_commands(studio, cast)
    system = system_actor(tenant_id)
    await _send(executor, system, f"{studio.name}: people", [*cast.commands, *members], tell)
    manager = _manager(tenant_id, members)
    monday = _monday(now)
    work = [*project_commands(cast, monday), *phase_commands(cast, monday)]
    await _send(executor, manager, f"{studio.name}: work", work, tell)
    planned = plan_bookings(cast, monday, now, random.Random(studio.seed), again=studio.again)  # noqa: S311
    await _send(executor, manager, f"{studio.name}: bookings", _booking_commands(planned), tell)
    await _send_one(executor, system, f"{studio.name}: holidays", holidays_of(studio, monday))
    await _send_one(executor, manager, f"{studio.name}: weekly", weekly_review(cast, monday))
    async with transaction(pool, tenant_id) as connection:  # nobody is told of what was always there
        await notices.skip_to_head(connection, tenant_id, now)


async def _open(pool: Pool, tenant: Tenant) -> None:
    async with transaction(pool, tenant.id) as connection:
        if await tenants.get(connection, tenant.id) is None:
            await tenants.create(connection, tenant, uuid5(tenant.id, "epoch"))


def _member_commands(studio: Studio, cast: Cast) -> list[AddMember]:
    return [
        AddMember(
            id=_member_id(cast.tenant_id, email),
            email=email,
            name=_MEMBERS[email][0],
            role=_MEMBERS[email][1],
            artist_id=cast.artist_named(_MEMBERS[email][0])
            if _MEMBERS[email][1] is Role.FREELANCER
            else None,
        )
        for slug, email, _ in SIGN_INS
        if slug == studio.slug
    ]


def _member_id(tenant_id: UUID, email: str) -> UUID:
    return uuid5(tenant_id, f"member {email}")


def _manager(tenant_id: UUID, members: Sequence[AddMember]) -> Actor:
    """Return the manager, in whose name the schedule is written."""
    member = next(member for member in members if member.role is Role.MANAGER)
    assert member.id is not None  # noqa: S101 - made above
    return Actor(kind="member", id=member.id, name=member.name, role="studio_manager", tenant_id=tenant_id)


def _booking_commands(planned: Sequence[PlannedBooking]) -> list[SingleCommand]:
    """Return what places the bookings, and the answers of artists who said yes to a hold behind another."""
    places: list[SingleCommand] = [one.place for one in planned]
    answers = [AcceptBooking(booking_id=one.id) for one in planned if one.accepted]
    return [*places, *answers]


def _monday(now: datetime) -> date:
    return now.date() - timedelta(days=now.weekday())


async def _send(
    executor: Executor, actor: Actor, part: str, commands: Sequence[SingleCommand], tell: Tell
) -> None:
    """Send commands as one bulk command whose id is always the same, so that a second time does nothing."""
    items = tuple(
        BulkItem(op=op_of(command), args=msgspec.Raw(msgspec.json.encode(command))) for command in commands
    )
    request = CommandRequest(
        id=uuid5(actor.tenant_id, f"seed {part}"),
        op="bulk.apply",
        args=msgspec.Raw(msgspec.json.encode(ApplyBulk(items=items))),
    )
    answer = await executor.execute(actor, request, progress=lambda done, total: tell(part, done, total))
    if isinstance(answer, ErrorAnswer):
        raise RuntimeError(f"{part} could not be seeded: {answer.error.message}")  # noqa: TRY004 - an answer


async def _send_one(executor: Executor, actor: Actor, part: str, command: SingleCommand) -> None:
    """Send a command that is no part of a bulk command, under an id that is always the same."""
    request = CommandRequest(
        id=uuid5(actor.tenant_id, f"seed {part}"),
        op=op_of(command),
        args=msgspec.Raw(msgspec.json.encode(command)),
    )
    answer = await executor.execute(actor, request)
    if isinstance(answer, ErrorAnswer):
        raise RuntimeError(f"{part} could not be seeded: {answer.error.message}")  # noqa: TRY004 - an answer


async def _set_passwords(pool: Pool, password: str) -> None:
    passwords = Passwords()
    try:
        for slug, email, _ in SIGN_INS:
            tenant_id = uuid5(_NAMESPACE, slug)
            encoded = await passwords.hash(password)
            async with transaction(pool, tenant_id) as connection:
                await auth.store_password(connection, tenant_id, _member_id(tenant_id, email), encoded)
    finally:
        passwords.close()
