"""Open phases find a place: dragged onto the schedule, by keys, by taps. What is refused finds another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.board import Studio
from tests.e2e.test_two_windows import DAY, today
from tests.e2e.test_web_app import (
    MANAGER,
    PHONE,
    Open,
    Theme,
    calm,
    fits,
    pages_of,
    settled,
    signed_in,
    violations,
)
from tests.harness.process import ServerProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(browser: Browser, demo: ServerProcess) -> Iterator[Open]:
    with pages_of(browser, demo.url) as opened:
        yield opened


class Work:
    """A phase of two days from tomorrow on, and the two artists who know its craft."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.name = f"Work{uuid4().hex[:6]}"
        self.skill = f"Craft {self.name}"
        self.start = today() + DAY
        self.ada = self.artist("Ada", 5)
        self.ben = self.artist("Ben", 3)
        self.project, self.phase = str(uuid4()), str(uuid4())
        studio.run("project.add", id=self.project, name=f"Film {self.name}")
        studio.run(
            "phase.add",
            id=self.phase,
            project_id=self.project,
            name=f"Phase {self.name}",
            duration_hours=16,
            skills=[{"name": self.skill, "level": 3, "days": 2}],
            start=self.start.isoformat(),
            end=(self.start + 6 * DAY).isoformat(),
        )

    def artist(self, name: str, level: int, skill: str | None = None) -> str:
        artist_id = str(uuid4())
        hours = [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]
        skills = [{"name": skill or self.skill, "level": level}]
        self.studio.run(
            "artist.add",
            id=artist_id,
            name=f"{name} {self.name}",
            zone="UTC",
            working_hours=hours,
            skills=skills,
        )
        return artist_id

    def booked(self) -> list[dict[str, Any]]:
        """What stands with either of them."""
        return self.studio.bookings_of(self.ada) + self.studio.bookings_of(self.ben)

    def open(self, page: Page) -> Page:
        """The schedule of the two, with what is to be placed beside it."""
        signed_in(page, MANAGER)
        page.get_by_label("Find artists").fill(self.name)
        page.get_by_role("button", name="Planning", exact=True).click()
        page.get_by_label("Find in what is to be placed").fill(self.name)
        expect(self.seat(page)).to_contain_text(f"2 d of {self.skill}, level 3")
        return page

    def seat(self, page: Page) -> Locator:
        return page.get_by_test_id("seat")

    def row(self, page: Page, artist: str) -> Locator:
        return page.locator(f'[data-row-id="{artist}"]')


@pytest.fixture
def work(studio: Studio) -> Work:
    return Work(studio)


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, source: Locator, to: tuple[float, float]) -> None:
    """Press, and move as a hand does; do not let go."""
    source.scroll_into_view_if_needed()
    page.mouse.move(*middle(source))
    page.mouse.down()
    page.mouse.move(*to, steps=8)


def suggested(page: Page, number: int, of: int) -> Locator:
    """What the schedule says of the place that is shown."""
    return page.locator("[aria-live=polite]").filter(has_text=f"Suggestion {number} of {of}.")


def test_an_open_phase_is_dragged_onto_a_row_and_escape_leaves_everything(
    open_page: Open, work: Work
) -> None:
    page = work.open(open_page())
    drag(page, work.seat(page), middle(work.row(page, work.ben)))
    expect(page.get_by_test_id("carried")).to_be_visible()
    expect(suggested(page, 1, 2)).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("carried")).to_have_count(0)
    page.mouse.up()
    settled(page)
    assert work.booked() == []
    drag(page, work.seat(page), middle(work.row(page, work.ben)))
    expect(suggested(page, 1, 2)).to_be_attached()
    page.mouse.up()
    expect(page.get_by_test_id("to-place").get_by_text("Nothing matches")).to_be_visible()
    settled(page)
    [booking] = work.booked()
    assert (booking["artist_id"], booking["phase_id"]) == (work.ben, work.phase)
    assert booking["status"] == "hold"
    page.get_by_role("button", name="Undo").last.click()
    expect(work.seat(page)).to_be_visible()


def test_by_keys_tab_goes_round_the_best_places_and_enter_takes_one(open_page: Open, work: Work) -> None:
    page = work.open(open_page())
    work.seat(page).focus()
    page.keyboard.press("Enter")
    expect(suggested(page, 1, 2)).to_contain_text(f"Ben {work.name}")
    page.keyboard.press("Tab")
    expect(suggested(page, 2, 2)).to_contain_text(f"Ada {work.name}")
    page.keyboard.press("Enter")
    artist = page.get_by_test_id("details").get_by_role("combobox", name="Artist")
    expect(artist).to_have_value(f"Ada {work.name}")
    settled(page)
    [booking] = work.booked()
    assert (booking["artist_id"], booking["phase_id"]) == (work.ada, work.phase)


def test_on_a_phone_a_tap_shows_the_places_in_words_and_another_takes_one(
    open_page: Open, work: Work
) -> None:
    page = work.open(open_page(size=PHONE))
    work.seat(page).click()
    dialog = page.get_by_role("dialog")
    best = dialog.get_by_test_id("slot").first
    expect(best).to_contain_text(f"Ben {work.name}")
    best.get_by_role("button", name="Why").click()
    expect(best).to_contain_text("3 where 3 is asked")
    assert fits(page)
    best.get_by_role("button", name="Hold Ben").click()
    expect(dialog).to_have_count(0)
    settled(page)
    assert [booking["artist_id"] for booking in work.booked()] == [work.ben]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_planning_and_finding_a_slot_have_no_accessibility_violation(
    open_page: Open, work: Work, theme: Theme
) -> None:
    page = work.open(open_page(theme=theme))
    calm(page)
    found = violations(page, "to place")
    page.get_by_role("button", name=f"Find a slot for Phase {work.name}").click()
    expect(page.get_by_test_id("slot")).to_have_count(2)
    page.get_by_role("button", name="Why Ben").click()
    calm(page)
    found += violations(page, "find a slot")
    page.get_by_label("How long").fill("none")
    expect(page.get_by_text("A whole number, such as 3.")).to_be_visible()
    page.get_by_label("How long").fill("200")
    expect(page.get_by_text("No place found")).to_be_visible()
    calm(page)
    found += violations(page, "no slot")
    assert not found, "\n".join(found)


def test_what_is_refused_names_others_who_could_do_it_and_why(open_page: Open, work: Work) -> None:
    studio = work.studio
    studio.place(work.ada, "Firm", work.start, hours=24, status="confirmed")
    moved = studio.place(work.ada, "Loose", work.start + 2 * DAY, hours=24)
    page = signed_in(open_page(), MANAGER)
    page.get_by_label("Find artists").fill(work.name)
    bar = page.locator(f'[data-booking-id="{moved}"]')
    bar.focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    date = (work.start + timedelta(hours=1)).date().isoformat()
    details.get_by_label("Start date").fill(date)
    details.get_by_role("button", name="Apply dates").click()
    refusal = details.get_by_test_id("refusal")
    expect(refusal).to_contain_text("Not moved")
    way = refusal.get_by_role("button", name=re.compile(f"^Ben {work.name}"))
    expect(way).to_be_visible()
    expect(refusal.get_by_role("listitem").filter(has_text=f"Ben {work.name}")).to_contain_text(
        "first in line"
    )
    way.click()
    settled(page)
    assert studio.booking(moved)["artist_id"] == work.ben
