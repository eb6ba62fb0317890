"""The TypeScript sync engine against the server itself, through a proxy that cuts its connections."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.e2e.board import PASSWORD
from tests.harness.process import ROOT, ServerProcess

SHARED = ROOT / "clients" / "shared"
SECONDS = 300


def find_node() -> Path:
    """Node of the machine's, or the one the Makefile linked into the checkout."""
    found = shutil.which("node") or ROOT / ".venv" / "node" / "bin" / "node"
    return Path(found)


def test_the_sync_engine_keeps_its_promises_with_this_server(demo: ServerProcess) -> None:
    run = subprocess.run(
        [
            find_node(),
            ROOT / "clients/node_modules/vitest/vitest.mjs",
            "run",
            "--config",
            "vitest.server.config.ts",
        ],
        cwd=SHARED,
        env={**os.environ, "SERVER_URL": demo.url, "SERVER_PASSWORD": PASSWORD, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
