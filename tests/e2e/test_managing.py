"""What a manager does beyond single bookings: for the artist, about time off, with many at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import ARTIST, DAY, MANAGER, OWNER, Studio, today
from tests.e2e.pages import PHONE, Open, calm, fits, settled, signed_in, violations

pytestmark = pytest.mark.browser


class Board:
    """A manager's page, looking at artists with a name of the test's own."""

    def __init__(self, page: Page, name: str, email: str = MANAGER) -> None:
        self.page = signed_in(page, email)
        page.get_by_label("Find artists").fill(name)

    @property
    def details(self) -> Locator:
        return self.page.get_by_test_id("details")

    def bar(self, bar_id: str) -> Locator:
        return self.page.locator(f'[data-booking-id="{bar_id}"]')

    def show(self, bar_id: str) -> Locator:
        """The details of a bar, opened by keys: it may lie outside of the view."""
        self.bar(bar_id).focus()
        self.page.keyboard.press("Enter")
        expect(self.details).to_be_visible()
        return self.details

    def button(self, name: str) -> Locator:
        return self.details.get_by_role("button", name=name, exact=True)


def off(studio: Studio, artist: str, start: datetime, days: int, note: str = "") -> str:
    off_id = str(uuid4())
    end = start + days * DAY
    studio.run(
        "time_off.request",
        id=off_id,
        artist_id=artist,
        start=start.isoformat(),
        end=end.isoformat(),
        note=note,
    )
    return off_id


def mark_of(studio: Studio) -> str:
    """A name no other test has."""
    return f"Mark{uuid4().hex[:6]}"


def test_the_studio_takes_down_what_the_artist_says(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    yes = studio.place(artist, "Says yes", today())
    no = studio.place(artist, "Says no", today() + 2 * DAY)
    board = Board(open_page(), name)
    board.show(yes)
    board.button("Accept on behalf").click()
    expect(board.details).to_contain_text("Pencil")
    board.button("Withdraw on behalf…").click()
    board.details.get_by_label(re.compile("What the artist said")).fill("Called in sick")
    board.button("Withdraw on behalf").click()
    expect(board.bar(yes)).to_have_count(0)
    board.show(no)
    board.button("Decline on behalf…").click()
    board.button("Decline on behalf").click()
    expect(board.bar(no)).to_have_count(0)
    settled(board.page)
    assert [(studio.booking(each)["status"], studio.booking(each)["reason"]) for each in (yes, no)] == [
        ("withdrawn", "Called in sick"),
        ("declined", ""),
    ]
    [said] = [
        event for event in studio.events() if event["entity"]["id"] == no and "declined" in event["type"]
    ]
    assert said["actor"]["name"] != name, "the log says who took it down"


def test_other_dates_on_behalf_are_compared_with_those_asked_for(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    start = today() - timedelta(days=1)
    hold = studio.place(artist, "Asked", start, hours=24)
    studio.place(artist, "In the way", start + 2 * DAY, hours=24)
    board = Board(open_page(), name)
    board.show(hold)
    board.details.get_by_role("button", name="Propose other dates on behalf…").click()
    form = board.details.get_by_role("form", name="Other dates")
    later = datetime.fromisoformat(form.get_by_label("Start date").input_value()) + 2 * DAY
    form.get_by_label("Start date").fill(f"{later:%Y-%m-%d}")
    form.get_by_role("button", name="Propose", exact=True).click()
    compared = board.details.get_by_test_id("comparison")
    expect(compared).to_contain_text("Starts 2 days later · Ends 2 days later · Just as long")
    expect(compared).to_contain_text("Would be 2nd in line there, with:")
    expect(compared).to_contain_text("In the way")
    expect(board.bar(hold)).to_have_attribute("aria-label", re.compile("other dates proposed"))
    assert not violations(board.page, "a proposal compared")
    board.button("Keep ours").click()
    expect(board.details.get_by_test_id("proposal")).to_have_count(0)
    settled(board.page)
    assert studio.booking(hold)["counter"] is None


def test_a_challenge_is_marked_on_both_bars_in_words(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    first = studio.place(artist, "First", today(), hours=48)
    second = studio.place(artist, "Second", today() + DAY, hours=48)
    board = Board(open_page(), name)
    expect(board.bar(second)).to_have_attribute("aria-label", re.compile("2nd in line until .*, then 1st"))
    studio.run("challenge.open", booking_id=second, id=str(uuid4()))
    expect(board.bar(first)).to_have_attribute(
        "aria-label", re.compile("challenged, challenge to be answered by")
    )
    expect(board.bar(second)).to_have_attribute("aria-label", re.compile("challenging those ahead"))
    studio.run("booking.release", booking_id=first)
    expect(board.bar(second)).to_have_attribute("aria-label", re.compile("1st in line, .*to be confirmed by"))


def test_time_off_is_asked_for_flagged_answered_and_cancelled(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    pencil = studio.place(artist, "Pencilled", today(), hours=24, status="pencil")
    wish = off(studio, artist, today(), 3, "Wedding")
    board = Board(open_page(), name)
    band = board.bar(f"off:{wish}")
    expect(band).to_have_attribute("aria-label", re.compile("Time off requested: Wedding"))
    expect(board.bar(pencil)).to_have_attribute("aria-label", re.compile("time off asked for on these dates"))
    board.show(pencil)
    expect(board.details.get_by_test_id("over-request")).to_contain_text(f"{name} asked for time off")
    board.button("See the request").click()
    expect(board.details).to_contain_text("Pencilled and confirmed work has to move")
    assert not violations(board.page, "time off")
    board.button("Approve").click()
    expect(board.details.get_by_role("alert")).to_contain_text("has “Pencilled” (pencil)")
    studio.run("booking.release", booking_id=pencil)
    expect(board.details).not_to_contain_text("Booked on these dates")
    board.button("Approve").click()
    expect(band).to_have_attribute("aria-label", re.compile("Time off: Wedding"))
    board.button("Cancel time off…").click()
    board.button("Cancel time off").click()
    expect(band).to_have_count(0)


def test_time_off_is_entered_by_the_studio_and_asked_for_by_the_artist(
    open_page: Open, studio: Studio
) -> None:
    name = mark_of(studio)
    studio.artist(name)
    board = Board(open_page(), name)
    page = board.page
    page.get_by_role("button", name="Time off", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Artist").fill(name)
    page.keyboard.press("Enter")
    dialog.get_by_label("Note (may be left out)").fill("Surgery")
    assert not violations(page, "entering time off")
    dialog.get_by_role("button", name="Enter time off").click()
    expect(page.locator("[aria-label*='Time off: Surgery']")).to_have_count(1)

    phone = signed_in(open_page(PHONE), ARTIST)
    phone.get_by_role("button", name="Ask for time off").click()
    asked = phone.get_by_role("dialog")
    asked.get_by_label("Start date").fill("2027-08-02")
    asked.get_by_label("Note (may be left out)").fill("Summer")
    assert fits(phone)
    asked.get_by_role("button", name="Ask for time off").click()
    card = phone.get_by_test_id("own-time-off").filter(has_text="Summer")
    expect(card).to_contain_text("Requested")
    assert not violations(phone, "own time off")
    card.get_by_role("button", name="Withdraw the request").click()
    expect(card).to_have_count(0)
    settled(phone)


def test_many_move_together_or_say_why_not_each_by_each(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    day = today() - DAY
    ids = [studio.place(artist, f"Part {n}", day + n * DAY, hours=24, status="pencil") for n in range(2)]
    studio.place(artist, "Wall", day + 5 * DAY, hours=24, status="confirmed")
    board = Board(open_page(), name)
    page = board.page
    board.bar(ids[0]).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(board.details).to_contain_text("2 bookings selected")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    move = dialog.get_by_label("Move by")
    expect(move).to_be_focused()
    move.fill("4")
    expect(dialog).to_contain_text("1 booking would not fit there")
    calm(page)
    assert not violations(page, "moving by")
    dialog.get_by_role("button", name="Move 4 days later").click()
    reasons = dialog.get_by_test_id("bulk-refused")
    expect(reasons).to_contain_text("Part 1")
    expect(reasons).to_contain_text("has “Wall” (confirmed)")
    calm(page)
    assert not violations(page, "why many were refused")
    assert start_of(studio, ids[0]) == day
    dialog.get_by_role("button", name="Show Part 1").click()
    expect(board.details.get_by_label("Title")).to_have_value("Part 1")
    expect(dialog).to_have_count(0)

    board.bar(ids[0]).focus()
    page.keyboard.press("Space")
    expect(board.details).to_contain_text("2 bookings selected")
    page.keyboard.press("m")
    move.fill("4")
    dialog.get_by_role("button", name="Move 4 days later").click()
    dialog.get_by_role("button", name="Change the other one anyway").click()
    settled(page)
    expect(page.get_by_test_id("toast")).to_contain_text("Moved 2 bookings")
    assert [start_of(studio, each) for each in ids] == [day + 4 * DAY, day + DAY]


def test_a_week_is_copied_and_a_project_moved_as_a_whole(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    project = str(uuid4())
    studio.run("project.add", id=project, name=name)
    held = studio.place(artist, "Once", today())
    studio.run("booking.edit", booking_id=held, project_id=project)
    board = Board(open_page(), name)
    page = board.page
    board.bar(held).focus()
    page.keyboard.press("Space")
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How many times").fill("2")
    expect(dialog.get_by_role("list", name="Where the copies go").get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="Make 2 holds").click()
    settled(page)
    copies = sorted(wire(each["start"]) for each in studio.bookings_of(artist))
    assert copies == [today(), today() + 7 * DAY, today() + 14 * DAY]
    page.get_by_role("button", name="Projects", exact=True).click()
    page.get_by_label("Find in projects").fill(name)
    page.get_by_role("region", name="Projects").get_by_role("button", name=re.compile(name)).click()
    dialog.get_by_role("button", name="Move everything by…").click()
    expect(dialog).to_contain_text(f"Move all of “{name}”")
    dialog.get_by_label("Unit").select_option("weeks")
    dialog.get_by_role("button", name="Move 1 week later").click()
    settled(page)
    assert min(wire(each["start"]) for each in studio.bookings_of(artist)) == today() + 7 * DAY


def test_the_owner_sets_how_holds_and_challenges_run(open_page: Open, studio: Studio) -> None:
    page = signed_in(open_page(), OWNER)

    def settings() -> Locator:
        page.get_by_role("button", name=re.compile("^Account of")).click()
        page.get_by_role("menuitem", name="Studio settings").click()
        return page.get_by_role("dialog")

    dialog = settings()
    calm(page)
    assert not violations(page, "studio settings")
    hours = dialog.get_by_label("Time to answer a challenge (hours)")
    hours.fill("72")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Enter a whole number from 24 to 48.")
    hours.fill("36")
    dialog.get_by_role("radio", name=re.compile("working hours")).check()
    dialog.get_by_role("button", name="Save").click()
    settled(page)
    edited = [event for event in studio.events() if event["type"] == "tenant.edited"][-1]["data"]["tenant"]
    assert (edited["challenge_hours"], edited["challenge_clock"]) == (36, "working")
    dialog = settings()
    expect(dialog.get_by_label("Time to answer a challenge (hours)")).to_have_value("36")


def wire(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def start_of(studio: Studio, booking_id: str) -> datetime:
    booking: dict[str, Any] = studio.booking(booking_id)
    return wire(booking["start"])


def test_an_artists_record_holds_rate_holidays_and_portfolio(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    page = signed_in(open_page(), MANAGER)
    page.get_by_role("button", name="Artists", exact=True).click()
    page.get_by_label("Find in artists").fill(name)
    page.get_by_role("region", name="Artists").get_by_role("button", name=re.compile(name)).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("utilisation")).to_contain_text("0 % booked")
    dialog.get_by_label("Rate per day").fill("450")
    dialog.get_by_label("Public holidays").select_option("FR")
    dialog.get_by_role("button", name="Add a link").click()
    dialog.get_by_label("Address of link 1").fill("vimeo")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert").filter(has_text="is no web address")).to_be_visible()
    dialog.get_by_label("Address of link 1").fill("https://example.com/reel")
    dialog.get_by_label(re.compile("^Years of")).first.fill("7")
    calm(page)
    assert not violations(page, "an artist's record")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    settled(page)
    saved = [e for e in studio.events() if e["entity"]["id"] == artist][-1]["data"]["artist"]
    assert saved["rate"] == {"amount": 450, "currency": "EUR"}
    assert (saved["holiday_country"], saved["skills"][0]["years"]) == ("FR", 7)
    assert saved["portfolio"][0]["url"] == "https://example.com/reel"


def test_a_booking_counts_for_the_phase_it_is_given(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    project, phase = str(uuid4()), str(uuid4())
    studio.run("project.add", id=project, name=name)
    studio.run("phase.add", id=phase, project_id=project, name="Model", duration_hours=8)
    hold = studio.place(studio.artist(name), "For a phase", today())
    studio.run("booking.edit", booking_id=hold, project_id=project)
    board = Board(open_page(), name)
    board.show(hold)
    board.details.get_by_label("Phase").select_option(label="Model")
    settled(board.page)
    assert studio.booking(hold)["phase_id"] == phase


def test_a_menu_by_key_or_right_button_leads_to_what_can_be_done(open_page: Open, studio: Studio) -> None:
    name = mark_of(studio)
    artist = studio.artist(name)
    hold = studio.place(artist, "With a menu", today())
    board = Board(open_page(), name)
    page = board.page
    board.bar(hold).focus()
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Open details")).to_be_visible()
    calm(page)
    assert not violations(page, "menu of a bar")
    menu.get_by_role("menuitem", name="Move by…").click()
    expect(page.get_by_role("dialog").get_by_label("Move by")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(f"[data-row-id='{artist}']").get_by_role("rowheader").click(button="right")
    menu.get_by_role("menuitem", name="Time off…").click()
    expect(page.get_by_role("dialog").get_by_role("combobox", name="Artist")).to_have_value(name)
