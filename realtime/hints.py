"""What instances tell each other over the bus: signed, so that a forged message is only a nuisance.

A message is `version byte, HMAC-SHA256 over topic and body, body`. The topic is signed too, so
that a true message of one tenant is nothing on another's topic. Replayed messages are harmless:
events carry their place in the log, presence is replaced and runs out.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from realtime.protocol import Ghost, Person

VERSION = b"\x01"
_SIGNATURE = hashlib.sha256().digest_size

OVERSIZE = 256 * 1024
"""Events beyond so many bytes are announced by their numbers only, and read from the log."""


class EventsHint(Struct, frozen=True, kw_only=True, tag="events", tag_field="k"):
    """Numbers `from_seq` to `to_seq` are committed; `bodies` are the encoded events, if they fit."""

    instance: str
    epoch: UUID
    from_seq: int
    to_seq: int
    bodies: tuple[Raw, ...] | None = None


class PeopleHint(Struct, frozen=True, kw_only=True, tag="people", tag_field="k"):
    """Who is here by way of `instance`: everybody where `full`, else those that changed or left."""

    instance: str
    full: bool
    people: tuple[Person, ...] = ()
    left: tuple[str, ...] = ()


class AskPeople(Struct, frozen=True, kw_only=True, tag="ask", tag_field="k"):
    """An instance opened the tenant's room and wants to know who is here."""

    instance: str


class OwnedGhost(Struct, frozen=True, kw_only=True):
    """A ghost with the artist whose booking it is of, so that the artist may be shown it."""

    ghost: Ghost
    owner: UUID | None = None


class GhostsHint(Struct, frozen=True, kw_only=True, tag="ghosts", tag_field="k"):
    """Drags in flight on another instance."""

    instance: str
    ghosts: tuple[OwnedGhost, ...]


class SignOut(Struct, frozen=True, kw_only=True, tag="sign_out", tag_field="k"):
    """A member's sign-ins were ended, or one of them: their connections end everywhere."""

    instance: str
    member_id: UUID
    reason: str
    session: UUID | None = None


class JobHint(Struct, frozen=True, kw_only=True, tag="job", tag_field="k"):
    """How far a solver job is, as staff are told it; `over`: there is no more to come."""

    instance: str
    job: Raw
    over: bool


Hint: TypeAlias = EventsHint | PeopleHint | AskPeople | GhostsHint | SignOut | JobHint

_decoder: msgspec.json.Decoder[Hint] = msgspec.json.Decoder(Hint)


def topic_of(tenant_id: UUID) -> str:
    """The bus topic of a tenant."""
    return f"tenant:{tenant_id}"


class HintCodec:
    """Encodes, signs and checks. Instances that share a key believe each other."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"production-tool bus", "sha256")

    def encode(self, topic: str, hint: Hint) -> bytes:
        """The bytes to publish on `topic`."""
        body = msgspec.json.encode(hint)
        return VERSION + self._sign(topic, body) + body

    def decode(self, topic: str, payload: bytes) -> Hint | None:
        """The hint, or None where it is not one of ours for this topic."""
        body = payload[1 + _SIGNATURE :]
        if payload[:1] != VERSION:
            return None
        if not hmac.compare_digest(payload[1 : 1 + _SIGNATURE], self._sign(topic, body)):
            return None
        try:
            return _decoder.decode(body)
        except msgspec.DecodeError:
            return None  # a newer release's hint

    def _sign(self, topic: str, body: bytes) -> bytes:
        message = hmac.new(self._key, topic.encode(), "sha256")
        message.update(b"\x00")
        message.update(body)
        return message.digest()


def events_hint(
    instance: str, epoch: UUID, from_seq: int, to_seq: int, bodies: tuple[bytes, ...]
) -> EventsHint:
    """A hint with its events, where they are not too many bytes."""
    fits = sum(len(b) for b in bodies) <= OVERSIZE
    return EventsHint(
        instance=instance,
        epoch=epoch,
        from_seq=from_seq,
        to_seq=to_seq,
        bodies=tuple(Raw(b) for b in bodies) if fits else None,
    )
