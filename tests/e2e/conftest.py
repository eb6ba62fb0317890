"""The browser that the tests of this folder drive, through pytest-playwright's fixtures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from playwright.async_api import expect as async_expect
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import expect as sync_expect

from scheduling.commands import EditTenant
from tests.e2e.board import ARTIST, OWNER, PASSWORD, Studio
from tests.e2e.pages import Open, pages_of
from tests.e2e.windows import Theatre, open_theatre
from tests.e2e.work import Work
from tests.harness.browser import ARGUMENTS, find_browser, find_node
from tests.harness.patience import DEADLINE
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, server_process

LOOPBACK = "127.0.0.0/8"
"""The push services of the tests are on this machine."""

_SETTINGS = {field.name for field in msgspec.structs.fields(EditTenant)} - {"history_from"}

sync_expect.set_options(timeout=DEADLINE * 1000)
async_expect.set_options(timeout=DEADLINE * 1000)


@pytest.fixture(scope="session", autouse=True)
def node_for_playwright() -> Iterator[None]:
    """The Node that builds the web client: Playwright's own misses libraries on a bare machine."""
    node = find_node()
    with pytest.MonkeyPatch.context() as patch:
        if node:
            patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Playwright's own browsers cannot be downloaded everywhere; ours is found by the harness."""
    browser = find_browser()
    return {
        **browser_type_launch_args,
        "executable_path": str(browser.executable),
        "args": [*ARGUMENTS],
        "env": {**os.environ, **browser.environment},
    }


@pytest.fixture(scope="session")
def demo() -> Iterator[ServerProcess]:
    """`production-tool demo`, seeded and ready; it must end without a traceback in its output."""
    web = os.environ.get("WEB_DIST") or Path(__file__).parents[2] / "clients/web/dist"
    with (
        temporary_folder() as data,
        server_process(
            "demo",
            DATA_DIR=data,
            DEMO_PASSWORD=PASSWORD,
            WEB_DIST=web,
            WEBHOOK_NETWORKS=LOOPBACK,
            NOTICE_STILL_SECONDS="1",
            NOTICE_WINDOW_SECONDS="5",
        ) as server,
    ):
        assert server.url
        yield server
        assert "Traceback" not in server.output, server.output


@pytest.fixture
def studio(demo: ServerProcess) -> Iterator[Studio]:
    """The demo studio over REST, as its owner; its settings are in the end what they were."""
    studio = Studio(demo.url, OWNER)
    before = studio.tenant()
    yield studio
    after = studio.tenant()
    changed = {name: before[name] for name in before if name in _SETTINGS and before[name] != after[name]}
    if changed:
        studio.run("tenant.edit", **changed)
    studio.close()


@pytest.fixture
def open_page(browser: Browser, demo: ServerProcess) -> Iterator[Open]:
    """Opens pages of the demo; none of them may throw or complain on its console."""
    with pages_of(browser, demo.url) as opened:
        yield opened


@pytest.fixture(scope="session")
def theatre() -> Iterator[Theatre]:
    """Where stories play in which two act at once."""
    with open_theatre() as theatre:
        yield theatre


@pytest.fixture
def work(studio: Studio) -> Work:
    """A phase that waits for a place, and two who could do it."""
    return Work(studio)


# -- the artists' app ---------------------------------------------------------------------


@pytest.fixture
def me(demo: ServerProcess) -> Iterator[str]:
    """The artist's id."""
    artist = Studio(demo.url, ARTIST)
    yield artist.me()["artist_id"]
    artist.close()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def phone(
        width: int = 360, height: int = 740, theme: Literal["light", "dark"] = "light"
    ) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=True,
            is_mobile=True,
            color_scheme=theme,
            locale="en-GB",
        )
        context.on("weberror", lambda error: problems.append(str(error.error)))
        opened.append(context)
        return context

    yield phone
    for context in opened:
        context.close()
    assert not problems


@pytest.fixture
def open_phone(contexts: Callable[..., BrowserContext], demo: ServerProcess) -> Open:
    """Signs the artist in on a phone of its own."""

    def opened(path: str = "", **phone: object) -> Page:
        page = contexts(**phone).new_page()
        page.goto(f"{demo.url}/phone/{path}")
        page.get_by_label("E-mail").fill(ARTIST)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        sync_expect(page.get_by_role("navigation", name="Screens")).to_be_visible()
        # Nothing is said of the connection while it stands.
        sync_expect(page.get_by_text("Connecting…")).to_have_count(0)
        return page

    return opened
