"""Comparing the bookings of a file with those of the studio: who is meant, when, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

import msgspec

from scheduling.commands import (
    AcceptBooking,
    BookingCommand,
    ConfirmBooking,
    EditBooking,
    MoveBooking,
    PlaceBooking,
)
from scheduling.model import Artist, Booking, Phase, Project, Response, Status
from server.imports.drafts import BookingDraft, Reference
from server.imports.identity import Directory, E, entity_id
from server.imports.moments import resolve
from server.imports.plan import Sheet
from server.imports.problems import Fault, did_you_mean, fold

_ORDER = {Status.HOLD: 0, Status.PENCIL: 1, Status.CONFIRMED: 2}


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """A draft whose artist, project, phase, instants and id are known."""

    draft: BookingDraft
    id: UUID
    artist: Artist
    project: Project | None
    phase: Phase | None
    start: datetime
    end: datetime


def locate(sheet: Sheet, drafts: Iterable[BookingDraft], target: Artist | None) -> list[Located]:
    """Return the drafts with everything they refer to; what they refer to in vain becomes a problem.

    `target` is the artist of drafts that name none.
    """
    phases: dict[UUID, list[Phase]] = {}
    for phase in sheet.existing.phases.values():
        phases.setdefault(phase.project_id, []).append(phase)
    found = (_locate(sheet, draft, target, phases) for draft in drafts)
    return [located for located in found if located is not None]


def plan_bookings(sheet: Sheet, located: Iterable[Located], known: Mapping[UUID, Booking]) -> None:
    """Add what is missing of the bookings of a file; `known` are those of its ids that exist.

    Changes go before new bookings, since they may make room; new bookings go confirmed first, then pencils,
    then holds in the order of the file, so that no hold of the file stands in the way of its confirmed work.
    """
    new: list[Located] = []
    for one in located:
        draft = one.draft
        if not sheet.first_time(one.id, draft.line, (one.artist.id, one.start, one.end, _words(draft))):
            continue
        booking = known.get(one.id)
        if booking is None:
            new.append(one)
        elif not booking.live:
            sheet.leave("bookings have ended since an earlier import and stay as they are")
        else:
            sheet.change(draft.line, one.id, booking.version, *_changes(sheet, booking, one))
    new.sort(key=lambda one: (-_ORDER[one.draft.status or Status.HOLD], one.draft.line, one.start))
    for one in new:
        sheet.create(one.draft.line, one.id, _place(one))


# -- who, when, which --------------------------------------------------------------------


def _locate(
    sheet: Sheet, draft: BookingDraft, target: Artist | None, phases: Mapping[UUID, list[Phase]]
) -> Located | None:
    artist = target if draft.artist is None else _meant(sheet, sheet.artists, draft, draft.artist)
    project = None if draft.project is None else _meant(sheet, sheet.projects, draft, draft.project)
    if artist is None or (project is None and draft.project is not None):
        return None
    phase = None if draft.phase is None else _phase(sheet, draft, draft.phase, project, phases)
    if phase is None and draft.phase is not None:
        return None
    times = resolve(draft.start, draft.end, draft.zone or artist.zone)
    if isinstance(times, Fault):
        sheet.fail(draft.line, "end", f"{draft.start.local} – {draft.end.local}", times)
        return None
    if draft.identity is not None and draft.artist is None:
        key = f"{artist.id} {draft.identity}"
    elif draft.identity is not None:
        key = draft.identity
    else:
        key = _row_identity(draft, artist, project, times)
    return Located(
        draft=draft,
        id=entity_id(sheet.tenant_id, "booking", key),
        artist=artist,
        project=project,
        phase=phase,
        start=times[0],
        end=times[1],
    )


def _row_identity(
    draft: BookingDraft, artist: Artist, project: Project | None, times: tuple[datetime, datetime]
) -> str:
    """Return what makes a row without an external id the row it is: who, when, for which project, what."""
    work = project.id if project is not None else "-"
    return f"{artist.id} {times[0]:%Y%m%dT%H%M%S} {times[1]:%Y%m%dT%H%M%S} {work} {fold(draft.title)}"


def _meant(sheet: Sheet, directory: Directory[E], draft: BookingDraft, said: Reference) -> E | None:
    """Return whom or what a cell means; where that is not clear it becomes a problem."""
    found = directory.find(said.text, only_external_id=said.key.endswith("external_id"))
    if isinstance(found, Fault):
        sheet.fail(draft.line, said.key, said.text, found)
        return None
    return found


def _phase(
    sheet: Sheet,
    draft: BookingDraft,
    said: str,
    project: Project | None,
    phases: Mapping[UUID, list[Phase]],
) -> Phase | None:
    if project is None:
        fault = Fault(
            code="unknown_phase", reason="a phase needs its project beside it", expected="a project"
        )
        sheet.fail(draft.line, "phase", said, fault)
        return None
    candidates = phases.get(project.id, [])
    found = [p for p in candidates if p.external_id == said] or [
        p for p in candidates if fold(p.name) == fold(said)
    ]
    if len(found) == 1:
        return found[0]
    reason = (
        f"{len(found)} phases of {project.name} are called that"
        if found
        else (f"{project.name} has no such phase")
    )
    expected = did_you_mean(said, [p.name for p in candidates], "one of the project's phases")
    sheet.fail(draft.line, "phase", said, Fault(code="unknown_phase", reason=reason, expected=expected))
    return None


# -- what is missing ---------------------------------------------------------------------


def _place(one: Located) -> PlaceBooking:
    draft = one.draft
    return PlaceBooking(
        id=one.id,
        artist_id=one.artist.id,
        start=one.start,
        end=one.end,
        title=draft.title,
        status=cast(Literal["hold", "pencil", "confirmed"], (draft.status or Status.HOLD).value),
        project_id=one.project.id if one.project is not None else None,
        phase_id=one.phase.id if one.phase is not None else None,
        notes=draft.notes or "",
        zone=draft.zone,
        external_id=draft.external_id,
    )


def _changes(sheet: Sheet, booking: Booking, one: Located) -> Iterator[BookingCommand]:
    """Yield the commands that bring a booking to where the file has it.

    A row without an external id is recognised by its artist, times, project and title, so these cannot have
    changed in it: where the booking differs, it was changed by hand since, and that stands.
    """
    if one.draft.identity is not None:
        yield from _moved(booking, one)
    edits = dict(_edits(booking, one))
    if edits:
        yield msgspec.structs.replace(EditBooking(booking_id=booking.id), **edits)
    yield from _promoted(sheet, booking, one.draft.status)


def _moved(booking: Booking, one: Located) -> Iterator[BookingCommand]:
    elsewhere = booking.artist_id != one.artist.id
    if elsewhere or (booking.start, booking.end) != (one.start, one.end):
        yield MoveBooking(
            booking_id=booking.id,
            start=one.start,
            end=one.end,
            artist_id=one.artist.id if elsewhere else None,
        )


def _edits(booking: Booking, one: Located) -> Iterator[tuple[str, object]]:
    draft = one.draft
    if draft.notes is not None and draft.notes != booking.notes:
        yield "notes", draft.notes
    if one.phase is not None and one.phase.id != booking.phase_id:
        yield "phase_id", one.phase.id
    if draft.identity is None:
        return
    if draft.title and draft.title != booking.title:
        yield "title", draft.title
    if one.project is not None and one.project.id != booking.project_id:
        yield "project_id", one.project.id


def _promoted(sheet: Sheet, booking: Booking, said: Status | None) -> Iterator[BookingCommand]:
    """Yield what takes a booking from its status up to the one the file says; nothing takes it down."""
    if said is None or said is booking.status:
        return
    if _ORDER[said] < _ORDER[booking.status]:
        sheet.counts["bookings are further along than the file says and stay so"] += 1
        return
    if booking.status is Status.HOLD and booking.response is not Response.ACCEPTED:
        yield AcceptBooking(booking_id=booking.id)
    if said is Status.CONFIRMED:
        yield ConfirmBooking(booking_id=booking.id)


def _words(draft: BookingDraft) -> tuple[object, ...]:
    return draft.title, draft.project, draft.phase, draft.status, draft.notes
