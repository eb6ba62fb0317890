"""From a stored job to the one that people are told of."""

from __future__ import annotations

import msgspec

from db.queries.solver_jobs import SolverJobRow
from realtime.protocol.jobs import JobError, JobProgress, JobState, SolverJob
from scheduling.refusals import RETRYABLE, Code
from scheduling.solver.asks import Ask
from scheduling.solver.told import Best, Outcome

_ask = msgspec.json.Decoder(Ask)
_progress = msgspec.json.Decoder(JobProgress)
_outcome = msgspec.json.Decoder(Outcome)
_error = msgspec.json.Decoder(JobError)


def ask_of(row: SolverJobRow) -> Ask:
    """What was asked."""
    return _ask.decode(row.ask)


def outcome_of(row: SolverJobRow) -> Outcome | None:
    """What the search came to, where it is over."""
    return None if row.outcome is None else _outcome.decode(row.outcome)


def job_of(row: SolverJobRow, *, alive: bool, progress: JobProgress | None = None) -> SolverJob:
    """The job as it is told; `progress` where it is newer than the stored one."""
    ask, outcome = ask_of(row), outcome_of(row)
    if progress is None and row.progress is not None:
        progress = _progress.decode(row.progress)
    return SolverJob(
        id=row.id,
        kind=ask.kind,
        name=row.name,
        state=msgspec.convert(row.state, JobState),
        start=ask.start,
        end=ask.end,
        project_ids=ask.project_ids,
        phase_ids=ask.phase_ids,
        event=ask.event,
        budget_seconds=ask.budget_seconds,
        seed=ask.seed,
        priority=row.priority,
        position=row.position,
        worker_alive=alive,
        progress=progress,
        scenario_id=row.scenario_id,
        changes=len(outcome.changes) if outcome is not None else 0,
        unplaced=outcome.unplaced if outcome is not None else (),
        steps=outcome.steps if outcome is not None else (),
        error=None if row.error is None else _error.decode(row.error),
        attempts=row.attempts,
        created_by=row.created_by,
        created_by_name=row.created_by_name,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def progress_of(best: Best, *, seconds: float, budget: float) -> JobProgress:
    """A plan in figures, `seconds` into a search of `budget`."""
    return JobProgress(
        seconds=round(seconds, 2),
        budget=budget,
        score=best.price.total,
        price=best.price,
        placed=best.placed,
        unplaced=best.unplaced,
        bound=best.bound or None,
        proved=best.proved,
        by=best.by,
    )


def job_error(code: Code, message: str) -> JobError:
    """Why there is no plan."""
    return JobError(code=code, message=message, retryable=code in RETRYABLE)
