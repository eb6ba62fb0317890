"""What bookings are worth in days and money, and which needs of a phase they meet.

Rules W5 and W6 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from scheduling.model import (
    Artist,
    Booking,
    Closure,
    Money,
    Phase,
    Project,
    Rate,
    Skill,
    SkillNeed,
    Status,
    WorkingHours,
    with_changes,
)
from scheduling.staffing import booked_days, budget_of, hours_of_a_day, staffing_of
from tests.harness.actions import NOW, TENANT, ident

PARIS = Artist(id=ident("a"), name="Ada", zone="Europe/Paris", rate=Rate(amount=450, currency="EUR"))
SHORT_WEEK = tuple(WorkingHours(day=day, start="10:00", end="16:00") for day in (0, 1, 2))


def on(day: int, hour: float = 0) -> datetime:
    """March 2026, whose 2nd is a Monday; nine in Paris is eight in UTC."""
    return datetime(2026, 3, day, int(hour), int(hour % 1 * 60), tzinfo=UTC)


def booking(artist: Artist, start: datetime, end: datetime, **fields: object) -> Booking:
    made = Booking(
        id=ident(artist.id, start), artist_id=artist.id, start=start, end=end, created_at=NOW, updated_at=NOW
    )
    return with_changes(made, **fields)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (on(2, 8), on(2, 17), 1),
        (on(2, 8), on(2, 12.5), 0.5),
        (on(2), on(9), 5),
        (on(6, 8), on(9, 17), 2),
        (on(2, 6), on(2, 22), 1),
        (on(7, 8), on(7, 17), 1),
        (on(7, 8), on(7, 12.5), 0.5),
        (on(7), on(8, 22), 2),
    ],
    ids=[
        "nine to six",
        "half of it",
        "a week with its weekend",
        "over a weekend",
        "longer than they work",
        "a Saturday on purpose",
        "half a Saturday",
        "a whole weekend",
    ],
)
def test_a_day_is_the_artists_own(start: datetime, end: datetime, days: float) -> None:
    """[W6]"""
    assert booked_days(TENANT, PARIS, start, end) == pytest.approx(days)


def test_the_hours_of_a_day_are_those_of_the_week_by_its_days() -> None:
    """[W6]"""
    assert hours_of_a_day(PARIS) == 9
    assert hours_of_a_day(with_changes(PARIS, working_hours=SHORT_WEEK)) == 6
    assert hours_of_a_day(with_changes(PARIS, working_hours=())) == 8
    part_time = with_changes(PARIS, working_hours=SHORT_WEEK)
    assert booked_days(TENANT, part_time, on(2), on(9)) == pytest.approx(3)


def test_holidays_are_worth_nothing() -> None:
    """[W6]"""
    closed = with_changes(TENANT, closures=(Closure(day=on(4).date()),))
    assert booked_days(closed, PARIS, on(2), on(9)) == pytest.approx(4)


def test_a_budget_is_held_against_live_bookings_by_status() -> None:
    """[W5]"""
    pound = with_changes(PARIS, id=ident("b"), rate=Rate(amount=400, currency="GBP"))
    unpriced = with_changes(PARIS, id=ident("c"), rate=None)
    budget = Money(amount=1_000, currency="EUR")
    project = Project(id=ident("p"), name="Meridian", budget_days=5, budget_money=budget)
    bookings = [
        booking(PARIS, on(2, 8), on(3, 17), status=Status.CONFIRMED),
        booking(PARIS, on(4, 8), on(4, 17), status=Status.HOLD),
        booking(pound, on(2, 8), on(2, 12.5), status=Status.PENCIL),
        booking(unpriced, on(2, 8), on(3, 17), status=Status.HOLD),
    ]
    artists = {a.id: a for a in (PARIS, pound, unpriced)}
    told = budget_of(TENANT, project, bookings, artists)
    assert (told.booked_days, told.remaining_days, told.unpriced_days) == (5.5, -0.5, 2)
    assert told.cost == (Money(amount=1_350, currency="EUR"), Money(amount=200, currency="GBP"))
    assert told.remaining_money is not None
    assert (told.remaining_money.amount, told.remaining_money.currency) == (-350, "EUR")
    assert {s.status.value: (s.bookings, s.days) for s in told.by_status} == {
        "hold": (2, 3),
        "pencil": (1, 0.5),
        "confirmed": (1, 2),
    }


def test_without_a_budget_nothing_remains_to_be_said() -> None:
    """[W5]"""
    told = budget_of(TENANT, Project(id=ident("p"), name="Meridian"), [], {})
    assert (told.remaining_days, told.remaining_money, told.cost) == (None, None, ())


def person(name: str, *skills: tuple[str, int]) -> Artist:
    listed = tuple(Skill(name=skill, level=level) for skill, level in skills)
    return Artist(id=ident(name), name=name, zone="UTC", skills=listed)


def staffed(needs: list[tuple[str, int, float]], booked: dict[Artist, int]) -> dict[str, tuple[float, float]]:
    """Booked and missing days by need, with so many days from Monday booked of each artist."""
    phase = Phase(
        id=ident("phase"),
        project_id=ident("p"),
        name="Comp",
        duration_hours=8,
        skills=tuple(SkillNeed(name=n, level=level, days=days) for n, level, days in needs),
    )
    bookings = [booking(a, on(2 + n, 9), on(2 + n, 18)) for a, days in booked.items() for n in range(days)]
    artists: dict[UUID, Artist] = {a.id: a for a in booked}
    told = staffing_of(TENANT, phase, bookings, artists)
    assert told.booked_days == sum(booked.values())
    return {n.name: (n.booked_days, n.missing_days) for n in told.needs} | {"": (told.other_days, 0)}


def test_booked_days_meet_the_needs_of_their_skill_and_level() -> None:
    """[W6]"""
    ada, bo, cy = person("Ada", ("comp", 7)), person("Bo", ("Comp", 3)), person("Cy", ("roto", 5))
    told = staffed([("Comp", 5, 5)], {ada: 3, bo: 2, cy: 1})
    assert told == {"Comp": (3, 2), "": (3, 0)}


def test_a_day_counts_for_one_need_and_specialists_count_first() -> None:
    """[W6]"""
    both, one = person("Both", ("comp", 5), ("roto", 5)), person("One", ("comp", 5))
    told = staffed([("comp", 0, 3), ("roto", 0, 2)], {both: 3, one: 2})
    assert told == {"comp": (3, 0), "roto": (2, 0), "": (0, 0)}


def test_what_is_over_counts_for_the_first_need_that_is_met() -> None:
    """[W6]"""
    both = person("Both", ("comp", 5), ("roto", 5))
    assert staffed([("comp", 0, 1), ("roto", 0, 1)], {both: 4})["comp"] == (3, 0)
