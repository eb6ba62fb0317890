"""The independent sweep: what every tenant's database must look like, in plain SQL and plain Python."""

from __future__ import annotations

import hashlib
import itertools
import json
from uuid import UUID

import asyncpg


async def sweep(dsn: str, tenant_id: UUID) -> int:
    """Assert the promises on the stored rows, with the tables' owner; returns the head.

    No two exclusive bookings of an artist share time, nor one and approved time off; the log is
    numbered 1, 2, 3 … without a gap up to its head; every link of the chain holds; every answered
    command that changed something is in the log.
    """
    connection = await asyncpg.connect(dsn)
    try:
        # The owner of the tables is bound by forced row-level security as well.
        await connection.execute("SELECT set_config('app.tenant', $1, false)", str(tenant_id))
        await _no_overlap(connection, tenant_id)
        head = await _whole_log(connection, tenant_id)
        await _answers_are_in_the_log(connection, tenant_id)
    finally:
        await connection.close()
    return head


async def _no_overlap(connection: asyncpg.Connection[asyncpg.Record], tenant_id: UUID) -> None:
    rows = await connection.fetch(
        "SELECT artist_id, starts_at, ends_at, id FROM bookings"
        " WHERE tenant_id = $1 AND status IN ('pencil', 'confirmed')"
        " UNION ALL SELECT artist_id, starts_at, ends_at, id FROM times_off"
        " WHERE tenant_id = $1 AND state = 'approved'"
        " ORDER BY artist_id, starts_at",
        tenant_id,
    )
    for one, following in itertools.pairwise(rows):
        if one["artist_id"] == following["artist_id"]:
            assert one["ends_at"] <= following["starts_at"], (
                f"double booking: {one['id']} and {following['id']}"
            )


async def _whole_log(connection: asyncpg.Connection[asyncpg.Record], tenant_id: UUID) -> int:
    head = await connection.fetchrow("SELECT seq, hash FROM tenant_heads WHERE tenant_id = $1", tenant_id)
    assert head is not None
    rows = await connection.fetch(
        "SELECT seq, body, hash FROM event_log WHERE tenant_id = $1 ORDER BY seq", tenant_id
    )
    assert [row["seq"] for row in rows] == list(range(1, head["seq"] + 1)), "the log has gaps"
    previous = b""
    for row in rows:
        digest = hashlib.sha256(row["body"].encode()).digest()
        previous = hashlib.sha256(previous + digest).digest()
        assert previous == row["hash"], f"the chain breaks at {row['seq']}"
        assert json.loads(row["body"])["seq"] == row["seq"]
    assert previous == head["hash"], "the head is not the last link"
    return int(head["seq"])


async def _answers_are_in_the_log(connection: asyncpg.Connection[asyncpg.Record], tenant_id: UUID) -> None:
    missing = await connection.fetch(
        "SELECT a.command_id FROM command_answers a WHERE a.tenant_id = $1 AND a.seq IS NOT NULL"
        " AND a.op LIKE '%.place' AND NOT EXISTS (SELECT FROM event_log e"
        " WHERE e.tenant_id = a.tenant_id AND e.command_id = a.command_id)",
        tenant_id,
    )
    assert not missing, f"acknowledged but not in the log: {missing[:5]}"
