"""What solver workers make of jobs, and that one is never lost, doubled or left running."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import psutil

from db.pool import transaction
from db.queries import scenarios
from realtime.protocol.jobs import SolverJob
from scheduling.model import Scenario, ScenarioChange
from scheduling.solver.asks import Absence, Slip
from scheduling.solver.told import Outcome
from server.solving.told import outcome_of
from tests.harness.asking import ok, result
from tests.harness.live import member_of
from tests.integration.solving.conftest import MONDAY, Planned, children_of, solver_process, until, working


async def outcome(planned: Planned, job: SolverJob) -> Outcome:
    found = outcome_of(await planned.row(job))
    assert found is not None
    return found


async def scenario_of(planned: Planned, job: SolverJob) -> tuple[Scenario, list[ScenarioChange]]:
    """The scenario that a job has made, with what it holds."""
    assert job.scenario_id is not None
    async with transaction(planned.pool, planned.tenant_id) as connection:
        [scenario] = await scenarios.by_ids(connection, planned.tenant_id, [job.scenario_id])
        changes = await scenarios.changes(connection, planned.tenant_id, job.scenario_id)
    return scenario, changes


async def test_an_allocation_gives_every_phase_a_place(planned, pool, database):
    told: list[SolverJob] = []
    async with working(pool, database, told=told):
        job = await planned.over(await planned.ask())
    assert (job.state, job.error, job.attempts) == ("done", None, 1)
    assert (job.progress.placed, job.progress.unplaced, job.unplaced) == (6, 0, ())
    found = await outcome(planned, job)
    assert {c.phase_id for c in found.changes} == set(planned.phases)
    assert {c.action for c in found.changes} == {"place"}
    assert {c.artist_id for c in found.changes} <= set(planned.artists)
    assert told[0].state == "running"
    assert told[-1].state == "done"
    scenario, changes = await scenario_of(planned, job)
    assert (scenario.source, scenario.job_id, scenario.state) == ("allocation", job.id, "open")
    assert scenario.created_by == planned.actor.id
    assert {c.booking_id for c in changes} == {c.booking_id for c in found.changes}
    committed = await planned.studio.run(
        "scenario.commit", {"scenario_id": str(scenario.id)}, actor=planned.actor
    )
    assert len(result(committed)["placed"]) == 6


async def test_what_has_no_place_says_why(planned, pool, database):
    hard = await planned.phase("Hard", level=9)
    async with working(pool, database):
        job = await planned.over(await planned.ask())
    assert job.state == "done"
    [left] = job.unplaced
    assert (left.phase_id, left.reason.kind) == (hard, "no_artist")
    assert "comp at level 9" in left.reason.text


async def test_an_absence_hands_work_over_and_splits_what_runs_on(planned, pool, database):
    away, *others = planned.artists
    booking = await planned.book(away, 0, 4, phase_id=str(planned.phases[0]), project_id=str(planned.project))
    start = datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(days=2)
    event = Absence(artist_id=away, start=start, end=start + timedelta(days=10))
    async with working(pool, database):
        job = await planned.over(await planned.ask("repair", event=event))
    assert (job.state, job.error) == ("done", None)
    _, changes = await scenario_of(planned, job)
    assert changes
    assert all(c.artist_id in others for c in changes if c.artist_id is not None)
    assert booking in {c.booking_id for c in changes}


async def test_a_slip_makes_the_work_longer(planned, pool, database):
    booking = await planned.book(planned.artists[0], 0, 2, phase_id=str(planned.phases[0]))
    async with working(pool, database):
        event = Slip(phase_id=planned.phases[0], days=2)
        job = await planned.over(await planned.ask("repair", event=event))
    [change] = (await outcome(planned, job)).changes
    assert (change.action, change.booking_id) == ("move", booking)
    assert change.start is not None
    assert change.end is not None
    assert change.end - change.start > timedelta(days=3)


async def test_a_challenge_says_what_has_to_make_way(planned, pool, database):
    for artist in planned.artists:
        await planned.book(artist, 0, 5, project_id=str(planned.project), status="hold")
    asked = {"phase_ids": (planned.phases[0],), "end": MONDAY + timedelta(days=4), "budget_seconds": 1.0}
    async with working(pool, database):
        job = await planned.over(await planned.ask("challenge", **asked))
    assert (job.state, job.error) == ("done", None)
    assert [s.kind for s in job.steps] == ["release"]
    assert planned.phases[0] in {c.phase_id for c in (await outcome(planned, job)).changes}


async def test_a_killed_child_is_tried_once_more_and_then_the_job_fails(busy, database):
    with solver_process(database) as worker:
        job = await busy.ask(budget_seconds=300)
        for attempt in (1, 2):

            async def searching(attempt=attempt):
                found = await busy.job(job)
                return found.attempts == attempt and found.progress is not None and children_of(worker)

            [child] = await until(searching, f"attempt {attempt}")
            child.kill()
        failed = await busy.over(job)
        assert (failed.state, failed.attempts) == ("failed", 2)
        assert failed.error is not None
        assert "crashed twice" in failed.error.message
        # The next one finds a fresh child.
        assert (await busy.over(await busy.ask())).state == "done"
        assert worker.stop() == 0


async def test_a_killed_worker_s_job_is_taken_over_by_another(busy, database):
    job = await busy.ask(budget_seconds=300)
    with solver_process(database) as owner:
        await busy.running(job)
        children = children_of(owner)
        owner.stop(signal.SIGKILL)
    with solver_process(database) as other:

        async def taken_over():
            return (await busy.job(job)).attempts == 2

        await until(taken_over, "the other worker to take it over")
        _, left = psutil.wait_procs(children, timeout=30)
        assert not left, "a child outlived its worker"
        await busy.cancel(job, keep=True)
        done = await busy.over(job)
        assert (done.state, done.progress.unplaced) == ("cancelled", 0)
        assert other.stop() == 0


async def test_a_job_is_cancelled_also_where_its_child_does_not_listen(busy, pool, database):
    async with working(pool, database) as worker:
        job = await busy.running(await busy.ask(budget_seconds=300))
        psutil.Process(worker._slots[0].pid).suspend()
        await busy.cancel(job)
        over = await busy.over(job)
        assert (over.state, over.scenario_id, over.error) == ("cancelled", None, None)
        assert (await busy.over(await busy.ask())).state == "done"


async def test_a_cancelled_job_may_keep_its_best_plan(busy, pool, database):
    async with working(pool, database) as worker:
        job = await busy.running(await busy.ask(budget_seconds=300))
        await busy.cancel(job, keep=True)
        over = await busy.over(job)
        assert (over.state, over.changes) == ("cancelled", len(busy.phases))
        assert over.scenario_id is not None
        # Also where the child has to be killed for it.
        job = await busy.running(await busy.ask(budget_seconds=300))
        psutil.Process(worker._slots[0].pid).suspend()
        await busy.cancel(job, keep=True)
        over = await busy.over(job)
        assert (over.state, over.changes) == ("cancelled", len(busy.phases))


async def test_a_waiting_job_is_cancelled_at_once_and_one_that_is_over_stays(planned):
    job = await planned.ask()
    assert job.position == 1
    cancelled = await planned.cancel(job)
    assert isinstance(cancelled, SolverJob)
    assert cancelled.state == "cancelled"
    assert isinstance(await planned.cancel(job), SolverJob)


async def test_the_budget_is_kept_by_force_and_the_best_plan_is_not_lost(busy, pool, database):
    async with working(pool, database) as worker:
        job = await busy.running(await busy.ask(budget_seconds=1.5))
        psutil.Process(worker._slots[0].pid).suspend()
        over = await busy.over(job)
        assert (over.state, over.changes, over.attempts) == ("done", len(busy.phases), 1)


async def test_a_search_that_needs_too_much_memory_fails_clearly(planned, pool, database):
    async with working(pool, database, megabytes=40):
        job = await planned.over(await planned.ask(budget_seconds=300))
    assert job.state == "failed"
    assert job.error is not None
    assert (job.error.code, job.error.retryable) == ("too_large", False)
    assert "40 MB" in job.error.message


async def test_a_scenario_is_made_once_whoever_dies_on_the_way(planned, pool, database):
    """[J9] What was found is stored before anything is made of it: whoever takes over goes on from there."""
    async with working(pool, database):
        done = await planned.over(await planned.ask())
    async with transaction(pool, planned.tenant_id) as connection:
        # As if the worker had died between the scenario and its own last word.
        await connection.execute(
            "UPDATE solver_jobs SET state = 'running', scenario_id = NULL, ended_at = NULL WHERE id = $1",
            done.id,
        )
        await connection.execute(
            "INSERT INTO jobs.solver_queue (tenant_id, job_id, quick, priority, attempts)"
            " VALUES ($1, $2, true, 0, 1)",
            planned.tenant_id,
            done.id,
        )
    async with working(pool, database) as worker:
        again = await planned.over(done)
        assert worker._slots[0].pid is None, "it was searched for again"
    assert (again.state, again.scenario_id) == ("done", done.scenario_id)
    async with transaction(pool, planned.tenant_id) as connection:
        assert len(await scenarios.opened(connection, planned.tenant_id)) == 1


async def test_whoever_may_plan_no_more_gets_no_scenario(planned, pool, database):
    job = await planned.ask()
    await member_of(planned.studio, "studio_owner")
    gone = {"member_id": str(planned.actor.id), "active": False}
    ok(await planned.studio.run("member.edit", gone))
    async with working(pool, database):
        job = await planned.over(job)
    assert (job.state, job.scenario_id, job.changes) == ("failed", None, 6)
    assert job.error is not None
    assert job.error.code == "forbidden"
    assert planned.actor.name in job.error.message


async def test_a_worker_that_ends_leaves_its_job_to_the_next(busy, pool, database):
    async with working(pool, database):
        job = await busy.running(await busy.ask(budget_seconds=300))
    async with working(pool, database):
        await busy.running(job)
        await busy.cancel(job, keep=True)
        over = await busy.over(job)
    assert (over.state, over.attempts) == ("cancelled", 1)
