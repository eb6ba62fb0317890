"""Scenarios over REST: drawn, looked at, settled, committed and thrown away."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.api.conftest import MONDAY


def day(number, days=1):
    start = MONDAY + timedelta(days=number)
    return {"start": start, "end": start + timedelta(days=days)}


@pytest.fixture
async def plan(world):
    """An open scenario that moves the booking of the studio and places another."""
    new = uuid4()
    changes = [
        {"action": "move", "booking_id": world.booking, "artist_id": world.ben},
        {"action": "place", "booking_id": new, "artist_id": world.ada, "title": "Roto", **day(1)},
    ]
    made = await world.manager.send("POST", "/scenarios", {"name": "Plan B", "changes": changes})
    world.new, world.path = str(new), f"/scenarios/{made['id']}"
    return world


async def test_a_scenario_is_drawn_looked_at_and_committed(plan):
    await plan.owner.send("PATCH", f"/artists/{plan.ada}", {"rate": {"amount": 400, "currency": "EUR"}})
    await plan.owner.send("PATCH", f"/artists/{plan.ben}", {"rate": {"amount": 500, "currency": "USD"}})
    assert [s["name"] for s in await plan.manager.get("/scenarios")] == ["Plan B"]
    assert len(await plan.manager.get(f"{plan.path}/changes", limit=1)) == 1
    held = await plan.manager.all(f"{plan.path}/changes")
    assert {change["action"] for change in held} == {"move", "place"}
    shown = await plan.manager.get(f"{plan.path}/difference")
    assert shown["fits"]
    assert [b["id"] for b in shown["added"]] == [plan.new]
    [moved] = shown["moved"]
    assert (moved["before"]["artist_id"], moved["after"]["artist_id"]) == (str(plan.ada), str(plan.ben))
    assert shown["cost"] == [
        {"before": 400.0, "after": 400.0, "currency": "EUR"},
        {"before": 0.0, "after": 500.0, "currency": "USD"},
    ]
    assert shown["days"] == {"before": 1.0, "after": 2.0}
    loads = {load["artist_id"]: load for load in shown["artists"]}
    assert (loads[str(plan.ben)]["before"]["hold"], loads[str(plan.ben)]["after"]["hold"]) == (0.0, 9.0)
    assert loads[str(plan.ada)]["before"]["working"] == 18.0
    done = await plan.manager.send("POST", f"{plan.path}/commit", {"base_version": 1})
    assert (done["placed"], done["moved"]) == ([plan.new], [str(plan.booking)])
    assert done["scenario"]["state"] == "committed"
    assert (await plan.manager.get(f"/bookings/{plan.booking}"))["artist_id"] == str(plan.ben)
    [left] = await plan.manager.get("/scenarios", state="committed")
    assert left["version"] == 2
    assert not await plan.manager.get("/scenarios")
    await plan.manager.refused(409, "wrong_state", "GET", f"{plan.path}/difference")


async def test_a_commit_sent_twice_is_one(plan):
    first = await plan.manager.send("POST", f"{plan.path}/commit", {}, **{"Idempotency-Key": str(plan.ada)})
    again = await plan.manager.send("POST", f"{plan.path}/commit", {}, **{"Idempotency-Key": str(plan.ada)})
    assert first == again


async def test_a_conflict_is_shown_refuses_the_commit_and_is_settled(plan):
    moved = await plan.manager.send("POST", f"/bookings/{plan.booking}/reassign", {"artist_id": plan.ben})
    await plan.manager.send("POST", f"/bookings/{moved['id']}/move", day(3))
    [conflict] = (await plan.manager.get(f"{plan.path}/difference"))["conflicts"]
    assert (conflict["kind"], conflict["settle"]) == ("moved", ["mine", "live"])
    assert conflict["current"]["version"] == 3
    error = await plan.manager.refused(412, "stale_version", "POST", f"{plan.path}/commit", {})
    [item] = error["data"]["items"]
    assert (item["booking_id"], item["kind"]) == (str(plan.booking), "moved")
    left = await plan.manager.send("POST", f"{plan.path}/rebase", {})
    assert list(left["conflicts"]) == [str(plan.booking)]
    settled = await plan.manager.send("POST", f"{plan.path}/rebase", {"take": {str(plan.booking): "live"}})
    assert settled["conflicts"] == {}
    done = await plan.manager.send("POST", f"{plan.path}/commit", {})
    assert (done["placed"], done["moved"]) == ([plan.new], [])


async def test_changes_are_put_dropped_and_thrown_away(plan):
    end = {"action": "end", "booking_id": plan.booking, "on_version": 1}
    scenario = await plan.manager.send("POST", f"{plan.path}/changes", {"changes": [end]})
    assert scenario["version"] == 2
    stale = await plan.manager.refused(
        412, "stale_version", "POST", f"{plan.path}/changes", {"changes": [end]}
    )
    assert stale["data"]["items"][0]["data"]["current"]["scenario_change"]["action"] == "end"
    await plan.manager.send("POST", f"{plan.path}/drop-changes", {"booking_ids": [plan.new]})
    [left] = await plan.manager.get(f"{plan.path}/changes")
    assert left["action"] == "end"
    renamed = await plan.manager.send("PATCH", plan.path, {"name": "Plan Z"})
    assert renamed["name"] == "Plan Z"
    gone = await plan.manager.send("POST", f"{plan.path}/discard", {})
    assert gone["state"] == "discarded"
    assert await plan.manager.get(f"{plan.path}/changes") == []


async def test_people_are_looked_at_over_the_window_that_is_asked_for(plan):
    week = {"start": "2027-03-01T00:00:00Z", "end": "2027-03-08T00:00:00Z"}
    shown = await plan.manager.get(f"{plan.path}/difference", **week)
    assert {load["before"]["working"] for load in shown["artists"]} == {45.0}
    await plan.manager.no(400, "invalid", f"{plan.path}/difference", start=week["start"])


async def test_the_past_shows_scenarios_as_they_were(plan):
    schedule = await plan.manager.get("/schedule")
    assert [s["name"] for s in schedule["scenarios"]] == ["Plan B"]
    assert len(schedule["scenario_changes"]) == 2
    before = (await plan.manager.get("/events", limit=500))[-1]["seq"]
    await plan.manager.send("POST", f"{plan.path}/discard", {})
    assert (await plan.manager.get("/schedule"))["scenario_changes"] == []
    assert len((await plan.manager.get("/schedule", as_of=before))["scenario_changes"]) == 2
    changes = await plan.manager.get("/history/diff", **{"from": before, "kind": "scenario"})
    assert [change["kind"] for change in changes] == ["scenario"]


async def test_an_artist_hears_nothing_of_scenarios(plan):
    done = await plan.manager.send("POST", f"{plan.path}/commit", {})
    ada = plan.artist
    told = [
        await ada.get("/schedule"),
        await ada.get("/events", limit=500),
        await ada.get(f"/bookings/{plan.new}"),
        await ada.get(f"/bookings/{plan.new}/activity"),
        await ada.get(f"/artists/{plan.ada}/activity"),
    ]
    assert told[2]["title"] == "Roto"
    assert done["scenario"]["id"] not in str(told)
    assert "Plan B" not in str(told)
    assert "scenario" not in str(told[1:])
    for path in ("/scenarios", plan.path, f"{plan.path}/changes", f"{plan.path}/difference"):
        await ada.no(403, "forbidden", path)


async def test_staff_read_why_a_booking_moved(plan):
    await plan.manager.send("POST", f"{plan.path}/commit", {})
    entry = (await plan.manager.get(f"/bookings/{plan.booking}/activity"))[0]
    assert "committed Plan B" in entry["sentence"]
