"""Open phases find a place: dragged onto the schedule, by keys, by taps. What is refused finds another."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, MANAGER
from tests.e2e.pages import PHONE, Open, Theme, bar, calm, fits, settled, signed_in, violations
from tests.e2e.work import Work

pytestmark = pytest.mark.browser


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


def test_at_the_edge_a_dragged_phase_reaches_days_that_were_not_in_sight(open_page: Open, work: Work) -> None:
    far = work.studio.place(work.ben, "Far", work.start + 60 * DAY)
    page = work.open(open_page())
    row = work.row(page, work.ben)
    drag(page, work.seat(page), middle(row))
    expect(suggested(page, 1, 2)).to_be_attached()
    expect(bar(page, far)).to_have_count(0)
    box = page.get_by_test_id("gantt").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 5, middle(row)[1], steps=4)
    # The hand rests, and the schedule goes on under it.
    expect(bar(page, far)).to_be_attached()
    page.mouse.up()
    settled(page)
    [booking] = [b for b in work.booked() if b["id"] != far]
    assert booking["artist_id"] == work.ben
    assert datetime.fromisoformat(booking["start"]) > work.start + 30 * DAY


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
    held = bar(page, moved)
    held.focus()
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
