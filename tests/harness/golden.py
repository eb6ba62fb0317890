"""Golden traces: deliveries as a bad network makes them, and where every replica must end.

`python -m tests.harness.golden` writes them anew; Python and TypeScript both replay the files.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from scheduling.events import log
from scheduling.permissions import event_actor
from scheduling.state import snapshot
from tests.harness.actions import HOURS, MANAGER, Action, ident, weighted_operations
from tests.harness.tenancy import Tenancy

FOLDER = Path(__file__).parents[1] / "golden"
SEEDS = range(6)
EPOCH = str(ident("epoch"))


def trace(seed: int) -> dict[str, Any]:
    """One trace: a snapshot, batches late, doubled, overlapping and out of order, and the end."""
    rng = random.Random(seed)
    studio = Tenancy()
    for _ in range(10):
        studio.step(random_action(rng))
    start, seq = snapshot(studio.state), len(studio.events)
    for _ in range(60):
        studio.step(random_action(rng))
    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    logged = [
        log(event, seq=n, at=at, actor=event_actor(MANAGER), command_id=ident("golden", n))
        for n, event in enumerate(studio.events, start=1)
    ][seq:]
    return _plain(
        {
            "name": f"staff-{seed}",
            "audience": "staff",
            "snapshot": {"epoch": EPOCH, "seq": seq, "state": start},
            "deliveries": _deliveries(rng, logged),
            "final": {"seq": len(studio.events), "state": snapshot(studio.state)},
        }
    )


def random_action(rng: random.Random) -> Action:
    """A random action, the same for the same generator."""
    return Action(
        op=rng.choice(weighted_operations()),
        actor=rng.choice([0, 0, 0, 0, 1, 2, 3]),
        artist=rng.randrange(3),
        entity=rng.randrange(31),
        other=rng.randrange(31),
        start=rng.randrange(HOURS + 1),
        length=rng.randint(1, 6),
        choice=rng.randrange(6),
        stale=rng.randrange(4),
        wait=rng.choice([0, 0, 0, 0, 0, 0, 1, 5, 26, 340]),
    )


def _deliveries(rng: random.Random, logged: list[Any]) -> list[dict[str, Any]]:
    batches: list[dict[str, Any]] = []
    at = 0
    while at < len(logged):
        size = rng.randint(1, 5)
        batches.append(_batch(logged[at : at + size]))
        if rng.random() < 0.2:
            batches.append(_batch(logged[max(0, at - 3) : at + size]))
        at += size
    for index in range(len(batches) - 1):
        if rng.random() < 0.3:
            batches[index], batches[index + 1] = batches[index + 1], batches[index]
    return batches


def _batch(events: list[Any]) -> dict[str, Any]:
    return {
        "epoch": EPOCH,
        "from_seq": events[0].seq,
        "to_seq": events[-1].seq,
        "events": events,
    }


def _plain(value: object) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain


def write() -> None:
    """Write all traces."""
    FOLDER.mkdir(exist_ok=True)
    for seed in SEEDS:
        text = json.dumps(trace(seed), separators=(",", ":"), sort_keys=True)
        (FOLDER / f"staff-{seed}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
