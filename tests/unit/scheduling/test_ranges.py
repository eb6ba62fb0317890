"""Which ranges the schedule can hold: half-open, whole seconds, years 2000 to 2100, at most 366 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from realtime.protocol import parse_args
from scheduling.ranges import check_instant, utc
from scheduling.refusals import Refused
from scheduling.scope import first_needs
from tests.harness.desk import ADA, PHASES, PROJECT, WED, Desk, at, days


def place(desk: Desk, start: str, end: str) -> Refused:
    return desk.refused("invalid", "booking.place", {"artist_id": ADA, "start": start, "end": end})


@pytest.mark.parametrize("hours", [0, -1, -24 * 400])
def test_a_range_ends_after_it_starts(hours: int) -> None:
    args = {"artist_id": ADA, "start": at(WED), "end": at(WED) + timedelta(hours=hours)}
    refused = Desk().refused("invalid", "booking.place", args)
    assert "must end after it starts" in refused.message
    assert refused.data
    assert refused.data.path == "end"


def test_one_second_is_a_booking() -> None:
    desk = Desk()
    desk.do("booking.place", {"artist_id": ADA, "start": at(WED), "end": at(WED) + timedelta(seconds=1)})


def test_366_days_are_a_booking_and_a_second_more_is_not() -> None:
    desk = Desk()
    end = at(WED) + timedelta(days=366)
    over = {"artist_id": ADA, "start": at(WED), "end": end + timedelta(seconds=1)}
    assert "at most 366 days" in desk.refused("invalid", "booking.place", over).message
    desk.do("booking.place", {"artist_id": ADA, "start": at(WED), "end": end})


def test_a_hundred_years_are_refused() -> None:
    refused = place(Desk(), "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
    assert refused.message == "A booking lasts at most 366 days; got 36525."


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1999-12-31T23:00:00Z", "2000-01-01T01:00:00Z"),
        ("2100-12-31T23:00:00Z", "2101-01-01T01:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("9999-12-31T00:00:00Z", "9999-12-31T12:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00Z"),
        ("9999-12-31T12:00:00Z", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_the_calendar_has_two_ends(start: str, end: str) -> None:
    """The last two lie beyond what a datetime in UTC can say: refused like the others, no overflow."""
    assert "between 2000 and 2100" in place(Desk(), start, end).message


def test_a_range_at_either_end_is_held() -> None:
    desk = Desk()
    for start in ("2000-01-01T00:00:00", "2100-12-31T00:00:00"):
        args = {"artist_id": ADA, "start": f"{start}Z", "end": f"{start[:11]}12:00:00Z"}
        desk.do("booking.place", args)


def test_parts_of_seconds_are_refused() -> None:
    assert "whole seconds" in place(Desk(), "2026-03-04T09:00:00.5Z", "2026-03-04T17:00:00Z").message
    assert "whole seconds" in place(Desk(), "2026-03-04T09:00:00Z", "2026-03-04T17:00:00.000001Z").message


def test_any_offset_is_taken_and_kept_as_utc() -> None:
    desk = Desk()
    (event,) = desk.do(
        "booking.place",
        {"artist_id": ADA, "start": "2026-03-04T09:00:00+09:00", "end": "2026-03-04T09:00:00-03:30"},
    )
    encoded = msgspec.json.decode(msgspec.json.encode(event))["booking"]
    assert (encoded["start"], encoded["end"]) == ("2026-03-04T00:00:00Z", "2026-03-04T12:30:00Z")


def test_a_time_without_an_offset_is_no_moment() -> None:
    args = {"artist_id": str(ADA), "start": "2026-03-04T09:00:00", "end": "2026-03-04T17:00:00Z"}
    refused = parse_args("booking.place", msgspec.json.encode(args))
    assert isinstance(refused, Refused)
    assert "timezone" in refused.message


@pytest.mark.parametrize("verb", ["move", "resize"])
def test_a_booking_is_moved_to_ranges_that_exist_only(verb: str) -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.refuse_on("invalid", verb, booking, start=at(WED), end=at(WED))
    desk.refuse_on(
        "invalid", verb, booking, start="0001-01-01T00:00:00+14:00", end="9999-12-31T23:59:59-12:00"
    )


@pytest.mark.parametrize("clock", ["response_deadline", "expires_at"])
def test_deadlines_lie_within_the_calendar_too(clock: str) -> None:
    args: dict[str, Any] = {"artist_id": ADA, **days(WED), clock: "9999-12-31T23:59:59-12:00"}
    refused = Desk().refused("invalid", "booking.place", args)
    assert refused.data
    assert refused.data.path == clock


def test_phases_lie_within_the_calendar_in_order_and_with_both_ends() -> None:
    desk = Desk()
    phase = {"project_id": PROJECT, "name": "Comp", "duration_hours": 8}
    ends = {"start": "0001-01-01T00:00:00+14:00", "end": "0001-01-02T00:00:00Z"}
    desk.refused("invalid", "phase.add", {**phase, **ends})
    desk.refused("invalid", "phase.add", {**phase, "start": at(WED), "end": at(WED)})
    assert "or neither" in desk.refused("invalid", "phase.add", {**phase, "start": at(WED)}).message
    desk.refused("invalid", "phase.edit", {"phase_id": PHASES[0], "end": at(WED)})
    (event,) = desk.do("phase.add", {**phase, "start": "2026-03-04T09:00:00+09:00", "end": at(WED + 1)})
    assert msgspec.json.decode(msgspec.json.encode(event))["phase"]["start"] == "2026-03-04T00:00:00Z"


def test_a_moment_beyond_the_calendars_end_is_the_end() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    for moment in (datetime(1, 1, 1, tzinfo=east), datetime(9999, 12, 31, 23, tzinfo=west)):
        assert utc(moment).tzinfo is UTC
        assert check_instant("start", utc(moment)) is not None


def test_nothing_is_loaded_for_a_range_that_is_none() -> None:
    args = {"artist_id": str(ADA), "start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59-12:00"}
    command: Any = parse_args("booking.place", msgspec.json.encode(args))
    assert first_needs(command).windows == frozenset()
