"""What a decision is made with and made of: the circumstances, the draft, the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from scheduling.apply import apply
from scheduling.events import Event
from scheduling.permissions import Actor
from scheduling.refusals import ItemRefusal, Refused
from scheduling.state import State


class Context(Struct, frozen=True, kw_only=True):
    """Who asks, when, under which id, and based on which version of the target.

    `head` is the number of the log up to which the state reaches. `drifted` says of bookings that a
    scenario changes which of their fields were changed since the version it was drawn on.
    """

    actor: Actor
    now: datetime
    command_id: UUID
    base_version: int | None = None
    changed_since: frozenset[str] = frozenset()
    head: int = 0
    drifted: Mapping[UUID, frozenset[str]] = {}

    def new_id(self, name: str) -> UUID:
        """An id that follows from the command's, so that deciding twice makes the same one."""
        return uuid5(self.command_id, name)


class Accepted(Struct, frozen=True, kw_only=True):
    """A "yes": what happened, and the state it leads to. No events: it was so already.

    `refused` are the parts that were left out where the command allowed for that.
    `report` goes to the asker beside the records: what no record says.
    """

    events: tuple[Event, ...]
    state: State
    primary: Event | None = None
    refused: tuple[ItemRefusal, ...] = ()
    report: Struct | None = None


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
