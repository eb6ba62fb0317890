"""Decisions about series: a pattern's occurrences placed, and changed or given up together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.calendars import calendar_of, closed
from scheduling.commands import (
    AcceptBooking,
    EditBooking,
    EditSeries,
    PlaceBooking,
    PlaceSeries,
    ReleaseBooking,
    ReleaseSeries,
    SeriesCommand,
)
from scheduling.decide.answers import decide_answer
from scheduling.decide.bookings import check_zone, edit, place
from scheduling.decide.confirm import confirm
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.ending import cancel, decide_ending
from scheduling.decide.relocate import Place, relocate
from scheduling.events import BookingMoved, BookingReassigned
from scheduling.model import FIRST_YEAR, LAST_YEAR, Booking, Granularity, Status, with_changes
from scheduling.patterns import (
    LONGEST_REACH,
    MOST_OCCURRENCES,
    Occurrence,
    days_of,
    flaw_of,
    granularity_of,
    occurrence_id,
    occurrence_on,
)
from scheduling.refusals import Code, ItemRefusal, RefusalData, Refused, invalid, not_found
from scheduling.state import State
from scheduling.wall_clock import DAY, instant_of, shifted


def decide_series(state: State, command: SeriesCommand, context: Context) -> Outcome:
    """The answer to any command about a series."""
    draft = Draft(state, context)
    match command:
        case PlaceSeries():
            return _place(draft, command)
        case EditSeries():
            return _edit(draft, command)
        case ReleaseSeries():
            return _release(draft, command)
        case _:
            assert_never(command)


# -- placing -----------------------------------------------------------------------------


def _place(draft: Draft, command: PlaceSeries) -> Outcome:
    series_id = command.id or draft.context.new_id("series")
    if any(b.series_id == series_id for b in draft.state.bookings.values()):
        return invalid(f"There is a series {series_id} already; ids are used once.", "id")
    occurrences = _occurrences(draft.state, command)
    if isinstance(occurrences, Refused):
        return occurrences
    refusals = []
    for index, occurrence in enumerate(occurrences):
        outcome = place(draft, _as_booking(command, occurrence, series_id), series_id=series_id)
        if isinstance(outcome, Refused):
            refusals.append(_item(index, f"{occurrence.day:%a %d %b %Y}", outcome))
    return _outcome(draft, len(occurrences), refusals, skip=command.on_refusal == "skip")


def _occurrences(state: State, command: PlaceSeries) -> Sequence[Occurrence] | Refused:
    pattern = command.pattern
    artist = state.artists.get(command.artist_id)
    if artist is None:
        return not_found("artist", command.artist_id)
    zone = command.zone or artist.zone
    flaw = flaw_of(pattern)
    if flaw is not None:
        return invalid(flaw[0], f"pattern.{flaw[1]}")
    if not FIRST_YEAR <= pattern.first.year <= LAST_YEAR:
        return invalid(
            f"Dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {pattern.first}.", "pattern.first"
        )
    refused = check_zone(zone)
    if refused:
        return refused
    calendar = calendar_of(state.tenant, artist)
    days = days_of(pattern, lambda day: closed(calendar, day))
    if not days:
        return invalid("The pattern has no day at all.", "pattern")
    if len(days) > MOST_OCCURRENCES:
        return invalid(f"A pattern has at most {MOST_OCCURRENCES} occurrences.", "pattern")
    if days[-1] - pattern.first > LONGEST_REACH:
        return invalid(f"A pattern reaches at most three years; this one ends {days[-1]}.", "pattern")
    return [occurrence_on(pattern, day, zone) for day in days]


def _as_booking(command: PlaceSeries, occurrence: Occurrence, series_id: UUID) -> PlaceBooking:
    return PlaceBooking(
        id=occurrence_id(series_id, occurrence.day),
        artist_id=command.artist_id,
        start=occurrence.start,
        end=occurrence.end,
        title=command.title,
        status=command.status,
        project_id=command.project_id,
        phase_id=command.phase_id,
        notes=command.notes,
        zone=command.zone,
        standby=command.standby,
        granularity=granularity_of(command.pattern),
        response_deadline=command.response_deadline,
        expires_at=command.expires_at,
    )


# -- changing ----------------------------------------------------------------------------


def _edit(draft: Draft, command: EditSeries) -> Outcome:
    if (command.start is None) != (command.end is None):
        return invalid("Other times of day need both start and end.", "start")
    chosen = _chosen(draft.state, command.series_id, command.from_booking_id)
    if isinstance(chosen, Refused):
        return chosen
    if command.move_days > 0:
        # The last one first, so that none is moved to where the next one still stands.
        chosen = chosen[::-1]
    refusals = []
    for index, booking in enumerate(chosen):
        refused = _change(draft, booking, command)
        if refused is not None:
            refusals.append(_item(index, _day_of(booking), refused))
    return _outcome(draft, len(chosen), refusals, skip=command.on_refusal == "skip")


def _change(draft: Draft, booking: Booking, command: EditSeries) -> Refused | None:
    """All or none of what is asked of one booking."""
    before, events = draft.state, len(draft.events)
    for step in (_move, _word, _answer):
        outcome = step(draft, draft.state.bookings[booking.id], command)
        if isinstance(outcome, Refused):
            draft.state = before
            del draft.events[events:]
            return outcome
    return None


def _move(draft: Draft, booking: Booking, command: EditSeries) -> Outcome:
    artist_id = command.artist_id or booking.artist_id
    if artist_id == booking.artist_id and not command.move_days and command.start is None:
        return draft.accepted()
    start = shifted(booking.start, command.move_days, booking.zone)
    end = shifted(booking.end, command.move_days, booking.zone)
    granularity: Granularity = booking.granularity
    if command.start is not None and command.end is not None:
        start, end = _at_times(booking, start, end, command.start, command.end)
        granularity = "time"
    stays = command.start is None and not command.move_days
    event = BookingReassigned if stays else BookingMoved
    return relocate(draft, booking, event, Place(artist_id, start, end, granularity))


def _at_times(
    booking: Booking, start: datetime, end: datetime, opens: str, closes: str
) -> tuple[datetime, datetime]:
    """The same days at other times; the day a night shift ends on is none of its days."""
    zone = ZoneInfo(booking.zone)
    local_start, local_end = start.astimezone(zone), end.astimezone(zone)
    first, last = local_start.date(), (end - timedelta(seconds=1)).astimezone(zone).date()
    if booking.granularity == "time" and time(0) < local_end.time() <= local_start.time():
        last -= DAY
    after = last + DAY if closes <= opens else last
    return instant_of(first, opens, booking.zone), instant_of(after, closes, booking.zone)


def _word(draft: Draft, booking: Booking, command: EditSeries) -> Outcome:
    words = EditBooking(
        booking_id=booking.id,
        title=command.title,
        notes=command.notes,
        project_id=command.project_id,
        phase_id=command.phase_id,
    )
    return edit(draft, booking, words)


def _answer(draft: Draft, booking: Booking, command: EditSeries) -> Outcome:
    """The artist's yes where it is missing, and the confirmation where that is asked."""
    if command.status == "confirmed" and booking.status is not Status.CONFIRMED:
        return confirm(draft, booking, from_hold=True)
    if command.status == "pencil" and booking.status is Status.HOLD:
        return decide_answer(draft, booking, AcceptBooking(booking_id=booking.id))
    return draft.accepted()


