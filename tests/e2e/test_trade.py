"""The trade between studio and artist in the browser: challenges, and other dates proposed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.async_api import Browser, Locator, expect

from tests.e2e.board import ARTIST, DAY, MANAGER, OWNER, PASSWORD, Studio, Window, today
from tests.e2e.windows import Stage, in_own_loop
from tests.harness.process import ServerProcess


async def details_of(window: Window, booking_id: str) -> Locator:
    """The details, opened by a click on the bar."""
    await window.page.mouse.click(*(await window.centre(booking_id)))
    return window.page.get_by_test_id("details")


@in_own_loop
async def test_a_challenge_that_is_met_by_a_release_moves_the_challenger_up(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    # Two days ago is at the left edge, and stays in sight when the details open at the right.
    stage = Stage(studio, "Umber", day=today() - 2 * DAY)
    first = studio.place(stage.ada, "First asked", stage.day, hours=48)
    second = studio.place(stage.ada, "Second asked", stage.day, hours=48)
    mine = await stage.window(browser, demo.url, MANAGER)
    theirs = await stage.window(browser, demo.url, OWNER)

    challenger = await details_of(mine, second)
    await expect(challenger).to_contain_text("2nd in line")
    await challenger.get_by_role("button", name="Challenge", exact=True).click()
    waiting = challenger.get_by_test_id("challenge")
    await expect(waiting).to_contain_text("First asked")
    await expect(waiting).to_contain_text(re.compile(r"Until .*\d (h|min) left"))
    await expect(waiting.get_by_role("button", name="Withdraw challenge")).to_be_visible()

    challenged = await details_of(theirs, first)
    card = challenged.get_by_test_id("challenged")
    await expect(card).to_contain_text("Challenged by “Second asked”")
    await expect(card.get_by_role("button", name="Confirm")).to_be_visible()
    await card.get_by_role("button", name="Release the days").click()

    await expect(waiting).to_contain_text("Confirm by")
    await expect(challenger).to_contain_text("First in line")
    await expect(mine.bar(first)).to_have_count(0)
    assert studio.booking(first)["status"] == "released"
    assert studio.booking(second)["rank"] == 1
    await mine.close()
    await theirs.close()


@in_own_loop
async def test_a_challenge_can_be_withdrawn(demo: ServerProcess, studio: Studio, browser: Browser) -> None:
    stage = Stage(studio, "Vesper", day=today() - 2 * DAY)
    studio.place(stage.ada, "First asked", stage.day, hours=48)
    second = studio.place(stage.ada, "Second asked", stage.day, hours=48)
    window = await stage.window(browser, demo.url, MANAGER)
    details = await details_of(window, second)
    await details.get_by_role("button", name="Challenge", exact=True).click()
    await details.get_by_role("button", name="Withdraw challenge").click()
    await expect(details.get_by_role("button", name="Challenge", exact=True)).to_be_visible()
    assert studio.booking(second)["rank"] == 2
    await window.close()


@in_own_loop
async def test_the_studio_takes_the_dates_that_the_artist_proposes(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    stage = Stage(studio, "Wren", day=today() - 2 * DAY)
    hold = studio.place(stage.ada, "Asked for", stage.day)
    window = await stage.window(browser, demo.url, MANAGER)
    details = await details_of(window, hold)
    proposed = stage.day + DAY
    studio.run(
        "booking.counter",
        booking_id=hold,
        start=proposed.isoformat(),
        end=(proposed + DAY).isoformat(),
        note="At my sister's until then.",
    )
    card = details.get_by_test_id("proposal")
    await expect(card).to_contain_text("Wren Ada proposes other dates")
    await expect(card).to_contain_text("At my sister's until then.")
    await expect(card.get_by_role("button", name="Keep ours")).to_be_visible()
    await card.get_by_role("button", name="Take these dates").click()
    await window.expect_bar(hold, at=proposed, artist_id=stage.ada)
    await expect(card).to_have_count(0)
    assert studio.booking(hold)["status"] == "pencil"
    await window.close()


@in_own_loop
async def test_an_artist_proposes_other_dates_in_the_agenda(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    # Far from everything that the demo has booked.
    day = today() + timedelta(days=300)
    own = Studio(demo.url, ARTIST)
    hold = studio.place(own.me()["artist_id"], "Far shot", day)
    page = await (await browser.new_context(viewport={"width": 390, "height": 844})).new_page()
    await page.goto(demo.url)
    await page.get_by_label("E-mail").fill(ARTIST)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    card = page.get_by_test_id("agenda-booking").filter(has_text="Far shot")
    await card.get_by_role("button", name="Propose other dates").click()
    await expect(card.get_by_role("button", name="Propose", exact=True)).to_be_disabled()
    later = datetime.fromisoformat(await card.get_by_label("Start date").input_value()) + DAY
    await card.get_by_label("Start date").fill(f"{later:%Y-%m-%d}")
    await card.get_by_label(re.compile("Note")).fill("A day later, please.")
    await card.get_by_role("button", name="Propose", exact=True).click()
    await expect(card.get_by_test_id("proposed")).to_contain_text("You proposed")
    assert own.booking(hold)["counter"] == {
        "start": f"{day + DAY:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{day + 2 * DAY:%Y-%m-%dT%H:%M:%SZ}",
        "note": "A day later, please.",
    }
    own.close()
    await page.context.close()
