"""A signed-in browser window on the schedule, in the terms of the person at it: artists, hours, drags."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from tests.harness.patience import DEADLINE

PASSWORD = "two windows, one schedule"
OWNER, MANAGER, ARTIST = "owner@demo.studio", "manager@demo.studio", "artist@demo.studio"
DAY = timedelta(days=1)
TOLERANCE = 4
"""Pixels between a bar and where it should be: borders and rounding."""
EDGE = 3
"""Pixels from a bar's end that its handle covers."""


_COUNT = """async url => {
    const bytes = Uint8Array.from(atob(url.split(",")[1]), c => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let different = 0;
    for (let at = 0; at < data.length; at += 4)
        if (data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2]) different += 1;
    return different;
}"""


def today() -> datetime:
    """Midnight, in UTC, of the day that the demo's studio has: its screens begin by that day."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    return now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)


class Studio:
    """The server over REST: what is true, and what a test prepares."""

    def __init__(self, url: str, email: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False, verify=False)
        signed_in = self._client.post(
            "/api/v1/auth/login", json={"email": email, "password": PASSWORD}
        ).json()
        self._client.headers["Authorization"] = f"Bearer {signed_in['data']['access_token']}"

    def run(self, op: str, **args: Any) -> dict[str, Any]:
        """One command, which must be accepted."""
        answer = self._client.post(
            "/api/v1/commands", json={"id": str(uuid4()), "op": op, "args": args}
        ).json()
        assert not answer.get("error"), answer
        result: dict[str, Any] = answer["data"]
        return result

    def me(self) -> dict[str, Any]:
        """The member who is signed in."""
        found: dict[str, Any] = self._client.get("/api/v1/auth/me").json()["data"]["member"]
        return found

    def tenant(self) -> dict[str, Any]:
        """The studio itself, with its policies."""
        found: dict[str, Any] = self._client.get("/api/v1/tenants/current").json()["data"]
        return found

    def artist(self, name: str) -> str:
        """A new artist who works whenever the test likes."""
        artist_id = str(uuid4())
        hours = [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]
        skills = [{"name": f"skill of {name.split(maxsplit=1)[0]}"}]
        self.run("artist.add", id=artist_id, name=name, zone="UTC", working_hours=hours, skills=skills)
        return artist_id

    def place(
        self, artist_id: str, title: str, start: datetime, hours: float = 24, status: str = "hold"
    ) -> str:
        """A booking that stands already."""
        booking_id = str(uuid4())
        self.run(
            "booking.place",
            id=booking_id,
            artist_id=artist_id,
            title=title,
            start=start.isoformat(),
            end=(start + timedelta(hours=hours)).isoformat(),
            status=status,
        )
        return booking_id

    def booking(self, booking_id: str) -> dict[str, Any]:
        """A booking as the server has it."""
        found: dict[str, Any] = self._client.get(f"/api/v1/bookings/{booking_id}").json()["data"]
        return found

    def reached(self, booking_id: str) -> dict[str, Any]:
        """Whether the artist was told of a booking, and saw it."""
        found: dict[str, Any] = self._client.get(f"/api/v1/bookings/{booking_id}/notices").json()["data"]
        return found

    def bookings_of(self, artist_id: str) -> list[dict[str, Any]]:
        """The live bookings of an artist."""
        found = self._client.get(f"/api/v1/artists/{artist_id}/bookings").json()["data"]
        return [b for b in found if b["status"] in {"hold", "pencil", "confirmed"}]

    def times_off(self, artist_id: str) -> list[dict[str, Any]]:
        """An artist's time off, asked for or approved."""
        params = {"artist_id": artist_id}
        found: list[dict[str, Any]] = self._client.get("/api/v1/time-off", params=params).json()["data"]
        return found

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        """The log."""
        events: list[dict[str, Any]] = []
        while True:
            page = self._client.get("/api/v1/events", params={"since": since, "limit": 500}).json()
            found = page["data"] if isinstance(page["data"], list) else page["data"]["events"]
            if not found:
                return events
            events += found
            since = found[-1]["seq"]

    def close(self) -> None:
        self._client.close()


