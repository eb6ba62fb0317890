"""Days, halves of days, times and patterns through every change of every zone's clock, 2025 to 2027.

Rules T4 to T6 of docs/subsystems/domain.md. What a change does depends on its moment and on the offsets
before and after it alone, so each such change is tried once, in one of the zones that make it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from scheduling.events import entity_of
from scheduling.model import Booking, WorkingHours
from scheduling.patterns import Pattern, days_of, occurrence_on
from scheduling.wall_clock import (
    DAY,
    carried,
    day_start,
    finest_needed,
    instant_of,
    noon_of,
    on_boundaries,
    shifted,
    snapped,
)
from scheduling.working_time import joined, working_spans
from tests.harness.desk import ADA, BO, Desk

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Change(NamedTuple):
    """At `at` the clocks of `zone` go from one offset to another."""

    zone: str
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def days(self) -> list[date]:
        """Local days around it."""
        day = (self.at + self.before).date()
        return [day + timedelta(days=n) for n in range(-3, 4)]


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


@cache
def changes() -> tuple[Change, ...]:
    """Every change there is, each with one zone."""
    found: dict[tuple[datetime, timedelta, timedelta], Change] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for at in _changes_of(zone):
            key = (at, offset(zone, at - timedelta(seconds=1)), offset(zone, at))
            found.setdefault(key, Change(name, *key))
    return tuple(found.values())


def _changes_of(zone: ZoneInfo) -> list[datetime]:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    result = []
    for before, after in pairwise(days):
        if offset(zone, before) != offset(zone, after):
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (low, middle) if offset(zone, middle) != offset(zone, before) else (middle, high)
            result.append(high)
    return result


def wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def test_there_are_changes_of_every_kind() -> None:
    """Gaps and folds, by an hour and by half of one, some over midnight itself."""
    steps = {c.after - c.before for c in changes()}
    assert {HOUR, -HOUR, HOUR / 2, -HOUR / 2} <= steps
    midnights = [c for c in changes() if c.after > c.before and (c.at + c.before).hour == 0]
    assert midnights, "somewhere midnight is skipped"
    assert len(changes()) > 50


def test_days_and_their_halves_follow_each_other_without_hole_or_overlap() -> None:
    for change in changes():
        for day in change.days:
            start, noon, end = (
                day_start(day, change.zone),
                noon_of(day, change.zone),
                day_start(day + DAY, change.zone),
            )
            assert start < noon < end, (change, day)
            local = [
                t.astimezone(ZoneInfo(change.zone)).date() for t in (start, noon, end - timedelta(seconds=1))
            ]
            assert local == [day] * 3, (change, day)


def test_a_skipped_time_is_the_jump_and_a_repeated_one_the_first() -> None:
    for change in changes():
        step = change.after - change.before
        inside = change.at + min(change.before, change.after) + abs(step) / 2
        clock = f"{inside:%H:%M}"
        found = instant_of(inside.date(), clock, change.zone)
        if step > timedelta():
            inside = change.at + change.before + step / 2
            found = instant_of(inside.date(), f"{inside:%H:%M}", change.zone)
            assert found == change.at, change
        else:
            assert found < change.at, change
            second = instant_of(inside.date(), clock, change.zone, second=True)
            assert second - found == -step, change
            assert wall(second, change.zone) == wall(found, change.zone), change


def test_whole_and_half_days_moved_by_hours_across_a_change_stay_what_they_were() -> None:
    """As a program moves them that knows nothing of zones: by so many times 24 hours."""
    for change in changes():
        zone = change.zone
        for day in change.days[:4]:
            for hours in (24, 48, 72, 24 * 7):
                to = day + timedelta(hours=hours)
                by = timedelta(hours=hours)
                whole = snapped(day_start(day, zone) + by, day_start(day + DAY, zone) + by, zone, "day")
                assert whole == (day_start(to, zone), day_start(to + DAY, zone)), (change, day, hours)
                morning = snapped(day_start(day, zone) + by, noon_of(day, zone) + by, zone, "half_day")
                assert morning == (day_start(to, zone), noon_of(to, zone)), (change, day, hours)


def test_what_is_made_of_days_is_known_as_such() -> None:
    for change in changes():
        zone = change.zone
        for day in change.days:
            start, noon, end = day_start(day, zone), noon_of(day, zone), day_start(day + DAY, zone)
            assert on_boundaries(start, end, zone, "day"), change
            assert on_boundaries(noon, end, zone, "half_day"), change
            assert finest_needed(start, end, zone, "day") == "day"
            assert finest_needed(start, noon, zone, "day") == "half_day"
            assert finest_needed(start + HOUR * 3, noon, zone, "day") == "time"


def test_times_shifted_by_days_read_the_same_on_the_wall() -> None:
    for change in changes():
        zone = change.zone
        start = instant_of(change.days[0], "09:00", zone)
        for days in range(1, 8):
            moved = shifted(start, days, zone)
            assert wall(moved, zone) == f"{change.days[0] + timedelta(days=days)} 09:00", (change, days)
            assert shifted(moved, -days, zone) == start, (change, days)


def test_days_carried_to_another_zone_are_the_same_days() -> None:
    zones = sorted({change.zone for change in changes()})
    for change, to in zip(changes(), reversed(zones * 5), strict=False):
        for day in change.days:
            assert carried(day_start(day, change.zone), change.zone, to) == day_start(day, to), (change, to)
            assert carried(noon_of(day, change.zone), change.zone, to) == noon_of(day, to), (change, to)


def test_working_round_the_clock_is_all_the_time_there_is() -> None:
    hours = tuple(WorkingHours(day=n, start="00:00", end="24:00") for n in range(7))
    office = tuple(WorkingHours(day=n, start="09:00", end="18:00") for n in range(7))
    for change in changes():
        start, end = day_start(change.days[0], change.zone), day_start(change.days[-1], change.zone)
        spans = working_spans(hours, change.zone, start, end)
        assert [(s.start, s.end) for s in spans] == [(start, end)], change
        worked = working_spans(office, change.zone, start, end)
        assert len(worked) == len(change.days) - 1, change
        assert {wall(s.start, change.zone)[-5:] for s in worked} == {"09:00"}, change
        assert joined((*spans, *worked)) == spans


def test_patterns_keep_to_the_wall() -> None:
    for change in changes():
        pattern = Pattern(
            first=change.days[0], freq="daily", count=7, part="times", start="10:00", end="04:00"
        )
        for day in days_of(pattern, lambda _: False):
            night = occurrence_on(pattern, day, change.zone)
            assert wall(night.start, change.zone) == f"{day} 10:00", change
            assert wall(night.end, change.zone) >= f"{day + DAY} 04:00", change
        whole = Pattern(first=change.days[0], freq="daily", count=7)
        tiles = [occurrence_on(whole, day, change.zone) for day in days_of(whole, lambda _: False)]
        assert all(one.end == other.start for one, other in pairwise(tiles)), change


def test_a_booking_of_days_keeps_its_days_under_every_command() -> None:
    """Placed, moved across the change, resized, handed to an artist elsewhere, and back by undo."""
    for change in changes():
        desk, zone, day = Desk(), change.zone, change.days[1]
        desk.do("artist.edit", {"artist_id": ADA, "zone": zone})
        desk.do("artist.edit", {"artist_id": BO, "zone": "Asia/Tokyo"})
        asked = {"start": day_start(day, zone), "end": day_start(day + 2 * DAY, zone)}
        placed = entity_of(desk.do("booking.place", {"artist_id": ADA, "granularity": "day", **asked})[0])
        assert isinstance(placed, Booking)
        across = {name: at + 2 * DAY for name, at in asked.items()}
        desk.on("move", placed.id, **across)
        assert _days(desk.booking(placed.id)) == (day + 2 * DAY, day + 4 * DAY), change
        desk.do("artist.edit", {"artist_id": ADA, "working_hours": []})
        assert _days(desk.booking(placed.id)) == (day + 2 * DAY, day + 4 * DAY), change
        desk.on("reassign", placed.id, artist_id=BO)
        there = desk.booking(placed.id)
        assert (there.zone, *_days(there)) == ("Asia/Tokyo", day + 2 * DAY, day + 4 * DAY), change
        desk.do("history.undo", {"command_id": desk.last})
        assert (desk.booking(placed.id).zone, *_days(desk.booking(placed.id))) == (
            zone,
            day + 2 * DAY,
            day + 4 * DAY,
        ), change


def _days(booking: Booking) -> tuple[date, date]:
    """The first day and the one after the last."""
    assert on_boundaries(booking.start, booking.end, booking.zone, "day")
    zone = ZoneInfo(booking.zone)
    return booking.start.astimezone(zone).date(), booking.end.astimezone(zone).date()
