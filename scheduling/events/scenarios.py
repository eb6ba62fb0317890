"""What happens to scenarios and to the changes they hold."""

from __future__ import annotations

from typing import ClassVar

from scheduling.events.base import EventBase
from scheduling.model import EntityKind, Scenario, ScenarioChange


class ScenarioEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "scenario"
    scenario: Scenario


class ScenarioChangeEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "scenario_change"
    scenario_change: ScenarioChange


class ScenarioAdded(ScenarioEvent, frozen=True, kw_only=True):
    """A draft was opened."""

    type: ClassVar[str] = "scenario.added"


class ScenarioEdited(ScenarioEvent, frozen=True, kw_only=True):
    """It was renamed, or its note changed."""

    type: ClassVar[str] = "scenario.edited"


class ScenarioChanged(ScenarioEvent, frozen=True, kw_only=True):
    """Changes came, went or became others: `put` and `dropped` count them."""

    type: ClassVar[str] = "scenario.changed"
    put: int = 0
    dropped: int = 0


class ScenarioRebased(ScenarioEvent, frozen=True, kw_only=True):
    """It was held against the schedule as it is."""

    type: ClassVar[str] = "scenario.rebased"


class ScenarioCommitted(ScenarioEvent, frozen=True, kw_only=True):
    """It became true."""

    type: ClassVar[str] = "scenario.committed"
    placed: int = 0
    moved: int = 0
    ended: int = 0


class ScenarioDiscarded(ScenarioEvent, frozen=True, kw_only=True):
    """It was thrown away."""

    type: ClassVar[str] = "scenario.discarded"


class ScenarioRestored(ScenarioEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "scenario.restored"


class ScenarioChangeAdded(ScenarioChangeEvent, frozen=True, kw_only=True):
    """The scenario says something of a booking it said nothing of."""

    type: ClassVar[str] = "scenario_change.added"


class ScenarioChangeEdited(ScenarioChangeEvent, frozen=True, kw_only=True):
    """It says something else of it."""

    type: ClassVar[str] = "scenario_change.edited"


class ScenarioChangeRebased(ScenarioChangeEvent, frozen=True, kw_only=True):
    """It says the same of the booking as it is now."""

    type: ClassVar[str] = "scenario_change.rebased"


class ScenarioChangeDeleted(ScenarioChangeEvent, frozen=True, kw_only=True):
    """The scenario says nothing of the booking any more, or was closed."""

    type: ClassVar[str] = "scenario_change.deleted"


class ScenarioChangeRestored(ScenarioChangeEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "scenario_change.restored"
