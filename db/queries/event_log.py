"""The tenant's log: appended in one statement, read by number, by entity and by command."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from db.errors import NotKept
from db.pool import Connection
from scheduling.events import Event, LoggedEvent
from scheduling.model import KIND_OF, Entity, EntityKind
from scheduling.subjects import Subject, subject_of


class Entry(Struct, frozen=True, kw_only=True):
    """A logged event, the bytes it is stored and sent as, and what it is found by."""

    event: LoggedEvent
    body: bytes
    hash: bytes
    subject: Subject


def link(previous: bytes, digest: bytes) -> bytes:
    """The next link of the chain, from the link before and the digest of the event's body.

    Of the digest and not of the body, so that a body may be shortened or dropped (ADR 14) and
    the chain still be walked.
    """
    return hashlib.sha256(previous + digest).digest()


def digest_of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def chain(events: Iterable[tuple[LoggedEvent, Event, Entity | None]], previous: bytes) -> list[Entry]:
    """Encode each event once and link it to the one before; beside it stands its entity's image before."""
    entries: list[Entry] = []
    for logged, event, before in events:
        body = msgspec.json.encode(logged)
        previous = link(previous, digest_of(body))
        subject = subject_of(event, before)
        entries.append(Entry(event=logged, body=body, hash=previous, subject=subject))
    return entries


async def since(
    connection: Connection, tenant_id: UUID, after: int, *, limit: int, up_to: int | None = None
) -> list[bytes]:
    """Bodies of the events numbered above `after`, in order, at most `limit`.

    To be asked only for what is kept: from the tenant's `history_from` on (see `Head.keeps`).
    Raises `NotKept` else.
    """
    rows = await connection.fetch(
        "SELECT body FROM event_log WHERE tenant_id = $1 AND seq > $2"
        " AND ($4::bigint IS NULL OR seq <= $4) ORDER BY seq LIMIT $3",
        tenant_id,
        after,
        limit,
        up_to,
    )
    if any(row["body"] is None for row in rows):
        raise NotKept(f"events after {after} are not kept any more")
    return [row["body"].encode() for row in rows]


class Link(Struct, frozen=True, kw_only=True):
    """An event as the chain knows it; `digest` is kept where the body is not what was written any more."""

    seq: int
    body: bytes | None
    digest: bytes | None
    hash: bytes


async def links(connection: Connection, tenant_id: UUID, after: int, *, limit: int) -> list[Link]:
    """The events numbered above `after` with their hashes, in order, at most `limit`."""
    rows = await connection.fetch(
        "SELECT seq, body, digest, hash FROM event_log WHERE tenant_id = $1 AND seq > $2"
        " ORDER BY seq LIMIT $3",
        tenant_id,
        after,
        limit,
    )
    return [
        Link(
            seq=row["seq"],
            body=row["body"].encode() if row["body"] is not None else None,
            digest=row["digest"],
            hash=row["hash"],
        )
        for row in rows
    ]


class FieldChange(Struct, frozen=True, kw_only=True):
    """Which fields an event changed in making `version` of an entity."""

    kind: EntityKind
    entity_id: UUID
    version: int
    fields: frozenset[str]


async def changes_since(
    connection: Connection, tenant_id: UUID, bases: Sequence[tuple[EntityKind, UUID, int]]
) -> list[FieldChange]:
    """What was changed after the given `(kind, entity, version)`: everything, where that is not kept."""
    rows = await connection.fetch(
        "SELECT e.entity_kind, e.entity_id, e.entity_version, e.body IS NULL AS dropped,"
        " e.body -> 'data' -> 'changed' AS changed"
        " FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS w(kind, entity_id, version)"
        " JOIN event_log e ON e.tenant_id = $1 AND e.entity_id = w.entity_id"
        " AND e.entity_kind = w.kind AND e.entity_version > w.version",
        tenant_id,
        [b[0] for b in bases],
        [b[1] for b in bases],
        [b[2] for b in bases],
    )
    return [
        FieldChange(
            kind=row["entity_kind"],
            entity_id=row["entity_id"],
            version=row["entity_version"],
            fields=_every_field(row["entity_kind"])
            if row["dropped"]
            else frozenset(msgspec.json.decode(row["changed"] or "[]", type=list[str])),
        )
        for row in rows
    ]


def _every_field(kind: EntityKind) -> frozenset[str]:
    return frozenset(
        name for record, of in KIND_OF.items() if of == kind for name in record.__struct_fields__
    )


class Before(Struct, frozen=True, kw_only=True):
    """An event of a command, and the last event of the same entity before it."""

    event: LoggedEvent
    before: LoggedEvent | None


async def of_command(connection: Connection, tenant_id: UUID, command_id: UUID) -> list[Before]:
    """What a command did, in order, each with the entity's event before it; nothing once that is not kept."""
    rows = await connection.fetch(
        "SELECT e.body, p.body AS before, p.seq AS earlier FROM event_log e LEFT JOIN LATERAL ("
        "  SELECT seq, body FROM event_log p WHERE p.tenant_id = e.tenant_id"
        "  AND p.entity_id = e.entity_id AND p.entity_kind = e.entity_kind AND p.seq < e.seq"
        "  ORDER BY p.seq DESC LIMIT 1"
        " ) p ON true WHERE e.tenant_id = $1 AND e.command_id = $2 ORDER BY e.seq",
        tenant_id,
        command_id,
    )
    decode = _logged.decode
    if any(row["body"] is None or (row["before"] is None and row["earlier"]) for row in rows):
        return []
    return [
        Before(event=decode(row["body"]), before=decode(row["before"]) if row["before"] else None)
        for row in rows
    ]


_logged = msgspec.json.Decoder(LoggedEvent)
