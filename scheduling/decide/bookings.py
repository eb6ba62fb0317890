"""Decisions about bookings: placing, moving, answering, confirming and giving up claims."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET

from scheduling.commands import (
    AcceptBooking,
    AnswerCounter,
    BookingCommand,
    ConfirmBooking,
    CounterBooking,
    EditBooking,
    MoveBooking,
    PlaceBooking,
    ReassignBooking,
    ResizeBooking,
)
from scheduling.decide.answers import decide_answer
from scheduling.decide.confirm import confirm
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.ending import decide_ending
from scheduling.decide.fit import check_fit, must_be_live
from scheduling.decide.line import emit_booking
from scheduling.decide.relocate import Place, relocate
from scheduling.events import (
    BookingEdited,
    BookingMoved,
    BookingPlaced,
    BookingReassigned,
    BookingResized,
    Cause,
)
from scheduling.model import (
    Booking,
    Claim,
    Response,
    Status,
    with_changes,
)
from scheduling.ranges import check_instant, check_range, utc
from scheduling.refusals import (
    Refused,
    invalid,
    not_found,
    wrong_state,
)
from scheduling.state import State
from scheduling.wall_clock import snapped


def decide_booking(state: State, command: BookingCommand, context: Context) -> Outcome:
    """The answer to any booking command."""
    if isinstance(command, PlaceBooking):
        return place(Draft(state, context), command)
    booking = state.bookings.get(command.booking_id)
    if booking is None:
        return not_found("booking", command.booking_id)
    draft = Draft(state, context)
    match command:
        case MoveBooking():
            target = command.artist_id or booking.artist_id
            there = Place(target, command.start, command.end, command.granularity)
            return relocate(draft, booking, BookingMoved, there)
        case ResizeBooking():
            there = Place(booking.artist_id, command.start, command.end, command.granularity)
            return relocate(draft, booking, BookingResized, there)
        case ReassignBooking():
            there = Place(command.artist_id, booking.start, booking.end)
            return relocate(draft, booking, BookingReassigned, there)
        case EditBooking():
            return edit(draft, booking, command)
        case AcceptBooking() | CounterBooking() | AnswerCounter():
            return decide_answer(draft, booking, command)
        case ConfirmBooking():
            return confirm(draft, booking)
        case _:
            return decide_ending(draft, booking, command)


# -- placing -----------------------------------------------------------------------------


def place(
    draft: Draft, command: PlaceBooking, *, series_id: UUID | None = None, cause: Cause | None = None
) -> Outcome:
    """A new claim at the tail of the line, by itself or as one of a series."""
    state, context = draft.state, draft.context
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
        check_range(start, end) or _check_clocks(command) or check_zone(zone) or check_work(state, command)
    )
    if refused:
        return refused
    start, end = snapped(start, end, zone, command.granularity)
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
        granularity=command.granularity,
        series_id=series_id,
        response_deadline=_deadline(
            command.response_deadline, state.tenant.hold_response_hours, hold, context
        ),
        expires_at=_deadline(command.expires_at, state.tenant.hold_expiry_hours, hold, context),
        external_id=command.external_id,
        created_by=context.actor.id,
        created_at=context.now,
        updated_at=context.now,
    )
    refused = check_range(start, end) or check_fit(state, booking)
    if refused:
        return refused
    emit_booking(draft, BookingPlaced, booking, cause=cause)
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


def check_work(state: State, command: PlaceBooking | EditBooking, of: UUID | None = None) -> Refused | None:
    """Whether what the command names exists and goes together; `of` is the project the booking has."""
    project_id = of if command.project_id is UNSET else command.project_id
    if isinstance(command.project_id, UUID) and command.project_id not in state.projects:
        return not_found("project", command.project_id)
    if isinstance(command.project_id, UUID) and command.project_id != of:
        project = state.projects[command.project_id]
        if project.status == "archived":
            return wrong_state(f"{project.name} is archived and takes no bookings.", project)
    if isinstance(command.phase_id, UUID):
        phase = state.phases.get(command.phase_id)
        if phase is None:
            return not_found("phase", command.phase_id)
        if project_id is not None and phase.project_id != project_id:
            return invalid(f"Phase {phase.id} belongs to another project.", "phase_id")
    return None


# -- changing ----------------------------------------------------------------------------


def edit(draft: Draft, booking: Booking, command: EditBooking) -> Outcome:
    """Change words, project and phase, or leave the series."""
    refused = must_be_live(booking) or check_work(draft.state, command, booking.project_id)
    if refused:
        return refused
    changes: dict[str, object] = {
        name: value
        for name in ("title", "notes", "project_id", "phase_id", "series_id")
        if (value := getattr(command, name)) is not UNSET and value != getattr(booking, name)
    }
    if not changes:
        return draft.accepted()
    if "project_id" in changes and command.phase_id is UNSET:
        changes["phase_id"] = None
    emit_booking(draft, BookingEdited, with_changes(booking, **changes))
    return draft.accepted()
