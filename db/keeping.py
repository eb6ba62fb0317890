"""Changes of what was logged, which the application's role may not make: bodies dropped, words taken out.

Logged in as the tables' owner, bound by forced row-level security to one studio at a time. The chain
of hashes goes over digests, which stay (ADR 14).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from db.errors import DatabaseError
from db.queries import event_log
from scheduling.events import LoggedEvent
from scheduling.model import Member
from scheduling.redaction import Person, erased_member, redacted

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

STEP = 5_000
"""Events whose rows are changed in one transaction, so that writers wait for none of it for long."""


async def studio_ids(dsn: str) -> list[UUID]:
    """Every studio of a database, which only the tables' owner may list."""
    connection = await asyncpg.connect(dsn)
    try:
        return [row["tenant_id"] for row in await connection.fetch("SELECT tenant_id FROM tenant_heads")]
    finally:
        await connection.close()


@asynccontextmanager
async def owner(dsn: str, tenant_id: UUID) -> AsyncIterator[Owner]:
    """A session of the tables' owner, bound to one studio as everybody is."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT set_config('app.tenant', $1, false)", str(tenant_id))
        yield connection
    except asyncpg.InsufficientPrivilegeError as error:
        raise DatabaseError(f"this needs the login that owns the tables: {error}") from error
    finally:
        await connection.close()


async def drop_bodies(connection: Owner, tenant_id: UUID, history_from: int) -> int:
    """Drop the bodies of events before a number that were not the last of their thing by then; how many."""
    dropped = 0
    for low in range(0, history_from, STEP):
        high = min(low + STEP, history_from)
        dropped += await _drop_step(connection, tenant_id, low, high, history_from)
    return dropped


async def _drop_step(connection: Owner, tenant_id: UUID, low: int, high: int, history_from: int) -> int:
    """Of events in `[low, high)`, those that were not the last of their thing before `history_from`."""
    status = await connection.execute(
        "UPDATE event_log e SET body = NULL,"
        " digest = coalesce(digest, sha256(convert_to(body::text, 'UTF8')))"
        " WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 AND body IS NOT NULL"
        " AND EXISTS (SELECT FROM event_log l WHERE l.tenant_id = $1 AND l.entity_kind = e.entity_kind"
        " AND l.entity_id = e.entity_id AND l.seq > e.seq AND l.seq < $4)",
        tenant_id,
        low,
        high,
        history_from,
    )
    # What commands were answered repeats what the bodies said.
    await connection.execute(
        "UPDATE command_answers a SET answer = json_build_object("
        "  'ok', true, 'id', a.command_id, 'seq', a.seq, 'result', json_build_object())"
        " WHERE tenant_id = $1 AND seq >= $2 AND seq < $3",
        tenant_id,
        low,
        high,
    )
    return int(status.split()[-1])


async def blank_rows(connection: Owner, tenant_id: UUID, person: Person) -> None:
    """The tables as the shortened log tells them: no command changes an address or another's note."""
    await connection.execute(
        "UPDATE times_off SET note = '', reason = '' WHERE tenant_id = $1 AND artist_id = $2",
        tenant_id,
        person.artist_id,
    )
    # What people were told names others: of this person nothing stays, to whomever it was said.
    await connection.execute(
        "DELETE FROM notices WHERE tenant_id = $1"
        " AND (facts::json ->> 'artist_id' = $2::text OR member_id = $3)",
        tenant_id,
        str(person.artist_id),
        person.member_id,
    )
    if person.member_id is not None:
        for table in ("notice_deliveries", "notice_preferences"):
            await connection.execute(
                f"DELETE FROM {table} WHERE tenant_id = $1 AND member_id = $2",  # noqa: S608 - both stand here
                tenant_id,
                person.member_id,
            )
        await connection.execute(
            "DELETE FROM mail_bounces b USING members m WHERE b.tenant_id = $1 AND m.tenant_id = $1"
            " AND m.id = $2 AND b.address = lower(m.email)",
            tenant_id,
            person.member_id,
        )
        await connection.execute(
            "DELETE FROM push_subscriptions WHERE tenant_id = $1 AND member_id = $2",
            tenant_id,
            person.member_id,
        )
        rows = await connection.fetch(
            "SELECT id, email, name, role, artist_id, active, version FROM members"
            " WHERE tenant_id = $1 AND id = $2",
            tenant_id,
            person.member_id,
        )
        for row in rows:
            blank = erased_member(msgspec.convert(dict(row), Member, strict=False))
            await connection.execute(
                "UPDATE members SET email = $3, name = $4 WHERE tenant_id = $1 AND id = $2",
                tenant_id,
                person.member_id,
                blank.email,
                blank.name,
            )


async def shorten(connection: Owner, tenant_id: UUID, person: Person) -> int:
    shortened, after = 0, 0
    while True:
        rows = await connection.fetch(
            "SELECT seq, body, command_id FROM event_log WHERE tenant_id = $1 AND seq > $2"
            " AND body IS NOT NULL AND (artist_id = $3 OR actor_id = $4 OR entity_id = $4)"
            " ORDER BY seq LIMIT $5",
            tenant_id,
            after,
            person.artist_id,
            person.member_id,
            STEP,
        )
        if not rows:
            return shortened
        after = rows[-1]["seq"]
        async with connection.transaction():
            for row in rows:
                body = row["body"].encode()
                less = redacted(msgspec.json.decode(body, type=LoggedEvent), person)
                if less is not None:
                    shortened += 1
                    await _rewrite(connection, tenant_id, row, body, msgspec.json.encode(less))


async def _rewrite(connection: Owner, tenant_id: UUID, row: Any, body: bytes, less: bytes) -> None:
    await connection.execute(
        "UPDATE event_log SET body = $3::json, digest = coalesce(digest, $4)"
        " WHERE tenant_id = $1 AND seq = $2",
        tenant_id,
        row["seq"],
        less.decode(),
        event_log.digest_of(body),
    )
    await connection.execute(
        "UPDATE command_answers a SET answer = json_build_object("
        "  'ok', true, 'id', a.command_id, 'seq', a.seq, 'result', json_build_object())"
        " WHERE tenant_id = $1 AND command_id = $2 AND seq IS NOT NULL",
        tenant_id,
        row["command_id"],
    )
