"""`GET /api/v1/calendars/{token}.ics`: a calendar by its secret address, with what its maker may see now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from db.errors import DatabaseError
from db.pool import Connection, Pool, transaction
from db.queries import api_keys, artists, calendars, members, projects
from db.queries.calendars import CalendarLink
from scheduling.scopes import Scope
from server.api.problems import busy, not_found, problem_response
from server.auth.tokens import CALENDAR_PREFIX, read_opaque
from server.feeds.calendar import calendar_text

BACK, AHEAD = timedelta(days=180), timedelta(days=800)
"""The window of a calendar around the present."""


def calendar_endpoint(pool: Pool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Any:
    """The endpoint; what is not, or no longer, good is `not_found`, whatever the reason."""

    async def endpoint(request: Request) -> Response:
        secret = read_opaque(CALENDAR_PREFIX, str(request.path_params["token"]))
        try:
            text = await _text(pool, secret.tenant_id, secret.digest, now()) if secret else None
        except DatabaseError:
            return problem_response(busy("The database cannot be asked just now."))
        if text is None:
            return problem_response(not_found("calendar", "at this address"))
        etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
        if etag in _tags(request.headers.get("if-none-match", "")):
            return Response(None, 304, headers)
        headers["Content-Disposition"] = 'inline; filename="schedule.ics"'
        return Response(text, 200, headers, "text/calendar; charset=utf-8")

    return endpoint


def _tags(header: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",")}


async def _text(pool: Pool, tenant_id: UUID, digest: bytes, now: datetime) -> bytes | None:
    async with transaction(pool, tenant_id) as connection:
        link = await calendars.by_digest(connection, tenant_id, digest, now)
        if link is None or not await _stands(connection, tenant_id, link, now):
            return None
        name = await _name(connection, tenant_id, link)
        # Whole days, so that the text, and its ETag, changes with the schedule and not with the clock.
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = today - BACK, today + AHEAD
        slots = await calendars.slots(connection, tenant_id, link, start, end)
        away = (
            await calendars.away(connection, tenant_id, link.artist_id, start, end) if link.artist_id else []
        )
    return calendar_text(name, tenant_id, slots, away, of_artist=link.artist_id is not None)


async def _stands(connection: Connection, tenant_id: UUID, link: CalendarLink, now: datetime) -> bool:
    """Whether who made the link may still see what it shows: all of staff, an artist their own."""
    if link.created_kind == "api_key":
        found = await api_keys.by_ids(connection, tenant_id, [link.created_by])
        return any(
            key.revoked_at is None
            and (key.expires_at is None or key.expires_at > now)
            and Scope.CALENDARS_MANAGE.value in key.scopes
            for key in found
        )
    member = await members.by_id(connection, tenant_id, link.created_by)
    if member is None or not member.active:
        return False
    own = link.artist_id is not None and member.artist_id == link.artist_id
    return own or member.role.value in {"studio_owner", "studio_manager"}


async def _name(connection: Connection, tenant_id: UUID, link: CalendarLink) -> str:
    if link.artist_id is not None:
        artist = await artists.by_ids(connection, tenant_id, [link.artist_id])
        return next((one.name for one in artist), "Schedule")
    project = await projects.by_ids(connection, tenant_id, [link.project_id] if link.project_id else [])
    return next((one.name for one in project), "Schedule")
