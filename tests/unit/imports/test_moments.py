"""From wall-clock times to instants."""

from datetime import UTC, datetime

import pytest

from server.imports.dates import parse_when
from server.imports.moments import resolve
from server.imports.problems import Fault


def span(start, end, zone="Europe/Berlin"):
    found = resolve(parse_when(start, None), parse_when(end, None), zone)
    return found if isinstance(found, Fault) else tuple(f"{at:%Y-%m-%d %H:%M}" for at in found)


@pytest.mark.parametrize(
    ("start", "end", "zone", "expected"),
    [
        ("2026-01-05", "2026-01-09", "Europe/Berlin", ("2026-01-04 23:00", "2026-01-09 23:00")),
        ("2026-01-05", "2026-01-05", "Asia/Tokyo", ("2026-01-04 15:00", "2026-01-05 15:00")),
        ("2026-03-29", "2026-03-29", "Europe/Berlin", ("2026-03-28 23:00", "2026-03-29 22:00")),
        ("2026-10-25", "2026-10-25", "Europe/Berlin", ("2026-10-24 22:00", "2026-10-25 23:00")),
        ("2026-01-05 09:00", "2026-01-05 18:00", "Europe/Berlin", ("2026-01-05 08:00", "2026-01-05 17:00")),
        ("2026-01-05 09:00", "2026-01-06", "Europe/Berlin", ("2026-01-05 08:00", "2026-01-06 23:00")),
        (
            "2026-01-05T09:00Z",
            "2026-01-05T18:00+02:00",
            "Asia/Tokyo",
            ("2026-01-05 09:00", "2026-01-05 16:00"),
        ),
        # The clocks of Santiago skip midnight: the day begins at one.
        ("2026-09-06", "2026-09-06", "America/Santiago", ("2026-09-06 04:00", "2026-09-07 03:00")),
        # Shown twice: the first of the two.
        ("2026-10-25 02:30", "2026-10-25 04:00", "Europe/Berlin", ("2026-10-25 00:30", "2026-10-25 03:00")),
    ],
)
def test_ranges_are_read_in_their_zone(start, end, zone, expected):
    assert span(start, end, zone) == expected


@pytest.mark.parametrize(
    ("start", "end", "code", "word"),
    [
        ("2026-01-06", "2026-01-05", "bad_range", "before"),
        ("2026-01-05 09:00", "2026-01-05 09:00", "bad_range", "before"),
        ("2026-01-05 00:00", "2026-01-05 00:00", "bad_range", "the instant"),
        ("2026-03-29 02:30", "2026-03-29 04:00", "no_such_time", "skip 02:30"),
        ("2026-01-05", "2028-01-05", "too_long", "days long"),
        ("1999-01-05", "1999-01-06", "out_of_range", "calendar"),
        ("2100-12-31", "2101-01-01", "out_of_range", "calendar"),
        ("9999-12-31", "9999-12-31", "out_of_range", "calendar"),
        ("0001-01-01", "0001-01-01", "out_of_range", "calendar"),
    ],
)
def test_ranges_that_cannot_be_say_why(start, end, code, word):
    fault = span(start, end)
    assert isinstance(fault, Fault), fault
    assert fault.code == code
    assert word in fault.reason


def test_instants_are_in_utc():
    found = resolve(parse_when("2026-01-05", None), parse_when("2026-01-05", None), "Europe/Berlin")
    assert found[0] == datetime(2026, 1, 4, 23, tzinfo=UTC)
    assert found[0].tzinfo is UTC
