"""Rows of `credentials`, `refresh_tokens` and `socket_tickets`, and finding accounts before sign-in.

Password hashes and token digests are read and written here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries.members import COLUMNS as MEMBER_COLUMNS
from db.queries.members import member_of
from scheduling.model import Member


class Account(Struct, frozen=True, kw_only=True):
    """An account as sign-in sees it; no hash where no password was ever set."""

    tenant_id: UUID
    tenant_name: str
    tenant_slug: str
    member: Member
    password_hash: str | None


class RefreshToken(Struct, frozen=True, kw_only=True):
    """One token of a family, by its digest; the token itself is not stored."""

    digest: bytes
    member_id: UUID
    family_id: UUID
    expires_at: datetime
    rotated_at: datetime | None
    revoked_at: datetime | None


async def tenants_of_email(connection: Connection, email: str) -> list[UUID]:
    """Studios in which the address has an account, before any tenant is known, in order of id.

    Row-level security shows exactly the accounts of this one address, for this transaction.
    """
    await connection.execute("SELECT set_config('app.sign_in_email', lower($1), true)", email)
    rows = await connection.fetch(
        "SELECT tenant_id FROM members WHERE lower(email) = lower($1) ORDER BY tenant_id LIMIT 50", email
    )
    await connection.execute("SELECT set_config('app.sign_in_email', '', true)")
    return [row["tenant_id"] for row in rows]


async def account(connection: Connection, tenant_id: UUID, email: str) -> Account | None:
    """The account of an address in the transaction's tenant, with its hash."""
    row = await connection.fetchrow(
        f"SELECT {MEMBER_COLUMNS}, t.name AS tenant_name, t.slug, c.password_hash FROM members m"
        " JOIN tenants t ON t.id = m.tenant_id"
        " LEFT JOIN credentials c ON c.tenant_id = m.tenant_id AND c.member_id = m.id"
        " WHERE m.tenant_id = $1 AND lower(m.email) = lower($2)",
        tenant_id,
        email,
    )
    if row is None:
        return None
    return Account(
        tenant_id=tenant_id,
        tenant_name=row["tenant_name"],
        tenant_slug=row["slug"],
        member=member_of(row),
        password_hash=row["password_hash"],
    )


async def password_hash(connection: Connection, tenant_id: UUID, member_id: UUID) -> str | None:
    """The stored hash of one member, or None."""
    value: str | None = await connection.fetchval(
        "SELECT password_hash FROM credentials WHERE tenant_id = $1 AND member_id = $2", tenant_id, member_id
    )
    return value


async def store_password(connection: Connection, tenant_id: UUID, member_id: UUID, encoded: str) -> None:
    """Set or replace a member's password hash."""
    await connection.execute(
        "INSERT INTO credentials (tenant_id, member_id, password_hash) VALUES ($1, $2, $3)"
        " ON CONFLICT (tenant_id, member_id)"
        " DO UPDATE SET password_hash = excluded.password_hash, changed_at = now()",
        tenant_id,
        member_id,
        encoded,
    )


async def rehash_password(
    connection: Connection, tenant_id: UUID, member_id: UUID, *, old: str, new: str
) -> None:
    """Replace a hash by one of the same password, unless the password was changed meanwhile."""
    await connection.execute(
        "UPDATE credentials SET password_hash = $4"
        " WHERE tenant_id = $1 AND member_id = $2 AND password_hash = $3",
        tenant_id,
        member_id,
        old,
        new,
    )


# -- refresh tokens ----------------------------------------------------------------------


async def refresh_token(connection: Connection, tenant_id: UUID, digest: bytes) -> RefreshToken | None:
    """The token with this digest, or None."""
    row = await connection.fetchrow(
        "SELECT member_id, family_id, expires_at, rotated_at, revoked_at FROM refresh_tokens"
        " WHERE tenant_id = $1 AND token_hash = $2",
        tenant_id,
        digest,
    )
    return RefreshToken(digest=digest, **dict(row)) if row else None


async def lock_family(connection: Connection, tenant_id: UUID, family_id: UUID) -> None:
    """Let one transaction at a time rotate or end a family.

    A row lock would not do: the successor that a rotation inserts is invisible to a revocation
    that began before it.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))", str(tenant_id), str(family_id)
    )


async def store_refresh_token(
    connection: Connection,
    tenant_id: UUID,
    digest: bytes,
    *,
    member_id: UUID,
    family_id: UUID,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Add a token to a family."""
    await connection.execute(
        "INSERT INTO refresh_tokens"
        " (tenant_id, token_hash, member_id, family_id, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        tenant_id,
        digest,
        member_id,
        family_id,
        now,
        expires_at,
    )


