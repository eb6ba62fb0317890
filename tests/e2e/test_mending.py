"""What happens to plans in the browser: work takes longer, somebody cannot, nobody has room, live goes on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, MANAGER, OWNER
from tests.e2e.pages import Open, bar, settled, signed_in
from tests.e2e.work import Work

pytestmark = pytest.mark.browser


def booked(work: Work, artist: str, day: int, days: int = 1, **fields: str | None) -> str:
    """Whole days of the test's own phase, so many days after its start."""
    booking = str(uuid4())
    start = work.start + day * DAY
    args = {"id": booking, "artist_id": artist, "project_id": work.project, "phase_id": work.phase, **fields}
    work.studio.run(
        "booking.place",
        start=start.isoformat(),
        end=(start + days * DAY).isoformat(),
        granularity="day",
        **args,
    )
    return booking


def on_schedule(page: Page, work: Work) -> Page:
    signed_in(page, MANAGER)
    page.get_by_label("Find artists").fill(work.name)
    return page


def phase_of(page: Page, work: Work) -> Locator:
    """The details of the phase, found as people find it: on the plan of its project."""
    page.get_by_role("radio", name="By projects").click()
    bar(page, work.phase).focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    expect(details.get_by_role("heading", name="Let it be planned")).to_be_visible()
    return details


def looked_at(page: Page, name: str | re.Pattern[str]) -> Locator:
    """The scenario that a job of this name ends in."""
    job = page.get_by_role("article", name=name)
    expect(job).to_have_attribute("data-state", "done")
    job.get_by_role("button", name="Look at the plan").click()
    return page.get_by_test_id("scenario")


