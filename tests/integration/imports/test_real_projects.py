"""Projects of a real company, from the public iMOPSE instances.

They are not ours to hand on: these tests read them from the folder `PRODUCTION_TOOL_DATA` (default
`../shared/data`) and fail, with what to do, where they are missing.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from scheduling.commands import DeletePhase

DATA = Path(os.environ.get("PRODUCTION_TOOL_DATA", Path(__file__).parents[3].parent / "shared" / "data"))
# How many people, tasks and relations each has.
FILES = {
    "100_5_64_9": (5, 100, 64),
    "100_10_65_15": (10, 100, 65),
    "100_20_65_15": (20, 100, 65),
    "200_10_50_9": (10, 200, 50),
    "200_20_55_9": (20, 200, 55),
    "200_40_45_9": (40, 200, 45),
    "1000_40_1024_10_A": (40, 1000, 1022),
}
HOW_TO_GET_THEM = (
    "The iMOPSE instances are missing. Download the data set of Myszkowski et al. (2019) from"
    " http://imopse.ii.pwr.edu.pl/ and put its .def files into a folder imopse; name the folder above it in"
    " PRODUCTION_TOOL_DATA. Looked for"
)


def real(name):
    path = DATA / "imopse" / f"{name}.def"
    if not path.is_file():
        pytest.fail(f"{HOW_TO_GET_THEM} {path}")
    return path.read_bytes()


@pytest.mark.parametrize("name", FILES)
async def test_a_real_project_comes_in_whole_and_twice_changes_nothing(studio, name):
    people, tasks, relations = FILES[name]
    report = await studio.send(real(name), filename=f"{name}.def")
    assert report.problems == ()
    assert report.created == report.rows == 1 + people + tasks + relations
    assert [project.name for project in await studio.projects()] == [name]
    assert len(await studio.artists()) == people
    seq = await studio.seq()
    again = await studio.send(real(name), filename=f"{name}.def")
    assert (again.created, again.changed, again.unchanged) == (0, 0, report.rows)
    assert await studio.seq() == seq


async def test_the_phases_of_a_real_project_wait_for_each_other_and_are_done_in_working_hours(studio):
    await studio.send(real("200_40_45_9"), filename="200_40_45_9.def")
    phases = {phase.id: phase for phase in await studio.phases()}
    ties = await studio.dependencies()
    assert len(ties) == 45
    for tie in ties:
        assert phases[tie.from_phase_id].end <= phases[tie.to_phase_id].start
    for phase in phases.values():
        assert phase.start.weekday() < 5
        assert phase.end - phase.start >= timedelta(hours=phase.duration_hours)
        assert len(phase.skills) == 1


async def test_what_was_deleted_by_hand_is_not_brought_back(studio):
    data = real("100_5_64_9")
    await studio.send(data)
    before = await studio.phases()
    await studio.do(DeletePhase(phase_id=before[0].id))
    report = await studio.send(data)
    assert (report.created, report.changed, report.refused) == (0, 0, 0)
    assert len(await studio.phases()) == len(before) - 1
