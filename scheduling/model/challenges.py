"""Challenges of one claim by another, and what became of each."""

from __future__ import annotations

import enum
from uuid import UUID

from scheduling.model.base import Instant, Record, Version


class ChallengeState(enum.StrEnum):
    """`open → won | lost | withdrawn`; a won challenge is closed by its confirm window."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class TargetOutcome(enum.StrEnum):
    """What became of a higher claim that was challenged."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    LAPSED = "lapsed"
    GONE = "gone"
    """It left the shared days by itself: moved, ended, or fell behind."""


class ChallengeTarget(Record, frozen=True, kw_only=True):
    """A higher claim, and until when it may confirm or release."""

    booking_id: UUID
    deadline: Instant
    outcome: TargetOutcome = TargetOutcome.PENDING


class Challenge(Record, frozen=True, kw_only=True):
    """A lower claim's demand that every higher claim on the shared days confirm or release.

    `confirm_by` is set when it is won: until then the challenger must be confirmed, or it goes to
    the tail. `closed_at` is set when nothing more can come of it.
    """

    id: UUID
    artist_id: UUID
    booking_id: UUID
    targets: tuple[ChallengeTarget, ...]
    state: ChallengeState = ChallengeState.OPEN
    opened_by: UUID | None = None
    opened_at: Instant
    confirm_by: Instant | None = None
    closed_at: Instant | None = None
    version: Version = 1

    @property
    def pending(self) -> tuple[ChallengeTarget, ...]:
        return tuple(t for t in self.targets if t.outcome is TargetOutcome.PENDING)
