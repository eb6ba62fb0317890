"""Rows of `tenants` and the heads of their logs: opening a studio, locking it for a write."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.model import Closure, Tenant, WorkingHours


class Head(Struct, frozen=True, kw_only=True):
    """Where a tenant's log stands: `seq` is the last number given, `hash` the last link of the chain.

    `history_from`: the first event of which everything is kept.
    """

    epoch: UUID
    seq: int
    next_claim: int
    hash: bytes
    history_from: int = 1

    def keeps(self, after: int) -> bool:
        """Whether all events numbered above `after` can be read."""
        return after + 1 >= self.history_from


_hours = msgspec.json.Decoder(tuple[WorkingHours, ...])
_closures = msgspec.json.Decoder(tuple[Closure, ...])


def tenant_of(row: asyncpg.Record) -> Tenant:
    return Tenant(
        id=row["id"],
        name=row["name"],
        slug=row["slug"],
        zone=row["zone"],
        hold_response_hours=row["hold_response_hours"],
        hold_expiry_hours=row["hold_expiry_hours"],
        challenge_hours=row["challenge_hours"],
        challenge_clock=row["challenge_clock"],
        confirm_window_hours=row["confirm_window_hours"],
        working_hours=_hours.decode(row["working_hours"]),
        holiday_country=row["holiday_country"],
        holiday_subdivision=row["holiday_subdivision"],
        closures=_closures.decode(row["closures"]),
        history_from=row["history_from"],
        version=row["version"],
    )


def head_of(row: asyncpg.Record) -> Head:
    return Head(
        epoch=row["epoch"],
        seq=row["seq"],
        next_claim=row["next_claim"],
        hash=row["hash"],
        history_from=row["history_from"],
    )


async def create(connection: Connection, tenant: Tenant, epoch: UUID) -> None:
    """Open a studio with an empty log. Raises `asyncpg.UniqueViolationError` for a slug in use."""
    await connection.execute(
        "INSERT INTO tenants (id, name, slug, zone, hold_response_hours, hold_expiry_hours, version)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tenant.id,
        tenant.name,
        tenant.slug,
        tenant.zone,
        tenant.hold_response_hours,
        tenant.hold_expiry_hours,
        tenant.version,
    )
    await connection.execute("INSERT INTO tenant_heads (tenant_id, epoch) VALUES ($1, $2)", tenant.id, epoch)


async def get(connection: Connection, tenant_id: UUID) -> Tenant | None:
    """The studio, or None."""
    row = await connection.fetchrow("SELECT * FROM tenants WHERE id = $1", tenant_id)
    return tenant_of(row) if row else None


async def by_slug(connection: Connection, slug: str) -> Tenant | None:
    """The studio with this slug, before any tenant is known; the transaction reads nothing else."""
    await connection.execute("SELECT set_config('app.sign_in_slug', $1, true)", slug)
    row = await connection.fetchrow("SELECT * FROM tenants WHERE slug = $1", slug)
    await connection.execute("SELECT set_config('app.sign_in_slug', '', true)")
    return tenant_of(row) if row else None


async def head(connection: Connection, tenant_id: UUID) -> Head | None:
    """Where the log stands, without a lock."""
    row = await connection.fetchrow(
        "SELECT h.epoch, h.seq, h.next_claim, h.hash, t.history_from"
        " FROM tenant_heads h JOIN tenants t ON t.id = h.tenant_id WHERE h.tenant_id = $1",
        tenant_id,
    )
    return head_of(row) if row else None


async def lock(connection: Connection, tenant_id: UUID) -> tuple[Tenant, Head] | None:
    """Lock and read the tenant's head, until the transaction ends.

    For a transaction that was begun with `batches.begin`: its advisory lock queues fairly where
    the row lock alone makes a convoy, and this later statement sees the row as the last writer left it.
    """
    row = await connection.fetchrow(
        "SELECT t.id, t.name, t.slug, t.zone, t.hold_response_hours, t.hold_expiry_hours,"
        " t.challenge_hours, t.challenge_clock, t.confirm_window_hours, t.working_hours,"
        " t.holiday_country, t.holiday_subdivision, t.closures, t.history_from, t.version,"
        " h.epoch, h.seq, h.next_claim, h.hash"
        " FROM tenant_heads h JOIN tenants t ON t.id = h.tenant_id"
        " WHERE h.tenant_id = $1 FOR UPDATE OF h",
        tenant_id,
    )
    return (tenant_of(row), head_of(row)) if row else None


def lock_key(tenant_id: UUID) -> int:
    """The number of the tenant's advisory lock: 64 bits of the id, as Postgres takes them, signed."""
    return int.from_bytes(tenant_id.bytes[-8:], "big", signed=True)


async def update(connection: Connection, tenant: Tenant) -> None:
    """Write the studio's name and policies."""
    await connection.execute(
        "UPDATE tenants SET name = $2, zone = $3, hold_response_hours = $4,"
        " hold_expiry_hours = $5, challenge_hours = $6, challenge_clock = $7,"
        " confirm_window_hours = $8, version = $9, working_hours = $10::jsonb, holiday_country = $11,"
        " holiday_subdivision = $12, closures = $13::jsonb, history_from = $14 WHERE id = $1",
        tenant.id,
        tenant.name,
        tenant.zone,
        tenant.hold_response_hours,
        tenant.hold_expiry_hours,
        tenant.challenge_hours,
        tenant.challenge_clock,
        tenant.confirm_window_hours,
        tenant.version,
        msgspec.json.encode(tenant.working_hours).decode(),
        tenant.holiday_country,
        tenant.holiday_subdivision,
        msgspec.json.encode(tenant.closures).decode(),
        tenant.history_from,
    )
