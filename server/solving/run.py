"""One job from its claim to its end: a child that searches, and whoever watches over it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, assert_never
from uuid import UUID

from msgspec import Struct, structs

from db.pool import Pool, transaction
from db.queries import solver_jobs
from db.queries.solver_jobs import SolverJobRow
from db.solver_queue import LEASE, Claimed, hold_on, try_again
from realtime.protocol.jobs import JobError, JobProgress
from scheduling.refusals import Code
from scheduling.solver.plan import Plan
from scheduling.solver.told import Best, Outcome
from server.solving.frames import Answered, Better, Ready, Searched, Stop, Turned, Work, encoded
from server.solving.jobs import Tell
from server.solving.landing import Executes, land
from server.solving.process import Child, Died
from server.solving.slots import Slot
from server.solving.told import ask_of, job_error, job_of, outcome_of, progress_of

logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.25
"""How often the queue hears of us, and we of a wish to stop."""
TELL_SECONDS = 0.2
"""No more often is progress told."""
AGAIN_SECONDS = 1.0
"""At least so often is it told, for whoever came late."""
STOPPING_SECONDS = 0.7
"""How long a child may take to stop when it is asked to."""
LOADING_SECONDS, OVERTIME_SECONDS, CHECKING_SECONDS = 120.0, 3.0, 120.0
"""How long a child may take to its first plan, beyond the budget, and to judge its last plan."""
ATTEMPTS = 2
_LANDINGS = 8
_CRASHED = "The solver crashed twice on this plan. Try a shorter time, or fewer projects."

Wish = Literal["", "drop", "keep"]


class _Lost(Exception):
    """The job is another worker's, or over."""


class _Over(Struct, frozen=True, kw_only=True):
    """How a job ends: with what was found, with an error, or with neither."""

    outcome: Outcome | None = None
    error: JobError | None = None
    cancelled: bool = False


class Tools(Struct, frozen=True, kw_only=True):
    """What a worker works with."""

    pool: Pool
    dsn: str
    executor: Executes
    worker: UUID
    megabytes: int
    tell: Tell
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def _wish(stored: str) -> Wish:
    return "drop" if stored == "drop" else "keep" if stored == "keep" else ""


async def run_job(tools: Tools, claimed: Claimed, slot: Slot) -> None:
    """Work on a claimed job until it is over, or no longer ours."""
    async with transaction(tools.pool, claimed.tenant_id) as connection:
        row = await solver_jobs.begin(
            connection,
            claimed.tenant_id,
            claimed.job_id,
            attempts=min(claimed.attempts, ATTEMPTS),
            now=tools.clock(),
        )
    if row is None:
        return
    try:
        await _Run(tools, claimed, row, slot).to_its_end()
    except _Lost:
        logger.info("job %s is no longer this worker's", claimed.job_id)


