"""A push service and the browser behind it: checks who signed, unseals what came, keeps both."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.harness.receiver import Post, Receiver, receiving

AUTH = b"sixteen bytes ok"


def plain64(data: bytes) -> str:
    """Base64 as browsers write it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes64(text: str) -> bytes:
    """What `plain64` was made of."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def subscription(endpoint: str = "", key: ec.EllipticCurvePrivateKey | None = None) -> dict[str, Any]:
    """What `PushSubscription.toJSON()` gives, as a body of the API."""
    public = (key or ec.generate_private_key(ec.SECP256R1())).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "endpoint": endpoint or f"https://push.example.com/{uuid4().hex}",
        "keys": {"p256dh": plain64(point), "auth": plain64(AUTH)},
        "label": "Phone",
    }


class PushService:
    """Takes pushes for one browser at `url`."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.url = receiver.url

    def subscription(self) -> dict[str, Any]:
        """The browser's, whose endpoint is here."""
        return subscription(self.url, self.key)

    def read(self, post: Post, application_key: str) -> Any:
        """The message of a push, of which the signature was checked against the key subscribed with."""
        assert post.headers["content-encoding"] == "aes128gcm"
        scheme, _, rest = post.headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, parts["k"]) == ("vapid", application_key)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes64(application_key))
        origin = self.url.rsplit("/", 1)[0]
        jwt.decode(parts["t"], public, algorithms=["ES256"], audience=origin, options={"require": ["exp"]})
        return msgspec.json.decode(unseal(post.body, self.key))


def unseal(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes = AUTH) -> bytes:
    """Read a push as a browser does (RFC 8291, section 3.4), from the side of who receives."""
    salt, size = body[:16], body[20]
    sender = body[21 : 21 + size]
    ours = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))

    def derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)

    secret = derive(auth, shared, b"WebPush: info\x00" + ours + sender, 32)
    content_key = derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
    padded = AESGCM(content_key).decrypt(nonce, body[21 + size :], None)
    message, delimiter, padding = padded.rpartition(b"\x02")
    assert delimiter
    assert not padding.strip(b"\0")
    return message


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """A push service on a port of its own."""
    async with receiving() as receiver:
        yield PushService(receiver)
