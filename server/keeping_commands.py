"""The command line's words about history: `verify`, `compact` and `erase`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta

from db.keeping import studio_ids
from db.pool import Pool, transaction
from db.queries import tenants
from scheduling.model import Tenant
from server import keeping, studios
from server.operating import with_database
from server.settings import Settings
from server.terminal import Terminal
from server.verifying import verify_studio


def add_history_commands(commands: Any) -> None:
    """Add the commands to the parser."""
    words = "walk the history of all studios, hold the tables against it, and name the first thing wrong"
    verify = commands.add_parser("verify", help=words, description=words)
    verify.add_argument("--studio", metavar="SLUG", help="only this studio")
    verify.set_defaults(command=_verify)
    words = "drop old images from a studio's history; the chain of hashes stays whole"
    compact = commands.add_parser("compact", help=words, description=words)
    compact.add_argument("--studio", metavar="SLUG", help="only this studio")
    compact.add_argument(
        "--keep",
        required=True,
        type=_months,
        metavar="MONTHS",
        help="how many months stay whole, at least 1, as in 24",
    )
    compact.set_defaults(command=_compact)
    words = "take an artist's name and words out of a studio and its history, for good"
    erase = commands.add_parser("erase", help=words, description=words)
    erase.add_argument("--studio", required=True, metavar="SLUG")
    erase.add_argument("--artist", required=True, type=_uuid, metavar="ID")
    erase.set_defaults(command=_erase)


def _months(text: str) -> int:
    number = text.split(maxsplit=1)[0] if text.split() else ""
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 1200:
        raise argparse.ArgumentTypeError(f"expected a number of months from 1 to 1200, got {text!r}")
    return int(number)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an artist's id, got {text!r}") from None


async def _studios(dsn: str, pool: Pool, slug: str | None) -> list[Tenant]:
    if slug is not None:
        return [await studios.studio_by_slug(pool, slug)]
    found = []
    for tenant_id in await studio_ids(dsn):
        async with transaction(pool, tenant_id, readonly=True) as connection:
            tenant = await tenants.get(connection, tenant_id)
        if tenant is not None:
            found.append(tenant)
    return sorted(found, key=lambda tenant: tenant.slug)


def _verify(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    async def work(dsn: str, pool: Pool) -> bool:
        whole = True
        for tenant in await _studios(dsn, pool, options.studio):
            verdict = await verify_studio(pool, tenant.id)
            if verdict.fault is None:
                terminal.say(f"The history of {tenant.slug} is whole up to event {verdict.seq}")
                continue
            whole = False
            what = f"the history of {tenant.slug} was tampered with or damaged: {verdict.fault}"
            sys.stderr.write(f"production-tool: {what}\n")
        return whole

    return 0 if with_database(settings, terminal, work) else 1


def _compact(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    before = datetime.now(UTC) - relativedelta(months=options.keep)

    async def work(dsn: str, pool: Pool) -> None:
        for tenant in await _studios(dsn, pool, options.studio):
            done = await keeping.compact(dsn, pool, tenant.id, before)
            terminal.say(
                f"{tenant.slug} keeps its history from event {done.history_from} on;"
                f" {done.dropped} older images were dropped"
            )

    with_database(settings, terminal, work)
    return 0


def _erase(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    async def work(dsn: str, pool: Pool) -> None:
        tenant = await studios.studio_by_slug(pool, options.studio)
        shortened = await keeping.erase(dsn, pool, tenant, options.artist)
        terminal.say(
            f"Artist {options.artist} was erased from {tenant.slug}, and from {shortened} past events"
        )

    with_database(settings, terminal, work)
    return 0
