"""Series over REST: placed by a pattern, changed and given up together; days as such; flags."""

from datetime import timedelta

import pytest

from tests.integration.api.conftest import MONDAY

TUESDAYS = {"first": (MONDAY + timedelta(days=1)).date().isoformat(), "count": 4, "part": "am"}


async def placed(world, **fields):
    body = {"artist_id": str(world.ben), "pattern": TUESDAYS, "title": "Rig", **fields}
    return await world.manager.send("POST", "/series", body)


async def test_a_pattern_makes_bookings_of_one_series(world):
    made = await placed(world)
    assert len(made) == 4
    assert {(b["granularity"], b["status"], b["rank"]) for b in made} == {("half_day", "hold", 1)}
    [series] = {b["series_id"] for b in made}
    found = await world.manager.get("/bookings", series_id=series)
    assert [b["id"] for b in found] == [b["id"] for b in made]


async def test_a_series_is_changed_and_given_up_as_one(world):
    made = await placed(world)
    path = f"/series/{made[0]['series_id']}"
    later = await world.manager.send("PATCH", path, {"from_booking_id": made[2]["id"], "title": "Comp"})
    assert [b["title"] for b in later] == ["Rig", "Rig", "Comp", "Comp"]
    ended = await world.manager.send("POST", f"{path}/release", {"from_booking_id": made[2]["id"]})
    assert [b["status"] for b in ended] == ["hold", "hold", "released", "released"]


async def test_a_refusal_names_each_occurrence_and_skipping_tells_what_was_left_out(world):
    start = MONDAY + timedelta(days=8)
    busy = {"start": start - timedelta(hours=9), "end": start + timedelta(hours=15), "status": "confirmed"}
    await world.add("booking.place", artist_id=world.ben, **busy)
    body = {"artist_id": str(world.ben), "pattern": TUESDAYS}
    error = await world.manager.refused(409, "conflict", "POST", "/series", body)
    assert [item["item"] for item in error["data"]["items"]] == [1]
    response = await world.manager.call("POST", "/series", json={**body, "on_refusal": "skip"})
    answer = response.json()
    assert len(answer["data"]) == 3
    assert [item["item"] for item in answer["meta"]["refused"]] == [1]


async def test_artists_and_strangers_have_no_series(world):
    [first, *_] = await placed(world)
    await world.artist.refused(
        403, "forbidden", "POST", "/series", {"artist_id": str(world.ben), "pattern": TUESDAYS}
    )
    await world.artist.refused(403, "forbidden", "PATCH", f"/series/{first['series_id']}", {"title": "x"})
    assert await world.artist.get("/bookings", series_id=first["series_id"]) == []


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ({"first": "2026-03-03"}, "pattern.until"),
        ({"first": "2026-02-30", "count": 1}, "pattern.first"),
        ({"first": "2026-03-03", "count": 367}, "pattern.count"),
        ({"first": "2026-03-03", "count": 1, "weekdays": [7]}, "pattern.weekdays[0]"),
        ({"first": "2026-03-03", "count": 1, "freq": "yearly"}, "pattern.freq"),
        ({"first": "2026-03-03", "count": 1, "hour": 9}, "pattern"),
    ],
)
async def test_bad_patterns_are_told_by_field(world, pattern, path):
    body = {"artist_id": str(world.ben), "pattern": pattern}
    error = await world.manager.refused(400, "invalid", "POST", "/series", body)
    assert error["data"]["path"] == path


async def test_a_booking_over_requested_time_off_is_flagged(world):
    start = MONDAY + timedelta(days=2)
    off = await world.add("time_off.request", artist_id=world.ben, start=start, end=start + timedelta(days=1))
    body = {
        "artist_id": str(world.ben),
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
    }
    response = await world.manager.call("POST", "/bookings", json=body)
    [flag] = response.json()["meta"]["flags"]
    assert (flag["code"], flag["time_off_id"]) == ("over_requested_time_off", str(off))
    check = {"artist_ids": [str(world.ben)], "ranges": [{"start": body["start"], "end": body["end"]}]}
    [checked] = await world.manager.send("POST", "/bookings/check-availability", check)
    assert [f["code"] for f in checked["flags"]] == ["over_requested_time_off"]
    [masked] = await world.artist.send("POST", "/bookings/check-availability", check)
    assert masked["flags"] == []


async def test_patching_a_booking_to_whole_days(world):
    booking = await world.book(world.ben, 3)
    day = await world.manager.send("PATCH", f"/bookings/{booking}", {"granularity": "day"})
    assert (day["granularity"], day["start"][-9:]) == ("day", "23:00:00Z")


async def test_a_series_is_no_part_of_a_bulk_command(world):
    item = {"op": "series.place", "args": {"artist_id": str(world.ben), "pattern": TUESDAYS}}
    body = {"op": "bulk.apply", "args": {"items": [item]}}
    error = await world.manager.refused(400, "invalid", "POST", "/commands", body)
    assert "series.place cannot be part of a bulk command" in error["message"]
