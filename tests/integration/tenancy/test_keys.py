"""Checks of keys ignore row-level security: so every foreign key carries the tenant; none reaches across.

Rule E10 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from msgspec import Struct

from db.pool import Pool, transaction
from tests.harness.asking import executor_on, ok, slot
from tests.harness.studio import Studio
from tests.harness.two_studios import Filled, Owner, insert, tried


class ForeignKey(Struct, frozen=True, kw_only=True):
    """From `columns` of `table` to `target`."""

    name: str
    table: str
    target: str
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]


async def foreign_keys(owner: Owner) -> list[ForeignKey]:
    rows = await owner.connection.fetch(
        "SELECT k.conname, k.conrelid::regclass::text AS source, k.confrelid::regclass::text AS target,"
        " (SELECT array_agg(a.attname ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY AS c(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.n)::text[] AS columns,"
        " (SELECT array_agg(a.attname ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY AS c(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.n)::text[] AS targets"
        " FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace"
        " WHERE k.contype = 'f' AND n.nspname = 'public' ORDER BY k.conname"
    )
    return [
        ForeignKey(
            name=row["conname"],
            table=row["source"],
            target=row["target"],
            columns=tuple(row["columns"]),
            target_columns=tuple(row["targets"]),
        )
        for row in rows
    ]


async def unique_columns(owner: Owner, table: str) -> set[str]:
    """Columns that a second row must differ in."""
    rows = await owner.connection.fetch(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indrelid = $1::regclass AND i.indisunique",
        table,
    )
    return {row["attname"] for row in rows}


async def a_reference_across(owner: Owner, key: ForeignKey, ours: Filled, theirs: Filled) -> dict[str, Any]:
    """A new row of ours whose key names a row of theirs."""
    row = (await owner.rows(key.table, ours))[-1]
    named = {"kind", "subject_kind", "channel", "notice_id"}  # words of lists, a row to be there
    fresh = (await unique_columns(owner, key.table)) - set(key.columns) - {"tenant_id"} - named
    row |= {column: _another(row[column]) for column in fresh}
    if key.table == "notice_delivery_items":
        row["channel"] = "push"
    if key.table == "members":
        row["email"] = f"{uuid4().hex}@example.test"
    wanted = (await owner.rows(key.target, theirs))[0]
    for column, target in zip(key.columns, key.target_columns, strict=True):
        if column != "tenant_id":
            row[column] = wanted[target]
    return row


def _another(value: Any) -> Any:
    match value:
        case int():
            return value + 1_000
        case str() if value.startswith("\\x"):
            return f"\\x{uuid4().hex}"
        case _:
            return None if value is None else str(uuid4())


async def test_there_are_keys_to_try(owner: Owner) -> None:
    keys = await foreign_keys(owner)
    across = [key for key in keys if set(key.columns) != {"tenant_id"}]
    assert len(across) >= 11
    assert {"bookings", "members", "phases", "dependencies", "credentials"} <= {k.table for k in across}
    assert {key.target for key in keys if set(key.columns) == {"tenant_id"}} == {"tenants"}


async def test_no_row_of_ours_names_a_row_of_theirs(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    for key in await foreign_keys(owner):
        if set(key.columns) == {"tenant_id"}:
            continue  # the row itself would be theirs: see test_rows
        row = await a_reference_across(owner, key, ours, theirs)
        with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
            async with transaction(pool, ours.tenant_id) as connection:
                await insert(connection, key.table, row)
        assert refused.value.constraint_name == key.name


async def test_no_row_of_ours_is_turned_towards_theirs(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    for key in await foreign_keys(owner):
        column = next((c for c in key.columns if c != "tenant_id"), None)
        if column is None:
            continue
        target = dict(zip(key.columns, key.target_columns, strict=True))[column]
        wanted = (await owner.rows(key.target, theirs))[0][target]
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with transaction(pool, ours.tenant_id) as connection:
                await connection.execute(f"UPDATE {key.table} SET {column} = $1::text::uuid", wanted)


async def test_the_answer_is_the_same_for_what_exists_elsewhere_and_what_exists_nowhere(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    key = next(k for k in await foreign_keys(owner) if k.name == "bookings_tenant_id_artist_id_fkey")
    row = await a_reference_across(owner, key, ours, theirs)
    messages = []
    for artist in (theirs.artist, uuid4()):
        with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
            async with transaction(pool, ours.tenant_id) as connection:
                await insert(connection, "bookings", row | {"artist_id": str(artist)})
        messages.append((str(refused.value), str(refused.value.detail).replace(str(artist), "…")))
    assert messages[0] == messages[1]


async def test_the_same_artist_id_in_two_studios_is_two_artists(pool: Pool) -> None:
    """The exclusion constraint looks past row-level security too, and must not tell one of the other."""
    executor = executor_on(pool)
    same = uuid4()
    for _ in range(2):
        studio = await Studio.open(pool, executor)
        ok(await studio.run("artist.add", {"id": str(same), "name": "Ada"}))
        ok(await studio.run("booking.place", slot(same, id=str(same))))
    await executor.close()


async def test_a_booking_of_their_artist_is_refused_by_the_key_not_by_the_calendar(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    """Whether the other studio's artist is booked then cannot be told from the error."""
    key = next(k for k in await foreign_keys(owner) if k.name == "bookings_tenant_id_artist_id_fkey")
    taken = await a_reference_across(owner, key, ours, theirs)
    free = taken | {
        "starts_at": datetime(2031, 1, 1, tzinfo=UTC).isoformat(),
        "ends_at": datetime(2031, 1, 2, tzinfo=UTC).isoformat(),
    }
    for row in (taken, free):
        async with tried(pool, ours.tenant_id) as connection:
            await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await insert(connection, "bookings", row)
