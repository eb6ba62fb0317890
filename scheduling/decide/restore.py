"""Restore: give one thing, or a whole project, back what it was at a past moment, as far as it may stand.

Unlike undo it looks at no command: whatever happened since, by whomever, is put right again. It gives
back no place in line: what others moved up to meanwhile is theirs (ADR 14).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from immutables import Map
from msgspec import Struct

from scheduling.claims import rerange
from scheduling.commands import RestoreCommand
from scheduling.decide.context import Context, Draft, Outcome
from scheduling.decide.fit import check_fit
from scheduling.decide.history import give_back, misfit, take_away
from scheduling.decide.line import emit_booking, settle
from scheduling.events import BookingReleased, BookingRestored, Cause
from scheduling.model import (
    Booking,
    Entity,
    Response,
    Status,
    TimeOff,
    changed_fields,
    with_changes,
)
from scheduling.refusals import ItemRefusal, RefusalData, Refused, invalid, not_found, wrong_state
from scheduling.state import Key, State, Touched, find

_ORDER = ("booking", "dependency", "milestone", "phase", "project", "artist", "time_off")
"""What is tied is taken away before what it ties; given back, it comes after it."""


class Step(Struct, frozen=True, kw_only=True):
    """One thing: what it was then (None: not there), what it is now, and its last image if it was deleted."""

    key: Key
    then: Entity | None
    now: Entity | None
    deleted: Entity | None = None


def decide_restore(state: State, command: RestoreCommand, context: Context) -> Outcome:
    """All of it or nothing, with a reason for each part that may not stand any more."""
    point = state.points.get(command)
    one = command.kind is not None and command.entity_id is not None
    if one == (command.project_id is not None) or (command.kind is None) != (command.entity_id is None):
        return invalid("Name either a kind and its entity_id, or a project_id.", "kind")
    if point is None or point.seq is None:
        kept = point.kept_from if point else 1
        return invalid(f"History is kept from event {kept} on and reaches to now; got {command.to}.", "to")
    what: tuple[str, UUID | None] = (
        (command.kind, command.entity_id) if command.kind else ("project", command.project_id)
    )
    steps = sorted(_steps(state, point.images), key=_place)
    known = [step for step in steps if step.then or step.now or step.deleted]
    if what[1] is None or not any(step.key == what for step in known):
        return not_found(what[0].replace("_", " "), what[1] or UUID(int=0))
    if next(step for step in known if step.key == what).then is None:
        return wrong_state(f"This {what[0].replace('_', ' ')} did not exist then.")
    draft = Draft(state, context)
    refusals = _restore_all(draft, known, Cause(kind="restore"))
    if not refusals:
        return draft.accepted()
    first = refusals[0]
    if len(known) == 1:
        return Refused(code=first.code, message=first.message, data=first.data)
    return Refused(
        code=first.code,
        message=f"{len(refusals)} of {len(known)} things cannot be restored, so nothing was changed;"
        f" {first.message}",
        data=RefusalData(items=tuple(refusals)),
    )


def _place(step: Step) -> tuple[int, str, str]:
    """In order of kind, then of time, then of id."""
    start = getattr(step.then or step.now or step.deleted, "start", None)
    return _ORDER.index(step.key[0]), str(start or ""), str(step.key[1])


def _steps(state: State, images: Map[Key, Entity | None]) -> Iterator[Step]:
    for key, then in images.items():
        yield Step(key=key, then=then, now=find(state, *key), deleted=state.deleted.get(key))


def _restore_all(draft: Draft, steps: list[Step], cause: Cause) -> list[ItemRefusal]:
    """First away with what was not there, then back with what was; then each is held against the rest."""
    before = draft.state
    refused: dict[Key, Refused] = {}
    for step in steps:
        if step.then is None or not _live(step.then):
            _note(refused, step, _remove(draft, step, cause))
    for step in reversed(steps):
        if step.then is not None and _live(step.then):
            _note(refused, step, _bring_back(draft, step, cause))
    for artist_id, start, end in _ranges(before, steps):
        settle(draft, artist_id, start, end, cause)
    for step in steps:
        if step.key not in refused:
            _note(refused, step, _check(draft.state, before, step))
    found = (
        (number, step.key[1] if step.key[0] == "booking" else None, refused.get(step.key))
        for number, step in enumerate(steps)
    )
    return [
        ItemRefusal(item=number, booking_id=booking_id, code=why.code, message=why.message, data=why.data)
        for number, booking_id, why in found
        if why is not None
    ]


def _note(refused: dict[Key, Refused], step: Step, why: Refused | None) -> None:
    if why is not None:
        name = getattr(step.then or step.now, "title", "") or getattr(step.then or step.now, "name", "")
        kind = step.key[0].replace("_", " ")
        label = f"{kind} {name}: " if name else ""
        refused[step.key] = with_changes(why, message=f"{label}{why.message}")


def _live(entity: Entity) -> bool:
    return entity.live if isinstance(entity, Booking | TimeOff) else True


def _remove(draft: Draft, step: Step, cause: Cause) -> Refused | None:
    """What was made since, or had ended then, leaves the schedule; what is confirmed stays."""
    now = find(draft.state, *step.key)
    if now is None or not _live(now):
        return None
    if isinstance(now, Booking):
        if now.status is Status.CONFIRMED:
            return wrong_state("It was confirmed since; cancel it first.", now)
        ended = with_changes(now, status=Status.RELEASED, reason="restored")
        emit_booking(draft, BookingReleased, ended, cause=cause, reason="restored")
        return None
    take_away(draft, now, cause)
    return None


def _bring_back(draft: Draft, step: Step, cause: Cause) -> Refused | None:
    now = find(draft.state, *step.key) or step.deleted
    if now is None or step.then is None:
        return None
    if isinstance(step.then, Booking) and isinstance(now, Booking):
        return _bring_booking_back(draft, step.then, now, cause)
    if now is not step.deleted and not changed_fields(now, step.then):
        return None
    give_back(draft, step.then, now, cause)
    return None


def _bring_booking_back(draft: Draft, then: Booking, now: Booking, cause: Cause) -> Refused | None:
    if now.status is Status.CONFIRMED and then.status is not Status.CONFIRMED:
        return wrong_state("It was confirmed since; cancel it first.", now)
    same_line = now.live and now.artist_id == then.artist_id
    artist = draft.state.artists.get(then.artist_id)
    if not same_line and artist is not None and not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    # An artist's own no is never overridden: they are asked again.
    asked_again = now.status in {Status.DECLINED, Status.WITHDRAWN}
    status = Status.HOLD if asked_again else then.status
    hold, tenant = status is Status.HOLD, draft.state.tenant
    back = with_changes(
        then,
        status=status,
        response=Response.NONE if asked_again else then.response,
        counter=None if asked_again else then.counter,
        claims=rerange(now.claims if same_line else (), then.start, then.end, draft.state.next_claim),
        phase_id=then.phase_id if then.phase_id in draft.state.phases else None,
        response_deadline=_deadline(draft, hold, then.response_deadline, tenant.hold_response_hours),
        expires_at=_deadline(draft, hold, then.expires_at, tenant.hold_expiry_hours),
        reason="",
    )
    if now.live and not set(changed_fields(now, back)) - {"reason", "response_deadline", "expires_at"}:
        return None
    emit_booking(draft, BookingRestored, back, cause=cause)
    return None


def _deadline(draft: Draft, hold: bool, then: datetime | None, hours: int) -> datetime | None:
    """Of a hold: the deadline it had, or one by today's policy where that has passed."""
    now = draft.context.now
    if not hold:
        return None
    if then is not None and then > now:
        return then
    return (now + timedelta(hours=hours)).replace(microsecond=0)


def _check(state: State, before: State, step: Step) -> Refused | None:
    """Whether what was given back may stand where it stands now."""
    now = find(state, *step.key)
    if now is None or now is find(before, *step.key):
        return None
    if isinstance(now, Booking):
        return check_fit(state, now) if now.live else None
    touched = Touched(kind=step.key[0], id=step.key[1], before=step.then, after=step.now or now)
    why = misfit(state, touched, now)
    return wrong_state(why, now) if why else None


def _ranges(before: State, steps: list[Step]) -> list[tuple[UUID, datetime, datetime]]:
    ranges = {
        (b.artist_id, b.start, b.end)
        for step in steps
        for b in (step.then, find(before, *step.key))
        if isinstance(b, Booking | TimeOff)
    }
    return sorted(ranges, key=lambda r: (r[0], r[1], r[2]))
