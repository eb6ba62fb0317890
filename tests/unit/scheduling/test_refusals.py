"""A refusal is useful: who stands in the way, which rank is to be had, and what is free instead.

Rules R1-R3 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from realtime.protocol import parse_args
from scheduling.commands import COMMANDS, AnswerCounter, ApplyBulk
from scheduling.model import Artist, Booking, Claim
from scheduling.ranges import check_range
from scheduling.refusals import Code, Refused, Slot
from scheduling.state import State, put
from scheduling.suggest import Wish, same_artist_slots, wish_of
from tests.harness.actions import NOW, TENANT
from tests.harness.desk import ADA, BO, FRI, MON, THU, TUE, WED, Desk, at, days, ident

# -- who stands in the way ---------------------------------------------------------------


def test_a_conflict_names_the_blocking_claims_in_order_of_time() -> None:
    desk = Desk()
    thursday = desk.pencil(ADA, THU, title="Shot 12")
    tuesday = desk.confirmed(ADA, TUE)
    args = {"artist_id": ADA, **days(MON, FRI), "status": "pencil"}
    refused = desk.refused("conflict", "booking.place", args)
    assert refused.data
    first, second = refused.data.blocking
    assert (first.booking_id, second.booking_id) == (tuesday, thursday)
    assert (second.artist_id, second.start, second.end) == (ADA, at(THU), at(FRI))
    assert (second.status, second.title, second.project_id) == ("pencil", "Shot 12", None)
    assert "2 bookings in the way from 2026-03-02 00:00Z to 2026-03-07 00:00Z" in refused.message


def test_it_names_at_most_twenty() -> None:
    desk = Desk()
    for hour in range(30):
        start = at(WED, hour)
        span = {"start": start, "end": start + timedelta(hours=1)}
        desk.do("booking.place", {"artist_id": ADA, "status": "pencil", **span})
    args = {"artist_id": ADA, **days(MON, FRI), "status": "pencil"}
    refused = desk.refused("conflict", "booking.place", args)
    assert refused.data
    assert len(refused.data.blocking) == 20
    assert "30 bookings" in refused.message


def test_it_names_the_rank_that_a_hold_would_get() -> None:
    desk = Desk()
    desk.pencil(ADA, WED)
    desk.hold(ADA, WED, THU)
    args = {"artist_id": ADA, **days(WED, FRI), "status": "pencil"}
    refused = desk.refused("conflict", "booking.place", args)
    assert refused.data
    assert refused.data.rank == 3
    rank = desk.rank(desk.hold(ADA, WED, FRI))
    assert rank == 3


def test_who_is_not_first_learns_who_is() -> None:
    desk = Desk()
    ahead = desk.hold(ADA, WED)
    refused = desk.refused("not_first", "booking.place", {"artist_id": ADA, **days(WED), "status": "pencil"})
    assert refused.data
    assert [b.booking_id for b in refused.data.blocking] == [ahead]
    assert refused.message == "1 earlier claim on these dates; a pencil must be first in line."


def test_only_rate_limits_overload_and_faults_are_worth_a_repeat() -> None:
    retryable = {code for code in Code if Refused(code=code, message="").retryable}
    assert retryable == {Code.RATE_LIMITED, Code.BUSY, Code.INTERNAL}


# -- what is free instead ----------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def artist(**fields: Any) -> Artist:
    return Artist(id=ADA, name="Ada", zone="Europe/Berlin", **fields)


def taken(state: State, start: datetime, end: datetime) -> State:
    """The state with a pencil there."""
    booking_id = ident("taken", start, end)
    claim = Claim(number=state.next_claim, start=start, end=end)
    times = {"start": start.astimezone(UTC), "end": end.astimezone(UTC), "created_at": NOW, "updated_at": NOW}
    booking = Booking(id=booking_id, artist_id=ADA, claims=(claim,), **times)  # type: ignore[arg-type]
    return put(state, booking)


def free_for(
    start: datetime,
    end: datetime,
    *also_taken: tuple[datetime, datetime],
    now: datetime = NOW,
    who: Artist | None = None,
    count: int = 2,
) -> list[tuple[datetime, datetime]]:
    """What is offered on Berlin's clock to who asked for `[start, end)`, which is taken."""
    state = put(State(tenant=TENANT), who or artist())
    for span in ((start, end), *also_taken):
        state = taken(state, *span)
    wish = Wish(artist_id=ADA, start=start.astimezone(UTC), end=end.astimezone(UTC))
    slots = same_artist_slots(state, wish, now, count)
    assert all(slot.artist_id == ADA and check_range(slot.start, slot.end) is None for slot in slots)
    return [(slot.start.astimezone(BERLIN), slot.end.astimezone(BERLIN)) for slot in slots]


def berlin(month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)


def test_the_nearest_days_come_first_later_before_earlier() -> None:
    slots = free_for(berlin(3, 11, 9), berlin(3, 11, 17))
    assert slots == [(berlin(3, 12, 9), berlin(3, 12, 17)), (berlin(3, 10, 9), berlin(3, 10, 17))]


def test_what_is_taken_is_not_offered() -> None:
    slots = free_for(berlin(3, 11, 9), berlin(3, 11, 17), (berlin(3, 12, 16), berlin(3, 12, 18)))
    assert [start.day for start, _ in slots] == [10, 13]


