"""Operations on projects: finding, reading, opening, editing, closing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta as Limits

from db.pool import transaction
from db.queries import projects as rows
from db.queries import work_search as search
from db.queries.artists_search import AfterName
from db.queries.work_search import ProjectFilter
from realtime.masking import ProjectView, project_view
from scheduling.model import Project, ProjectStatus
from scheduling.permissions import Actor
from scheduling.refusals import Code
from server.api.commanding import command
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import PageQuery, Words, decode_cursor, page_reply
from server.api.past import AsOf, PastQuery, moment, own_projects, read_list, read_one
from server.api.problems import invalid, not_found


class ProjectQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which projects."""

    q: Words | None = None
    status: Annotated[ProjectStatus, Limits(description="In this state.")] | None = None
    as_of: AsOf | None = None
    client: Annotated[str, Limits(min_length=1, max_length=200, description="Of this client.")] | None = None
    first: Annotated[date, Limits(description="Not over before this day.")] | None = None
    last: Annotated[date, Limits(description="Begun by this day.")] | None = None


async def list_projects(call: Call[ProjectQuery, Nothing]) -> Outcome:
    query, actor = call.query, call.actor
    if query.as_of is not None:
        return await read_list(
            call,
            "project",
            supported=("q", "status"),
            wanted=lambda project: _fits(project, query, names_only=not actor.staff),
            seen=seen,
            by_name=True,
            only=None if actor.staff else lambda connection, seq: own_projects(connection, actor, seq),
        )
    after = decode_cursor(query.cursor, AfterName)
    if isinstance(after, Problem):
        return after
    if not actor.staff and actor.artist_id is None:
        return page_reply([], query.limit, None, 0 if query.total else None)
    if not actor.staff and query.client is not None:
        return Problem(code=Code.FORBIDDEN, message="Clients of projects are the studio's to know.")
    if query.first is not None and query.last is not None and query.last < query.first:
        return invalid(f"last must not lie before first; got {query.first} and {query.last}.", "last")
    wanted = ProjectFilter(
        text=query.q,
        status=query.status,
        client=query.client,
        start=query.first,
        end=query.last,
        booked_artist_id=None if actor.staff else actor.artist_id,
        names_only=not actor.staff,
    )
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await search.projects_page(
            connection, call.tenant_id, wanted, after=after, limit=query.limit + 1
        )
        total = await search.projects_count(connection, call.tenant_id, wanted) if query.total else None
    last = found[query.limit - 1][1] if len(found) > query.limit else None
    return page_reply([seen(actor, project) for project, _ in found], query.limit, last, total)


def _fits(project: Project, query: ProjectQuery, *, names_only: bool) -> bool:
    """The filters of a list, on a project of the past."""
    words = project.name if names_only else f"{project.name} {project.client}"
    return (query.q is None or query.q.lower() in words.lower()) and (
        query.status is None or query.status == project.status
    )


async def _get_past(call: Call[PastQuery, Nothing]) -> Outcome:
    if not call.actor.staff:
        async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
            then = await moment(connection, call.tenant_id, call.query.as_of)
            if isinstance(then, Problem):
                return then
            if call.id not in await own_projects(connection, call.actor, then.seq):
                return not_found("project", call.id)
    return await read_one(call, "project", "project", seen)


async def get_project(call: Call[PastQuery, Nothing]) -> Outcome:
    if call.query.as_of is not None:
        return await _get_past(call)
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
        visible = call.actor.staff or await search.artist_is_booked(
            connection, call.tenant_id, call.id, call.actor.artist_id
        )
    if not found or not visible:
        return not_found("project", call.id)
    return Reply(data=seen(call.actor, found[0]), version=found[0].version)


def seen(actor: Actor, project: Project) -> Project | ProjectView:
    """The project as far as the actor may know it, where they may know of it at all."""
    return project if actor.staff else project_view(project)


OPERATIONS = (
    Operation(
        method="GET",
        path="/projects",
        name="listProjects",
        tag="projects",
        summary="List projects, by name",
        description="A freelancer sees the projects their live bookings belong to, by name and colour.",
        handler=list_projects,
        gone=True,
        query=ProjectQuery,
        result=(Project, ProjectView),
        many=True,
    ),
    command(
        "POST",
        "/projects",
        "project.add",
        name="addProject",
        tag="projects",
        summary="Open a project",
        result=Project,
        errors=(),
    ),
    Operation(
        method="GET",
        path="/projects/{id}",
        name="getProject",
        tag="projects",
        summary="Read a project",
        handler=get_project,
        query=PastQuery,
        gone=True,
        result=(Project, ProjectView),
        versioned=True,
        noun="project",
    ),
    command(
        "PATCH",
        "/projects/{id}",
        "project.edit",
        name="editProject",
        tag="projects",
        summary="Change a project",
        result=Project,
        id_field="project_id",
        errors=(Code.STALE_VERSION,),
    ),
    command(
        "POST",
        "/projects/{id}/archive",
        "project.archive",
        name="archiveProject",
        tag="projects",
        summary="Close a project",
        result=Project,
        id_field="project_id",
        errors=(Code.STALE_VERSION,),
    ),
)
