"""What a freelancer gets to see and do: their own in full, of others only that the time is taken."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.api.conftest import MONDAY

SECRETS = ("Secret title", "Secret notes", "Harbour", "ben@example.test")


@pytest.fixture
async def taken(world):
    """Somebody else's booking, with things to hide."""
    return await world.book(
        world.ben,
        2,
        2,
        title="Secret title",
        notes="Secret notes",
        project_id=world.project,
        status="confirmed",
    )


def is_masked(booking):
    return booking.keys() == {"id", "artist_id", "start", "end", "status", "version"}


async def test_others_bookings_are_only_busy(world, taken):
    mine, theirs = await world.artist.get("/bookings")
    assert mine["title"] == "Shot 10"
    assert mine["rank"] == 1
    assert is_masked(theirs)
    assert theirs["status"] == "busy"
    assert theirs["id"] == str(taken)
    assert await world.artist.get(f"/bookings/{taken}") == theirs
    assert await world.artist.get(f"/artists/{world.ben}/bookings") == [theirs]


async def test_ended_bookings_of_others_are_not_there(world, taken):
    await world.manager.send("POST", f"/bookings/{taken}/cancel", {"reason": "Gone"})
    await world.artist.no(404, "not_found", f"/bookings/{taken}")
    assert [b["id"] for b in await world.artist.get("/bookings")] == [str(world.booking)]


async def test_filters_tell_nothing_of_others_bookings(world, taken):
    for params in (
        {"q": "Secret"},
        {"status": "confirmed"},
        {"status": ["hold", "pencil", "confirmed"], "artist_id": world.ben},
        {"project_id": world.project, "artist_id": world.ben},
        {"phase_id": world.phase},
    ):
        found = await world.artist.page("/bookings", total=True, **params)
        assert str(taken) not in str(found)
        assert found["meta"]["total"] == len(found["data"])
    of_project = await world.artist.get(f"/projects/{world.project}/bookings")
    assert [b["id"] for b in of_project] == [str(world.booking)]


async def test_people_are_seen_by_name_and_zone(world):
    ada, ben = await world.artist.get("/artists")
    assert ada["skills"]
    assert ben.keys() == {"id", "name", "zone", "active", "version"}
    assert (await world.artist.get(f"/artists/{world.ben}")).keys() == ben.keys()
    assert await world.artist.get("/artists", q="ben@") == []
    await world.artist.no(403, "forbidden", "/artists", skill="Compositing")
    await world.artist.no(403, "forbidden", "/artists", tag="film")


async def test_projects_are_seen_while_one_is_booked_on_them(world):
    other = await world.add("project.add", name="Alps", client="Secret client")
    [seen] = await world.artist.get("/projects")
    assert seen.keys() == {"id", "name", "colour", "status", "version"}
    assert (await world.artist.get(f"/projects/{world.project}")) == seen
    for path in (f"/projects/{other}", f"/projects/{other}/bookings"):
        await world.artist.no(404, "not_found", path)
    await world.manager.send("POST", f"/bookings/{world.booking}/release", {})
    assert await world.artist.get("/projects") == []
    await world.artist.no(404, "not_found", f"/projects/{world.project}")


async def test_the_log_is_masked(world, taken):
    events = await world.artist.get("/events", limit=500)
    text = str(events)
    for secret in (*SECRETS[:2], SECRETS[3], f"studio_owner@{world.slug}.test"):
        assert secret not in text
    [masked] = [e for e in events if e["entity"]["id"] == str(taken)]
    assert masked["type"] == "booking.masked"
    assert masked["actor"] == {"kind": "hidden"}
    assert "command_id" not in masked
    assert is_masked(masked["data"]["booking"])
    [own] = [e for e in events if e["entity"]["id"] == str(world.booking)]
    assert own["data"]["booking"]["title"] == "Shot 10"


async def test_availability_shows_others_time_as_taken(world, taken):
    window = {"start": MONDAY.isoformat(), "end": (MONDAY + timedelta(days=5)).isoformat()}
    theirs = await world.artist.get(f"/artists/{world.ben}/availability", **window)
    assert [b["status"] for b in theirs["busy"]] == ["busy"]
    assert theirs["busy"][0].keys() == {"start", "end", "status"}
    mine = await world.artist.get(f"/artists/{world.ada}/availability", **window)
    assert mine["busy"][0]["booking_id"] == str(world.booking)
    checked = await world.artist.send("POST", "/bookings/check-availability", {"ranges": [window]})
    text = str(checked)
    assert str(taken) not in text
    assert "Secret" not in text
    assert {c["artist_id"]: c["rank"] for c in checked} == {str(world.ada): 2, str(world.ben): None}
    assert {c["standing"] for c in checked} == {"in_line", "taken"}


async def test_a_freelancer_answers_for_themselves_only(world, taken):
    for verb in ("accept", "decline", "withdraw"):
        await world.artist.refused(404, "not_found", "POST", f"/bookings/{taken}/{verb}", {})
    unknown = await world.artist.refused(404, "not_found", "POST", f"/bookings/{uuid4()}/accept", {})
    assert unknown.keys() == {"code", "message", "retryable"}


async def test_a_freelancer_keeps_their_own_profile(world):
    changed = await world.artist.send("PATCH", f"/artists/{world.ada}", {"skills": [{"name": "FX"}]})
    assert changed["skills"][0]["name"] == "FX"
    await world.artist.refused(403, "forbidden", "PATCH", f"/artists/{world.ada}", {"name": "Boss"})
    await world.artist.refused(404, "not_found", "PATCH", f"/artists/{world.ben}", {"skills": []})


async def test_an_account_without_an_artist_sees_no_details_at_all(world, api, taken):
    await world.member("freelancer", "unlinked@example.test")
    who = await world.sign_in_as("unlinked@example.test")
    assert all(is_masked(b) for b in await who.get("/bookings"))
    assert await who.get("/bookings", q="Secret", total=True) == []
    assert await who.get("/projects") == []
    assert all("skills" not in a for a in await who.get("/artists"))
    assert "Shot 10" not in str(await who.get("/events", limit=500))
