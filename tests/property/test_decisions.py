"""The golden decisions are what the server decides now; TypeScript is held to the same files."""

from __future__ import annotations

import json

import pytest

from tests.harness.decisions import FOLDER, SEEDS, story


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_are_what_the_code_decides_now(seed: int) -> None:
    stored = json.loads((FOLDER / f"decisions-{seed}.json").read_text(encoding="utf-8"))
    assert stored == story(seed), "run: python -m tests.harness.decisions"
