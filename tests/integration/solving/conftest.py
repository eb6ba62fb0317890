"""A small studio with work that has no place, and solver workers for it: in this loop, or processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest

from db.pool import Pool, transaction
from db.queries import solver_jobs
from realtime.execute import Executor
from realtime.protocol.jobs import SolverJob
from scheduling.permissions import Actor
from scheduling.refusals import Refused
from server.auth.sessions import utc_now
from server.solving.jobs import SolverJobs, Wanted
from server.solving.run import Tools
from server.solving.worker import SolverWorker
from tests.harness.asking import ok
from tests.harness.live import member_of
from tests.harness.postgres import Database
from tests.harness.process import ServerProcess, server_process
from tests.harness.studio import Studio

PATIENCE = 60.0
COMP = [{"name": "comp", "level": 5}]
_TODAY = datetime.now(UTC).date()
MONDAY = _TODAY + timedelta(days=14 - _TODAY.weekday())
"""Of the week after next, so that no hour of today matters."""


async def until(condition: Callable[[], Awaitable[Any]], what: str = "") -> Any:
    """Wait for a condition; fail after a minute."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not (value := await condition()):
        assert loop.time() < end, f"not within {PATIENCE:g} s: {what}"
        await asyncio.sleep(0.02)
    return value


class Planned:
    """A studio whose jobs are asked for here; `told` is what was told of them, in order."""

    def __init__(self, studio: Studio, actor: Actor, jobs: SolverJobs) -> None:
        self.studio, self.actor, self.jobs = studio, actor, jobs
        self.pool: Pool = studio.pool
        self.tenant_id = studio.tenant.id
        self.artists: list[UUID] = []
        self.project = uuid4()
        self.phases: list[UUID] = []

    async def fill(self, artists: int = 3, phases: int = 6) -> Planned:
        """Artists who can do it, and one project of phases of two days, each in line behind the last."""
        for number in range(artists):
            self.artists.append(
                await self.studio.artist(name=f"Artist {number}", skills=COMP, zone="Europe/Paris")
            )
        project = {"id": str(self.project), "name": "Meridian", "start": MONDAY.isoformat()}
        ok(await self.studio.run("project.add", project))
        for number in range(phases):
            await self.phase(f"Shot {number}")
        return self

    async def phase(self, name: str, *, hours: float = 16, level: int = 3, **fields: Any) -> UUID:
        """A phase of the project."""
        phase = uuid4()
        args = {"id": str(phase), "project_id": str(self.project), "name": name, "duration_hours": hours}
        ok(
            await self.studio.run(
                "phase.add", {**args, "skills": [{"name": "comp", "level": level}], **fields}
            )
        )
        self.phases.append(phase)
        return phase

    async def crowd(self, phases: int = 64) -> Planned:
        """So many short phases more that no search is over before its time: it can prove nothing."""
        new = [uuid4() for _ in range(phases)]
        skills = [{"name": "comp", "level": 3}]
        items = [
            {
                "op": "phase.add",
                "args": {
                    "id": str(phase),
                    "project_id": str(self.project),
                    "name": f"Fix {number}",
                    "duration_hours": 4,
                    "skills": skills,
                },
            }
            for number, phase in enumerate(new)
        ]
        ok(await self.studio.run("bulk.apply", {"items": items}))
        self.phases += new
        return self

    async def book(self, artist: UUID, day: int, days: int, **fields: Any) -> UUID:
        """Whole days from the `day`-th after the first Monday on."""
        booking = uuid4()
        first = datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(days=day)
        args = {
            "id": str(booking), "artist_id": str(artist), "status": "pencil",
            "start": (first + timedelta(hours=8)).isoformat(),
            "end": (first + timedelta(days=days - 1, hours=16)).isoformat(), **fields,
        }  # fmt: skip
        ok(await self.studio.run("booking.place", args))
        return booking

    async def ask(self, kind: Any = "allocate", **fields: Any) -> SolverJob:
        """Put a job in line."""
        weeks = {"start": MONDAY, "end": MONDAY + timedelta(weeks=6), "budget_seconds": 0.3, **fields}
        job = await self.jobs.create(self.actor, Wanted(kind=kind, **weeks), uuid4())
        assert isinstance(job, SolverJob), job
        return job

    async def job(self, job: SolverJob) -> SolverJob:
        """It as it is now."""
        found = await self.jobs.get(self.actor, job.id)
        assert isinstance(found, SolverJob), found
        return found

    async def over(self, job: SolverJob) -> SolverJob:
        """It once it is over."""

        async def is_over() -> SolverJob | None:
            found = await self.job(job)
            return found if found.ended_at is not None else None

        return await until(is_over, f"{job.kind} to be over")

    async def running(self, job: SolverJob) -> SolverJob:
        """It once there is a first plan."""

        async def has_a_plan() -> SolverJob | None:
            found = await self.job(job)
            assert found.error is None, found.error
            return found if found.progress is not None else None

        return await until(has_a_plan, "a first plan")

    async def cancel(self, job: SolverJob, *, keep: bool = False) -> SolverJob | Refused:
        return await self.jobs.cancel(self.actor, job.id, keep=keep)

    async def row(self, job: SolverJob) -> solver_jobs.SolverJobRow:
        async with transaction(self.pool, self.tenant_id) as connection:
            row = await solver_jobs.get(connection, self.tenant_id, job.id)
        assert row is not None
        return row


@pytest.fixture
async def planned(pool: Pool) -> AsyncIterator[Planned]:
    studio = await Studio.open(pool)
    yield await planned_studio(studio, await member_of(studio)).fill()
    await studio.executor.close()


@pytest.fixture
async def busy(planned: Planned) -> Planned:
    """The same studio with so much work that a search lasts as long as it may."""
    return await planned.crowd()


def planned_studio(studio: Studio, actor: Actor | None = None) -> Planned:
    jobs = SolverJobs(studio.pool, clock=utc_now, tell=lambda _tenant_id, _job: None, wake=lambda: None)
    return Planned(studio, actor or studio.actor(), jobs)


@contextlib.asynccontextmanager
async def working(
    pool: Pool,
    database: Database,
    *,
    processes: int = 1,
    megabytes: int = 1024,
    told: list[SolverJob] | None = None,
) -> AsyncIterator[SolverWorker]:
    """A worker in this loop; its children are processes all the same."""
    executor = Executor(pool, publish=_to_nobody)
    tools = Tools(
        pool=pool,
        dsn=database.dsn,
        executor=executor,
        worker=uuid4(),
        megabytes=megabytes,
        tell=lambda _tenant_id, job: told.append(job) if told is not None else None,
    )
    worker = SolverWorker(tools, processes=processes)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.close()
        await executor.close()


async def _to_nobody(_committed: object) -> None:
    """No readers."""


@contextlib.contextmanager
def solver_process(database: Database, **settings: Any) -> Iterator[ServerProcess]:
    """`production-tool worker --solver` as a process of its own, ready."""
    asked = {"DATABASE_URL": database.dsn, "SOLVER_PROCESSES": 1, "LOG_LEVEL": "info", **settings}
    with server_process("worker", "--solver", **asked) as worker:
        worker.wait_for("The solver is ready")
        yield worker


def children_of(worker: ServerProcess) -> list[psutil.Process]:
    """The processes that search."""
    found = psutil.Process(worker.pid).children(recursive=True)
    return [child for child in found if "server.solving.child" in " ".join(child.cmdline())]