def committed(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Commit ")).click()
    expect(page.get_by_text("is the schedule now")).to_be_visible()


def days_of(work: Work) -> float:
    """Days that stand for the phase."""
    lengths = [
        datetime.fromisoformat(b["end"]) - datetime.fromisoformat(b["start"])
        for b in work.booked()
        if b["phase_id"] == work.phase
    ]
    return sum(lengths, timedelta()) / DAY


def test_a_phase_that_takes_longer_gets_its_days_and_confirmed_work_stays(
    open_page: Open, work: Work
) -> None:
    booked(work, work.ada, 1)
    follows = work.studio.place(work.ada, "Follows", work.start + 2 * DAY, status="confirmed")
    page = on_schedule(open_page(), work)
    phase_of(page, work).get_by_role("button", name="It takes longer…").click()
    dialog = page.get_by_role("dialog", name=f"“Phase {work.name}” takes longer")
    dialog.get_by_label("Working days more than planned").fill("0.3")
    expect(dialog.get_by_text("Whole or half days")).to_be_visible()
    dialog.get_by_label("Working days more than planned").fill("1")
    dialog.get_by_role("button", name="Mend the plan").click()
    scenario = looked_at(page, f"“Phase {work.name}” takes 1 d longer")
    expect(scenario.get_by_test_id("change").first).to_be_visible()
    assert days_of(work) == 1
    committed(page)
    assert days_of(work) == 2
    firm = work.studio.booking(follows)
    assert (firm["artist_id"], firm["start"][:10]) == (work.ada, f"{work.start + 2 * DAY:%Y-%m-%d}")


def test_somebody_else_is_planned_for_whoever_cannot(open_page: Open, work: Work) -> None:
    booking = booked(work, work.ada, 1, status="confirmed", title="Shot")
    page = on_schedule(open_page(), work)
    bar(page, booking).focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("details").get_by_role("button", name="Plan somebody else").click()
    scenario = looked_at(page, f"Somebody else than Ada {work.name} for “Shot”")
    change = scenario.get_by_test_id("change")
    expect(change).to_contain_text(f"Ben {work.name}")
    expect(change).to_contain_text("Takes it over")
    assert work.studio.booking(booking)["artist_id"] == work.ada
    committed(page)
    assert work.studio.booking(booking)["artist_id"] == work.ben


def test_what_a_phase_must_challenge_is_told_committed_and_challenged(open_page: Open, work: Work) -> None:
    other = str(uuid4())
    work.studio.run("project.add", id=other, name=f"Rival {work.name}")
    in_the_way = [
        booked(work, artist, 0, 360, project_id=other, phase_id=None, title="Rival")
        for artist in (work.ada, work.ben)
    ]
    page = on_schedule(open_page(), work)
    phase_of(page, work).get_by_role("button", name="What must I challenge?").click()
    job = page.get_by_role("article", name=f"What “Phase {work.name}” would challenge")
    expect(job).to_have_attribute("data-state", "done")
    expect(job.get_by_role("listitem")).to_have_text(re.compile("Challenge Rival of (Ada|Ben)"))
    scenario = looked_at(page, f"What “Phase {work.name}” would challenge")
    change = scenario.get_by_test_id("change")
    expect(change).to_have_count(1)
    committed(page)
    [wish] = [b for b in work.booked() if b["phase_id"] == work.phase]
    assert (wish["status"], wish["rank"]) == ("hold", 2)
    assert {b["id"] for b in work.booked()} == {*in_the_way, wish["id"]}
    page.get_by_role("radio", name="By artists").click()
    bar(page, wish["id"]).focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("details").get_by_role("button", name="Challenge", exact=True).click()
    expect(page.get_by_test_id("challenge")).to_contain_text("Waiting for these to confirm or release")


def test_what_came_between_is_settled_by_keeping_mine_while_the_other_goes_on(
    open_page: Open, work: Work
) -> None:
    studio = work.studio
    moved = studio.place(work.ada, "Moved", work.start + DAY)
    wish = {
        "action": "move",
        "booking_id": moved,
        "start": (work.start + 3 * DAY).isoformat(),
        "end": (work.start + 4 * DAY).isoformat(),
    }
    studio.run("scenario.add", id=str(uuid4()), name=f"Draft {work.name}", changes=[wish])
    mine = work.planning(open_page(), MANAGER)
    mine.get_by_test_id("scenario-row").filter(has_text=work.name).click()
    scenario = mine.get_by_test_id("scenario")
    expect(scenario.get_by_role("button", name="Commit 1 change")).to_be_enabled()

    theirs = signed_in(open_page(), OWNER)
    theirs.get_by_label("Find artists").fill(work.name)
    bar(theirs, moved).focus()
    theirs.keyboard.press("Alt+ArrowRight")
    settled(theirs)
    conflict = scenario.get_by_test_id("conflict")
    expect(conflict).to_contain_text("was moved since the change was drawn")
    conflict.get_by_role("button", name="Keep mine: Moved").click()
    expect(conflict).to_have_count(0)
    expect(scenario.get_by_test_id("change")).to_have_count(1)
    # The other goes on with something else meanwhile: nothing of it is in the way.
    theirs.keyboard.press("Enter")
    theirs.get_by_test_id("details").get_by_label("Title").fill("Moved on")
    theirs.keyboard.press("Tab")
    settled(theirs)
    expect(scenario.get_by_test_id("change")).to_contain_text("Moved on")
    committed(mine)
    expect(bar(theirs, moved)).to_have_attribute("aria-label", re.compile("Moved on"))
    booking = studio.booking(moved)
    assert (booking["title"], booking["start"][:10]) == ("Moved on", f"{work.start + 3 * DAY:%Y-%m-%d}")


def test_a_plan_is_stopped_with_nothing_or_with_the_best_so_far(open_page: Open, work: Work) -> None:
    skills = [{"name": work.skill, "level": 3, "days": 1}]
    items = [
        {
            "op": "phase.add",
            "args": {
                "id": str(uuid4()),
                "project_id": work.project,
                "name": f"Fix {number}",
                "duration_hours": 4,
                "skills": skills,
            },
        }
        for number in range(48)
    ]
    work.studio.run("bulk.apply", items=items)
    page = work.planning(open_page(), MANAGER)

    def asked() -> Locator:
        page.get_by_role("button", name="Plan automatically…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(f"Film {work.name}").check()
        dialog.get_by_text("Thorough").click()
        dialog.get_by_role("button", name="Plan", exact=True).click()
        job = page.get_by_role("article", name=f"Plan of Film {work.name}").first
        expect(job).to_have_attribute("data-state", "running")
        expect(job).to_contain_text("49 of 49")
        return job

    job = asked()
    job.get_by_role("button", name="Stop", exact=True).click()
    expect(job).to_have_count(0)
    expect(page.get_by_test_id("scenario-row").filter(has_text=work.name)).to_have_count(0)
    job = asked()
    job.get_by_role("button", name="Keep the best so far").click()
    expect(job).to_have_attribute("data-state", "cancelled")
    job.get_by_role("button", name="Look at the plan").click()
    expect(page.get_by_role("button", name="Commit 49 changes")).to_be_enabled()
    assert work.booked() == []
