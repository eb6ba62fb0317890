"""The line at an artist's door: ranks per segment, kept and added claims, what stands above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from scheduling.model import Booking, ChallengeState, Claim, Segment, with_changes
from scheduling.state import State, live_overlapping


class Standing(Protocol):
    """As much of a live booking as the ranks of others depend on."""

    @property
    def id(self) -> UUID: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def claims(self) -> tuple[Claim, ...]: ...


def ranked(booking: Booking, others: Iterable[Standing]) -> Booking:
    """The booking with `rank` and `segments` derived from the live claims of the same artist.

    On each segment the rank is one more than the number of other live bookings that hold it
    under a lower claim number; `rank` is the worst of the segments. Ended bookings have none.
    `others` may contain bookings that do not overlap, and the booking itself.
    """
    if not booking.live:
        return _with_rank(booking, None, ())
    start, end = booking.start, booking.end
    rivals = [b for b in others if b.start < end and start < b.end and b.id != booking.id]
    if not rivals:
        return _with_rank(booking, 1, (Segment(start=booking.start, end=booking.end, rank=1),))
    segments = _segments(booking, rivals)
    return _with_rank(booking, max(s.rank for s in segments), segments)


def _with_rank(booking: Booking, rank: int | None, segments: tuple[Segment, ...]) -> Booking:
    if booking.rank == rank and booking.segments == segments:
        return booking
    return with_changes(booking, rank=rank, segments=segments)


def _segments(booking: Booking, rivals: Sequence[Standing]) -> tuple[Segment, ...]:
    """Claim by claim, in order of time: one more than the rivals' lower claims that stand there."""
    merged: list[Segment] = []
    for claim in booking.claims:
        for start, end, rank in _ranks_over(claim, rivals):
            if merged and merged[-1].rank == rank:
                start = merged.pop().start  # noqa: PLW2901 - the same rank goes on
            merged.append(Segment(start=start, end=end, rank=rank))
    return tuple(merged)


def _ranks_over(claim: Claim, rivals: Sequence[Standing]) -> Iterator[tuple[datetime, datetime, int]]:
    """The claim's time in parts, each with its rank: a sweep over where lower claims begin and end."""
    steps = {claim.start: 0, claim.end: 0}
    for rival in rivals:
        for other in rival.claims:
            if other.number < claim.number and other.start < claim.end and claim.start < other.end:
                opens, closes = max(other.start, claim.start), min(other.end, claim.end)
                steps[opens] = steps.get(opens, 0) + 1
                steps[closes] = steps.get(closes, 0) - 1
    rank = 1
    for start, end in pairwise(sorted(steps)):
        rank += steps[start]
        yield start, end, rank


def claim_number_at(booking: Booking, at: datetime) -> int:
    """Under which claim number the booking holds the instant `at`, which is in its range."""
    for claim in booking.claims:
        if claim.start <= at < claim.end:
            return claim.number
    raise ValueError(f"claims of booking {booking.id} do not cover {at.isoformat()}")


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
