"""Relocating many bookings at once: all leave their places before any takes its new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from uuid import UUID

from msgspec import Struct

from scheduling.claims import claim_number_at, neighbours, ranked, rerange
from scheduling.decide.context import Draft
from scheduling.decide.fit import check_fit
from scheduling.decide.line import settle
from scheduling.events import BookingMoved, Cause
from scheduling.model import Booking, Claim, changed_fields, with_changes
from scheduling.ranges import check_range
from scheduling.refusals import ItemRefusal, Refused
from scheduling.state import State, put
from scheduling.working_time import Span, joined


class Going(Struct, frozen=True, kw_only=True):
    """A live booking, what it is `to` be but for its claims, and why; no cause where it was asked for."""

    booking: Booking
    to: Booking
    cause: Cause | None = None
    reason: str = ""


def relocate_together(draft: Draft, going: Sequence[Going], *, skip: bool) -> tuple[ItemRefusal, ...]:
    """Move all that fit where they go once all have left, with an event each.

    Says of the others why not, `item` being their place in `going`. With `skip` they stay where they
    are, which may refuse others in turn; without, nothing is moved if there are any.
    """
    wanted = [g for g in going if g.to != g.booking]
    refused: dict[UUID, Refused] = {}
    while True:
        moved = _claimed(draft.state, wanted)
        after = _with_all(draft.state, moved.values())
        misfits = {i: no for i, b in moved.items() if (no := _check(after, b)) is not None}
        refused |= misfits
        if not misfits or not skip:
            break
        wanted = [g for g in wanted if g.booking.id not in misfits]
    if not refused or skip:
        _emit(draft, wanted, after, moved)
    return tuple(
        ItemRefusal(item=n, booking_id=g.booking.id, code=no.code, message=no.message, data=no.data)
        for n, g in enumerate(going)
        if (no := refused.get(g.booking.id)) is not None
    )


def _check(after: State, booking: Booking) -> Refused | None:
    return check_range(booking.start, booking.end) or check_fit(after, booking)


def _with_all(state: State, bookings: Iterable[Booking]) -> State:
    for booking in bookings:
        state = put(state, booking)
    return state


def _emit(draft: Draft, going: Sequence[Going], after: State, moved: Mapping[UUID, Booking]) -> None:
    """One event for each, with the rank it has when all are there; then everybody else's ranks."""
    touched: dict[UUID, list[Span]] = {}
    for one in going:
        before, booking = one.booking, moved[one.booking.id]
        line = neighbours(after, booking.artist_id, booking.start, booking.end)
        version = before.version + 1
        booking = ranked(with_changes(booking, version=version, updated_at=draft.context.now), line)
        changed = changed_fields(before, booking)
        draft.emit(BookingMoved(booking=booking, changed=changed, cause=one.cause, reason=one.reason))
        for place in (before, booking):
            touched.setdefault(place.artist_id, []).append(Span(start=place.start, end=place.end))
    cause = (going[0].cause if going else None) or Cause(kind="moved")
    for artist_id, spans in touched.items():
        for span in joined(spans):
            settle(draft, artist_id, span.start, span.end, cause)


# -- claims ------------------------------------------------------------------------------


def _claimed(state: State, going: Sequence[Going]) -> dict[UUID, Booking]:
    """The bookings at their new places, with claims: kept on shared time, new ones on the rest.

    Where that would turn round who of them stands before whom, all of that artist's take new
    claims, in the order they had.
    """
    lines: dict[UUID, list[Going]] = {}
    for one in sorted(going, key=lambda g: (min(c.number for c in g.booking.claims), g.booking.id)):
        lines.setdefault(one.to.artist_id, []).append(one)
    numbers = count(state.next_claim)
    claimed: dict[UUID, Booking] = {}
    for line in lines.values():
        kept = [_at(g, rerange(_held(g), g.to.start, g.to.end, next(numbers))) for g in line]
        renewed = _renewed(line, numbers) if _share_time(kept) else kept
        same = all(_agree(a, b, c, d) for (a, c), (b, d) in _pairs(kept, renewed))
        claimed.update({b.id: b for b in (kept if same else renewed)})
    return {g.booking.id: claimed[g.booking.id] for g in going}


def _held(going: Going) -> tuple[Claim, ...]:
    """What it has at the door it goes to; under another artist it begins at the tail."""
    return going.booking.claims if going.to.artist_id == going.booking.artist_id else ()


def _at(going: Going, claims: tuple[Claim, ...]) -> Booking:
    return with_changes(going.to, claims=claims)


def _renewed(line: Sequence[Going], numbers: count[int]) -> list[Booking]:
    """With claims that went along with the range, numbered anew in the order they had."""
    old = sorted({c.number for g in line for c in g.booking.claims})
    fresh = {number: next(numbers) for number in old}
    return [_at(g, tuple(_gone_along(g, fresh))) for g in line]


def _gone_along(going: Going, fresh: Mapping[int, int]) -> Iterable[Claim]:
    by = going.to.start - going.booking.start
    reached = going.to.start
    claims = going.booking.claims
    for index, claim in enumerate(claims):
        end = going.to.end if index == len(claims) - 1 else min(claim.end + by, going.to.end)
        if end > reached:
            yield Claim(number=fresh[claim.number], start=reached, end=end)
            reached = end


def _share_time(bookings: Sequence[Booking]) -> bool:
    """Whether any two of them overlap."""
    reached: datetime | None = None
    for booking in sorted(bookings, key=lambda b: b.start):
        if reached is not None and booking.start < reached:
            return True
        reached = booking.end if reached is None else max(reached, booking.end)
    return False


def _pairs(
    kept: Sequence[Booking], renewed: Sequence[Booking]
) -> Iterable[tuple[tuple[Booking, Booking], tuple[Booking, Booking]]]:
    """Any two that share time, each as it would be kept and as it would be renewed."""
    if kept is renewed:
        return
    both = sorted(zip(kept, renewed, strict=True), key=lambda p: p[0].start)
    for index, one in enumerate(both):
        for other in both[index + 1 :]:
            if other[0].start >= one[0].end:
                break
            yield one, other


def _agree(kept: Booking, other_kept: Booking, renewed: Booking, other_renewed: Booking) -> bool:
    """Whether one stands before the other on the same time under both sets of claims."""
    start, end = max(kept.start, other_kept.start), min(kept.end, other_kept.end)
    claims = (*kept.claims, *other_kept.claims, *renewed.claims, *other_renewed.claims)
    return all(
        (claim_number_at(kept, t) < claim_number_at(other_kept, t))
        == (claim_number_at(renewed, t) < claim_number_at(other_renewed, t))
        for t in {start, *(c.start for c in claims if start < c.start < end)}
    )
