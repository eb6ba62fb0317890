"""Series: a pattern's bookings placed, changed and given up together (rules S1 to S5 of domain.md)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from scheduling.decide import Accepted
from scheduling.model import Booking
from scheduling.patterns import Pattern, days_of, flaw_of
from tests.harness.desk import ADA, ARTIST, BO, MANAGER, PROJECT, THU, WED, Desk, at, days, ident, types

SERIES = ident("tuesdays")
TUESDAYS = {"first": "2026-03-03", "count": 8}


def place(desk: Desk, **fields: Any) -> list[Booking]:
    """Eight whole Tuesdays of Ada's, unless something else is said."""
    desk.do("series.place", {"id": SERIES, "artist_id": ADA, "pattern": TUESDAYS, "title": "Rig", **fields})
    return members(desk)


def members(desk: Desk) -> list[Booking]:
    of_series = (b for b in desk.state.bookings.values() if b.series_id == SERIES and b.live)
    return sorted(of_series, key=lambda b: b.start)


def local(booking: Booking) -> tuple[str, str]:
    zone = ZoneInfo(booking.zone)
    return f"{booking.start.astimezone(zone):%m-%d %H:%M}", f"{booking.end.astimezone(zone):%m-%d %H:%M}"


def expand(**pattern: Any) -> list[str]:
    made = msgspec.convert({"first": "2026-03-02", **pattern}, Pattern, strict=False)
    assert flaw_of(made) is None
    return [day.isoformat() for day in days_of(made, lambda day: day == date(2026, 3, 9))]


# -- patterns ------------------------------------------------------------------------------


def test_every_tuesday_for_eight_weeks() -> None:
    found = expand(first="2026-03-03", count=8)
    assert found[0] == "2026-03-03"
    assert found[-1] == "2026-04-21"
    assert len(found) == 8


def test_monday_to_wednesday_until_a_day() -> None:
    found = expand(weekdays=(0, 1, 2), until="2026-03-11")
    assert found == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-09", "2026-03-10", "2026-03-11"]


def test_every_other_week_and_left_out_days() -> None:
    assert expand(interval=2, count=3, except_days=("2026-03-16",)) == ["2026-03-02", "2026-03-30"]


def test_holidays_are_left_out_where_that_is_asked() -> None:
    assert "2026-03-09" in expand(count=3)
    assert "2026-03-09" not in expand(count=3, skip_holidays=True)


def test_a_monthly_pattern_leaves_out_months_without_the_day() -> None:
    assert expand(first="2026-01-31", freq="monthly", count=3) == ["2026-01-31", "2026-03-31", "2026-05-31"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"count": None}, "pattern.until"),
        ({"until": "2026-06-30"}, "pattern.until"),
        ({"count": None, "until": "2026-03-01"}, "pattern.until"),
        ({"count": None, "until": "2031-03-01"}, "pattern.until"),
        ({"freq": "daily", "weekdays": [0]}, "pattern.weekdays"),
        ({"part": "times"}, "pattern.start"),
        ({"part": "am", "start": "09:00", "end": "10:00"}, "pattern.start"),
        ({"part": "pm", "days": 2}, "pattern.days"),
        ({"first": "1999-03-03"}, "pattern.first"),
        ({"first": "9999-12-28"}, "pattern.first"),
        ({"interval": 52, "count": 366}, "pattern"),
        ({"count": 1, "except_days": ["2026-03-03"]}, "pattern"),
        ({"freq": "daily", "count": None, "until": "2027-03-10"}, "pattern"),
        ({"first": "2100-12-28", "count": 2}, "start"),
    ],
)
def test_patterns_that_make_no_sense_are_refused_by_field(wrong: dict[str, Any], path: str) -> None:
    args = {"artist_id": ADA, "pattern": {**TUESDAYS, **wrong}}
    refused = Desk().refused("invalid", "series.place", args)
    assert refused.data is not None
    first = refused.data.items[0].data if refused.data.items else refused.data
    assert first is not None
    assert first.path == path


# -- placing -------------------------------------------------------------------------------


