"""What the log says of a moment that is past: images of things as of a number, and what changed between two.

An event carries the whole entity after it, ranks included, so the newest event of each thing at or
before a number is the thing as it was then. `live` tells those that stood on the schedule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from db.pool import Connection
from db.queries.bookings_search import After, BookingFilter, containing, earliest_start
from scheduling.model import EntityKind
from scheduling.state import Key


class Image(Struct, frozen=True, kw_only=True):
    """One thing after one event; `body` is the whole logged event, None where it is not kept any more."""

    seq: int
    at: datetime
    type: str
    kind: EntityKind
    id: UUID
    live: bool
    body: bytes | None

    @property
    def entity(self) -> bytes:
        """The encoded entity. Raises `ValueError` where it is not kept any more."""
        if self.body is None:
            raise ValueError(f"the body of event {self.seq} is not kept any more")
        return bytes(msgspec.json.decode(self.body, type=_Logged).data[self.kind])


class _Logged(Struct):
    data: dict[str, msgspec.Raw]


_COLUMNS = "e.seq, e.at, e.type, e.entity_kind, e.entity_id, e.live, e.body"

_LATEST = (
    "NOT EXISTS (SELECT FROM event_log l WHERE l.tenant_id = $1 AND l.entity_kind = e.entity_kind"
    " AND l.entity_id = e.entity_id AND l.seq > e.seq AND l.seq <= {seq})"
)
"""That `e` is the newest event of its thing at or before a number."""


def _image(row: asyncpg.Record) -> Image:
    return Image(
        seq=row["seq"],
        at=row["at"],
        type=row["type"],
        kind=row["entity_kind"],
        id=row["entity_id"],
        live=row["live"],
        body=row["body"].encode() if row["body"] is not None else None,
    )


async def seq_at(connection: Connection, tenant_id: UUID, at: datetime) -> int:
    """The number of the last event at or before a moment; 0 where there was none."""
    seq: int | None = await connection.fetchval(
        "SELECT seq FROM event_log WHERE tenant_id = $1 AND at <= $2 ORDER BY at DESC, seq DESC LIMIT 1",
        tenant_id,
        at,
    )
    return seq or 0


async def moment_of(connection: Connection, tenant_id: UUID, seq: int) -> datetime | None:
    """When the event with this number happened."""
    at: datetime | None = await connection.fetchval(
        "SELECT at FROM event_log WHERE tenant_id = $1 AND seq = $2", tenant_id, seq
    )
    return at


async def all_of_kind(
    connection: Connection,
    tenant_id: UUID,
    kind: EntityKind,
    seq: int,
    *,
    live: bool = True,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[Image]:
    """Everything of a kind as of a number, in order of id; with `live` only what stood on the schedule."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM ("
        "  SELECT DISTINCT ON (entity_id) entity_id, seq FROM event_log"
        "  WHERE tenant_id = $1 AND entity_kind = $2 AND seq <= $3 AND ($5::uuid IS NULL OR entity_id > $5)"
        "  ORDER BY entity_id, seq DESC"
        " ) newest JOIN event_log e ON e.tenant_id = $1 AND e.seq = newest.seq"
        " WHERE e.live OR NOT $4::boolean ORDER BY e.entity_id LIMIT $6",
        tenant_id,
        kind,
        seq,
        live,
        after,
        limit,
    )
    return [_image(row) for row in rows]


async def images(connection: Connection, tenant_id: UUID, keys: Iterable[Key], seq: int) -> dict[Key, Image]:
    """These things as of a number, ended and deleted ones included; those that were not are left out."""
    wanted = list(keys)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM unnest($2::text[], $3::uuid[]) AS w(kind, id) JOIN LATERAL ("
        "  SELECT * FROM event_log WHERE tenant_id = $1 AND entity_kind = w.kind AND entity_id = w.id"
        "  AND seq <= $4 ORDER BY seq DESC LIMIT 1"
        " ) e ON true",
        tenant_id,
        [kind for kind, _ in wanted],
        [entity_id for _, entity_id in wanted],
        seq,
    )
    return {(image.kind, image.id): image for image in map(_image, rows)}


