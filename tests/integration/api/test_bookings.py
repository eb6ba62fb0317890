"""Bookings over REST: a booking's whole life, and every way to look for it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.api.conftest import MONDAY


def at(day, hours=0):
    return (MONDAY + timedelta(days=day, hours=hours)).isoformat()


def instant(text):
    return text.replace("Z", "+00:00")


async def test_a_booking_is_placed_read_and_listed(world):
    response = await world.manager.write(
        "POST",
        "/bookings",
        {
            "artist_id": world.ben,
            "start": at(0),
            "end": at(3),
            "title": "Shot 20",
            "project_id": world.project,
        },
    )
    assert response.status_code == 201
    booking = response.json()["data"]
    assert response.headers["location"] == f"/api/v1/bookings/{booking['id']}"
    assert response.headers["etag"] == '"1"'
    assert response.json()["meta"]["seq"] > 0
    assert booking["status"] == "hold"
    assert booking["rank"] == 1
    read = await world.manager.get(f"/bookings/{booking['id']}")
    assert read == booking
    assert booking in await world.manager.get("/bookings", artist_id=world.ben)


async def test_a_booking_goes_through_its_life(world):
    path = f"/bookings/{world.booking}"
    accepted = await world.artist.send("POST", f"{path}/accept")
    assert accepted["status"] == "pencil"
    confirmed = await world.manager.send("POST", f"{path}/confirm")
    assert confirmed["status"] == "confirmed"
    error = await world.manager.refused(400, "invalid", "POST", f"{path}/cancel")
    assert "reason" in error["message"]
    cancelled = await world.manager.send("POST", f"{path}/cancel", {"reason": "The client left"})
    assert cancelled["status"] == "cancelled"
    assert cancelled["reason"] == "The client left"
    error = await world.manager.refused(409, "wrong_state", "POST", f"{path}/confirm")
    assert error["data"]["current"]["booking"]["status"] == "cancelled"
    assert (await world.manager.get(path))["status"] == "cancelled"
    assert world.booking not in [b["id"] for b in await world.manager.get("/bookings")]


@pytest.mark.parametrize(("verb", "status"), [("decline", "declined"), ("release", "released")])
async def test_a_hold_ends(world, verb, status):
    who = world.artist if verb == "decline" else world.manager
    ended = await who.send("POST", f"/bookings/{world.booking}/{verb}", {})
    assert ended["status"] == status
    assert ended["rank"] is None


async def test_an_artist_takes_a_yes_back(world):
    await world.artist.send("POST", f"/bookings/{world.booking}/accept")
    ended = await world.artist.send("POST", f"/bookings/{world.booking}/withdraw", {"reason": "Ill"})
    assert ended["status"] == "withdrawn"


async def test_some_days_are_released(world):
    booking = await world.book(world.ben, 0, 5)
    shrunk = await world.manager.send("POST", f"/bookings/{booking}/release", {"start": at(3), "end": at(5)})
    assert instant(shrunk["end"]) == at(3)


async def test_a_booking_is_moved_resized_and_reassigned(world):
    path = f"/bookings/{world.booking}"
    moved = await world.manager.send("POST", f"{path}/move", {"start": at(7), "end": at(8)})
    assert instant(moved["start"]) == at(7)
    resized = await world.manager.send("POST", f"{path}/resize", {"start": at(7), "end": at(10)})
    assert instant(resized["end"]) == at(10)
    given = await world.manager.send("POST", f"{path}/reassign", {"artist_id": world.ben})
    assert given["artist_id"] == str(world.ben)
    assert given["version"] == 4


async def test_a_clash_is_refused_with_what_blocks_and_what_is_free(world):
    await world.book(world.ben, 0, 2, status="confirmed", title="Taken")
    body = {"artist_id": world.ben, "start": at(1), "end": at(2), "status": "confirmed"}
    error = await world.manager.refused(409, "conflict", "POST", "/bookings", body)
    assert [b["title"] for b in error["data"]["blocking"]] == ["Taken"]
    assert error["data"]["alternatives"]
    assert not error["retryable"]


async def test_a_pencil_behind_a_hold_is_not_first(world):
    body = {"artist_id": world.ada, "start": at(0), "end": at(1), "status": "pencil"}
    error = await world.manager.refused(409, "not_first", "POST", "/bookings", body)
    assert error["data"]["rank"] == 2


async def test_ranks_stand_in_lists_and_single_reads(world):
    second = await world.book(world.ada, 0, 2)
    read = await world.manager.get(f"/bookings/{second}")
    assert read["rank"] == 2
    assert [s["rank"] for s in read["segments"]] == [2, 1]
    listed = {b["id"]: b["rank"] for b in await world.manager.get("/bookings", limit=500)}
    assert listed[str(second)] == 2
    assert listed[str(world.booking)] == 1


# -- PATCH -------------------------------------------------------------------------------


async def test_patch_changes_words(world):
    patched = await world.manager.send("PATCH", f"/bookings/{world.booking}", {"title": "New", "notes": "n"})
    assert (patched["title"], patched["notes"], patched["version"]) == ("New", "n", 2)


async def test_patch_moves(world):
    body = {"start": at(2), "end": at(4), "artist_id": str(world.ben)}
    patched = await world.manager.send("PATCH", f"/bookings/{world.booking}", body)
    assert (instant(patched["start"]), instant(patched["end"])) == (at(2), at(4))
    assert patched["artist_id"] == str(world.ben)


async def test_patch_reassigns(world):
    patched = await world.manager.send("PATCH", f"/bookings/{world.booking}", {"artist_id": str(world.ben)})
    assert patched["artist_id"] == str(world.ben)
    assert instant(patched["start"]) == at(0)


async def test_patch_of_one_end_leaves_the_other(world):
    patched = await world.manager.send("PATCH", f"/bookings/{world.booking}", {"end": at(3)})
    assert (instant(patched["start"]), instant(patched["end"])) == (at(0), at(3))
    await world.manager.refused(400, "invalid", "PATCH", f"/bookings/{world.booking}", {"start": at(4)})


async def test_patch_changes_words_and_dates_together(world):
    response = await world.manager.write(
        "PATCH", f"/bookings/{world.booking}", {"title": "Both", "start": at(5), "end": at(6)}, If_Match='"1"'
    )
    patched = response.json()["data"]
    assert (patched["title"], instant(patched["start"])) == ("Both", at(5))
    assert response.headers["etag"] == f'"{patched["version"]}"'
    events = await world.manager.get("/events", limit=500)
    last = [e for e in events if e["entity"]["id"] == str(world.booking)][-2:]
    assert len({e["command_id"] for e in last}) == 1


async def test_patch_of_both_changes_neither_where_one_is_refused(world):
    await world.book(world.ben, 0, 9, status="confirmed")
    body = {"title": "Both", "artist_id": str(world.ben)}
    error = await world.manager.refused(409, "conflict", "PATCH", f"/bookings/{world.booking}", body)
    assert error["data"]["blocking"]
    assert (await world.manager.get(f"/bookings/{world.booking}"))["title"] == "Shot 10"


@pytest.mark.parametrize("body", [{}, {"title": "Shot 10"}, {"start": at(0), "end": at(1), "notes": ""}])
async def test_patch_that_changes_nothing_is_fine(world, body):
    response = await world.manager.write("PATCH", f"/bookings/{world.booking}", body)
    assert response.status_code == 200
    assert response.headers["etag"] == '"1"'


async def test_patch_clears_with_null(world):
    patched = await world.manager.send("PATCH", f"/bookings/{world.booking}", {"project_id": None})
    assert patched["project_id"] is None


# -- looking for bookings ----------------------------------------------------------------


@pytest.fixture
async def many(world):
    ids = [await world.book(world.ben, day, title=f"Comp {day}") for day in range(0, 14, 2)]
    ended = await world.book(world.ben, 30, title="Ended")
    await world.manager.send("POST", f"/bookings/{ended}/release", {})
    return [str(i) for i in ids], str(ended)


async def test_lists_are_filtered(world, many):
    ids, ended = many

    async def found(**params):
        return [b["id"] for b in await world.manager.all("/bookings", **params)]

    assert await found(artist_id=world.ben) == ids
    assert sorted(await found(artist_id=[world.ben, world.ada])) == sorted([*ids, str(world.booking)])
    assert await found(project_id=world.project) == [str(world.booking)]
    assert await found(status="released") == [ended]
    assert await found(status=["released", "hold"], artist_id=world.ben) == [*ids, ended]
    assert await found(status="confirmed") == []
    assert await found(q="COMP 4") == [ids[2]]
    assert await found(q="%") == []
    assert await found(phase_id=world.phase) == []


async def test_windows_take_what_overlaps_them(world, many):
    ids, _ = many

    async def found(start, end):
        return [
            b["id"] for b in await world.manager.get("/bookings", artist_id=world.ben, start=start, end=end)
        ]

    assert await found(at(2), at(5)) == ids[1:3]
    assert await found(at(2, 23), at(4)) == ids[1:2]
    assert await found(at(3), at(4)) == []  # half-open on both sides
    long = await world.book(world.ben, -300, 305)
    assert str(long) in await found(at(2), at(3))


async def test_artists_and_projects_have_their_bookings(world, many):
    ids, _ = many
    assert [b["id"] for b in await world.manager.get(f"/artists/{world.ben}/bookings")] == ids
    of_project = await world.manager.get(f"/projects/{world.project}/bookings")
    assert [b["id"] for b in of_project] == [str(world.booking)]
    for path in ("artists", "projects"):
        await world.manager.no(404, "not_found", f"/{path}/{uuid4()}/bookings")
