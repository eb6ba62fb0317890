"""Decisions about scenarios: drafts opened, changed, rebased, made true and thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from scheduling.commands import (
    AddScenario,
    ChangeScenario,
    ChangeWish,
    CommitScenario,
    DiscardScenario,
    DropChanges,
    EditScenario,
    RebaseScenario,
    ScenarioCommand,
)
from scheduling.decide.context import Accepted, Context, Draft, Outcome
from scheduling.decide.edits import edited
from scheduling.decide.realising import Conflict, in_order, realise
from scheduling.decide.room import room_for_one_more, room_left
from scheduling.decide.wishes import change_of
from scheduling.events import (
    ScenarioAdded,
    ScenarioChangeAdded,
    ScenarioChanged,
    ScenarioChangeDeleted,
    ScenarioChangeEdited,
    ScenarioChangeRebased,
    ScenarioCommitted,
    ScenarioDiscarded,
    ScenarioEdited,
    ScenarioRebased,
)
from scheduling.model import Scenario, ScenarioChange, ScenarioState, changed_fields, with_changes
from scheduling.refusals import (
    Code,
    ItemRefusal,
    RefusalData,
    Refused,
    current,
    invalid,
    not_found,
    wrong_state,
)
from scheduling.state import State, draft_of


class CommitReport(Struct, frozen=True, kw_only=True):
    """Ids of the bookings that a commit placed, moved and ended."""

    placed: tuple[UUID, ...]
    moved: tuple[UUID, ...]
    ended: tuple[UUID, ...]


class RebaseReport(Struct, frozen=True, kw_only=True):
    """By booking, what still does not fit."""

    conflicts: dict[UUID, Conflict]


def decide_scenario(state: State, command: ScenarioCommand, context: Context) -> Outcome:
    """The answer to any command about a scenario."""
    draft = Draft(state, context)
    if isinstance(command, AddScenario):
        return _add(draft, command)
    scenario = state.scenarios.get(command.scenario_id)
    if scenario is None:
        return not_found("scenario", command.scenario_id)
    if not scenario.open:
        return wrong_state(f"{scenario.name} is {scenario.state.value}; it is changed no more.", scenario)
    match command:
        case EditScenario():
            after, changed = edited(scenario, command, updated_at=context.now)
            if changed:
                draft.emit(ScenarioEdited(scenario=after, changed=changed))
            return draft.accepted()
        case ChangeScenario():
            return _change(draft, scenario, command)
        case DropChanges():
            return _drop(draft, scenario, command)
        case RebaseScenario():
            return _rebase(draft, scenario, command)
        case CommitScenario():
            return _commit(draft, scenario, command)
        case DiscardScenario():
            closed = _next(draft, scenario, state=ScenarioState.DISCARDED)
            draft.emit(ScenarioDiscarded(scenario=closed, changed=("state",)))
            _empty(draft, scenario)
            return draft.accepted()
        case _:
            assert_never(command)


def held(state: State, scenario_id: UUID) -> tuple[ScenarioChange, ...]:
    """What a scenario holds, in order of booking."""
    draft = draft_of(state, scenario_id)
    return tuple(draft[booking_id] for booking_id in sorted(draft))


# -- opening and drawing -----------------------------------------------------------------


def _add(draft: Draft, command: AddScenario) -> Outcome:
    state, context = draft.state, draft.context
    scenario_id = command.id or context.new_id("scenario")
    if scenario_id in state.scenarios:
        return invalid(f"There is a scenario {scenario_id} already; ids are used once.", "id")
    refused = room_for_one_more(state)
    if refused:
        return refused
    scenario = Scenario(
        id=scenario_id,
        name=command.name,
        note=command.note,
        source=command.source,
        job_id=command.job_id,
        base_seq=context.head,
        created_by=context.actor.id,
        created_at=context.now,
        updated_at=context.now,
    )
    draft.emit(ScenarioAdded(scenario=scenario))
    return _put(draft, scenario, command.changes) or draft.accepted()


def _change(draft: Draft, scenario: Scenario, command: ChangeScenario) -> Outcome:
    refused = _put(draft, scenario, command.changes)
    if refused:
        return refused
    return _as_changed(draft, scenario, put=len(draft.events))


def _put(draft: Draft, scenario: Scenario, wishes: Sequence[ChangeWish]) -> Refused | None:
    """Let the scenario say what is wished; all of it or nothing."""
    if len({wish.booking_id for wish in wishes}) != len(wishes):
        return invalid("A scenario says one thing of each booking; one is named twice.", "changes")
    refusals: list[ItemRefusal] = []
    for index, wish in enumerate(wishes):
        found = change_of(draft, scenario, wish, index)
        if isinstance(found, Refused):
            refusals.append(_refused_item(index, wish.booking_id, found))
            continue
        before = draft_of(draft.state, scenario.id).get(wish.booking_id)
        if before is None:
            draft.emit(ScenarioChangeAdded(scenario_change=found))
        elif changed := changed_fields(before, found):
            draft.emit(ScenarioChangeEdited(scenario_change=found, changed=changed))
    if refusals:
        return _refuse_whole(refusals, len(wishes), "drawn")
    return room_left(draft.state, scenario.id)


def _as_changed(draft: Draft, scenario: Scenario, *, put: int = 0, dropped: int = 0) -> Accepted:
    """With a new version of the scenario, where what it holds became another."""
    if draft.events:
        draft.emit(ScenarioChanged(scenario=_next(draft, scenario), put=put, dropped=dropped))
    return _about(draft)


def _next(draft: Draft, scenario: Scenario, **changes: object) -> Scenario:
    return with_changes(scenario, version=scenario.version + 1, updated_at=draft.context.now, **changes)


def _about(draft: Draft) -> Accepted:
    """What was done, told as what became of the scenario."""
    accepted = draft.accepted()
    primary = next((e for e in reversed(draft.events) if e.kind == "scenario"), None)
    return with_changes(accepted, primary=primary)


def _drop(draft: Draft, scenario: Scenario, command: DropChanges) -> Outcome:
    known = draft_of(draft.state, scenario.id)
    missing = [
        ItemRefusal(item=n, booking_id=i, code=Code.NOT_FOUND, message="The scenario says nothing of it.")
        for n, i in enumerate(command.booking_ids)
        if i not in known
    ]
    if missing:
        return _refuse_whole(missing, len(command.booking_ids), "dropped")
    for booking_id in dict.fromkeys(command.booking_ids):
        _delete(draft, known[booking_id])
    return _as_changed(draft, scenario, dropped=len(draft.events))


def _delete(draft: Draft, change: ScenarioChange) -> None:
    gone = with_changes(change, version=change.version + 1)
    draft.emit(ScenarioChangeDeleted(scenario_change=gone))


# -- settling ----------------------------------------------------------------------------


def _rebase(draft: Draft, scenario: Scenario, command: RebaseScenario) -> Outcome:
    state = draft.state
    changes = held(state, scenario.id)
    conflicts = conflicts_of(state, changes, draft.context)
    refusals = [
        _refused_item(index, booking_id, refused)
        for index, (booking_id, take) in enumerate(sorted(command.take.items()))
        if (refused := _unsettled(state, scenario, booking_id, take, conflicts.get(booking_id))) is not None
    ]
    if refusals:
        return _refuse_whole(refusals, len(command.take), "settled")
    for change in changes:
        take = command.take.get(change.booking_id)
        if take == "live":
            _delete(draft, change)
        elif take == "mine" or change.booking_id not in conflicts:
            _keep(draft, change, conflicts.get(change.booking_id))
    put = sum(isinstance(e, ScenarioChangeRebased) for e in draft.events)
    if draft.events or scenario.base_seq != draft.context.head:
        after = _next(draft, scenario, base_seq=draft.context.head)
        draft.emit(ScenarioRebased(scenario=after, changed=changed_fields(scenario, after)))
    left = conflicts_of(draft.state, held(draft.state, scenario.id), draft.context) if put else conflicts
    report = RebaseReport(conflicts={i: c for i, c in left.items() if command.take.get(i) != "live"})
    return with_changes(_about(draft), report=report)


def _unsettled(
    state: State, scenario: Scenario, booking_id: UUID, take: str, conflict: Conflict | None
) -> Refused | None:
    if booking_id not in draft_of(state, scenario.id):
        return Refused(code=Code.NOT_FOUND, message="The scenario says nothing of it.")
    if conflict is None or take in conflict.settle:
        return None
    return Refused(
        code=Code.WRONG_STATE,
        message=f"{conflict.text} It cannot be kept as it is: take what is live, or change it.",
        data=RefusalData(blocking=conflict.blocking, away=conflict.away),
    )


def _keep(draft: Draft, change: ScenarioChange, conflict: Conflict | None) -> None:
    """The same change, drawn on the booking as it is now."""
    booking = draft.state.bookings.get(change.booking_id)
    if change.action == "place" or booking is None:
        return
    confirmed = change.confirmed or (conflict is not None and conflict.kind == "confirmed")
    after = with_changes(change, base_version=booking.version, confirmed=confirmed)
    changed = changed_fields(change, after)
    if changed:
        after = with_changes(after, version=change.version + 1)
        draft.emit(ScenarioChangeRebased(scenario_change=after, changed=changed))


def conflicts_of(state: State, changes: Sequence[ScenarioChange], context: Context) -> dict[UUID, Conflict]:
    """What of the changes could not be made true as it is, by booking.

    A change that was rebased in the meantime is drawn on the present version, and drifted nowhere.
    """
    drifted = {
        change.booking_id: context.drifted[change.booking_id]
        for change in changes
        if change.booking_id in context.drifted
        and change.base_version != state.bookings[change.booking_id].version
    }
    return dict(realise(Draft(state, context), changes, drifted).conflicts)


# -- closing -----------------------------------------------------------------------------


def _commit(draft: Draft, scenario: Scenario, command: CommitScenario) -> Outcome:
    base = command.base_version or draft.context.base_version
    if base is not None and base != scenario.version:
        return _stale(scenario, base)
    changes = in_order(draft.state, held(draft.state, scenario.id))
    if not changes:
        return wrong_state(f"{scenario.name} holds no changes; there is nothing to commit.", scenario)
    trial = Draft(draft.state, draft.context)
    done = realise(trial, changes, draft.context.drifted)
    if done.conflicts:
        refusals = [
            _refused_conflict(index, change.booking_id, done.conflicts[change.booking_id])
            for index, change in enumerate(changes)
            if change.booking_id in done.conflicts
        ]
        return _refuse_whole(refusals, len(changes), "committed")
    draft.emit(
        ScenarioCommitted(
            scenario=_next(draft, scenario, state=ScenarioState.COMMITTED),
            changed=("state",),
            placed=len(done.placed),
            moved=len(done.moved),
            ended=len(done.ended),
        )
    )
    for event in trial.events:
        draft.emit(event)
    _empty(draft, scenario)
    report = CommitReport(placed=done.placed, moved=done.moved, ended=done.ended)
    return with_changes(_about(draft), report=report)


def _stale(scenario: Scenario, base: int) -> Refused:
    if base > scenario.version:
        message = f"base_version {base} is ahead of version {scenario.version}."
        return invalid(message, "base_version")
    return Refused(
        code=Code.STALE_VERSION,
        message=f"Somebody changed {scenario.name} since version {base};"
        f" it is at version {scenario.version} now.",
        data=RefusalData(current=current(scenario)),
    )


def _empty(draft: Draft, scenario: Scenario) -> None:
    """What a closed scenario held leaves everybody's memory; the log keeps it."""
    for change in held(draft.state, scenario.id):
        _delete(draft, change)


# -- refusing ----------------------------------------------------------------------------


def _refused_item(index: int, booking_id: UUID, refused: Refused) -> ItemRefusal:
    return ItemRefusal(
        item=index, booking_id=booking_id, code=refused.code, message=refused.message, data=refused.data
    )


def _refused_conflict(index: int, booking_id: UUID, conflict: Conflict) -> ItemRefusal:
    data = RefusalData(
        blocking=conflict.blocking,
        away=conflict.away,
        current=current(conflict.current) if conflict.current else None,
    )
    return ItemRefusal(
        item=index,
        booking_id=booking_id,
        kind=conflict.kind,
        code=conflict.code,
        message=conflict.text,
        data=data,
    )


def _refuse_whole(refusals: Sequence[ItemRefusal], total: int, done: str) -> Refused:
    """Nothing was done, since these could not be."""
    first = refusals[0]
    changes = "change" if total == 1 else "changes"
    return Refused(
        code=first.code,
        message=f"{len(refusals)} of {total} {changes} cannot be {done}, so nothing was changed:"
        f" {first.message}",
        data=RefusalData(items=tuple(refusals)),
    )
