"""Making the changes of a scenario true on a schedule, all at once, or saying of each why it cannot be.

A commit keeps what this does; how a scenario stands and what it would change are found by doing it
and keeping nothing. So nothing that stands well is refused, and nothing that a guard refuses stands well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from scheduling.commands import PlaceBooking
from scheduling.decide.bookings import place
from scheduling.decide.context import Draft
from scheduling.decide.line import emit_booking, settle
from scheduling.decide.relocate import Place, destination
from scheduling.decide.together import Going, relocate_together
from scheduling.events import BookingCancelled, BookingReleased, Cause
from scheduling.model import (
    EXCLUSIVE,
    Artist,
    Booking,
    ScenarioChange,
    Status,
    with_changes,
)
from scheduling.ranges import EARLIEST, LATEST
from scheduling.refusals import Blocking, Code, Refused, Slot
from scheduling.state import State, draft_of

ConflictKind: TypeAlias = Literal[
    "moved",
    "answered",
    "edited",
    "ended",
    "confirmed",
    "taken",
    "not_first",
    "away",
    "artist_archived",
    "project_archived",
    "phase_gone",
    "refused",
]
"""Why a change does not fit: the first five are about the booking, the rest about the place it would have."""
Settle: TypeAlias = Literal["mine", "live"]


class Conflict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why one change cannot be made true: a stable kind, a sentence, what is in the way, the booking now.

    `settle` are the answers that `scenario.rebase` takes: `live` drops the change, `mine` keeps it.
    """

    kind: ConflictKind
    code: Code
    text: str
    settle: tuple[Settle, ...] = ("live",)
    blocking: tuple[Blocking, ...] = ()
    away: tuple[Slot, ...] = ()
    current: Booking | None = None


class Realised(Struct, frozen=True, kw_only=True):
    """What became of the changes: bookings that were placed, moved and ended, and conflicts by booking.

    `ids` are those of placed bookings, where they are others than the scenario named: it was
    committed before, and undone.
    """

    placed: tuple[UUID, ...] = ()
    moved: tuple[UUID, ...] = ()
    ended: tuple[UUID, ...] = ()
    ids: Mapping[UUID, UUID] = {}
    conflicts: Mapping[UUID, Conflict] = {}


def realise(
    draft: Draft, changes: Sequence[ScenarioChange], drifted: Mapping[UUID, frozenset[str]]
) -> Realised:
    """Make true what can be: first what ends goes, then all that moves leaves and arrives, then what is new.

    `drifted` says by booking which fields were changed since the version that a change was drawn on.
    """
    conflicts: dict[UUID, Conflict] = {}
    fit: list[ScenarioChange] = []
    for change in in_order(draft.state, changes):
        conflict = _drift(draft.state, change, drifted.get(change.booking_id, frozenset()))
        if conflict is None:
            fit.append(change)
        else:
            conflicts[change.booking_id] = conflict
    cause = Cause(kind="scenario", entity_id=changes[0].scenario_id if changes else None)
    freed = [_end(draft, change, cause) for change in fit if change.action == "end"]
    moved = _move(draft, [c for c in fit if c.action == "move"], cause, conflicts)
    ids = _place(draft, [c for c in fit if c.action == "place"], cause, conflicts)
    for artist_id, start, end in freed:
        settle(draft, artist_id, start, end, cause)
    return Realised(
        placed=tuple(ids.values()),
        moved=moved,
        ended=tuple(c.booking_id for c in fit if c.action == "end"),
        ids={asked: given for asked, given in ids.items() if asked != given},
        conflicts=conflicts,
    )


def in_order(state: State, changes: Sequence[ScenarioChange]) -> list[ScenarioChange]:
    """By time, so that the same changes are always made in the same order; what is firm comes first."""

    def key(change: ScenarioChange) -> tuple[bool, datetime, UUID]:
        live = state.bookings.get(change.booking_id)
        start = change.start or (live.start if live is not None else EARLIEST)
        return change.status not in EXCLUSIVE, start, change.booking_id

    return sorted(changes, key=key)


# -- the booking -------------------------------------------------------------------------

_PLACE_FIELDS = frozenset({"start", "end", "artist_id", "granularity"})
_ANSWER_FIELDS = frozenset({"status", "response"})
_WORD_FIELDS = frozenset({"title", "notes", "project_id", "phase_id"})


def touched_fields(change: ScenarioChange) -> frozenset[str]:
    """Fields of the live booking whose change makes this one doubtful: a move reads what it sets."""
    if change.action == "end":
        return _PLACE_FIELDS | _ANSWER_FIELDS | _WORD_FIELDS
    fields: set[str] = set()
    if change.artist_id is not None:
        fields.add("artist_id")
    if change.start is not None or change.end is not None or change.granularity is not None:
        fields |= {"start", "end", "granularity"}
    return frozenset(fields)


def _drift(state: State, change: ScenarioChange, since: frozenset[str]) -> Conflict | None:
    if change.action == "place":
        return None
    booking = state.bookings[change.booking_id]
    if not booking.live:
        return Conflict(
            kind="ended",
            code=Code.WRONG_STATE,
            text=f"This booking has ended since ({booking.status.value}).",
            current=booking,
        )
    collided = touched_fields(change) & since
    if collided:
        kind: ConflictKind = "edited"
        if collided & _PLACE_FIELDS:
            kind = "moved"
        elif collided & _ANSWER_FIELDS:
            kind = "answered"
        words = {"moved": "moved", "answered": "answered", "edited": "edited"}[kind]
        return Conflict(
            kind=kind,
            code=Code.STALE_VERSION,
            text=f"This booking was {words} since the change was drawn.",
            settle=("mine", "live"),
            current=booking,
        )
    if booking.status is Status.CONFIRMED and not change.confirmed:
        verb = "ended" if change.action == "end" else "moved"
        return Conflict(
            kind="confirmed",
            code=Code.WRONG_STATE,
            text=f"This booking is confirmed: it is {verb} only if the change says so.",
            settle=("mine", "live"),
            current=booking,
        )
    return None