async def bookings_page(
    connection: Connection,
    tenant_id: UUID,
    seq: int,
    wanted: BookingFilter,
    *,
    after: After | None = None,
    limit: int,
) -> list[Image]:
    """Bookings as of a number, in order of start and id, at most `limit`."""
    sql, values = _placed(tenant_id, "booking", seq, wanted, after)
    values.append(limit)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM ({sql} ORDER BY starts_at, entity_id LIMIT ${len(values)}) found"
        " JOIN event_log e ON e.tenant_id = $1 AND e.seq = found.seq ORDER BY e.starts_at, e.entity_id",
        *values,
    )
    return [_image(row) for row in rows]


async def bookings_count(connection: Connection, tenant_id: UUID, seq: int, wanted: BookingFilter) -> int:
    """How many `bookings_page` would give in all."""
    sql, values = _placed(tenant_id, "booking", seq, wanted, None)
    total: int = await connection.fetchval(f"SELECT count(*) FROM ({sql}) found", *values)
    return total


async def times_off(
    connection: Connection, tenant_id: UUID, seq: int, wanted: BookingFilter, *, limit: int
) -> list[Image]:
    """Time off as of a number that shares time with a window, in order of start and id."""
    sql, values = _placed(tenant_id, "time_off", seq, wanted, None)
    values.append(limit)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM ({sql} ORDER BY starts_at, entity_id LIMIT ${len(values)}) found"
        " JOIN event_log e ON e.tenant_id = $1 AND e.seq = found.seq ORDER BY e.starts_at, e.entity_id",
        *values,
    )
    return [_image(row) for row in rows]


_SHORT = timedelta(days=31)
"""What `is_long` of migration 0007 is longer than."""
_LIVE_STATES = frozenset({"hold", "pencil", "confirmed", "requested", "approved"})


def _placed(
    tenant_id: UUID, kind: EntityKind, seq: int, wanted: BookingFilter, after: After | None
) -> tuple[str, list[object]]:
    """Numbers of the newest events whose place and words fit.

    Where only places are asked for, indexes answer; what an event says is looked up in its row.
    """
    conditions = ["e.tenant_id = $1", "e.entity_kind = $2", "e.seq <= $3", "e.starts_at IS NOT NULL"]
    values = list[object]([tenant_id, kind, seq])

    def add(condition: str, *given: object) -> None:
        numbers = [f"${len(values) + n}" for n in range(1, len(given) + 1)]
        values.extend(given)
        conditions.append(condition.format(*numbers))

    entity = f"(e.body -> 'data' -> '{kind}')"
    if not set(wanted.statuses) - _LIVE_STATES:
        conditions.append("e.live")
    if wanted.statuses:
        state = "status" if kind == "booking" else "state"
        known = _LIVE_STATES & ({"hold", "pencil", "confirmed"} if kind == "booking" else _LIVE_STATES)
        if set(wanted.statuses) != known:
            add(f"{entity} ->> '{state}' = ANY({{}}::text[])", list(wanted.statuses))
    if wanted.artist_ids:
        add("e.artist_id = ANY({}::uuid[])", list(wanted.artist_ids))
    if wanted.project_id is not None:
        add("e.project_id = {}", wanted.project_id)
    if wanted.phase_id is not None:
        add(f"{entity} ->> 'phase_id' = {{}}::text", str(wanted.phase_id))
    if wanted.end is not None:
        add("e.starts_at < {}", wanted.end)
    near, far = "", ""
    if wanted.start is not None:
        add("e.ends_at > {}", wanted.start)
        add("e.starts_at > {}", earliest_start(wanted.start))
        # Few are long: those that began well before the window have an index of their own.
        values.append(wanted.start - _SHORT)
        near = f" AND e.starts_at > ${len(values)}"
        far = f" AND e.is_long AND e.starts_at <= ${len(values)}"
    if wanted.text is not None:
        add(
            f"({entity} ->> 'title' || ' ' || ({entity} ->> 'notes')) ILIKE {{}}",
            containing(wanted.text),
        )
    if after is not None:
        add("e.starts_at >= {}", after.start)
        add("(e.starts_at, e.entity_id) > ({}, {})", after.start, after.id)
    conditions.append(_LATEST.format(seq="$3"))
    found = f"SELECT e.seq, e.starts_at, e.entity_id FROM event_log e WHERE {' AND '.join(conditions)}"
    return (f"{found}{near} UNION ALL {found}{far}" if far else found), values


