"""Dates and times as spreadsheets and people write them."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from server.imports.dates import infer_order, parse_clock, parse_when
from server.imports.problems import Fault, Problem

wall = datetime.fromisoformat

NEW_YEARS_EVE = wall("2026-12-31")


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31",
        "2026/12/31",
        "2026.12.31",
        "20261231",
        "31.12.2026",
        "31. 12. 2026",
        "31/12/2026",
        "12/31/2026",
        "31-12-2026",
        "31.12.26",
        "31-Dec-26",
        "31 Dec 2026",
        "Dec 31, 2026",
        "December 31st, 2026",
        "31. Dezember 2026",
        "31 décembre 2026",
        "31 de diciembre de 2026",
        "Thu 31/12/2026",
        "Do., 31.12.2026",
        "jeu. 31/12/2026",
        "46387",
    ],
)
def test_a_day_is_read_in_every_usual_form(text):
    when = parse_when(text, None)
    assert when.local == NEW_YEARS_EVE
    assert when.whole_day


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31 17:30",
        "2026-12-31T17:30",
        "2026-12-31T17:30:00",
        "31.12.2026 17:30",
        "31.12.2026, 17:30 Uhr",
        "31/12/2026 5:30 PM",
        "12/31/2026 05:30pm",
        "31/12/2026 17h30",
        "31 Dec 2026 17:30:00",
        "46387.7291667",
        "46387,7291666667",
        "2026-12-31 17:30:00.000",
        "20261231T173000",
    ],
)
def test_a_time_beside_the_day_is_read(text):
    when = parse_when(text, None)
    assert when.local == wall("2026-12-31T17:30")
    assert not when.whole_day


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-12-31T17:30:00Z", UTC),
        ("2026-12-31 17:30 UTC", UTC),
        ("2026-12-31T17:30:00+01:00", timezone(timedelta(hours=1))),
        ("2026-12-31T17:30:00-0530", timezone(-timedelta(hours=5, minutes=30))),
    ],
)
def test_an_offset_beside_the_time_is_kept(text, offset):
    assert parse_when(text, None).offset == offset


def test_midnight_at_the_end_of_a_day_is_the_next_day():
    assert parse_when("2026-12-31 24:00", None).local == wall("2027-01-01")


@pytest.mark.parametrize(("order", "month"), [("dmy", 4), ("mdy", 3)])
def test_the_order_settles_which_number_is_the_day(order, month):
    assert parse_when("03/04/2026", order).local.month == month


def test_without_an_order_such_a_date_is_a_fault():
    assert parse_when("03/04/2026", None).code == "ambiguous_date"


def test_a_date_that_reads_the_same_both_ways_needs_no_order():
    assert parse_when("05/05/2026", None).local == wall("2026-05-05")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "31.02.2026",
        "32/01/2026",
        "2026",
        "1 2 3",
        "31/12-2026",
        "99999",
        "12345",
        "-5",
        "2026-12-31 later",
    ],
)
def test_what_is_no_date_is_a_fault_that_says_what_is_expected(text):
    fault = parse_when(text, None)
    assert isinstance(fault, Fault)
    assert fault.expected


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("09:00", time(9)),
        ("9:00", time(9)),
        ("9 am", time(9)),
        ("12 am", time(0)),
        ("12:15 p.m.", time(12, 15)),
        ("17:30:15", time(17, 30, 15)),
        ("0.375", time(9)),
        ("0,75", time(18)),
        ("9h", time(9)),
        ("18.30", time(18, 30)),
    ],
)
def test_times_of_day_are_read(text, clock):
    assert parse_clock(text)[0] == clock


@pytest.mark.parametrize("text", ["25:00", "9:75", "13 pm", "0 am", "9", "noon", "24:01", ""])
def test_what_is_no_time_is_a_fault(text):
    assert isinstance(parse_clock(text), Fault)


def column(*texts):
    return [(line, "Start", text) for line, text in enumerate(texts, start=2)]


def test_one_date_tells_the_order_of_the_whole_column():
    assert infer_order(column("03/04/2026", "25/04/2026", "05/06/2026")) == "dmy"
    assert infer_order(column("03/04/2026", "04/25/2026")) == "mdy"


def test_dots_mean_day_first_unless_a_date_says_otherwise():
    assert infer_order(column("03.04.2026", "05.06.2026")) == "dmy"
    assert infer_order(column("03.04.2026", "05.26.2026")) == "mdy"


def test_a_column_that_needs_no_order_has_none():
    assert infer_order(column("2026-01-02", "46387", "5/5/2026", "nonsense")) is None


def test_a_column_that_reads_both_ways_asks_for_the_order():
    found = infer_order(column("2026-01-02", "03/04/2026", "05/06/2026"))
    assert isinstance(found, Problem)
    assert (found.code, found.line, found.column, found.blocks_file) == ("ambiguous_date", 3, "Start", True)
    assert "dmy" in found.expected


def test_a_column_with_both_orders_asks_too_and_shows_them():
    found = infer_order(column("03/04/2026", "25/04/2026", "04/25/2026"))
    assert isinstance(found, Problem)
    assert "25/04/2026 in row 3" in found.reason


def test_a_mixed_column_without_doubtful_dates_is_read_date_by_date():
    assert infer_order(column("25/04/2026", "04/26/2026")) is None
    assert parse_when("25/04/2026", None).local == wall("2026-04-25")
    assert parse_when("04/26/2026", None).local == wall("2026-04-26")
