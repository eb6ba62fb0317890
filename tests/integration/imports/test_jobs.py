"""Imports in the background: jobs, their progress, their limits, and what a stopped server leaves behind."""

import asyncio
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest

from db.pool import transaction
from db.queries import import_jobs
from realtime.execute import Executor
from scheduling.refusals import Code, Refused
from server.imports.drafts import ImportOptions
from server.imports.jobs import LOST_AFTER, WAITING_PER_STUDIO, ImportJob, ImportJobs
from server.imports.run import Importer, Source
from tests.harness.patience import DEADLINE
from tests.integration.imports.conftest import NOW, Studio

ARTISTS = b"name,skills\nAda,Comp\nGrace,FX\n"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class Gate:
    """A write path that waits until it is opened."""

    def __init__(self, executor):
        self._executor = executor
        self.open = asyncio.Event()
        self.reached = asyncio.Event()

    async def execute(self, actor, envelope, *, progress=None):
        self.reached.set()
        await self.open.wait()
        return await self._executor.execute(actor, envelope, progress=progress)


class Broken:
    async def execute(self, actor, envelope, *, progress=None):
        raise ZeroDivisionError("a fault of ours")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def jobs(studio, clock):
    jobs = ImportJobs(studio.importer, clock=clock)
    yield jobs
    await jobs.close()


def source(data=ARTISTS, filename="artists.csv", **options):
    return Source(data=data, filename=filename, options=ImportOptions(**options))


async def until(ask, wanted):
    """Ask until the answer is the wanted one."""
    async with asyncio.timeout(DEADLINE):
        while await ask() != wanted:  # noqa: ASYNC110 - it happens in the database, which sets no event
            await asyncio.sleep(0.01)


async def finished(jobs, actor, job_id):
    async def done():
        return (await jobs.get(actor, job_id)).finished_at is not None

    await until(done, wanted=True)
    return await jobs.get(actor, job_id)


async def stage_of(jobs, actor, job_id):
    return (await jobs.get(actor, job_id)).progress.stage


async def test_a_job_answers_at_once_and_ends_with_a_report(studio, jobs):
    job = await jobs.create(studio.manager, source())
    assert (job.status, job.progress.stage, job.report) == ("queued", "waiting", None)
    job = await finished(jobs, studio.manager, job.id)
    assert (job.status, job.kind, job.progress.stage) == ("done", "artists", "done")
    assert (job.report.created, job.report.written, job.error) == (2, True, None)
    assert len(await studio.artists()) == 2


async def test_problems_are_in_the_report_of_a_job_that_is_done(studio, jobs):
    job = await jobs.create(studio.manager, source(b"PK\x03\x04"))
    job = await finished(jobs, studio.manager, job.id)
    assert (job.status, job.report.problems[0].code) == ("done", "wrong_kind")


async def test_the_same_job_sent_twice_is_one(studio, jobs):
    job_id = uuid4()
    first, second = await asyncio.gather(
        jobs.create(studio.manager, source(), job_id=job_id),
        jobs.create(studio.manager, source(), job_id=job_id),
    )
    assert first.id == second.id == job_id
    await finished(jobs, studio.manager, job_id)
    assert (await jobs.create(studio.manager, source(), job_id=job_id)).status == "done"
    assert len(await jobs.recent(studio.manager)) == 1


async def test_another_process_sees_the_job(studio, jobs, clock):
    job = await jobs.create(studio.manager, source())
    elsewhere = ImportJobs(studio.importer, clock=clock)
    assert (await elsewhere.get(studio.manager, job.id)).id == job.id
    assert (await finished(elsewhere, studio.manager, job.id)).report.created == 2


async def test_only_owners_and_managers_import_and_look(studio, jobs):
    job = await jobs.create(studio.manager, source())
    freelancer = studio.member("freelancer")
    for answer in (
        await jobs.create(freelancer, source()),
        await jobs.get(freelancer, job.id),
        await jobs.recent(freelancer),
    ):
        assert isinstance(answer, Refused)
        assert answer.code is Code.FORBIDDEN


async def test_another_studio_does_not_learn_of_a_job(studio, jobs, pool):
    job = await jobs.create(studio.manager, source())
    other = Studio(pool, studio.executor)
    await other.open()
    for moment in ("running", "done"):
        answer = await jobs.get(other.manager, job.id)
        assert isinstance(answer, Refused), moment
        assert answer.code is Code.NOT_FOUND
        await finished(jobs, studio.manager, job.id)
    assert await jobs.recent(other.manager) == []


async def test_too_many_waiting_jobs_are_refused_and_may_be_sent_again(studio, clock):
    gate = Gate(studio.executor)
    jobs = ImportJobs(Importer(executor=cast("Executor", gate), pool=studio.pool), clock=clock)
    taken = [await jobs.create(studio.manager, source()) for _ in range(WAITING_PER_STUDIO)]
    refused = await jobs.create(studio.manager, source())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.retryable) == (Code.BUSY, True)
    gate.open.set()
    for job in taken:
        await finished(jobs, studio.manager, job.id)
    assert isinstance(await jobs.create(studio.manager, source()), ImportJob)
    await jobs.close()


async def test_a_fault_of_ours_ends_the_job_with_a_sentence(studio, clock, caplog):
    jobs = ImportJobs(Importer(executor=cast("Executor", Broken()), pool=studio.pool), clock=clock)
    job = await jobs.create(studio.manager, source())
    job = await finished(jobs, studio.manager, job.id)
    assert (job.status, job.report) == ("failed", None)
    assert "Send the file again" in job.error.message
    assert "ZeroDivisionError" not in job.error.message
    assert "a fault of ours" in caplog.text
    await jobs.close()


async def test_closing_ends_jobs_under_way_and_says_so(studio, clock):
    gate = Gate(studio.executor)
    jobs = ImportJobs(Importer(executor=cast("Executor", gate), pool=studio.pool), clock=clock)
    job = await jobs.create(studio.manager, source())
    await gate.reached.wait()
    await jobs.close()
    after = await ImportJobs(studio.importer, clock=clock).get(studio.manager, job.id)
    assert (after.status, after.report) == ("failed", None)
    assert "stopped" in after.error.message
    assert isinstance(await jobs.create(studio.manager, source()), Refused)


async def test_a_job_whose_process_died_is_given_up_for_lost(studio, jobs, clock):
    job = await jobs.create(studio.manager, source())
    await finished(jobs, studio.manager, job.id)
    async with transaction(studio.pool, studio.tenant_id) as connection:
        row = await import_jobs.get(connection, studio.tenant_id, job.id)
        await connection.execute(
            "UPDATE import_jobs SET status = 'running', report = NULL, finished_at = NULL"
        )
    assert row is not None
    assert (await jobs.get(studio.manager, job.id)).status == "running"
    clock.now += LOST_AFTER + timedelta(seconds=1)
    lost = await jobs.get(studio.manager, job.id)
    assert lost.status == "failed"
    assert "stopped" in lost.error.message


async def test_progress_is_stored_while_a_job_runs(studio, clock, monkeypatch):
    monkeypatch.setattr("server.imports.jobs.BEAT_SECONDS", 0.01)
    gate = Gate(studio.executor)
    jobs = ImportJobs(Importer(executor=cast("Executor", gate), pool=studio.pool), clock=clock)
    job = await jobs.create(studio.manager, source())
    await gate.reached.wait()
    elsewhere = ImportJobs(studio.importer, clock=clock)
    await until(lambda: stage_of(elsewhere, studio.manager, job.id), "comparing")
    gate.open.set()
    await finished(jobs, studio.manager, job.id)
    await jobs.close()
