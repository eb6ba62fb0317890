"""A studio's transaction as the write path uses it: begun under the lock, or written in one call.

`begin` takes the studio's place in the order of writes; `append` writes everything a batch decided in
one round trip, inside such a transaction or as one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from db.jobs import ENQUEUE_SQL
from db.pool import Connection
from db.queries.answers import StoredAnswer
from db.queries.event_log import Entry
from db.queries.tenants import Head, lock_key

_REPEATED = "PT409"
"""Raised by `append_batch` of migration 0008."""


class Rows(Struct, frozen=True, kw_only=True):
    """A statement that writes records of one kind: `sql` has the tenant as $1 and `records` as $2."""

    sql: str
    records: str


class Jobs(Struct, frozen=True, kw_only=True):
    """Deferred work of one queue: payloads, and how long each waits."""

    queue: str
    payloads: tuple[bytes, ...] = ()
    delays: tuple[timedelta, ...] = ()


class Batch(Struct, frozen=True, kw_only=True):
    """What a transaction appends: decided on `known`, it makes the head `advanced`."""

    tenant_id: UUID
    at: datetime
    known: Head
    advanced: Head
    rows: tuple[Rows, ...]
    entries: tuple[Entry, ...]
    answers: tuple[StoredAnswer, ...]
    jobs: Jobs


class Repeated(Exception):
    """A command of the batch has an answer already; nothing was written."""


async def begin(connection: Connection, tenant_id: UUID) -> None:
    """Begin a transaction of the tenant and wait for its place in the order of writes, in one round trip.

    Statements of a script see what was committed before each of them began; whoever reads the head
    must do so in a later one (`tenants.lock`).
    """
    await connection.execute(
        f"BEGIN; SELECT set_config('app.tenant', '{tenant_id}', true);"
        f" SELECT pg_advisory_xact_lock({lock_key(tenant_id)})"
    )


async def append(connection: Connection, batch: Batch) -> bool:
    """Write the batch; False, and nothing written, where the log stands elsewhere than it took for granted.

    Outside a transaction it is one of its own, and committed when this returns. Raises `Repeated`,
    and what the database raises.
    """
    events = [entry.event for entry in batch.entries]
    try:
        done = await connection.fetchval(
            _APPEND,
            batch.tenant_id,
            lock_key(batch.tenant_id),
            batch.known.epoch,
            batch.known.seq,
            batch.known.hash,
            batch.advanced.seq,
            batch.advanced.next_claim,
            batch.advanced.hash,
            [rows.sql for rows in batch.rows],
            [rows.records for rows in batch.rows],
            batch.at,
            [e.type for e in events],
            [e.actor.id for e in events],
            [e.command_id for e in events],
            [e.entity.kind for e in events],
            [e.entity.id for e in events],
            [e.entity.version for e in events],
            [entry.body.decode() for entry in batch.entries],
            [entry.hash for entry in batch.entries],
            [entry.subject.artist_id for entry in batch.entries],
            [entry.subject.project_id for entry in batch.entries],
            [entry.subject.left_artist_id for entry in batch.entries],
            [entry.subject.left_project_id for entry in batch.entries],
            [entry.subject.start for entry in batch.entries],
            [entry.subject.end for entry in batch.entries],
            [entry.subject.live for entry in batch.entries],
            *_answers(batch.answers),
            ENQUEUE_SQL,
            batch.jobs.queue,
            batch.jobs.payloads,
            batch.jobs.delays,
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate == _REPEATED:
            raise Repeated from error
        raise
    return bool(done == "done")


def _answers(answers: Sequence[StoredAnswer]) -> tuple[Sequence[object], ...]:
    return (
        [a.command_id for a in answers],
        [a.actor_id for a in answers],
        [a.op for a in answers],
        [a.seq for a in answers],
        [a.answer.decode() for a in answers],
    )


_APPEND = f"SELECT append_batch({', '.join(f'${n}' for n in range(1, 36))})"
