"""Reads what the database holds, with the tables' owner and without the code that serves it."""

from __future__ import annotations

import json
from uuid import UUID

import asyncpg
import msgspec

from db.pool import create_pool
from realtime.connections import Audience
from realtime.snapshots import DatabaseLoader, build
from tests.harness.following import merged
from tests.harness.history.model import Logged, Stored, Taken, Truth

_TAKEN = (
    "SELECT id, artist_id, starts_at, ends_at FROM bookings"
    " WHERE tenant_id = $1 AND status IN ('pencil', 'confirmed')"
    " UNION ALL SELECT id, artist_id, starts_at, ends_at FROM times_off"
    " WHERE tenant_id = $1 AND state = 'approved'"
)


async def truth_of(
    dsn: str, tenant_id: UUID, artists: set[UUID], strangers: frozenset[str] = frozenset()
) -> Truth:
    """Everything of one studio that a history is held against; `artists` are the audiences beside staff."""
    connection = await asyncpg.connect(dsn)
    try:
        # The owner of the tables is bound by forced row-level security as well.
        await connection.execute("SELECT set_config('app.tenant', $1, false)", str(tenant_id))
        head = await connection.fetchrow(
            "SELECT epoch, seq, hash FROM tenant_heads WHERE tenant_id = $1", tenant_id
        )
        assert head is not None
        log = await connection.fetch(
            "SELECT seq, body, hash FROM event_log WHERE tenant_id = $1 ORDER BY seq", tenant_id
        )
        answers = await connection.fetch(
            "SELECT command_id, actor_id, seq, answer FROM command_answers WHERE tenant_id = $1", tenant_id
        )
        taken = await connection.fetch(_TAKEN, tenant_id)
    finally:
        await connection.close()
    return Truth(
        tenant_id=str(tenant_id),
        epoch=str(head["epoch"]),
        head=head["seq"],
        head_hash=head["hash"],
        log=tuple(
            Logged(seq=row["seq"], text=row["body"], body=json.loads(row["body"]), hash=row["hash"])
            for row in log
        ),
        answers={
            str(row["command_id"]): Stored(
                actor_id=str(row["actor_id"]), seq=row["seq"], answer=json.loads(row["answer"])
            )
            for row in answers
        },
        taken=tuple(
            Taken(
                id=str(row["id"]),
                artist_id=str(row["artist_id"]),
                start=row["starts_at"].isoformat(),
                end=row["ends_at"].isoformat(),
            )
            for row in taken
        ),
        fresh=await _fresh(dsn, tenant_id, artists),
        strangers=strangers,
    )


async def _fresh(dsn: str, tenant_id: UUID, artists: set[UUID]) -> dict[str, dict[str, object]]:
    """A snapshot for each audience, loaded from the rows just now."""
    pool = await create_pool(dsn, min_size=1, max_size=2)
    try:
        loaded = await DatabaseLoader(pool)(tenant_id)
    finally:
        await pool.close()
    audiences = {"staff": Audience(True), **{str(a): Audience(False, a) for a in artists}}
    fresh = {}
    for name, audience in audiences.items():
        snapshot = await build(loaded, audience)
        fresh[name] = merged([msgspec.json.decode(page) for page in snapshot.pages])
    return fresh
