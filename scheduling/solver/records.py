"""A studio's records, and what of them is planned."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from scheduling.model import Artist, Booking, Dependency, Phase, Project, Tenant, TimeOff
from scheduling.solver.problem import Weights

PRICE_UNIT = 20
"""A rate of 400 a day is 10 a slot: prices are in units of 20 of the rate's currency."""
STUDIO = Weights(
    cost=1,
    lateness=20,
    overload=5,
    move_hold=60,
    move_pencil=150,
    near=20,
    nearness=2,
    stranger=15,
    unwanted=20,
)
"""A slot of lateness costs as much as two of an artist; moving a pencil as much as a week of lateness."""


class Records(Struct, frozen=True, kw_only=True):
    """What is known of the studio; of bookings and times off only live and approved ones are looked at."""

    tenant: Tenant
    artists: tuple[Artist, ...] = ()
    projects: tuple[Project, ...] = ()
    phases: tuple[Phase, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    bookings: tuple[Booking, ...] = ()
    times_off: tuple[TimeOff, ...] = ()


class Scope(Struct, frozen=True, kw_only=True):
    """What is planned: `projects` (None: all), from `start` up to and with `end`, nothing before `now`."""

    start: date
    end: date
    now: datetime
    projects: frozenset[UUID] | None = None
    weights: Weights = STUDIO