class _Run:
    def __init__(self, tools: Tools, claimed: Claimed, row: SolverJobRow, slot: Slot) -> None:
        self.tools, self.tenant_id, self.slot = tools, claimed.tenant_id, slot
        self.row, self.ask = row, ask_of(row)
        self.attempts = claimed.attempts
        self.wish = _wish(row.stop)
        self.stop_at: float | None = None
        self.best: Best | None = None
        self.began: float | None = None
        self.heard = time.monotonic()
        self.told_at = self.beat_at = 0.0
        self.news = False

    async def to_its_end(self) -> None:
        """Search, make the scenario, and say so."""
        self._tell()
        outcome = outcome_of(self.row)
        if outcome is not None:  # whoever worked on it before us came so far
            over = _Over(outcome=outcome, cancelled=self.wish == "keep")
        elif self.wish == "drop":
            over = _Over(cancelled=True)
        elif self.attempts > ATTEMPTS:
            over = _Over(error=job_error(Code.INTERNAL, _CRASHED))
        else:
            over = await self._searched()
        await self._end(over)

    # -- searching -----------------------------------------------------------------------

    async def _searched(self) -> _Over:
        """The search, begun anew once where its process crashes."""
        while True:
            try:
                return await self._search()
            except Died as died:
                self.slot.forget()
                logger.warning("job %s: %s (attempt %d)", self.row.id, died, self.attempts)
                if self.attempts >= ATTEMPTS:
                    return _Over(error=job_error(Code.INTERNAL, _CRASHED))
                await self._again()

    async def _again(self) -> None:
        self.attempts += 1
        self.began, self.best = None, None
        async with transaction(self.tools.pool, self.tenant_id) as connection:
            await try_again(connection, self.tools.worker, self.tenant_id, self.row.id)
            row = await solver_jobs.begin(
                connection, self.tenant_id, self.row.id, attempts=self.attempts, now=self.tools.clock()
            )
        if row is None:
            raise _Lost
        self.row = row

    async def _search(self) -> _Over:
        child = await self._child()
        child.tell(self._work())
        if self.wish:
            child.tell(Stop())
        since, stage = time.monotonic(), "loading"
        while True:
            report = await child.hear(min(BEAT_SECONDS, TELL_SECONDS))
            match report:
                case Answered():
                    return _Over(outcome=report.outcome, cancelled=self.wish == "keep")
                case Turned():
                    return _Over(error=job_error(report.code, report.message))
                case Better():
                    self._found_better(report.best)
                    if stage == "loading":
                        since, stage = time.monotonic(), "searching"
                case Searched():
                    since, stage = time.monotonic(), "checking"
                case Ready() | None:
                    pass
                case _:
                    assert_never(report)
            await self._beat(child)
            if self.wish == "drop":
                await self._see_out(child)
                return _Over(cancelled=True)
            over = await self._watched(child, stage, time.monotonic() - since)
            if over is not None:
                return over

    async def _child(self) -> Child:
        """A child that waits for work; the lease is kept while it starts."""
        starting = asyncio.create_task(self.slot.child(), name="solver start")
        try:
            while not starting.done():
                await asyncio.wait([starting], timeout=BEAT_SECONDS)
                await self._beat(None)
        finally:
            if not starting.done():
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
        return starting.result()

    def _work(self, *, finish: bool = False) -> Work:
        plan = Plan(placements=self.best.placements) if finish and self.best is not None else None
        ask = structs.replace(self.ask, budget_seconds=0.0) if finish else self.ask
        return Work(
            job_id=self.row.id, tenant_id=self.tenant_id, dsn=self.tools.dsn, ask=ask, start_from=plan
        )

    def _found_better(self, best: Best) -> None:
        if self.began is None:
            self.began = time.monotonic() - best.seconds
        self.best, self.news = best, True
        if time.monotonic() - self.told_at >= TELL_SECONDS:
            self._tell()

    async def _watched(self, child: Child, stage: str, seconds: float) -> _Over | None:
        """Whether the child takes more than it may, of memory or of time."""
        if child.megabytes() > self.tools.megabytes:
            await self.slot.kill()
            message = (
                f"This plan needs more memory than a solver has ({self.tools.megabytes} MB):"
                " plan a shorter time, or fewer projects."
            )
            return _Over(error=job_error(Code.TOO_LARGE, message))
        if stage == "searching":
            left = self.ask.budget_seconds + OVERTIME_SECONDS - seconds
            if left > 0 and not self._stopping_too_long():
                return None
            logger.warning("job %s: the solver did not stop, and was killed", self.row.id)
            await self.slot.kill()
            return await self._finish_best()
        if seconds > (LOADING_SECONDS if stage == "loading" else CHECKING_SECONDS):
            await self.slot.kill()
            message = f"The solver did not get beyond {stage}; it was stopped. Plan a shorter time."
            return _Over(error=job_error(Code.INTERNAL, message))
        return None

    def _stopping_too_long(self) -> bool:
        return self.stop_at is not None and time.monotonic() - self.stop_at > STOPPING_SECONDS

    async def _finish_best(self) -> _Over:
        """A fresh child puts the best plan so far into words; it does not search."""
        if self.best is None:
            return _Over(error=job_error(Code.INTERNAL, "No plan was found before the time was over."))
        child = await self._child()
        child.tell(self._work(finish=True))
        since = time.monotonic()
        while time.monotonic() - since < CHECKING_SECONDS:
            report = await child.hear(BEAT_SECONDS)
            await self._beat(child)
            if isinstance(report, Answered):
                return _Over(outcome=report.outcome, cancelled=self.wish == "keep")
            if isinstance(report, Turned):
                return _Over(error=job_error(report.code, report.message))
        await self.slot.kill()
        return _Over(error=job_error(Code.INTERNAL, "The plan could not be checked in time."))

    async def _see_out(self, child: Child) -> None:
        """Nobody wants the plan any more: the child may finish at once, or go."""
        deadline = time.monotonic() + STOPPING_SECONDS
        while time.monotonic() < deadline:
            if isinstance(await child.hear(deadline - time.monotonic()), Answered | Turned):
                return
        await self.slot.kill()

    # -- the queue -----------------------------------------------------------------------

    async def _beat(self, child: Child | None) -> None:
        """Keep the lease, store and tell news, and hear whether to stop. Raises `_Lost`."""
        now = time.monotonic()
        if now - self.told_at >= (TELL_SECONDS if self.news else AGAIN_SECONDS):
            self._tell()
        if now - self.beat_at < BEAT_SECONDS:
            return
        self.beat_at = now
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                wish = await self._hold_on()
        except _Lost:
            await self.slot.kill()
            raise
        except Exception as error:
            if time.monotonic() - self.heard > LEASE.total_seconds():
                await self.slot.kill()
                raise _Lost from error
            logger.warning("job %s: the queue is not reached: %s", self.row.id, error)
            return
        self.heard = time.monotonic()
        if wish != self.wish:
            self.wish = wish
            self.stop_at = time.monotonic()
            if child is not None:
                child.tell(Stop())

    async def _hold_on(self) -> Wish:
        progress = self._progress()
        async with transaction(self.tools.pool, self.tenant_id) as connection:
            if not await hold_on(connection, self.tools.worker, self.tenant_id, self.row.id):
                raise _Lost
            stored = None if progress is None else encoded(progress)
            wish = await solver_jobs.tell(connection, self.tenant_id, self.row.id, stored)
        if wish is None:
            raise _Lost
        return _wish(wish)

    def _progress(self) -> JobProgress | None:
        if self.best is None or self.began is None:
            return None
        budget = self.ask.budget_seconds
        return progress_of(self.best, seconds=min(time.monotonic() - self.began, budget), budget=budget)

    def _tell(self) -> None:
        self.told_at, self.news = time.monotonic(), False
        self.tools.tell(self.tenant_id, job_of(self.row, alive=True, progress=self._progress()))

    # -- the end -------------------------------------------------------------------------

    async def _end(self, over: _Over) -> None:
        error, scenario_id = over.error, None
        if over.outcome is not None:
            await self._keep(over.outcome)
            landed = await self._landed(over.outcome)
            error, scenario_id = (landed, None) if isinstance(landed, JobError) else (None, landed)
        state: solver_jobs.Ended = "done"
        if error is not None:
            state = "failed"
        elif over.cancelled:
            state = "cancelled"
        async with transaction(self.tools.pool, self.tenant_id) as connection:
            if not await hold_on(connection, self.tools.worker, self.tenant_id, self.row.id):
                raise _Lost
            await solver_jobs.finish(
                connection,
                self.tenant_id,
                self.row.id,
                state=state,
                now=self.tools.clock(),
                scenario_id=scenario_id,
                error=None if error is None else encoded(error),
            )
            row = await solver_jobs.get(connection, self.tenant_id, self.row.id)
        if row is not None:
            self.tools.tell(self.tenant_id, job_of(row, alive=True))
            why = f": {error.message}" if error is not None else ""
            logger.info("%s %s of %s is %s%s", row.kind, row.id, self.tenant_id, row.state, why)

    async def _keep(self, outcome: Outcome) -> None:
        """Store what was found before anything is made of it: whoever takes over goes on from there."""
        if self.began is None:
            self.began = time.monotonic()
        self.best = structs.replace(outcome.best, by=self.best.by if self.best is not None else "last")
        small = structs.replace(outcome, best=structs.replace(outcome.best, placements=()))
        progress = self._progress()
        async with transaction(self.tools.pool, self.tenant_id) as connection:
            if not await hold_on(connection, self.tools.worker, self.tenant_id, self.row.id):
                raise _Lost
            await solver_jobs.found(
                connection,
                self.tenant_id,
                self.row.id,
                progress=encoded(progress),
                outcome=encoded(small),
            )

    async def _landed(self, outcome: Outcome) -> UUID | JobError | None:
        """The scenario; the lease is kept while it is made, and what may be tried again is."""
        tools, landed = self.tools, None
        for attempt in range(_LANDINGS):
            making = asyncio.create_task(
                land(
                    tools.executor, tools.pool, self.tenant_id, self.row, outcome=outcome, now=tools.clock()
                ),
                name="scenario",
            )
            while not making.done():
                await asyncio.wait([making], timeout=BEAT_SECONDS)
                await self._beat(None)
            landed = making.result()
            if not isinstance(landed, JobError) or not landed.retryable:
                return landed
            await asyncio.sleep(min(0.1 * 2**attempt, 2.0))
        return landed
