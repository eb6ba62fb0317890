"""Two people on one schedule: what one does, the other sees; what collides, one of them keeps."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.board import EDGE, Studio, Window
from tests.harness.browser import ARGUMENTS, find_browser
from tests.harness.patience import DEADLINE
from tests.harness.process import ServerProcess
from tests.harness.proxy import Wire, wire_to

OWNER, MANAGER = "owner@demo.studio", "manager@demo.studio"
DAY = timedelta(days=1)


def today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


Story = Callable[[ServerProcess, Studio, Browser], Coroutine[Any, Any, None]]


def in_own_loop(story: Story) -> Callable[[ServerProcess, Studio], None]:
    """A test that plays in a thread of its own."""

    def test(demo: ServerProcess, studio: Studio) -> None:
        play_in_own_loop(lambda browser: story(demo, studio, browser))

    test.__doc__ = story.__doc__
    return test


def play_in_own_loop(story: Callable[[Browser], Coroutine[Any, Any, None]]) -> None:
    """Play a story with a browser of its own.

    The synchronous Playwright of the other browser tests keeps a loop running in the main thread.
    """

    async def play() -> None:
        found = find_browser()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(found.executable),
                args=list(ARGUMENTS),
                env={**os.environ, **found.environment},
            )
            await story(browser)
            await browser.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, play()).result()


class Stage:
    """Two artists with a name of this test's own, a bar to measure by, and two windows."""

    def __init__(self, studio: Studio, name: str, *, day: datetime | None = None) -> None:
        self.studio = studio
        self.name = name
        self.ada = studio.artist(f"{name} Ada")
        self.ben = studio.artist(f"{name} Ben")
        self.day = day or today() + DAY
        self.ruler = studio.place(self.ben, "Ruler", self.day, status="confirmed")

    async def window(self, browser: Browser, url: str, email: str) -> Window:
        window = await Window.open(browser, url, email, find=self.name)
        await window.measure_by(self.ruler, self.day, 24)
        return window


Meanwhile = Callable[[str, Window, Window], Coroutine[Any, Any, None]]


async def nothing(_chapter: str, _mine: Window, _theirs: Window) -> None:
    """What happens to the servers where nothing does."""


async def what_one_does_the_other_sees(  # noqa: PLR0915 - one story, told in one go
    url: str, studio: Studio, browser: Browser, name: str, meanwhile: Meanwhile = nothing
) -> None:
    """The whole of a booking's life in one window, seen in the other.

    `meanwhile` is told the chapters as they begin, and may do to the servers what it likes.
    """
    # Two days ago is at the left edge, and stays in sight when the details open at the right.
    stage = Stage(studio, name, day=today() - 2 * DAY)
    day = stage.day
    mine = await stage.window(browser, url, OWNER)
    theirs = await stage.window(browser, url, MANAGER)

    await meanwhile("together", mine, theirs)

    # Who is here.
    for window in (mine, theirs):
        await expect(window.page.get_by_test_id("people")).to_be_visible()

    # Create by dragging over free time.
    y = await mine.y(stage.ada)
    await mine.drag((await mine.x(day + DAY), y), (await mine.x(day + 2 * DAY), y))
    popover = mine.page.get_by_test_id("create-booking")
    await popover.get_by_label("Title").fill("Plate cleanup")
    await popover.get_by_role("button", name="Book").click()
    await expect(theirs.page.get_by_label(re.compile("^.*Plate cleanup"))).to_be_visible()
    [booking] = studio.bookings_of(stage.ada)
    bar = booking["id"]
    assert booking["status"] == "hold"
    await mine.expect_bar(bar, at=day + DAY, artist_id=stage.ada)

    # Move in time and to another artist in one gesture; the other sees it fly before it lands.
    before = await theirs.painted(stage.ben, day + 2 * DAY)
    await mine.grab_bar(bar, to=day + 2 * DAY, artist_id=stage.ben)
    await _until_painted(theirs, stage.ben, day + 2 * DAY, above=before + 200)
    await theirs.expect_bar(bar, at=day + DAY, artist_id=stage.ada)
    await mine.page.mouse.up()
    await theirs.expect_bar(bar, at=day + 2 * DAY, artist_id=stage.ben)
    await mine.expect_bar(bar, at=day + 2 * DAY, artist_id=stage.ben)

    # Resize at the end.
    await meanwhile("resize", mine, theirs)
    box = await mine.box(mine.bar(bar))
    middle = box["y"] + box["height"] / 2
    await mine.drag((box["x"] + box["width"] - EDGE, middle), (await mine.x(day + 4 * DAY), middle))
    await _until(lambda: studio.booking(bar)["end"] == _wire(day + 4 * DAY))
    assert studio.booking(bar)["start"] == _wire(day + 2 * DAY)

    await meanwhile("edit", mine, theirs)

    # Edit, then hold → pencil → confirmed.
    await mine.page.mouse.click(*(await mine.centre(bar)))
    details = mine.page.get_by_test_id("details")
    title = details.get_by_label("Title")
    await title.fill("Plate cleanup v2")
    await title.press("Enter")
    await expect(theirs.page.get_by_label(re.compile("Plate cleanup v2"))).to_be_visible()
    await details.get_by_role("button", name=re.compile("Accept")).click()
    await expect(
        theirs.page.get_by_label(re.compile("Plate cleanup v2.*pencil", re.IGNORECASE))
    ).to_be_visible()
    await details.get_by_role("button", name=re.compile("Confirm")).click()
    await expect(
        theirs.page.get_by_label(re.compile("Plate cleanup v2.*confirmed", re.IGNORECASE))
    ).to_be_visible()

    await meanwhile("undo", mine, theirs)

    # Undo, twice: confirmed → pencil → hold.
    await mine.page.get_by_role("button", name="Undo").click()
    await expect(
        theirs.page.get_by_label(re.compile("Plate cleanup v2.*pencil", re.IGNORECASE))
    ).to_be_visible()
    await mine.page.get_by_role("button", name="Undo").click()
    await _until(lambda: studio.booking(bar)["status"] == "hold")

    # Delete: a hold is released, and gone from both.
    await mine.page.mouse.click(*(await mine.centre(bar)))
    await mine.page.keyboard.press("Delete")
    await expect(theirs.bar(bar)).to_have_count(0)
    await expect(mine.bar(bar)).to_have_count(0)
    assert studio.booking(bar)["status"] == "released"
    await mine.close()
    await theirs.close()


