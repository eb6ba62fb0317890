"""Keeping an artist's line true after a change: ranks of the neighbours, and pencils that became due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from scheduling.claims import neighbours, ranked
from scheduling.decide.context import Draft
from scheduling.events import (
    BookingDemoted,
    BookingEvent,
    BookingPencilled,
    BookingPromoted,
    Cause,
)
from scheduling.model import Booking, Response, Segment, Status, changed_fields, with_changes
from scheduling.state import State, away, live_overlapping


def emit_booking(
    draft: Draft,
    event: type[BookingEvent],
    booking: Booking,
    *,
    cause: Cause | None = None,
    reason: str = "",
) -> Booking:
    """Emit `event` with the booking as it is from now on: next version, ranks derived."""
    before = draft.state.bookings.get(booking.id)
    rivals = live_overlapping(draft.state, booking.artist_id, booking.start, booking.end, booking.id)
    after = ranked(
        with_changes(
            booking,
            version=before.version + 1 if before else 1,
            updated_at=draft.context.now,
        ),
        rivals,
    )
    changed = changed_fields(before, after) if before else ()
    draft.emit(event(booking=after, changed=changed, cause=cause, reason=reason))
    return after


def settle(draft: Draft, artist_id: UUID, start: datetime, end: datetime, cause: Cause) -> None:
    """Bring the line over `[start, end)` up to date after claims came or went there.

    Everyone whose rank changed gets an event of their own, and accepted holds that now stand
    first everywhere become pencils, all of it part of the command that caused it.
    """
    for booking in neighbours(draft.state, artist_id, start, end):
        rivals = neighbours(draft.state, artist_id, booking.start, booking.end)
        after = ranked(booking, rivals)
        if after is not booking:
            kind = BookingPromoted if _moved_up(booking.segments, after.segments) else BookingDemoted
            draft.emit(kind(booking=after, cause=cause))
    for booking in neighbours(draft.state, artist_id, start, end):
        if due_as_pencil(draft.state, booking):
            pencilled = with_changes(booking, status=Status.PENCIL)
            emit_booking(draft, BookingPencilled, pencilled, cause=cause)


def due_as_pencil(state: State, booking: Booking) -> bool:
    """An accepted hold that stands first on every segment, while the artist is there."""
    return (
        booking.status is Status.HOLD
        and booking.response is Response.ACCEPTED
        and booking.rank == 1
        and not away(state, booking.artist_id, booking.start, booking.end)
    )


def _moved_up(before: tuple[Segment, ...], after: tuple[Segment, ...]) -> bool:
    return sum(_weight(s) for s in after) <= sum(_weight(s) for s in before)


def _weight(segment: Segment) -> float:
    return segment.rank * (segment.end - segment.start).total_seconds()
