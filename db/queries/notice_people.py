"""How people want to be told, where mail does not reach them, and the keys their links are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from db.pool import Connection
from scheduling.notices.preferences import Preferences


class _Kept(Preferences, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """As kept, perhaps by a release that knew more of it."""


_decoder = msgspec.json.Decoder(_Kept)


async def preferences(
    connection: Connection, tenant_id: UUID, member_ids: Sequence[UUID]
) -> dict[UUID, Preferences]:
    """The wishes of those who said any."""
    rows = await connection.fetch(
        "SELECT member_id, preferences FROM notice_preferences WHERE tenant_id = $1"
        " AND member_id = ANY($2::uuid[])",
        tenant_id,
        member_ids,
    )
    return {row["member_id"]: _decoder.decode(row["preferences"]) for row in rows}


async def set_preferences(
    connection: Connection, tenant_id: UUID, member_id: UUID, wishes: Preferences, now: datetime
) -> None:
    """Keep a person's wishes."""
    await connection.execute(
        "INSERT INTO notice_preferences (tenant_id, member_id, preferences, updated_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, member_id) DO UPDATE SET (preferences, updated_at)"
        " = ROW (excluded.preferences, excluded.updated_at)",
        tenant_id,
        member_id,
        msgspec.json.encode(wishes).decode(),
        now,
    )


# -- addresses -------------------------------------------------------------------------------


class Bounce(Struct, frozen=True, kw_only=True):
    """An address that a mail server refused for good; nothing is sent there any more."""

    address: str
    at: datetime
    reason: str


async def bounces(connection: Connection, tenant_id: UUID, addresses: Sequence[str]) -> list[Bounce]:
    """Those of these addresses that were refused."""
    rows = await connection.fetch(
        "SELECT address, at, reason FROM mail_bounces WHERE tenant_id = $1 AND address = ANY($2::text[])",
        tenant_id,
        [address.lower() for address in addresses],
    )
    return [Bounce(**dict(row)) for row in rows]


async def all_bounces(connection: Connection, tenant_id: UUID) -> list[Bounce]:
    """Every address that was refused, the newest first."""
    rows = await connection.fetch(
        "SELECT address, at, reason FROM mail_bounces WHERE tenant_id = $1 ORDER BY at DESC, address",
        tenant_id,
    )
    return [Bounce(**dict(row)) for row in rows]


async def add_bounce(connection: Connection, tenant_id: UUID, bounce: Bounce) -> None:
    """An address was refused."""
    await connection.execute(
        "INSERT INTO mail_bounces (tenant_id, address, at, reason) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (tenant_id, address) DO UPDATE SET (at, reason) = ROW (excluded.at, excluded.reason)",
        tenant_id,
        bounce.address.lower(),
        bounce.at,
        bounce.reason,
    )


async def forget_bounce(connection: Connection, tenant_id: UUID, address: str) -> bool:
    """Try an address again. False where it was not refused."""
    done = await connection.fetchval(
        "DELETE FROM mail_bounces WHERE tenant_id = $1 AND address = $2 RETURNING true",
        tenant_id,
        address.lower(),
    )
    return bool(done)


# -- keys of links ---------------------------------------------------------------------------


class LinkKey(Struct, frozen=True, kw_only=True):
    """What links are signed with; 256 random bits."""

    kid: int
    key: bytes
    created_at: datetime


async def link_keys(connection: Connection, tenant_id: UUID) -> list[LinkKey]:
    """Every key that is kept, the newest first."""
    rows = await connection.fetch(
        "SELECT kid, key, created_at FROM link_keys WHERE tenant_id = $1 ORDER BY kid DESC", tenant_id
    )
    return [LinkKey(**dict(row)) for row in rows]


async def add_link_key(connection: Connection, tenant_id: UUID, key: LinkKey) -> None:
    """Keep a key, unless somebody was first with this `kid`."""
    await connection.execute(
        "INSERT INTO link_keys (tenant_id, kid, key, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        tenant_id,
        key.kid,
        key.key,
        key.created_at,
    )


async def forget_link_keys(connection: Connection, tenant_id: UUID, before: datetime) -> None:
    """Believe keys that were made before then no more."""
    await connection.execute(
        "DELETE FROM link_keys WHERE tenant_id = $1 AND created_at < $2", tenant_id, before
    )


async def zones(connection: Connection, tenant_id: UUID, member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """By whose clock each person lives: the one they named, their artist's, the studio's."""
    rows = await connection.fetch(
        "SELECT m.id, coalesce(p.preferences::json ->> 'zone', a.zone, t.zone) AS zone FROM members m"
        " JOIN tenants t ON t.id = m.tenant_id"
        " LEFT JOIN artists a ON a.tenant_id = m.tenant_id AND a.id = m.artist_id"
        " LEFT JOIN notice_preferences p ON p.tenant_id = m.tenant_id AND p.member_id = m.id"
        " WHERE m.tenant_id = $1 AND m.id = ANY($2::uuid[])",
        tenant_id,
        member_ids,
    )
    return {row["id"]: row["zone"] for row in rows}
