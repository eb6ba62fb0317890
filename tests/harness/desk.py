"""A planner's desk: one studio in memory, asked in words, with days of one week to book.

Everything happens in March 2026, whose 2nd is a Monday and the day on which `NOW` lies.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from realtime.protocol import CommandRequest
from scheduling.decide import Accepted
from scheduling.events import Event, entity_of
from scheduling.model import Artist, Booking, Challenge
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused
from tests.harness.actions import ARTIST, MANAGER, OWNER, SYSTEM, ident
from tests.harness.invariants import assert_sound
from tests.harness.tenancy import Tenancy

ADA, BO, CY = (ident("artist", n) for n in range(3))
"""Artists of every desk; `ARTIST` is Ada's account."""
PROJECT = ident("project")
PHASES = tuple(ident("phase", "first", n) for n in range(4))
"""Four phases of `PROJECT`."""
NOWHERE = ident("nothing")

MON, TUE, WED, THU, FRI = range(2, 7)
"""Days of March 2026."""

__all__ = ["ADA", "ARTIST", "BO", "CY", "FRI", "MANAGER", "MON", "NOWHERE", "OWNER", "PHASES", "PROJECT"]
__all__ += ["SYSTEM", "THU", "TUE", "WED", "Desk", "at", "days", "ident", "types"]


def at(day: int, hour: int = 0) -> datetime:
    """An hour of a day of March 2026, in UTC."""
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)


def days(first: int, last: int | None = None) -> dict[str, Any]:
    """Whole days as the arguments of a command, both included."""
    return {"start": at(first), "end": at((last or first) + 1)}


class Desk(Tenancy):
    """What a test says to a studio, and what it looks at afterwards."""

    def ask(
        self, op: str, args: dict[str, Any] | None = None, *, by: Actor = MANAGER, base: int | None = None
    ) -> Accepted | Refused:
        """Ask for one command; the state is kept where the answer is yes."""
        self.number += 1
        encoded = msgspec.Raw(msgspec.json.encode(args or {}))
        request = CommandRequest(id=ident("asked", self.number), op=op, args=encoded, base_version=base)
        self.last = request.id
        return self.run(by, request)

    def do(self, op: str, args: dict[str, Any] | None = None, **kwargs: Any) -> tuple[Event, ...]:
        """Ask, and expect a yes and a sound schedule; what happened."""
        outcome = self.ask(op, args, **kwargs)
        assert isinstance(outcome, Accepted), outcome
        assert_sound(self.state)
        return outcome.events

    def refused(
        self, code: Code | str, op: str, args: dict[str, Any] | None = None, **kwargs: Any
    ) -> Refused:
        """Ask, and expect this no; nothing changed."""
        before = self.state
        outcome = self.ask(op, args, **kwargs)
        if isinstance(outcome, Accepted):
            raise AssertionError(f"{op} was accepted: {types(outcome.events)}")  # noqa: TRY004
        assert outcome.code == code, outcome
        assert self.state is before
        return outcome

    # -- bookings ------------------------------------------------------------------------

    def place(self, artist_id: UUID, first: int, last: int | None = None, **fields: Any) -> UUID:
        """Place a claim on whole days; its id."""
        events = self.do("booking.place", {"artist_id": artist_id, **days(first, last), **fields})
        return entity_of(events[0]).id

    def hold(self, artist_id: UUID, first: int, last: int | None = None, **fields: Any) -> UUID:
        return self.place(artist_id, first, last, **fields)

    def pencil(self, artist_id: UUID, first: int, last: int | None = None, **fields: Any) -> UUID:
        return self.place(artist_id, first, last, status="pencil", **fields)

    def confirmed(self, artist_id: UUID, first: int, last: int | None = None, **fields: Any) -> UUID:
        return self.place(artist_id, first, last, status="confirmed", **fields)

    def on(self, verb: str, booking_id: UUID, **args: Any) -> tuple[Event, ...]:
        """Do something to a booking: `desk.on("accept", booking)`."""
        kwargs = {name: args.pop(name) for name in ("by", "base") if name in args}
        return self.do(f"booking.{verb}", {"booking_id": booking_id, **args}, **kwargs)

    def refuse_on(self, code: Code | str, verb: str, booking_id: UUID, **args: Any) -> Refused:
        """Expect a no to doing something to a booking."""
        kwargs = {name: args.pop(name) for name in ("by", "base") if name in args}
        return self.refused(code, f"booking.{verb}", {"booking_id": booking_id, **args}, **kwargs)

    # -- challenges ----------------------------------------------------------------------

    def challenge(self, booking_id: UUID, **kwargs: Any) -> UUID:
        """A lower claim challenges those above it; the challenge's id."""
        events = self.do("challenge.open", {"booking_id": booking_id}, **kwargs)
        return entity_of(events[0]).id

    def challenged(self, challenge_id: UUID) -> Challenge:
        """The challenge as it stands, closed ones included."""
        return self.state.challenges[challenge_id]

    def outcomes(self, challenge_id: UUID) -> dict[UUID, str]:
        """What became of each target."""
        return {t.booking_id: t.outcome.value for t in self.challenged(challenge_id).targets}

    def lapse(self, challenge_id: UUID, booking_id: UUID | None = None) -> tuple[Event, ...]:
        """The clock's word: a target's deadline passed, or the winner's window."""
        args = {"challenge_id": challenge_id, "booking_id": booking_id}
        return self.do("challenge.lapse", args, by=SYSTEM)

    # -- time off ------------------------------------------------------------------------

    def ask_off(self, artist_id: UUID, first: int, last: int | None = None, **kwargs: Any) -> UUID:
        """Ask for whole days off; the id of the request."""
        args = {"artist_id": artist_id, **days(first, last)}
        return entity_of(self.do("time_off.request", args, **kwargs)[0]).id

    def off(self, artist_id: UUID, first: int, last: int | None = None) -> UUID:
        """Approved days off."""
        off = self.ask_off(artist_id, first, last)
        self.do("time_off.answer", {"time_off_id": off, "answer": "approve"})
        return off

    # -- what is there -------------------------------------------------------------------

    def booking(self, booking_id: UUID) -> Booking:
        return self.state.bookings[booking_id]

    def status(self, booking_id: UUID) -> str:
        return self.booking(booking_id).status.value

    def rank(self, booking_id: UUID) -> int | None:
        return self.booking(booking_id).rank

    def ranks(self, booking_id: UUID) -> list[tuple[int, int]]:
        """`(day of March, rank)` for each day of a booking of whole days."""
        booking = self.booking(booking_id)
        return [
            (day, next(s.rank for s in booking.segments if s.start <= at(day) < s.end))
            for day in range(booking.start.day, booking.start.day + (booking.end - booking.start).days)
        ]

    def artist(self, artist_id: UUID) -> Artist:
        return self.state.artists[artist_id]


def types(events: tuple[Event, ...]) -> list[str]:
    """What happened, by name."""
    return [event.type for event in events]
