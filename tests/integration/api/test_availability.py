"""Free time: one artist's calendar, and many artists held against many ranges."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.conftest import MONDAY


def at(day, hours=0):
    return (MONDAY + timedelta(days=day, hours=hours - 9)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_free_time_is_working_time_without_bookings(world):
    """Europe/Paris is an hour ahead of UTC in March: 9:00 to 18:00 there is 8:00 to 17:00 here."""
    start = MONDAY + timedelta(days=1)
    await world.add("booking.place", artist_id=world.ben, start=start, end=start + timedelta(hours=2))
    calendar = await world.manager.get(f"/artists/{world.ben}/availability", start=at(0), end=at(7))
    assert calendar["zone"] == "Europe/Paris"
    assert [(w["start"], w["end"]) for w in calendar["working"]] == [(at(d, 8), at(d, 17)) for d in range(5)]
    assert [(f["start"], f["end"]) for f in calendar["free"]] == [
        (at(0, 8), at(0, 17)),
        (at(1, 8), at(1, 9)),
        (at(1, 11), at(1, 17)),
        *((at(d, 8), at(d, 17)) for d in range(2, 5)),
    ]
    [taken] = calendar["busy"]
    assert (taken["start"], taken["status"]) == (at(1, 9), "hold")


async def test_an_archived_artist_has_no_free_time(world):
    await world.manager.send("POST", f"/artists/{world.ben}/archive")
    calendar = await world.manager.get(f"/artists/{world.ben}/availability", start=at(0), end=at(7))
    assert calendar["working"]
    assert calendar["free"] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(1), at(0)),
        (at(0), at(0)),
        (at(0), at(367)),
        ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("now", at(1)),
    ],
)
async def test_windows_that_are_none_are_refused(world, start, end):
    await world.manager.no(400, "invalid", f"/artists/{world.ben}/availability", start=start, end=end)
    body = {"ranges": [{"start": at(0), "end": at(1)}, {"start": start, "end": end}]}
    error = await world.manager.refused(400, "invalid", "POST", "/bookings/check-availability", body)
    assert error["data"]["path"].startswith("ranges[1].")


async def test_both_ends_of_the_window_are_needed(world):
    error = await world.manager.no(400, "invalid", f"/artists/{world.ben}/availability", start=at(0))
    assert "end" in error["message"]


async def check(world, **body):
    return await world.manager.send("POST", "/bookings/check-availability", body)


async def test_each_artist_is_held_against_each_range(world):
    await world.book(world.ben, 2, 1, status="confirmed", title="Shoot")
    ranges = [{"start": at(d, 9), "end": at(d + 1, 9)} for d in (0, 2, 5)]
    checked = await check(world, ranges=ranges)
    found = {(c["artist_id"], c["start"]): (c["standing"], c["rank"]) for c in checked}
    ada, ben = str(world.ada), str(world.ben)
    assert found == {
        (ada, at(0, 9)): ("in_line", 2),
        (ada, at(2, 9)): ("free", 1),
        (ada, at(5, 9)): ("free", 1),
        (ben, at(0, 9)): ("free", 1),
        (ben, at(2, 9)): ("taken", 2),
        (ben, at(5, 9)): ("free", 1),
    }
    [conflict] = next(c["conflicts"] for c in checked if c["standing"] == "taken")
    assert conflict["title"] == "Shoot"


async def test_the_rank_it_tells_is_the_rank_one_gets(world):
    for days in (1, 2, 3):
        await world.book(world.ben, 0, days)
    ranges = [{"start": at(0, 9), "end": at(1, 9)}, {"start": at(2, 9), "end": at(3, 9)}]
    checked = await check(world, ranges=ranges, artist_ids=[world.ben])
    for told in checked:
        placed = await world.manager.send(
            "POST", "/bookings", {"artist_id": world.ben, "start": told["start"], "end": told["end"]}
        )
        assert placed["rank"] == told["rank"]


async def test_named_artists_only_and_all_active_ones_otherwise(world):
    ranges = [{"start": at(0), "end": at(1)}]
    assert {c["artist_id"] for c in await check(world, ranges=ranges, artist_ids=[world.ben])} == {
        str(world.ben)
    }
    await world.manager.send("POST", f"/artists/{world.ben}/archive")
    assert {c["artist_id"] for c in await check(world, ranges=ranges)} == {str(world.ada)}
    [archived] = await check(world, ranges=ranges, artist_ids=[world.ben])
    assert archived["standing"] == "taken"


async def test_how_much_may_be_asked_at_once(world):
    one = {"start": at(0), "end": at(1)}
    bodies: tuple[dict[str, Any], ...] = (
        {"ranges": []},
        {"ranges": [one] * 51},
        {"ranges": [one], "artist_ids": []},
        {"ranges": [one], "artist_ids": [world.ben] * 501},
        {"ranges": [{**one, "x": 1}]},
    )
    for body in bodies:
        await world.manager.refused(400, "invalid", "POST", "/bookings/check-availability", body)
    many = [uuid4() for _ in range(101)]
    body = {"ranges": [one] * 50, "artist_ids": many}
    await world.manager.refused(413, "too_large", "POST", "/bookings/check-availability", body)


async def test_an_unknown_artist_is_not_found(world):
    body = {"ranges": [{"start": at(0), "end": at(1)}], "artist_ids": [world.ben, uuid4()]}
    await world.manager.refused(404, "not_found", "POST", "/bookings/check-availability", body)
