"""The past in the web app: the schedule as it was, what is other today, activity in sentences, series."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.board import DAY, MANAGER, Studio, today
from tests.e2e.pages import WIDE, Open, Theme, calm, settled, signed_in, violations

pytestmark = pytest.mark.browser


def board(page: Page, name: str) -> Page:
    signed_in(page, MANAGER)
    page.get_by_label("Find artists").fill(name)
    return page


def the_next_second() -> datetime:
    """A whole second after everything that has been written so far: the past is asked for by seconds."""
    before = datetime.now(UTC)
    while (now := datetime.now(UTC)).replace(microsecond=0) <= before:
        time.sleep((before.replace(microsecond=0) + timedelta(seconds=1) - now).total_seconds())
    return now.replace(microsecond=0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_schedule_as_it_was_is_read_only_and_one_key_leads_back(
    open_page: Open, studio: Studio, theme: Theme
) -> None:
    name = f"Past{uuid4().hex[:6]}"
    artist = studio.artist(name)
    gone = studio.place(artist, "Gone since", today() - DAY)
    moved = studio.place(artist, "Moved since", today() + DAY)
    then = the_next_second()
    the_next_second()
    studio.run("booking.release", booking_id=gone)
    start = today() + 3 * DAY
    studio.run("booking.move", booking_id=moved, start=start.isoformat(), end=(start + DAY).isoformat())
    came = studio.place(artist, "Came since", today())
    page = board(open_page(WIDE, theme), name)
    expect(page.locator(f"[data-booking-id='{came}']")).to_have_count(1)
    page.get_by_role("button", name="Timeline").click()
    line = page.get_by_role("region", name="Timeline")
    expect(line).to_contain_text("Live")
    line.get_by_role("button", name="Compare with now").click()
    moment(page, then)
    expect(line).to_contain_text("Read only, as it was")
    expect(line).to_contain_text(re.compile(r"Since then: \d+ added, \d+ moved, \d+ removed"))
    expect(page.locator(f"[data-booking-id='{gone}']")).to_have_attribute(
        "aria-label", re.compile("removed since")
    )
    expect(page.locator(f"[data-booking-id='{moved}']")).to_have_attribute(
        "aria-label", re.compile("moved since")
    )
    expect(page.locator(f"[data-booking-id='{came}']")).to_have_attribute(
        "aria-label", re.compile("added since")
    )
    expect(page.locator(f"[data-booking-id='{gone}']")).to_have_attribute("aria-readonly", "true")
    calm(page)
    assert not violations(page, "the past")
    page.locator(f"[data-booking-id='{moved}']").focus()
    page.keyboard.press("Enter")
    both = page.get_by_test_id("details").get_by_test_id("then-and-now")
    expect(both.get_by_role("region", name="Then")).to_contain_text("Moved since")
    expect(both.get_by_role("region", name="Now")).to_contain_text("Other: ")
    calm(page)
    assert not violations(page, "then and now")
    line.get_by_role("button", name="List them").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Gone since, {name}")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator(f"[data-booking-id='{came}']").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    expect(page.locator(f"[data-booking-id='{gone}']")).to_have_count(0)
    expect(page.locator(f"[data-booking-id='{came}']")).to_have_attribute("aria-readonly", "false")


def moment(page: Page, at: datetime) -> None:
    """Set the exact moment, in the wall clock of the demo's studio."""
    page.get_by_label("Exact moment").fill(f"{at.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M:%S}")


def test_activity_reads_like_sentences(open_page: Open, studio: Studio) -> None:
    name = f"Told{uuid4().hex[:6]}"
    artist = studio.artist(name)
    hold = studio.place(artist, "Asked", today())
    studio.run("booking.accept", booking_id=hold)
    page = board(open_page(), name)
    page.locator(f"[data-booking-id='{hold}']").focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    details.get_by_role("button", name="Activity").click()
    told = details.get_by_test_id("activity")
    expect(told.get_by_role("listitem")).to_have_count(2)
    expect(told).to_contain_text("accepted")
    details.get_by_role("button", name="Confirm").click()
    expect(told.get_by_role("listitem")).to_have_count(3)
    calm(page)
    assert not violations(page, "activity")


