"""Calendars: a secret address that shows what its maker may see, while they may. Rules I1-I5 of feeds.md."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.feeds.calendar_page import calendar_endpoint

START = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=3)


@pytest.fixture
async def read(services, client):
    """Fetch a calendar by its path, as a calendar program does: without any header of ours."""
    import httpx

    app = Starlette(routes=[Route("/api/v1/calendars/{token}.ics", calendar_endpoint(services.pool))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as asking:

        async def fetch(path, **headers):
            return await asking.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        yield fetch


async def link(who, **subject):
    return await who.send("POST", "/calendar-links", subject)


async def place(world, artist_id, days, **fields):
    start = START + timedelta(days=days)
    return await world.add(
        "booking.place", artist_id=artist_id, start=start, end=start + timedelta(hours=9), **fields
    )


def entries(response):
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(response.content)
    return calendar, {str(e["UID"]).partition("@")[0]: e for e in calendar.walk("VEVENT")}


async def test_an_artists_calendar_shows_their_bookings_by_firmness(world, read):
    """I1, I2."""
    hold = await place(world, world.ben, 0, title="Hold on", status="hold")
    firm = await place(world, world.ben, 1, title="Shot 7", status="confirmed", project_id=world.project)
    other = await place(world, world.ada, 1, title="Elsewhere")
    made = await link(world.manager, artist_id=world.ben)
    calendar, found = entries(await read(made["path"]))
    assert {str(hold), str(firm)} <= found.keys()
    assert str(other) not in found
    assert found[str(hold)]["STATUS"] == "TENTATIVE"
    assert found[str(firm)]["STATUS"] == "CONFIRMED"
    assert found[str(firm)]["SUMMARY"] == "Shot 7"
    assert "Harbour" in found[str(firm)]["DESCRIPTION"]
    assert found[str(firm)]["SEQUENCE"] == 0
    start = found[str(firm)].decoded("DTSTART")
    assert start == START + timedelta(days=1)
    zones = {str(z["TZID"]) for z in calendar.walk("VTIMEZONE")}
    named = {str(e["DTSTART"].params["TZID"]) for e in found.values() if "TZID" in e["DTSTART"].params}
    assert named == zones


async def test_a_change_raises_the_sequence_and_the_etag(world, read):
    """I3."""
    booking = await place(world, world.ben, 0, title="Before")
    path = (await link(world.owner, artist_id=world.ben))["path"]
    first = await read(path)
    assert (await read(path, If_None_Match=first.headers["etag"])).status_code == 304
    assert (await read(path, If_None_Match=f'"x", W/{first.headers["etag"]}')).status_code == 304
    await world.owner.send("PATCH", f"/bookings/{booking}", {"title": "After"})
    second = await read(path, If_None_Match=first.headers["etag"])
    assert second.status_code == 200
    before, after = entries(first)[1][str(booking)], entries(second)[1][str(booking)]
    assert (before["UID"], after["SUMMARY"]) == (after["UID"], "After")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


async def test_a_project_calendar_names_who_works_on_it(world, read):
    booking = await place(world, world.ben, 0, title="Shot 8", project_id=world.project)
    other = await place(world, world.ben, 2, title="Another")
    _, found = entries(await read((await link(world.owner, project_id=world.project))["path"]))
    assert found[str(booking)]["SUMMARY"] == "Ben: Shot 8"
    assert str(other) not in found


async def test_whole_days_and_times_across_a_change_of_clocks(world, read):
    """I2: whole days in the booking's zone are dates; hours keep their hour by the zone's own rules."""
    zone = "Europe/Berlin"
    artist = await world.studio.artist(name="Cleo", zone=zone)
    year = START.year + 1
    whole = await world.add(
        "booking.place", artist_id=artist, start=f"{year}-03-01T23:00:00Z", end=f"{year}-03-03T23:00:00Z"
    )
    summer = await world.add(
        "booking.place", artist_id=artist, start=f"{year}-07-05T07:00:00Z", end=f"{year}-07-05T16:00:00Z"
    )
    calendar, found = entries(await read((await link(world.owner, artist_id=artist))["path"]))
    assert found[str(whole)]["DTSTART"].params["VALUE"] == "DATE"
    assert str(found[str(whole)].decoded("DTSTART")) == f"{year}-03-02"
    assert str(found[str(whole)].decoded("DTEND")) == f"{year}-03-04"
    begins = found[str(summer)]["DTSTART"]
    assert begins.params["TZID"] == zone
    assert begins.dt.hour == 9
    [described] = calendar.walk("VTIMEZONE")
    assert str(described["TZID"]) == zone
    assert {"STANDARD", "DAYLIGHT"} <= {part.name for part in described.subcomponents}


async def test_artists_link_their_own_calendar_and_no_other(world, read):
    """I4."""
    made = await link(world.artist, artist_id=world.ada)
    assert (await read(made["path"])).status_code == 200
    await world.artist.refused(403, "forbidden", "POST", "/calendar-links", {"artist_id": world.ben})
    await world.artist.refused(403, "forbidden", "POST", "/calendar-links", {"project_id": world.project})
    staffs = await link(world.owner, artist_id=world.ada)
    assert [one["id"] for one in await world.artist.get("/calendar-links")] == [made["link"]["id"]]
    await world.artist.refused(404, "not_found", "DELETE", f"/calendar-links/{staffs['link']['id']}")


async def test_a_link_ends_with_its_revocation_or_with_the_rights_of_its_maker(world, read):
    """I5: and says no more than a link that never was."""
    gone = await link(world.manager, artist_id=world.ben)
    makers = await link(world.manager, project_id=world.project)
    never = gone["path"][:-10] + "AAAAAA.ics"
    assert (await read(never)).status_code == 404
    await world.owner.send("DELETE", f"/calendar-links/{gone['link']['id']}")
    revoked = await read(gone["path"])
    assert revoked.status_code == 404
    assert revoked.content == (await read(never)).content
    assert (await read(makers["path"])).status_code == 200
    await world.deactivate(world.members["studio_manager"])
    assert (await read(makers["path"])).status_code == 404


async def test_addresses_are_not_kept_in_the_clear(world, services, read):
    made = await link(world.owner, artist_id=world.ben)
    secret = made["path"].rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(await world.owner.get("/calendar-links"))
    assert secret not in str(await world.owner.get("/integration-log"))
    for path in ("/api/v1/calendars/ptc_x.ics", "/api/v1/calendars/x.ics"):
        assert (await read(path)).status_code == 404


@pytest.mark.parametrize("body", [{}, {"artist_id": None}, {"artist_id": "x"}, {"unknown": 1}])
async def test_a_link_is_of_one_artist_or_one_project(world, body):
    await world.owner.refused(400, "invalid", "POST", "/calendar-links", body)
    both = {"artist_id": world.ben, "project_id": world.project}
    await world.owner.refused(400, "invalid", "POST", "/calendar-links", both)
