"""Operations on calendar links: secret addresses of an artist's or a project's calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, transaction
from db.queries import artists, calendars, projects
from db.queries.calendars import CalendarLink
from scheduling.refusals import Code
from scheduling.scopes import Scope
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found
from server.auth.tokens import new_calendar_token
from server.feeds.record import new_id, record

MOST_LINKS = 1_000
"""Links of one studio that are not revoked."""


class NewCalendarLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose calendar: one artist's or one project's. An artist may make links to their own."""

    artist_id: UUID | None = None
    project_id: UUID | None = None


class CalendarSecret(Struct, frozen=True, kw_only=True):
    """A link and its address on this server, which is shown this once: who has it can read the calendar."""

    link: CalendarLink
    path: str


async def list_links(call: Call[Nothing, Nothing]) -> Outcome:
    maker = None if call.actor.staff else call.actor.id
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        return Reply(data=await calendars.everything(connection, call.tenant_id, created_by=maker))


async def add_link(call: Call[Nothing, NewCalendarLink]) -> Outcome:
    body, actor = call.body, call.actor
    if (body.artist_id is None) == (body.project_id is None):
        return invalid("Expected either artist_id or project_id.", "artist_id")
    if not actor.staff and (body.artist_id is None or body.artist_id != actor.artist_id):
        return Problem(code=Code.FORBIDDEN, message="Artists may make links to their own calendar.")
    secret = new_calendar_token(actor.tenant_id)
    link = CalendarLink(
        id=new_id(),
        artist_id=body.artist_id,
        project_id=body.project_id,
        created_kind="api_key" if actor.kind == "api_key" else "member",
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=call.now,
    )
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        name = await _subject(connection, call)
        if isinstance(name, Problem):
            return name
        if len(await calendars.everything(connection, actor.tenant_id, created_by=None)) >= MOST_LINKS:
            return Problem(
                code=Code.WRONG_STATE, message=f"A studio has at most {MOST_LINKS} calendar links."
            )
        await calendars.insert(connection, actor.tenant_id, link, secret.digest)
        await record(connection, actor, "calendar.created", (link.id, name), call.now)
    path = f"/api/v1/calendars/{secret.text}.ics"
    return Reply(data=CalendarSecret(link=link, path=path))


async def _subject(connection: Connection, call: Call[Nothing, NewCalendarLink]) -> str | Problem:
    """The name of the artist or project, which must be the studio's."""
    artist_id, project_id = call.body.artist_id, call.body.project_id
    found: list[Any]
    if artist_id is not None:
        found = list(await artists.by_ids(connection, call.tenant_id, [artist_id]))
        return found[0].name if found else not_found("artist", artist_id)
    found = list(await projects.by_ids(connection, call.tenant_id, [project_id] if project_id else []))
    return found[0].name if found else not_found("project", project_id)


async def revoke_link(call: Call[Nothing, Nothing]) -> Outcome:
    actor = call.actor
    async with transaction(call.services.pool, actor.tenant_id) as connection:
        link = await calendars.by_id(connection, actor.tenant_id, call.id)
        if link is None or (not actor.staff and link.created_by != actor.id):
            return not_found("calendar link", call.id)
        done = await calendars.revoke(connection, actor.tenant_id, call.id, call.now)
        if done is not None and done.revoked_at == call.now:
            name = "an artist's calendar" if link.artist_id else "a project's calendar"
            await record(connection, actor, "calendar.revoked", (link.id, name), call.now)
    return Reply()


OPERATIONS = (
    Operation(
        method="GET",
        path="/calendar-links",
        name="listCalendarLinks",
        tag="integrations",
        summary="List calendar links, the newest first",
        description="Staff see all of the studio's, an artist those they made.",
        handler=list_links,
        roles=EVERYONE,
        scope=Scope.CALENDARS_MANAGE,
        result=(CalendarLink,),
        many=True,
    ),
    Operation(
        method="POST",
        path="/calendar-links",
        name="addCalendarLink",
        tag="integrations",
        summary="Make a secret calendar address for an artist or a project",
        description=(CalendarSecret.__doc__ or "").strip(),
        handler=add_link,
        roles=EVERYONE,
        scope=Scope.CALENDARS_MANAGE,
        body=NewCalendarLink,
        result=(CalendarSecret,),
        status=201,
        errors=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    Operation(
        method="DELETE",
        path="/calendar-links/{id}",
        name="revokeCalendarLink",
        tag="integrations",
        summary="End a calendar link",
        handler=revoke_link,
        roles=EVERYONE,
        scope=Scope.CALENDARS_MANAGE,
        noun="calendar link",
    ),
)
