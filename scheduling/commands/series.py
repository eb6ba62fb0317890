"""What people ask of series: bookings made by one pattern."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from scheduling.commands.base import CommandBase
from scheduling.model import ClockTime, Instant, Notes, ShortText, Title, Zone
from scheduling.patterns import Pattern

OnRefusal = Literal["refuse_all", "skip"]


class PlaceSeries(CommandBase, frozen=True, kw_only=True, tag="series.place"):
    """Claim every occurrence of a pattern, on the clock of the artist or of `zone`, as one series.

    Refused whole with the reasons per occurrence, or placed without the refused ones. The series is
    known by `id`; each booking's id follows from it.
    """

    artist_id: UUID
    pattern: Pattern
    id: UUID | None = None
    title: Title = ""
    status: Literal["hold", "pencil", "confirmed"] = "hold"
    project_id: UUID | None = None
    phase_id: UUID | None = None
    notes: Notes = ""
    zone: Zone | None = None
    standby: bool = False
    response_deadline: Instant | None = None
    expires_at: Instant | None = None
    on_refusal: OnRefusal = "refuse_all"


class EditSeries(CommandBase, frozen=True, kw_only=True, tag="series.edit"):
    """Change the live bookings of a series: all, or `from_booking_id` and those that follow it.

    `move_days` shifts by days on the clock of each booking; `start` and `end` give other times of
    day (an end not after the start is on the next day), which makes half and whole days times.
    `status` records the artist's yes, or confirms.
    """

    series_id: UUID
    from_booking_id: UUID | None = None
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    phase_id: UUID | UnsetType | None = UNSET
    artist_id: UUID | None = None
    move_days: Annotated[int, Meta(ge=-366, le=366)] = 0
    start: ClockTime | None = None
    end: ClockTime | None = None
    status: Literal["pencil", "confirmed"] | None = None
    on_refusal: OnRefusal = "refuse_all"


class ReleaseSeries(CommandBase, frozen=True, kw_only=True, tag="series.release"):
    """Give up the live bookings of a series: holds and pencils are released, confirmed ones cancelled.

    All, or `from_booking_id` and those that follow it; with confirmed ones among them a reason is needed.
    """

    series_id: UUID
    from_booking_id: UUID | None = None
    reason: ShortText = ""


SeriesCommand: TypeAlias = PlaceSeries | EditSeries | ReleaseSeries
