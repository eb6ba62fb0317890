"""What happens to time off."""

from __future__ import annotations

from typing import ClassVar

from scheduling.events.base import EventBase
from scheduling.model import (
    EntityKind,
    TimeOff,
)


class TimeOffEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "time_off"
    time_off: TimeOff


class TimeOffRequested(TimeOffEvent, frozen=True, kw_only=True):
    """Somebody asked to be away."""

    type: ClassVar[str] = "time_off.requested"


class TimeOffApproved(TimeOffEvent, frozen=True, kw_only=True):
    """The studio agreed: the time is taken."""

    type: ClassVar[str] = "time_off.approved"


class TimeOffRefused(TimeOffEvent, frozen=True, kw_only=True):
    """The studio did not agree."""

    type: ClassVar[str] = "time_off.refused"


class TimeOffWithdrawn(TimeOffEvent, frozen=True, kw_only=True):
    """A request was taken back before anybody approved it."""

    type: ClassVar[str] = "time_off.withdrawn"


class TimeOffReopened(TimeOffEvent, frozen=True, kw_only=True):
    """An undo made approved time off a request again: the time is free."""

    type: ClassVar[str] = "time_off.reopened"


class TimeOffCancelled(TimeOffEvent, frozen=True, kw_only=True):
    """Approved time off was taken back: the time is free again."""

    type: ClassVar[str] = "time_off.cancelled"


class TimeOffRestored(TimeOffEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "time_off.restored"