def test_its_bookings_share_a_series_and_keep_local_days_through_spring() -> None:
    desk = Desk()
    made = place(desk)
    assert [local(b) for b in made[3:5]] == [("03-24 00:00", "03-25 00:00"), ("03-31 00:00", "04-01 00:00")]
    assert made[4].start - made[3].start == timedelta(days=7) - timedelta(hours=1), (
        "clocks went on in between"
    )
    assert {(b.series_id, b.granularity, b.title) for b in made} == {(SERIES, "day", "Rig")}


def test_mornings_and_night_shifts_are_on_the_artists_clock() -> None:
    desk = Desk()
    made = place(desk, pattern={**TUESDAYS, "part": "am"})
    assert local(made[0]) == ("03-03 00:00", "03-03 12:00")
    desk = Desk()
    made = place(desk, pattern={**TUESDAYS, "part": "times", "start": "22:00", "end": "02:00"})
    assert local(made[0]) == ("03-03 22:00", "03-04 02:00")


def test_it_is_refused_whole_with_the_reason_of_each_occurrence() -> None:
    desk = Desk()
    desk.confirmed(ADA, 10)
    desk.off(ADA, 24)
    refused = desk.refused("conflict", "series.place", {"artist_id": ADA, "pattern": TUESDAYS})
    assert refused.data is not None
    assert [(i.item, i.code) for i in refused.data.items] == [(1, "conflict"), (3, "conflict")]
    assert refused.message.startswith(
        "2 of 8 occurrences were refused, so nothing was changed; Tue 10 Mar 2026:"
    )


def test_or_placed_without_the_refused_ones() -> None:
    desk = Desk()
    desk.confirmed(ADA, 10)
    args = {"id": SERIES, "artist_id": ADA, "pattern": TUESDAYS, "on_refusal": "skip"}
    outcome = desk.ask("series.place", args)
    assert isinstance(outcome, Accepted)
    assert [i.item for i in outcome.refused] == [1]
    assert len(members(desk)) == 7


def test_nothing_at_all_is_no_series() -> None:
    desk = Desk()
    desk.confirmed(ADA, 10)
    once = {"first": "2026-03-10", "count": 1}
    desk.refused("conflict", "series.place", {"artist_id": ADA, "pattern": once, "on_refusal": "skip"})


def test_a_series_id_is_used_once() -> None:
    desk = Desk()
    place(desk)
    desk.do("series.release", {"series_id": SERIES})
    desk.refused("invalid", "series.place", {"id": SERIES, "artist_id": BO, "pattern": TUESDAYS})


# -- changing ------------------------------------------------------------------------------


def test_this_and_following_move_together_with_their_place_in_line() -> None:
    desk = Desk()
    made = place(desk, status="confirmed")
    desk.do("series.edit", {"series_id": SERIES, "from_booking_id": made[3].id, "move_days": 1})
    assert [local(b)[0] for b in members(desk)[2:5]] == ["03-17 00:00", "03-25 00:00", "04-01 00:00"]


def test_a_daily_series_moves_onto_its_own_days() -> None:
    desk = Desk()
    every_day = {"first": "2026-03-02", "freq": "daily", "count": 5}
    for by in (1, -1):
        desk = Desk()
        place(desk, pattern=every_day, status="confirmed")
        desk.do("series.edit", {"series_id": SERIES, "move_days": by})
        assert local(members(desk)[0])[0] == f"03-{2 + by:02} 00:00"


def test_other_times_of_day_make_times_of_days() -> None:
    desk = Desk()
    place(desk)
    desk.do("series.edit", {"series_id": SERIES, "start": "13:00", "end": "17:30"})
    assert {b.granularity for b in members(desk)} == {"time"}
    assert local(members(desk)[4]) == ("03-31 13:00", "03-31 17:30")
    desk.refused("invalid", "series.edit", {"series_id": SERIES, "start": "13:00"})


def test_a_night_shift_keeps_its_days_under_other_times() -> None:
    desk = Desk()
    place(desk, pattern={**TUESDAYS, "part": "times", "start": "22:00", "end": "02:00"})
    desk.do("series.edit", {"series_id": SERIES, "start": "20:00", "end": "23:00"})
    assert local(members(desk)[0]) == ("03-03 20:00", "03-03 23:00")
    desk.do("series.edit", {"series_id": SERIES, "start": "23:00", "end": "01:00"})
    assert local(members(desk)[0]) == ("03-03 23:00", "03-04 01:00")


