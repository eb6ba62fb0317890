"""The operation that finds the best slots for a piece of work over all artists."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta as Limits
from msgspec import Struct, structs

from db.pool import Connection, transaction
from db.queries import artists as artist_rows
from db.queries import projects, tenants
from db.queries import suggestions as rows
from scheduling.model import LONGEST_BOOKING, Artist, Granularity, Instant, Phase, Rate, SkillNeed
from scheduling.refusals import Code
from scheduling.slots import SLOT_SECONDS
from scheduling.stand_ins import skill_of
from scheduling.suggestions import Suggestion, Wanted, suggest
from server.api.bookings import check_window, utc
from server.api.operations import STAFF, Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, not_found

HOURS_A_DAY = 8
"""Of a phase whose duration is told in hours and is to be booked in days."""
MAX_SUGGESTIONS = 50
MAX_ARTISTS = 500


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What work is to be placed, within `[start, end)` of at most 366 days.

    How long: `days` (a half is 0.5 and asks for `half_days`) or `hours` of working time; a phase's
    own duration, in days of 8 hours, where neither is said. A phase's skills and project hold where
    none are given. `in_line: false` leaves out slots on which holds stand. `instead_of` asks for others
    than this artist, who need the skill of the phase that the artist has, or nearly the artist's best.
    """

    start: Instant
    end: Instant
    days: Annotated[float, Limits(gt=0, le=260, multiple_of=0.5)] | None = None
    hours: Annotated[float, Limits(gt=0, le=2_000, multiple_of=0.5)] | None = None
    half_days: bool = False
    skills: Annotated[tuple[SkillNeed, ...], Limits(max_length=20)] = ()
    project_id: UUID | None = None
    phase_id: UUID | None = None
    instead_of: UUID | None = None
    artist_ids: Annotated[tuple[UUID, ...], Limits(min_length=1, max_length=MAX_ARTISTS)] | None = None
    preferred_artist_ids: Annotated[tuple[UUID, ...], Limits(max_length=MAX_ARTISTS)] = ()
    budget_per_day: Rate | None = None
    in_line: bool = True
    limit: Annotated[int, Limits(ge=1, le=MAX_SUGGESTIONS)] = 5
    per_artist: Annotated[int, Limits(ge=1, le=5)] = 1


class Suggested(Struct, frozen=True, kw_only=True):
    """The best slots, best first, each with its score of 100 broken down in words.

    `considered`: how many active artists have the skills. `why_none` says why nothing was found.
    """

    suggestions: tuple[Suggestion, ...]
    considered: int
    why_none: str = ""


class _Known(Struct, frozen=True, kw_only=True):
    """What the request's ids name."""

    phase: Phase | None = None
    project_id: UUID | None = None
    replaced: Artist | None = None


async def find_suggestions(call: Call[Nothing, Ask]) -> Outcome:
    problem = _check(call.body, call.now)
    if problem is not None:
        return problem
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        known = await _known(connection, call.tenant_id, call.body)
        if isinstance(known, Problem):
            return known
        ask = _completed(call.body, known)
        wanted = _wanted(ask, call.now)
        if isinstance(wanted, Problem):
            return wanted
        tenant = await tenants.get(connection, call.tenant_id)
        if tenant is None:
            return not_found("studio", call.tenant_id)
        search = rows.Search(
            start=max(utc(ask.start), call.now),
            end=utc(ask.end),
            skills=ask.skills,
            project_id=ask.project_id,
            artist_ids=ask.artist_ids,
        )
        everyone = await rows.candidates(connection, call.tenant_id, tenant, search)
    candidates = [c for c in everyone if c.id != ask.instead_of]
    found = suggest(wanted, candidates)
    why_none = "" if found else _why_none(ask, len(candidates))
    return Reply(data=Suggested(suggestions=found, considered=len(candidates), why_none=why_none))


