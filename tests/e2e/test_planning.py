"""Plans in the browser: asked for, looked at as a scenario, edited by several, settled and committed."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, MANAGER, OWNER
from tests.e2e.pages import PHONE, Open, Theme, bar, calm, fits, settled, signed_in, violations
from tests.e2e.work import Work

pytestmark = pytest.mark.browser


def planned(page: Page, work: Work) -> Locator:
    """Ask for a quick plan of the test's own project, and wait until it is there."""
    page.get_by_role("button", name="Plan automatically…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(f"Film {work.name}").check()
    dialog.get_by_text("Quick").click()
    dialog.get_by_role("button", name="Plan", exact=True).click()
    job = page.get_by_role("article", name=f"Plan of Film {work.name}")
    expect(job).to_have_attribute("data-state", "done")
    return job


def draft(work: Work, *starts: datetime) -> list[str]:
    """A scenario that places a day of Ada's at each of these starts; gives the ids they will have."""
    places = [
        {
            "action": "place",
            "booking_id": str(uuid4()),
            "artist_id": work.ada,
            "start": start.isoformat(),
            "end": (start + DAY).isoformat(),
            "title": f"Drawn {work.name}",
        }
        for start in starts
    ]
    work.studio.run("scenario.add", id=str(uuid4()), name=f"Draft {work.name}", changes=places)
    return [place["booking_id"] for place in places]


def drawn(page: Page) -> list[str]:
    """Ids of what the scenario on screen adds, as the schedule shows it."""
    added = page.locator('[data-booking-id][aria-label*="added in the scenario"]')
    expect(added.first).to_be_attached()
    return [str(each.get_attribute("data-booking-id")) for each in added.all()]


def book(page: Page, artist: str, day: datetime) -> None:
    """Somebody books an artist firmly for a day, through the form."""
    page.get_by_role("button", name="New booking").click()
    dialog = page.get_by_role("dialog", name="New booking")
    dialog.get_by_role("combobox", name="Artist").fill(artist)
    dialog.get_by_role("option", name=artist).click()
    dialog.get_by_label("Title").fill("Came between")
    dialog.get_by_label("Whole days").check()
    dialog.get_by_label("Start date").fill(day.date().isoformat())
    dialog.get_by_label("Last day").fill(day.date().isoformat())
    dialog.get_by_text("Confirmed").click()
    dialog.get_by_role("button", name="Book").click()
    settled(page)


def test_a_plan_is_watched_looked_at_settled_with_what_came_between_and_committed(
    open_page: Open, work: Work
) -> None:
    # Each phase has one artist who knows its craft, so that the plan can only be one.
    other = f"Other {work.name}"
    work.artist("Cyd", 5, other)
    needs = [{"name": other, "level": 1, "days": 2}]
    work.studio.run("phase.edit", phase_id=work.phase, skills=needs)
    second = str(uuid4())
    work.studio.run(
        "phase.add",
        id=second,
        project_id=work.project,
        name=f"Second {work.name}",
        duration_hours=8,
        skills=[{"name": work.skill, "level": 5, "days": 1}],
    )
    mine = work.planning(open_page(), MANAGER)
    job = planned(mine, work)
    expect(job).to_contain_text("2 changes")
    calm(mine)
    assert not violations(mine, "a plan")
    job.get_by_role("button", name="Look at the plan").click()
    scenario = mine.get_by_test_id("scenario")
    expect(scenario.get_by_test_id("change")).to_have_count(2)
    expect(scenario.get_by_test_id("figures")).to_contain_text("Days booked")
    expect(scenario.get_by_role("button", name="Commit 2 changes")).to_be_enabled()
    assert work.booked() == []
    assert len(drawn(mine)) == 2

    theirs = work.planning(open_page(), OWNER)
    theirs.get_by_test_id("scenario-row").filter(has_text=work.name).click()
    expect(theirs.get_by_test_id("scenario").get_by_test_id("change")).to_have_count(2)
    expect(scenario.get_by_test_id("people-in")).to_be_visible()
    theirs.get_by_role("button", name="Leave the scenario").click()
    expect(theirs.get_by_test_id("scenario-bar")).to_have_count(0)

    # Now Ada is taken where the plan has her.
    change = scenario.get_by_test_id("change").filter(has_text=f"Second {work.name}")
    change.click()
    start = mine.get_by_test_id("details").get_by_label("Start date").input_value()
    book(theirs, f"Ada {work.name}", datetime.fromisoformat(start))
    conflict = scenario.get_by_test_id("conflict")
    expect(conflict).to_contain_text(f"Second {work.name}")
    expect(scenario.get_by_role("button", name="Settle what does not fit first")).to_be_disabled()
    conflict.get_by_role("button", name=f"Leave it out: Second {work.name}").click()
    expect(conflict).to_have_count(0)
    expect(scenario.get_by_test_id("change")).to_have_count(1)
    [kept] = drawn(mine)
    scenario.get_by_role("button", name="Commit 1 change").click()
    expect(mine.get_by_text("is the schedule now")).to_be_visible()
    expect(bar(theirs, kept)).to_be_attached()
    booking = work.studio.booking(kept)
    assert (booking["phase_id"], booking["status"]) == (work.phase, "hold")

    mine.get_by_test_id("toast").get_by_role("button", name="Undo").click()
    expect(bar(theirs, kept)).to_have_count(0)
    expect(mine.get_by_test_id("scenario-row").filter(has_text=work.name)).to_be_visible()


def test_hands_in_a_scenario_change_the_draft_and_not_the_schedule(open_page: Open, work: Work) -> None:
    booking = work.studio.place(work.ada, "Stands", work.start + DAY, hours=24)
    page = work.planning(open_page(), MANAGER)
    page.get_by_role("button", name="New scenario").click()
    scenario = page.get_by_test_id("scenario")
    name = f"Draft {work.name}"
    scenario.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("scenario-bar")).to_contain_text(name)
    box = page.locator(f'[data-row-id="{work.ben}"]').bounding_box()
    held = bar(page, booking).bounding_box()
    assert box is not None
    assert held is not None
    page.mouse.move(held["x"] + 30, held["y"] + 8)
    page.mouse.down()
    page.mouse.move(held["x"] + 30, box["y"] + 18, steps=8)
    page.mouse.up()
    expect(bar(page, booking)).to_have_attribute("aria-label", re.compile("moved in the scenario"))
    expect(scenario.get_by_test_id("change")).to_contain_text(f"Ben {work.name}")
    settled(page)
    assert work.studio.booking(booking)["artist_id"] == work.ada
    # By fields instead of a drag, and back.
    scenario.get_by_test_id("change").click()
    details = page.get_by_test_id("details")
    expect(details).to_contain_text(f"Ben {work.name}")
    details.get_by_role("button", name="Back to how it is").click()
    expect(scenario.get_by_test_id("change")).to_have_count(0)
    details.get_by_role("button", name="End it in this scenario").click()
    expect(scenario.get_by_test_id("changes")).to_contain_text("Ended")
    scenario.get_by_role("button", name="Throw the scenario away").click()
    expect(page.get_by_test_id("scenario-bar")).to_have_count(0)
    settled(page)
    assert work.studio.booking(booking)["status"] == "hold"


