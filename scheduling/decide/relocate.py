"""Moving claims: the place in line is kept on shared time and joins the tail on added time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from scheduling.claims import rerange
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.fit import check_fit, must_be_live
from scheduling.decide.line import emit_booking, settle
from scheduling.events import BookingEvent, Cause
from scheduling.model import Artist, Booking, Granularity, with_changes
from scheduling.ranges import check_range, utc
from scheduling.refusals import Refused, not_found, wrong_state
from scheduling.state import State
from scheduling.wall_clock import carried, snapped


class Place(NamedTuple):
    """Where a claim is to stand; without a granularity it keeps the one it has."""

    artist_id: UUID
    start: datetime
    end: datetime
    granularity: Granularity | None = None


def relocate(draft: Draft, booking: Booking, event: type[BookingEvent], to: Place) -> Outcome:
    """Put a live booking somewhere else, if it may stand there."""
    there = destination(draft.state, booking, to)
    if isinstance(there, Refused):
        return there
    if there == booking:
        return draft.accepted()
    kept = booking.claims if there.artist_id == booking.artist_id else ()
    moved = with_changes(there, claims=rerange(kept, there.start, there.end, draft.state.next_claim))
    refused = check_fit(draft.state, moved)
    if refused:
        return refused
    after = emit_booking(draft, event, moved)
    cause = Cause(kind="moved", booking_id=booking.id)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    settle(draft, after.artist_id, after.start, after.end, cause)
    return draft.accepted()


def destination(state: State, booking: Booking, to: Place) -> Booking | Refused:
    """The booking where it is to go, with the claims it has; the booking itself where it is there already.

    Whole and half days are those nearest to the range, on the clock of the booking's zone; under
    another artist the same days on that artist's clock, where the booking was on the last one's.
    """
    start, end = utc(to.start), utc(to.end)
    refused = must_be_live(booking) or check_range(start, end)
    if refused:
        return refused
    artist = state.artists.get(to.artist_id)
    if artist is None:
        return not_found("artist", to.artist_id)
    same_artist = to.artist_id == booking.artist_id
    granularity = to.granularity or booking.granularity
    start, end = snapped(start, end, booking.zone, granularity)
    zone = booking.zone
    if not same_artist and granularity != "time":
        zone = _zone_under(state, booking, artist)
        start, end = carried(start, booking.zone, zone), carried(end, booking.zone, zone)
    if same_artist and (start, end, granularity) == (booking.start, booking.end, booking.granularity):
        return booking
    if not same_artist and not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    return check_range(start, end) or with_changes(
        booking, artist_id=to.artist_id, start=start, end=end, zone=zone, granularity=granularity
    )


def _zone_under(state: State, booking: Booking, artist: Artist) -> str:
    """The new artist's clock, unless the booking was meant by another than the last artist's."""
    last = state.artists.get(booking.artist_id)
    return artist.zone if last is None or booking.zone == last.zone else booking.zone
