"""Walks a studio's log and says whether it is what was written, and whether the tables say the same."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec
from msgspec import Struct

from db.pool import Connection, Pool, transaction
from db.queries import event_log, history, mirror, tenants
from db.queries.history import Image
from scheduling.events import LoggedEvent, entity_of, read
from scheduling.model import Entity, EntityKind, Tenant, changed_fields, with_changes
from scheduling.redaction import is_redacted

_STEP = 2_000


class Verdict(Struct, frozen=True, kw_only=True):
    """How far the log was read; `fault` is a sentence on the first thing that is wrong, or None."""

    seq: int
    fault: str | None = None


class _Identified(Struct):
    id: UUID


class _Named(Struct):
    seq: int
    type: str
    entity: _Identified


async def verify_studio(pool: Pool, tenant_id: UUID) -> Verdict:
    """Read the whole log as of one moment, in steps; then hold the tables against what it says.

    Each link is sha256 of the link before and of the digest of the event's bytes; the first follows
    nothing. Whoever changes, removes or inserts an event has to recompute all later links and the head.
    """
    moment = transaction(pool, tenant_id, isolation="repeatable_read", readonly=True)
    async with moment as connection:
        head = await tenants.head(connection, tenant_id)
        tenant = await tenants.get(connection, tenant_id)
        if head is None or tenant is None:
            return Verdict(seq=0, fault="the studio has no log")
        seq, previous = 0, b""
        while links := await event_log.links(connection, tenant_id, seq, limit=_STEP):
            for one in links:
                fault = _fault(one, seq + 1, previous, tenant)
                if fault is not None:
                    return Verdict(seq=seq, fault=fault)
                seq, previous = one.seq, one.hash
        if seq != head.seq:
            return Verdict(seq=seq, fault=f"the log ends at event {seq}, and its head says {head.seq}")
        if previous != head.hash:
            return Verdict(seq=seq, fault=f"event {seq} is not the one that the head was made with")
        for kind in mirror.KINDS:
            fault = await _compare(connection, tenant_id, kind, seq)
            if fault is not None:
                return Verdict(seq=seq, fault=fault)
    return Verdict(seq=seq)


def _fault(one: event_log.Link, expected: int, previous: bytes, tenant: Tenant) -> str | None:
    if one.seq != expected:
        return f"event {expected} is missing; after {expected - 1} comes {one.seq}"
    if one.body is None:
        if one.seq >= tenant.history_from:
            return f"event {one.seq} has no body, though the past is kept from {tenant.history_from} on"
        digest = one.digest or b""
    else:
        digest = one.digest or event_log.digest_of(one.body)
        if one.digest is not None and not is_redacted(one.body):
            return (
                f"{_name(one.body, one.seq)} has another body than was written, and nobody was erased in it"
            )
    if event_log.link(previous, digest) != one.hash:
        kept = "the digest of its body" if one.digest is not None else "its body"
        return (
            f"{_name(one.body, one.seq)} is not what was written, or not what was written after"
            f" {expected - 1}: {kept} does not make its link"
        )
    if one.body is not None and msgspec.json.decode(one.body, type=_Named).seq != one.seq:
        return f"event {one.seq} carries another number in itself"
    return None


def _name(body: bytes | None, seq: int) -> str:
    """An event as an operator finds it: number, type and what it is about, as far as it can be read."""
    try:
        named = msgspec.json.decode(body or b"", type=_Named)
    except msgspec.DecodeError:
        return f"event {seq}"
    return f"event {seq} ({named.type} {named.entity.id})"


# -- tables ------------------------------------------------------------------------------


async def _compare(connection: Connection, tenant_id: UUID, kind: EntityKind, seq: int) -> str | None:
    """Whether each row of a kind is the fold of the log: the newest image of everything, and nothing else."""
    after: UUID | None = None
    while True:
        newest = await history.all_of_kind(
            connection, tenant_id, kind, seq, live=False, after=after, limit=_STEP
        )
        stored = await mirror.rows(connection, tenant_id, kind, [image.id for image in newest])
        for image in newest:
            fault = _differs(image, stored.get(image.id))
            if fault is not None:
                return fault
        if len(newest) < _STEP:
            break
        after = newest[-1].id
    unknown = await mirror.unknown(connection, tenant_id, kind)
    return f"{kind} {unknown} stands in its table, and no event tells of it" if unknown else None


def _differs(image: Image, row: mirror.Row | None) -> str | None:
    what = f"{image.kind} {image.id}, last changed by event {image.seq} ({image.type}),"
    if image.body is None:
        return f"{what} has no image in the log any more"
    if row is None:
        return f"{what} is not in its table"
    if row.deleted != image.type.endswith(".deleted"):
        return f"{what} is {'deleted' if row.deleted else 'there'} in its table, and the log says otherwise"
    logged = entity_of(read(msgspec.json.decode(image.body, type=LoggedEvent)))
    fields = list(_differences(logged, row.entity))
    return f"{what} differs in its table: {', '.join(fields)}" if fields else None


def _differences(logged: Entity, stored: Entity) -> Iterator[str]:
    """Names of the fields that say something else; ranks are derived, and in no table."""
    yield from changed_fields(logged, with_changes(stored, version=1))
    if logged.version != stored.version:
        yield "version"
