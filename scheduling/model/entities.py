"""All kinds of record together: their names on the wire, and how two versions differ."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from scheduling.model.bookings import Booking
from scheduling.model.challenges import Challenge
from scheduling.model.people import Artist, Member, Tenant
from scheduling.model.scenarios import Scenario, ScenarioChange
from scheduling.model.time_off import TimeOff
from scheduling.model.work import Dependency, Milestone, Phase, Project

Entity = (
    Scenario
    | ScenarioChange
    | TimeOff
    | Challenge
    | Tenant
    | Member
    | Artist
    | Project
    | Phase
    | Dependency
    | Milestone
    | Booking
)

EntityKind = Literal[
    "tenant",
    "member",
    "artist",
    "project",
    "phase",
    "dependency",
    "milestone",
    "booking",
    "challenge",
    "time_off",
    "scenario",
    "scenario_change",
]

KIND_OF: dict[type[Struct], EntityKind] = {
    Tenant: "tenant",
    Member: "member",
    Artist: "artist",
    Project: "project",
    Phase: "phase",
    Dependency: "dependency",
    Milestone: "milestone",
    Booking: "booking",
    Challenge: "challenge",
    TimeOff: "time_off",
    Scenario: "scenario",
    ScenarioChange: "scenario_change",
}

DERIVED_FIELDS = frozenset({"version", "rank", "segments", "updated_at"})
"""Fields that follow from others: they never make two edits collide."""


def changed_fields(before: Struct, after: Struct) -> tuple[str, ...]:
    """Names of the fields that differ, derived ones left out, in order of declaration."""
    names, values_of = _compared(type(after))
    found = zip(names, values_of(before), values_of(after), strict=True)
    return tuple([name for name, was, now in found if was is not now and was != now])


@cache
def _compared(kind: type[Struct]) -> tuple[tuple[str, ...], Callable[[Struct], tuple[object, ...]]]:
    names = tuple(name for name in kind.__struct_fields__ if name not in DERIVED_FIELDS)
    return names, attrgetter(*names)


R = TypeVar("R", bound=Struct)


def with_changes(record: R, **changes: object) -> R:
    """`msgspec.structs.replace` under a name that reads."""
    return msgspec.structs.replace(record, **changes)