class Window:
    """One person's window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    @classmethod
    async def open(
        cls, browser: Browser, url: str, email: str, *, find: str, size: tuple[int, int] = (1280, 800)
    ) -> Window:
        """Sign in, and look at the artists whose names contain `find`."""
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
        window = cls(await context.new_page())
        await window.page.goto(url)
        await window.page.get_by_label("E-mail").fill(email)
        await window.page.get_by_label("Password").fill(PASSWORD)
        await window.page.get_by_role("button", name="Sign in").click()
        await window.expect_live()
        await window.page.get_by_label("Find artists").fill(find)
        return window

    async def close(self) -> None:
        await self.page.context.close()
        assert not self.problems, self.problems

    async def expect_live(self) -> None:
        await expect(self.page.get_by_test_id("connection")).to_contain_text("Live")

    # -- what is on the surface -----------------------------------------------------------

    def bar(self, booking_id: str) -> Locator:
        return self.page.locator(f'[data-booking-id="{booking_id}"]')

    def row(self, artist_id: str) -> Locator:
        return self.page.locator(f'[data-row-id="{artist_id}"]')

    async def box(self, locator: Locator) -> dict[str, float]:
        found = await locator.bounding_box()
        assert found is not None
        return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}

    async def measure_by(self, booking_id: str, start: datetime, hours: float) -> None:
        """Read time off the screen by one bar whose range is known and stays."""
        await expect(self.bar(booking_id)).to_be_visible()
        self._ruler, self._ruler_start, self._ruler_hours = booking_id, start, hours

    async def x(self, at: datetime) -> float:
        """Where a moment lies on the screen now."""
        box = await self.box(self.bar(self._ruler))
        hours = (at - self._ruler_start) / timedelta(hours=1)
        return box["x"] + hours * box["width"] / self._ruler_hours

    async def y(self, artist_id: str) -> float:
        """The first lane of an artist's row."""
        return (await self.box(self.row(artist_id)))["y"] + 18

    # -- what hands do --------------------------------------------------------------------

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        await self.grab(start, end)
        await self.page.mouse.up()

    async def grab(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press, and move in steps as a hand does; do not let go."""
        await self.page.mouse.move(*start)
        await self.page.mouse.down()
        await self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
        await self.page.mouse.move(*end, steps=6)

    async def centre(self, booking_id: str) -> tuple[float, float]:
        await expect(self.bar(booking_id)).to_be_visible()
        box = await self.box(self.bar(booking_id))
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def grab_bar(self, booking_id: str, *, to: datetime, artist_id: str, hours: float = 24) -> None:
        """Take a bar by its middle, to where it would start at `to`."""
        middle = await self.x(to + timedelta(hours=hours) / 2)
        await self.grab(await self.centre(booking_id), (middle, await self.y(artist_id)))

    async def drop_bar(self, booking_id: str, *, to: datetime, artist_id: str, hours: float = 24) -> None:
        await self.grab_bar(booking_id, to=to, artist_id=artist_id, hours=hours)
        await self.page.mouse.up()

    async def expect_bar(self, booking_id: str, *, at: datetime, artist_id: str) -> None:
        """The bar comes to stand at a time in an artist's row."""
        place = self.row(artist_id).locator(f'[data-booking-id="{booking_id}"]')
        await expect(place).to_be_visible()
        deadline = datetime.now(UTC) + timedelta(seconds=DEADLINE)
        while True:
            left, wanted = (await self.box(self.bar(booking_id)))["x"], await self.x(at)
            if abs(left - wanted) < TOLERANCE:
                return
            assert datetime.now(UTC) < deadline, f"the bar is at {left}, {at} is at {wanted}"
            await self.next_frame()

    async def painted(self, artist_id: str, start: datetime, hours: float = 24) -> int:
        """How many pixels of a place in an artist's row differ from its corner: 0 where it is empty."""
        box = await self.box(self.row(artist_id))
        left, right = await self.x(start), await self.x(start + timedelta(hours=hours))
        clip: FloatRect = {"x": left + 8, "y": box["y"] + 8, "width": right - left - 16, "height": 26}
        picture = base64.b64encode(await self.page.screenshot(clip=clip)).decode()
        count: int = await self.page.evaluate(_COUNT, f"data:image/png;base64,{picture}")
        return count

    async def next_frame(self) -> None:
        await self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => done(true)))")
