"""Two windows on one schedule, in a loop of their own, and the whole story of a booking between them."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.board import DAY, EDGE, MANAGER, OWNER, Studio, Window, today
from tests.harness.browser import ARGUMENTS, find_browser
from tests.harness.patience import DEADLINE
from tests.harness.postgres import loop_in_thread
from tests.harness.process import ServerProcess

T = TypeVar("T")

Story = Callable[[ServerProcess, Studio, Browser], Coroutine[Any, Any, None]]


class Theatre:
    """A loop with a browser, in a thread of their own, for stories in which two act at once.

    The synchronous Playwright of the other browser tests keeps a loop running in the main thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, browser: Browser) -> None:
        self._loop = loop
        self._browser = browser

    def play(self, story: Callable[[Browser], Coroutine[Any, Any, None]]) -> None:
        """Play a story to its end; the windows it leaves open are closed."""
        asyncio.run_coroutine_threadsafe(self._play(story), self._loop).result()

    async def _play(self, story: Callable[[Browser], Coroutine[Any, Any, None]]) -> None:
        try:
            await story(self._browser)
        finally:
            for context in self._browser.contexts:
                await context.close()


@contextmanager
def open_theatre() -> Iterator[Theatre]:
    """A theatre until the block ends."""
    found = find_browser()
    with loop_in_thread("theatre") as loop:

        def run(work: Coroutine[Any, Any, T]) -> T:
            return asyncio.run_coroutine_threadsafe(work, loop).result()

        playwright = run(async_playwright().start())
        browser = run(
            playwright.chromium.launch(
                executable_path=str(found.executable),
                args=list(ARGUMENTS),
                env={**os.environ, **found.environment},
            )
        )
        yield Theatre(loop, browser)
        run(browser.close())
        run(playwright.stop())


def in_own_loop(story: Story) -> Callable[[ServerProcess, Studio, Theatre], None]:
    """A test that plays in the theatre."""

    def test(demo: ServerProcess, studio: Studio, theatre: Theatre) -> None:
        theatre.play(lambda browser: story(demo, studio, browser))

    test.__doc__ = story.__doc__
    return test


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
    await until_painted(theirs, stage.ben, day + 2 * DAY, above=before + 200)
    await theirs.expect_bar(bar, at=day + DAY, artist_id=stage.ada)
    await mine.page.mouse.up()
    await theirs.expect_bar(bar, at=day + 2 * DAY, artist_id=stage.ben)
    await mine.expect_bar(bar, at=day + 2 * DAY, artist_id=stage.ben)

    # Resize at the end.
    await meanwhile("resize", mine, theirs)
    box = await mine.box(mine.bar(bar))
    middle = box["y"] + box["height"] / 2
    await mine.drag((box["x"] + box["width"] - EDGE, middle), (await mine.x(day + 4 * DAY), middle))
    await until_true(lambda: studio.booking(bar)["end"] == wire_time(day + 4 * DAY))
    assert studio.booking(bar)["start"] == wire_time(day + 2 * DAY)

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
    await until_true(lambda: studio.booking(bar)["status"] == "hold")

    # Delete: a hold is released, and gone from both.
    await mine.page.mouse.click(*(await mine.centre(bar)))
    await mine.page.keyboard.press("Delete")
    await expect(theirs.bar(bar)).to_have_count(0)
    await expect(mine.bar(bar)).to_have_count(0)
    assert studio.booking(bar)["status"] == "released"
    await mine.close()
    await theirs.close()


def wire_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def until_true(ask: Callable[[], bool]) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=DEADLINE)
    while not ask():
        assert datetime.now(UTC) < deadline, "it did not come to be"
        await asyncio.sleep(0.02)


async def until_painted(window: Window, artist_id: str, start: datetime, *, above: int) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=DEADLINE)
    while await window.painted(artist_id, start) <= above:
        assert datetime.now(UTC) < deadline, "nothing was drawn there"
        await window.next_frame()