def test_a_series_is_placed_and_changed_as_one_or_from_here_on(open_page: Open, studio: Studio) -> None:
    name = f"Every{uuid4().hex[:6]}"
    artist = studio.artist(name)
    page = board(open_page(), name)
    page.get_by_role("button", name="Repeating booking").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Artist").fill(name)
    page.keyboard.press("Enter")
    dialog.get_by_label("Title").fill("Dailies")
    first = today() + DAY
    dialog.get_by_label("First day").fill(f"{first:%Y-%m-%d}")
    dialog.get_by_label("How many times").fill("4")
    dialog.get_by_label("Which part of the day").select_option("am")
    expect(dialog.get_by_test_id("series-days")).to_contain_text("4 bookings:")
    calm(page)
    assert not violations(page, "a series")
    dialog.get_by_role("button", name="Book them").click()
    settled(page)
    made = sorted(studio.bookings_of(artist), key=lambda b: b["start"])
    assert [b["start"][:10] for b in made] == [f"{first + n * 7 * DAY:%Y-%m-%d}" for n in range(4)]
    assert {b["granularity"] for b in made} == {"half_day"}

    page.locator(f"[data-booking-id='{made[0]['id']}']").focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    expect(details.get_by_test_id("series")).to_contain_text("1 of 4 bookings in a series")
    details.get_by_role("button", name="Change the series…").click()
    expect(dialog).to_contain_text("4 bookings, 4 from this one on.")
    dialog.get_by_label("Title").fill("Weeklies")
    dialog.get_by_label("Move by days").fill("1")
    calm(page)
    assert not violations(page, "changing a series")
    dialog.get_by_role("button", name="Change 4 bookings").click()
    settled(page)
    moved = sorted(studio.bookings_of(artist), key=lambda b: b["start"])
    assert {b["title"] for b in moved} == {"Weeklies"}
    assert moved[0]["start"][:10] == f"{first + DAY:%Y-%m-%d}"


def test_a_booking_is_restored_to_what_it_was(open_page: Open, studio: Studio) -> None:
    name = f"Back{uuid4().hex[:6]}"
    artist = studio.artist(name)
    moved = studio.place(artist, "To be restored", today())
    then = the_next_second()
    the_next_second()
    start = today() + 2 * DAY
    studio.run("booking.move", booking_id=moved, start=start.isoformat(), end=(start + DAY).isoformat())
    page = board(open_page(), name)
    bar = page.locator(f"[data-booking-id='{moved}']")
    expect(bar).to_have_count(1)
    page.get_by_role("button", name="Timeline").click()
    moment(page, then)
    expect(page.get_by_role("region", name="Timeline")).to_contain_text("Read only, as it was")
    bar.focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("details").get_by_role("button", name="Restore this booking…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("restore-preview")).to_contain_text("1 change:")
    calm(page)
    assert not violations(page, "restoring")
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("region", name="Timeline")).to_have_count(0)
    settled(page)
    assert datetime.fromisoformat(studio.booking(moved)["start"]) == today()


def test_undo_and_redo_go_on_after_a_reload(open_page: Open, studio: Studio) -> None:
    name = f"Again{uuid4().hex[:6]}"
    studio.artist(name)
    page = board(open_page(), name)
    page.locator("[role=rowheader]").first.focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Taken back later")
    page.keyboard.press("Enter")
    settled(page)
    page.reload()
    page.get_by_label("Find artists").fill(name)
    bar = page.locator("[data-booking-id][aria-label*='Taken back later']")
    expect(bar).to_have_count(1)
    undo = page.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_enabled()
    undo.click()
    expect(bar).to_have_count(0)
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(bar).to_have_count(1)


def test_what_was_being_typed_is_kept_when_the_booking_goes(open_page: Open, studio: Studio) -> None:
    name = f"Typed{uuid4().hex[:6]}"
    artist = studio.artist(name)
    hold = studio.place(artist, "Short-lived", today())
    page = board(open_page(), name)
    page.locator(f"[data-booking-id='{hold}']").focus()
    page.keyboard.press("Enter")
    notes = page.get_by_test_id("details").get_by_label("Notes")
    notes.fill("Half a sentence about")
    studio.run("booking.release", booking_id=hold)
    expect(page.get_by_test_id("details")).to_have_count(0)
    kept = page.get_by_test_id("toast").filter(has_text="Notes was not saved")
    expect(kept).to_contain_text("Half a sentence about")
    expect(kept.get_by_role("button", name="Copy the text")).to_be_visible()


def test_public_holidays_are_told_at_the_keyboards_place(open_page: Open, studio: Studio) -> None:
    name = f"Feast{uuid4().hex[:6]}"
    artist = studio.artist(name)
    day = today() + DAY
    before = studio.tenant()["closures"]
    closing = {"day": f"{day:%Y-%m-%d}", "name": "Studio outing", "open": False}
    studio.run("tenant.edit", closures=[*before, closing])
    page = open_page()
    held: list[Route] = []
    asked = re.compile(r"/api/v1/holidays\?")

    def hold(route: Route) -> None:
        held.append(route)

    page.route(asked, hold)
    with page.expect_request(asked):
        board(page, name)
    page.locator(f"[data-row-id='{artist}'] [role=rowheader]").focus()
    # The studio's midnight within the artist's day, in UTC: one step by days, or two, from now.
    midnight = re.compile(rf"{name}, {(day + DAY).day} \S+( \d{{4}})? 00:00,")
    place = page.locator("[aria-live=polite]").filter(has_text=midnight)
    for _ in range(2):
        page.keyboard.press("Control+ArrowRight")
        if place.count():
            break
    # The days off are fetched beside the schedule: who is there before them is told when they come.
    expect(place).to_contain_text("free")
    for route in held:
        route.continue_()
    page.unroute(asked, hold)
    expect(place).to_contain_text("Studio outing")
    page.keyboard.press("Control+ArrowRight")
    expect(place).to_have_count(0)
    page.keyboard.press("Control+ArrowLeft")
    expect(place).to_contain_text("Studio outing")
