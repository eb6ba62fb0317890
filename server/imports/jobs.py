"""Imports in the background: a line of jobs, each with its progress, report and a row that outlives us.

The file itself is kept in memory until its turn and nowhere else; a job that a stopped server left unfinished
says so, and is sent again by whoever sent it, which writes nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from db.pool import transaction
from db.queries import import_jobs
from db.queries.import_jobs import JobRow
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused, forbidden, not_found
from server.imports.drafts import Kind
from server.imports.report import Progress, Report
from server.imports.run import Importer, Source, run_import

logger = logging.getLogger(__name__)

RUNNING = 2
"""Imports of this process that are worked on at once."""
WAITING = 16
"""Imports that wait, files in memory; beyond it the answer is `busy`."""
WAITING_PER_STUDIO = 4
BEAT_SECONDS = 1.0
"""How often a running import's progress is stored."""
LOST_AFTER = timedelta(seconds=30)
"""Without a sign for this long a job is given up for lost."""
_LOST = "The server stopped before this import was done. Send the file again: nothing is imported twice."
_BROKE = "Something went wrong on the server. Send the file again: nothing is imported twice."

Status = Literal["queued", "running", "done", "failed"]


class JobError(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no report."""

    message: str


class ImportJob(msgspec.Struct, frozen=True, kw_only=True):
    """An import as its sender sees it: `report` once it is done, `error` where it failed."""

    id: UUID
    created_by: UUID | None
    kind: Kind | None
    filename: str
    mode: Literal["atomic", "skip"]
    dry_run: bool
    status: Status
    progress: Progress
    report: Report | None = None
    error: JobError | None = None
    created_at: datetime
    finished_at: datetime | None = None


class _Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What the `progress` column holds: how far, when that was, and why it failed if it did."""

    stage: Literal["waiting", "reading", "comparing", "writing", "done"] = "waiting"
    done: int = 0
    total: int = 0
    at: datetime
    error: str | None = None


class _Running(msgspec.Struct, kw_only=True):
    """A job of this process."""

    job: ImportJob
    actor: Actor
    source: Source
    progress: Progress = msgspec.field(default_factory=lambda: Progress(stage="waiting"))


class ImportJobs:
    """The imports of one process. `close` ends and awaits them."""

    def __init__(self, importer: Importer, *, clock: Callable[[], datetime]) -> None:
        self._importer = importer
        self._clock = clock
        self._turn = asyncio.Semaphore(RUNNING)
        self._jobs: dict[UUID, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def create(
        self, actor: Actor, source: Source, *, job_id: UUID | None = None
    ) -> ImportJob | Refused:
        """Take a file in and return its job at once; the work goes on in the background.

        With a `job_id` that was used before, return that job: a request sent twice imports once.
        Refused: `forbidden` for anybody but owners and managers, `busy` where too many imports wait.
        """
        if not actor.staff:
            return forbidden("Only owners and managers of a studio may import files.")
        if job_id is not None:
            earlier = await self.get(actor, job_id)
            if isinstance(earlier, ImportJob):
                return earlier
            if job_id in self._jobs:
                return self._jobs[job_id].job
        own = sum(1 for one in self._jobs.values() if one.actor.tenant_id == actor.tenant_id)
        if self._closed or len(self._jobs) >= RUNNING + WAITING or own >= WAITING_PER_STUDIO:
            return Refused(code=Code.BUSY, message="Too many imports are waiting; try again in a minute.")
        job = ImportJob(
            id=job_id or uuid7(),
            created_by=actor.id,
            kind=source.options.kind,
            filename=source.filename[:200],
            mode=source.options.mode,
            dry_run=source.options.dry_run,
            status="queued",
            progress=Progress(stage="waiting"),
            created_at=self._clock(),
        )
        running = _Running(job=job, actor=actor, source=source)
        self._jobs[job.id] = running
        try:
            async with transaction(self._importer.pool, actor.tenant_id) as connection:
                added = await import_jobs.insert(connection, actor.tenant_id, self._row(job))
        except BaseException:
            del self._jobs[job.id]
            raise
        if not added:  # by another process, a moment ago
            del self._jobs[job.id]
            return await self.get(actor, job.id)
        task = asyncio.create_task(self._work(running), name=f"import {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    async def get(self, actor: Actor, job_id: UUID) -> ImportJob | Refused:
        """Return a job of the actor's studio as it is now. Refused: `forbidden`, `not_found`."""
        if not actor.staff:
            return forbidden("Only owners and managers of a studio may see its imports.")
        running = self._jobs.get(job_id)
        if running is not None and running.actor.tenant_id == actor.tenant_id:
            return msgspec.structs.replace(running.job, progress=running.progress)
        async with transaction(self._importer.pool, actor.tenant_id, readonly=True) as connection:
            row = await import_jobs.get(connection, actor.tenant_id, job_id)
        return not_found("import", job_id) if row is None else self._job(row)

    async def recent(self, actor: Actor, limit: int = 50) -> list[ImportJob] | Refused:
        """Return the newest jobs of the actor's studio, newest first."""
        if not actor.staff:
            return forbidden("Only owners and managers of a studio may see its imports.")
        async with transaction(self._importer.pool, actor.tenant_id, readonly=True) as connection:
            rows = await import_jobs.recent(connection, actor.tenant_id, limit)
        return [self._job(row) for row in rows]

    async def close(self) -> None:
        """Stop all jobs. A bulk command under way is still finished by the write path."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- one job -------------------------------------------------------------------------

    async def _work(self, running: _Running) -> None:
        beat = asyncio.create_task(self._beat(running), name=f"import {running.job.id} progress")
        try:
            async with self._turn:
                running.job = msgspec.structs.replace(running.job, status="running")
                report = await self._run(running)
            await _stop(beat)
            await self._finish(running, report=report)
        except asyncio.CancelledError:
            await _stop(beat)
            await self._finish(running, error=_LOST)
            raise
        except Exception:
            # The outermost of a task nobody waits for: whatever it was, whoever asks for the job is told.
            logger.exception("import %s failed", running.job.id)
            await _stop(beat)
            await self._finish(running, error=_BROKE)
        finally:
            del self._jobs[running.job.id]

    async def _run(self, running: _Running) -> Report:
        def tell(progress: Progress) -> None:
            running.progress = progress

        return await run_import(
            self._importer, running.actor, running.source, run_id=running.job.id, now=self._clock(), tell=tell
        )

    async def _beat(self, running: _Running) -> None:
        """Store the progress now and then, so that other processes can tell it and see that we live."""
        tenant_id = running.actor.tenant_id
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            sign = self._sign(running.progress)
            try:
                async with transaction(self._importer.pool, tenant_id) as connection:
                    await import_jobs.tell(
                        connection, tenant_id, running.job.id, running.job.status, _encode(sign)
                    )
            except Exception:
                # This sign also says that the process lives: the next one is tried whatever became of this.
                logger.warning("the progress of import %s could not be stored", running.job.id, exc_info=True)

    async def _finish(
        self, running: _Running, *, report: Report | None = None, error: str | None = None
    ) -> None:
        done = running.progress
        job = msgspec.structs.replace(
            running.job,
            kind=report.kind if report is not None else running.job.kind,
            status="done" if report is not None else "failed",
            progress=Progress(stage="done", done=done.done, total=done.total),
            report=report,
            error=JobError(message=error) if error is not None else None,
            finished_at=self._clock(),
        )
        try:
            async with transaction(self._importer.pool, running.actor.tenant_id) as connection:
                await import_jobs.finish(connection, running.actor.tenant_id, self._row(job))
        except Exception:
            # Without a sign of life the job is soon told as lost, as after a killed process.
            logger.exception("the end of import %s could not be stored", job.id)

    # -- rows ----------------------------------------------------------------------------

    def _sign(self, progress: Progress, error: str | None = None) -> _Sign:
        return _Sign(
            stage=progress.stage, done=progress.done, total=progress.total, at=self._clock(), error=error
        )

    def _row(self, job: ImportJob) -> JobRow:
        return JobRow(
            id=job.id,
            created_by=job.created_by,
            kind=job.kind or "",
            filename=job.filename,
            mode=job.mode,
            dry_run=job.dry_run,
            status=job.status,
            progress=_encode(self._sign(job.progress, job.error.message if job.error else None)),
            report=None if job.report is None else _encode(job.report),
            created_at=job.created_at,
            finished_at=job.finished_at,
        )

    def _job(self, row: JobRow) -> ImportJob:
        sign = msgspec.json.decode(row.progress, type=_Sign)
        lost = row.finished_at is None and self._clock() - sign.at > LOST_AFTER and row.id not in self._jobs
        error = _LOST if lost else sign.error
        return msgspec.convert(
            {
                "id": row.id,
                "created_by": row.created_by,
                "kind": row.kind or None,
                "filename": row.filename,
                "mode": row.mode,
                "dry_run": row.dry_run,
                "status": "failed" if lost else row.status,
                "progress": Progress(stage=sign.stage, done=sign.done, total=sign.total),
                "report": None if row.report is None else msgspec.json.decode(row.report, type=Report),
                "error": None if error is None else JobError(message=error),
                "created_at": row.created_at,
                "finished_at": row.finished_at,
            },
            ImportJob,
        )


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _encode(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()
