"""A studio's transaction as the write path uses it: begun under the lock, or written in one call.

`begin` takes the studio's place in the order of writes; `append` writes everything a batch decided in
one round trip, inside such a transaction or as one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
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


class Taken(Exception):
    """An id that was taken to be nobody's is somebody's (`bookings.require_unused`); nothing was written."""


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

    Outside a transaction it is one of its own, and committed when this returns. Raises `Repeated` or
    `Taken`, and what the database raises.
    """
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
            *_log(batch.entries),
            *_answers(batch.answers),
            ENQUEUE_SQL,
            batch.jobs.queue,
            batch.jobs.payloads,
            batch.jobs.delays,
        )
    except asyncpg.DivisionByZeroError as error:
        raise Taken from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == _REPEATED:
            raise Repeated from error
        raise
    return bool(done == "done")


def _log(entries: Sequence[Entry]) -> tuple[object, ...]:
    events = [entry.event for entry in entries]
    subjects = [entry.subject for entry in entries]
    return (
        _array([e.type for e in events]),
        _array([e.actor.id for e in events]),
        _array([e.command_id for e in events]),
        _array([e.entity.kind for e in events]),
        _array([e.entity.id for e in events]),
        _array([e.entity.version for e in events]),
        [entry.body.decode() for entry in entries],
        "{" + ",".join([f'"\\\\x{entry.hash.hex()}"' for entry in entries]) + "}",
        _array([s.artist_id for s in subjects]),
        _array([s.project_id for s in subjects]),
        _array([s.left_artist_id for s in subjects]),
        _array([s.left_project_id for s in subjects]),
        _array([s.start for s in subjects]),
        _array([s.end for s in subjects]),
        _array([s.live for s in subjects]),
    )


def _answers(answers: Sequence[StoredAnswer]) -> tuple[object, ...]:
    return (
        _array([a.command_id for a in answers]),
        _array([a.actor_id for a in answers]),
        _array([a.op for a in answers]),
        _array([a.seq for a in answers]),
        [a.answer.decode() for a in answers],
    )


def _array(values: list[Any]) -> str:
    """An array as Postgres reads it; of what JSON writes without a backslash: ids, numbers, names, times.

    A tenth of the cost of having asyncpg encode every element, which was a third of a command's.
    """
    return "{" + msgspec.json.encode(values)[1:-1].decode() + "}"


_AS_TEXT = {
    **dict.fromkeys((12, 15), "text[]"),
    **dict.fromkeys((13, 14, 16, 20, 21, 22, 23), "uuid[]"),
    17: "bigint[]",
    19: "bytea[]",
    **dict.fromkeys((24, 25), "timestamptz[]"),
    26: "boolean[]",
    **dict.fromkeys((27, 28), "uuid[]"),
    29: "text[]",
    30: "bigint[]",
}
"""Parameters that are written by `_array`, with what they are."""
_PARAMETERS = [f"${n}::text::{_AS_TEXT[n]}" if n in _AS_TEXT else f"${n}" for n in range(1, 36)]
_APPEND = f"SELECT append_batch({', '.join(_PARAMETERS)})"
