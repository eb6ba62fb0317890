"""The TypeScript client from Node against a real server, with an API key, as its README says."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from scheduling.scopes import Scope
from tests.harness.asking import slot
from tests.harness.browser import find_node
from tests.harness.patience import DEADLINE
from tests.harness.whole import key_of

SHARED = Path(__file__).parents[3] / "clients/shared"


async def test_the_example_follows_the_schedule_with_an_api_key(server, studio):
    node = find_node()
    if node is None:
        pytest.fail("the tests need the Node that builds the web client")
    secret, _ = await key_of(studio, Scope.SCHEDULE_READ)
    artist = await studio.artist(name="Ada")
    process = await asyncio.create_subprocess_exec(
        "npm",
        "run",
        "--silent",
        "example",
        cwd=SHARED,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={
            **os.environ,
            "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}",
            "SERVER_URL": server.url,
            "API_KEY": secret,
        },
    )
    try:
        async with asyncio.timeout(DEADLINE):
            while b"0 bookings of 1 artists" not in await process.stdout.readline():
                assert process.returncode is None, "it ended before it was live"
            assert (await studio.run("booking.place", slot(artist, title="Shot 9"))).ok
            assert b"Ada: Shot 9, " in await process.stdout.readline()
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # npm starts others
        await process.wait()
