"""Scenarios on random studios: what stands well is committed, and what is told is what becomes true."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from realtime.protocol import CommandRequest
from scheduling.decide import Accepted, Outcome
from scheduling.model import Booking
from scheduling.refusals import Refused
from tests.harness.actions import MANAGER, NOW, Action, actions, ident, live
from tests.harness.drafts import Names, difference_at, wishes_of
from tests.harness.invariants import assert_sound
from tests.harness.tenancy import Tenancy

PLAN = ident("plan")


def asked(studio: Tenancy, op: str, **args: Any) -> Outcome:
    studio.number += 1
    encoded = msgspec.Raw(msgspec.json.encode(args))
    return studio.run(MANAGER, CommandRequest(id=ident("asked", studio.number), op=op, args=encoded))


def studio_with(before: list[Action], drawn: list[Action]) -> Tenancy:
    """A studio with some history and one scenario, of what could be drawn."""
    studio = Tenancy()
    for action in before:
        studio.step(action)
    assert isinstance(asked(studio, "scenario.add", id=PLAN, name="Plan B"), Accepted)
    for number, action in enumerate(drawn):
        for wish in wishes_of(action, studio.state, number, Names(NOW, ident)):
            asked(studio, "scenario.change", scenario_id=PLAN, changes=[wish])
    return studio


def schedule(studio: Tenancy) -> dict[UUID, tuple[object, ...]]:
    return {b.id: essence(b) for b in live(studio.state)}


def essence(b: Booking) -> tuple[object, ...]:
    """What a planner sees of a booking; places in line follow from it."""
    return b.artist_id, b.start, b.end, b.status, b.title, b.project_id, b.phase_id, b.zone, b.granularity


histories = st.lists(actions, min_size=4, max_size=14)
drawings = st.lists(actions, min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(histories, drawings)
def test_what_fits_is_committed_and_becomes_what_the_difference_told(before, drawn):
    """[Z5] [Z9]"""
    studio = studio_with(before, drawn)
    if not studio.state.drafts:
        event("nothing could be drawn")
        return
    told, was = difference_at(studio, PLAN), schedule(studio)
    unchanged = studio.state
    outcome = asked(studio, "scenario.commit", scenario_id=PLAN)
    if isinstance(outcome, Refused):
        event("does not fit")
        assert outcome.data is not None
        refused = {item.booking_id: item.kind for item in outcome.data.items}
        assert refused == {c.booking_id: c.kind for c in told.conflicts}
        assert studio.state is unchanged
        return
    event("fits")
    assert told.fits
    assert not told.conflicts
    foretold = {i: b for i, b in was.items() if i not in {b.id for b in told.removed}}
    for pair in (*told.moved, *told.follows):
        assert was[pair.before.id] == essence(pair.before)
        foretold[pair.after.id] = essence(pair.after)
    foretold |= {b.id: essence(b) for b in told.added}
    assert {i: b for i, b in foretold.items() if i in schedule(studio)} == schedule(studio)
    ended = {p.after.id for p in told.follows if not p.after.live}
    assert foretold.keys() - schedule(studio).keys() == ended
    assert_sound(studio.state)


@settings(max_examples=40, deadline=None)
@given(histories, drawings)
def test_a_commit_that_is_undone_leaves_the_schedule_and_the_scenario_as_they_were(before, drawn):
    """[Z11]"""
    studio = studio_with(before, drawn)
    was, held = schedule(studio), {i: c.action for i, c in studio.state.drafts.get(PLAN, {}).items()}
    if not isinstance(asked(studio, "scenario.commit", scenario_id=PLAN), Accepted):
        return
    outcome = asked(studio, "history.undo", command_id=ident("asked", studio.number))
    assert isinstance(outcome, Accepted), outcome
    assert schedule(studio) == was
    assert {i: c.action for i, c in studio.state.drafts[PLAN].items()} == held
    assert_sound(studio.state)


@settings(max_examples=40, deadline=None)
@given(histories, drawings, st.lists(actions, max_size=5))
def test_what_live_made_of_a_scenario_is_settled_by_taking_live(before, drawn, meanwhile):
    """[Z10] Whoever takes what is live, as often as something new stands in the way, can commit the rest."""
    studio = studio_with(before, drawn)
    for action in meanwhile:
        if not action.op.startswith(("scenario.", "history.")):
            studio.step(action)
    for _ in range(len(studio.state.drafts.get(PLAN, {})) + 1):
        left = {str(c.booking_id): "live" for c in difference_at(studio, PLAN).conflicts}
        if not left:
            break
        assert isinstance(asked(studio, "scenario.rebase", scenario_id=PLAN, take=left), Accepted)
    assert difference_at(studio, PLAN).fits
    if PLAN in studio.state.drafts:
        assert isinstance(asked(studio, "scenario.commit", scenario_id=PLAN), Accepted)
        assert_sound(studio.state)