@in_own_loop
async def test_what_one_does_the_other_sees(demo: ServerProcess, studio: Studio, browser: Browser) -> None:
    await what_one_does_the_other_sees(demo.url, studio, browser, "Quill")


@in_own_loop
async def test_a_drop_that_would_double_book_snaps_back_with_the_reason(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    stage = Stage(studio, "Rook")
    taken = studio.place(stage.ada, "Taken already", stage.day, status="confirmed")
    loose = studio.place(stage.ada, "Loose pencil", stage.day + 2 * DAY, status="pencil")
    window = await stage.window(browser, demo.url, MANAGER)
    await window.drop_bar(loose, to=stage.day, artist_id=stage.ada)
    await expect(window.page.get_by_test_id("toast").first).to_contain_text(
        re.compile("Taken already|already booked", re.IGNORECASE)
    )
    await window.expect_bar(loose, at=stage.day + 2 * DAY, artist_id=stage.ada)
    assert studio.booking(loose)["start"] == _wire(stage.day + 2 * DAY)
    assert studio.booking(taken)["version"] == 1
    await window.close()


@in_own_loop
async def test_two_who_drop_onto_one_free_slot_at_once_one_wins_and_the_other_learns_why(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    stage = Stage(studio, "Sable")
    slot = stage.day + 3 * DAY
    bars = [
        studio.place(stage.ada, "From Ada", stage.day, status="pencil"),
        studio.place(stage.ben, "From Ben", stage.day + DAY, status="pencil"),
    ]
    cleo = studio.artist("Sable Cleo")
    windows = [
        await stage.window(browser, demo.url, OWNER),
        await stage.window(browser, demo.url, MANAGER),
    ]
    for window, bar in zip(windows, bars, strict=True):
        await window.grab_bar(bar, to=slot, artist_id=cleo)
    await asyncio.gather(*(window.page.mouse.up() for window in windows))
    await _until(lambda: len(studio.bookings_of(cleo)) == 1)
    [won] = studio.bookings_of(cleo)
    winner = bars.index(won["id"])
    loser = windows[1 - winner]
    toast = loser.page.get_by_test_id("toast").first
    await expect(toast).to_be_visible()
    await expect(toast.get_by_role("button").first).to_be_visible()
    for window in windows:
        await window.expect_bar(bars[winner], at=slot, artist_id=cleo)
    assert studio.booking(bars[1 - winner])["version"] == 1
    for window in windows:
        await window.close()


@in_own_loop
async def test_a_cut_line_loses_nothing_and_doubles_nothing(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    stage = Stage(studio, "Tarn")
    day = stage.day
    mine = studio.place(stage.ada, "Moved while cut off", day)
    other = studio.place(stage.ada, "Moved by somebody else", day + 2 * DAY)
    head = studio.events()[-1]["seq"]
    async with wire_to(demo.url) as wire:
        window = await stage.window(browser, wire.url, MANAGER)
        await _cut(wire, window)
        await window.drop_bar(mine, to=day + DAY, artist_id=stage.ada)
        await window.expect_bar(mine, at=day + DAY, artist_id=stage.ada)
        await expect(window.page.get_by_test_id("connection")).to_contain_text("1")
        studio.run(
            "booking.move",
            booking_id=other,
            start=_wire(day + 3 * DAY),
            end=_wire(day + 4 * DAY),
        )
        assert studio.booking(mine)["start"] == _wire(day)
        wire.mend()
        await window.expect_live()
        await window.expect_bar(other, at=day + 3 * DAY, artist_id=stage.ada)
        await window.expect_bar(mine, at=day + DAY, artist_id=stage.ada)
        await _until(lambda: studio.booking(mine)["start"] == _wire(day + DAY))
        await window.close()
    moves = [e for e in studio.events(head) if e["entity"]["id"] == mine]
    assert [e["type"] for e in moves] == ["booking.moved"]


async def _cut(wire: Wire, window: Window) -> None:
    wire.cut()
    await expect(window.page.get_by_test_id("connection")).not_to_contain_text("Live")


def _wire(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def _until(ask: Callable[[], bool]) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=DEADLINE)
    while not ask():
        assert datetime.now(UTC) < deadline, "it did not come to be"
        await asyncio.sleep(0.02)


async def _until_painted(window: Window, artist_id: str, start: datetime, *, above: int) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=DEADLINE)
    while await window.painted(artist_id, start) <= above:
        assert datetime.now(UTC) < deadline, "nothing was drawn there"
        await window.next_frame()
