"""What people ask of time off."""

from __future__ import annotations

from typing import Literal, TypeAlias
from uuid import UUID

from scheduling.commands.base import CommandBase
from scheduling.model import (
    Instant,
    ShortText,
    Zone,
)


class RequestTimeOff(CommandBase, frozen=True, kw_only=True, tag="time_off.request"):
    """Ask to be away over `[start, end)`; it binds nobody until the studio approves."""

    artist_id: UUID
    start: Instant
    end: Instant
    note: ShortText = ""
    zone: Zone | None = None
    id: UUID | None = None


class AnswerTimeOff(CommandBase, frozen=True, kw_only=True, tag="time_off.answer"):
    """Approve a request, where no pencil or confirmed booking stands in the way, or refuse it."""

    time_off_id: UUID
    answer: Literal["approve", "refuse"]
    reason: ShortText = ""


class CancelTimeOff(CommandBase, frozen=True, kw_only=True, tag="time_off.cancel"):
    """Take a request back, or be there after all."""

    time_off_id: UUID
    reason: ShortText = ""


TimeOffCommand: TypeAlias = RequestTimeOff | AnswerTimeOff | CancelTimeOff
