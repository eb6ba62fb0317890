"""Signatures of webhooks after the Standard Webhooks convention (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret of 256 random bits, as an endpoint's owner is given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256, in base64, of `id.timestamp.body`; the timestamp in whole seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(message_id: str, at: datetime, body: bytes, keys: tuple[str, ...]) -> dict[str, str]:
    """The three headers of a delivery; one signature for each secret that is good at present."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(key, message_id, at, body) for key in keys),
    }