class Pair(Struct, frozen=True, kw_only=True):
    """A thing that something happened to: its image before, if it was there, and after."""

    before: Image | None
    after: Image


class DiffFilter(Struct, frozen=True, kw_only=True):
    """Which differences: of one thing, or of what belonged to a project or an artist before or after."""

    kinds: tuple[EntityKind, ...]
    entity_id: UUID | None = None
    project_id: UUID | None = None
    artist_id: UUID | None = None


async def between(
    connection: Connection,
    tenant_id: UUID,
    low: int,
    high: int,
    wanted: DiffFilter,
    *,
    after: Key | None,
    limit: int,
) -> list[Pair]:
    """What anything happened to in `(low, high]`, in order of kind and id, at most `limit`."""
    rows = await connection.fetch(
        "WITH last AS MATERIALIZED (SELECT entity_kind, entity_id, max(seq) AS seq FROM event_log"
        "  WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 AND entity_kind = ANY($4::text[])"
        "  AND ($5::uuid IS NULL OR entity_id = $5)"
        "  AND ($8::text IS NULL OR (entity_kind, entity_id) > ($8, $9::uuid))"
        "  GROUP BY entity_kind, entity_id)"
        f" SELECT {_COLUMNS}, b.seq AS b_seq, b.at AS b_at, b.type AS b_type, b.live AS b_live,"
        "  b.body AS b_body FROM last JOIN event_log e ON e.tenant_id = $1 AND e.seq = last.seq"
        " LEFT JOIN LATERAL (SELECT * FROM event_log p WHERE p.tenant_id = $1"
        "  AND p.entity_kind = last.entity_kind AND p.entity_id = last.entity_id AND p.seq <= $2"
        "  ORDER BY p.seq DESC LIMIT 1) b ON true"
        " WHERE (e.live OR b.live) AND ($6::uuid IS NULL OR e.project_id = $6 OR b.project_id = $6)"
        " AND ($7::uuid IS NULL OR e.artist_id = $7 OR b.artist_id = $7)"
        " ORDER BY last.entity_kind, last.entity_id LIMIT $10",
        tenant_id,
        low,
        high,
        list(wanted.kinds),
        wanted.entity_id,
        wanted.project_id,
        wanted.artist_id,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )
    return [Pair(before=_before(row), after=_image(row)) for row in rows]


def _before(row: asyncpg.Record) -> Image | None:
    if row["b_seq"] is None or not row["b_live"]:
        return None
    return Image(
        seq=row["b_seq"],
        at=row["b_at"],
        type=row["b_type"],
        kind=row["entity_kind"],
        id=row["entity_id"],
        live=row["b_live"],
        body=row["b_body"].encode() if row["b_body"] is not None else None,
    )


async def belonging_to(
    connection: Connection, tenant_id: UUID, project_id: UUID, kinds: Sequence[EntityKind]
) -> list[Key]:
    """Everything that ever said it belongs to a project, by kind and id."""
    rows = await connection.fetch(
        "SELECT DISTINCT entity_kind, entity_id FROM event_log"
        " WHERE tenant_id = $1 AND project_id = $2 AND entity_kind = ANY($3::text[])"
        " ORDER BY entity_kind, entity_id",
        tenant_id,
        project_id,
        list(kinds),
    )
    return [(row["entity_kind"], row["entity_id"]) for row in rows]


