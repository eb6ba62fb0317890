"""What commands on series need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from scheduling.commands import EditSeries, PlaceSeries, ReleaseSeries
from scheduling.patterns import occurrence_id, plain_days
from scheduling.scope.needs import SNAP, Needs, Window
from scheduling.state import State


def pattern_needs(command: PlaceSeries, state: State) -> Needs:
    """The line from the first occurrence to the last; nothing for a pattern that will be refused."""
    days = plain_days(command.pattern) if command.artist_id in state.artists else ()
    if not days:
        return Needs()
    first, last = (datetime.combine(day, datetime.min.time(), UTC) for day in (days[0], days[-1]))
    end = last + SNAP + timedelta(days=command.pattern.days)
    ids = (occurrence_id(command.id, day) for day in days) if command.id else ()
    return Needs(bookings=frozenset(ids), windows=frozenset({Window(command.artist_id, first - SNAP, end)}))


def series_needs(command: EditSeries | ReleaseSeries, state: State) -> Needs:
    """The lines where its bookings stand, and where they would stand."""
    windows: set[Window] = set()
    artists: set[UUID] = set()
    shift = timedelta(days=command.move_days) if isinstance(command, EditSeries) else timedelta()
    for booking in state.bookings.values():
        if booking.series_id != command.series_id or not booking.live:
            continue
        artists.add(booking.artist_id)
        windows.add(Window(booking.artist_id, booking.start, booking.end))
        if isinstance(command, EditSeries):
            to = command.artist_id or booking.artist_id
            windows.add(Window(to, booking.start + shift - SNAP, booking.end + shift + SNAP))
    return Needs(artists=frozenset(artists), windows=frozenset(windows))
