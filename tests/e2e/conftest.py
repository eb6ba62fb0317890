"""The browser that the tests of this folder drive, through pytest-playwright's fixtures."""

import os

import pytest

from tests.harness.browser import ARGUMENTS, find_browser


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