class Told(Struct, frozen=True, kw_only=True):
    """An event to be told, and the last one of the same thing before it, while bodies are kept."""

    body: bytes
    before: bytes | None


_ITSELF = ("e.entity_kind = $5 AND e.entity_id = $2",)


async def activity(
    connection: Connection,
    tenant_id: UUID,
    *,
    of: Key,
    before_seq: int | None,
    from_seq: int,
    limit: int,
) -> list[Told]:
    """What happened to a thing, newest first; of an artist or project also what was theirs or left them."""
    kind, entity_id = of
    column = {"artist": "artist_id", "project": "project_id"}.get(kind)
    # Nothing leaves those whose it is, so that no event is found twice.
    places = (f"e.{column} = $2", f"e.left_{column} = $2") if column else _ITSELF
    found = " UNION ALL ".join(
        f"(SELECT * FROM event_log e WHERE e.tenant_id = $1 AND {where} AND e.body IS NOT NULL"
        " AND e.seq >= $4 AND ($3::bigint IS NULL OR e.seq < $3) AND ($5::text IS NOT NULL)"
        " ORDER BY e.seq DESC LIMIT $6)"
        for where in places
    )
    rows = await connection.fetch(
        "SELECT e.body, p.body AS before FROM ("
        f"  SELECT * FROM ({found}) f ORDER BY f.seq DESC LIMIT $6"
        " ) e LEFT JOIN LATERAL (SELECT body FROM event_log p WHERE p.tenant_id = $1"
        "  AND p.entity_kind = e.entity_kind AND p.entity_id = e.entity_id AND p.seq < e.seq"
        "  ORDER BY p.seq DESC LIMIT 1) p ON true ORDER BY e.seq DESC",
        tenant_id,
        entity_id,
        before_seq,
        from_seq,
        kind,
        limit,
    )
    return [
        Told(body=row["body"].encode(), before=row["before"].encode() if row["before"] else None)
        for row in rows
    ]


class OwnCommand(Struct, frozen=True, kw_only=True):
    """A command that somebody gave and that changed something."""

    command_id: UUID
    op: str
    at: datetime
    seq: int
    undoes: UUID | None
    bodies: tuple[bytes, ...]
    events: int


async def commands_of(
    connection: Connection, tenant_id: UUID, actor_id: UUID, *, limit: int
) -> list[OwnCommand]:
    """The last commands of somebody that changed something, newest first, each with its first events."""
    rows = await connection.fetch(
        "SELECT a.command_id, a.op, a.at, a.seq, e.count, e.bodies FROM command_answers a"
        " JOIN LATERAL (SELECT count(*) AS count,"
        "   (array_agg(f.body::text ORDER BY f.seq) FILTER (WHERE f.body IS NOT NULL))[1:3] AS bodies"
        "   FROM event_log f WHERE f.tenant_id = $1 AND f.command_id = a.command_id) e ON e.count > 0"
        " WHERE a.tenant_id = $1 AND a.actor_id = $2 AND a.seq IS NOT NULL ORDER BY a.seq DESC LIMIT $3",
        tenant_id,
        actor_id,
        limit,
    )
    return [_own(row) for row in rows]


def _own(row: asyncpg.Record) -> OwnCommand:
    bodies = tuple(body.encode() for body in row["bodies"] or ())
    undoes = None
    if row["op"] == "history.undo" and bodies:
        cause = msgspec.json.decode(bodies[0], type=_Caused).data.cause
        undoes = cause.command_id if cause else None
    return OwnCommand(
        command_id=row["command_id"],
        op=row["op"],
        at=row["at"],
        seq=row["seq"],
        undoes=undoes,
        bodies=bodies,
        events=row["count"],
    )


class _Cause(Struct):
    command_id: UUID | None = None


class _Data(Struct):
    cause: _Cause | None = None


class _Caused(Struct):
    data: _Data
