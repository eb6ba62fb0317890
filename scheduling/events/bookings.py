"""What happens to bookings."""

from __future__ import annotations

from typing import ClassVar

from scheduling.events.base import EventBase
from scheduling.model import (
    Booking,
    EntityKind,
)


class BookingEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "booking"
    booking: Booking


class BookingPlaced(BookingEvent, frozen=True, kw_only=True):
    """A claim joined the tail of the line."""

    type: ClassVar[str] = "booking.placed"


class BookingMoved(BookingEvent, frozen=True, kw_only=True):
    """The range shifted, perhaps to another artist."""

    type: ClassVar[str] = "booking.moved"


class BookingResized(BookingEvent, frozen=True, kw_only=True):
    """One or both ends changed."""

    type: ClassVar[str] = "booking.resized"


class BookingReassigned(BookingEvent, frozen=True, kw_only=True):
    """Another artist has the dates now."""

    type: ClassVar[str] = "booking.reassigned"


class BookingEdited(BookingEvent, frozen=True, kw_only=True):
    """Words, project or phase changed."""

    type: ClassVar[str] = "booking.edited"


class BookingAccepted(BookingEvent, frozen=True, kw_only=True):
    """The artist said yes; a pencil if first in line, else kept."""

    type: ClassVar[str] = "booking.accepted"


class BookingCountered(BookingEvent, frozen=True, kw_only=True):
    """The artist proposed other dates."""

    type: ClassVar[str] = "booking.countered"


class BookingCounterTaken(BookingEvent, frozen=True, kw_only=True):
    """The studio took the artist's dates."""

    type: ClassVar[str] = "booking.counter_taken"


class BookingCounterRefused(BookingEvent, frozen=True, kw_only=True):
    """The studio kept its own dates; the hold is open again."""

    type: ClassVar[str] = "booking.counter_refused"


class BookingPencilled(BookingEvent, frozen=True, kw_only=True):
    """An accepted hold became first everywhere and so a pencil."""

    type: ClassVar[str] = "booking.pencilled"


class BookingDeclined(BookingEvent, frozen=True, kw_only=True):
    """The artist said no."""

    type: ClassVar[str] = "booking.declined"


class BookingWithdrawn(BookingEvent, frozen=True, kw_only=True):
    """The artist took a yes back."""

    type: ClassVar[str] = "booking.withdrawn"


class BookingConfirmed(BookingEvent, frozen=True, kw_only=True):
    """Both sides are bound."""

    type: ClassVar[str] = "booking.confirmed"


class BookingReleased(BookingEvent, frozen=True, kw_only=True):
    """The studio gave all dates up."""

    type: ClassVar[str] = "booking.released"


class BookingShrunk(BookingEvent, frozen=True, kw_only=True):
    """The studio gave some dates up."""

    type: ClassVar[str] = "booking.shrunk"


class BookingCancelled(BookingEvent, frozen=True, kw_only=True):
    """A confirmation was taken back."""

    type: ClassVar[str] = "booking.cancelled"


class BookingExpired(BookingEvent, frozen=True, kw_only=True):
    """The clock ended a hold."""

    type: ClassVar[str] = "booking.expired"


class BookingBumped(BookingEvent, frozen=True, kw_only=True):
    """Another claim was confirmed over this one."""

    type: ClassVar[str] = "booking.bumped"


class BookingRequeued(BookingEvent, frozen=True, kw_only=True):
    """A won challenge was not used in time: the claim went to the tail of the line."""

    type: ClassVar[str] = "booking.requeued"


class BookingExtended(BookingEvent, frozen=True, kw_only=True):
    """The expiry that stood still during a challenge moved on by as long."""

    type: ClassVar[str] = "booking.extended"


class BookingPromoted(BookingEvent, frozen=True, kw_only=True):
    """A claim ahead ended or moved: this one moved up."""

    type: ClassVar[str] = "booking.promoted"


class BookingDemoted(BookingEvent, frozen=True, kw_only=True):
    """An undo put a claim back in front of this one."""

    type: ClassVar[str] = "booking.demoted"


class BookingRestored(BookingEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "booking.restored"