async def mark_rotated(connection: Connection, tenant_id: UUID, digest: bytes, now: datetime) -> None:
    """The token has a successor now."""
    await connection.execute(
        "UPDATE refresh_tokens SET rotated_at = $3 WHERE tenant_id = $1 AND token_hash = $2",
        tenant_id,
        digest,
        now,
    )


async def revoke_family(connection: Connection, tenant_id: UUID, family_id: UUID, now: datetime) -> None:
    """End a sign-in: none of its tokens is good any more."""
    await connection.execute(
        "UPDATE refresh_tokens SET revoked_at = $3"
        " WHERE tenant_id = $1 AND family_id = $2 AND revoked_at IS NULL",
        tenant_id,
        family_id,
        now,
    )


async def families_of(connection: Connection, tenant_id: UUID, member_id: UUID) -> list[UUID]:
    """A member's sign-ins that have not ended, in order of id."""
    rows = await connection.fetch(
        "SELECT DISTINCT family_id FROM refresh_tokens"
        " WHERE tenant_id = $1 AND member_id = $2 AND revoked_at IS NULL ORDER BY family_id",
        tenant_id,
        member_id,
    )
    return [row["family_id"] for row in rows]


async def family_stands(connection: Connection, tenant_id: UUID, family_id: UUID) -> bool:
    """Whether a sign-in has not been ended."""
    stands: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM refresh_tokens"
        " WHERE tenant_id = $1 AND family_id = $2 AND revoked_at IS NULL)",
        tenant_id,
        family_id,
    )
    return stands


async def families_ended(connection: Connection, tenant_id: UUID, family_ids: list[UUID]) -> list[UUID]:
    """Those of these sign-ins that have been ended."""
    rows = await connection.fetch(
        "SELECT DISTINCT family_id FROM refresh_tokens"
        " WHERE tenant_id = $1 AND family_id = ANY($2::uuid[]) AND revoked_at IS NOT NULL",
        tenant_id,
        family_ids,
    )
    return [row["family_id"] for row in rows]


async def forget_expired(connection: Connection, tenant_id: UUID, before: datetime) -> None:
    """Delete some tokens and tickets that ran out before `before`; called as new ones are made."""
    await connection.execute(
        "DELETE FROM refresh_tokens WHERE tenant_id = $1 AND token_hash IN ("
        " SELECT token_hash FROM refresh_tokens WHERE tenant_id = $1 AND expires_at < $2"
        " ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)",
        tenant_id,
        before,
    )
    await connection.execute(
        "DELETE FROM socket_tickets WHERE tenant_id = $1 AND ticket_hash IN ("
        " SELECT ticket_hash FROM socket_tickets WHERE tenant_id = $1 AND expires_at < $2"
        " LIMIT 100 FOR UPDATE SKIP LOCKED)",
        tenant_id,
        before,
    )


# -- socket tickets ----------------------------------------------------------------------


async def store_ticket(
    connection: Connection,
    tenant_id: UUID,
    digest: bytes,
    *,
    member_id: UUID,
    expires_at: datetime,
    family_id: UUID | None = None,
) -> None:
    """Add a ticket, of a sign-in where it has one."""
    await connection.execute(
        "INSERT INTO socket_tickets (tenant_id, ticket_hash, member_id, expires_at, family_id)"
        " VALUES ($1, $2, $3, $4, $5)",
        tenant_id,
        digest,
        member_id,
        expires_at,
        family_id,
    )


class Ticket(Struct, frozen=True, kw_only=True):
    """Whose a ticket was, and of which sign-in."""

    member_id: UUID
    family_id: UUID | None


async def use_ticket(connection: Connection, tenant_id: UUID, digest: bytes, now: datetime) -> Ticket | None:
    """Take a ticket away and say whose it was; None where it was used, ran out or never was."""
    row = await connection.fetchrow(
        "DELETE FROM socket_tickets WHERE tenant_id = $1 AND ticket_hash = $2 AND expires_at > $3"
        " RETURNING member_id, family_id",
        tenant_id,
        digest,
        now,
    )
    return Ticket(member_id=row["member_id"], family_id=row["family_id"]) if row else None