def test_the_past_is_not_offered() -> None:
    slots = free_for(berlin(3, 11, 9), berlin(3, 11, 17), now=berlin(3, 11, 8))
    assert [start.day for start, _ in slots] == [12, 13]


def test_a_wish_on_a_working_day_is_only_moved_to_working_days() -> None:
    slots = free_for(berlin(3, 13, 9), berlin(3, 13, 17), now=berlin(3, 13, 0))
    assert [start.day for start, _ in slots] == [16, 17], "the 14th and 15th are a weekend"


def test_a_wish_on_a_day_off_may_go_anywhere() -> None:
    slots = free_for(berlin(3, 14, 9), berlin(3, 14, 17))
    assert [start.day for start, _ in slots] == [15, 13]


def test_9_00_stays_9_00_when_the_clocks_change() -> None:
    """Berlin's clocks go forward on 29 March 2026; the 27th is a Friday."""
    (slot,) = free_for(berlin(3, 27, 9), berlin(3, 27, 17), now=berlin(3, 27, 0), count=1)
    assert slot == (berlin(3, 30, 9), berlin(3, 30, 17))
    assert slot[0].astimezone(UTC).hour == 7
    assert berlin(3, 27, 9).astimezone(UTC).hour == 8


def test_9_00_stays_9_00_when_they_change_back() -> None:
    """They go back on 25 October 2026; the 23rd is a Friday."""
    (slot,) = free_for(berlin(10, 23, 9), berlin(10, 23, 17), now=berlin(10, 23, 0), count=1)
    assert slot == (berlin(10, 26, 9), berlin(10, 26, 17))


def test_a_wish_for_the_repeated_hour_is_offered_no_empty_time() -> None:
    """From 2:45 to 2:15 on the clock: half an hour in the night of the change, nothing on any other."""
    slots = free_for(berlin(10, 25, 2, 45), berlin(10, 25, 2, 15, fold=1))
    assert all(start.astimezone(UTC) < end.astimezone(UTC) for start, end in slots)


def test_nobody_is_offered_the_hour_that_is_missing() -> None:
    """2:15 to 3:15 on the night of the 29th is no time at all."""
    slots = free_for(berlin(3, 28, 2, 15), berlin(3, 28, 3, 15), now=berlin(3, 28, 0))
    assert berlin(3, 29, 2, 15) not in [start for start, _ in slots]
    assert all(start.astimezone(UTC) < end.astimezone(UTC) for start, end in slots)


@pytest.mark.parametrize("year", [2000, 2100])
def test_nothing_is_offered_beyond_the_calendar(year: int) -> None:
    day = datetime(2000, 1, 3, 9, tzinfo=UTC) if year == 2000 else datetime(2100, 12, 31, 9, tzinfo=UTC)
    who = artist(working_hours=())
    slots = free_for(day, day + timedelta(hours=8), now=datetime(1999, 1, 1, tzinfo=UTC), who=who, count=8)
    assert {start.year for start, _ in slots} == {year}


def test_a_full_calendar_offers_nothing() -> None:
    whole = (berlin(1, 1, 0), berlin(6, 1, 0))
    assert free_for(berlin(3, 11, 9), berlin(3, 11, 17), whole) == []


def test_a_booking_that_moves_is_not_in_its_own_way() -> None:
    desk = Desk()
    booking = desk.pencil(ADA, WED, THU)
    desk.pencil(ADA, FRI)
    command = parse_args("booking.move", msgspec.json.encode({"booking_id": booking, **days(THU, FRI)}))
    assert not isinstance(command, Refused | ApplyBulk)
    wish = wish_of(command, desk.state)
    assert wish is not None
    (slot,) = same_artist_slots(desk.state, wish, desk.now, 1)
    assert slot == Slot(artist_id=ADA, start=at(WED), end=at(FRI))


def test_a_counter_proposal_that_is_taken_asks_for_its_dates() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("counter", booking, **days(FRI))
    wish = wish_of(AnswerCounter(booking_id=booking, take=True), desk.state)
    assert wish == Wish(artist_id=ADA, start=at(FRI), end=at(FRI + 1), booking_id=booking)
    assert wish_of(AnswerCounter(booking_id=booking, take=False), desk.state) is None


def test_only_commands_that_ask_for_a_place_have_alternatives() -> None:
    desk = Desk()
    booking = desk.pencil(ADA, WED)
    given: dict[str, Any] = {"booking_id": booking, "artist_id": BO, "reason": "x", "take": True, **days(FRI)}
    found = {}
    for op, cls in COMMANDS.items():
        if op.startswith("booking."):
            command = cls(**{name: given[name] for name in cls.__struct_fields__ if name in given})
            found[op] = wish_of(command, desk.state)
    asked = {op: wish for op, wish in found.items() if wish is not None}
    assert asked.keys() == {"booking.place", "booking.move", "booking.resize", "booking.reassign"}
    assert asked["booking.reassign"] == Wish(artist_id=BO, start=at(WED), end=at(THU), booking_id=booking)
    assert asked["booking.resize"].artist_id == ADA