def test_time_off_that_hits_bookings_offers_to_mend_the_plan(open_page: Open, work: Work) -> None:
    studio = work.studio
    booking = str(uuid4())
    studio.run(
        "booking.place",
        id=booking,
        artist_id=work.ada,
        project_id=work.project,
        phase_id=work.phase,
        start=(work.start + DAY).isoformat(),
        end=(work.start + 3 * DAY).isoformat(),
    )
    off = str(uuid4())
    studio.run(
        "time_off.request",
        id=off,
        artist_id=work.ada,
        start=(work.start + DAY).isoformat(),
        end=(work.start + 3 * DAY).isoformat(),
    )
    page = signed_in(open_page(), MANAGER)
    page.get_by_label("Find artists").fill(work.name)
    bar(page, f"off:{off}").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("details").get_by_role("button", name="Mend the plan").click()
    job = page.get_by_role("article", name=f"Ada {work.name} is away")
    expect(job).to_have_attribute("data-state", "done")
    job.get_by_role("button", name="Look at the plan").click()
    expect(page.get_by_test_id("scenario").get_by_test_id("change").first).to_contain_text("Ben")
    settled(page)
    assert studio.booking(booking)["artist_id"] == work.ada


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_planning_has_no_accessibility_violation(open_page: Open, work: Work, theme: Theme) -> None:
    work.studio.place(work.ada, "Firm", work.start, status="confirmed")
    draft(work, work.start, work.start + 2 * DAY)
    page = work.planning(open_page(theme=theme), MANAGER)
    page.get_by_role("button", name="Plan automatically…").click()
    page.get_by_role("dialog").get_by_text("More").click()
    calm(page)
    found = violations(page, "asking for a plan")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    calm(page)
    found += violations(page, "planning")
    page.get_by_test_id("scenario-row").filter(has_text=work.name).click()
    expect(page.get_by_test_id("figures")).to_be_visible()
    expect(page.get_by_test_id("conflict")).to_be_visible()
    page.get_by_test_id("change").first.click()
    expect(page.get_by_test_id("details")).to_contain_text("not on the schedule")
    calm(page)
    found += violations(page, "a scenario")
    assert not found, "\n".join(found)


def test_on_a_phone_a_scenario_is_read_and_committed(open_page: Open, work: Work) -> None:
    [booking] = draft(work, work.start)
    page = work.planning(open_page(size=PHONE), MANAGER)
    page.get_by_test_id("scenario-row").filter(has_text=work.name).click()
    expect(page.get_by_test_id("change")).to_contain_text(f"Drawn {work.name}")
    calm(page)
    assert fits(page)
    page.get_by_role("button", name="Commit 1 change").click()
    expect(page.get_by_text("is the schedule now")).to_be_visible()
    assert work.studio.booking(booking)["artist_id"] == work.ada
