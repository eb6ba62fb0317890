"""Working hours as people write them."""

import pytest

from server.imports.problems import Fault
from server.imports.working_hours import parse_working_hours


def hours(text):
    found = parse_working_hours(text)
    assert not isinstance(found, Fault), found
    return [(span.day, span.start, span.end) for span in found]


WEEKDAYS = [(day, "09:00", "18:00") for day in range(5)]


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 09:00-18:00",
        "mon - fri: 9:00 – 18:00",
        "Mo-Fr 9-18",
        "Mo.-Fr. 9h-18h",
        "Monday to Friday 9am to 6pm",
        "Mo bis Fr 9 bis 18 Uhr",
        "lun-ven 9h00-18h00",
        "9:00-18:00",
        "Mon,Tue,Wed,Thu,Fri 09:00-18:00",
        "weekdays 09:00-18:00",
        "Mon-Wed 9-18; Thu & Fri 9-18",
        "Mon-Fri 09:00-12:00, 12:00-18:00",
    ],
)
def test_an_office_week_is_read_in_every_usual_form(text):
    assert hours(text) == WEEKDAYS


def test_days_differ_and_breaks_are_kept():
    assert hours("Mon-Tue 09:00-12:00, 13:00-17:30; Sat 10-14") == [
        (0, "09:00", "12:00"),
        (0, "13:00", "17:30"),
        (1, "09:00", "12:00"),
        (1, "13:00", "17:30"),
        (5, "10:00", "14:00"),
    ]


def test_a_night_shift_goes_on_in_the_next_day():
    assert hours("Fri 22:00-06:00") == [(4, "22:00", "24:00"), (5, "00:00", "06:00")]
    assert hours("Sun 22:00-06:00") == [(0, "00:00", "06:00"), (6, "22:00", "24:00")]


def test_a_range_of_days_may_cross_the_weekend():
    assert [day for day, _, _ in hours("Sat-Mon 10-14")] == [0, 5, 6]


def test_overlapping_hours_are_joined():
    assert hours("Mon 9-13, 12-18") == [(0, "09:00", "18:00")]


def test_a_whole_day_ends_at_midnight():
    assert hours("daily 00:00-24:00")[0] == (0, "00:00", "24:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "Mon-Fri",
        "Mon 9",
        "Mon 9-",
        "9-18 Mon",
        "Mon 25:00-26:00",
        "Mon 9 18",
        "Mon-Fri 9–18 tea",
    ],
)
def test_what_makes_no_sense_is_a_fault(text):
    assert isinstance(parse_working_hours(text), Fault)
