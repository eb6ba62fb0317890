"""Numbers, rates, skills, zones and states in cells."""

import pytest

from scheduling.model import Rate, Skill, Status
from server.imports.cells import (
    parse_booking_status,
    parse_colour,
    parse_number,
    parse_project_status,
    parse_rate,
    parse_skills,
    parse_tags,
    parse_yes_no,
    parse_zone,
)
from server.imports.problems import Fault


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("450", 450),
        ("450.5", 450.5),
        ("450,5", 450.5),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1 234,50", 1234.5),
        ("1\u00a0234,50", 1234.5),
        ("1'234.50", 1234.5),
        ("1.234", 1234),
        ("1,234", 1234),
        ("12.8", 12.8),
        ("1.234.567", 1234567),
        ("0,125", 0.125),
        ("-3", -3),
    ],
)
def test_numbers_are_read_with_decimal_point_or_comma(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "abc", "1e9", "--1", "12 apples"])
def test_what_is_no_number_is_none(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("450", Rate(amount=450, currency="EUR")),
        ("450,50 €", Rate(amount=450.5, currency="EUR")),
        ("£600/day", Rate(amount=600, currency="GBP")),
        ("USD 1,200.00 per day", Rate(amount=1200, currency="USD")),
        ("330 USD", Rate(amount=330, currency="USD")),
        ("430 cad", Rate(amount=430, currency="CAD")),
        ("500 EUR d", Rate(amount=500, currency="EUR")),
        ("65 EUR/h", Rate(amount=520, currency="EUR")),
        ("65 € / Std.", Rate(amount=520, currency="EUR")),
        ("1'200 CHF", Rate(amount=1200, currency="CHF")),
        ("480 €/Tag", Rate(amount=480, currency="EUR")),
    ],
)
def test_rates_are_prices_of_a_day(text, rate):
    assert parse_rate(text, None, "EUR") == rate


def test_a_currency_column_is_taken_at_its_word():
    assert parse_rate("450", "chf", "EUR") == Rate(amount=450, currency="CHF")


@pytest.mark.parametrize("text", ["cheap", "-5", "450 apples", "10000000000"])
def test_what_is_no_rate_is_a_fault(text):
    assert isinstance(parse_rate(text, None, "EUR"), Fault)


def test_skills_carry_levels_and_years():
    assert parse_skills("Compositing:senior; Roto (3); FX (lead, 5 years); Matte painting") == (
        Skill(name="Compositing", level=7),
        Skill(name="Roto", level=3),
        Skill(name="FX", level=9, years=5),
        Skill(name="Matte painting", level=3),
    )


@pytest.mark.parametrize("text", ["Comp, Roto", "Comp;Roto", "Comp | Roto", "Comp\nRoto", " Comp ,, Roto ;"])
def test_skills_are_separated_in_every_usual_way(text):
    assert [skill.name for skill in parse_skills(text)] == ["Comp", "Roto"]


def test_commas_inside_brackets_do_not_separate_skills():
    assert parse_skills("FX (lead, 3,5 Jahre), Roto") == (
        Skill(name="FX", level=9, years=3.5),
        Skill(name="Roto", level=3),
    )


def test_a_skill_that_stands_twice_counts_once_at_its_best():
    assert parse_skills("Roto:2; roto:8; Roto") == (Skill(name="roto", level=8),)


@pytest.mark.parametrize("text", ["Roto:11", "Roto (grand master)", "Roto (3", ":senior", "Roto:2:3"])
def test_what_is_no_skill_is_a_fault_that_shows_it(text):
    fault = parse_skills(text)
    assert isinstance(fault, Fault)
    assert text[:4] in fault.reason


@pytest.mark.parametrize("text", ["a " * 20_000, "(" * 20_000, "a:" * 20_000, "a(" * 20_000 + ")" * 20_000])
def test_nasty_skills_are_a_fault_and_no_endless_search(text):
    """Where the pattern could back out of what it matched in two ways, this would not end."""
    assert isinstance(parse_skills(text), Fault)


@pytest.mark.parametrize("text", [";" * 20_000 + "x", " " * 20_000 + "x"])
def test_much_of_nothing_around_a_skill_is_nothing(text):
    assert parse_skills(text) == (Skill(name="x", level=3),)


def test_tags_are_unique_and_in_order():
    assert parse_tags("remote, staff;remote |night shift") == ("remote", "staff", "night shift")
    assert isinstance(parse_tags("x" * 61), Fault)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#4F7CAC", "#4f7cac"), ("4f7cac", "#4f7cac"), ("#abc", "#aabbcc"), ("Teal", "#2a9d8f")],
)
def test_colours_are_read(text, colour):
    assert parse_colour(text) == colour


def test_what_is_no_colour_is_a_fault():
    assert isinstance(parse_colour("sky"), Fault)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_known_by_iana_and_windows_names(text, zone):
    assert parse_zone(text) == zone


def test_a_city_or_a_misspelling_is_answered_with_the_zone_meant():
    assert "Europe/Berlin" in parse_zone("berlin").expected
    assert "Europe/Berlin" in parse_zone("Europe/Berlni").expected
    assert "such as" in parse_zone("the moon").expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Hold", Status.HOLD),
        ("2nd hold", Status.HOLD),
        ("Option", Status.HOLD),
        ("PENCILLED", Status.PENCIL),
        ("confirmed", Status.CONFIRMED),
        ("Booked", Status.CONFIRMED),
        ("bestätigt", Status.CONFIRMED),
        ("confirmé", Status.CONFIRMED),
        ("Cancelled", None),
        ("storniert", None),
    ],
)
def test_booking_states_are_known(text, status):
    assert parse_booking_status(text) is status


def test_unknown_states_are_faults():
    assert isinstance(parse_booking_status("perhaps"), Fault)
    assert isinstance(parse_project_status("perhaps"), Fault)
    assert parse_project_status("On hold") == "on_hold"
    assert parse_project_status("abgeschlossen") == "delivered"


def test_yes_and_no():
    assert parse_yes_no("Ja") is True
    assert parse_yes_no("FALSE") is False
    assert isinstance(parse_yes_no("sometimes"), Fault)
