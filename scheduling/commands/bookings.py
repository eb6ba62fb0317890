"""What people ask of bookings."""

from __future__ import annotations

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, UnsetType

from scheduling.commands.base import (
    CommandBase,
    ExternalId,
    Reason,
)
from scheduling.model import (
    Granularity,
    Instant,
    Notes,
    ShortText,
    Title,
    Zone,
)


class PlaceBooking(CommandBase, frozen=True, kw_only=True, tag="booking.place"):
    """Claim `[start, end)` of an artist, at the tail of the line.

    Placed straight as pencil or confirmed, it records the artist's word and must fit exclusively.
    With a granularity of days or half days, the range is the days it lies nearest to.
    """

    artist_id: UUID
    start: Instant
    end: Instant
    title: Title = ""
    id: UUID | None = None
    status: Literal["hold", "pencil", "confirmed"] = "hold"
    project_id: UUID | None = None
    phase_id: UUID | None = None
    notes: Notes = ""
    zone: Zone | None = None
    standby: bool = False
    granularity: Granularity = "time"
    response_deadline: Instant | None = None
    expires_at: Instant | None = None
    external_id: ExternalId = ""


class MoveBooking(CommandBase, frozen=True, kw_only=True, tag="booking.move"):
    """Shift a booking in time, and to another artist where `artist_id` is given.

    A booking of whole or half days stays one, on the days nearest to the range; a `granularity`
    that is given becomes the booking's.
    """

    booking_id: UUID
    start: Instant
    end: Instant
    artist_id: UUID | None = None
    granularity: Granularity | None = None


class ResizeBooking(CommandBase, frozen=True, kw_only=True, tag="booking.resize"):
    """Change either end; the place in line is kept on the time both ranges share.

    A booking of whole or half days stays one, as by `booking.move`.
    """

    booking_id: UUID
    start: Instant
    end: Instant
    granularity: Granularity | None = None


class ReassignBooking(CommandBase, frozen=True, kw_only=True, tag="booking.reassign"):
    """Hand the same dates to another artist, at the tail of that artist's line.

    Whole and half days are the same days on the new artist's clock.
    """

    booking_id: UUID
    artist_id: UUID


class EditBooking(CommandBase, frozen=True, kw_only=True, tag="booking.edit"):
    """Change what a booking says, not when or whose it is; `series_id` null takes it out of its series."""

    booking_id: UUID
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    phase_id: UUID | UnsetType | None = UNSET
    series_id: UnsetType | None = UNSET


class AcceptBooking(CommandBase, frozen=True, kw_only=True, tag="booking.accept"):
    """The artist says yes: a pencil where first in line, else kept until it is."""

    booking_id: UUID
    reason: ShortText = ""


class DeclineBooking(CommandBase, frozen=True, kw_only=True, tag="booking.decline"):
    """The artist says no to a hold."""

    booking_id: UUID
    reason: ShortText = ""


class WithdrawBooking(CommandBase, frozen=True, kw_only=True, tag="booking.withdraw"):
    """The artist takes back an accepted hold or a pencil."""

    booking_id: UUID
    reason: ShortText = ""


class CounterBooking(CommandBase, frozen=True, kw_only=True, tag="booking.counter"):
    """The artist proposes other dates; the hold stays where it is until the studio answers."""

    booking_id: UUID
    start: Instant
    end: Instant
    note: ShortText = ""


class AnswerCounter(CommandBase, frozen=True, kw_only=True, tag="booking.answer_counter"):
    """The studio takes the proposed dates, to which the artist has said yes, or refuses them."""

    booking_id: UUID
    take: bool


class ConfirmBooking(CommandBase, frozen=True, kw_only=True, tag="booking.confirm"):
    """Both sides bound: a pencil that is first on every segment becomes confirmed."""

    booking_id: UUID
    reason: ShortText = ""


class ReleaseBooking(CommandBase, frozen=True, kw_only=True, tag="booking.release"):
    """The studio gives dates up: all of them, or `[start, end)`, which shrinks or splits."""

    booking_id: UUID
    start: Instant | None = None
    end: Instant | None = None


class CancelBooking(CommandBase, frozen=True, kw_only=True, tag="booking.cancel"):
    """Undo a confirmation, with a reason."""

    booking_id: UUID
    reason: Reason


class ExpireBooking(CommandBase, frozen=True, kw_only=True, tag="booking.expire"):
    """The clock ends a hold; only the system may say so."""

    booking_id: UUID


BookingCommand: TypeAlias = (
    PlaceBooking
    | MoveBooking
    | ResizeBooking
    | ReassignBooking
    | EditBooking
    | AcceptBooking
    | DeclineBooking
    | WithdrawBooking
    | CounterBooking
    | AnswerCounter
    | ConfirmBooking
    | ReleaseBooking
    | CancelBooking
    | ExpireBooking
)
