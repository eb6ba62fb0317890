"""Two people on one schedule: what one does, the other sees; what collides, one of them keeps."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Browser, expect

from tests.e2e.board import DAY, MANAGER, OWNER, Studio, Window
from tests.e2e.windows import Stage, in_own_loop, until_true, what_one_does_the_other_sees, wire_time
from tests.harness.process import ServerProcess
from tests.harness.proxy import Wire, wire_to


@in_own_loop
async def test_what_one_does_the_other_sees(demo: ServerProcess, studio: Studio, browser: Browser) -> None:
    await what_one_does_the_other_sees(demo.url, studio, browser, "Quill")


@in_own_loop
async def test_who_follows_is_led_through_time_and_rows_until_a_key_or_the_hand_says_otherwise(
    demo: ServerProcess, studio: Studio, browser: Browser
) -> None:
    for number in range(24):
        studio.artist(f"Heron {number:02}")
    leader, follower = [
        await Window.open(browser, demo.url, email, find="Heron") for email in (MANAGER, OWNER)
    ]
    await follower.page.get_by_test_id("people").click()
    await follower.page.get_by_role("menuitem", name=re.compile("Jonas")).click()
    banner = follower.page.get_by_text("Following Jonas")
    await expect(banner).to_be_visible()
    await leader.page.get_by_role("button", name="Later").click()
    await leader.page.locator("[data-row-id]").first.get_by_role("rowheader").press("Control+End")
    await expect(follower.page.get_by_role("rowheader", name="Heron 23")).to_be_in_viewport()
    led = await leader.page.get_by_test_id("span").inner_text()
    await expect(follower.page.get_by_test_id("span")).to_have_text(led)
    await follower.page.keyboard.press("Escape")
    await expect(banner).to_have_count(0)
    for window in (leader, follower):
        await window.close()


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
    assert studio.booking(loose)["start"] == wire_time(stage.day + 2 * DAY)
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
    await until_true(lambda: len(studio.bookings_of(cleo)) == 1)
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
            start=wire_time(day + 3 * DAY),
            end=wire_time(day + 4 * DAY),
        )
        assert studio.booking(mine)["start"] == wire_time(day)
        wire.mend()
        await window.expect_live()
        await window.expect_bar(other, at=day + 3 * DAY, artist_id=stage.ada)
        await window.expect_bar(mine, at=day + DAY, artist_id=stage.ada)
        await until_true(lambda: studio.booking(mine)["start"] == wire_time(day + DAY))
        await window.close()
    moves = [e for e in studio.events(head) if e["entity"]["id"] == mine]
    assert [e["type"] for e in moves] == ["booking.moved"]


async def _cut(wire: Wire, window: Window) -> None:
    wire.cut()
    await expect(window.page.get_by_test_id("connection")).not_to_contain_text("Live")
