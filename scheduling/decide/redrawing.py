"""Undo of what was done to scenarios: what they held comes back or goes, where nobody built on it."""

from __future__ import annotations

from scheduling.decide.context import Draft
from scheduling.decide.room import room_left
from scheduling.events import (
    Cause,
    ScenarioChanged,
    ScenarioChangeDeleted,
    ScenarioChangeRestored,
    ScenarioDiscarded,
    ScenarioRestored,
)
from scheduling.model import Scenario, ScenarioChange, ScenarioState, changed_fields, with_changes
from scheduling.refusals import Refused, wrong_state
from scheduling.state import State, Touched, draft_of


def take_back(draft: Draft, made: Scenario | ScenarioChange, cause: Cause) -> None:
    """A scenario that the undone command opened is thrown away; what it drew, the scenario holds no more."""
    version = made.version + 1
    match made:
        case Scenario():
            now = draft.context.now
            thrown = with_changes(made, state=ScenarioState.DISCARDED, version=version, updated_at=now)
            draft.emit(ScenarioDiscarded(scenario=thrown, changed=("state",), cause=cause))
        case ScenarioChange():
            gone = with_changes(made, version=version)
            draft.emit(ScenarioChangeDeleted(scenario_change=gone, cause=cause))


def draw_again(
    draft: Draft, before: Scenario | ScenarioChange, version: int, changed: tuple[str, ...], cause: Cause
) -> None:
    """The earlier image, under a new version."""
    match before:
        case Scenario():
            again = with_changes(before, version=version, updated_at=draft.context.now)
            draft.emit(ScenarioRestored(scenario=again, changed=changed, cause=cause))
        case ScenarioChange():
            change = with_changes(before, version=version)
            draft.emit(ScenarioChangeRestored(scenario_change=change, changed=changed, cause=cause))


def check_drafts(draft: Draft, changed: tuple[Touched, ...], cause: Cause) -> Refused | None:
    """Whether scenarios whose changes were given back or taken away can have it so; they are told of it."""
    ids = {t.after.scenario_id for t in changed if isinstance(t.after, ScenarioChange)}
    told = {t.id for t in changed if t.kind == "scenario"}
    for scenario_id in sorted(ids | told):
        scenario = draft.state.scenarios[scenario_id]
        why = _overdrawn(draft.state, scenario)
        if why:
            return wrong_state(f"This can no longer be undone: {why}", scenario)
        if scenario_id not in told:
            now = draft.context.now
            after = with_changes(scenario, version=scenario.version + 1, updated_at=now)
            fields = changed_fields(scenario, after)
            draft.emit(ScenarioChanged(scenario=after, changed=fields, cause=cause))
    return None


def _overdrawn(state: State, scenario: Scenario) -> str:
    """Why a scenario cannot be as an undo left it; empty where it can."""
    all_of_it = sum(1 for c in state.scenario_changes.values() if c.scenario_id == scenario.id)
    if not scenario.open:
        return f"{scenario.name} was changed by others since." if all_of_it else ""
    if all_of_it > len(draft_of(state, scenario.id)):
        return f"{scenario.name} says something else of the same booking by now."
    refused = room_left(state, scenario.id)
    return refused.message if refused else ""
