"""The link in an e-mail: a hold answered with one tap, on a phone where nobody is signed in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext, expect

from tests.e2e.board import Studio
from tests.e2e.pages import violations
from tests.e2e.phone import becomes, in_weeks
from tests.harness.patience import DEADLINE
from tests.harness.process import ServerProcess


def answer_link(demo: ServerProcess, title: str) -> str:
    """The way to accept, out of the e-mail about a booking of this title, once it came."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        listed = httpx.get(f"{demo.url}/mail", trust_env=False, timeout=DEADLINE).text
        for name in re.findall(r'href="/mail/([0-9a-f-]{36})"', listed):
            letter = httpx.get(f"{demo.url}/mail/{name}", trust_env=False, timeout=DEADLINE).text
            found = re.search(
                rf"Hold asked: {title}\b.*?Accept[^:]*:\s+\S+(/answer/[\w-]+)", letter, re.DOTALL
            )
            if found:
                return f"{demo.url}{found.group(1)}"
    raise AssertionError(f"no e-mail about {title} came")


def test_a_hold_is_answered_by_its_e_mail_without_a_sign_in(
    contexts: Callable[..., BrowserContext], demo: ServerProcess, studio: Studio, me: str
) -> None:
    hold = studio.place(me, "By e-mail", in_weeks(16), hours=33)
    link = answer_link(demo, "By e-mail")
    page = contexts().new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("By e-mail")
    # Looking answers nothing: mail servers look at every link.
    assert studio.booking(hold)["status"] == "hold"
    assert violations(page, "the page of a link") == []
    page.locator("form button").tap()
    expect(page.get_by_text("To change it, open the app.")).to_be_visible()
    becomes(studio, hold, "pencil")
    # A second look, and a forwarded link, find it answered.
    again = contexts().new_page()
    again.goto(link)
    expect(again.get_by_text("To change it, open the app.")).to_be_visible()
    expect(again.locator("form")).to_have_count(0)
    studio.run("booking.release", booking_id=hold)
    again.reload()
    expect(again.get_by_role("heading", level=1)).to_contain_text("The studio gave these dates up")
