"""How long history is kept: old bodies dropped, erased people's words taken out, the chain left whole.

Both need what the application may not: to change rows of the log. So they log in as the tables' owner.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils import uuid7

from db import keeping as keeping_rows
from db.pool import Pool, transaction
from db.queries import artists, history, members, tenants
from realtime.protocol import CommandRequest, ErrorAnswer, OkAnswer
from scheduling.commands import EditArtist
from scheduling.model import Tenant
from scheduling.permissions import system_actor
from scheduling.redaction import Person, erased_artist
from server.studios import write_path


class KeepingError(Exception):
    """What was asked for cannot be done; nothing was changed."""


# -- compacting --------------------------------------------------------------------------


class Compacted(msgspec.Struct, frozen=True, kw_only=True):
    """From which event on everything is kept, and how many bodies were dropped now."""

    history_from: int
    dropped: int


async def compact(dsn: str, pool: Pool, tenant_id: UUID, before: datetime) -> Compacted:
    """Drop the bodies of what happened before a moment, but for the last image of each thing by then.

    First the log is told (a `tenant.edited` event with the new `history_from`), so that nobody is
    shown a past with holes; then bodies go, and their digests stay. Done twice, it goes on where it
    was left.
    """
    async with transaction(pool, tenant_id) as connection:
        tenant = await tenants.get(connection, tenant_id)
        last = await history.seq_at(connection, tenant_id, before)
    if tenant is None:
        raise KeepingError(f"there is no studio {tenant_id}")
    history_from = max(tenant.history_from, last + 1)
    if history_from > tenant.history_from:
        await _run(pool, tenant, "tenant.edit", {"history_from": history_from})
    async with keeping_rows.owner(dsn, tenant_id) as connection:
        dropped = await keeping_rows.drop_bodies(connection, tenant_id, history_from)
    return Compacted(history_from=history_from, dropped=dropped)


# -- erasing -----------------------------------------------------------------------------


async def erase(dsn: str, pool: Pool, tenant: Tenant, artist_id: UUID) -> int:
    """Take an artist's words out of the schedule and of its past; how many events were shortened.

    The record is blanked and archived by commands, as anybody could see it done; then their old
    images, the notes of their time off, their account and their name as an actor leave the log.
    """
    async with transaction(pool, tenant.id) as connection:
        found = await artists.by_ids(connection, tenant.id, [artist_id])
        linked = [m for m in await members.everyone(connection, tenant.id) if m.artist_id == artist_id]
    if not found:
        raise KeepingError(f"there is no artist {artist_id} in {tenant.slug}")
    person = Person(artist_id=artist_id, member_id=linked[0].id if linked else None)
    async with keeping_rows.owner(dsn, tenant.id) as connection:
        async with connection.transaction():
            await keeping_rows.blank_rows(connection, tenant.id, person)
        # The log moves on only now: running servers forget what they remember of these rows.
        await _blank(pool, tenant, artist_id)
        return await keeping_rows.shorten(connection, tenant.id, person)


async def _blank(pool: Pool, tenant: Tenant, artist_id: UUID) -> None:
    async with transaction(pool, tenant.id) as connection:
        [artist] = await artists.by_ids(connection, tenant.id, [artist_id])
    blank = msgspec.to_builtins(erased_artist(artist))
    given = set(EditArtist.__struct_fields__) - {"artist_id", "active"}
    args = {name: value for name, value in blank.items() if name in given}
    await _run(pool, tenant, "artist.edit", {"artist_id": artist_id, **args})
    if artist.active:
        await _run(pool, tenant, "artist.archive", {"artist_id": artist_id})


async def _run(pool: Pool, tenant: Tenant, op: str, args: dict[str, Any]) -> OkAnswer:
    request = CommandRequest(id=UUID(bytes=uuid7().bytes), op=op, args=msgspec.Raw(msgspec.json.encode(args)))
    async with write_path(pool) as executor:
        answer = await executor.execute(system_actor(tenant.id), request)
    if isinstance(answer, ErrorAnswer):
        raise KeepingError(answer.error.message)
    return answer
