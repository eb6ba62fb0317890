"""Decisions about bookings: placing, moving, answering, confirming and giving up claims."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET

from scheduling.claims import above, neighbours, ranked, rerange
from scheduling.commands import (
    AcceptBooking,
    BookingCommand,
    ConfirmBooking,
    EditBooking,
    MoveBooking,
    PlaceBooking,
    ReassignBooking,
    ResizeBooking,
)
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.ending import decide_ending
from scheduling.decide.line import due_as_pencil, emit_booking, settle
from scheduling.events import (
    BookingAccepted,
    BookingBumped,
    BookingConfirmed,
    BookingEdited,
    BookingEvent,
    BookingMoved,
    BookingPlaced,
    BookingReassigned,
    BookingResized,
    Cause,
)
from scheduling.model import (
    EXCLUSIVE,
    Booking,
    Claim,
    Response,
    Status,
    with_changes,
)
from scheduling.ranges import check_instant, check_range, utc
from scheduling.refusals import (
    Code,
    RefusalData,
    Refused,
    blocked_by,
    current,
    invalid,
    not_found,
    wrong_state,
)
from scheduling.state import State


def decide_booking(state: State, command: BookingCommand, context: Context) -> Outcome:
    """The answer to any booking command."""
    if isinstance(command, PlaceBooking):
        return _place(state, command, context)
    booking = state.bookings.get(command.booking_id)
    if booking is None:
        return not_found("booking", command.booking_id)
    draft = Draft(state, context)
    match command:
        case MoveBooking():
            target = command.artist_id or booking.artist_id
            return _relocate(
                draft, booking, BookingMoved, artist_id=target, start=command.start, end=command.end
            )
        case ResizeBooking():
            return _relocate(
                draft,
                booking,
                BookingResized,
                artist_id=booking.artist_id,
                start=command.start,
                end=command.end,
            )
        case ReassignBooking():
            return _relocate(
                draft,
                booking,
                BookingReassigned,
                artist_id=command.artist_id,
                start=booking.start,
                end=booking.end,
            )
        case EditBooking():
            return _edit(draft, booking, command)
        case AcceptBooking():
            return _accept(draft, booking)
        case ConfirmBooking():
            return _confirm(draft, booking)
        case _:
            return decide_ending(draft, booking, command)


# -- placing -----------------------------------------------------------------------------


def _place(state: State, command: PlaceBooking, context: Context) -> Outcome:
    booking_id = command.id or context.new_id("booking")
    if booking_id in state.bookings:
        return invalid(f"There is a booking {booking_id} already; ids are used once.", "id")
    artist = state.artists.get(command.artist_id)
    if artist is None:
        return not_found("artist", command.artist_id)
    if not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    zone = command.zone or artist.zone
    start, end = utc(command.start), utc(command.end)
    status = Status(command.status)
    refused = (
        check_range(start, end) or _check_clocks(command) or check_zone(zone) or _check_work(state, command)
    )
    if refused:
        return refused
    hold = status is Status.HOLD
    booking = Booking(
        id=booking_id,
        artist_id=artist.id,
        start=start,
        end=end,
        title=command.title,
        project_id=command.project_id,
        phase_id=command.phase_id,
        notes=command.notes,
        zone=zone,
        status=status,
        response=Response.NONE if hold else Response.ACCEPTED,
        claims=(Claim(number=state.next_claim, start=start, end=end),),
        standby=command.standby and hold,
        response_deadline=_deadline(
            command.response_deadline, state.tenant.hold_response_hours, hold, context
        ),
        expires_at=_deadline(command.expires_at, state.tenant.hold_expiry_hours, hold, context),
        external_id=command.external_id,
        created_by=context.actor.id,
        created_at=context.now,
        updated_at=context.now,
    )
    refused = _check_fit(state, booking)
    if refused:
        return refused
    draft = Draft(state, context)
    emit_booking(draft, BookingPlaced, booking)
    return draft.accepted()


def _check_clocks(command: PlaceBooking) -> Refused | None:
    for name in ("response_deadline", "expires_at"):
        given: datetime | None = getattr(command, name)
        refused = check_instant(name, utc(given)) if given is not None else None
        if refused:
            return refused
    return None


def _deadline(given: datetime | None, policy_hours: int, hold: bool, context: Context) -> datetime | None:
    if not hold:
        return None
    if given is not None:
        return utc(given)
    return (context.now + timedelta(hours=policy_hours)).replace(microsecond=0)


def check_zone(zone: str) -> Refused | None:
    """Whether `zone` is a time zone of the IANA database."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return invalid(f'A zone is an IANA name such as "Europe/Paris"; got "{zone}".', "zone")
    return None


def _check_work(state: State, command: PlaceBooking | EditBooking, of: UUID | None = None) -> Refused | None:
    """Whether what the command names exists and goes together; `of` is the project the booking has."""
    project_id = of if command.project_id is UNSET else command.project_id
    if isinstance(command.project_id, UUID) and command.project_id not in state.projects:
        return not_found("project", command.project_id)
    if isinstance(command.phase_id, UUID):
        phase = state.phases.get(command.phase_id)
        if phase is None:
            return not_found("phase", command.phase_id)
        if project_id is not None and phase.project_id != project_id:
            return invalid(f"Phase {phase.id} belongs to another project.", "phase_id")
    return None


