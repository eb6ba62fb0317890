"""Busy times out of somebody's own calendar: read, never stored."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

BERLIN = ZoneInfo("Europe/Berlin")
SOON = (datetime.now(UTC) + timedelta(days=10)).replace(hour=0, minute=0, second=0, microsecond=0)


def event(uid, start, *lines):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def calendar(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""])


async def read(who, content, zone="Europe/Berlin", status=200):
    response = await who.write("POST", "/calendar-files/read", {"content": content, "zone": zone})
    assert response.status_code == status, response.text
    return response.json()


@pytest.fixture
def artist(world):
    return world.artist


async def test_events_ahead_are_read_in_order_with_their_days(artist):
    day = f"{SOON:%Y%m%d}"
    content = calendar(
        event("b", f"DTSTART:{day}T180000", f"DTEND:{day}T200000", "SUMMARY:Dinner"),
        event("a", f"DTSTART;VALUE=DATE:{day}", "SUMMARY:Wedding"),
        event("over", "DTSTART:20200101T100000Z", "DTEND:20200101T110000Z", "SUMMARY:Over"),
        event("gone", f"DTSTART:{day}T100000Z", f"DTEND:{day}T110000Z", "STATUS:CANCELLED"),
    )
    body = (await read(artist, content))["data"]
    assert [(span["title"], span["whole_days"]) for span in body["spans"]] == [
        ("Wedding", True),
        ("Dinner", False),
    ]
    wedding, dinner = body["spans"]
    midnight = datetime.combine(SOON.date(), datetime.min.time(), BERLIN)
    assert datetime.fromisoformat(wedding["start"]) == midnight
    # A time without a zone is one on the artist's clock.
    assert datetime.fromisoformat(dinner["start"]).astimezone(BERLIN).hour == 18
    assert body["notes"] == ["1 cancelled event was left out"]
    assert body["more"] == 0


async def test_a_repeating_event_is_taken_apart_and_bounded(artist):
    content = calendar(
        event("r", f"DTSTART:{SOON:%Y%m%d}T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=250")
    )
    body = (await read(artist, content))["data"]
    assert len(body["spans"]) == 200
    assert body["more"] == 50


@pytest.mark.parametrize(
    ("content", "zone", "part"),
    [
        ("not a calendar", "Europe/Berlin", "content"),
        (calendar(), "Europe/Berlin", "content"),
        (calendar(event("a", "DTSTART;VALUE=DATE:20990101")), "Mars/Olympus", "zone"),
    ],
)
async def test_what_cannot_be_read_is_said(artist, content, zone, part):
    error = (await read(artist, content, zone, status=400))["error"]
    assert error["code"] == "invalid"
    assert part in error["message"].lower()
