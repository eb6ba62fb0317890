"""The plan of projects: phases, what they wait for, milestones, budgets, by hand, by keys and by fields."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, MANAGER, Studio, today
from tests.e2e.pages import PHONE, Open, Theme, calm, fits, settled, signed_in, violations

pytestmark = pytest.mark.browser


class Plan:
    """A project of the test's own: three phases of a week each, from this Monday on."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.name = f"Plan{uuid4().hex[:6]}"
        self.project = str(uuid4())
        studio.run("project.add", id=self.project, name=self.name, budget_days=10)
        monday = today() - timedelta(days=today().weekday())
        self.monday = monday
        self.phases = [
            self.phase("Model", monday),
            self.phase("Light", monday + 7 * DAY),
            self.phase("Comp", monday + 14 * DAY),
        ]

    def phase(self, name: str, start: datetime) -> str:
        """Monday to Friday, within the hours of the demo's studio whatever its clock says."""
        phase_id = str(uuid4())
        self.studio.run(
            "phase.add",
            id=phase_id,
            project_id=self.project,
            name=name,
            duration_hours=45,
            skills=[{"name": "Drawing", "level": 3, "days": 4}],
            start=(start + timedelta(hours=9)).isoformat(),
            end=(start + timedelta(days=4, hours=16)).isoformat(),
        )
        return phase_id

    def tie(self, before: int, after: int, **more: Any) -> None:
        self.studio.run(
            "dependency.add",
            id=str(uuid4()),
            from_phase_id=self.phases[before],
            to_phase_id=self.phases[after],
            **more,
        )

    def latest(self, kind: str, entity_id: str) -> dict[str, Any]:
        """A record as the log has it last."""
        found = [e for e in self.studio.events() if e["entity"]["id"] == entity_id]
        record: dict[str, Any] = found[-1]["data"][kind]
        return record

    def start_of(self, phase: int) -> datetime:
        return datetime.fromisoformat(self.latest("phase", self.phases[phase])["start"])

    def open(self, page: Page) -> Page:
        signed_in(page, MANAGER)
        page.get_by_role("radio", name="By projects").click()
        page.get_by_label("Find artists").fill(self.name)
        expect(self.bar(page, 0)).to_be_visible()
        return page

    def bar(self, page: Page, phase: int) -> Locator:
        return page.locator(f'[data-booking-id="{self.phases[phase]}"]')


@pytest.fixture
def plan(studio: Studio) -> Plan:
    return Plan(studio)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_plan_says_in_words_what_it_draws(open_page: Open, plan: Plan, theme: Theme) -> None:
    plan.tie(0, 1)
    page = plan.open(open_page(theme=theme))
    expect(plan.bar(page, 0)).to_have_attribute("aria-label", re.compile("Model, phase, .*0 % done"))
    expect(plan.bar(page, 2)).to_have_attribute("aria-label", re.compile("on the critical path"))
    plan.bar(page, 0).focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    expect(details.get_by_test_id("phase-standing")).to_contain_text("Has slack")
    expect(details.get_by_test_id("phase-needs")).to_contain_text("0 of 4 d")
    expect(details).to_contain_text("Is waited for by")
    calm(page)
    assert not violations(page, "plan")


def test_a_project_begins_with_its_first_phase(open_page: Open) -> None:
    page = signed_in(open_page(), MANAGER)
    page.get_by_role("radio", name="By projects").click()
    name = f"Fresh{uuid4().hex[:6]}"
    page.get_by_role("button", name="Projects", exact=True).click()
    page.get_by_role("button", name="Add project").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Add project").click()
    details = page.get_by_test_id("details")
    expect(details.get_by_role("heading", name=name)).to_be_visible()
    details.get_by_role("button", name="Close").click()
    # Nothing of it has dates: it is opened by its row, with the mouse or by Enter.
    page.get_by_label("Find artists").fill(name)
    row = page.get_by_role("rowheader", name=name)
    row.click()
    expect(details.get_by_role("heading", name=name)).to_be_visible()
    details.get_by_role("button", name="Close").click()
    row.press("Enter")
    wanted = details.get_by_role("textbox", name="New phase")
    wanted.fill("Script")
    wanted.press("Enter")
    expect(page.locator("[data-booking-id][data-status=phase]")).to_have_attribute(
        "aria-label", re.compile("Script, phase")
    )
    settled(page)


def test_progress_is_kept_by_keys(open_page: Open, plan: Plan) -> None:
    page = plan.open(open_page())
    plan.bar(page, 0).focus()
    page.keyboard.press("Enter")
    slider = page.get_by_label("Progress")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(plan.bar(page, 0)).to_have_attribute("aria-label", re.compile("10 % done"))
    settled(page)
    assert plan.latest("phase", plan.phases[0])["progress"] == 10


