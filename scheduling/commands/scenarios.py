"""What people ask of scenarios: drafts on top of the live schedule."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from scheduling.commands.base import CommandBase
from scheduling.model import (
    Granularity,
    Instant,
    Name,
    Notes,
    ScenarioAction,
    ScenarioSource,
    ShortText,
    Title,
    Version,
    Zone,
)

MOST_CHANGES = 2_000
"""More changes no scenario holds."""


class ChangeWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to become of one booking, whole: it replaces what the scenario says of it so far.

    A `place` says artist, start and end; its `booking_id` is the id that the booking will get. A
    `move` says artist, start and end as far as they are to change, and perhaps a granularity. An
    `end` gives the booking up. `base_version` is the version of the live booking that was looked at
    (left out: the present one). `on_version` is the version of this change it is based on: 0 where
    there was none yet, left out where it replaces whatever is there.
    """

    action: ScenarioAction
    booking_id: UUID
    id: UUID | None = None
    base_version: Version | None = None
    on_version: Annotated[int, Meta(ge=0, le=2**53)] | None = None
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


Wishes = Annotated[tuple[ChangeWish, ...], Meta(max_length=MOST_CHANGES)]


class AddScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.add"):
    """Open a draft, empty or with what it is to hold."""

    name: Name
    id: UUID | None = None
    note: Notes = ""
    source: ScenarioSource = "people"
    job_id: UUID | None = None
    changes: Wishes = ()


class EditScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.edit"):
    """Change what a scenario is called."""

    scenario_id: UUID
    name: Name | UnsetType = UNSET
    note: Notes | UnsetType = UNSET


class ChangeScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.change"):
    """Say of some bookings what becomes of them; of each, what was said last counts.

    Refused whole where one of them is based on a version of its change that others replaced.
    """

    scenario_id: UUID
    changes: Annotated[tuple[ChangeWish, ...], Meta(min_length=1, max_length=MOST_CHANGES)]


class DropChanges(CommandBase, frozen=True, kw_only=True, tag="scenario.drop_change"):
    """Leave some bookings as they are after all."""

    scenario_id: UUID
    booking_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST_CHANGES)]


class RebaseScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.rebase"):
    """Hold a scenario against the schedule as it is now, and settle what does not fit any more.

    By booking, `mine` keeps the change although the booking was changed meanwhile, `live` drops it.
    Conflicts that are not named stay.
    """

    scenario_id: UUID
    take: dict[UUID, Literal["mine", "live"]] = field(default_factory=dict)


class CommitScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.commit"):
    """Make a scenario true: all of its changes at once, or none, with the reason of each that cannot be.

    `base_version` is the version of the scenario that was looked at.
    """

    scenario_id: UUID
    base_version: Version | None = None


class DiscardScenario(CommandBase, frozen=True, kw_only=True, tag="scenario.discard"):
    """Throw a scenario away."""

    scenario_id: UUID


ScenarioCommand: TypeAlias = (
    AddScenario
    | EditScenario
    | ChangeScenario
    | DropChanges
    | RebaseScenario
    | CommitScenario
    | DiscardScenario
)
