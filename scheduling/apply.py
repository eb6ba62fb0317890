"""How an event changes the state: the one fold that replicas, tests and the write path share."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.events import Event, entity_of
from scheduling.state import State, put, remove


def apply(state: State, event: Event) -> State:
    """The state after `event`. Events carry whole entities, so applying one twice is applying it once."""
    if event.type.endswith(".deleted"):
        return remove(state, entity_of(event))
    return put(state, entity_of(event))


def apply_all(state: State, events: Iterable[Event]) -> State:
    """`apply`, in order."""
    for event in events:
        state = apply(state, event)
    return state
