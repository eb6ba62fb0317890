"""Working hours as intervals: on the wall's clock, in any zone, through the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.model import OFFICE_HOURS, WorkingHours
from scheduling.working_time import Span, joined, without, working_spans


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Span:
    return Span(start=utc(start), end=utc(end))


def working(hours: list[tuple[int, str, str]], zone: str, start: str, end: str) -> tuple[Span, ...]:
    spans = [WorkingHours(day=d, start=s, end=e) for d, s, e in hours]
    return working_spans(spans, zone, utc(start), utc(end))


def test_a_week_of_office_hours_is_45_hours() -> None:
    week = working_spans(OFFICE_HOURS, "Europe/Paris", utc("2026-03-02T00:00"), utc("2026-03-09T00:00"))
    assert len(week) == 5
    assert sum((s.end - s.start for s in week), timedelta()) == timedelta(hours=45)
    assert week[0] == span("2026-03-02T08:00", "2026-03-02T17:00"), "nine in Paris is eight in UTC"


def test_only_what_lies_in_the_window_counts() -> None:
    spans = working([(0, "09:00", "18:00")], "UTC", "2026-03-02T10:00", "2026-03-02T11:00")
    assert spans == (span("2026-03-02T10:00", "2026-03-02T11:00"),)
    assert working([(0, "09:00", "18:00")], "UTC", "2026-03-02T18:00", "2026-03-03T09:00") == ()


def test_far_zones_work_on_their_own_days() -> None:
    """Monday morning in Auckland is Sunday evening in UTC."""
    spans = working([(0, "09:00", "17:00")], "Pacific/Auckland", "2026-03-01T00:00", "2026-03-03T00:00")
    assert spans == (span("2026-03-01T20:00", "2026-03-02T04:00"),)


def test_hours_across_midnight_are_one_span() -> None:
    spans = working(
        [(0, "22:00", "24:00"), (1, "00:00", "02:00")], "UTC", "2026-03-02T00:00", "2026-03-04T00:00"
    )
    assert spans == (span("2026-03-02T22:00", "2026-03-03T02:00"),)


def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change() -> None:
    night = [(6, "00:00", "06:00")]
    (spring,) = working(night, "Europe/Berlin", "2026-03-28T00:00", "2026-03-30T00:00")
    (autumn,) = working(night, "Europe/Berlin", "2026-10-24T00:00", "2026-10-26T00:00")
    assert spring.end - spring.start == timedelta(hours=5)
    assert autumn.end - autumn.start == timedelta(hours=7)


def test_hours_that_hold_the_repeated_hour_hold_it_twice() -> None:
    (spans,) = working([(6, "02:00", "03:00")], "Europe/Berlin", "2026-10-24T00:00", "2026-10-26T00:00")
    assert spans.end - spans.start == timedelta(hours=2)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("year", [2011, 2026])
def test_nine_to_six_is_nine_hours_on_every_ordinary_working_day(zone: str, year: int) -> None:
    """Clocks change at night; Apia skipped 30 December 2011 whole."""
    start, end = utc(f"{year}-01-01T00:00"), utc(f"{year + 1}-01-01T00:00")
    spans = working_spans(OFFICE_HOURS, zone, start, end)
    inner = [s for s in spans if start < s.start and s.end < end]
    assert {s.end - s.start for s in inner} == {timedelta(hours=9)}
    days = {s.start.astimezone(ZoneInfo(zone)).date() for s in inner}
    assert len(days) == len(inner)
    assert (date(2011, 12, 30) in days) is (year == 2011 and zone != "Pacific/Apia")


def test_joined_spans_are_in_order_and_apart() -> None:
    spans = [span("2026-03-02T12:00", "2026-03-02T13:00"), span("2026-03-02T09:00", "2026-03-02T10:00")]
    touching = span("2026-03-02T10:00", "2026-03-02T12:00")
    assert joined(spans) == (spans[1], spans[0])
    assert joined([*spans, touching]) == (span("2026-03-02T09:00", "2026-03-02T13:00"),)
    assert joined([]) == ()


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [("09:00", "18:00")]),
        ([("08:00", "09:00"), ("18:00", "19:00")], [("09:00", "18:00")]),
        ([("08:00", "10:00")], [("10:00", "18:00")]),
        ([("17:00", "19:00")], [("09:00", "17:00")]),
        ([("12:00", "13:00")], [("09:00", "12:00"), ("13:00", "18:00")]),
        ([("12:00", "13:00"), ("12:30", "14:00")], [("09:00", "12:00"), ("14:00", "18:00")]),
        ([("08:00", "19:00")], []),
        ([("09:00", "18:00")], []),
    ],
)
def test_what_is_taken_is_cut_out(taken: list[tuple[str, str]], left: list[tuple[str, str]]) -> None:
    def on_monday(spans: list[tuple[str, str]]) -> tuple[Span, ...]:
        return tuple(span(f"2026-03-02T{start}", f"2026-03-02T{end}") for start, end in spans)

    assert without(on_monday([("09:00", "18:00")]), on_monday(taken)) == on_monday(left)
