"""Golden traces replayed in Python: the TypeScript replica replays the same files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.harness.golden import FOLDER, SEEDS, trace
from tests.harness.replica import Replica

FILES = sorted(FOLDER.glob("*.json"))


def test_there_are_traces_to_replay() -> None:
    assert len(FILES) >= len(SEEDS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_replica_fed_late_doubled_and_disordered_batches_ends_as_the_snapshot(file: Path) -> None:
    golden = json.loads(file.read_text(encoding="utf-8"))
    start = golden["snapshot"]
    replica = Replica(start["epoch"], start["seq"], start["state"])
    for batch in golden["deliveries"]:
        replica.receive(batch)
    assert replica.seq == golden["final"]["seq"]
    assert not replica.early
    for plural, expected in golden["final"]["state"].items():
        shown = replica.state()[plural]
        assert shown == expected, plural


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_of_the_same_batches_ends_the_same(seed: int) -> None:
    golden = trace(seed)
    start = golden["snapshot"]
    for shuffle in range(10):
        batches = [*golden["deliveries"], *golden["deliveries"][:5]]
        random.Random(shuffle).shuffle(batches)
        replica = Replica(start["epoch"], start["seq"], start["state"])
        for batch in batches:
            replica.receive(batch)
        assert replica.state() == golden["final"]["state"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_are_what_the_code_makes_now(seed: int) -> None:
    stored = json.loads((FOLDER / f"staff-{seed}.json").read_text(encoding="utf-8"))
    assert stored == trace(seed), "run `python -m tests.harness.golden` and look at what changed"
