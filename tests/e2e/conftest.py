"""The browser that the tests of this folder drive, through pytest-playwright's fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.board import PASSWORD, Studio
from tests.harness.browser import ARGUMENTS, find_browser
from tests.harness.process import ServerProcess, server_process


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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """`production-tool demo`, seeded and ready; it must end without a traceback in its output."""
    web = os.environ.get("WEB_DIST") or Path(__file__).parents[2] / "clients/web/dist"
    data = tmp_path_factory.mktemp("demo")
    with server_process("demo", DATA_DIR=data, DEMO_PASSWORD=PASSWORD, WEB_DIST=web) as server:
        assert server.url
        yield server
        assert "Traceback" not in server.output, server.output


@pytest.fixture
def studio(demo: ServerProcess) -> Iterator[Studio]:
    """The demo studio over REST, as its owner."""
    studio = Studio(demo.url, "owner@demo.studio")
    yield studio
    studio.close()
