"""Days nobody works, days and halves of days as such, preferences, flags (rules T3 to T8 of domain.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from scheduling import public_holidays
from scheduling.availability import load_of, stretches, weeks
from scheduling.calendars import Calendar, calendar_of, day_off, days_off, spans_of
from scheduling.decide.flags import flags_of
from scheduling.model import OFFICE_HOURS, Closure
from scheduling.suggest import Wish, same_artist_slots
from tests.harness.desk import ADA, ARTIST, BO, FRI, MON, OWNER, PROJECT, THU, TUE, WED, Desk, at, days, ident

PARIS = Calendar(hours=OFFICE_HOURS, zone="Europe/Paris", country="FR")
JULY = (datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 18, tzinfo=UTC))


# -- holidays ------------------------------------------------------------------------------


def test_holidays_are_those_of_the_country_and_of_its_part() -> None:
    assert public_holidays.of_year("FR", "", 2026)[date(2026, 7, 14)] == "National Day"
    assert date(2026, 11, 1) in public_holidays.of_year("DE", "BY", 2026)
    assert date(2026, 11, 1) not in public_holidays.of_year("DE", "BE", 2026)
    assert public_holidays.of_year("", "", 2026) == {}


def test_what_the_library_does_not_know_has_none() -> None:
    assert public_holidays.of_year("XX", "", 2026) == {}
    assert public_holidays.of_year("FR", "nowhere", 2026) == public_holidays.of_year("FR", "", 2026)


def test_threads_may_ask_at_once() -> None:
    public_holidays.of_year.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(public_holidays.of_year, "US", "", year) for year in [*range(2020, 2030)] * 4]
    for year in range(2020, 2030):
        assert date(year, 7, 4) in public_holidays.of_year("US", "", year)
    assert all(future.result() for future in asked)


def test_a_studio_closes_days_and_opens_others() -> None:
    closures = (
        Closure(day=date(2026, 12, 24), name="Winter party"),
        Closure(day=date(2026, 7, 14), open=True),
    )
    calendar = Calendar(hours=OFFICE_HOURS, zone="Europe/Paris", country="FR", closures=closures)
    assert day_off(calendar, date(2026, 7, 14)) is None
    told = [
        (off.day.day, off.name, off.kind)
        for off in days_off(calendar, date(2026, 12, 24), date(2026, 12, 26))
    ]
    assert told == [(24, "Winter party", "closure"), (25, "Christmas Day", "holiday")]


def test_nobody_works_on_a_holiday() -> None:
    worked = [s.start.day for s in spans_of(PARIS, *JULY)]
    assert worked == [13, 15, 16, 17]


def test_an_artist_keeps_the_studios_holidays_unless_they_have_their_own() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"holiday_country": "FR"}, by=OWNER)
    assert calendar_of(desk.state.tenant, desk.artist(ADA)).country == "FR"
    desk.do(
        "artist.edit", {"artist_id": ADA, "holiday_country": "DE", "holiday_subdivision": "BY"}, by=ARTIST
    )
    assert calendar_of(desk.state.tenant, desk.artist(ADA)).subdivision == "BY"
    desk.do("artist.edit", {"artist_id": ADA, "holiday_country": "", "holiday_subdivision": None})
    assert calendar_of(desk.state.tenant, desk.artist(ADA)).country == ""


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"holiday_country": "XX"}, "holiday_country"),
        ({"holiday_country": "FR", "holiday_subdivision": "BY"}, "holiday_subdivision"),
        ({"holiday_subdivision": "BY"}, "holiday_subdivision"),
        ({"closures": [{"day": "2026-12-24"}, {"day": "2026-12-24", "open": True}]}, "closures"),
        ({"closures": [{"day": "1812-12-24"}]}, "closures"),
    ],
)
def test_calendars_that_are_none_are_refused(wrong: dict[str, Any], path: str) -> None:
    refused = Desk().refused("invalid", "tenant.edit", wrong, by=OWNER)
    assert refused.data is not None
    assert refused.data.path == path


def test_a_challenge_counted_in_working_hours_stands_still_on_holidays() -> None:
    """Nine hours of Thursday, none of Friday, which is closed, nine of Monday, six of Tuesday."""
    desk = Desk()
    closed = [{"day": "2026-03-06", "name": "Closed"}]
    desk.do("tenant.edit", {"challenge_clock": "working", "closures": closed}, by=OWNER)
    desk.hold(ADA, 20)
    lower = desk.hold(ADA, 20)
    desk.now = at(THU, 8)
    challenge = desk.challenged(desk.challenge(lower))
    assert challenge.targets[0].deadline == at(10, 14)


def test_free_slots_elsewhere_keep_off_holidays() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"closures": [{"day": "2026-03-05"}]}, by=OWNER)
    desk.confirmed(ADA, WED)
    wish = Wish(artist_id=ADA, start=at(WED, 8), end=at(WED, 17))
    assert [s.start for s in same_artist_slots(desk.state, wish, desk.now, 2)] == [at(TUE, 8), at(FRI, 8)]


# -- days as such --------------------------------------------------------------------------


def test_a_day_booked_as_such_is_from_midnight_to_midnight_there() -> None:
    desk = Desk()
    booking = desk.booking(desk.hold(ADA, WED, granularity="day"))
    assert (booking.start, booking.end) == (at(WED, -1), at(THU, -1)), "Paris is an hour ahead"


def test_less_than_a_day_is_the_day_it_lies_in() -> None:
    desk = Desk()
    inside = {"start": at(WED, 9), "end": at(WED, 11), "granularity": "day"}
    [placed] = desk.do("booking.place", {"artist_id": ADA, **inside})
    assert desk.booking(placed.booking.id).end == at(THU, -1)
    [placed] = desk.do("booking.place", {"artist_id": ADA, **inside, "granularity": "half_day"})
    half = desk.booking(placed.booking.id)
    assert (half.start, half.end) == (at(WED, -1), at(WED, 11))


def test_moving_by_exact_times_asks_for_times() -> None:
    desk = Desk()
    day = desk.hold(ADA, WED, granularity="day")
    desk.on("move", day, start=at(THU, 8), end=at(THU, 12))
    assert desk.booking(day).start == at(THU, -1)
    desk.on("move", day, start=at(THU, 8), end=at(THU, 12), granularity="time")
    assert (desk.booking(day).start, desk.booking(day).granularity) == (at(THU, 8), "time")
    desk.on("resize", day, start=at(THU, 8), end=at(THU, 12), granularity="half_day")
    assert (desk.booking(day).start, desk.booking(day).end) == (at(THU, -1), at(THU, 11))


def test_handing_days_to_an_artist_elsewhere_keeps_the_days() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": BO, "zone": "Asia/Tokyo"})
    day = desk.hold(ADA, WED, THU, granularity="day")
    desk.on("reassign", day, artist_id=BO)
    there = desk.booking(day)
    assert (there.zone, there.start, there.end) == ("Asia/Tokyo", at(WED, -9), at(FRI, -9))


def test_days_meant_by_the_studios_clock_stay_on_it() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": BO, "zone": "Asia/Tokyo"})
    day = desk.hold(ADA, WED, granularity="day", zone="UTC")
    desk.on("reassign", day, artist_id=BO)
    assert (desk.booking(day).zone, desk.booking(day).start) == ("UTC", at(WED))


def test_times_keep_their_moment_under_another_artist() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": BO, "zone": "Asia/Tokyo"})
    session = desk.hold(ADA, WED)
    desk.on("reassign", session, artist_id=BO)
    assert (desk.booking(session).start, desk.booking(session).zone) == (at(WED), "Europe/Paris")


def test_what_is_left_of_days_is_what_it_still_is() -> None:
    desk = Desk()
    week = desk.hold(ADA, MON, FRI, granularity="day")
    desk.on("release", week, start=at(FRI, -1), end=at(FRI + 1, -1))
    assert desk.booking(week).granularity == "day"
    desk.on("release", week, start=at(THU, 11), end=at(FRI, -1))
    assert desk.booking(week).granularity == "half_day"
    desk.on("release", week, start=at(THU, 9), end=at(THU, 11))
    assert desk.booking(week).granularity == "time"


def test_a_counter_of_other_times_is_taken_as_it_was_proposed() -> None:
    desk = Desk()
    day = desk.hold(ADA, WED, granularity="day")
    desk.on("counter", day, start=at(THU, 9), end=at(THU, 12), by=ARTIST)
    desk.on("answer_counter", day, take=True)
    assert (desk.booking(day).start, desk.booking(day).granularity) == (at(THU, 9), "time")


# -- people --------------------------------------------------------------------------------


def test_artists_show_their_work_and_say_what_they_like() -> None:
    desk = Desk()
    reel = {"url": "https://reels.test/ada?v=2", "title": "2026", "media_type": "reel"}
    likes = {"preferred_hours": [{"day": 0, "start": "10:00", "end": "16:00"}]}
    desk.do("artist.edit", {"artist_id": ADA, "portfolio": [reel], **likes}, by=ARTIST)
    assert desk.artist(ADA).portfolio[0].media_type == "reel"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"portfolio": [{"url": "https://a.test/"}, {"url": "https://a.test/"}]}, "portfolio"),
        ({"preferred_hours": [{"day": 0, "start": "18:00", "end": "09:00"}]}, "preferred_hours"),
        ({"preferred_projects": [PROJECT, PROJECT]}, "preferred_projects"),
    ],
)
def test_what_makes_no_sense_of_an_artist_is_refused(wrong: dict[str, Any], path: str) -> None:
    refused = Desk().refused("invalid", "artist.edit", {"artist_id": ADA, **wrong})
    assert refused.data is not None
    assert refused.data.path == path


def test_preferred_projects_exist_and_adding_one_is_the_studios() -> None:
    desk = Desk()
    there, not_there = {"preferred_projects": [PROJECT]}, {"preferred_projects": [ident("nothing")]}
    for asked in (there, not_there):
        desk.refused("not_found", "artist.edit", {"artist_id": ADA, **asked}, by=ARTIST)
    desk.refused("not_found", "artist.edit", {"artist_id": ADA, **not_there})
    desk.do("artist.edit", {"artist_id": ADA, **there})
    desk.do("artist.edit", {"artist_id": ADA, "preferred_projects": []}, by=ARTIST)


# -- flags ---------------------------------------------------------------------------------


def test_a_hold_over_requested_time_off_is_let_in_and_flagged() -> None:
    desk = Desk()
    off = desk.ask_off(ADA, WED)
    events = desk.do("booking.place", {"artist_id": ADA, **days(WED)})
    [flag] = flags_of(events, desk.state)
    assert (flag.code, flag.time_off_id) == ("over_requested_time_off", off)


def test_days_nobody_works_are_flagged() -> None:
    desk = Desk()
    desk.do("tenant.edit", {"closures": [{"day": "2026-03-04", "name": "Move"}]}, by=OWNER)
    events = desk.do("booking.place", {"artist_id": ADA, **days(WED), "granularity": "day"})
    assert [(f.code, f.name) for f in flags_of(events, desk.state)] == [
        ("on_holiday", "Move"),
        ("no_working_time", ""),
    ]
    assert flags_of(desk.do("booking.place", {"artist_id": ADA, **days(THU)}), desk.state) == ()


# -- availability --------------------------------------------------------------------------


def test_stretches_tile_the_window_and_say_what_is_there() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "zone": "UTC"})
    desk.do("tenant.edit", {"closures": [{"day": "2026-03-05", "name": "Move"}]}, by=OWNER)
    desk.do("booking.place", {"artist_id": ADA, "start": at(WED, 12), "end": at(WED, 20)})
    desk.do("booking.place", {"artist_id": ADA, "start": at(WED, 14), "end": at(WED, 20), "status": "hold"})
    desk.off(ADA, TUE)
    desk.ask_off(ADA, FRI)
    calendar = calendar_of(desk.state.tenant, desk.artist(ADA))
    off = list(desk.state.times_off.values())
    found = stretches(calendar, desk.state.bookings.values(), off, at(TUE), at(FRI + 1))
    assert found[0].start == at(TUE)
    assert found[-1].end == at(FRI + 1)
    assert all(one.end == other.start for one, other in pairwise(found))
    told = [(s.start.day, s.start.hour, s.kind, s.rank, s.time_off) for s in found]
    assert told == [
        (3, 0, "off", None, "approved"),
        (4, 0, "outside_hours", 1, None),
        (4, 9, "free", 1, None),
        (4, 12, "busy", 2, None),
        (4, 14, "busy", 3, None),
        (4, 20, "outside_hours", 1, None),
        (5, 0, "holiday", 1, None),
        (6, 0, "outside_hours", 1, "requested"),
        (6, 9, "free", 1, "requested"),
        (6, 18, "outside_hours", 1, "requested"),
    ]


def test_an_hour_counts_once_and_for_the_firmest() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "zone": "UTC"})
    desk.confirmed(ADA, MON)
    desk.hold(ADA, MON, TUE, standby=True)
    desk.hold(ADA, TUE)
    desk.off(ADA, WED)
    calendar = calendar_of(desk.state.tenant, desk.artist(ADA))
    working = spans_of(calendar, at(MON), at(MON + 7))
    load = load_of(working, desk.state.bookings.values(), desk.state.times_off.values(), at(MON), at(MON + 7))
    assert (load.working, load.off, load.confirmed, load.pencil, load.hold, load.free) == (45, 9, 9, 0, 9, 18)
    assert load.utilisation == 0.25


def test_weeks_begin_on_monday_there_and_are_cut_at_both_ends() -> None:
    found = list(weeks("Europe/Paris", at(WED), at(18)))
    assert [(s.day, s.hour, e.day, e.hour) for s, e in found] == [
        (4, 0, 8, 23),
        (8, 23, 15, 23),
        (15, 23, 18, 0),
    ]
    assert sum((e - s for s, e in found), timedelta()) == at(18) - at(WED)
