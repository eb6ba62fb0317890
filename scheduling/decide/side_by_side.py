"""Moves of bookings asked for side by side, decided as one: each may go where another leaves."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.commands import MoveBooking
from scheduling.decide.challenges import keep_challenges
from scheduling.decide.context import Accepted, Context, Draft
from scheduling.decide.relocate import Place, destination
from scheduling.decide.together import Going, relocate_together
from scheduling.decide.versions import check_version
from scheduling.permissions import authorise
from scheduling.refusals import Refused, not_found
from scheduling.state import State


def move_side_by_side(
    state: State, asked: Sequence[tuple[MoveBooking, Context]]
) -> tuple[Accepted, dict[int, Refused]]:
    """Decide several moves as one: all leave before any arrives. Says by position who cannot go, and why.

    Those who are refused stay, which may refuse others in turn.
    """
    refused: dict[int, Refused] = {}
    going: list[tuple[int, Going]] = []
    for position, (command, context) in enumerate(asked):
        found = _asked(state, command, context)
        if isinstance(found, Refused):
            refused[position] = found
        else:
            going.append((position, found))
    draft = Draft(state, asked[0][1])
    for no in relocate_together(draft, [one for _, one in going], skip=True):
        refused[going[no.item][0]] = Refused(code=no.code, message=no.message, data=no.data)
    return keep_challenges(draft.accepted(), asked[0][1]), refused


def _asked(state: State, command: MoveBooking, context: Context) -> Going | Refused:
    refused = authorise(context.actor, command, state) or check_version(state, command, context)
    if refused:
        return refused
    booking = state.bookings.get(command.booking_id)
    if booking is None:
        return not_found("booking", command.booking_id)
    target = command.artist_id or booking.artist_id
    there = Place(target, command.start, command.end, command.granularity)
    to = destination(state, booking, there)
    return to if isinstance(to, Refused) else Going(booking=booking, to=to)
