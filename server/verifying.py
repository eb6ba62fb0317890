"""Walks a studio's log and says whether it is what was written: numbers, links, and the head."""

from __future__ import annotations

import hashlib
from uuid import UUID

import msgspec
from msgspec import Struct

from db.pool import Pool, transaction
from db.queries import event_log, tenants

_STEP = 2_000


class Verdict(Struct, frozen=True, kw_only=True):
    """How far the log was read; `fault` is a sentence on the first bad event, or None."""

    seq: int
    fault: str | None = None


class _Numbered(Struct):
    seq: int


async def verify_log(pool: Pool, tenant_id: UUID) -> Verdict:
    """Read the whole log as of one moment, in steps, and hold every event against the one before.

    Each event's hash is sha256 of the hash before it and its own bytes; the first follows nothing.
    Whoever changes, removes or inserts an event has to recompute all later hashes and the head.
    """
    moment = transaction(pool, tenant_id, isolation="repeatable_read", readonly=True)
    async with moment as connection:
        head = await tenants.head(connection, tenant_id)
        if head is None:
            return Verdict(seq=0, fault="the studio has no log")
        seq, previous = 0, b""
        while links := await event_log.links(connection, tenant_id, seq, limit=_STEP):
            for link in links:
                fault = _fault(link, seq + 1, previous)
                if fault is not None:
                    return Verdict(seq=seq, fault=fault)
                seq, previous = link.seq, link.hash
    if seq != head.seq:
        return Verdict(seq=seq, fault=f"the log ends at event {seq}, and its head says {head.seq}")
    if previous != head.hash:
        return Verdict(seq=seq, fault=f"event {seq} is not the one that the head was made with")
    return Verdict(seq=seq)


def _fault(link: event_log.Link, expected: int, previous: bytes) -> str | None:
    if link.seq != expected:
        return f"event {expected} is missing; after {expected - 1} comes {link.seq}"
    if hashlib.sha256(previous + link.body).digest() != link.hash:
        return f"event {link.seq} is not what was written, or not what was written after {expected - 1}"
    if msgspec.json.decode(link.body, type=_Numbered).seq != link.seq:
        return f"event {link.seq} carries another number in itself"
    return None
