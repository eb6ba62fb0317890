"""The integrations page: keys, webhooks, deliveries and calendars by hand, by keyboard and on a phone."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.board import ARTIST, OWNER, PASSWORD
from tests.e2e.pages import PHONE, WIDE, pages_of, sign_in, violations
from tests.harness.patience import DEADLINE
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, server_process
from tests.harness.receiver import Receiver, receiving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A demo that may post to this machine."""
    web = os.environ.get("WEB_DIST") or Path(__file__).parents[2] / "clients/web/dist"
    settings: dict[str, Any] = {"DEMO_PASSWORD": PASSWORD, "WEB_DIST": web, "WEBHOOK_NETWORKS": "127.0.0.0/8"}
    with temporary_folder() as data, server_process("demo", DATA_DIR=data, **settings) as running:
        assert running.url
        yield running
        assert "Traceback" not in running.output, running.output


@pytest.fixture
def opened(browser: Browser, server: ServerProcess):
    with pages_of(browser, server.url) as opened:
        yield opened


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver in a thread of its own: the page is driven from this one."""
    ready, done = threading.Event(), threading.Event()
    found: list[Receiver] = []

    async def serve() -> None:
        async with receiving() as receiver:
            found.append(receiver)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(DEADLINE)
    try:
        yield found[0]
    finally:
        done.set()
        thread.join(DEADLINE)


def open_integrations(page: Page, email: str, item: str = "Integrations") -> None:
    sign_in(page, email)
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name=item).click()
    expect(page.get_by_role("heading", level=1, name=item)).to_be_visible()


def test_a_key_is_made_used_and_revoked(opened, server):
    page = opened(WIDE)
    open_integrations(page, OWNER)
    expect(page.get_by_text("No API keys yet")).to_be_visible()
    page.get_by_role("button", name="New key").click()
    form = page.get_by_role("form", name="New API key")
    form.get_by_label("What it is for").fill("Dashboard")
    form.get_by_label("Follow what happens").check()
    form.get_by_role("button", name="Make key").click()
    secret = page.get_by_label("Secret of Dashboard").input_value()
    assert secret.startswith("ptk_")
    assert violations(page, "integrations") == []
    asking = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {secret}"}, trust_env=False)
    assert asking.get("/api/v1/events").status_code == 200
    assert asking.get("/api/v1/members").status_code == 403
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.get_by_text("Revoked just now")).to_be_visible()
    assert asking.get("/api/v1/events").status_code == 401
    asking.close()
    page.get_by_role("tab", name="Record").click()
    record = page.get_by_role("list", name="Record")
    expect(record).to_contain_text("revoked the key Dashboard")
    expect(record).not_to_contain_text(secret)


def test_a_webhook_is_tested_delivers_and_delivers_again(opened, server):
    with listening() as receiver:
        page = opened(WIDE)
        open_integrations(page, OWNER)
        page.get_by_role("tab", name="API keys").press("ArrowRight")
        page.get_by_role("button", name="New webhook").click()
        form = page.get_by_role("form", name="New webhook")
        form.get_by_label("Address").fill("http://10.0.0.1/")
        form.get_by_role("button", name="Add webhook").click()
        expect(form.get_by_text("not a public address")).to_be_visible()
        form.get_by_label("Address").fill(receiver.url)
        form.get_by_role("button", name="Add webhook").click()
        expect(page.get_by_label("Signing secret")).to_have_value(re.compile("^whsec_"))
        page.get_by_role("button", name="Send test").click()
        expect(page.get_by_text("The test was taken: 204")).to_be_visible()
        change_something(server)
        page.get_by_role("button", name="Deliveries").click()
        deliveries = page.get_by_role("list", name="Deliveries")
        refresh = page.get_by_role("button", name="Refresh")

        def listed() -> bool:
            refresh.click()
            return deliveries.get_by_text("artist.edited").count() > 0

        until(page, listed)
        posted = len(receiver.posts)
        deliveries.get_by_role("button", name="Redeliver from here").first.click()
        until(page, lambda: len(receiver.posts) > posted)
        again, before = receiver.posts[-1].headers, receiver.posts[posted - 1].headers
        assert again["webhook-id"] == before["webhook-id"]
        assert violations(page, "integrations") == []


def test_a_webhook_is_edited_and_its_older_deliveries_shown(opened, server):
    with listening() as receiver, server.client() as client:
        token = client.post("/api/v1/auth/login", json={"email": OWNER, "password": PASSWORD}).json()
        client.headers["Authorization"] = f"Bearer {token['data']['access_token']}"
        made = client.post("/api/v1/webhooks", json={"url": receiver.url, "types": ["booking.placed"]}).json()
        hook = made["data"]["webhook"]["id"]
        for _ in range(52):
            assert client.post(f"/api/v1/webhooks/{hook}/test").status_code == 200
        page = opened(PHONE)
        open_integrations(page, OWNER)
        page.get_by_role("tab", name="API keys").press("ArrowRight")
        card = page.get_by_role("listitem").filter(has_text=receiver.url)
        card.get_by_role("button", name="Edit").click()
        form = page.get_by_role("form", name="Edit webhook")
        expect(form.get_by_label("What")).to_have_value("booking.placed")
        assert violations(page, "integrations") == []
        form.get_by_label("Address").fill("http://10.0.0.1/")
        form.get_by_role("button", name="Save webhook").click()
        expect(form.get_by_text("not a public address")).to_be_visible()
        form.get_by_label("Address").fill(f"{receiver.url}/new")
        form.get_by_label("What").select_option("Artists")
        form.get_by_role("button", name="Save webhook").click()
        expect(page.get_by_role("form", name="Edit webhook")).to_have_count(0)
        card = page.get_by_role("listitem").filter(has_text=f"{receiver.url}/new")
        expect(card).to_contain_text("artist.*")
        seen = client.get(f"/api/v1/webhooks/{hook}").json()["data"]
        assert (seen["url"], seen["types"]) == (f"{receiver.url}/new", ["artist.*"])
        card.get_by_role("button", name="Deliveries").click()
        attempts = card.get_by_role("list", name="Deliveries").get_by_role("listitem")
        expect(attempts).to_have_count(50)
        card.get_by_role("button", name="Show older").click()
        expect(attempts).to_have_count(52)
        expect(card.get_by_role("button", name="Show older")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert client.delete(f"/api/v1/webhooks/{hook}").status_code in {200, 204}


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait for what neither the page nor this test is told of."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def change_something(server: ServerProcess) -> None:
    with server.client() as client:
        login = {"email": OWNER, "password": PASSWORD}
        token = client.post("/api/v1/auth/login", json=login).json()["data"]["access_token"]
        signed = {"Authorization": f"Bearer {token}"}
        artist = client.get("/api/v1/artists", params={"limit": 1}, headers=signed).json()["data"][0]
        body = {"tags": [*artist["tags"], f"v{artist['version']}"]}
        done = client.patch(f"/api/v1/artists/{artist['id']}", json=body, headers=signed)
        assert done.status_code == 200, done.text


def test_an_artist_links_their_calendar_on_a_phone(opened, server):
    page = opened(PHONE, "dark")
    open_integrations(page, ARTIST, "Calendar links")
    expect(page.get_by_role("tab")).to_have_count(0)
    page.get_by_role("button", name="Make link").click()
    address = page.get_by_label("Calendar address of").input_value()
    assert address.startswith(f"{server.url}/api/v1/calendars/ptc_")
    read = httpx.get(address, trust_env=False)
    assert icalendar.Calendar.from_ical(read.content).walk("VEVENT") is not None
    assert violations(page, "integrations") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.get_by_text("No calendar links yet")).to_be_visible()
    assert httpx.get(address, trust_env=False).status_code == 404
