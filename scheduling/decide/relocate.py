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
from scheduling.refusals import not_found, wrong_state
from scheduling.wall_clock import carried, snapped


class Place(NamedTuple):
    """Where a claim is to stand; without a granularity it keeps the one it has."""

    artist_id: UUID
    start: datetime
    end: datetime
    granularity: Granularity | None = None


def relocate(draft: Draft, booking: Booking, event: type[BookingEvent], to: Place) -> Outcome:
    """Put a live booking somewhere else, if it may stand there.

    Whole and half days are those nearest to the range, on the clock of the booking's zone; under
    another artist the same days on that artist's clock, where the booking was on the last one's.
    """
    start, end = utc(to.start), utc(to.end)
    refused = must_be_live(booking) or check_range(start, end)
    if refused:
        return refused
    artist = draft.state.artists.get(to.artist_id)
    if artist is None:
        return not_found("artist", to.artist_id)
    same_artist = to.artist_id == booking.artist_id
    granularity = to.granularity or booking.granularity
    start, end = snapped(start, end, booking.zone, granularity)
    zone = booking.zone
    if not same_artist and granularity != "time":
        zone = _zone_under(draft, booking, artist)
        start, end = carried(start, booking.zone, zone), carried(end, booking.zone, zone)
    if same_artist and (start, end, granularity) == (booking.start, booking.end, booking.granularity):
        return draft.accepted()
    if not same_artist and not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    kept = booking.claims if same_artist else ()
    moved = with_changes(
        booking,
        artist_id=to.artist_id,
        start=start,
        end=end,
        zone=zone,
        granularity=granularity,
        claims=rerange(kept, start, end, draft.state.next_claim),
    )
    refused = check_range(start, end) or check_fit(draft.state, moved)
    if refused:
        return refused
    after = emit_booking(draft, event, moved)
    cause = Cause(kind="moved", booking_id=booking.id)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    settle(draft, after.artist_id, after.start, after.end, cause)
    return draft.accepted()


def _zone_under(draft: Draft, booking: Booking, artist: Artist) -> str:
    """The new artist's clock, unless the booking was meant by another than the last artist's."""
    last = draft.state.artists.get(booking.artist_id)
    return artist.zone if last is None or booking.zone == last.zone else booking.zone