def _check_fit(state: State, booking: Booking) -> Refused | None:
    """Whether the booking may stand where its claims put it.

    Exclusive bookings exclude each other and must stand first; holds may queue behind anything
    but confirmed work, and behind that only on standby.
    """
    rivals = neighbours(state, booking.artist_id, booking.start, booking.end)
    others = tuple(b for b in rivals if b.id != booking.id)
    if booking.exclusive:
        clashes = tuple(b for b in others if b.status in EXCLUSIVE)
        if clashes:
            return _refuse_place(Code.CONFLICT, booking, others, clashes)
        ahead = above(state, booking)
        if ahead:
            return _refuse_place(Code.NOT_FIRST, booking, others, ahead)
        return None
    confirmed = tuple(b for b in others if b.status is Status.CONFIRMED)
    if confirmed and not booking.standby:
        ahead = tuple(b for b in confirmed if b in above(state, booking))
        if ahead:
            return _refuse_place(Code.CONFLICT, booking, others, ahead)
    return None


_WHY = {
    Code.CONFLICT: "The artist is already booked there: {count} {noun} in the way from {start} to {end}.",
    Code.NOT_FIRST: "{count} earlier {noun} on these dates; a {status} must be first in line.",
}


def _refuse_place(
    code: Code, booking: Booking, others: tuple[Booking, ...], blocking: tuple[Booking, ...]
) -> Refused:
    as_hold = ranked(with_changes(booking, status=Status.HOLD), others)
    count = len(blocking)
    claim = "claim" if code is Code.NOT_FIRST else "booking"
    message = _WHY[code].format(
        count=count,
        noun=claim if count == 1 else f"{claim}s",
        start=f"{booking.start:%Y-%m-%d %H:%M}Z",
        end=f"{booking.end:%Y-%m-%d %H:%M}Z",
        status=booking.status.value,
    )
    data = RefusalData(blocking=blocked_by(blocking), rank=as_hold.rank)
    return Refused(code=code, message=message, data=data)


# -- changing ----------------------------------------------------------------------------


def _relocate(
    draft: Draft,
    booking: Booking,
    event: type[BookingEvent],
    *,
    artist_id: UUID,
    start: datetime,
    end: datetime,
) -> Outcome:
    start, end = utc(start), utc(end)
    refused = _must_be_live(booking) or check_range(start, end)
    if refused:
        return refused
    artist = draft.state.artists.get(artist_id)
    if artist is None:
        return not_found("artist", artist_id)
    same_artist = artist_id == booking.artist_id
    if same_artist and (start, end) == (booking.start, booking.end):
        return draft.accepted()
    if not same_artist and not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    kept = booking.claims if same_artist else ()
    moved = with_changes(
        booking,
        artist_id=artist_id,
        start=start,
        end=end,
        claims=rerange(kept, start, end, draft.state.next_claim),
    )
    refused = _check_fit(draft.state, moved)
    if refused:
        return refused
    after = emit_booking(draft, event, moved)
    cause = Cause(kind="moved", booking_id=booking.id)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    settle(draft, after.artist_id, after.start, after.end, cause)
    return draft.accepted()


def _edit(draft: Draft, booking: Booking, command: EditBooking) -> Outcome:
    refused = _must_be_live(booking) or _check_work(draft.state, command, booking.project_id)
    if refused:
        return refused
    changes: dict[str, object] = {
        name: value
        for name in ("title", "notes", "project_id", "phase_id")
        if (value := getattr(command, name)) is not UNSET and value != getattr(booking, name)
    }
    if not changes:
        return draft.accepted()
    if "project_id" in changes and command.phase_id is UNSET:
        changes["phase_id"] = None
    emit_booking(draft, BookingEdited, with_changes(booking, **changes))
    return draft.accepted()


def _must_be_live(booking: Booking) -> Refused | None:
    if booking.live:
        return None
    return wrong_state(f"This booking has ended ({booking.status.value}).", booking)


# -- answering and confirming ------------------------------------------------------------


def _accept(draft: Draft, booking: Booking) -> Outcome:
    if booking.status is not Status.HOLD:
        return wrong_state(f"Only a hold can be accepted; this booking is {booking.status.value}.", booking)
    if booking.response is Response.ACCEPTED:
        return wrong_state("This hold is accepted already and waits to be first.", booking)
    deadline = booking.response_deadline
    if deadline is not None and draft.context.now > deadline:
        return Refused(
            code=Code.DEADLINE_PASSED,
            message=f"The answer was due by {deadline:%Y-%m-%d %H:%M}Z.",
            data=RefusalData(current=current(booking)),
        )
    answered = with_changes(booking, response=Response.ACCEPTED, counter=None)
    if due_as_pencil(answered):
        answered = with_changes(answered, status=Status.PENCIL)
    emit_booking(draft, BookingAccepted, answered)
    return draft.accepted()


def _confirm(draft: Draft, booking: Booking) -> Outcome:
    if booking.status is not Status.PENCIL:
        return wrong_state(
            "Only a pencil can be confirmed (the artist's yes comes first);"
            f" this booking is {booking.status.value}.",
            booking,
        )
    confirmed = with_changes(booking, status=Status.CONFIRMED, response_deadline=None, expires_at=None)
    refused = _check_fit(draft.state, confirmed)
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