# -- giving up ---------------------------------------------------------------------------


def _release(draft: Draft, command: ReleaseSeries) -> Outcome:
    chosen = _chosen(draft.state, command.series_id, command.from_booking_id)
    if isinstance(chosen, Refused):
        return chosen
    confirmed = [b for b in chosen if b.status is Status.CONFIRMED]
    if confirmed and not command.reason:
        return invalid(f"{len(confirmed)} of them are confirmed: cancelling needs a reason.", "reason")
    for booking in chosen:
        now = draft.state.bookings[booking.id]
        if now.status is Status.CONFIRMED:
            outcome = cancel(draft, now, command.reason)
        else:
            outcome = decide_ending(draft, now, ReleaseBooking(booking_id=now.id))
        if isinstance(outcome, Refused):
            return outcome
    return draft.accepted()


# -- shared ------------------------------------------------------------------------------


def _chosen(state: State, series_id: UUID, from_id: UUID | None) -> list[Booking] | Refused:
    """The live bookings of the series in order of time, from one on or all."""
    of_series = [b for b in state.bookings.values() if b.series_id == series_id]
    if not of_series:
        return not_found("series", series_id)
    first = state.bookings.get(from_id) if from_id else None
    if from_id is not None and (first is None or first.series_id != series_id):
        return not_found("booking", from_id)
    live = sorted((b for b in of_series if b.live), key=lambda b: (b.start, b.id))
    chosen = [b for b in live if first is None or b.start >= first.start]
    if not chosen:
        return Refused(code=Code.WRONG_STATE, message="All bookings of this series have ended.")
    return chosen


def _day_of(booking: Booking) -> str:
    return f"{booking.start.astimezone(ZoneInfo(booking.zone)):%a %d %b %Y}"


def _item(index: int, day: str, refused: Refused) -> ItemRefusal:
    return ItemRefusal(item=index, code=refused.code, message=f"{day}: {refused.message}", data=refused.data)


def _outcome(draft: Draft, total: int, refusals: Sequence[ItemRefusal], *, skip: bool) -> Outcome:
    if refusals and (not skip or len(refusals) == total):
        first = refusals[0]
        return Refused(
            code=first.code,
            message=f"{len(refusals)} of {total} occurrences were refused, so nothing was changed;"
            f" {first.message}",
            data=RefusalData(items=tuple(refusals)),
        )
    accepted = draft.accepted()
    return with_changes(accepted, refused=tuple(refusals)) if refusals else accepted
