"""Operations that read bookings: lists by artist, project, status, window and words; single ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta as Limits
from msgspec.structs import replace

from db.pool import Connection, transaction
from db.queries import artists as artist_rows
from db.queries import bookings as rows
from db.queries import bookings_search as search
from db.queries import projects as project_rows
from db.queries import work_search
from db.queries.bookings_search import After, BookingFilter
from realtime.masking import BusyBooking, busy_view
from scheduling.claims import ranked, rerank_all
from scheduling.model import FIRST_YEAR, LAST_YEAR, LIVE, Booking, Instant, Status
from scheduling.permissions import Actor
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import PageQuery, Words, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, read_bookings, read_one, unsupported
from server.api.problems import invalid, not_found

Statuses = Annotated[
    tuple[Status, ...], Limits(description="In these states, repeated; live ones unless given.")
]


class LineQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which bookings of one artist or project; a window takes what overlaps `[start, end)`."""

    status: Statuses = ()
    start: Annotated[Instant, Limits(description="Ends after this.")] | None = None
    end: Annotated[Instant, Limits(description="Starts before this.")] | None = None
    q: Words | None = None
    as_of: AsOf | None = None
    history: Annotated[
        bool, Limits(description="In any state, ended ones as well, where no status is named.")
    ] = False
    order: Annotated[Literal["start", "-start"], Limits(description="By start, or the latest first.")] = (
        "start"
    )


