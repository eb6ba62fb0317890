"""What the net effect on a booking, a challenge or time off is to somebody: one kind of notice, or nothing.

Nobody is told what they did themselves, and nothing is said of what came and went within the window.
"""

from __future__ import annotations

from uuid import UUID

from scheduling.model import (
    EXCLUSIVE,
    Booking,
    Challenge,
    ChallengeState,
    OffState,
    Response,
    Status,
    TimeOff,
)
from scheduling.notices.kinds import ArtistKind, StaffKind
from scheduling.notices.tracks import BookingTrack, Facet, OtherTrack

_ENDED: dict[Status, ArtistKind] = {
    Status.DECLINED: "answered_for_you",
    Status.WITHDRAWN: "answered_for_you",
    Status.RELEASED: "released",
    Status.EXPIRED: "expired",
    Status.BUMPED: "bumped",
    Status.CANCELLED: "cancelled",
}
_ENDED_FOR_STAFF: dict[Status, StaffKind] = {
    Status.DECLINED: "declined",
    Status.WITHDRAWN: "withdrawn",
    Status.EXPIRED: "hold_expired",
    Status.BUMPED: "claim_bumped",
}


def own_live(booking: Booking | None, artist_id: UUID) -> Booking | None:
    """The booking where it is the artist's and on the schedule."""
    return booking if booking is not None and booking.live and booking.artist_id == artist_id else None


def for_artist(track: BookingTrack, artist_id: UUID, member_id: UUID) -> ArtistKind | None:
    """What the artist with this account hears of a booking."""
    was, now = own_live(track.before, artist_id), own_live(track.after, artist_id)
    if now is None:
        return _ended(track, artist_id, member_id) if was is not None else None
    if track.counter_answer is not None and now.status is not Status.CONFIRMED:
        return "counter_taken" if track.counter_answer == "taken" else "counter_refused"
    if was is None:
        return _began(track, now, member_id)
    return _went_on(track, was, now, member_id)


def _did(track: BookingTrack, member_id: UUID, *facets: Facet) -> bool:
    """Whether the last to change any of these was the person."""
    return any(facet in track.by and track.by[facet].id == member_id for facet in facets)


def _ended(track: BookingTrack, artist_id: UUID, member_id: UUID) -> ArtistKind | None:
    if track.after.artist_id != artist_id:
        return None if _did(track, member_id, "owner") else "released"
    return None if _did(track, member_id, "status") else _ENDED[track.after.status]


def _began(track: BookingTrack, now: Booking, member_id: UUID) -> ArtistKind | None:
    placed_by = track.by.get("owner")
    if track.before is None and placed_by is not None and placed_by.kind == "system":
        return None  # the operator's import or seed: nobody asks for anything
    match now.status:
        case Status.CONFIRMED:
            return None if _did(track, member_id, "status") else "confirmed"
        case Status.HOLD if now.response is Response.NONE:
            return None if _did(track, member_id, "status", "response") else "hold_asked"
        case _:
            return None if _did(track, member_id, "status", "response") else "booked"


def _went_on(track: BookingTrack, was: Booking, now: Booking, member_id: UUID) -> ArtistKind | None:
    status_changed = was.status is not now.status and not _did(track, member_id, "status")
    if status_changed and now.status is Status.CONFIRMED:
        return "confirmed"
    if (was.start, was.end) != (now.start, now.end) and not _did(track, member_id, "dates"):
        return "dates_changed"
    said_for_them = track.accepted is not None and track.accepted.id != member_id
    if said_for_them and _said_yes(now) and not _said_yes(was):
        return "answered_for_you"
    if status_changed:
        return (
            "first_in_line"
            if now.status is Status.PENCIL and was.status is Status.HOLD
            else "standing_changed"
        )
    if (was.rank or 1) > 1 and now.rank == 1 and not _did(track, member_id, "rank", "status"):
        return "first_in_line"
    return None


def _said_yes(booking: Booking) -> bool:
    return booking.status in EXCLUSIVE or booking.response is Response.ACCEPTED


def for_staff(track: BookingTrack, member_id: UUID) -> StaffKind | None:
    """What a member of the staff hears of a booking."""
    was = track.before if track.before is not None and track.before.live else None
    now = track.after
    if not now.live:
        new = "status" in track.by and (track.before is None or track.before.live)
        return _ENDED_FOR_STAFF.get(now.status) if new and not _did(track, member_id, "status") else None
    if now.response is Response.COUNTERED and (was is None or was.counter != now.counter):
        return None if _did(track, member_id, "response") else "countered"
    yes = now.status is not Status.CONFIRMED and _said_yes(now) and (was is None or not _said_yes(was))
    return "accepted" if yes and track.accepted is not None and track.accepted.id != member_id else None


def challenge_for_target(track: OtherTrack, booking_id: UUID) -> StaffKind | None:
    """What happened to a booking that is challenged."""
    was, now = track.before, track.after
    if not isinstance(now, Challenge):
        return None
    asked_before = isinstance(was, Challenge) and _asks(was, booking_id)
    if now.state is ChallengeState.OPEN:
        return "challenge_opened" if _asks(now, booking_id) and not asked_before else None
    return "challenge_withdrawn" if now.state is ChallengeState.WITHDRAWN and asked_before else None


def _asks(challenge: Challenge, booking_id: UUID) -> bool:
    return challenge.state is ChallengeState.OPEN and any(
        target.booking_id == booking_id for target in challenge.pending
    )


def challenge_for_challenger(track: OtherTrack) -> StaffKind | None:
    """What became of a challenge, for whoever's booking challenges."""
    was, now = track.before, track.after
    if not isinstance(now, Challenge):
        return None
    if isinstance(was, Challenge) and was.state is now.state:
        answered = now.state is ChallengeState.OPEN and len(now.pending) < len(was.pending)
        return "challenge_answered" if answered else None
    match now.state:
        case ChallengeState.WON:
            return "challenge_won"
        case ChallengeState.LOST:
            return "challenge_lost"
        case ChallengeState.OPEN | ChallengeState.WITHDRAWN:
            return None


def off_for_artist(track: OtherTrack) -> ArtistKind | None:
    """What an artist hears of their time off; that it was not their own doing is looked at by the caller."""
    was, now = _states(track)
    if was is now:
        return None
    match now:
        case OffState.APPROVED:
            return "time_off_approved"
        case OffState.REFUSED:
            return "time_off_refused" if was is not OffState.CANCELLED else None
        case OffState.CANCELLED:
            return "time_off_cancelled" if was in {OffState.APPROVED, OffState.REQUESTED} else None
        case _:
            return None


def off_for_staff(track: OtherTrack) -> StaffKind | None:
    """What staff hears of somebody's time off."""
    was, now = _states(track)
    if now is OffState.REQUESTED and was is not OffState.REQUESTED:
        return "time_off_requested"
    if now is OffState.CANCELLED and was in {OffState.REQUESTED, OffState.APPROVED}:
        return "time_off_withdrawn"
    return None


def _states(track: OtherTrack) -> tuple[OffState | None, OffState | None]:
    was, now = track.before, track.after
    return (
        was.state if isinstance(was, TimeOff) else None,
        now.state if isinstance(now, TimeOff) else None,
    )
