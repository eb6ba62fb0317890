"""Verifies deliveries after the Standard Webhooks convention."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from production_tool_client.errors import BadSignature

TOLERANCE = 300.0
"""Seconds a delivery's time may be off; older ones may have been recorded and sent again by somebody."""


def verify(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> dict[str, Any]:
    """The message `{type, timestamp, epoch, data}` of a delivery. Raises `BadSignature`.

    `body` is what came, byte for byte. A delivery may come again: keep the `webhook-id` of what was done.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, stamp, signatures = (named[f"webhook-{n}"] for n in ("id", "timestamp", "signature"))
        sent = int(stamp)
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (KeyError, ValueError, binascii.Error) as error:
        raise BadSignature(
            "Expected the headers webhook-id, -timestamp and -signature, and a secret whsec_…"
        ) from error
    if abs((time.time() if now is None else now) - sent) > tolerance:
        raise BadSignature(f"The delivery's time is more than {tolerance:g} s from ours.")
    digest = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(digest).decode()
    good = [hmac.compare_digest(expected, given) for given in signatures.split(" ") if given.isascii()]
    if not any(good):
        raise BadSignature("No signature fits: another secret, or a body that was changed on its way.")
    message: dict[str, Any] = msgspec.json.decode(body)
    return message