def test_a_phase_that_is_moved_pushes_what_waits_for_it(open_page: Open, plan: Plan) -> None:
    plan.tie(0, 1)
    plan.tie(1, 2)
    before = [plan.start_of(n) for n in range(3)]
    page = plan.open(open_page())
    plan.bar(page, 0).focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("toast")).to_contain_text("Moved “Model” and pushed 2 phases")
    settled(page)
    assert [plan.start_of(n) > before[n] for n in range(3)] == [True, True, True]
    page.get_by_test_id("toast").get_by_role("button", name="Undo").click()
    settled(page)
    assert [plan.start_of(n) for n in range(3)] == before


def test_dates_in_fields_say_beforehand_what_they_push(open_page: Open, plan: Plan) -> None:
    plan.tie(0, 1)
    page = plan.open(open_page())
    plan.bar(page, 0).focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    start = details.get_by_label("Start date")
    start.fill(f"{plan.monday + 7 * DAY:%Y-%m-%d}")
    expect(details).to_contain_text("Pushes 1 phase: Light.")
    details.get_by_role("button", name="Apply dates").click()
    settled(page)
    assert plan.start_of(1) >= plan.monday + 11 * DAY


def test_phases_are_tied_by_dragging_between_their_edges(open_page: Open, plan: Plan) -> None:
    page = plan.open(open_page())
    page.get_by_role("button", name="Fit everything").click()
    plan.bar(page, 0).click()
    page.keyboard.press("Escape")
    source, target = plan.bar(page, 0).bounding_box(), plan.bar(page, 1).bounding_box()
    assert source
    assert target
    page.mouse.move(source["x"] + source["width"] / 2, source["y"] + source["height"] / 2)
    page.mouse.move(source["x"] + source["width"] + 11, source["y"] + source["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + 4, target["y"] + target["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.get_by_test_id("toast")).to_contain_text("Tied the phases.")
    settled(page)
    [made] = [
        event["data"]["dependency"]
        for event in plan.studio.events()
        if event["type"] == "dependency.added" and event["data"]["dependency"]["project_id"] == plan.project
    ]
    assert (made["from_phase_id"], made["to_phase_id"]) == (plan.phases[0], plan.phases[1])
    assert made["kind"] == "finish_start"


def test_a_tie_by_fields_that_is_broken_is_told_and_a_cycle_refused(open_page: Open, plan: Plan) -> None:
    page = plan.open(open_page())
    plan.bar(page, 0).focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    details.get_by_label("Wait for another phase").select_option(label="Light")
    details.get_by_role("button", name="Tie", exact=True).click()
    expect(details.get_by_test_id("phase-standing")).to_contain_text("Starts before “Light” is finished.")
    details.get_by_label("Kind of tie with Light").select_option("start_finish")
    expect(details.get_by_test_id("phase-standing")).to_contain_text("Finishes before “Light” starts.")
    settled(page)
    calm(page)
    assert not violations(page, "a tie")
    details.get_by_role("button", name="Untie Light").click()
    expect(details.get_by_test_id("phase-standing")).not_to_contain_text("Light")
    settled(page)
    plan.tie(0, 1)
    plan.tie(1, 2)
    details.get_by_label("Wait for another phase").select_option(label="Comp")
    details.get_by_role("button", name="Tie", exact=True).click()
    expect(details.get_by_role("alert")).to_contain_text("Model")


def test_milestones_and_budget_are_kept_in_the_projects_details(open_page: Open, plan: Plan) -> None:
    page = plan.open(open_page())
    page.locator(f'[data-booking-id="sum:{plan.project}"]').focus()
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("0 d booked of 10 d")
    details.get_by_role("textbox", name="New milestone").fill("Picture lock")
    details.get_by_role("textbox", name="New milestone").press("Enter")
    diamond = page.locator("[data-booking-id][aria-label*='Picture lock, milestone']")
    expect(diamond).to_have_count(1)
    details.get_by_role("checkbox", name="Picture lock reached").check()
    budget = details.get_by_label("Budget in money")
    budget.fill("50 000 eur")
    budget.press("Enter")
    expect(details).to_contain_text("0 booked of 50,000")
    settled(page)
    assert plan.latest("project", plan.project)["budget_money"] == {"amount": 50000, "currency": "EUR"}
    calm(page)
    assert not violations(page, "project in the plan")
    diamond.focus()
    page.keyboard.press("Enter")
    details.get_by_label("Day").fill("2027-02-05")
    settled(page)
    [latest] = [
        event["data"]["milestone"]
        for event in plan.studio.events()
        if event["entity"]["kind"] == "milestone" and event["data"]["milestone"]["name"] == "Picture lock"
    ][-1:]
    assert (latest["date"], latest["done"]) == ("2027-02-05", True)


def test_a_project_folds_by_enter_and_fits_a_phone(open_page: Open, plan: Plan) -> None:
    page = plan.open(open_page(PHONE))
    assert fits(page)
    row = page.locator(f'[data-row-id="{plan.project}"]')
    expect(row).to_have_attribute("aria-expanded", "true")
    row.locator("[role=rowheader]").focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-expanded", "false")
    expect(plan.bar(page, 0)).to_have_count(0)
    assert not violations(page, "plan on a phone")
