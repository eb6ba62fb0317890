"""decide(state, command, context) -> Accepted(events) | Refused: the one place that says yes or no."""

from __future__ import annotations

from typing import assert_never

from scheduling.commands import (
    AnswerChallenge,
    BookingCommand,
    ChallengeCommand,
    LapseChallenge,
    PeopleCommand,
    RestoreCommand,
    ScenarioCommand,
    SeriesCommand,
    SingleCommand,
    TimeOffCommand,
    UndoCommand,
    WithdrawChallenge,
    WorkCommand,
)
from scheduling.decide.bookings import decide_booking
from scheduling.decide.challenges import about_challenge, decide_challenge, keep_challenges
from scheduling.decide.context import Accepted, Context, Outcome
from scheduling.decide.history import decide_undo
from scheduling.decide.people import decide_people
from scheduling.decide.restore import decide_restore
from scheduling.decide.scenarios import decide_scenario
from scheduling.decide.series import decide_series
from scheduling.decide.time_off import decide_time_off
from scheduling.decide.versions import check_version
from scheduling.decide.work import decide_work
from scheduling.permissions import authorise
from scheduling.refusals import Refused
from scheduling.state import State

__all__ = ["Accepted", "Context", "Outcome", "decide"]


_ABOUT_CHALLENGES = (AnswerChallenge, WithdrawChallenge, LapseChallenge)


def decide(state: State, command: SingleCommand, context: Context) -> Outcome:
    """Authorise the command, hold it against the version it was based on, and decide it.

    Pure: the same arguments give the same outcome. `state` must hold what `scope.needs` names.
    """
    refused = authorise(context.actor, command, state) or check_version(state, command, context)
    if refused:
        return refused
    outcome = _decide(state, command, context)
    if isinstance(outcome, Refused):
        return outcome
    kept = keep_challenges(outcome, context)
    if isinstance(command, _ABOUT_CHALLENGES):
        return about_challenge(kept, command)
    return kept


def _decide(state: State, command: SingleCommand, context: Context) -> Outcome:
    if isinstance(command, UndoCommand):
        return decide_undo(state, command, context)
    if isinstance(command, RestoreCommand):
        return decide_restore(state, command, context)
    if isinstance(command, BookingCommand):
        return decide_booking(state, command, context)
    if isinstance(command, SeriesCommand):
        return decide_series(state, command, context)
    if isinstance(command, ScenarioCommand):
        return decide_scenario(state, command, context)
    if isinstance(command, ChallengeCommand):
        return decide_challenge(state, command, context)
    if isinstance(command, TimeOffCommand):
        return decide_time_off(state, command, context)
    if isinstance(command, WorkCommand):
        return decide_work(state, command, context)
    if isinstance(command, PeopleCommand):
        return decide_people(state, command, context)
    assert_never(command)
