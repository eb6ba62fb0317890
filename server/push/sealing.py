"""Seals a message so that only the browser it is for can read it (RFC 8291 with RFC 8188's aes128gcm)."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4_096
"""Bytes of the one record; push services take no larger body."""
_HEADER = 16 + 4 + 1 + 65
MOST_BYTES = RECORD - _HEADER - 16 - 1
"""Of a message: what is left beside the header, the tag and the delimiter."""
_LAST = b"\x02"


class SealingError(Exception):
    """The browser's keys are none, or the message is too long."""


def seal(
    message: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    ours: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push. `salt` and our key are new each time; tests give them. Raises `SealingError`."""
    if len(message) > MOST_BYTES:
        raise SealingError(f"a push carries at most {MOST_BYTES} bytes; got {len(message)}")
    salt = salt or secrets.token_bytes(16)
    ours = ours or ec.generate_private_key(ec.SECP256R1())
    public = point_of(ours.public_key())
    shared = ours.exchange(ec.ECDH(), their_key(p256dh))
    secret = _derive(auth, shared, b"WebPush: info\0" + p256dh + public, 32)
    key = _derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, secret, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return header + AESGCM(key).encrypt(nonce, message + _LAST, None)


def their_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """The browser's public key. Raises `SealingError` for what is no point of the curve."""
    if len(point) != 65 or point[0] != 4:
        raise SealingError("expected an uncompressed point of P-256, 65 bytes")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise SealingError("the point is not on the curve P-256") from error


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of a public key."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
