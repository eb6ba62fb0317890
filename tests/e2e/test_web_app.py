"""The web app, screen by screen, against the demo: words, keyboard, accessibility, small screens, weight."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import ARTIST, MANAGER, OWNER, Studio
from tests.e2e.pages import (
    CLIENTS,
    PHONE,
    SMALL_PHONE,
    TABLET,
    Open,
    Theme,
    calm,
    fits,
    settled,
    sign_in,
    signed_in,
    violations,
)
from tests.harness.process import ServerProcess

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES = 250_000
MOST_SHIFT = 0.05

# -- signing in --------------------------------------------------------------------------


def test_a_bad_sign_in_is_explained_in_words(open_page: Open) -> None:
    page = open_page()
    expect(page).to_have_title("Production Tool")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Enter your e-mail address.")).to_be_visible()
    expect(page.get_by_text("Enter your password.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    sign_in(page, MANAGER, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_session_outlives_a_reload_and_ends_with_signing_out(open_page: Open) -> None:
    page = signed_in(open_page(), MANAGER)
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "eyJ" not in stored, "no token may lie where scripts of another day could read it"
    page.reload()
    expect(page.get_by_test_id("connection")).to_contain_text("Live")
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


# -- accessibility -----------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_screen_has_an_accessibility_violation(open_page: Open, theme: Theme) -> None:
    page = open_page(theme=theme)
    found: list[str] = []

    def look(where: str) -> None:
        calm(page)
        found.extend(violations(page, where))

    expect(page.get_by_label("E-mail")).to_be_visible()
    look("sign-in")
    signed_in(page, OWNER)
    bar = page.locator("[data-booking-id][data-status=hold]").first
    expect(bar).to_be_visible()
    look("schedule")
    bar.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("details").get_by_label("Title")).to_be_focused()
    look("details")
    page.get_by_role("combobox", name="Project").click()
    expect(page.get_by_role("listbox", name="Project")).to_be_visible()
    look("choosing a project")
    page.keyboard.press("Escape")
    for title in ("Artists", "Projects", "Members"):
        page.get_by_role("button", name=title, exact=True).click()
        expect(page.get_by_role("region", name=title)).to_be_visible()
        look(title)
        page.get_by_role("button", name=f"Add {title[:-1].lower()}").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look(f"{title}, adding")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    for button in ("New booking", "Import from a file"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look(button)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Account of")).click()
    look("account menu")
    page.get_by_role("menuitem", name="Keyboard shortcuts").click()
    look("shortcuts")
    assert not found, "\n".join(found)


def test_the_artists_agenda_has_no_accessibility_violation(open_page: Open) -> None:
    page = signed_in(open_page(PHONE), ARTIST)
    expect(page.get_by_role("heading", name="My bookings")).to_be_visible()
    assert not violations(page, "agenda")
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.locator("[data-row-id]").first).to_be_visible()
    assert not violations(page, "masked schedule")


# -- without a mouse ---------------------------------------------------------------------


def test_a_booking_is_made_moved_and_released_by_keyboard_alone(open_page: Open, studio: Studio) -> None:
    name = f"Keys {uuid4().hex[:6]}"
    artist = studio.artist(name)
    page = signed_in(open_page(), MANAGER)
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    head = page.locator("[role=rowheader]").first
    head.focus()
    expect(head).to_have_attribute("aria-description", re.compile("^Booked in the week of .*: 0 %"))
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    bar = page.locator("[data-booking-id][aria-label*='By keyboard']")
    expect(bar).to_be_focused()
    expect(bar).to_have_attribute("data-pending", "false")
    [made] = studio.bookings_of(artist)
    assert made["title"] == "By keyboard"

    # The dialog path of a drag: the same dates, typed.
    details = page.get_by_test_id("details")
    details.get_by_label("Start date").fill("2027-02-01")
    details.get_by_label("Start date").press("Enter")
    expect(details.get_by_role("button", name="Apply dates")).to_have_count(0)
    settled(page)
    assert studio.booking(made["id"])["start"].startswith("2027-0")

    details.get_by_role("button", name="Release").press("Enter")
    expect(page.get_by_test_id("toast")).to_contain_text("Released “By keyboard”")
    page.get_by_test_id("toast").get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_test_id("toast")).to_have_count(0)
    settled(page)
    assert studio.booking(made["id"])["status"] == "hold"


def test_the_first_tab_leads_past_the_bars_to_the_schedule(open_page: Open) -> None:
    page = signed_in(open_page(), MANAGER)
    expect(page.locator("[data-row-id]").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to schedule")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("[role=grid], [role=treegrid]").locator(":focus")).to_have_count(1)


def test_a_refused_booking_offers_its_place_in_line(open_page: Open, studio: Studio) -> None:
    name = f"Wanted {uuid4().hex[:6]}"
    artist = studio.artist(name)
    page = signed_in(open_page(), MANAGER)

    def book(title: str) -> None:
        page.get_by_role("button", name="New booking").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name="Artist").fill(name)
        page.keyboard.press("Enter")
        dialog.get_by_label("Title").fill(title)
        dialog.get_by_label("Start date").fill("2027-03-01")
        dialog.get_by_label("Last day").fill("2027-03-03")
        dialog.get_by_role("radio", name="Pencil").click()
        dialog.get_by_role("button", name="Book", exact=True).click()

    book("First come")
    expect(page.get_by_test_id("details")).to_contain_text("Pencil")
    book("Second come")
    refused = page.get_by_test_id("toast")
    expect(refused).to_contain_text("Not booked")
    expect(refused).to_contain_text(f"{name} has “First come” (pencil)")
    refused.get_by_role("button", name="Get in line as a hold").click()
    expect(page.get_by_test_id("details")).to_contain_text("2nd in line")
    settled(page)
    assert {(b["title"], b["status"]) for b in studio.bookings_of(artist)} == {
        ("First come", "pencil"),
        ("Second come", "hold"),
    }


def test_typing_over_what_somebody_else_just_set_is_told_and_both_are_offered(
    open_page: Open, studio: Studio
) -> None:
    name = f"Shared {uuid4().hex[:6]}"
    artist = studio.artist(name)
    page = signed_in(open_page(), MANAGER)
    title, made = booked(page, studio, artist, name)
    title.fill("Mine")
    studio.run("booking.edit", booking_id=made["id"], title="Theirs")
    details = page.get_by_test_id("details")
    expect(details.get_by_role("alert")).to_have_text(re.compile("Changed meanwhile to “Theirs”"))
    expect(title).to_have_value("Mine")
    title.press("Enter")
    settled(page)
    assert studio.booking(made["id"])["title"] == "Theirs"
    details.get_by_role("button", name="Save mine").click()
    expect(details.get_by_role("alert")).to_have_count(0)
    settled(page)
    assert studio.booking(made["id"])["title"] == "Mine"


def test_a_booking_somebody_else_releases_does_not_vanish_without_a_word(
    open_page: Open, studio: Studio
) -> None:
    name = f"Watched {uuid4().hex[:6]}"
    artist = studio.artist(name)
    page = signed_in(open_page(), MANAGER)
    _, made = booked(page, studio, artist, name)
    studio.run("booking.release", booking_id=made["id"])
    expect(page.get_by_test_id("details")).to_have_count(0)
    expect(page.get_by_test_id("toast")).to_have_text(re.compile(r"\w+ released this booking.*“First”"))


def test_saving_a_member_leaves_what_somebody_else_changed_meanwhile(open_page: Open, studio: Studio) -> None:
    name = f"Member {uuid4().hex[:6]}"
    member = str(uuid4())
    studio.run("member.add", id=member, name=name, email=f"{uuid4().hex}@x.studio", role="studio_manager")
    page = signed_in(open_page(), OWNER)
    page.get_by_role("button", name="Members", exact=True).click()
    page.get_by_role("button", name=re.compile(name)).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(f"{name} the Second")
    studio.run("member.edit", member_id=member, role="freelancer")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name=re.compile(f"{name} the Second")).first.click()
    expect(dialog.get_by_label("Role")).to_have_value("freelancer")


def booked(page: Page, studio: Studio, artist: str, name: str) -> tuple[Locator, dict[str, Any]]:
    """A hold of this artist, made on this page and open in its details: title field, booking."""
    page.get_by_label("Find artists").fill(name)
    page.locator("[role=rowheader]").first.focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("First")
    page.keyboard.press("Enter")
    title = page.get_by_test_id("details").get_by_label("Title")
    expect(title).to_have_value("First")
    settled(page)
    [made] = studio.bookings_of(artist)
    return title, made


# -- importing ---------------------------------------------------------------------------


def test_a_file_with_a_bad_row_is_reported_and_imported_without_it(open_page: Open) -> None:
    name = f"Imported {uuid4().hex[:6]}"
    rows = f"name;email;zone\n{name};{uuid4().hex}@x.studio;Europe/Berlin\nBroken;no-address;Nowhere/Land\n"
    page = signed_in(open_page(), MANAGER)
    page.get_by_role("button", name="Import from a file").click()
    dialog = page.get_by_role("dialog")
    page.locator("input[type=file]").set_input_files(
        {"name": "artists.csv", "mimeType": "text/csv", "buffer": b"\xef\xbb\xbf" + rows.encode()}
    )
    dialog.get_by_role("button", name="Check the file").click()
    problems = dialog.get_by_role("region", name="Problems in the file")
    expect(problems.get_by_role("row").nth(1)).to_contain_text("3")
    expect(problems).to_contain_text("email")
    expect(problems).to_contain_text("Nowhere/Land")
    go = dialog.get_by_role("button", name=re.compile("^Import .* good row"))
    expect(go).to_be_disabled()
    dialog.get_by_role("radio", name=re.compile("Leave bad rows out")).check()
    go.click()
    expect(dialog).to_contain_text("Imported without the bad rows")
    dialog.get_by_role("button", name="Done").click()
    page.get_by_label("Find artists").fill(name)
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def test_a_file_whose_dates_can_be_read_both_ways_is_asked_about(open_page: Open) -> None:
    rows = f"name;start;end\nShow {uuid4().hex[:6]};03/04/2027;05/06/2027\n"
    page = signed_in(open_page(), MANAGER)
    page.get_by_role("button", name="Import from a file").click()
    dialog = page.get_by_role("dialog")
    page.locator("input[type=file]").set_input_files(
        {"name": "projects.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    dialog.get_by_label("What it holds").select_option("projects")
    dialog.get_by_role("button", name="Check the file").click()
    dialog.get_by_label("How the dates are written").select_option("dmy")
    expect(dialog).to_contain_text("Ready to import")
    dialog.get_by_role("button", name="Import 1 row").click()
    expect(dialog).to_contain_text("Imported")


# -- small screens, first load -----------------------------------------------------------


@pytest.mark.parametrize("size", [TABLET, PHONE, SMALL_PHONE], ids=["tablet", "phone", "small phone"])
def test_no_screen_is_wider_than_the_window(open_page: Open, size: tuple[int, int]) -> None:
    page = signed_in(open_page(size), ARTIST)
    assert fits(page)
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.locator("[data-row-id]").first).to_be_visible()
    assert fits(page)
    other = signed_in(open_page(size), OWNER)
    other.locator("[data-booking-id]").first.focus()
    other.keyboard.press("Enter")
    expect(other.get_by_test_id("details")).to_be_visible()
    assert fits(other)
    expect(other.get_by_role("button", name="New booking")).to_be_in_viewport()


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def test_nothing_moves_while_the_schedule_loads(open_page: Open) -> None:
    page = signed_in(open_page(before=SHIFTS), MANAGER)
    page.reload()
    expect(page.locator("[data-booking-id]").first).to_be_visible()
    assert page.evaluate("window.shifted") <= MOST_SHIFT


def test_the_first_load_is_light(open_page: Open) -> None:
    page = signed_in(open_page(), MANAGER)
    expect(page.locator("[data-booking-id]").first).to_be_visible()
    addresses: list[str] = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    dist = Path(os.environ.get("WEB_DIST") or CLIENTS / "web/dist")
    # Dialogs are fetched ahead once all is shown, so that they open without a network too.
    files = {dist / urlsplit(address).path.lstrip("/") for address in addresses if "-dialog" not in address}
    sizes = {
        file.name: len(file.read_bytes() if file.suffix == ".woff2" else gzip.compress(file.read_bytes()))
        for file in files
        if file.is_file()
    }
    assert any(name.startswith("studio-") for name in sizes), sizes
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


def test_the_api_reference_shows_without_help_from_elsewhere(open_page: Open, demo: ServerProcess) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{demo.url}/docs")
    expect(page.get_by_role("link", name="/auth/login")).to_be_visible()
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {urlsplit(demo.url).netloc}
