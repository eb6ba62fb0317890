"""What is acknowledged stays, once and in order, for everybody: whatever is killed, cut or lied to."""

from __future__ import annotations

import pytest

from tests.harness.faults.kinds import KINDS
from tests.harness.faults.run import Report, suffer
from tests.harness.faults.world import open_world

FAULTS = 25


@pytest.fixture(scope="module")
def suffered() -> tuple[Report, str]:
    """Twenty-five faults of each kind under load, and what the instances logged."""
    import asyncio

    async def run() -> tuple[Report, str]:
        async with open_world(seed=4) as world:
            report = await suffer(world, KINDS, faults=FAULTS, seed=4, pace=0.15, look_every=5)
            return report, world.log

    return asyncio.run(run())


def test_no_law_was_broken(suffered):
    """0 acknowledged commands lost, 0 doubled, 0 gaps; thirty rules over everything that was seen."""
    report, _ = suffered
    assert not report.findings, "\n".join(map(str, report.findings))


def test_there_was_work_and_there_were_faults(suffered):
    report, _ = suffered
    assert {name: kind.faults >= FAULTS for name, kind in report.kinds.items()} == dict.fromkeys(KINDS, True)
    assert min(report.fates[fate] for fate in ("lost", "doubled", "reordered", "forged")) >= FAULTS
    assert report.outcomes["done"] > 300
    assert report.outcomes["unknown"] == 0, "whoever asks again, learns it in the end"
    assert report.unheard >= FAULTS, "answers were lost on the way"
    assert report.connections > 16 + FAULTS, "people came back"


def test_every_kind_healed(suffered):
    """Within the patience of the run; `make fault` holds it to two seconds."""
    report, _ = suffered
    assert all(kind.healing for kind in report.kinds.values())


def test_nothing_stumbled_inside(suffered):
    _, log = suffered
    assert not (at := log.find("Traceback")) >= 0, log[max(0, at - 600) : at + 6_000]
    assert "exclusion constraint refused" not in log