def drawn_before(state: State, scenario_id: UUID) -> dict[UUID, int]:
    """By booking, the version a change was drawn on, where the booking has a newer one."""
    return {
        booking_id: change.base_version
        for booking_id, change in draft_of(state, scenario_id).items()
        if change.base_version is not None
        and (booking := state.bookings.get(booking_id)) is not None
        and booking.version > change.base_version
    }


# -- the three actions -------------------------------------------------------------------

UNSAID = "The plan changed"
"""The reason of a cancellation for which nobody gave one."""


def _end(draft: Draft, change: ScenarioChange, cause: Cause) -> tuple[UUID, datetime, datetime]:
    """Released, or cancelled where it was confirmed; what it frees is settled once all is done."""
    booking = draft.state.bookings[change.booking_id]
    if booking.status is Status.CONFIRMED:
        reason = change.reason or UNSAID
        ended = with_changes(booking, status=Status.CANCELLED, reason=reason)
        emit_booking(draft, BookingCancelled, ended, cause=cause, reason=reason)
    else:
        ended = with_changes(booking, status=Status.RELEASED)
        emit_booking(draft, BookingReleased, ended, cause=cause, reason=change.reason)
    return booking.artist_id, booking.start, booking.end


def _move(
    draft: Draft, changes: Sequence[ScenarioChange], cause: Cause, conflicts: dict[UUID, Conflict]
) -> tuple[UUID, ...]:
    going: list[Going] = []
    for change in changes:
        booking = draft.state.bookings[change.booking_id]
        to = destination(draft.state, booking, place_of(change, booking))
        if isinstance(to, Refused):
            conflicts[booking.id] = _conflict(draft.state, change, to)
        elif to != booking:
            going.append(Going(booking=booking, to=to, cause=cause, reason=change.reason))
    by_id = {change.booking_id: change for change in changes}
    for no in relocate_together(draft, going, skip=True):
        booking_id = going[no.item].booking.id
        refused = Refused(code=no.code, message=no.message, data=no.data)
        conflicts[booking_id] = _conflict(draft.state, by_id[booking_id], refused)
    return tuple(g.booking.id for g in going if g.booking.id not in conflicts)


def place_of(change: ScenarioChange, booking: Booking) -> Place:
    """Where a move puts a booking; what it does not say stays."""
    return Place(
        change.artist_id or booking.artist_id,
        change.start or booking.start,
        change.end or booking.end,
        change.granularity,
    )


def _place(
    draft: Draft, changes: Sequence[ScenarioChange], cause: Cause, conflicts: dict[UUID, Conflict]
) -> dict[UUID, UUID]:
    ids: dict[UUID, UUID] = {}
    for change in changes:
        conflict = _gone(draft.state, change)
        if conflict is None:
            used = change.booking_id in draft.state.bookings
            given = draft.context.new_id(f"place/{change.booking_id}") if used else change.booking_id
            outcome = place(draft, wish_of(change, given), cause=cause)
            if not isinstance(outcome, Refused):
                ids[change.booking_id] = given
                continue
            conflict = _conflict(draft.state, change, outcome)
        conflicts[change.booking_id] = conflict
    return ids


def wish_of(change: ScenarioChange, booking_id: UUID) -> PlaceBooking:
    """The command that a `place` stands for."""
    return PlaceBooking(
        id=booking_id,
        artist_id=change.artist_id or UUID(int=0),
        start=change.start or EARLIEST,
        end=change.end or LATEST,
        title=change.title,
        project_id=change.project_id,
        phase_id=change.phase_id,
        status=change.status,
        zone=change.zone,
        granularity=change.granularity or "time",
    )


def _gone(state: State, change: ScenarioChange) -> Conflict | None:
    """Whether what a new booking is for is still there."""
    project = state.projects.get(change.project_id) if change.project_id else None
    if project is not None and project.status == "archived":
        text = f"{project.name} is archived and takes no bookings."
        return Conflict(kind="project_archived", code=Code.WRONG_STATE, text=text)
    if change.phase_id is not None and change.phase_id not in state.phases:
        text = "The phase that this is for was deleted."
        return Conflict(kind="phase_gone", code=Code.NOT_FOUND, text=text)
    return None


def _conflict(state: State, change: ScenarioChange, refused: Refused) -> Conflict:
    """The refusal of a command as what it means to a plan."""
    data = refused.data
    away = data.away if data else ()
    kind: ConflictKind = "refused"
    if away:
        kind = "away"
    elif refused.code is Code.NOT_FIRST:
        kind = "not_first"
    elif refused.code is Code.CONFLICT:
        kind = "taken"
    elif data and data.current and isinstance(data.current.artist, Artist):
        kind = "artist_archived"
    return Conflict(
        kind=kind,
        code=refused.code,
        text=refused.message,
        blocking=data.blocking if data else (),
        away=away,
        current=state.bookings.get(change.booking_id),
    )