def test_words_artist_and_status_change_for_all() -> None:
    desk = Desk()
    place(desk)
    change = {"title": "Comp", "project_id": PROJECT, "artist_id": BO, "status": "confirmed"}
    desk.do("series.edit", {"series_id": SERIES, **change})
    told = {(b.title, b.project_id, b.artist_id, b.status.value) for b in members(desk)}
    assert told == {("Comp", PROJECT, BO, "confirmed")}


def test_a_change_is_refused_whole_or_made_where_it_can_be() -> None:
    desk = Desk()
    place(desk)
    desk.confirmed(BO, 10)
    desk.refused("conflict", "series.edit", {"series_id": SERIES, "artist_id": BO, "title": "Comp"})
    change = {"series_id": SERIES, "artist_id": BO, "title": "Comp", "on_refusal": "skip"}
    outcome = desk.ask("series.edit", change)
    assert isinstance(outcome, Accepted)
    assert [(i.item, i.code) for i in outcome.refused] == [(1, "conflict")]
    left = members(desk)[1]
    assert (left.artist_id, left.title) == (ADA, "Rig"), "all of what was asked of one booking, or none"


def test_one_is_changed_by_itself_and_may_leave_the_series() -> None:
    desk = Desk()
    made = place(desk)
    desk.on("edit", made[0].id, series_id=None)
    assert len(members(desk)) == 7
    desk.do("series.edit", {"series_id": SERIES, "title": "Comp"})
    assert desk.booking(made[0].id).title == "Rig"


def test_giving_it_up_releases_and_cancels() -> None:
    desk = Desk()
    made = place(desk)
    desk.on("accept", made[1].id, by=ARTIST)
    desk.on("confirm", made[1].id)
    desk.refused("invalid", "series.release", {"series_id": SERIES})
    events = desk.do("series.release", {"series_id": SERIES, "reason": "called off"})
    assert types(events).count("booking.released") == 7
    assert types(events).count("booking.cancelled") == 1
    desk.refused("wrong_state", "series.release", {"series_id": SERIES})


def test_the_rest_alone_is_given_up() -> None:
    desk = Desk()
    made = place(desk)
    desk.do("series.release", {"series_id": SERIES, "from_booking_id": made[2].id})
    assert [b.id for b in members(desk)] == [b.id for b in made[:2]]


@pytest.mark.parametrize("op", ["series.edit", "series.release"])
def test_what_is_none_is_not_found(op: str) -> None:
    desk = Desk()
    desk.refused("not_found", op, {"series_id": ident("nothing")})
    place(desk)
    other = desk.hold(BO, WED)
    desk.refused("not_found", op, {"series_id": SERIES, "from_booking_id": other})


def test_undo_takes_the_whole_series_back_and_redo_brings_it_again() -> None:
    desk = Desk()
    waiting = desk.hold(ADA, 10)
    place(desk)
    first: UUID = desk.last
    desk.do("history.undo", {"command_id": first})
    assert members(desk) == []
    desk.do("history.undo", {"command_id": desk.last})
    assert len(members(desk)) == 8
    assert desk.rank(waiting) == 1


def test_claims_of_a_series_queue_like_others() -> None:
    desk = Desk()
    desk.hold(ADA, 3, THU)
    assert [b.rank for b in place(desk)][:2] == [2, 1]


def test_artists_may_not_place_series() -> None:
    Desk().refused("forbidden", "series.place", {"artist_id": ADA, "pattern": TUESDAYS}, by=ARTIST)


def test_a_series_is_no_part_of_a_single_bookings_move() -> None:
    desk = Desk()
    made = place(desk, status="confirmed")
    desk.on("move", made[0].id, **days(WED), by=MANAGER)
    assert desk.booking(made[0].id).series_id == SERIES
    assert desk.booking(made[0].id).start == at(WED) - timedelta(hours=1), "whole days in Paris"
