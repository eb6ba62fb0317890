"""Challenges and counter-proposals over REST, from the first demand to the last answer."""

from datetime import timedelta

import pytest

from tests.integration.api.conftest import MONDAY


def days(first, last):
    return {
        "start": (MONDAY + timedelta(days=first)).isoformat(),
        "end": (MONDAY + timedelta(days=last)).isoformat(),
    }


@pytest.fixture
async def line(world):
    """Two holds of Ben's on the same two days: the higher and the lower claim."""
    place = {"artist_id": world.ben, **days(14, 16)}
    return [(await world.manager.send("POST", "/bookings", place))["id"] for _ in range(2)]


async def test_a_challenge_is_opened_read_listed_and_answered(world, line):
    higher, lower = line
    response = await world.manager.write("POST", f"/bookings/{lower}/challenge")
    assert response.status_code == 201
    challenge = response.json()["data"]
    assert response.headers["location"] == f"/api/v1/challenges/{challenge['id']}"
    assert response.headers["etag"] == '"1"'
    assert [t["booking_id"] for t in challenge["targets"]] == [higher]
    assert await world.manager.get(f"/challenges/{challenge['id']}") == challenge
    for params in ({}, {"booking_id": lower}, {"artist_id": world.ben}, {"state": ["open", "won"]}):
        assert await world.manager.get("/challenges", **params) == [challenge]
    assert await world.manager.get("/challenges", booking_id=higher) == []
    assert (await world.manager.page("/challenges", total=True))["meta"]["total"] == 1

    answer = {"booking_id": higher, "answer": "release"}
    answered = await world.manager.send("POST", f"/challenges/{challenge['id']}/answer", answer)
    assert (answered["state"], answered["targets"][0]["outcome"]) == ("won", "released")
    assert (await world.manager.get(f"/bookings/{higher}"))["status"] == "released"
    error = await world.manager.refused(
        409, "wrong_state", "POST", f"/challenges/{challenge['id']}/answer", answer
    )
    assert error["data"]["current"]["challenge"]["state"] == "won"


async def test_a_target_that_confirms_bumps_the_challenger(world, line):
    higher, lower = line
    challenge = await world.manager.send("POST", f"/bookings/{lower}/challenge")
    answer = {"booking_id": higher, "answer": "confirm"}
    lost = await world.manager.send("POST", f"/challenges/{challenge['id']}/answer", answer)
    assert (lost["id"], lost["state"]) == (challenge["id"], "lost")
    assert (await world.manager.get(f"/bookings/{lower}"))["status"] == "bumped"
    assert await world.manager.get("/challenges") == []
    assert await world.manager.get("/challenges", state="lost") == [lost]


async def test_a_challenge_is_taken_back(world, line):
    challenge = await world.manager.send("POST", f"/bookings/{line[1]}/challenge")
    withdrawn = await world.manager.send("POST", f"/challenges/{challenge['id']}/withdraw")
    assert withdrawn["state"] == "withdrawn"
    await world.manager.refused(409, "wrong_state", "POST", f"/challenges/{challenge['id']}/withdraw")
    await world.manager.refused(409, "wrong_state", "POST", f"/bookings/{line[0]}/challenge")


async def test_others_challenges_look_like_none(world, line):
    challenge = await world.manager.send("POST", f"/bookings/{line[1]}/challenge")
    await world.artist.no(403, "forbidden", "/challenges")
    await world.artist.no(403, "forbidden", f"/challenges/{challenge['id']}")
    await world.manager.no(404, "not_found", f"/challenges/{line[0]}")


async def test_the_artists_dates_are_proposed_and_taken(world):
    path = f"/bookings/{world.booking}"
    proposal = {**days(30, 31), "note": "rather then"}
    countered = await world.artist.send("POST", f"{path}/counter", proposal)
    assert (countered["response"], countered["counter"]["note"]) == ("countered", "rather then")
    await world.artist.refused(403, "forbidden", "POST", f"{path}/answer-counter", {"take": True})
    taken = await world.manager.send("POST", f"{path}/answer-counter", {"take": True})
    assert (taken["status"], taken["counter"], taken["start"]) == (
        "pencil",
        None,
        countered["counter"]["start"],
    )


async def test_the_artists_dates_are_refused(world):
    path = f"/bookings/{world.booking}"
    await world.artist.send("POST", f"{path}/counter", days(30, 31))
    kept = await world.manager.send("POST", f"{path}/answer-counter", {"take": False})
    assert (kept["response"], kept["counter"]) == ("none", None)
    await world.manager.refused(409, "wrong_state", "POST", f"{path}/answer-counter", {"take": False})
