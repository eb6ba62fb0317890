"""Operations on plans: ask the planner for one, see how far it is, stop it."""

from __future__ import annotations

from uuid import uuid5

from msgspec import Struct

from realtime.protocol.jobs import SolverJob
from scheduling.refusals import Code, Refused
from scheduling.scopes import Scope
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Reply
from server.solving.jobs import Wanted


class CancelBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `keep` the best plan so far becomes a scenario all the same."""

    keep: bool = False


async def create_job(call: Call[Nothing, Wanted]) -> Outcome:
    # Keys are the client's to choose: bound to the studio, two studios' keys never meet.
    job_id = uuid5(call.tenant_id, f"solver {call.command_id}")
    job = await call.services.solver.create(call.actor, call.body, job_id)
    if isinstance(job, Refused):
        return job
    return Reply(data=job, headers=(("Location", f"/api/v1/solver-jobs/{job.id}"),))


async def get_job(call: Call[Nothing, Nothing]) -> Outcome:
    job = await call.services.solver.get(call.actor, call.id)
    return job if isinstance(job, Refused) else Reply(data=job)


async def list_jobs(call: Call[Nothing, Nothing]) -> Outcome:
    jobs = await call.services.solver.recent(call.actor)
    return jobs if isinstance(jobs, Refused) else Reply(data=jobs)


async def cancel_job(call: Call[Nothing, CancelBody]) -> Outcome:
    job = await call.services.solver.cancel(call.actor, call.id, keep=call.body.keep)
    return job if isinstance(job, Refused) else Reply(data=job)


OPERATIONS = (
    Operation(
        method="POST",
        path="/solver-jobs",
        name="createSolverJob",
        scope=Scope.PROJECTS_WRITE,
        tag="solver jobs",
        summary="Ask for a plan, in the background",
        description=(Wanted.__doc__ or "").strip()
        + "\n\nThe plan becomes a scenario in the name of whoever asked. Staff hear of its progress by the"
        " socket's `progress` event. Sending the same `Idempotency-Key` again gives the same job.",
        handler=create_job,
        roles=STAFF,
        body=Wanted,
        result=(SolverJob,),
        status=202,
        writes=True,
        errors=(Code.NOT_FOUND,),
    ),
    Operation(
        method="GET",
        path="/solver-jobs",
        name="listSolverJobs",
        tag="solver jobs",
        summary="List the newest plans",
        handler=list_jobs,
        roles=STAFF,
        result=(SolverJob,),
        many=True,
    ),
    Operation(
        method="GET",
        path="/solver-jobs/{id}",
        name="getSolverJob",
        tag="solver jobs",
        summary="See how far a plan is and what came of it",
        description=(SolverJob.__doc__ or "").strip(),
        handler=get_job,
        roles=STAFF,
        result=(SolverJob,),
        noun="solver job",
    ),
    Operation(
        method="POST",
        path="/solver-jobs/{id}/cancel",
        name="cancelSolverJob",
        scope=Scope.PROJECTS_WRITE,
        tag="solver jobs",
        summary="Stop a plan",
        description=(CancelBody.__doc__ or "").strip(),
        handler=cancel_job,
        roles=STAFF,
        body=CancelBody,
        result=(SolverJob,),
        noun="solver job",
        errors=(Code.WRONG_STATE,),
    ),
)
