"""What people ask of challenges."""

from __future__ import annotations

from typing import Literal, TypeAlias
from uuid import UUID

from scheduling.commands.base import CommandBase


class OpenChallenge(CommandBase, frozen=True, kw_only=True, tag="challenge.open"):
    """Demand, for a hold in line, that every higher claim on its days confirm or release in time."""

    booking_id: UUID
    id: UUID | None = None


class AnswerChallenge(CommandBase, frozen=True, kw_only=True, tag="challenge.answer"):
    """Answer for one challenged claim: confirm it, or release the days it shares."""

    challenge_id: UUID
    booking_id: UUID
    answer: Literal["confirm", "release"]


class WithdrawChallenge(CommandBase, frozen=True, kw_only=True, tag="challenge.withdraw"):
    """Take the demand back."""

    challenge_id: UUID


class LapseChallenge(CommandBase, frozen=True, kw_only=True, tag="challenge.lapse"):
    """The clock: a challenged claim stayed silent, or the winner's window passed unused."""

    challenge_id: UUID
    booking_id: UUID | None = None


ChallengeCommand: TypeAlias = OpenChallenge | AnswerChallenge | WithdrawChallenge | LapseChallenge
