"""What an API key may ask for: by scope alone. Rules K2, K3 of docs/subsystems/auth.md."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest

from scheduling.commands import (
    COMMANDS,
    ApplyBulk,
    CommitScenario,
    ExpireBooking,
    LapseChallenge,
    MovePhase,
    ShiftProject,
    UndoCommand,
)
from scheduling.model import Artist
from scheduling.permissions import Actor, authorise
from scheduling.refusals import Code
from scheduling.scopes import Scope, known_noun, scope_of_noun
from scheduling.state import CommandRecord, Touched
from tests.harness.actions import initial_state
from tests.harness.desk import MON, at

STATE = initial_state()
ADA = Artist(id=uuid4(), name="Ada")
CLOCKS = {"booking.expire", "challenge.lapse"}
SINGLE = sorted(op for op, cls in COMMANDS.items() if cls not in {ApplyBulk, UndoCommand})


def key(*scopes: Scope) -> Actor:
    return Actor(
        kind="api_key",
        id=uuid4(),
        name="Robot",
        role="integrator",
        tenant_id=STATE.tenant.id,
        scopes=frozenset(scopes),
    )


def command(op: str):
    """A command of the kind, of which only the kind is looked at."""
    return _hollow(COMMANDS[op])


def _hollow(kind):
    fields = {f.name: uuid4() for f in msgspec.structs.fields(kind) if f.required}
    return kind(**fields)


def test_for_every_command_it_is_decided_what_a_key_needs():
    """A new noun belongs into scheduling/scopes.py."""
    assert [op for op in COMMANDS if not known_noun(op.partition(".")[0])] == []


@pytest.mark.parametrize("op", [op for op in SINGLE if op not in CLOCKS])
def test_each_command_needs_its_scope_and_no_other(op):
    needed = scope_of_noun(op.partition(".")[0])
    assert needed is not None
    also = {Scope.BOOKINGS_WRITE} if op in {"project.shift", "scenario.commit"} else set()
    assert authorise(key(needed, *also), command(op), STATE) is None
    refused = authorise(key(*(set(Scope) - {needed})), command(op), STATE)
    assert refused is not None
    assert refused.code is Code.FORBIDDEN
    assert needed.value in refused.message


def test_a_key_that_moves_bookings_with_the_work_needs_both_scopes():
    with_bookings = MovePhase(phase_id=uuid4(), start=at(MON), with_bookings=True)
    commit = CommitScenario(scenario_id=uuid4())
    for asked in (ShiftProject(project_id=uuid4(), days=1), with_bookings, commit):
        refused = authorise(key(Scope.PROJECTS_WRITE), asked, STATE)
        assert refused is not None
        assert "bookings:write" in refused.message
        assert authorise(key(Scope.PROJECTS_WRITE, Scope.BOOKINGS_WRITE), asked, STATE) is None


@pytest.mark.parametrize("kind", [ExpireBooking, LapseChallenge])
def test_no_key_may_play_the_clock(kind):
    refused = authorise(key(*Scope), _hollow(kind), STATE)
    assert refused is not None
    assert refused.code is Code.FORBIDDEN


def test_a_key_takes_back_only_what_it_might_do():
    record = CommandRecord(
        command_id=uuid4(),
        actor_id=uuid4(),
        touched=(Touched(kind="artist", id=uuid4(), before=None, after=ADA),),
    )
    state = msgspec.structs.replace(STATE, records=STATE.records.set(record.command_id, record))
    undo = UndoCommand(command_id=record.command_id)
    assert authorise(key(Scope.PEOPLE_WRITE), undo, state) is None
    refused = authorise(key(Scope.BOOKINGS_WRITE, Scope.HISTORY_WRITE), undo, state)
    assert refused is not None
    assert Scope.PEOPLE_WRITE.value in refused.message
