"""A dry run of commands: decided one after the other on a copy of the schedule, written nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from scheduling.decide import Context, decide
from scheduling.permissions import Actor
from scheduling.refusals import ItemRefusal, Refused
from scheduling.state import State
from server.imports.plan import Step


class Rehearsal:
    """A schedule on which one file after the other is tried, each on what the earlier ones would leave.

    Bookings of people who are in another file can only be tried so.
    """

    def __init__(self) -> None:
        self.state: State | None = None


EVERY = 200
"""Commands between two reports of progress."""


def rehearse(
    state: State,
    steps: Sequence[Step],
    *,
    actor: Actor,
    now: datetime,
    command_id: UUID,
    progress: Callable[[int], None],
) -> tuple[dict[int, ItemRefusal], State]:
    """Return the steps that would be refused, by their position, and the schedule after all others."""
    refusals: dict[int, ItemRefusal] = {}
    for index, step in enumerate(steps):
        context = Context(actor=actor, now=now, command_id=uuid5(command_id, str(index)))
        outcome = decide(state, step.command, context)
        if isinstance(outcome, Refused):
            refusals[index] = ItemRefusal(
                item=index, code=outcome.code, message=outcome.message, data=outcome.data
            )
        else:
            state = outcome.state
        if index % EVERY == 0:
            progress(index)
    return refusals, state
