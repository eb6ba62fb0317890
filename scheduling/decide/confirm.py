"""Confirming: both sides bound, and nobody left waiting behind who did not ask for it."""

from __future__ import annotations

from scheduling.claims import neighbours
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.fit import check_fit
from scheduling.decide.line import emit_booking, settle
from scheduling.events import BookingAccepted, BookingBumped, BookingConfirmed, Cause
from scheduling.model import Booking, Response, Status, with_changes
from scheduling.refusals import wrong_state


def confirm(draft: Draft, booking: Booking, *, from_hold: bool = False) -> Outcome:
    """Confirm a pencil and bump who waits behind it; `from_hold` records the artist's yes first."""
    if from_hold and booking.status is Status.HOLD:
        pencil = with_changes(booking, status=Status.PENCIL, response=Response.ACCEPTED, counter=None)
        refused = check_fit(draft.state, pencil)
        if refused:
            return refused
        booking = emit_booking(draft, BookingAccepted, pencil)
    if booking.status is not Status.PENCIL:
        return wrong_state(
            "Only a pencil can be confirmed (the artist's yes comes first);"
            f" this booking is {booking.status.value}.",
            booking,
        )
    confirmed = with_changes(booking, status=Status.CONFIRMED, response_deadline=None, expires_at=None)
    refused = check_fit(draft.state, confirmed)
    if refused:
        return refused
    emit_booking(draft, BookingConfirmed, confirmed)
    cause = Cause(kind="bumped", booking_id=booking.id)
    behind = neighbours(draft.state, booking.artist_id, booking.start, booking.end)
    for hold in behind:
        if hold.status is Status.HOLD and not hold.standby:
            bumped = with_changes(hold, status=Status.BUMPED)
            emit_booking(draft, BookingBumped, bumped, cause=cause)
            settle(draft, hold.artist_id, hold.start, hold.end, cause)
    return draft.accepted()
