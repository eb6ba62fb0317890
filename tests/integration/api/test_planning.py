"""Projects as plans over REST: previews that change nothing, moves, critical paths, budgets, staffing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.api.conftest import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture
async def plan(world):
    """Two phases of Harbour on one day each, the second waiting for the first, and a booking in it."""
    for phase, day in ((world.phase, 0), (world.other_phase, 1)):
        start = MONDAY + timedelta(days=day)
        args = {"phase_id": phase, "start": start - HOUR, "end": start + 8 * HOUR}
        assert (await world.studio.run("phase.edit", args)).ok
    world.placed = await world.book(
        world.ben, 1, project_id=world.project, phase_id=world.other_phase, status="pencil"
    )
    return world


def wish(days: int) -> dict[str, object]:
    return {"start": MONDAY - HOUR + timedelta(days=days), "with_bookings": True}


async def test_a_preview_says_what_the_move_then_does(plan):
    path = f"/project-phases/{plan.phase}/move"
    before = await plan.manager.all("/project-phases"), await plan.manager.all("/bookings")
    head = (await plan.manager.page("/events", since=0))["meta"]
    shown = await plan.manager.send("POST", f"{path}/preview", wish(2))
    assert [(s["kind"], s["phase_id"]) for s in shown["shifts"]] == [
        ("asked", str(plan.phase)),
        ("pushed", str(plan.other_phase)),
    ]
    assert shown["shifts"][1]["dependency_id"] == str(plan.dependency)
    assert shown["shifts"][1]["shifted_hours"] == 18
    assert (shown["violated"], shown["refused"]) == ([], [])
    assert (await plan.manager.all("/project-phases"), await plan.manager.all("/bookings")) == before
    assert (await plan.manager.page("/events", since=0))["meta"] == head
    done = await plan.manager.send("POST", path, wish(2))
    assert done["shifts"] == shown["shifts"]
    assert done["phase"]["id"] == str(plan.phase)
    places = [(b["id"], b["start"], b["end"]) for b in shown["bookings"]]
    assert [(b["id"], b["start"], b["end"]) for b in done["bookings"]] == places
    assert [b for b, *_ in places] == [str(plan.placed)]


async def test_a_preview_lists_what_would_refuse_the_move(plan):
    await plan.book(plan.ben, 3, status="confirmed")
    path = f"/project-phases/{plan.phase}/move"
    shown = await plan.manager.send("POST", f"{path}/preview", wish(2))
    assert [r["booking_id"] for r in shown["refused"]] == [str(plan.placed)]
    response = await plan.manager.write("POST", path, wish(2))
    assert response.status_code == 409
    error = response.json()["error"]
    assert [i["booking_id"] for i in error["data"]["items"]] == [str(plan.placed)]
    done = await plan.manager.send("POST", path, {**wish(2), "on_refusal": "skip"})
    assert [r["booking_id"] for r in done["refused"]] == [str(plan.placed)]


async def test_a_move_is_one_command_based_on_a_version(plan):
    path = f"/project-phases/{plan.phase}"
    etag = (await plan.manager.call("GET", path)).headers["etag"]
    first = await plan.manager.write("POST", f"{path}/move", wish(2), if_match=etag)
    assert first.headers["etag"] != etag
    stale = await plan.manager.write("POST", f"{path}/move", wish(3), if_match=etag)
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "stale_version")
    events = await plan.manager.get("/events", since=0, limit=500)
    moves = [e for e in events if e["type"] == "phase.moved"]
    assert len({e["command_id"] for e in moves}) == 1
    assert moves[1]["data"]["cause"] == {
        "kind": "pushed",
        "entity_id": str(plan.phase),
        "dependency_id": str(plan.dependency),
    }


async def test_a_project_is_previewed_and_shifted_with_its_bookings(plan):
    path = f"/projects/{plan.project}/shift"
    shown = await plan.manager.send("POST", f"{path}/preview", {"days": 7})
    assert len(shown["bookings"]) == 2
    done = await plan.manager.send("POST", path, {"days": 7})
    assert done["project"]["id"] == str(plan.project)
    assert {b["id"] for b in done["bookings"]} == {str(plan.booking), str(plan.placed)}
    assert (await plan.manager.get(f"/milestones/{plan.milestone}"))["date"] == "2027-03-19"
    refused = await plan.manager.write("POST", path, {"days": 0})
    assert (refused.status_code, refused.json()["error"]["data"]["path"]) == (400, "days")


async def test_the_critical_path_names_phases_ties_and_slack(plan):
    await plan.add("phase.add", project_id=plan.project, name="Titles", duration_hours=4)
    found = await plan.manager.get(f"/projects/{plan.project}/critical-path")
    assert found["critical"] == [str(plan.phase), str(plan.other_phase)]
    assert (found["driving"], found["violated"]) == ([str(plan.dependency)], [])
    slack = {p["name"]: p["slack_hours"] for p in found["phases"]}
    assert slack == {"Comp": 0, "Grade": 0, "Titles": 14}
    assert found["end"] == "2027-03-02T17:00:00Z"


async def test_a_project_without_phases_has_no_end(plan):
    empty = await plan.add("project.add", name="Empty")
    found = await plan.manager.get(f"/projects/{empty}/critical-path")
    assert (found["end"], found["phases"], found["critical"]) == (None, [], [])


async def test_a_budget_is_read_against_what_is_booked(plan):
    rate = {"amount": 400, "currency": "EUR"}
    await plan.manager.send("PATCH", f"/artists/{plan.ben}", {"rate": rate})
    money = {"amount": 1000, "currency": "EUR"}
    await plan.manager.send("PATCH", f"/projects/{plan.project}", {"budget_days": 3, "budget_money": money})
    found = await plan.manager.get(f"/projects/{plan.project}/budget")
    assert found["remaining_days"] == pytest.approx(3 - found["booked_days"])
    assert found["remaining_money"]["amount"] == 1000 - found["cost"][0]["amount"]
    assert {s["status"]: s["bookings"] for s in found["by_status"]} == {
        "hold": 1,
        "pencil": 1,
        "confirmed": 0,
    }


async def test_needed_days_are_read_against_what_is_booked(plan):
    await plan.manager.send("PATCH", f"/artists/{plan.ben}", {"skills": [{"name": "Grade", "level": 6}]})
    needs = [{"name": "Grade", "level": 5, "days": 4}]
    await plan.manager.send("PATCH", f"/project-phases/{plan.other_phase}", {"skills": needs})
    one = await plan.manager.get(f"/project-phases/{plan.other_phase}/staffing")
    (need,) = one["needs"]
    assert need["missing_days"] == pytest.approx(4 - need["booked_days"])
    assert need["booked_days"] > 0
    both = await plan.manager.get(f"/projects/{plan.project}/staffing")
    assert one in both
    assert len(both) == 2


async def test_artists_do_not_plan(plan):
    for path in (
        f"/projects/{plan.project}/budget",
        f"/projects/{plan.project}/critical-path",
        "/milestones",
    ):
        await plan.artist.no(403, "forbidden", path)
    response = await plan.artist.write("POST", f"/project-phases/{plan.phase}/move/preview", wish(1))
    assert response.status_code == 403


async def test_milestones_are_made_changed_and_removed(plan):
    mark = await plan.manager.send(
        "POST", "/milestones", {"project_id": plan.project, "name": "Delivery", "date": "2027-04-01"}
    )
    path = f"/milestones/{mark['id']}"
    assert (await plan.manager.send("PATCH", path, {"done": True}))["done"] is True
    assert (await plan.manager.get(path))["version"] == 2
    assert len(await plan.manager.all("/milestones", project_id=plan.project)) == 2
    await plan.manager.send("DELETE", path)
    await plan.manager.no(404, "not_found", path)


async def test_a_tie_is_edited(plan):
    tie = await plan.manager.send("PATCH", f"/dependencies/{plan.dependency}", {"lag_hours": -2.5})
    assert (tie["lag_hours"], tie["kind"], tie["version"]) == (-2.5, "finish_start", 2)
