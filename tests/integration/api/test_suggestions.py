"""The best slots over all artists, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.conftest import MONDAY

WINDOW = {"start": MONDAY.isoformat(), "end": (MONDAY + timedelta(days=14)).isoformat()}


async def ask(world, **fields):
    return await world.manager.send("POST", "/suggestions", {**WINDOW, "days": 2, **fields})


async def skilled(world, artist_id, *skills):
    wanted = [{"name": name, "level": level} for name, level in skills]
    await world.manager.send("PATCH", f"/artists/{artist_id}", {"skills": wanted})


async def test_the_free_artist_comes_first_and_the_words_say_why(world):
    await skilled(world, world.ada, ("Comp", 3))
    await skilled(world, world.ben, ("Comp", 3), ("Roto", 2))
    await world.add(
        "booking.place",
        artist_id=world.ada,
        start=MONDAY,
        end=MONDAY + timedelta(days=14),
        project_id=world.project,
    )
    found = await ask(world, skills=[{"name": "comp", "level": 2}])
    assert found["considered"] == 2
    best, second = found["suggestions"]
    assert (best["artist_id"], best["rank"]) == (str(world.ben), 1)
    assert (second["artist_id"], second["rank"]) == (str(world.ada), 2)
    words = {part["name"]: part["text"] for part in best["parts"]}
    assert words["skill"] == "comp 3 where 2 is asked"
    assert words["rank"] == "first in line"
    assert best["score"] > second["score"]
    free = await ask(world, skills=[{"name": "Comp"}], in_line=False)
    assert [s["artist_id"] for s in free["suggestions"]] == [str(world.ben)]


async def test_what_is_suggested_can_be_booked(world):
    found = await ask(world, half_days=True, days=1.5)
    best = found["suggestions"][0]
    placed = {key: best[key] for key in ("artist_id", "start", "end", "granularity")}
    booking = await world.manager.send("POST", "/bookings", placed)
    assert (booking["start"], booking["end"], booking["rank"]) == (best["start"], best["end"], best["rank"])


async def test_a_phase_brings_its_skills_duration_and_project(world):
    await skilled(world, world.ada, ("Lighting", 4))
    phase = {"skills": [{"name": "Lighting"}], "duration_hours": 20}
    await world.manager.send("PATCH", f"/project-phases/{world.phase}", phase)
    found = await world.manager.send("POST", "/suggestions", {**WINDOW, "phase_id": world.phase})
    [only] = found["suggestions"]
    assert only["artist_id"] == str(world.ada)
    assert {"skill", "continuity"} <= {part["name"] for part in only["parts"]}


async def test_a_refusal_names_the_stand_ins_that_are_suggested_for_its_dates(world):
    await skilled(world, world.ada, ("Roto", 2), ("Comp", 5))
    await skilled(world, world.ben, ("Comp", 5))
    fit, weekend, junior = [str(uuid4()) for _ in range(3)]
    saturday = [{"day": 5, "start": "09:00", "end": "17:00"}]
    people: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
        (fit, "Cleo", 3, {}),
        (weekend, "Abe", 3, {"working_hours": saturday}),
        (junior, "Al", 2, {}),
    )
    for artist, name, level, more in people:
        skills = [{"name": "comp", "level": level}]
        await world.manager.send("POST", "/artists", {"id": artist, "name": name, "skills": skills, **more})
    monday = MONDAY + timedelta(days=14)
    ends = {"start": monday.isoformat(), "end": (monday + timedelta(days=2)).isoformat()}
    days = {**ends, "granularity": "day"}
    place = {"artist_id": str(world.ada), "status": "confirmed", **days}
    taken = await world.manager.send("POST", "/bookings", place)
    dates = {"start": taken["start"], "end": taken["end"]}
    refused = await world.manager.call("POST", "/bookings", json=place)
    free = refused.json()["error"]["data"]["alternatives"]
    others = [slot["artist_id"] for slot in free if slot["artist_id"] != str(world.ada)]
    wanted = {**dates, "days": 2, "instead_of": str(world.ada), "in_line": False}
    found = await world.manager.send("POST", "/suggestions", wanted)
    suggested = [s["artist_id"] for s in found["suggestions"]]
    assert suggested == [fit, str(world.ben)]
    assert others == [fit]


async def test_approved_time_off_is_not_suggested(world):
    off = {"start": MONDAY.isoformat(), "end": (MONDAY + timedelta(days=7)).isoformat()}
    request = await world.manager.send("POST", "/time-off", {"artist_id": world.ben, **off})
    await world.manager.send("POST", f"/time-off/{request['id']}/answer", {"answer": "approve"})
    found = await ask(world, artist_ids=[str(world.ben)])
    assert found["suggestions"][0]["start"] >= off["end"][:10]


async def test_nothing_found_says_why(world):
    found = await ask(world, skills=[{"name": "Stunts", "level": 9}])
    assert (found["suggestions"], found["considered"]) == ([], 0)
    assert found["why_none"] == "No active artist has Stunts at level 9."
    found = await ask(world, days=200)
    assert found["suggestions"] == []
    assert "none has so much free working time in a row" in found["why_none"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"days": 0}, "days"),
        ({"days": 1.25}, "days"),
        ({"days": 1.5}, "days"),
        ({"days": None}, "days"),
        ({"hours": 3}, "hours"),
        ({"end": WINDOW["start"]}, "end"),
        ({"end": (MONDAY + timedelta(days=400)).isoformat()}, "end"),
        ({"start": "2020-01-01T00:00:00Z", "end": "2020-02-01T00:00:00Z"}, "end"),
        ({"limit": 51}, "limit"),
        ({"unknown": 1}, ""),
    ],
)
async def test_what_cannot_be_asked_names_the_field(world, change, path):
    response = await world.manager.call("POST", "/suggestions", json={**WINDOW, "days": 2, **change})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid"
    assert path in error["message"]


async def test_it_is_for_staff(world):
    response = await world.artist.call("POST", "/suggestions", json={**WINDOW, "days": 2})
    assert response.status_code == 403
