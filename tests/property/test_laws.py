"""The laws of the architecture, on the pure core: random commands by random people."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.apply import apply_all
from scheduling.decide import Accepted
from scheduling.events import LoggedEvent, entity_of, log, read
from scheduling.model import Booking, Record, changed_fields, with_changes
from scheduling.permissions import event_actor
from scheduling.state import State, find, snapshot
from tests.harness.actions import ACTORS, MANAGER, NOW, Action, actions, who
from tests.harness.invariants import assert_sound
from tests.harness.tenancy import Tenancy

RUNS = settings(max_examples=250, deadline=None)


@RUNS
@given(st.lists(actions, max_size=40))
def test_every_schedule_that_commands_can_reach_is_sound(steps: list[Action]) -> None:
    studio = Tenancy()
    for step in steps:
        studio.step(step)
        assert_sound(studio.state)


@RUNS
@given(st.lists(actions, max_size=40), st.integers(0, 60))
def test_snapshot_and_events_equal_a_fresh_snapshot(steps: list[Action], cut: int) -> None:
    studio = Tenancy()
    for step in steps:
        studio.step(step)
    actor = event_actor(MANAGER)
    logged = [
        log(event, seq=n, at=NOW, actor=actor, command_id=studio.start.tenant.id)
        for n, event in enumerate(studio.events, start=1)
    ]
    wire = msgspec.json.encode(logged)
    encoded = msgspec.json.decode(wire, type=list[LoggedEvent])
    cut = min(cut, len(encoded))
    events = [read(e) for e in encoded]
    middle = apply_all(studio.start, events[:cut])
    resumed = apply_all(middle, events[cut:])
    assert snapshot(resumed) == snapshot(studio.state)
    doubled = apply_all(resumed, events[cut:])
    assert snapshot(doubled) == snapshot(studio.state), "applying a tail twice changed something"


@RUNS
@given(st.lists(actions, max_size=30))
def test_an_event_changes_what_it_says_and_counts_versions(steps: list[Action]) -> None:
    studio = Tenancy()
    for step in steps:
        before = studio.state
        outcome = studio.step(step)
        if not isinstance(outcome, Accepted):
            assert studio.state is before
            continue
        for event in outcome.events:
            entity = entity_of(event)
            earlier = find(before, event.kind, entity.id)
            if earlier is not None and not event.type.endswith(".deleted"):
                assert entity != earlier, f"{event.type} changed nothing"
                if event.changed:
                    assert entity.version > earlier.version
                    assert set(changed_fields(earlier, entity)) <= {
                        name for e in outcome.events if entity_of(e).id == entity.id for name in e.changed
                    }


@RUNS
@given(st.lists(actions, min_size=1, max_size=25), actions)
def test_undo_right_after_a_command_gives_the_schedule_back(steps: list[Action], last: Action) -> None:
    studio = Tenancy()
    for step in steps:
        studio.step(step)
    before = studio.state
    outcome = studio.step(last)
    if not isinstance(outcome, Accepted) or not outcome.events:
        return
    same = ACTORS.index(who(last))
    undone = studio.step(Action(op="history.undo", actor=same, entity=0))
    assert isinstance(undone, Accepted), undone
    assert _content(studio.state) == _content(before)
    assert_sound(studio.state)
    redone = studio.step(Action(op="history.undo", actor=same, entity=0))
    assert isinstance(redone, Accepted), redone
    assert _content(studio.state) == _content(outcome.state)


def _content(state: State) -> list[object]:
    """Live bookings, work and people, but for versions and times of change."""
    entities: list[Record] = [
        *(b for b in state.bookings.values() if b.live),
        *(a for a in state.artists.values() if a.active),
        *(p for p in state.projects.values() if p.status != "archived"),
        *state.phases.values(),
        *state.dependencies.values(),
        *state.milestones.values(),
    ]
    settled = [with_changes(e, version=1, **_times(e)) for e in entities]
    return sorted(settled, key=lambda e: str(getattr(e, "id")))  # noqa: B009


def _times(entity: Record) -> dict[str, object]:
    return {"updated_at": NOW, "reason": ""} if isinstance(entity, Booking) else {}
