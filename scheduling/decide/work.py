"""Decisions about work: projects, phases, the ties between phases, and milestones, each in its room."""

from __future__ import annotations

from typing import assert_never

from scheduling.commands import (
    DependencyCommand,
    MilestoneCommand,
    PhaseCommand,
    ProjectCommand,
    WorkCommand,
)
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.dependencies import decide_dependency
from scheduling.decide.milestones import decide_milestone
from scheduling.decide.phases import decide_phase
from scheduling.decide.projects import decide_project
from scheduling.state import State


def decide_work(state: State, command: WorkCommand, context: Context) -> Outcome:
    """The answer to any command about work."""
    draft = Draft(state, context)
    if isinstance(command, ProjectCommand):
        return decide_project(draft, command)
    if isinstance(command, PhaseCommand):
        return decide_phase(draft, command)
    if isinstance(command, DependencyCommand):
        return decide_dependency(draft, command)
    if isinstance(command, MilestoneCommand):
        return decide_milestone(draft, command)
    assert_never(command)
