"""What people are told of: the kinds of notice there are, and what one says."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from scheduling.model import Booking, TimeOff

ArtistKind = Literal[
    "hold_asked",
    "booked",
    "dates_changed",
    "first_in_line",
    "confirmed",
    "standing_changed",
    "answered_for_you",
    "counter_taken",
    "counter_refused",
    "released",
    "expired",
    "bumped",
    "cancelled",
    "deadline_near",
    "time_off_approved",
    "time_off_refused",
    "time_off_cancelled",
]
"""What an artist hears of their own bookings and time off."""

StaffKind = Literal[
    "accepted",
    "declined",
    "withdrawn",
    "countered",
    "hold_expired",
    "claim_bumped",
    "challenge_opened",
    "challenge_answered",
    "challenge_won",
    "challenge_lost",
    "challenge_withdrawn",
    "time_off_requested",
    "time_off_withdrawn",
]
"""What staff hears of what artists answer, and of what the clock and others do to their claims."""

Kind = ArtistKind | StaffKind
ARTIST_KINDS: tuple[ArtistKind, ...] = get_args(ArtistKind)
STAFF_KINDS: tuple[StaffKind, ...] = get_args(StaffKind)

SubjectKind = Literal["booking", "time_off"]

URGENCY: tuple[Kind, ...] = (
    "cancelled",
    "released",
    "bumped",
    "expired",
    "declined",
    "withdrawn",
    "hold_expired",
    "claim_bumped",
    "confirmed",
    "countered",
    "counter_taken",
    "counter_refused",
    "challenge_opened",
    "challenge_won",
    "challenge_lost",
    "challenge_withdrawn",
    "accepted",
    "hold_asked",
    "booked",
    "answered_for_you",
    "first_in_line",
    "dates_changed",
    "standing_changed",
    "challenge_answered",
    "deadline_near",
    "time_off_requested",
    "time_off_withdrawn",
    "time_off_approved",
    "time_off_refused",
    "time_off_cancelled",
)
"""Where several could be said of one booking to one person, the first of these is."""


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a notice says, as its person may know it.

    `before` and `after` are the booking as that person last knew it and as it is now; where it was not
    theirs, or is not any more, there is none. `deadline`: until when a challenge wants its answer, or may
    be used. `actor` is who did it, empty for the clock.
    """

    kind: Kind
    for_artist: bool
    artist_id: UUID
    artist: str = ""
    project: str = ""
    actor: str = ""
    before: Booking | None = None
    after: Booking | None = None
    time_off: TimeOff | None = None
    deadline: datetime | None = None

    @property
    def booking(self) -> Booking:
        """The booking it is about, as far as it is known. Raises `LookupError` where it is about time off."""
        found = self.after or self.before
        if found is None:
            raise LookupError(f"{self.kind} is not about a booking")
        return found

    @property
    def subject(self) -> tuple[SubjectKind, UUID]:
        if self.time_off is not None:
            return "time_off", self.time_off.id
        return "booking", self.booking.id


class Told(Struct, frozen=True, kw_only=True):
    """One person is to be told."""

    member_id: UUID
    facts: Facts
