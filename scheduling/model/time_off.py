"""Time an artist is away."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from scheduling.model.base import Instant, Record, ShortText, Version, Zone


class OffState(enum.StrEnum):
    """`requested → approved | refused`; either of the first two may be `cancelled`."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class TimeOff(Record, frozen=True, kw_only=True):
    """The artist is away over `[start, end)` in UTC; approved, nothing exclusive may stand there."""

    id: UUID
    artist_id: UUID
    start: Instant
    end: Instant
    zone: Zone = "UTC"
    state: OffState = OffState.REQUESTED
    note: ShortText = ""
    reason: ShortText = ""
    version: Version = 1
    requested_by: UUID | None = None
    created_at: Instant
    updated_at: Instant

    @property
    def live(self) -> bool:
        return self.state in {OffState.REQUESTED, OffState.APPROVED}

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether `[start, end)` shares any instant with it."""
        return self.start < end and start < self.end
