"""The browser that the tests of this folder drive, through pytest-playwright's fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import expect as async_expect
from playwright.sync_api import expect as sync_expect

from scheduling.commands import EditTenant
from tests.e2e.board import PASSWORD, Studio
from tests.harness.browser import ARGUMENTS, find_browser, find_node
from tests.harness.patience import DEADLINE
from tests.harness.postgres import temporary_folder
from tests.harness.process import ServerProcess, server_process

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
        server_process("demo", DATA_DIR=data, DEMO_PASSWORD=PASSWORD, WEB_DIST=web) as server,
    ):
        assert server.url
        yield server
        assert "Traceback" not in server.output, server.output


@pytest.fixture
def studio(demo: ServerProcess) -> Iterator[Studio]:
    """The demo studio over REST, as its owner; its settings are in the end what they were."""
    studio = Studio(demo.url, "owner@demo.studio")
    before = studio.tenant()
    yield studio
    after = studio.tenant()
    changed = {name: before[name] for name in before if name in _SETTINGS and before[name] != after[name]}
    if changed:
        studio.run("tenant.edit", **changed)
    studio.close()
