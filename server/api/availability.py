"""Operations on free time: one artist's calendar, and many artists held against many ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import artists as artist_rows
from db.queries import artists_search
from db.queries import bookings as rows
from scheduling.claims import ranked
from scheduling.model import LONGEST_BOOKING, Artist, Booking, Claim, Instant, Status
from scheduling.permissions import Actor
from scheduling.refusals import Code
from scheduling.scopes import Scope
from scheduling.working_time import Span, without, working_spans
from server.api.bookings import check_window, utc
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found

MAX_ARTISTS = 500
MAX_RANGES = 50
MAX_CHECKS = 5_000
MAX_CONFLICTS = 20
LAST_IN_LINE = 2**53
"""A claim number behind every real one."""


class Taken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Time that is not free; others' bookings are only `busy` to a freelancer, without any id."""

    start: datetime
    end: datetime
    status: Literal["hold", "pencil", "confirmed", "busy"]
    booking_id: UUID | None = None
    project_id: UUID | None = None
    title: str = ""


# -- one artist's calendar ---------------------------------------------------------------


class AvailabilityQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The window, at most 366 days."""

    start: Annotated[Instant, Limits(description="From here on.")]
    end: Annotated[Instant, Limits(description="Up to here.")]


class Availability(Struct, frozen=True, kw_only=True):
    """Working hours within the window, what is taken, and the working hours that are left."""

    artist_id: UUID
    zone: str
    working: tuple[Span, ...]
    busy: tuple[Taken, ...]
    free: tuple[Span, ...]


async def artist_availability(call: Call[AvailabilityQuery, Nothing]) -> Outcome:
    problem = _check_range(call.query.start, call.query.end)
    if problem is not None:
        return problem
    start, end = utc(call.query.start), utc(call.query.end)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await artist_rows.by_ids(connection, call.tenant_id, [call.id])
        if not found:
            return not_found("artist", call.id)
        line = await rows.live_in_windows(connection, call.tenant_id, [(call.id, start, end)])
    [artist] = found
    working = working_spans(artist.working_hours, artist.zone, start, end)
    taken = (Span(start=b.start, end=b.end) for b in line)
    availability = Availability(
        artist_id=artist.id,
        zone=artist.zone,
        working=working,
        busy=_taken(call.actor, line),
        free=without(working, taken) if artist.active else (),
    )
    return Reply(data=availability)


def _taken(actor: Actor, line: Sequence[Booking]) -> tuple[Taken, ...]:
    return tuple(_taken_by(actor, b) for b in sorted(line, key=lambda b: (b.start, b.id)))


def _taken_by(actor: Actor, booking: Booking) -> Taken:
    if not actor.staff and booking.artist_id != actor.artist_id:
        return Taken(start=booking.start, end=booking.end, status="busy")
    return Taken(
        start=booking.start,
        end=booking.end,
        status=_LIVE_STATUS[booking.status],
        booking_id=booking.id,
        project_id=booking.project_id,
        title=booking.title,
    )


_LIVE_STATUS: dict[Status, Literal["hold", "pencil", "confirmed"]] = {
    Status.HOLD: "hold",
    Status.PENCIL: "pencil",
    Status.CONFIRMED: "confirmed",
}


# -- many artists, many ranges -----------------------------------------------------------


class Range(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[start, end)`, at most 366 days."""

    start: Instant
    end: Instant


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to hold against which ranges; all active artists where none is named."""

    ranges: Annotated[tuple[Range, ...], Limits(min_length=1, max_length=MAX_RANGES)]
    artist_ids: Annotated[tuple[UUID, ...], Limits(min_length=1, max_length=MAX_ARTISTS)] | None = None


class Checked(Struct, frozen=True, kw_only=True):
    """One artist on one range.

    `standing`: `free` where nothing overlaps, `in_line` where a hold would queue, `taken` where
    only standby would do. `rank` is the place in line a new hold would get, 1 is first; it is
    null where the line is not the asker's to know.
    """

    artist_id: UUID
    start: datetime
    end: datetime
    standing: Literal["free", "in_line", "taken"]
    rank: int | None
    conflicts: tuple[Taken, ...]


async def check_availability(call: Call[Nothing, Check]) -> Outcome:
    for index, asked in enumerate(call.body.ranges):
        problem = _check_range(asked.start, asked.end, f"ranges[{index}].")
        if problem is not None:
            return problem
    ranges = [Span(start=utc(r.start), end=utc(r.end)) for r in call.body.ranges]
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        ids = list(dict.fromkeys(call.body.artist_ids or ()))
        if not ids:
            ids = await artists_search.active_ids(connection, call.tenant_id, limit=MAX_ARTISTS)
        if len(ids) * len(ranges) > MAX_CHECKS:
            return _too_many(len(ids) * len(ranges))
        artists = {a.id: a for a in await artist_rows.by_ids(connection, call.tenant_id, ids)}
        unknown = [i for i in ids if i not in artists]
        if unknown:
            return not_found("artist", unknown[0])
        windows = [(i, r.start, r.end) for i in ids for r in ranges]
        live = await rows.live_in_windows(connection, call.tenant_id, windows)
    lines: dict[UUID, list[Booking]] = {}
    for booking in live:
        lines.setdefault(booking.artist_id, []).append(booking)
    checked = [
        _check(call.actor, artists[i], lines.get(i, ()), asked, call.now) for i in ids for asked in ranges
    ]
    return Reply(data=checked)


def _check(actor: Actor, artist: Artist, line: Sequence[Booking], asked: Span, now: datetime) -> Checked:
    conflicts = [b for b in line if b.overlaps(asked.start, asked.end)]
    known = actor.staff or artist.id == actor.artist_id
    confirmed = any(b.status is Status.CONFIRMED for b in conflicts)
    standing: Literal["free", "in_line", "taken"] = "free"
    if conflicts or not artist.active:
        standing = "taken" if confirmed or not known or not artist.active else "in_line"
    return Checked(
        artist_id=artist.id,
        start=asked.start,
        end=asked.end,
        standing=standing,
        rank=_rank_of_newcomer(artist.id, conflicts, asked, now) if known else None,
        conflicts=_taken(actor, conflicts)[:MAX_CONFLICTS],
    )


def _rank_of_newcomer(artist_id: UUID, line: Sequence[Booking], asked: Span, now: datetime) -> int | None:
    newcomer = Booking(
        id=UUID(int=0),
        artist_id=artist_id,
        start=asked.start,
        end=asked.end,
        claims=(Claim(number=LAST_IN_LINE, start=asked.start, end=asked.end),),
        created_at=now,
        updated_at=now,
    )
    return ranked(newcomer, line).rank


def _check_range(start: datetime, end: datetime, place: str = "") -> Problem | None:
    problem = check_window(start, end, place)
    if problem is not None:
        return problem
    if end - start > LONGEST_BOOKING:
        days = LONGEST_BOOKING.days
        return invalid(
            f"{place}end: a range has at most {days} days; got {(end - start).days}.", f"{place}end"
        )
    return None


def _too_many(count: int) -> Problem:
    return Problem(
        code=Code.TOO_LARGE,
        message=f"Artists times ranges may be at most {MAX_CHECKS}; got {count}. Ask in parts.",
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/artists/{id}/availability",
        name="artistAvailability",
        tag="artists",
        summary="Read an artist's free and taken time",
        description=(Availability.__doc__ or "").strip(),
        handler=artist_availability,
        query=AvailabilityQuery,
        result=(Availability,),
        noun="artist",
    ),
    Operation(
        method="POST",
        path="/bookings/check-availability",
        name="checkAvailability",
        scope=Scope.SCHEDULE_READ,
        tag="bookings",
        summary="Hold many artists against many ranges",
        description=(Checked.__doc__ or "").strip(),
        handler=check_availability,
        body=Check,
        result=(Checked,),
        many=True,
        errors=(Code.NOT_FOUND,),
    ),
)
