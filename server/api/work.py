"""Operations on phases, on the dependencies between them, and on milestones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal, Protocol, TypeVar
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct

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
_ByIds = Callable[[Connection, UUID, list[UUID]], Awaitable[tuple[Sequence[W], Any]]]


class _Kind(Struct, frozen=True, kw_only=True):
    """One of the three: what its five operations differ in. `summaries`: list, add, read, change, delete."""

    kind: EntityKind
    result: type[Phase | Dependency | Milestone]
    path: str
    tag: str
    name: str
    names: str
    summaries: tuple[str, str, str, str, str]
    page: _Page[Phase] | _Page[Dependency] | _Page[Milestone]
    count: _Count
    by_ids: _ByIds[Phase] | _ByIds[Dependency] | _ByIds[Milestone]


async def _list_past(call: Call[WorkQuery, Nothing], kind: EntityKind) -> Outcome:
    project_id = call.query.project_id
    return await read_list(
        call,
        kind,
        supported=("project_id",),
        wanted=lambda work: project_id is None or work.project_id == project_id,
        seen=lambda _actor, work: work,
    )


async def _list(call: Call[WorkQuery, Nothing], kind: _Kind) -> Outcome:
    query, tenant_id = call.query, call.tenant_id
    if query.as_of is not None:
        return await _list_past(call, kind.kind)
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(call.services.pool, tenant_id, readonly=True) as connection:
        found = await kind.page(
            connection,
            tenant_id,
            project_id=query.project_id,
            after=after.id if after else None,
            limit=query.limit + 1,
        )
        total = await kind.count(connection, tenant_id, query.project_id) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def _get(call: Call[PastQuery, Nothing], kind: _Kind) -> Outcome:
    if call.query.as_of is not None:
        return await read_one(call, kind.kind, kind.kind, lambda _actor, work: work)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found, _ = await kind.by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found(kind.kind, call.id)


def _operations(kind: _Kind) -> tuple[Operation, ...]:
    """List, add, read, change and delete."""
    listed, added, read, changed, deleted = kind.summaries

    async def everything(call: Call[WorkQuery, Nothing]) -> Outcome:
        return await _list(call, kind)

    async def one(call: Call[PastQuery, Nothing]) -> Outcome:
        return await _get(call, kind)

    def change(method: Literal["PATCH", "DELETE"], verb: str, summary: str) -> Operation:
        return command(
            method,
            f"{kind.path}/{{id}}",
            f"{kind.kind}.{verb}",
            name=f"{verb}{kind.name}",
            tag=kind.tag,
            summary=summary,
            result=kind.result,
            id_field=f"{kind.kind}_id",
            errors=(Code.STALE_VERSION,),
        )

    return (
        Operation(
            method="GET",
            path=kind.path,
            name=f"list{kind.names}",
            tag=kind.tag,
            summary=listed,
            handler=everything,
            gone=True,
            roles=STAFF,
            query=WorkQuery,
            result=(kind.result,),
            many=True,
        ),
        command(
            "POST",
            kind.path,
            f"{kind.kind}.add",
            name=f"add{kind.name}",
            tag=kind.tag,
            summary=added,
            result=kind.result,
            errors=(Code.NOT_FOUND, Code.WRONG_STATE),
        ),
        Operation(
            method="GET",
            path=f"{kind.path}/{{id}}",
            name=f"get{kind.name}",
            tag=kind.tag,
            summary=read,
            handler=one,
            query=PastQuery,
            gone=True,
            roles=STAFF,
            result=(kind.result,),
            versioned=True,
            noun=kind.kind,
        ),
        change("PATCH", "edit", changed),
        change("DELETE", "delete", deleted),
    )


_PHASES = _Kind(
    kind="phase",
    result=Phase,
    path="/project-phases",
    tag="phases",
    name="Phase",
    names="Phases",
    summaries=(
        "List phases",
        "Add a phase to a project",
        "Read a phase",
        "Change a phase",
        "Remove a phase and its dependencies",
    ),
    page=search.phases_page,
    count=search.phases_count,
    by_ids=rows.phases_by_ids,
)
_DEPENDENCIES = _Kind(
    kind="dependency",
    result=Dependency,
    path="/dependencies",
    tag="phases",
    name="Dependency",
    names="Dependencies",
    summaries=(
        "List dependencies between phases",
        "Tie one phase to another",
        "Read a dependency",
        "Change the kind of a dependency or its lag",
        "Untie two phases",
    ),
    page=search.dependencies_page,
    count=search.dependencies_count,
    by_ids=rows.dependencies_by_ids,
)
_MILESTONES = _Kind(
    kind="milestone",
    result=Milestone,
    path="/milestones",
    tag="milestones",
    name="Milestone",
    names="Milestones",
    summaries=(
        "List milestones",
        "Mark a day of a project",
        "Read a milestone",
        "Change a milestone",
        "Take a milestone away",
    ),
    page=milestones.page,
    count=milestones.count,
    by_ids=milestones.by_ids,
)

OPERATIONS = (*_operations(_PHASES), *_operations(_DEPENDENCIES), *_operations(_MILESTONES))
