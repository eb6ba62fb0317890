"""Signed links in messages: for one member, one purpose and one booking, until a day; none is kept.

A token is `version, kid, purpose, expiry, tenant, member, booking` and an HMAC-SHA256 over them. The key is
the studio's and changes by itself; keys that are still believed are named by their `kid`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from msgspec import Struct

from db.pool import Connection
from db.queries import notice_people
from db.queries.notice_people import LinkKey

Purpose: TypeAlias = Literal["view", "accept", "decline", "unsubscribe"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

KEY_EVERY = timedelta(days=30)
"""A key signs so long; it is believed until it is forgotten, which is later than its last link runs out."""
LASTS = timedelta(days=60)
"""No link is good for longer."""
_VERSION = 1
_FIELDS = struct.Struct(">BIBQ16s16s16s")
_SIGNATURE = 32
NOBODY = UUID(int=0)


class Link(Struct, frozen=True, kw_only=True):
    """What a link is for. `booking_id` is `NOBODY` where it is about none."""

    tenant_id: UUID
    member_id: UUID
    booking_id: UUID
    purpose: Purpose
    expires_at: datetime


def sign(link: Link, key: LinkKey) -> str:
    """The token of a link."""
    body = _FIELDS.pack(
        _VERSION,
        key.kid,
        PURPOSES.index(link.purpose),
        int(link.expires_at.timestamp()),
        link.tenant_id.bytes,
        link.member_id.bytes,
        link.booking_id.bytes,
    )
    token = body + hmac.digest(key.key, body, "sha256")
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


class Read(Struct, frozen=True, kw_only=True):
    """A token whose shape is right; whether it is ours only its signature tells."""

    link: Link
    kid: int
    body: bytes
    signature: bytes

    def signed_by(self, keys: Sequence[LinkKey]) -> bool:
        """Whether one of these keys signed it."""
        key = next((k.key for k in keys if k.kid == self.kid), None)
        if key is None:
            return False
        return hmac.compare_digest(hmac.digest(key, self.body, "sha256"), self.signature)


def read(token: str) -> Read | None:
    """What a token says; None where it cannot be one."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _FIELDS.size + _SIGNATURE:
        return None
    body = raw[: _FIELDS.size]
    version, kid, purpose, expires, tenant, member, booking = _FIELDS.unpack(body)
    if version != _VERSION or purpose >= len(PURPOSES) or expires > 2**33:
        return None
    link = Link(
        tenant_id=UUID(bytes=tenant),
        member_id=UUID(bytes=member),
        booking_id=UUID(bytes=booking),
        purpose=PURPOSES[purpose],
        expires_at=datetime.fromtimestamp(expires, UTC),
    )
    return Read(link=link, kid=kid, body=body, signature=raw[_FIELDS.size :])


async def signing_key(connection: Connection, tenant_id: UUID, now: datetime) -> LinkKey:
    """The key to sign with now; a new one where the newest has signed long enough."""
    keys = await notice_people.link_keys(connection, tenant_id)
    if keys and now - keys[0].created_at < KEY_EVERY:
        return keys[0]
    fresh = LinkKey(kid=keys[0].kid + 1 if keys else 1, key=secrets.token_bytes(32), created_at=now)
    await notice_people.add_link_key(connection, tenant_id, fresh)
    # Two workers may have thought the same: the one that was first counts.
    return (await notice_people.link_keys(connection, tenant_id))[0]
