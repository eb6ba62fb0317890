"""Operations on imports: send a file, see how far it is and what came of it."""

from __future__ import annotations

from uuid import uuid5

from scheduling.refusals import Refused
from scheduling.scopes import Scope
from server.api.multipart import Upload
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Reply
from server.imports.drafts import ImportOptions
from server.imports.jobs import ImportJob
from server.imports.run import Source

MAX_FORM = (32 << 20) + (64 << 10)
"""A file of 32 MB and the form around it, in bytes."""


class ImportForm(ImportOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file and how to take it.

    `kind` is told from the file where it is left out. `mode` `atomic` imports everything or
    nothing, `skip` leaves bad and refused rows out. With `dry_run` nothing is written.
    `date_order` says which number of 03/04/2026 is the day. A calendar needs `artist`: a name,
    e-mail address or id. `status` is that of calendar events, `currency` that of rates without
    one, `start` the day an iMOPSE project begins.
    """

    file: Upload


async def create_import(call: Call[Nothing, ImportForm]) -> Outcome:
    form = call.body
    options = ImportOptions(**{name: getattr(form, name) for name in ImportOptions.__struct_fields__})
    source = Source(data=form.file.content, filename=form.file.filename, options=options)
    # Keys are the client's to choose: bound to the studio, two studios' keys never meet.
    job_id = uuid5(call.tenant_id, str(call.command_id))
    job = await call.services.imports.create(call.actor, source, job_id=job_id)
    return job if isinstance(job, Refused) else _reply(job, (("Location", f"/api/v1/imports/{job.id}"),))


async def get_import(call: Call[Nothing, Nothing]) -> Outcome:
    job = await call.services.imports.get(call.actor, call.id)
    return job if isinstance(job, Refused) else _reply(job)


async def list_imports(call: Call[Nothing, Nothing]) -> Outcome:
    jobs = await call.services.imports.recent(call.actor)
    return jobs if isinstance(jobs, Refused) else Reply(data=jobs)


def _reply(job: ImportJob, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply(data=job, headers=headers)


OPERATIONS = (
    Operation(
        method="POST",
        path="/imports",
        name="createImport",
        scope=Scope.IMPORTS_WRITE,
        tag="imports",
        summary="Import a file in the background",
        description=(ImportForm.__doc__ or "") + " The job carries on by itself; sending the same"
        " `Idempotency-Key` again gives the same job.",
        handler=create_import,
        roles=STAFF,
        multipart=ImportForm,
        result=(ImportJob,),
        status=202,
        writes=True,
        max_body=MAX_FORM,
    ),
    Operation(
        method="GET",
        path="/imports",
        name="listImports",
        scope=Scope.IMPORTS_WRITE,
        tag="imports",
        summary="List the newest imports",
        handler=list_imports,
        roles=STAFF,
        result=(ImportJob,),
        many=True,
    ),
    Operation(
        method="GET",
        path="/imports/{id}",
        name="getImport",
        scope=Scope.IMPORTS_WRITE,
        tag="imports",
        summary="See how far an import is and what came of it",
        handler=get_import,
        roles=STAFF,
        result=(ImportJob,),
        noun="import",
    ),
)
