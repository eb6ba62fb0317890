"""The artist's answers: yes, and other dates instead."""

from __future__ import annotations

from scheduling.commands import AcceptBooking, AnswerCounter, CounterBooking
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.line import due_as_pencil, emit_booking, settle
from scheduling.decide.relocate import Place, relocate
from scheduling.events import (
    BookingAccepted,
    BookingCountered,
    BookingCounterRefused,
    BookingCounterTaken,
    Cause,
)
from scheduling.model import Booking, Counter, Response, Status, with_changes
from scheduling.ranges import check_range, utc
from scheduling.refusals import Code, RefusalData, Refused, current, invalid, wrong_state
from scheduling.wall_clock import finest_needed

AnswerCommand = AcceptBooking | CounterBooking | AnswerCounter


def decide_answer(draft: Draft, booking: Booking, command: AnswerCommand) -> Outcome:
    """The answer to any command by which artist and studio agree on dates."""
    if booking.status is not Status.HOLD:
        return wrong_state(f"Only a hold can be answered; this booking is {booking.status.value}.", booking)
    if isinstance(command, AnswerCounter):
        return _answer_counter(draft, booking, take=command.take)
    deadline = booking.response_deadline
    if deadline is not None and draft.context.now > deadline:
        return Refused(
            code=Code.DEADLINE_PASSED,
            message=f"The answer was due by {deadline:%Y-%m-%d %H:%M}Z.",
            data=RefusalData(current=current(booking)),
        )
    if isinstance(command, CounterBooking):
        return _counter(draft, booking, command)
    return _accept(draft, booking)


def _accept(draft: Draft, booking: Booking) -> Outcome:
    if booking.response is Response.ACCEPTED:
        return wrong_state("This hold is accepted already and waits to be first.", booking)
    answered = with_changes(booking, response=Response.ACCEPTED, counter=None)
    if due_as_pencil(draft.state, answered):
        answered = with_changes(answered, status=Status.PENCIL)
    emit_booking(draft, BookingAccepted, answered)
    return draft.accepted()


def _counter(draft: Draft, booking: Booking, command: CounterBooking) -> Outcome:
    start, end = utc(command.start), utc(command.end)
    refused = check_range(start, end)
    if refused:
        return refused
    if (start, end) == (booking.start, booking.end):
        return invalid("A counter-proposal names other dates than the hold's.", "start")
    proposal = Counter(start=start, end=end, note=command.note)
    countered = with_changes(booking, response=Response.COUNTERED, counter=proposal)
    if countered != booking:
        emit_booking(draft, BookingCountered, countered)
    return draft.accepted()


def _answer_counter(draft: Draft, booking: Booking, *, take: bool) -> Outcome:
    proposal = booking.counter
    if booking.response is not Response.COUNTERED or proposal is None:
        return wrong_state("There is no counter-proposal to answer.", booking)
    if not take:
        open_again = with_changes(booking, response=Response.NONE, counter=None)
        emit_booking(draft, BookingCounterRefused, open_again)
        return draft.accepted()
    agreed = with_changes(booking, response=Response.ACCEPTED, counter=None)
    if (proposal.start, proposal.end) == (booking.start, booking.end):
        # The hold was moved to the proposed dates meanwhile: nothing is left but the yes.
        after = emit_booking(draft, BookingCounterTaken, agreed)
        cause = Cause(kind="moved", booking_id=booking.id)
        settle(draft, after.artist_id, after.start, after.end, cause)
        return draft.accepted()
    kept = finest_needed(proposal.start, proposal.end, booking.zone, booking.granularity)
    there = Place(booking.artist_id, proposal.start, proposal.end, kept)
    return relocate(draft, agreed, BookingCounterTaken, there)
