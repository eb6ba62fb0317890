"""Moving claims: the place in line is kept on shared time and joins the tail on added time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from scheduling.claims import rerange
from scheduling.decide.context import Draft, Outcome
from scheduling.decide.fit import check_fit, must_be_live
from scheduling.decide.line import emit_booking, settle
from scheduling.events import BookingEvent, Cause
from scheduling.model import Booking, with_changes
from scheduling.ranges import check_range, utc
from scheduling.refusals import not_found, wrong_state


def relocate(
    draft: Draft,
    booking: Booking,
    event: type[BookingEvent],
    *,
    artist_id: UUID,
    start: datetime,
    end: datetime,
) -> Outcome:
    start, end = utc(start), utc(end)
    refused = must_be_live(booking) or check_range(start, end)
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
    refused = check_fit(draft.state, moved)
    if refused:
        return refused
    after = emit_booking(draft, event, moved)
    cause = Cause(kind="moved", booking_id=booking.id)
    settle(draft, booking.artist_id, booking.start, booking.end, cause)
    settle(draft, after.artist_id, after.start, after.end, cause)
    return draft.accepted()
