"""The operation that reads out of an iCalendar file when somebody is busy; nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from msgspec import Meta as Limits
from msgspec import Struct

from scheduling.decide.bookings import check_zone
from scheduling.model import Zone
from server.api.operations import EVERYONE, Call, Nothing, Operation, Outcome, Reply
from server.api.problems import invalid
from server.imports.drafts import BookingDraft, ImportOptions, Parsed
from server.imports.ics import read_calendar
from server.imports.moments import resolve
from server.imports.problems import Fault

MOST_CHARACTERS = 900_000
MOST_SPANS = 200


class CalendarFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of an iCalendar file, and the IANA zone in which times without one are meant."""

    content: Annotated[str, Limits(min_length=1, max_length=MOST_CHARACTERS)]
    zone: Zone


class BusySpan(Struct, frozen=True, kw_only=True):
    """`[start, end)` of one event; `whole_days`: it names days, not times."""

    title: str
    start: datetime
    end: datetime
    whole_days: bool


class BusyTimes(Struct, frozen=True, kw_only=True):
    """What of a file is not over, in order, at most 200; `more` were left out, and why, `notes` say."""

    spans: tuple[BusySpan, ...]
    more: int
    notes: tuple[str, ...]


async def read_file(call: Call[Nothing, CalendarFile]) -> Outcome:
    body = call.body
    refused = check_zone(body.zone)
    if refused is not None:
        return refused
    parsed = await asyncio.to_thread(read_calendar, body.content, ImportOptions(), call.now)
    fatal = next((problem for problem in parsed.problems if problem.blocks_file), None)
    if fatal is not None:
        return invalid(f"content: {fatal.reason}.", "content")
    spans = sorted(_spans(parsed, body.zone, call.now), key=lambda span: (span.start, span.end))
    return Reply(
        data=BusyTimes(
            spans=tuple(spans[:MOST_SPANS]), more=max(0, len(spans) - MOST_SPANS), notes=_notes(parsed)
        )
    )


def _spans(parsed: Parsed, zone: str, now: datetime) -> Iterator[BusySpan]:
    for draft in parsed.bookings:
        span = _span(draft, zone)
        if span is not None and span.end > now:
            yield span


def _span(draft: BookingDraft, zone: str) -> BusySpan | None:
    """None where the clocks skip its time, or it is longer than anything that is booked."""
    meant = resolve(draft.start, draft.end, zone)
    if isinstance(meant, Fault):
        return None
    return BusySpan(
        title=draft.title or "Busy", start=meant[0], end=meant[1], whole_days=draft.start.whole_day
    )


def _notes(parsed: Parsed) -> tuple[str, ...]:
    unread = len(parsed.problems)
    told = (f"{unread} event{'' if unread == 1 else 's'} could not be read",) if unread else ()
    return (*parsed.notes, *told)


OPERATIONS = (
    Operation(
        method="POST",
        path="/calendar-files/read",
        name="readCalendarFile",
        tag="time off",
        summary="Read when somebody is busy out of an iCalendar file",
        description="Repeating events are taken apart; cancelled ones and those marked as free are left out."
        " Nothing is stored: ask for time off with what is wanted of it.",
        handler=read_file,
        roles=EVERYONE,
        scope=None,
        body=CalendarFile,
        result=(BusyTimes,),
    ),
)
