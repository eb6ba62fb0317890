"""Pages of the web app as a test opens them: signed in, settled, looked at, and free of complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.board import PASSWORD

CLIENTS = Path(__file__).parents[2] / "clients"
AXE = (CLIENTS / "node_modules/axe-core/axe.min.js").read_text()
WIDE, TABLET, PHONE, SMALL_PHONE = (1280, 800), (820, 1180), (390, 844), (360, 740)

Theme = Literal["light", "dark"]
Open = Callable[..., Page]

_NO_FAULT = ("status of 40", "already in CLOSING or CLOSED state")
"""Chromium's own remarks on an answer that was a refusal, and on a word sent while the server hangs up."""


@contextmanager
def pages_of(browser: Browser, url: str) -> Iterator[Open]:
    """Opens pages; in the end none of them may have thrown or complained on its console."""
    pages: list[Page] = []
    complaints: list[str] = []

    def opened(size: tuple[int, int] = WIDE, theme: Theme = "light", before: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, locale="en-GB"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        if before:
            page.add_init_script(before)
        pages.append(page)
        page.goto(url)
        return page

    yield opened
    for page in pages:
        page.context.close()
    assert not [said for said in complaints if not any(known in said for known in _NO_FAULT)], complaints


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Fill the form and send it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def signed_in(page: Page, email: str) -> Page:
    """Sign in, and wait until the line to the server stands."""
    sign_in(page, email)
    expect(page.get_by_test_id("connection")).to_contain_text("Live")
    return page


def settled(page: Page) -> None:
    """Wait for the server's word on everything this window has proposed."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-unsettled", "0")


def violations(page: Page, where: str) -> list[str]:
    """What axe finds on the page as it stands; run beside the page's own scripts, whose policy holds."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    session.detach()
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{where}: {broken['id']}: {node['html'][:200]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


def calm(page: Page) -> None:
    """Wait until nothing moves any more, for half-faded letters have no contrast."""
    page.evaluate("Promise.all(document.getAnimations().map((moving) => moving.finished.catch(() => null)))")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return wide


def bar(page: Page, booking_id: str) -> Locator:
    """A booking, or anything that has a bar, on the schedule."""
    return page.locator(f'[data-booking-id="{booking_id}"]')
