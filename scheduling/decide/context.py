"""What a decision is made with and made of: the circumstances, the draft, the outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from msgspec import Struct

from scheduling.apply import apply
from scheduling.events import Event
from scheduling.model import FIRST_YEAR, LAST_YEAR, LONGEST_BOOKING
from scheduling.permissions import Actor
from scheduling.refusals import Refused, invalid
from scheduling.state import State


class Context(Struct, frozen=True, kw_only=True):
    """Who asks, when, under which id, and based on which version of the target."""

    actor: Actor
    now: datetime
    command_id: UUID
    base_version: int | None = None
    changed_since: frozenset[str] = frozenset()

    def new_id(self, name: str) -> UUID:
        """An id that follows from the command's, so that deciding twice makes the same one."""
        return uuid5(self.command_id, name)


class Accepted(Struct, frozen=True, kw_only=True):
    """A "yes": what happened, and the state it leads to. No events: it was so already."""

    events: tuple[Event, ...]
    state: State
    primary: Event | None = None


Outcome = Accepted | Refused


class Draft:
    """The events decided so far and the state they make."""

    def __init__(self, state: State, context: Context) -> None:
        self.state = state
        self.context = context
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.state = apply(self.state, event)

    def accepted(self) -> Accepted:
        return Accepted(
            events=tuple(self.events),
            state=self.state,
            primary=self.events[0] if self.events else None,
        )


def check_range(start: datetime, end: datetime) -> Refused | None:
    """Whether `[start, end)` is a range a booking may have; instants must be UTC already."""
    if start >= end:
        return invalid(f"A range must end after it starts; got {start} to {end}.", "end")
    if end - start > LONGEST_BOOKING:
        return invalid(
            f"A booking lasts at most {LONGEST_BOOKING.days} days; got {(end - start).days}.", "end"
        )
    for name, instant in (("start", start), ("end", end)):
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            return invalid(f"Dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {instant}.", name)
        if instant.microsecond:
            return invalid(f"Times are whole seconds; got {instant.isoformat()}.", name)
    return None


def utc(instant: datetime) -> datetime:
    """The same moment, in UTC."""
    return instant.astimezone(UTC)
