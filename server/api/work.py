"""Operations on phases, on the dependencies between them, and on milestones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from msgspec import Meta as Limits

from db.pool import Connection, transaction
from db.queries import milestones
from db.queries import projects as rows
from db.queries import work_search as search
from scheduling.model import Dependency, EntityKind, Milestone, Phase
from scheduling.refusals import Code
from server.api.commanding import command
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, PageQuery, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, read_list, read_one
from server.api.problems import not_found

W = TypeVar("W", Phase, Dependency, Milestone)


class WorkQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which phases, dependencies or milestones."""

    project_id: Annotated[UUID, Limits(description="Of this project.")] | None = None
    as_of: AsOf | None = None


class _Page(Protocol[W]):
    async def __call__(
        self,
        connection: Connection,
        tenant_id: UUID,
        /,
        *,
        project_id: UUID | None,
        after: UUID | None,
        limit: int,
    ) -> list[W]: ...


_Count = Callable[[Connection, UUID, UUID | None], Awaitable[int]]


async def list_phases(call: Call[WorkQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await _list_past(call, "phase")
    return await _list(call, search.phases_page, search.phases_count)


async def list_dependencies(call: Call[WorkQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await _list_past(call, "dependency")
    return await _list(call, search.dependencies_page, search.dependencies_count)


async def list_milestones(call: Call[WorkQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await _list_past(call, "milestone")
    return await _list(call, milestones.page, milestones.count)


async def _list_past(call: Call[WorkQuery, Nothing], kind: EntityKind) -> Outcome:
    project_id = call.query.project_id
    return await read_list(
        call,
        kind,
        supported=("project_id",),
        wanted=lambda work: project_id is None or work.project_id == project_id,
        seen=lambda _actor, work: work,
    )


async def _list(
    call: Call[WorkQuery, Nothing],
    page: _Page[Phase] | _Page[Dependency] | _Page[Milestone],
    count: _Count,
) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(call.services.pool, tenant_id, readonly=True) as connection:
        found = await page(
            connection,
            tenant_id,
            project_id=query.project_id,
            after=after.id if after else None,
            limit=query.limit + 1,
        )
        total = await count(connection, tenant_id, query.project_id) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def get_phase(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "phase", "phase", lambda _actor, phase: phase)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found, _ = await rows.phases_by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found("phase", call.id)


async def get_dependency(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "dependency", "dependency", lambda _actor, tie: tie)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found, _ = await rows.dependencies_by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found("dependency", call.id)


async def get_milestone(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, "milestone", "milestone", lambda _actor, mark: mark)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found, _ = await milestones.by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found("milestone", call.id)


OPERATIONS = (
    Operation(
        method="GET",
        path="/project-phases",
        name="listPhases",
        tag="phases",
        summary="List phases",
        handler=list_phases,
        gone=True,
        roles=STAFF,
        query=WorkQuery,
        result=(Phase,),
        many=True,
    ),
    command(
        "POST",
        "/project-phases",
        "phase.add",
        name="addPhase",
        tag="phases",
        summary="Add a phase to a project",
        result=Phase,
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    Operation(
        method="GET",
        path="/project-phases/{id}",
        name="getPhase",
        tag="phases",
        summary="Read a phase",
        handler=get_phase,
        query=PastQuery,
        gone=True,
        roles=STAFF,
        result=(Phase,),
        versioned=True,
        noun="phase",
    ),
    command(
        "PATCH",
        "/project-phases/{id}",
        "phase.edit",
        name="editPhase",
        tag="phases",
        summary="Change a phase",
        result=Phase,
        id_field="phase_id",
        errors=(Code.STALE_VERSION,),
    ),
    command(
        "DELETE",
        "/project-phases/{id}",
        "phase.delete",
        name="deletePhase",
        tag="phases",
        summary="Remove a phase and its dependencies",
        result=Phase,
        id_field="phase_id",
        errors=(Code.STALE_VERSION,),
    ),
    Operation(
        method="GET",
        path="/dependencies",
        name="listDependencies",
        tag="phases",
        summary="List dependencies between phases",
        handler=list_dependencies,
        gone=True,
        roles=STAFF,
        query=WorkQuery,
        result=(Dependency,),
        many=True,
    ),
    command(
        "POST",
        "/dependencies",
        "dependency.add",
        name="addDependency",
        tag="phases",
        summary="Tie one phase to another",
        result=Dependency,
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    Operation(
        method="GET",
        path="/dependencies/{id}",
        name="getDependency",
        tag="phases",
        summary="Read a dependency",
        handler=get_dependency,
        query=PastQuery,
        gone=True,
        roles=STAFF,
        result=(Dependency,),
        versioned=True,
        noun="dependency",
    ),
    command(
        "PATCH",
        "/dependencies/{id}",
        "dependency.edit",
        name="editDependency",
        tag="phases",
        summary="Change the kind of a dependency or its lag",
        result=Dependency,
        id_field="dependency_id",
        errors=(Code.STALE_VERSION,),
    ),
    command(
        "DELETE",
        "/dependencies/{id}",
        "dependency.delete",
        name="deleteDependency",
        tag="phases",
        summary="Untie two phases",
        result=Dependency,
        id_field="dependency_id",
        errors=(Code.STALE_VERSION,),
    ),
    Operation(
        method="GET",
        path="/milestones",
        name="listMilestones",
        tag="milestones",
        summary="List milestones",
        handler=list_milestones,
        gone=True,
        roles=STAFF,
        query=WorkQuery,
        result=(Milestone,),
        many=True,
    ),
    command(
        "POST",
        "/milestones",
        "milestone.add",
        name="addMilestone",
        tag="milestones",
        summary="Mark a day of a project",
        result=Milestone,
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    Operation(
        method="GET",
        path="/milestones/{id}",
        name="getMilestone",
        tag="milestones",
        summary="Read a milestone",
        handler=get_milestone,
        query=PastQuery,
        gone=True,
        roles=STAFF,
        result=(Milestone,),
        versioned=True,
        noun="milestone",
    ),
    command(
        "PATCH",
        "/milestones/{id}",
        "milestone.edit",
        name="editMilestone",
        tag="milestones",
        summary="Change a milestone",
        result=Milestone,
        id_field="milestone_id",
        errors=(Code.STALE_VERSION,),
    ),
    command(
        "DELETE",
        "/milestones/{id}",
        "milestone.delete",
        name="deleteMilestone",
        tag="milestones",
        summary="Take a milestone away",
        result=Milestone,
        id_field="milestone_id",
        errors=(Code.STALE_VERSION,),
    ),
)
