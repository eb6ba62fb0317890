"""The line at an artist's door: ranks per segment, kept and added claims, what stands above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from scheduling.model import Booking, ChallengeState, Claim, Segment, with_changes
from scheduling.state import State, live_overlapping


def ranked(booking: Booking, others: Iterable[Booking]) -> Booking:
    """The booking with `rank` and `segments` derived from the live claims of the same artist.

    On each segment the rank is one more than the number of other live bookings that hold it
    under a lower claim number; `rank` is the worst of the segments. Ended bookings have none.
    `others` may contain bookings that do not overlap, and the booking itself.
    """
    if not booking.live:
        return _with_rank(booking, None, ())
    rivals = [b for b in others if b.id != booking.id and b.overlaps(booking.start, booking.end)]
    if not rivals:
        return _with_rank(booking, 1, (Segment(start=booking.start, end=booking.end, rank=1),))
    segments = _segments(booking, rivals)
    return _with_rank(booking, max(s.rank for s in segments), segments)


def _with_rank(booking: Booking, rank: int | None, segments: tuple[Segment, ...]) -> Booking:
    if booking.rank == rank and booking.segments == segments:
        return booking
    return with_changes(booking, rank=rank, segments=segments)


def _segments(booking: Booking, rivals: Sequence[Booking]) -> tuple[Segment, ...]:
    cuts = {booking.start, booking.end}
    for claim in booking.claims:
        cuts.add(claim.start)
    for rival in rivals:
        for claim in rival.claims:
            cuts.update(t for t in (claim.start, claim.end) if booking.start < t < booking.end)
    merged: list[Segment] = []
    for start, end in pairwise(sorted(cuts)):
        number = claim_number_at(booking, start)
        ahead = sum(1 for rival in rivals if _holds_before(rival, start, number))
        if merged and merged[-1].rank == ahead + 1:
            merged[-1] = Segment(start=merged[-1].start, end=end, rank=ahead + 1)
        else:
            merged.append(Segment(start=start, end=end, rank=ahead + 1))
    return tuple(merged)


def claim_number_at(booking: Booking, at: datetime) -> int:
    """Under which claim number the booking holds the instant `at`, which is in its range."""
    for claim in booking.claims:
        if claim.start <= at < claim.end:
            return claim.number
    raise ValueError(f"claims of booking {booking.id} do not cover {at.isoformat()}")


def _holds_before(rival: Booking, at: datetime, number: int) -> bool:
    return any(c.number < number and c.start <= at < c.end for c in rival.claims)


def rerange(claims: Iterable[Claim], start: datetime, end: datetime, next_claim: int) -> tuple[Claim, ...]:
    """Claims for a new range: kept where both ranges share time, `next_claim` on what is added."""
    kept = [
        Claim(number=c.number, start=max(c.start, start), end=min(c.end, end))
        for c in claims
        if c.start < end and start < c.end
    ]
    result: list[Claim] = []
    reached = start
    for claim in kept:
        if reached < claim.start:
            result.append(Claim(number=next_claim, start=reached, end=claim.start))
        result.append(claim)
        reached = claim.end
    if reached < end:
        result.append(Claim(number=next_claim, start=reached, end=end))
    return tuple(result)


def above(state: State, booking: Booking) -> tuple[Booking, ...]:
    """Live bookings of the artist that stand before `booking` on any segment."""
    rivals = live_overlapping(state, booking.artist_id, booking.start, booking.end, booking.id)
    return tuple(rival for rival in rivals if _stands_before(rival, booking))


def _stands_before(rival: Booking, booking: Booking) -> bool:
    return any(
        mine.start < theirs.end and theirs.start < mine.end and theirs.number < mine.number
        for mine in booking.claims
        for theirs in rival.claims
    )


def neighbours(state: State, artist_id: UUID, start: datetime, end: datetime) -> tuple[Booking, ...]:
    """Live bookings of the artist that share time with `[start, end)`."""
    return tuple(live_overlapping(state, artist_id, start, end))


def rerank_all(bookings: Iterable[Booking]) -> list[Booking]:
    """Derive ranks for a whole set of bookings, grouped by artist; order is kept.

    A sweep over each artist's live bookings in order of start, so that a booking is compared
    only with those it can overlap.
    """
    everything = list(bookings)
    by_artist: dict[UUID, list[Booking]] = {}
    for booking in everything:
        if booking.live:
            by_artist.setdefault(booking.artist_id, []).append(booking)
    derived: dict[UUID, Booking] = {}
    for line in by_artist.values():
        line.sort(key=lambda b: b.start)
        for group in _overlapping_groups(line):
            for booking in group:
                derived[booking.id] = ranked(booking, group)
    return [derived.get(b.id) or ranked(b, ()) for b in everything]


def _overlapping_groups(line: Sequence[Booking]) -> Iterable[list[Booking]]:
    """Runs of bookings, in order of start, between which no time is shared."""
    group: list[Booking] = []
    reach: datetime | None = None
    for booking in line:
        if group and reach is not None and booking.start >= reach:
            yield group
            group, reach = [], None
        group.append(booking)
        reach = booking.end if reach is None or booking.end > reach else reach
    if group:
        yield group


def challenged(state: State, booking_id: UUID) -> bool:
    """Whether an open challenge waits for this claim, so that its ordinary expiry stands still."""
    return any(
        target.booking_id == booking_id
        for challenge in state.challenges.values()
        if challenge.state is ChallengeState.OPEN
        for target in challenge.pending
    )
