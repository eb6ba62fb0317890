"""The server's own key towards push services: made, read, and used to sign (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LIFETIME = timedelta(hours=12)
"""Of a signature; push services take a day at most."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: a private key is a number below it (SEC 2, 2.4.2)."""


def encoded(data: bytes) -> str:
    """Base64 for addresses, without padding, as push services and browsers write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of `encoded`. Raises `ValueError`."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("expected base64url") from error


def new_private_key() -> str:
    """A new key as `VAPID_PRIVATE_KEY` takes it: 32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def key_problem(text: str) -> str | None:
    """What is wrong with a private key; None where nothing."""
    try:
        data = decoded(text)
    except ValueError:
        data = b""
    good = len(data) == 32 and 0 < int.from_bytes(data, "big") < _ORDER
    return None if good else "expected 43 characters as production-tool vapid prints them"


class Vapid:
    """Signs for one key. `contact` is whom a push service may write to: a mailto: or https: address."""

    def __init__(self, private_key: str, contact: str = "") -> None:
        number = int.from_bytes(decoded(private_key), "big")
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.application_key = encoded(point)
        self._contact = contact

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The `Authorization` of a push to this address."""
        parts = urlsplit(endpoint)
        claims: dict[str, object] = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + LIFETIME}
        if self._contact:
            claims["sub"] = self._contact
        token = jwt.encode(claims, self._key, algorithm="ES256")
        return f"vapid t={token}, k={self.application_key}"
