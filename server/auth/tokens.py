"""The tokens there are: signed access tokens; opaque ones for refreshing, sockets, keys and calendars."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from msgspec import Struct

ISSUER = "production-tool"
AUDIENCE = "production-tool"
ACCESS_LIFETIME = timedelta(minutes=15)
CLOCK_SKEW = timedelta(seconds=5)
MAX_TOKEN = 4_096
"""No token of ours is longer; a longer one is refused unread."""

REFRESH_PREFIX = "ptr"
TICKET_PREFIX = "pts"
KEY_PREFIX = "ptk"
CALENDAR_PREFIX = "ptc"


_UNREADABLE = (
    jwt.PyJWTError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What reading a token may raise, whatever somebody put into it."""


class AccessClaims(Struct, frozen=True, kw_only=True):
    """What an access token says: which member of which tenant, from which sign-in, until when."""

    tenant_id: UUID
    member_id: UUID
    family_id: UUID
    expires_at: datetime


class Opaque(Struct, frozen=True, kw_only=True):
    """A token that means something only to the database: its tenant, and what to look it up by."""

    tenant_id: UUID
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256; the secret has 256 bits of chance, so a slow hash would add nothing."""
        return hashlib.sha256(self.text.encode()).digest()


class Signer:
    """Makes and reads access tokens. The first key signs; the others are still believed."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a signer needs at least one key")
        self._keys = {_key_id(key): _derive(key, "access token") for key in keys}
        self._current = _key_id(keys[0])
        self._rotation = _derive(keys[0], "refresh token")

    def access_token(
        self, *, tenant_id: UUID, member_id: UUID, family_id: UUID, role: str, name: str, now: datetime
    ) -> str:
        """A JWT good for `ACCESS_LIFETIME`. Role and name are for the reader; the server looks them up."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(member_id),
            "tid": str(tenant_id),
            "sid": str(family_id),
            "role": role,
            "name": name,
            "jti": secrets.token_urlsafe(12),
            "iat": now,
            "exp": now + ACCESS_LIFETIME,
        }
        return jwt.encode(
            claims, self._keys[self._current], algorithm="HS256", headers={"kid": self._current}
        )

    def read(self, token: str) -> AccessClaims | None:
        """The claims of a token that we signed and that has not run out; None for any other."""
        if len(token) > MAX_TOKEN:
            return None
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                leeway=CLOCK_SKEW,
                options={"require": ["iss", "aud", "sub", "tid", "sid", "exp", "iat"]},
            )
            return AccessClaims(
                tenant_id=UUID(claims["tid"]),
                member_id=UUID(claims["sub"]),
                family_id=UUID(claims["sid"]),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except _UNREADABLE:
            return None

    def successor(self, token: Opaque) -> Opaque:
        """The refresh token that follows `token`.

        It follows from the old one and our key, so that two tabs which rotate the same token at
        the same moment get the same successor and the family never branches.
        """
        digest = hmac.digest(self._rotation, token.text.encode(), "sha256")
        return _opaque(REFRESH_PREFIX, token.tenant_id, digest)


def new_refresh_token(tenant_id: UUID) -> Opaque:
    """The first token of a family."""
    return _opaque(REFRESH_PREFIX, tenant_id, secrets.token_bytes(32))


def new_ticket(tenant_id: UUID) -> Opaque:
    """A ticket for one socket."""
    return _opaque(TICKET_PREFIX, tenant_id, secrets.token_bytes(32))


def new_key(tenant_id: UUID) -> Opaque:
    """The secret of an API key."""
    return _opaque(KEY_PREFIX, tenant_id, secrets.token_bytes(32))


def new_calendar_token(tenant_id: UUID) -> Opaque:
    """The secret part of a calendar's address."""
    return _opaque(CALENDAR_PREFIX, tenant_id, secrets.token_bytes(32))


def read_opaque(prefix: str, text: str) -> Opaque | None:
    """The token, where `text` has the shape `prefix_tenant_secret`; whether it is good is unknown."""
    parts = text.split("_", maxsplit=2)
    if len(text) > MAX_TOKEN or len(parts) != 3 or parts[0] != prefix or not text.isascii():
        return None
    try:
        return Opaque(tenant_id=UUID(hex=parts[1]), text=text)
    except ValueError:
        return None


def _opaque(prefix: str, tenant_id: UUID, secret: bytes) -> Opaque:
    encoded = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
    return Opaque(tenant_id=tenant_id, text=f"{prefix}_{tenant_id.hex}_{encoded}")


def _key_id(key: str) -> str:
    return hashlib.sha256(b"key id:" + key.encode()).hexdigest()[:16]


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode(), "sha256")
