"""How full an artist's weeks are: working hours by what they are taken for."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.availability import Load, load_of, weeks
from scheduling.calendars import spans_of
from scheduling.refusals import Code
from server.api.availability import Agenda, AvailabilityQuery, agenda_asked
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply


class Utilisation(Struct, frozen=True, kw_only=True):
    """Hours of the whole window, and week by week (from Monday, in the artist's `zone`)."""

    artist_id: UUID
    zone: str
    total: Load
    weeks: tuple[Load, ...]


async def artist_utilisation(call: Call[AvailabilityQuery, Nothing]) -> Outcome:
    asked = await agenda_asked(call)
    if isinstance(asked, Problem):
        return asked
    agenda, start, end = asked
    if not call.actor.staff and agenda.artist.id != call.actor.artist_id:
        return Problem(code=Code.FORBIDDEN, message="How busy others are is the studio's to know.")
    return Reply(data=await asyncio.to_thread(_utilisation, agenda, start, end))


def _utilisation(agenda: Agenda, start: datetime, end: datetime) -> Utilisation:
    artist = agenda.artist
    working = spans_of(agenda.calendar, start, end)

    def load(first: datetime, last: datetime) -> Load:
        return load_of(working, agenda.line, agenda.times_off, first, last)

    return Utilisation(
        artist_id=artist.id,
        zone=artist.zone,
        total=load(start, end),
        weeks=tuple(load(opens, closes) for opens, closes in weeks(artist.zone, start, end)),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/artists/{id}/utilisation",
        name="artistUtilisation",
        tag="artists",
        summary="Read how full an artist's weeks are",
        description=(Load.__doc__ or "").strip(),
        handler=artist_utilisation,
        query=AvailabilityQuery,
        result=(Utilisation,),
        noun="artist",
        errors=(Code.FORBIDDEN,),
    ),
)
