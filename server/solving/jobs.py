"""Solver jobs as people ask for them: put in line, looked at, stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from db.pool import Connection, Pool, transaction
from db.queries import artists, bookings, projects, solver_jobs, tenants
from db.queries.solver_jobs import SolverJobRow
from db.solver_queue import anybody_there
from realtime.protocol.jobs import SolverJob
from scheduling.model import Artist, Booking, Phase, Project
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused, forbidden, invalid, not_found, wrong_state
from scheduling.solver.asks import (
    BUDGETS,
    LONGEST_BUDGET,
    LONGEST_DAYS,
    Absence,
    Ask,
    Cancellation,
    Ids,
    JobKind,
    Slip,
    Trouble,
)
from server.solving.frames import encoded
from server.solving.told import job_of

QUEUED_EACH = 20
"""Jobs of one studio that may wait; beyond it the answer is `busy`."""
KEPT = timedelta(days=30)
"""How long a job that is over is remembered."""
WEEKS = 26
"""How far ahead is planned where nothing is said."""

Tell = Callable[[UUID, SolverJob], None]
"""Told a studio and a job of it that has news."""


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be planned, from `start` up to and with `end` (today and 26 weeks, where they are not said).

    `allocate` plans work that has no place and may move what is not confirmed, of `project_ids`, of
    `phase_ids` alone, or of all active projects. `repair` keeps a plan together after its `event`:
    an absence, a slip or a cancellation. `challenge` says what has to make way for `phase_ids`.
    `budget_seconds` is how long the best plan is searched for; the same `seed` searches the same way.
    Within the studio the highest `priority` is next.
    """

    kind: JobKind
    start: date | None = None
    end: date | None = None
    project_ids: Ids | None = None
    phase_ids: Ids | None = None
    event: Trouble | None = None
    budget_seconds: Annotated[float, Meta(ge=0.1, le=LONGEST_BUDGET)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    priority: Annotated[int, Meta(ge=-10, le=10)] = 0
    name: Annotated[str, Meta(max_length=200)] = ""


class SolverJobs:
    """The jobs of all studios, as one process's API sees them."""

    def __init__(
        self, pool: Pool, *, clock: Callable[[], datetime], tell: Tell, wake: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._tell = tell
        self._wake = wake

    async def create(self, actor: Actor, wanted: Wanted, job_id: UUID) -> SolverJob | Refused:
        """Put a job in line; with an id that was used before, return that job.

        Refused: `forbidden`, `invalid`, `not_found`, or `busy` where too many wait.
        """
        refused = _not_theirs(actor)
        if refused is not None:
            return refused
        async with transaction(self._pool, actor.tenant_id) as connection:
            known = await solver_jobs.get(connection, actor.tenant_id, job_id)
            if known is None:
                row = await self._row(connection, actor, wanted, job_id)
                if isinstance(row, Refused):
                    return row
                added = await solver_jobs.insert(connection, actor.tenant_id, row, most=QUEUED_EACH)
                known = await solver_jobs.get(connection, actor.tenant_id, job_id)
                if not added and known is None:
                    message = f"{QUEUED_EACH} plans wait already; cancel one of them, or try again later."
                    return Refused(code=Code.BUSY, message=message)
                await solver_jobs.forget(connection, actor.tenant_id, self._clock() - KEPT)
            alive = await anybody_there(connection)
        if known is None:
            raise RuntimeError("a job that was kept is gone within its transaction")
        job = job_of(known, alive=alive)
        self._tell(actor.tenant_id, job)
        self._wake()
        return job

    async def _row(
        self, connection: Connection, actor: Actor, wanted: Wanted, job_id: UUID
    ) -> SolverJobRow | Refused:
        tenant = await tenants.get(connection, actor.tenant_id)
        if tenant is None:
            return not_found("studio", actor.tenant_id)
        today = self._clock().astimezone(ZoneInfo(tenant.zone)).date()
        ask = _ask(wanted, today, seed=job_id.int % (1 << 31))
        if isinstance(ask, Refused):
            return ask
        refused = await _unknown(connection, actor.tenant_id, ask)
        if refused is not None:
            return refused
        return SolverJobRow(
            id=job_id,
            kind=ask.kind,
            name=wanted.name or _name(ask),
            ask=encoded(ask),
            quick=ask.quick,
            priority=wanted.priority,
            created_kind="api_key" if actor.kind == "api_key" else "member",
            created_by=actor.id,
            created_by_name=actor.name,
            created_at=self._clock(),
        )

    async def get(self, actor: Actor, job_id: UUID) -> SolverJob | Refused:
        """A job of the actor's studio as it is now. Refused: `forbidden`, `not_found`."""
        refused = _not_theirs(actor)
        if refused is not None:
            return refused
        async with transaction(self._pool, actor.tenant_id, readonly=True) as connection:
            row = await solver_jobs.get(connection, actor.tenant_id, job_id)
            alive = await anybody_there(connection)
        return not_found("solver job", job_id) if row is None else job_of(row, alive=alive)

    async def recent(self, actor: Actor, limit: int = 50) -> list[SolverJob] | Refused:
        """The newest jobs of the actor's studio, newest first. Refused: `forbidden`."""
        refused = _not_theirs(actor)
        if refused is not None:
            return refused
        async with transaction(self._pool, actor.tenant_id, readonly=True) as connection:
            rows = await solver_jobs.recent(connection, actor.tenant_id, limit)
            alive = await anybody_there(connection)
        return [job_of(row, alive=alive) for row in rows]

    async def cancel(self, actor: Actor, job_id: UUID, *, keep: bool) -> SolverJob | Refused:
        """Stop a job; `keep` makes a scenario of the best plan so far. Twice is as good as once.

        Refused: `forbidden`, `not_found`, or `wrong_state` where it is over already.
        """
        refused = _not_theirs(actor)
        if refused is not None:
            return refused
        async with transaction(self._pool, actor.tenant_id) as connection:
            await solver_jobs.ask_to_stop(connection, actor.tenant_id, job_id, keep=keep, now=self._clock())
            row = await solver_jobs.get(connection, actor.tenant_id, job_id)
            alive = await anybody_there(connection)
        if row is None:
            return not_found("solver job", job_id)
        if row.state in {"done", "failed"}:
            return wrong_state(f"The job is {row.state} already; there is nothing to cancel.")
        job = job_of(row, alive=alive)
        if job.state == "cancelled":  # of one that runs, its worker tells: the last word must be the end
            self._tell(actor.tenant_id, job)
        return job


def _not_theirs(actor: Actor) -> Refused | None:
    return None if actor.staff else forbidden("Only owners and managers of a studio plan its work.")


async def _unknown(connection: Connection, tenant_id: UUID, ask: Ask) -> Refused | None:
    """The first id that means nothing in this studio."""
    event = ask.event
    named: dict[str, set[UUID]] = {
        "project": set(ask.project_ids or ()),
        "phase": set(ask.phase_ids or ()) | ({event.phase_id} if isinstance(event, Slip) else set()),
        "artist": {event.artist_id} if isinstance(event, Absence) else set(),
        "booking": {event.booking_id} if isinstance(event, Cancellation) else set(),
    }
    for kind, ids in named.items():
        known = {entity.id for entity in await _named(connection, tenant_id, kind, ids)} if ids else set()
        if unknown := ids - known:
            return not_found(kind, min(unknown))
    return None


async def _named(
    connection: Connection, tenant_id: UUID, kind: str, ids: set[UUID]
) -> Sequence[Project | Phase | Artist | Booking]:
    match kind:
        case "project":
            return await projects.by_ids(connection, tenant_id, ids)
        case "phase":
            phases, _deleted = await projects.phases_by_ids(connection, tenant_id, ids)
            return phases
        case "artist":
            return await artists.by_ids(connection, tenant_id, ids)
        case _:
            return await bookings.by_ids(connection, tenant_id, ids)


def _ask(wanted: Wanted, today: date, seed: int) -> Ask | Refused:
    """What is asked, with everything that was left to us."""
    refused = _check(wanted)
    if refused is not None:
        return refused
    start = wanted.start or today
    end = wanted.end or start + timedelta(weeks=WEEKS)
    if end < start:
        return invalid(f"end: is on or after start, {start}; got {end}.", "end")
    if (end - start).days >= LONGEST_DAYS:
        return invalid(f"end: at most {LONGEST_DAYS} days are planned at once.", "end")
    if end < today:
        return invalid("end: the time is over; nothing can be planned in the past.", "end")
    return Ask(
        kind=wanted.kind,
        start=start,
        end=end,
        project_ids=wanted.project_ids,
        phase_ids=wanted.phase_ids,
        event=wanted.event,
        budget_seconds=wanted.budget_seconds or BUDGETS[wanted.kind],
        seed=wanted.seed if wanted.seed is not None else seed,
    )


def _check(wanted: Wanted) -> Refused | None:
    event = wanted.event
    match wanted.kind:
        case "repair" if event is None:
            return invalid("event: say what happened: an absence, a slip or a cancellation.", "event")
        case "challenge" if not wanted.phase_ids:
            return invalid("phase_ids: name the phases that are wished for.", "phase_ids")
        case "allocate" | "challenge" if event is not None:
            return invalid("event: only a repair has one.", "event")
        case _:
            pass
    match event:
        case Absence() if event.end <= event.start:
            return invalid("event.end: an absence ends after it starts.", "event.end")
        case Absence() if event.end - event.start > timedelta(days=LONGEST_DAYS):
            return invalid(f"event.end: an absence has at most {LONGEST_DAYS} days.", "event.end")
        case Slip() if (event.days is None) == (event.start is None):
            return invalid("event: a slip says either days or start.", "event")
        case Absence() | Slip() | Cancellation() | None:
            return None
        case _:
            assert_never(event)


def _name(ask: Ask) -> str:
    match ask.kind:
        case "allocate":
            return f"Allocation from {ask.start:%-d %b} to {ask.end:%-d %b %Y}"
        case "repair":
            what = ask.event.__struct_config__.tag if ask.event is not None else "event"
            return f"Repair after {'an absence' if what == 'absence' else f'a {what}'}"
        case "challenge":
            return f"What makes way for {len(ask.phase_ids or ())} phases"
        case _:
            assert_never(ask.kind)
