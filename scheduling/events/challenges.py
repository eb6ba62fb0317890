"""What happens to challenges."""

from __future__ import annotations

from typing import ClassVar

from scheduling.events.base import EventBase
from scheduling.model import (
    Challenge,
    EntityKind,
)


class ChallengeEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "challenge"
    challenge: Challenge


class ChallengeOpened(ChallengeEvent, frozen=True, kw_only=True):
    """A lower claim demanded an answer of every higher one."""

    type: ClassVar[str] = "challenge.opened"


class ChallengeAnswered(ChallengeEvent, frozen=True, kw_only=True):
    """One challenged claim confirmed, released, stayed silent or left."""

    type: ClassVar[str] = "challenge.answered"


class ChallengeWon(ChallengeEvent, frozen=True, kw_only=True):
    """Every higher claim is gone: the challenger's window to confirm is open."""

    type: ClassVar[str] = "challenge.won"


class ChallengeLost(ChallengeEvent, frozen=True, kw_only=True):
    """A challenged claim was confirmed."""

    type: ClassVar[str] = "challenge.lost"


class ChallengeWithdrawn(ChallengeEvent, frozen=True, kw_only=True):
    """The demand was taken back, or its claim ended."""

    type: ClassVar[str] = "challenge.withdrawn"


class ChallengeClosed(ChallengeEvent, frozen=True, kw_only=True):
    """The winner was confirmed, or its window passed."""

    type: ClassVar[str] = "challenge.closed"


class ChallengeRestored(ChallengeEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "challenge.restored"