def _check(ask: Ask, now: datetime) -> Problem | None:
    problem = check_window(ask.start, ask.end)
    if problem is not None:
        return problem
    if ask.end - ask.start > LONGEST_BOOKING:
        got = (ask.end - ask.start).days
        return invalid(f"end: a window has at most {LONGEST_BOOKING.days} days; got {got}.", "end")
    if ask.end <= now:
        return invalid("end: the window is over; nothing can be placed in the past.", "end")
    if ask.days is not None and ask.hours is not None:
        return invalid("hours: give days or hours, not both.", "hours")
    if ask.days is not None and not ask.half_days and ask.days % 1:
        return invalid(f"days: {ask.days:g} has a half day; allow half_days, or round.", "days")
    return None


async def _known(connection: Connection, tenant_id: UUID, ask: Ask) -> _Known | Problem:
    """The phase and project asked for, or which id means nothing in this studio."""
    phase = None
    if ask.phase_id is not None:
        phases, _ = await projects.phases_by_ids(connection, tenant_id, [ask.phase_id])
        if not phases:
            return not_found("phase", ask.phase_id)
        phase = phases[0]
    if ask.project_id is not None and not await projects.by_ids(connection, tenant_id, [ask.project_id]):
        return not_found("project", ask.project_id)
    named = {*ask.preferred_artist_ids, *(ask.artist_ids or ())}
    named |= {ask.instead_of} if ask.instead_of is not None else set()
    found = {a.id: a for a in await artist_rows.by_ids(connection, tenant_id, named)} if named else {}
    if unknown := named - found.keys():
        return not_found("artist", min(unknown))
    replaced = found[ask.instead_of] if ask.instead_of is not None else None
    return _Known(phase=phase, project_id=ask.project_id, replaced=replaced)


def _completed(ask: Ask, known: _Known) -> Ask:
    """The request with what its phase and whoever is replaced say."""
    phase = known.phase
    if known.replaced is not None and not ask.skills:
        need = skill_of(known.replaced, phase)
        ask = structs.replace(ask, skills=(need,) if need is not None else ())
    if phase is None:
        return ask
    days = ask.days
    if days is None and ask.hours is None:
        halves = max(1, math.ceil(2 * phase.duration_hours / HOURS_A_DAY))
        days = halves / 2 if ask.half_days else math.ceil(halves / 2)
    return structs.replace(
        ask, days=days, skills=ask.skills or phase.skills, project_id=ask.project_id or phase.project_id
    )


def _wanted(ask: Ask, now: datetime) -> Wanted | Problem:
    granularity: Granularity = "half_day" if ask.half_days else "day"
    if ask.hours is not None:
        granularity, length = "time", int(ask.hours * 3600 / SLOT_SECONDS)
    elif ask.days is not None:
        length = int(2 * ask.days if ask.half_days else ask.days)
    else:
        return invalid("days: say how long the work takes, in days or hours, or name a phase.", "days")
    return Wanted(
        start=math.ceil(max(utc(ask.start), now).timestamp()),
        end=int(utc(ask.end).timestamp()),
        length=length,
        granularity=granularity,
        skills=ask.skills,
        project=ask.project_id is not None,
        preferred=frozenset(ask.preferred_artist_ids),
        budget=ask.budget_per_day,
        in_line=ask.in_line,
        limit=ask.limit,
        per_artist=ask.per_artist,
    )


def _why_none(ask: Ask, considered: int) -> str:
    if considered:
        return f"{considered} could do it, and none has so much free working time in a row in this window."
    if ask.skills:
        named = " and ".join(f"{need.name} at level {need.level}" for need in ask.skills)
        return f"No active artist{' of those named' if ask.artist_ids else ''} has {named}."
    return "There is no active artist to suggest."


OPERATIONS = (
    Operation(
        method="POST",
        path="/suggestions",
        name="suggest",
        tag="bookings",
        summary="Find the best slots over all artists",
        description=f"{(Ask.__doc__ or '').strip()}\n\n{(Suggested.__doc__ or '').strip()}",
        handler=find_suggestions,
        roles=STAFF,
        body=Ask,
        result=(Suggested,),
        errors=(Code.NOT_FOUND,),
    ),
)
