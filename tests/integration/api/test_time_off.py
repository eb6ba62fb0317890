"""Time off over REST: asked for by the artist, approved by the studio, seen by the others as time away."""

from datetime import timedelta

from tests.integration.api.conftest import MONDAY


def days(first, last):
    return {
        "start": (MONDAY + timedelta(days=first)).isoformat(),
        "end": (MONDAY + timedelta(days=last)).isoformat(),
    }


async def test_an_artist_asks_and_the_studio_approves(world):
    asked = {"artist_id": world.ada, **days(20, 22), "note": "wedding"}
    response = await world.artist.write("POST", "/time-off", asked)
    assert response.status_code == 201
    off = response.json()["data"]
    path = f"/time-off/{off['id']}"
    assert response.headers["location"] == f"/api/v1{path}"
    await world.artist.refused(403, "forbidden", "POST", f"{path}/answer", {"answer": "approve"})
    approved = await world.manager.send("POST", f"{path}/answer", {"answer": "approve"})
    assert (approved["state"], approved["version"]) == ("approved", 2)
    assert await world.manager.get("/time-off") == [approved]
    assert await world.artist.get(path) == approved

    there = {"artist_id": world.ada, **days(21, 23)}
    error = await world.manager.refused(409, "conflict", "POST", "/bookings", there)
    assert len(error["data"]["away"]) == 1
    cancelled = await world.artist.send("POST", f"{path}/cancel")
    assert cancelled["state"] == "cancelled"
    assert await world.manager.get("/time-off", state="cancelled") == [cancelled]
    await world.manager.send("POST", "/bookings", there)


async def test_time_off_over_a_pencil_is_not_approved(world):
    pencil = await world.book(world.ben, 20, status="pencil")
    asked = {"artist_id": world.ben, **days(20, 22)}
    off = await world.manager.send("POST", "/time-off", asked)
    path = f"/time-off/{off['id']}/answer"
    error = await world.manager.refused(409, "conflict", "POST", path, {"answer": "approve"})
    assert [b["booking_id"] for b in error["data"]["blocking"]] == [str(pencil)]
    refused = await world.manager.send("POST", path, {"answer": "refuse", "reason": "the show"})
    assert (refused["state"], refused["reason"]) == ("refused", "the show")
    assert await world.manager.get("/time-off") == []


async def test_others_time_off_is_seen_once_approved_and_without_a_word(world):
    asked = {"artist_id": world.ben, **days(20, 22), "note": "surgery"}
    await world.artist.refused(404, "not_found", "POST", "/time-off", asked)
    off = await world.manager.send("POST", "/time-off", asked)
    path = f"/time-off/{off['id']}"
    assert await world.artist.get("/time-off") == []
    await world.artist.no(404, "not_found", path)
    await world.artist.refused(404, "not_found", "POST", f"{path}/cancel")
    await world.manager.send("POST", f"{path}/answer", {"answer": "approve", "reason": "get well"})
    [seen] = await world.artist.get("/time-off")
    assert seen == await world.artist.get(path)
    assert seen.keys() == {"id", "artist_id", "start", "end", "state", "version"}
    body = await world.artist.page("/time-off", total=True, start=days(0, 21)["end"])
    assert (len(body["data"]), body["meta"]["total"]) == (1, 1)
    assert await world.artist.get("/time-off", end=days(0, 20)["end"]) == []
