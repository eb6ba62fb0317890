"""Decisions that end a claim or part of it: decline, withdraw, release, cancel, expire."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from msgspec import Struct

from scheduling.claims import challenged, rerange
from scheduling.commands import (
    CancelBooking,
    DeclineBooking,
    ExpireBooking,
    ReleaseBooking,
    WithdrawBooking,
)
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.line import emit_booking, settle
from scheduling.events import (
    BookingCancelled,
    BookingDeclined,
    BookingEvent,
    BookingExpired,
    BookingPlaced,
    BookingReleased,
    BookingShrunk,
    BookingWithdrawn,
    Cause,
)
from scheduling.model import Booking, Response, Status, with_changes
from scheduling.ranges import utc
from scheduling.refusals import invalid, wrong_state
from scheduling.wall_clock import finest_needed

EndingCommand = DeclineBooking | WithdrawBooking | ReleaseBooking | CancelBooking | ExpireBooking


class End(Struct, frozen=True, kw_only=True):
    """A way to end: from which states, in which one, under which event."""

    allowed: frozenset[Status]
    status: Status
    event: type[BookingEvent]


_DECLINE = End(allowed=frozenset({Status.HOLD}), status=Status.DECLINED, event=BookingDeclined)
_WITHDRAW = End(
    allowed=frozenset({Status.HOLD, Status.PENCIL}),
    status=Status.WITHDRAWN,
    event=BookingWithdrawn,
)
_RELEASE = End(allowed=frozenset({Status.HOLD, Status.PENCIL}), status=Status.RELEASED, event=BookingReleased)
_CANCEL = End(allowed=frozenset({Status.CONFIRMED}), status=Status.CANCELLED, event=BookingCancelled)
_EXPIRE = End(allowed=frozenset({Status.HOLD}), status=Status.EXPIRED, event=BookingExpired)


def decide_ending(draft: Draft, booking: Booking, command: EndingCommand) -> Outcome:
    """The answer to any command that gives dates up."""
    match command:
        case DeclineBooking():
            return _end(draft, booking, _DECLINE, command.reason)
        case WithdrawBooking():
            return _withdraw(draft, booking, command.reason)
        case ReleaseBooking():
            return _release(draft, booking, command)
        case CancelBooking():
            return cancel(draft, booking, command.reason)
        case ExpireBooking():
            return _expire(draft, booking)
        case _:
            assert_never(command)


def _withdraw(draft: Draft, booking: Booking, reason: str) -> Outcome:
    accepted_hold = booking.status is Status.HOLD and booking.response is Response.ACCEPTED
    if booking.status is not Status.PENCIL and not accepted_hold:
        return wrong_state(
            f"Only an accepted hold or a pencil can be withdrawn; this booking is {booking.status.value}.",
            booking,
        )
    return _end(draft, booking, _WITHDRAW, reason)


def _end(draft: Draft, booking: Booking, end: End, reason: str) -> Outcome:
    if booking.status not in end.allowed:
        expected = " or ".join(sorted(s.value for s in end.allowed))
        return wrong_state(f"This needs a {expected} booking; this one is {booking.status.value}.", booking)
    ended = with_changes(booking, status=end.status, reason=reason)
    emit_booking(draft, end.event, ended, reason=reason)
    cause = Cause(kind="ended", booking_id=booking.id)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    return draft.accepted()


def cancel(draft: Draft, booking: Booking, reason: str) -> Outcome:
    """Take a confirmation back."""
    return _end(draft, booking, _CANCEL, reason)


def _expire(draft: Draft, booking: Booking) -> Outcome:
    if challenged(draft.state, booking.id):
        return wrong_state("The expiry of a challenged hold stands still.", booking)
    expires_at = booking.expires_at
    if expires_at is None or expires_at > draft.context.now:
        return wrong_state("This hold has not reached its expiry.", booking)
    return _end(draft, booking, _EXPIRE, "")


def _release(draft: Draft, booking: Booking, command: ReleaseBooking) -> Outcome:
    if booking.status not in {Status.HOLD, Status.PENCIL}:
        return wrong_state(
            "Only a hold or a pencil can be released"
            f" (confirmed bookings are cancelled); this booking is {booking.status.value}.",
            booking,
        )
    start = max(utc(command.start), booking.start) if command.start else booking.start
    end = min(utc(command.end), booking.end) if command.end else booking.end
    if start >= end:
        return invalid("The dates to release must lie within the booking.", "start")
    if start.microsecond or end.microsecond:
        return invalid("Times are whole seconds.", "start")
    give_up(draft, booking, start, end, Cause(kind="released", booking_id=booking.id))
    return draft.accepted()


def give_up(draft: Draft, booking: Booking, start: datetime, end: datetime, cause: Cause) -> None:
    """Release `[start, end)` of a booking that covers it: all ends it, a part shrinks or splits it."""
    if (start, end) == (booking.start, booking.end):
        ended = with_changes(booking, status=Status.RELEASED)
        emit_booking(draft, BookingReleased, ended, cause=cause)
    else:
        _give_up_part(draft, booking, start, end)
    settle(draft, booking.artist_id, start, end, cause)


def _give_up_part(draft: Draft, booking: Booking, start: datetime, end: datetime) -> None:
    """Keep what lies before and after `[start, end)`; two remaining parts make two bookings."""
    parts = [(s, e) for s, e in ((booking.start, start), (end, booking.end)) if s < e]
    shrunk = [
        with_changes(
            booking,
            start=s,
            end=e,
            claims=rerange(booking.claims, s, e, 0),
            granularity=finest_needed(s, e, booking.zone, booking.granularity),
        )
        for s, e in parts
    ]
    emit_booking(draft, BookingShrunk, shrunk[0])
    if len(shrunk) == 2:
        split = with_changes(shrunk[1], id=draft.context.new_id("split"), external_id="")
        cause = Cause(kind="split", booking_id=booking.id)
        emit_booking(draft, BookingPlaced, split, cause=cause)
