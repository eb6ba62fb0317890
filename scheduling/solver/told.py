"""What a search tells people: changes to bookings, what has no place and why, what has to be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from scheduling.model import Granularity
from scheduling.solver.plan import Placement, ReasonKind, Score


class DraftChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One booking to place, to move or to end, drawn on its live version `base_version`.

    A `place` names the id that the new booking will have; what a `move` leaves out stays as it is.
    `note` says to planners what it is for; `confirmed` that the booking is known to be.
    """

    action: Literal["place", "move", "end"]
    booking_id: UUID
    base_version: int | None = None
    artist_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    zone: str | None = None
    granularity: Granularity | None = None
    title: str | None = None
    project_id: UUID | None = None
    phase_id: UUID | None = None
    note: str = ""
    confirmed: bool = False


class Why(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something has no place: the first of the kinds in `plan.Reason` that holds, and one sentence.

    `set_aside`: it is not planned at all, `left_open`: it stands, and nobody could take a seat of it.
    `phase_ids` and `booking_ids` are what is in the way, `price` what the only room would cost.
    """

    kind: ReasonKind | Literal["set_aside", "left_open"]
    text: str
    skill: str = ""
    level: int = 0
    phase_ids: tuple[UUID, ...] = ()
    booking_ids: tuple[UUID, ...] = ()
    price: int = 0


class LeftOut(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A phase, or a booking of none, that the plan leaves out."""

    phase_id: UUID | None = None
    booking_id: UUID | None = None
    reason: Why


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that has to happen before a wish comes true; see `challenge.Step` for the kinds."""

    kind: Literal["challenge", "release", "move", "hand_over"]
    text: str
    booking_ids: tuple[UUID, ...] = ()
    phase_id: UUID | None = None
    price: int = 0


class Best(Struct, frozen=True, kw_only=True):
    """The best plan so far, `seconds` into the search, small enough to be sent about."""

    seconds: float
    price: Score
    placed: int
    unplaced: int
    bound: int = 0
    proved: bool = False
    by: str = ""
    placements: tuple[Placement, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a search, checked by the verifier."""

    best: Best
    changes: tuple[DraftChange, ...] = ()
    unplaced: tuple[LeftOut, ...] = ()
    steps: tuple[Step, ...] = ()
