"""What must hold of any schedule, checked without the code that is meant to make it so."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations

from scheduling.model import Booking
from scheduling.state import State


def assert_sound(state: State) -> None:
    """The promises of the domain, by brute force over all pairs and instants."""
    assert_work_is_whole(state)
    live = [b for b in state.bookings.values() if b.status in {"hold", "pencil", "confirmed"}]
    for booking in live:
        assert_claims_tile(booking)
        assert_ranks(booking, live)
    for one, other in combinations(live, 2):
        if one.artist_id != other.artist_id:
            continue
        overlap = one.start < other.end and other.start < one.end
        if overlap and {one.status, other.status} <= {"pencil", "confirmed"}:
            raise AssertionError(f"double booking of {one.artist_id}: {one.id} and {other.id}")
        for confirmed, hold in ((one, other), (other, one)):
            if overlap and confirmed.status == "confirmed":
                assert hold.standby, f"{hold.id} waits behind {confirmed.id} without having asked for it"
    for booking in live:
        if booking.status in {"pencil", "confirmed"}:
            assert booking.rank == 1, f"{booking.status} {booking.id} is not first in line"
        if booking.status == "hold" and booking.response == "accepted":
            assert booking.rank != 1 or _is_away(state, booking), (
                f"accepted hold {booking.id} is first but no pencil"
            )
    assert_challenges(state)
    assert_nobody_works_while_away(state, live)


def _is_away(state: State, booking: Booking) -> bool:
    return any(
        off.artist_id == booking.artist_id and off.start < booking.end and booking.start < off.end
        for off in state.times_off.values()
        if off.state == "approved"
    )


def assert_nobody_works_while_away(state: State, live: list[Booking]) -> None:
    """Approved time off excludes pencils, confirmed bookings and other approved time off."""
    for booking in live:
        if booking.status in {"pencil", "confirmed"}:
            assert not _is_away(state, booking), f"{booking.status} {booking.id} while away"
    approved = [off for off in state.times_off.values() if off.state == "approved"]
    for one, other in combinations(approved, 2):
        overlap = one.start < other.end and other.start < one.end
        assert not overlap or one.artist_id != other.artist_id, f"away twice: {one.id} and {other.id}"


def assert_work_is_whole(state: State) -> None:
    """Dependencies tie living phases of one project, in no circle."""
    waiting = {d.id: (d.from_phase_id, d.to_phase_id) for d in state.dependencies.values()}
    for ends in waiting.values():
        assert len({state.phases[end].project_id for end in ends}) == 1
    while waiting:
        targets = {to for _, to in waiting.values()}
        free = [name for name, (source, _) in waiting.items() if source not in targets]
        assert free, f"phases depend on each other in a circle: {sorted(waiting)}"
        for name in free:
            del waiting[name]


def assert_claims_tile(booking: Booking) -> None:
    at = booking.start
    for claim in booking.claims:
        assert claim.start == at, f"claims of {booking.id} leave a gap or overlap at {at}"
        assert claim.end > claim.start
        at = claim.end
    assert at == booking.end, f"claims of {booking.id} do not cover its range"


def assert_ranks(booking: Booking, live: list[Booking]) -> None:
    """Rank by counting at the middle of every elementary interval."""
    rivals = [b for b in live if b.artist_id == booking.artist_id and b.id != booking.id]
    times = {booking.start, booking.end}
    for other in (*rivals, booking):
        for claim in other.claims:
            times |= {t for t in (claim.start, claim.end) if booking.start < t < booking.end}
    worst = 0
    for start, end in zip(sorted(times), sorted(times)[1:], strict=False):
        middle = start + (end - start) / 2
        expected = 1 + sum(
            1 for r in rivals if (n := _number(r, middle)) and n < (_number(booking, middle) or 0)
        )
        stated = [s.rank for s in booking.segments if s.start <= middle < s.end]
        assert stated == [expected], f"{booking.id} at {middle}: {stated}, counted {expected}"
        worst = max(worst, expected)
    assert booking.rank == worst
    assert booking.segments[0].start == booking.start
    assert booking.segments[-1].end == booking.end


def _number(booking: Booking, at: datetime) -> int | None:
    return next((c.number for c in booking.claims if c.start <= at < c.end), None)


def assert_challenges(state: State) -> None:
    """A challenge waits only for claims that stand above a live challenger, and is closed when done."""
    for challenge in state.challenges.values():
        if challenge.closed_at is not None:
            assert challenge.state != "open"
            continue
        challenger = state.bookings[challenge.booking_id]
        assert challenger.status in {"hold", "pencil"}, challenger.status
        if challenge.state == "won":
            assert challenge.confirm_by is not None
            assert challenger.rank == 1, "a won challenge left somebody ahead"
            continue
        assert challenge.state == "open"
        waiting = [t for t in challenge.targets if t.outcome == "pending"]
        assert waiting, "an open challenge waits for nobody"
        for target in waiting:
            booking = state.bookings[target.booking_id]
            assert booking.status in {"hold", "pencil"}, booking.status
            assert booking.start < challenger.end
            assert challenger.start < booking.end
