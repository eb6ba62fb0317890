"""Artists' time and traits over REST: stretches, weeks, history, holidays, search."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.integration.api.conftest import MONDAY

WEEK = {"start": MONDAY.isoformat(), "end": (MONDAY + timedelta(days=7)).isoformat()}


def days(first, last=None):
    start = MONDAY + timedelta(days=first)
    return {
        "start": start.isoformat(),
        "end": (start + timedelta(days=(last or first) - first + 1)).isoformat(),
    }


async def test_stretches_tile_the_window_with_the_rank_a_hold_would_get(world):
    await world.book(world.ben, 1)
    await world.add("time_off.request", artist_id=world.ben, **days(3))
    calendar = await world.manager.get(f"/artists/{world.ben}/availability", **WEEK)
    tiles = calendar["stretches"]
    assert tiles[0]["start"].startswith(WEEK["start"][:16])
    assert all(one["end"] == other["start"] for one, other in pairwise(tiles))
    [busy] = [t for t in tiles if t["kind"] == "busy"]
    assert (busy["rank"], busy["status"], len(busy["booking_ids"])) == (2, "hold", 1)
    assert {t.get("time_off") for t in tiles} == {None, "requested"}


async def test_others_see_that_time_is_taken_and_nothing_more(world):
    await world.book(world.ben, 1)
    await world.add("time_off.request", artist_id=world.ben, **days(3))
    calendar = await world.artist.get(f"/artists/{world.ben}/availability", **WEEK)
    [busy] = [t for t in calendar["stretches"] if t["kind"] == "busy"]
    assert busy == {"start": busy["start"], "end": busy["end"], "kind": "busy", "status": "busy"}
    assert {t.get("time_off") for t in calendar["stretches"]} == {None}


async def test_approved_time_off_is_off_and_free_of_nobody(world):
    off = await world.add("time_off.request", artist_id=world.ben, **days(1))
    await world.studio.run("time_off.answer", {"time_off_id": str(off), "answer": "approve"})
    calendar = await world.manager.get(f"/artists/{world.ben}/availability", **WEEK)
    assert [t["kind"] for t in calendar["stretches"]].count("off") == 1
    check = {"artist_ids": [str(world.ben)], "ranges": [days(1)]}
    [checked] = await world.manager.send("POST", "/bookings/check-availability", check)
    assert (checked["standing"], checked["rank"], len(checked["away"])) == ("taken", None, 1)


async def test_weeks_tell_how_full_they_are(world):
    await world.book(world.ben, 1, status="confirmed")
    told = await world.manager.get(f"/artists/{world.ben}/utilisation", **WEEK)
    assert told["total"]["confirmed"] > 0
    assert told["total"]["utilisation"] == round(told["total"]["confirmed"] / told["total"]["working"], 4)
    assert sum(week["confirmed"] for week in told["weeks"]) == told["total"]["confirmed"]
    await world.artist.no(403, "forbidden", f"/artists/{world.ben}/utilisation", **WEEK)
    assert await world.artist.get(f"/artists/{world.ada}/utilisation", **WEEK)


async def test_the_history_of_an_artist_has_ended_bookings_latest_first(world):
    first = await world.book(world.ben, 1)
    second = await world.book(world.ben, 5)
    await world.manager.send("POST", f"/bookings/{second}/release", {})
    path = f"/artists/{world.ben}/bookings"
    assert [b["id"] for b in await world.manager.get(path)] == [str(first)]
    asked = {"history": True, "order": "-start"}
    assert [b["id"] for b in await world.manager.all(path, limit=1, **asked)] == [str(second), str(first)]
    assert await world.artist.get(path, **asked) == [], "others' history is not theirs"


async def test_holidays_are_the_studios_and_move_working_time(world):
    await world.owner.send("PATCH", "/tenants/current", {"holiday_country": "FR"})
    await world.owner.send(
        "PATCH", "/tenants/current", {"closures": [{"day": "2026-12-24", "name": "Party"}]}
    )
    found = await world.artist.get("/holidays", first="2026-12-20", last="2026-12-31")
    assert [(h["day"], h["name"]) for h in found] == [
        ("2026-12-24", "Party"),
        ("2026-12-25", "Christmas Day"),
    ]
    window = {"start": "2026-12-21T00:00:00Z", "end": "2026-12-26T00:00:00Z"}
    calendar = await world.manager.get(f"/artists/{world.ben}/availability", **window)
    assert len(calendar["working"]) == 3
    assert [t["name"] for t in calendar["stretches"] if t["kind"] == "holiday"] == ["Party", "Christmas Day"]
    countries = await world.artist.get("/holidays/countries")
    assert {"FR", "DE", "US"} <= {c["country"] for c in countries}


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"first": "2026-01-02", "last": "2026-01-01"}, "last"),
        ({"first": "2026-01-01", "last": "2036-01-01"}, "last"),
        ({"first": "1812-01-01", "last": "2026-01-01"}, "first"),
        ({"first": "2026-01-01", "last": "2026-02-01", "country": "XX"}, "country"),
        ({"first": "2026-01-01", "last": "2026-02-01", "country": "FR", "subdivision": "BY"}, "subdivision"),
        ({"first": "2026-01-01", "last": "2026-02-01", "subdivision": "BY"}, "subdivision"),
    ],
)
async def test_holidays_of_nowhere_are_refused(world, asked, path):
    error = await world.manager.no(400, "invalid", "/holidays", **asked)
    assert error["data"]["path"] == path


@pytest.fixture
async def crew(world):
    """Four more artists with skills, rates and tags."""
    for number, name in enumerate(("Cleo", "Dev", "Eve", "Fay")):
        await world.add(
            "artist.add",
            name=name,
            skills=[{"name": "Comp", "level": number * 2}, {"name": "Roto", "level": 5}],
            tags=["senior", "remote"] if number > 1 else ["senior"],
            zone="Asia/Tokyo" if number == 3 else "Europe/Paris",
            rate={"amount": 300 + 100 * number, "currency": "EUR" if number else "USD"},
        )
    return world


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"skill": "comp:4"}, ["Eve", "Fay"]),
        ({"skill": ["comp:2", "roto"]}, ["Dev", "Eve", "Fay"]),
        ({"tag": ["senior", "remote"]}, ["Eve", "Fay"]),
        ({"max_rate": 500, "currency": "EUR"}, ["Dev", "Eve"]),
        ({"zone": "Asia/Tokyo"}, ["Fay"]),
        ({"q": "ev", "skill": "roto"}, ["Dev", "Eve"]),
        ({"skill": "comp:9"}, []),
    ],
)
async def test_artists_are_found_by_what_they_can_and_cost(crew, asked, names):
    found = await crew.manager.page("/artists", total=True, **asked)
    assert [a["name"] for a in found["data"]] == names
    assert found["meta"]["total"] == len(names)


async def test_artists_are_found_who_are_free(crew):
    everybody = [a["id"] for a in await crew.manager.get("/artists")]
    short, long, away = everybody[2:5]
    await crew.book(short, 10)
    await crew.book(long, -200, days=300)
    off = await crew.add("time_off.request", artist_id=away, **days(10, 12))
    await crew.studio.run("time_off.answer", {"time_off_id": str(off), "answer": "approve"})
    window = days(10, 11)
    found = await crew.manager.get("/artists", free_from=window["start"], free_to=window["end"])
    assert {a["id"] for a in found} == set(everybody) - {short, long, away}


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"max_rate": 500}, "currency"),
        ({"currency": "EUR"}, "currency"),
        ({"max_rate": -1, "currency": "EUR"}, "max_rate"),
        ({"free_from": WEEK["start"]}, "free_to"),
        ({"free_from": WEEK["end"], "free_to": WEEK["start"]}, "end"),
    ],
)
async def test_half_a_question_about_artists_is_refused(world, asked, path):
    error = await world.manager.no(400, "invalid", "/artists", **asked)
    assert error["data"]["path"] == path


@pytest.mark.parametrize(
    "asked",
    [{"skill": "Comp"}, {"tag": "x"}, {"max_rate": 1, "currency": "EUR"}, {"free_from": WEEK["start"]}],
)
async def test_what_others_can_and_cost_is_the_studios_to_know(world, asked):
    await world.artist.no(403, "forbidden", "/artists", **asked)


async def test_projects_are_found_by_client_and_dates(world):
    for number, client in enumerate(("Acme", "ACME", "Bolt")):
        dates = {"start": f"2027-0{number + 1}-01", "end": f"2027-0{number + 1}-20"}
        await world.add("project.add", name=f"P{number}", client=client, **dates)
    assert [p["name"] for p in await world.manager.get("/projects", client="acme")] == ["P0", "P1"]
    window = {"first": "2027-02-10", "last": "2027-02-15"}
    assert "P1" in [p["name"] for p in await world.manager.get("/projects", **window)]
    assert "P2" not in [p["name"] for p in await world.manager.get("/projects", **window)]
    await world.artist.no(403, "forbidden", "/projects", client="acme")
    await world.manager.no(400, "invalid", "/projects", first="2027-02-10", last="2027-02-09")


async def test_a_freelancer_keeps_their_own_portfolio(world):
    reel = {"url": "https://reels.test/ada", "title": "Reel", "media_type": "reel"}
    own = await world.artist.send("PATCH", f"/artists/{world.ada}", {"portfolio": [reel]})
    assert own["portfolio"] == [reel]
    for url in (
        "javascript:alert(1)",
        "https://",
        "ftp://a.test/",
        "https://me:you@a.test/",
        "https://a b.test",
    ):
        body = {"portfolio": [{"url": url}]}
        await world.artist.refused(400, "invalid", "PATCH", f"/artists/{world.ada}", body)
    assert "portfolio" not in await world.artist.get(f"/artists/{world.ben}")


async def test_long_bookings_are_in_every_window_they_reach_into(world):
    """The window looks for long and short ones apart: none is lost between, none is listed twice."""
    asked = [(-360, 366), (-30, 60), (-16, 15), (-14, 14), (-13, 16), (-1, 2), (0, 1)]
    ids = [await world.book(world.ben, day, days=length) for day, length in asked]
    gone = await world.book(world.ben, -20, days=10)
    page = await world.manager.page(f"/artists/{world.ben}/bookings", total=True, **WEEK)
    found = [b["id"] for b in page["data"]]
    expected = [str(i) for i, (day, length) in zip(ids, asked, strict=True) if day + length > 0]
    assert found == expected
    assert str(gone) not in found
    assert page["meta"]["total"] == len(found)
    every = await world.manager.all(f"/artists/{world.ben}/bookings", limit=2, order="-start", **WEEK)
    assert [b["id"] for b in every] == expected[::-1]
