"""What commands on scenarios need."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from immutables import Map

from scheduling.commands import ChangeWish
from scheduling.scope.needs import Needs, Window, ids_of, window_of
from scheduling.state import State


def wish_needs(wishes: Iterable[ChangeWish], scenarios: frozenset[UUID]) -> Needs:
    """What wishes name. Whether they fit is not asked, so that no line is needed."""
    known = tuple(wishes)
    return Needs(
        scenarios=scenarios,
        scenario_changes=ids_of(*(w.id for w in known)),
        drafts=True,
        bookings=ids_of(*(w.booking_id for w in known)),
        artists=ids_of(*(w.artist_id for w in known)),
        projects=ids_of(*(w.project_id for w in known)),
        phases=ids_of(*(w.phase_id for w in known)),
    )


def draft_needs(scenario_id: UUID, state: State) -> Needs:
    """What a scenario names, and the lines where it puts something at a time it says."""
    changes = state.drafts.get(scenario_id, Map()).values()
    windows: set[Window] = set()
    for change in changes:
        if change.artist_id and change.start and change.end:
            windows |= window_of(change.artist_id, change.start, change.end, snaps=True)
    return Needs(
        bookings=ids_of(*(c.booking_id for c in changes)),
        artists=ids_of(*(c.artist_id for c in changes)),
        projects=ids_of(*(c.project_id for c in changes)),
        phases=ids_of(*(c.phase_id for c in changes)),
        windows=frozenset(windows),
    )


def drawn_needs(scenario_id: UUID, state: State) -> Needs:
    """The lines where the bookings stand that a scenario changes, and where moves put them."""
    windows: set[Window] = set()
    for change in state.drafts.get(scenario_id, Map()).values():
        booking = state.bookings.get(change.booking_id)
        if booking is None or not booking.live:
            continue
        windows |= window_of(booking.artist_id, booking.start, booking.end)
        start, end = change.start or booking.start, change.end or booking.end
        windows |= window_of(change.artist_id or booking.artist_id, start, end, snaps=True)
    return Needs(artists=frozenset(w.artist_id for w in windows), windows=frozenset(windows))
