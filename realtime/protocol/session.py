"""The start and the end of a connection: welcome, token refresh, closing."""

from __future__ import annotations

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from scheduling.permissions import ActorRole

PROTOCOL_VERSION = 1

ReaderRole: TypeAlias = Literal["studio_owner", "studio_manager", "freelancer", "integrator"]
"""A member's role, or `integrator` for an API key."""


class Limits(Struct, frozen=True, kw_only=True):
    """What this server takes from one connection; sizes in bytes, rates per second."""

    max_message_bytes: int
    commands_per_second: float
    ghosts_per_second: float
    bulk_items: int


class WelcomeMember(Struct, frozen=True, kw_only=True):
    """Who the token says the reader is."""

    id: UUID
    name: str
    role: ReaderRole
    artist_id: UUID | None = None


class Welcome(Struct, frozen=True, kw_only=True):
    """The first message on a connection; `seq` is the head of the tenant's log."""

    protocol: int
    connection_id: str
    tenant_id: UUID
    member: WelcomeMember
    epoch: UUID
    seq: int
    limits: Limits


def welcome_role(role: ActorRole) -> ReaderRole:
    """The role as a client is told it. The system has no sockets."""
    if role == "system":
        raise ValueError("the system does not connect")
    return role


class Refresh(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new access token, sent before the old one ends."""

    token: str


class Closing(Struct, frozen=True, kw_only=True):
    """Said before the server closes a socket; the client comes back after `retry_after_ms`.

    `unauthenticated`: sign in first. `slow_consumer`, `restart`: come back and `sync`.
    """

    code: Literal["unauthenticated", "slow_consumer", "restart", "rate_limited", "invalid", "replaced"]
    reason: str
    retry_after_ms: int
