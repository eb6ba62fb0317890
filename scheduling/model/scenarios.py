"""Named drafts on top of the live schedule."""

from __future__ import annotations

import enum
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from scheduling.model.base import Instant, Name, Notes, Record, ShortText, Title, Version, Zone
from scheduling.model.bookings import Granularity


class ScenarioState(enum.StrEnum):
    """`open → committed | discarded`; undo opens it again."""

    OPEN = "open"
    COMMITTED = "committed"
    DISCARDED = "discarded"


ScenarioSource = Literal["people", "allocation", "repair", "challenge"]
"""Who drew it: people by hand, or a job of the solver."""


class Scenario(Record, frozen=True, kw_only=True):
    """A named draft on top of the live schedule, shared by the studio's staff.

    `base_seq` is the number of the log it was last held against as a whole. Every change of what it
    holds makes a new version of it, so that nobody commits what they have not seen.
    """

    id: UUID
    name: Name
    note: Notes = ""
    state: ScenarioState = ScenarioState.OPEN
    source: ScenarioSource = "people"
    job_id: UUID | None = None
    base_seq: Annotated[int, Meta(ge=0, le=2**53)] = 0
    created_by: UUID | None = None
    created_at: Instant
    updated_at: Instant
    version: Version = 1

    @property
    def open(self) -> bool:
        return self.state is ScenarioState.OPEN


ScenarioAction = Literal["place", "move", "end"]
"""A booking comes, goes elsewhere, or is given up."""


class ScenarioChange(Record, frozen=True, kw_only=True):
    """What a scenario makes of one booking; a scenario holds at most one change of each.

    The booking of a `place` gets `booking_id` when the scenario is committed. A `move` keeps what it
    does not say: artist, start and end are the live booking's where they are None. `base_version` is
    the version of the live booking it was drawn on. Confirmed bookings are touched only by a change
    that says so (`confirmed`).
    """

    id: UUID
    scenario_id: UUID
    action: ScenarioAction
    booking_id: UUID
    base_version: Version | None = None
    artist_id: UUID | None = None
    start: Instant | None = None
    end: Instant | None = None
    zone: Zone | None = None
    granularity: Granularity | None = None
    title: Title = ""
    project_id: UUID | None = None
    phase_id: UUID | None = None
    status: Literal["hold", "pencil", "confirmed"] = "hold"
    confirmed: bool = False
    note: ShortText = ""
    reason: ShortText = ""
    version: Version = 1
