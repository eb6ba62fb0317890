"""Which deadlines what happened makes: when the clock has to speak, and about what. Pure.

A clock is never taken back. When it strikes, the command it stands for is decided on what is there
then: a deadline that was met, moved or paused since is refused, and nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from scheduling.commands import ExpireBooking, LapseChallenge
from scheduling.events import BookingEvent, BookingPlaced, BookingRestored, ChallengeEvent, Event
from scheduling.model import Booking, Challenge, ChallengeState, Status
from scheduling.state import State

QUEUE = "clock"
"""The queue that clocks wait in."""

ClockKind = Literal["expiry", "challenge", "window"]


class Clock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At `due` the system asks: expire hold `id`; or lapse challenge `id`, for one target or its window."""

    tenant_id: UUID
    kind: ClockKind
    id: UUID
    due: datetime
    booking_id: UUID | None = None


def command_of(clock: Clock) -> ExpireBooking | LapseChallenge:
    """What the system asks for when the clock strikes."""
    if clock.kind == "expiry":
        return ExpireBooking(booking_id=clock.id)
    return LapseChallenge(challenge_id=clock.id, booking_id=clock.booking_id)


def clocks_of(events: Iterable[Event], state: State) -> tuple[Clock, ...]:
    """The clocks to set for what happened, each once; `state` is what it led to."""
    found: dict[Clock, None] = {}
    for event in events:
        match event:
            case BookingEvent():
                if _sets_expiry(event):
                    found.update(dict.fromkeys(_expiry(state, event.booking.id)))
            case ChallengeEvent():
                found.update(dict.fromkeys(_of_challenge(state, event.challenge)))
            case _:
                pass
    return tuple(found)


def _sets_expiry(event: BookingEvent) -> bool:
    return isinstance(event, BookingPlaced | BookingRestored) or not {"expires_at", "status"}.isdisjoint(
        event.changed
    )


def _expiry(state: State, booking_id: UUID) -> Iterator[Clock]:
    booking: Booking | None = state.bookings.get(booking_id)
    if booking is not None and booking.status is Status.HOLD and booking.expires_at is not None:
        yield Clock(tenant_id=state.tenant.id, kind="expiry", id=booking.id, due=booking.expires_at)


def _of_challenge(state: State, changed: Challenge) -> Iterator[Clock]:
    challenge = state.challenges[changed.id]
    tenant_id = state.tenant.id
    if challenge.state is ChallengeState.OPEN:
        for target in challenge.pending:
            yield Clock(
                tenant_id=tenant_id,
                kind="challenge",
                id=challenge.id,
                booking_id=target.booking_id,
                due=target.deadline,
            )
    elif challenge.closed_at is None and challenge.confirm_by is not None:
        yield Clock(tenant_id=tenant_id, kind="window", id=challenge.id, due=challenge.confirm_by)
    # An expiry that struck while it stood still went unheard: it is set anew.
    for target in challenge.targets:
        if challenge.state is not ChallengeState.OPEN or target not in challenge.pending:
            yield from _expiry(state, target.booking_id)
