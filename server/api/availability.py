"""Operations on free time: one artist's calendar, and many artists held against many ranges."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import artists as artist_rows
from db.queries import artists_search
from db.queries import bookings as rows
from db.queries import tenants as tenant_rows
from db.queries import times_off as off_rows
from scheduling.availability import Stretch, stretches
from scheduling.calendars import Calendar, calendar_of, spans_of
from scheduling.claims import ranked
from scheduling.decide.flags import Flag, flags_about
from scheduling.model import (
    LONGEST_BOOKING,
    Artist,
    Booking,
    Claim,
    Instant,
    OffState,
    Status,
    Tenant,
    TimeOff,
)
from scheduling.permissions import Actor
from scheduling.refusals import Code
from scheduling.scopes import Scope
from scheduling.working_time import Span, without
from server.api.bookings import check_window, utc
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found, unauthenticated

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
    """The window from beginning to end, in `stretches`.

    In short beside it: `working` hours (holidays taken out), the `busy` bookings, and the working
    hours that are `free` of bookings and time off.
    """

    artist_id: UUID
    zone: str
    working: tuple[Span, ...]
    busy: tuple[Taken, ...]
    free: tuple[Span, ...]
    stretches: tuple[Stretch, ...]


async def agenda_asked(
    call: Call[AvailabilityQuery, Nothing],
) -> tuple[Agenda, datetime, datetime] | Problem:
    """What the artist of the path has in the window asked for, and that window in UTC."""
    problem = check_range(call.query.start, call.query.end)
    if problem is not None:
        return problem
    start, end = utc(call.query.start), utc(call.query.end)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        agenda = await agenda_of(connection, call.tenant_id, call.id, start, end)
    if agenda is None:
        return not_found("artist", call.id)
    return agenda, start, end


async def artist_availability(call: Call[AvailabilityQuery, Nothing]) -> Outcome:
    asked = await agenda_asked(call)
    if isinstance(asked, Problem):
        return asked
    agenda, start, end = asked
    artist = agenda.artist
    known = call.actor.staff or artist.id == call.actor.artist_id
    taken = [Span(start=b.start, end=b.end) for b in agenda.line]
    taken += [Span(start=t.start, end=t.end) for t in agenda.times_off if t.state is OffState.APPROVED]
    tiles = stretches(agenda.calendar, agenda.line, agenda.times_off, start, end)
    working = spans_of(agenda.calendar, start, end)
    availability = Availability(
        artist_id=artist.id,
        zone=artist.zone,
        working=working,
        busy=_taken(call.actor, agenda.line),
        free=without(working, taken) if artist.active else (),
        stretches=tiles if known else tuple(masked(tile) for tile in tiles),
    )
    return Reply(data=availability)


class Agenda(Struct, frozen=True, kw_only=True):
    """What is known of an artist's time over a window."""

    artist: Artist
    calendar: Calendar
    line: tuple[Booking, ...]
    times_off: tuple[TimeOff, ...]


async def agenda_of(
    connection: Connection, tenant_id: UUID, artist_id: UUID, start: datetime, end: datetime
) -> Agenda | None:
    """None where there is no such artist."""
    found = await artist_rows.by_ids(connection, tenant_id, [artist_id])
    tenant = await tenant_rows.get(connection, tenant_id)
    if not found or tenant is None:
        return None
    line = await rows.live_in_windows(connection, tenant_id, [(artist_id, start, end)])
    times_off = await off_rows.live(connection, tenant_id, [artist_id])
    return Agenda(
        artist=found[0],
        calendar=calendar_of(tenant, found[0]),
        line=tuple(line),
        times_off=tuple(t for t in times_off if t.overlaps(start, end)),
    )


def masked(tile: Stretch) -> Stretch:
    """Somebody else's stretch, as a freelancer sees it: that it is taken, and nothing of by what."""
    return Stretch(
        start=tile.start,
        end=tile.end,
        kind=tile.kind,
        status="busy" if tile.status else None,
        time_off="approved" if tile.kind == "off" else None,
        name=tile.name,
    )


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
    only standby would do, or nothing at all: the artist is `away`, on approved time off. `rank` is
    the place in line a new hold would get, 1 is first; it is null where the line is not the asker's
    to know. `flags` refuse nothing: requested time off, holidays, no working hour at all.
    """

    artist_id: UUID
    start: datetime
    end: datetime
    standing: Literal["free", "in_line", "taken"]
    rank: int | None
    conflicts: tuple[Taken, ...]
    away: tuple[Span, ...] = ()
    flags: tuple[Flag, ...] = ()


async def check_availability(call: Call[Nothing, Check]) -> Outcome:
    for index, asked in enumerate(call.body.ranges):
        problem = check_range(asked.start, asked.end, f"ranges[{index}].")
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
        times_off = await off_rows.live(connection, call.tenant_id, ids)
        tenant = await tenant_rows.get(connection, call.tenant_id)
    if tenant is None:
        return unauthenticated("This studio does not exist any more.")
    agendas = {
        i: Agenda(
            artist=artists[i],
            calendar=calendar_of(tenant, artists[i]),
            line=tuple(line),
            times_off=tuple(off),
        )
        for i, line, off in zip(ids, _of_each(ids, live), _of_each(ids, times_off), strict=True)
    }
    return Reply(data=await asyncio.to_thread(_check_all, call, tenant, agendas, ranges))


T = TypeVar("T", Booking, TimeOff)


def _of_each(ids: Sequence[UUID], entities: Iterable[T]) -> list[list[T]]:
    """What belongs to each artist."""
    found: dict[UUID, list[T]] = {i: [] for i in ids}
    for entity in entities:
        found[entity.artist_id].append(entity)
    return [found[i] for i in ids]


def _check_all(
    call: Call[Nothing, Check], tenant: Tenant, agendas: dict[UUID, Agenda], ranges: Sequence[Span]
) -> list[Checked]:
    return [_check(call.actor, tenant, a, asked, call.now) for a in agendas.values() for asked in ranges]


def _check(actor: Actor, tenant: Tenant, agenda: Agenda, asked: Span, now: datetime) -> Checked:
    artist = agenda.artist
    conflicts = [b for b in agenda.line if b.overlaps(asked.start, asked.end)]
    off = [t for t in agenda.times_off if t.overlaps(asked.start, asked.end)]
    away = tuple(Span(start=t.start, end=t.end) for t in off if t.state is OffState.APPROVED)
    known = actor.staff or artist.id == actor.artist_id
    confirmed = any(b.status is Status.CONFIRMED for b in conflicts)
    standing: Literal["free", "in_line", "taken"] = "free"
    if conflicts or away or not artist.active:
        standing = "taken" if confirmed or away or not known or not artist.active else "in_line"
    return Checked(
        artist_id=artist.id,
        start=asked.start,
        end=asked.end,
        standing=standing,
        rank=_rank_of_newcomer(artist.id, conflicts, asked, now) if known and not away else None,
        conflicts=_taken(actor, conflicts)[:MAX_CONFLICTS],
        away=away,
        flags=tuple(flags_about(tenant, artist, off if known else (), asked.start, asked.end)),
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


def check_range(start: datetime, end: datetime, place: str = "") -> Problem | None:
    """Whether `[start, end)` is a window of at most a year."""
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
