"""Whether a booking may stand where its claims put it: who excludes whom, and who must be first."""

from __future__ import annotations

from scheduling.claims import above, neighbours, ranked
from scheduling.model import EXCLUSIVE, Booking, Status, with_changes
from scheduling.refusals import Code, RefusalData, Refused, away_over, blocked_by, wrong_state
from scheduling.state import State, away


def check_fit(state: State, booking: Booking) -> Refused | None:
    """Whether the booking may stand where its claims put it.

    Nothing new stands where the artist is away. Exclusive bookings exclude each other and must stand
    first; holds may queue behind anything but confirmed work, and behind that only on standby.
    """
    rivals = neighbours(state, booking.artist_id, booking.start, booking.end)
    others = tuple(b for b in rivals if b.id != booking.id)
    off = away(state, booking.artist_id, booking.start, booking.end)
    if off:
        return Refused(
            code=Code.CONFLICT,
            message=f"The artist is away then, from {off[0].start:%Y-%m-%d %H:%M}Z"
            f" to {off[0].end:%Y-%m-%d %H:%M}Z.",
            data=RefusalData(away=away_over(off)),
        )
    if booking.exclusive:
        clashes = tuple(b for b in others if b.status in EXCLUSIVE)
        if clashes:
            return _refuse_place(Code.CONFLICT, booking, others, clashes)
        ahead = above(state, booking)
        if ahead:
            return _refuse_place(Code.NOT_FIRST, booking, others, ahead)
        return None
    confirmed = tuple(b for b in others if b.status is Status.CONFIRMED)
    if confirmed and not booking.standby:
        ahead = tuple(b for b in confirmed if b in above(state, booking))
        if ahead:
            return _refuse_place(Code.CONFLICT, booking, others, ahead)
    return None


_WHY = {
    Code.CONFLICT: "The artist is already booked there: {count} {noun} in the way from {start} to {end}.",
    Code.NOT_FIRST: "{count} earlier {noun} on these dates; a {status} must be first in line.",
}


def _refuse_place(
    code: Code, booking: Booking, others: tuple[Booking, ...], blocking: tuple[Booking, ...]
) -> Refused:
    as_hold = ranked(with_changes(booking, status=Status.HOLD), others)
    count = len(blocking)
    claim = "claim" if code is Code.NOT_FIRST else "booking"
    message = _WHY[code].format(
        count=count,
        noun=claim if count == 1 else f"{claim}s",
        start=f"{booking.start:%Y-%m-%d %H:%M}Z",
        end=f"{booking.end:%Y-%m-%d %H:%M}Z",
        status=booking.status.value,
    )
    data = RefusalData(blocking=blocked_by(blocking), rank=as_hold.rank)
    return Refused(code=code, message=message, data=data)


def must_be_live(booking: Booking) -> Refused | None:
    if booking.live:
        return None
    return wrong_state(f"This booking has ended ({booking.status.value}).", booking)
