"""What tests of the artists' app have in common: a phone in hand, and what is done with it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from tests.e2e.board import DAY, Studio
from tests.harness.patience import DEADLINE


def in_weeks(weeks: int) -> datetime:
    """Nine o'clock on a Monday some weeks on; every test has weeks of its own, far behind the demo's work."""
    today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    return today - today.weekday() * DAY + (40 + weeks) * 7 * DAY


def card(page: Page, booking_id: str) -> Locator:
    return page.locator(f'[data-booking="{booking_id}"]')


def answered(page: Page, booking_id: str) -> Locator:
    return page.get_by_label("Answered").locator(f'[data-booking="{booking_id}"]')


def go(page: Page, screen: str) -> None:
    page.get_by_role("navigation", name="Screens").get_by_role(
        "link", name=screen, exact=screen == "Me"
    ).click()


def until(page: Page, asked: str) -> None:
    """Wait until the page answers with true; Playwright's own wait takes a promise for a yes."""
    deadline = time.monotonic() + DEADLINE
    while not page.evaluate(asked):
        assert time.monotonic() < deadline, f"the page never said yes to {asked}"


def becomes(studio: Studio, booking_id: str, status: str) -> None:
    """The server's word on a booking, which an answer reaches after the screen has shown it."""
    deadline = time.monotonic() + DEADLINE
    while (now := studio.booking(booking_id)["status"]) != status:
        assert time.monotonic() < deadline, f"the booking is still {now}"


STATES_KEPT = """() => new Promise((done) => {
    const asked = indexedDB.open("production-tool-state");
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => done(0);
    asked.onsuccess = () => {
        const count = asked.result.transaction("state").objectStore("state").count();
        count.onsuccess = () => { asked.result.close(); done(count.result); };
    };
})"""


def install(page: Page) -> None:
    """As after a first visit: the worker has the next page, and the last state is on the phone."""
    until(
        page, "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'"
    )
    page.reload()
    expect(page.get_by_role("navigation", name="Screens")).to_be_visible()
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, STATES_KEPT)
