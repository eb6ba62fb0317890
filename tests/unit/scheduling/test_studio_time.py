"""The studio's working time as a line of numbers.

Rule F1 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.calendars import Calendar, studio_calendar
from scheduling.model import Closure, WorkingHours, with_changes
from scheduling.ranges import EARLIEST, LATEST
from scheduling.studio_time import BEYOND, StudioTime
from scheduling.working_time import working_spans
from tests.harness.actions import TENANT

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NIGHTS = Calendar(
    hours=tuple(
        WorkingHours(day=d, start=s, end=e)
        for d in (0, 5, 6)
        for s, e in (("00:00", "05:00"), ("22:00", "24:00"))
    ),
    zone="America/New_York",
)
OFFICE = studio_calendar(TENANT)
INSTANTS = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minute: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
CALENDARS = st.sampled_from([OFFICE, NIGHTS, with_changes(OFFICE, country="DE")])


@settings(max_examples=150, deadline=None)
@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
def test_a_length_is_the_working_time_between_two_instants(
    calendar: Calendar, origin: datetime, one: datetime, other: datetime
) -> None:
    start, end = sorted((one, other))
    line = StudioTime(with_changes(calendar, country=""), origin)
    spans = working_spans(calendar.hours, calendar.zone, start, end)
    worked = sum((s.end - s.start for s in spans), timedelta())
    assert line.position(end) - line.position(start) == worked.total_seconds()


@settings(max_examples=150, deadline=None)
@given(CALENDARS, INSTANTS, INSTANTS)
def test_both_instants_of_a_position_are_at_it_and_nothing_lies_between(
    calendar: Calendar, origin: datetime, at: datetime
) -> None:
    line = StudioTime(calendar, origin)
    position = line.position(at)
    closes, opens = line.closes(position), line.opens(position)
    assert closes <= at <= opens
    assert line.position(closes) == line.position(opens) == position
    second = timedelta(seconds=1)
    assert line.position(closes - second) < position < line.position(opens + second)


def test_fridays_end_and_mondays_beginning_are_one_position() -> None:
    line = StudioTime(OFFICE, MONDAY)
    friday, monday = MONDAY + timedelta(days=4, hours=17), MONDAY + timedelta(days=7, hours=8)
    assert line.position(friday) == line.position(monday)
    assert (line.closes(line.position(friday)), line.opens(line.position(friday))) == (friday, monday)


def test_closing_days_take_no_time() -> None:
    closed = with_changes(OFFICE, closures=(Closure(day=(MONDAY + timedelta(days=1)).date()),))
    line = StudioTime(closed, MONDAY)
    week = line.position(MONDAY + timedelta(days=7)) - line.position(MONDAY)
    assert week == 4 * 9 * 3600


def test_the_line_ends_with_the_calendar() -> None:
    line = StudioTime(OFFICE, MONDAY)
    assert line.opens(10**12) == line.closes(10**12) == LATEST
    assert line.opens(-(10**12)) == line.closes(-(10**12)) == BEYOND
    assert BEYOND < EARLIEST
