"""The artists' app on a phone: answers with and without a network, and the truth when one came too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.board import DAY, Studio
from tests.e2e.pages import Open, Theme, calm, violations
from tests.e2e.phone import STATES_KEPT, answered, becomes, card, go, in_weeks, install
from tests.harness.process import ServerProcess

DIST = Path(__file__).parents[2] / "clients/phone/dist"
FIRST_LOAD_BYTES = 120_000


# -- holds -------------------------------------------------------------------------------


def test_a_hold_comes_in_while_the_app_is_open_and_is_accepted_with_one_tap(
    open_phone: Open, studio: Studio, me: str
) -> None:
    page = open_phone()
    hold = studio.place(me, "Title sequence", in_weeks(1), hours=33)
    asked = card(page, hold)
    expect(asked).to_contain_text("The studio asks for this time. It is first in line.")
    expect(asked).to_contain_text("Answer due")
    asked.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("You said yes.")).to_be_visible()
    expect(asked).to_have_count(0)
    becomes(studio, hold, "pencil")


def test_a_yes_can_be_taken_back_for_some_seconds(open_phone: Open, studio: Studio, me: str) -> None:
    page = open_phone()
    hold = studio.place(me, "Rough cut", in_weeks(2), hours=33)
    card(page, hold).get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(card(page, hold).get_by_role("button", name="Accept")).to_be_visible()
    becomes(studio, hold, "hold")


def test_a_no_carries_its_reason(open_phone: Open, studio: Studio, me: str) -> None:
    page = open_phone()
    hold = studio.place(me, "Night shoot", in_weeks(3), hours=12)
    card(page, hold).get_by_role("button", name="Decline").click()
    sheet = page.get_by_role("dialog", name="Decline this hold")
    sheet.get_by_role("button", name="Away").click()
    sheet.get_by_role("button", name="Decline", exact=True).click()
    expect(page.get_by_text("You said no.")).to_be_visible()
    expect(card(page, hold)).to_have_count(0)
    page.goto(f"{page.url.split('/phone/')[0]}/phone/bookings/{hold}")
    expect(page.get_by_text("This booking has ended: Away")).to_be_visible()
    assert studio.booking(hold)["reason"] == "Away"


def test_a_yes_over_other_work_is_asked_twice_and_kept_in_line(
    open_phone: Open, studio: Studio, me: str
) -> None:
    start = in_weeks(4)
    studio.place(me, "Already mine", start, hours=33, status="pencil")
    hold = studio.place(me, "On the same days", start, hours=33)
    page = open_phone(f"bookings/{hold}")
    card(page, hold).get_by_role("button", name="Accept").click()
    sheet = page.get_by_role("dialog", name="You have said yes elsewhere")
    expect(sheet).to_contain_text("Already mine")
    sheet.get_by_role("button", name="Accept all the same").click()
    expect(card(page, hold)).to_contain_text("You said yes. It is 2nd in line")


def test_other_dates_are_drawn_on_a_calendar_and_the_studio_takes_them(
    open_phone: Open, studio: Studio, me: str
) -> None:
    start = in_weeks(5)
    hold = studio.place(me, "Colour session", start, hours=33)
    page = open_phone()
    card(page, hold).get_by_role("button", name="Other dates").click()
    sheet = page.get_by_role("dialog", name="Propose other dates")
    first, last = (start + 2 * DAY).date().isoformat(), (start + 3 * DAY).date().isoformat()
    for at in (first, last):
        if sheet.locator(f'[data-day="{at}"]').count() == 0:
            sheet.get_by_role("button", name="Month after").click()
    drag(page, sheet.locator(f'[data-day="{first}"]'), sheet.locator(f'[data-day="{last}"]'))
    sheet.get_by_label("Note to the studio").fill("A day later suits me")
    sheet.get_by_role("button", name="Propose these dates").click()
    expect(answered(page, hold)).to_contain_text("You proposed other dates.")
    expect(page.get_by_text("Your answer is on its way.")).to_have_count(0)
    proposed = studio.booking(hold)["counter"]
    assert datetime.fromisoformat(proposed["start"]) == start + 2 * DAY
    assert datetime.fromisoformat(proposed["end"]) == start + 2 * DAY + timedelta(hours=33)
    assert proposed["note"] == "A day later suits me"
    studio.run("booking.answer_counter", booking_id=hold, take=True)
    expect(card(page, hold)).to_have_count(0)
    becomes(studio, hold, "pencil")


def drag(page: Page, start: Locator, end: Locator) -> None:
    start.scroll_into_view_if_needed()
    one, other = start.bounding_box(), end.bounding_box()
    assert one
    assert other
    page.mouse.move(one["x"] + 20, one["y"] + 20)
    page.mouse.down()
    page.mouse.move(other["x"] + 20, other["y"] + 20, steps=5)
    page.mouse.up()


# -- without a network -------------------------------------------------------------------


def test_the_app_is_one_that_can_be_installed(open_phone: Open) -> None:
    page = open_phone()
    install(page)
    manifest = page.evaluate(
        "async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()"
    )
    assert manifest["display"] == "standalone"
    assert manifest["start_url"].startswith(manifest["scope"])
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    for icon in [*manifest["icons"], {"src": "/phone/icons/180.png", "sizes": "180x180"}]:
        width = page.evaluate(
            "async (src) => { const i = new Image(); i.src = src; await i.decode(); return i.naturalWidth; }",
            icon["src"],
        )
        assert icon["sizes"] in {"any", f"{width}x{width}"}
    refused = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's window is a private one, which alone keeps Chromium from offering it.
    assert [error["errorId"] for error in refused] == ["in-incognito"]


def test_an_answer_given_without_a_network_is_kept_over_a_restart_and_counts_later(
    open_phone: Open, studio: Studio, me: str
) -> None:
    hold = studio.place(me, "Underground", in_weeks(6), hours=33)
    page = open_phone()
    install(page)
    expect(card(page, hold)).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    expect(card(page, hold)).to_be_visible()
    expect(page.get_by_text("No connection. This is what you saw last.")).to_be_visible()
    card(page, hold).get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Your answers are kept and sent when there is a network.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your answers are kept and sent when there is a network.")).to_be_visible()
    assert studio.booking(hold)["status"] == "hold"
    page.context.set_offline(False)
    expect(page.get_by_text("No connection.")).to_have_count(0)
    go(page, "Schedule")
    expect(card(page, hold)).to_contain_text("Pencil")
    becomes(studio, hold, "pencil")


def test_an_answer_that_came_too_late_is_told_with_the_truth(
    open_phone: Open, studio: Studio, me: str
) -> None:
    hold = studio.place(me, "Gone meanwhile", in_weeks(7), hours=33)
    page = open_phone()
    expect(card(page, hold)).to_be_visible()
    page.context.set_offline(True)
    card(page, hold).get_by_role("button", name="Accept").click()
    studio.run("booking.release", booking_id=hold)
    page.context.set_offline(False)
    told = page.get_by_role("alert").filter(has_text="Your yes did not count")
    expect(told).to_be_visible()
    expect(card(page, hold)).to_have_count(0)
    told.get_by_role("button", name="Show the booking").click()
    expect(page.get_by_text("Released")).to_be_visible()


def test_signing_out_leaves_nothing_on_the_phone(open_phone: Open, studio: Studio, me: str) -> None:
    page = open_phone()
    install(page)
    go(page, "Me")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Your bookings")).to_be_visible()
    assert page.evaluate(STATES_KEPT) == 0
    page.reload()
    expect(page.get_by_role("heading", name="Your bookings")).to_be_visible()


# -- the rest of the app -----------------------------------------------------------------


def test_days_away_are_asked_for_and_the_studios_word_comes_back(
    open_phone: Open, studio: Studio, me: str
) -> None:
    page = open_phone("time-off")
    page.get_by_role("button", name="Month after").click()
    days = page.locator('[data-day$="-15"]'), page.locator('[data-day$="-16"]')
    # Two taps do what a drag does.
    days[0].tap()
    days[1].tap()
    page.get_by_label("What for").fill("A wedding")
    page.get_by_role("button", name="Ask for these days").click()
    asked = page.get_by_label("Asked for and approved").get_by_role("article").filter(has_text="A wedding")
    expect(asked).to_contain_text("Asked for")
    [off] = [o for o in studio.times_off(me) if o["note"] == "A wedding"]
    studio.run("time_off.answer", time_off_id=off["id"], answer="approve")
    expect(asked).to_contain_text("Approved")
    asked.get_by_role("button", name="I will be there after all").click()
    expect(asked).to_have_count(0)


def test_working_hours_are_the_artists_to_change(open_phone: Open, studio: Studio, me: str) -> None:
    page = open_phone("me")
    page.get_by_role("button", name="Change working hours").click()
    sheet = page.get_by_role("dialog", name="Working hours")
    sheet.get_by_text("To the minute").click()
    sheet.get_by_label("Monday from").fill("07:30")
    sheet.get_by_label("Monday until").fill("07:00")
    expect(sheet.get_by_role("alert")).to_contain_text("a start before its end")
    expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
    sheet.get_by_label("Monday until").fill("15:00")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Working hours", exact=True)).to_contain_text("07:30 – 15:00")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Working hours", exact=True)).not_to_contain_text("07:30")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_screen_has_an_accessibility_violation_or_is_too_wide(
    open_phone: Open, studio: Studio, me: str, theme: Theme
) -> None:
    hold = studio.place(me, "For every eye", in_weeks(8 if theme == "light" else 9), hours=33)
    page = open_phone(theme=theme, width=320)
    # Text twice as large, as set in the phone's settings.
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    found: list[str] = []

    def look(where: str, *, sheet: bool = False) -> None:
        if sheet:
            expect(page.get_by_role("dialog")).to_be_visible()
        calm(page)
        found.extend(violations(page, where))
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{where} is {wide} px too wide")

    expect(card(page, hold)).to_be_visible()
    look("holds")
    card(page, hold).get_by_role("button", name="Decline").click()
    look("decline", sheet=True)
    page.keyboard.press("Escape")
    card(page, hold).get_by_role("button", name="Other dates").click()
    look("other dates", sheet=True)
    page.keyboard.press("Escape")
    card(page, hold).get_by_role("link").click()
    look("booking")
    go(page, "Schedule")
    for view in ("List", "Week", "Month"):
        page.get_by_role("button", name=view, exact=True).click()
        look(view)
    go(page, "Time off")
    look("time off")
    go(page, "Me")
    look("me")
    for what in ("skills", "portfolio", "working hours", "zone"):
        page.get_by_role("button", name=f"Change {what}").click()
        look(what, sheet=True)
        page.keyboard.press("Escape")
    go(page, "Holds")
    page.get_by_role("link", name="Notices").click()
    look("notices")
    page.get_by_role("button", name="What you hear of, and how").click()
    expect(page.get_by_role("dialog").get_by_role("group").first).to_be_visible()
    look("what is heard of", sheet=True)
    assert found == []


def test_the_first_load_is_small(contexts: Callable[..., BrowserContext], demo: ServerProcess) -> None:
    page = contexts().new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{demo.url}/phone/", wait_until="networkidle")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert sum(sizes) <= FIRST_LOAD_BYTES
