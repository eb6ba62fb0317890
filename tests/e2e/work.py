"""Work that waits for a place: a phase of the test's own, and the artists who could do it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, MANAGER, Studio, today
from tests.e2e.pages import signed_in


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
            holiday_country="",
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

    def planning(self, page: Page, email: str) -> Page:
        """The schedule of the two, with the planner beside it."""
        signed_in(page, email)
        page.get_by_label("Find artists").fill(self.name)
        page.get_by_role("button", name="Planning", exact=True).click()
        expect(page.get_by_role("region", name="Planning")).to_be_visible()
        return page

    def seat(self, page: Page) -> Locator:
        return page.get_by_test_id("seat")

    def row(self, page: Page, artist: str) -> Locator:
        return page.locator(f'[data-row-id="{artist}"]')
