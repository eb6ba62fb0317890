"""What may be asked of the planner: allocate work, repair a plan, find what to challenge."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from scheduling.model import Instant

JobKind: TypeAlias = Literal["allocate", "repair", "challenge"]

LONGEST_DAYS = 366
LONGEST_BUDGET = 600.0
MOST_NAMED = 2_000
BUDGETS: dict[JobKind, float] = {"allocate": 20.0, "repair": 1.5, "challenge": 10.0}
"""Seconds of a search for which none were named."""
QUICK = 5.0
"""A search of at most so many seconds need not wait behind the long ones."""

Ids = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST_NAMED)]


class Absence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="absence", tag_field="kind"):
    """An artist cannot work in `[start, end)`."""

    artist_id: UUID
    start: Instant
    end: Instant


class Slip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="slip", tag_field="kind"):
    """A phase takes `days` more than planned, or begins no sooner than `start`."""

    phase_id: UUID
    days: Annotated[float, Meta(gt=0, le=260, multiple_of=0.5)] | None = None
    start: Instant | None = None


class Cancellation(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cancellation", tag_field="kind"
):
    """Whoever is booked for this cannot do it; somebody else is needed."""

    booking_id: UUID


Trouble: TypeAlias = Absence | Slip | Cancellation
"""What happened to a running plan."""


class Ask(Struct, frozen=True, kw_only=True):
    """What is planned: work of `project_ids` (None: all), or of `phase_ids` alone, from `start` to `end`.

    Both days are included. A challenge wishes for its `phase_ids`; a repair is about its `event`.
    """

    kind: JobKind
    start: date
    end: date
    project_ids: tuple[UUID, ...] | None = None
    phase_ids: tuple[UUID, ...] | None = None
    event: Trouble | None = None
    budget_seconds: float
    seed: int

    @property
    def quick(self) -> bool:
        """Whether it need not wait behind long searches."""
        return self.budget_seconds <= QUICK
