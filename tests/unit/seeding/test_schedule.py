"""The demo's schedule can be placed on whatever day it is drawn up."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from scheduling.commands import AcceptBooking
from scheduling.decide import Context, decide
from scheduling.model import Tenant
from scheduling.moving import critical_path_of
from scheduling.permissions import system_actor
from scheduling.refusals import Refused
from scheduling.staffing import budget_of
from scheduling.state import State
from server.seed import DEMO, OTHER
from server.seeding.bookings import plan_bookings
from server.seeding.people import read_cast
from server.seeding.work import phase_commands, project_commands

TENANT = UUID(int=7)

STILL_TO_BE_PLANNED = {"Ferry Nine", "Winter Almanac"}
"""For the solver to show what it can do."""


def everything(studio, now):
    cast = read_cast(studio, TENANT)
    monday = now.date() - timedelta(days=now.weekday())
    planned = plan_bookings(cast, monday, now, random.Random(studio.seed), again=studio.again)
    return [
        *cast.commands,
        *project_commands(cast, monday),
        *phase_commands(cast, monday),
        *(one.place for one in planned),
        *(AcceptBooking(booking_id=one.id) for one in planned if one.accepted),
    ]


@pytest.mark.parametrize("studio", [DEMO, OTHER], ids=lambda studio: studio.slug)
@pytest.mark.parametrize(
    "now",
    [datetime(2026, month, 3 + month, 2 * month - 1, 59, 59, tzinfo=UTC) for month in range(1, 13)],
    ids=lambda now: f"{now:%d %b}",
)
def test_every_command_of_the_seed_is_accepted_on_any_day(studio, now):
    state = State(tenant=Tenant(id=TENANT, name="Demo", slug="demo", zone="Europe/Berlin"))
    for number, command in enumerate(everything(studio, now)):
        context = Context(actor=system_actor(TENANT), now=now, command_id=UUID(int=number + 1))
        outcome = decide(state, command, context)
        assert not isinstance(outcome, Refused), (command, outcome)
        state = outcome.state
    assert len(state.bookings) >= (350 if studio is DEMO else 15)
    for project in state.projects.values():
        plan = critical_path_of(state, project, now)
        assert not plan.violated, f"{project.name} is drawn against its own ties"
        assert plan.critical
        days = booked_days_of(state, project)
        if project.name in STILL_TO_BE_PLANNED:
            assert days == 0
            continue
        assert 0.5 * (project.budget_days or 0) < days < 1.5 * (project.budget_days or 0), project.name
    assert {mark.done for mark in state.milestones.values()} == {True, False}


def booked_days_of(state, project):
    live = [b for b in state.bookings.values() if b.live and b.project_id == project.id]
    return budget_of(state.tenant, project, live, state.artists).booked_days
