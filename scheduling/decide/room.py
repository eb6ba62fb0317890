"""How many scenarios a studio may have open, and how much they may hold."""

from __future__ import annotations

from uuid import UUID

from scheduling.commands.scenarios import MOST_CHANGES
from scheduling.refusals import Code, Refused
from scheduling.state import State, draft_of

MOST_OPEN = 50
"""A studio has at most so many open scenarios."""
MOST_IN_ALL = 20_000
"""All open scenarios of a studio hold at most so many changes together: every client keeps them."""


def room_for_one_more(state: State) -> Refused | None:
    """Whether the studio may open another scenario."""
    return _too_many_open(sum(1 for s in state.scenarios.values() if s.open) + 1)


def _too_many_open(count: int) -> Refused | None:
    if count <= MOST_OPEN:
        return None
    message = f"A studio has at most {MOST_OPEN} open scenarios; commit or discard one first."
    return Refused(code=Code.TOO_LARGE, message=message)


def room_left(state: State, scenario_id: UUID) -> Refused | None:
    """Whether a scenario, and all of them together, hold no more than they may."""
    count = len(draft_of(state, scenario_id))
    if count > MOST_CHANGES:
        message = f"A scenario holds at most {MOST_CHANGES:,} changes; this would be {count:,}."
        return Refused(code=Code.TOO_LARGE, message=message)
    total = sum(len(changes) for changes in state.drafts.values())
    if total > MOST_IN_ALL:
        message = f"Open scenarios hold at most {MOST_IN_ALL:,} changes in all; this would be {total:,}."
        return Refused(code=Code.TOO_LARGE, message=message)
    return _too_many_open(sum(1 for s in state.scenarios.values() if s.open))