class BookingQuery(LineQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which bookings."""

    artist_id: Annotated[
        tuple[UUID, ...], Limits(max_length=500, description="Of these artists, repeated.")
    ] = ()
    project_id: Annotated[UUID, Limits(description="Of this project.")] | None = None
    phase_id: Annotated[UUID, Limits(description="Of this phase.")] | None = None
    series_id: Annotated[UUID, Limits(description="Of this series.")] | None = None


async def list_bookings(call: Call[BookingQuery, Nothing]) -> Outcome:
    query = call.query
    wanted = BookingFilter(
        artist_ids=query.artist_id,
        project_id=query.project_id,
        phase_id=query.phase_id,
        series_id=query.series_id,
    )
    return await _list(call, query, wanted)


async def list_of_artist(call: Call[LineQuery, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        if not await artist_rows.by_ids(connection, call.tenant_id, [call.id]):
            return not_found("artist", call.id)
    return await _list(call, call.query, BookingFilter(artist_ids=(call.id,)))


async def list_of_project(call: Call[LineQuery, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        known = await project_rows.by_ids(connection, call.tenant_id, [call.id])
        visible = call.actor.staff or await work_search.artist_is_booked(
            connection, call.tenant_id, call.id, call.actor.artist_id
        )
    if not known or not visible:
        return not_found("project", call.id)
    return await _list(call, call.query, BookingFilter(project_id=call.id))


_PAST_FILTERS = ("status", "start", "end", "q", "artist_id", "project_id", "phase_id")


async def _list(call: Call[Any, Nothing], query: LineQuery, wanted: BookingFilter) -> Outcome:
    after = decode_cursor(query.cursor, After)
    if isinstance(after, Problem):
        return after
    problem = check_window(query.start, query.end)
    if problem is not None:
        return problem
    wanted = replace(
        wanted,
        statuses=tuple(query.status or (() if query.history else sorted(LIVE))),
        start=query.start,
        end=query.end,
        text=query.q,
        latest_first=query.order == "-start",
    )
    visible = _visible(call.actor, wanted, asks_for_status=bool(query.status) or query.history)
    if query.as_of is not None:
        return unsupported(query, _PAST_FILTERS) or await read_bookings(call, visible, seen)
    if visible is None:
        return page_reply([], query.limit, None, 0 if query.total else None)
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await search.page(connection, call.tenant_id, visible, after=after, limit=query.limit + 1)
        total = await search.count(connection, call.tenant_id, visible) if query.total else None
        ranked = await with_ranks(connection, call.tenant_id, found)
    last = None
    if len(found) > query.limit:
        end = found[query.limit - 1]
        last = After(start=end.start, id=end.id)
    return page_reply([seen(call.actor, booking) for booking in ranked], query.limit, last, total)


def _visible(actor: Actor, wanted: BookingFilter, *, asks_for_status: bool) -> BookingFilter | None:
    """The filter, narrowed to what the actor may ask about; None where that is nothing.

    Of others' bookings a freelancer sees when they are. A filter by what they are for would
    tell more, so it looks among the freelancer's own.
    """
    if actor.staff:
        return wanted
    of = wanted.project_id or wanted.phase_id or wanted.series_id
    details = wanted.text is not None or of or asks_for_status
    if not details:
        return wanted
    own = actor.artist_id
    if own is None or (wanted.artist_ids and own not in wanted.artist_ids):
        return None
    return replace(wanted, artist_ids=(own,))


async def get_booking(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "booking", "booking", _seen_alone)
    booking = await load(call)
    if booking is None:
        return not_found("booking", call.id)
    return Reply(data=seen(call.actor, booking), version=booking.version)


async def load(call: Call[Any, Any]) -> Booking | None:
    """The booking the path names, live or ended, with its ranks; None where it is not the actor's to see."""
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
        ranked = await with_ranks(connection, call.tenant_id, found)
    if not ranked:
        return None
    [booking] = ranked
    actor = call.actor
    return booking if actor.staff or booking.live or booking.artist_id == actor.artist_id else None


async def with_ranks(connection: Connection, tenant_id: UUID, found: Sequence[Booking]) -> list[Booking]:
    """The bookings with the ranks that the artists' lines give them, in the same order."""
    windows: dict[UUID, tuple[datetime, datetime]] = {}
    for booking in found:
        if booking.live:
            start, end = windows.get(booking.artist_id, (booking.start, booking.end))
            windows[booking.artist_id] = (min(start, booking.start), max(end, booking.end))
    if not windows:
        return rerank_all(found)
    asked = [(artist_id, start, end) for artist_id, (start, end) in windows.items()]
    lines: dict[UUID, list[rows.Rival]] = {}
    for rival in await rows.rivals_in_windows(connection, tenant_id, asked):
        lines.setdefault(rival.artist_id, []).append(rival)
    return [ranked(b, lines.get(b.artist_id, ())) for b in found]


def _seen_alone(actor: Actor, booking: Booking) -> Booking | BusyBooking | None:
    """As `seen`; an ended booking of somebody else is nobody's to know of."""
    return (
        seen(actor, booking) if actor.staff or booking.live or booking.artist_id == actor.artist_id else None
    )


def seen(actor: Actor, booking: Booking) -> Booking | BusyBooking:
    """The booking as far as the actor may know it."""
    return booking if actor.staff or booking.artist_id == actor.artist_id else busy_view(booking)


def check_window(start: datetime | None, end: datetime | None, place: str = "") -> Problem | None:
    """Whether a window makes sense; either end may be open. `place` is where in a body it stands."""
    for name, instant in ((f"{place}start", start), (f"{place}end", end)):
        if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
            return invalid(
                f"{name}: dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {instant.isoformat()}.", name
            )
    if start is not None and end is not None and start >= end:
        return invalid(
            f"{place}end must lie after start; got {start.isoformat()} to {end.isoformat()}.", f"{place}end"
        )
    return None


def utc(instant: datetime) -> datetime:
    """The same moment, in UTC; to be called on instants that `check_window` let pass."""
    return instant.astimezone(UTC)


_MASKED = "Of others' bookings a freelancer sees only when they are."

OPERATIONS = (
    Operation(
        method="GET",
        path="/bookings",
        name="listBookings",
        tag="bookings",
        summary="List bookings, by start",
        description=_MASKED,
        handler=list_bookings,
        gone=True,
        query=BookingQuery,
        result=(Booking, BusyBooking),
        many=True,
    ),
    Operation(
        method="GET",
        path="/bookings/{id}",
        name="getBooking",
        tag="bookings",
        summary="Read a booking, live or ended",
        description=_MASKED,
        handler=get_booking,
        query=PastQuery,
        gone=True,
        result=(Booking, BusyBooking),
        versioned=True,
        noun="booking",
    ),
    Operation(
        method="GET",
        path="/artists/{id}/bookings",
        name="listArtistBookings",
        tag="artists",
        summary="List an artist's bookings, by start",
        description=_MASKED,
        handler=list_of_artist,
        gone=True,
        query=LineQuery,
        result=(Booking, BusyBooking),
        many=True,
        noun="artist",
    ),
    Operation(
        method="GET",
        path="/projects/{id}/bookings",
        name="listProjectBookings",
        tag="projects",
        summary="List a project's bookings, by start",
        description="A freelancer sees their own.",
        handler=list_of_project,
        gone=True,
        query=LineQuery,
        result=(Booking, BusyBooking),
        many=True,
        noun="project",
    ),
)
