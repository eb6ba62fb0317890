"""Which rows of a studio a workspace has: what need not be loaded, and how far lines reach. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from scheduling.model import EntityKind
from scheduling.scope import NOTHING, Needs, Window
from scheduling.state import Key, State, beginning_before

NEAR = timedelta(days=1)
"""Lines are loaded this far around what is asked, so that one query nearly always suffices."""
FAR = timedelta(days=45)
"""As far as a bulk command loads them, whose next items are likely to ask for the days beside; and lines
that are asked about a second time."""


_BY_KIND: tuple[tuple[EntityKind, str], ...] = (
    ("booking", "bookings"),
    ("booking", "fresh"),
    ("artist", "artists"),
    ("project", "projects"),
    ("phase", "phases"),
    ("dependency", "dependencies"),
    ("milestone", "milestones"),
    ("challenge", "challenges"),
    ("time_off", "times_off"),
    ("scenario", "scenarios"),
    ("scenario_change", "scenario_changes"),
)
_KINDS = tuple(kind for kind, _ in _BY_KIND)
_ids_of = attrgetter(*(field for _, field in _BY_KIND))


class Known:
    """A state, and of what in it the database need not be asked any more."""

    def __init__(self, state: State, margin: timedelta) -> None:
        self.state = state
        self._margin = margin
        """How far around what is asked lines are loaded."""
        self._known: set[Key] = set()
        self._members_known = False
        self._drafts_known = False
        self._graphs: set[UUID] = set()
        self._series: set[UUID] = set()
        self._booked: set[UUID] = set()
        self._challenged: set[UUID] = set()
        self._away: set[UUID] = set()
        self._lines: dict[UUID, tuple[datetime, datetime]] = {}
        self._lasts = False
        self._wagered: set[UUID] = set()

    @property
    def wagered(self) -> frozenset[UUID]:
        """Ids of bookings that were taken to be nobody's yet, without looking: the database has to agree."""
        return frozenset(self._wagered)

    def _forget_all(self) -> None:
        self._known.clear()
        self._lines.clear()
        self._graphs.clear()
        self._series.clear()
        self._booked.clear()
        self._challenged.clear()
        self._away.clear()
        self._members_known = False
        self._drafts_known = False

    def wager(self, fresh: frozenset[UUID]) -> None:
        """Take new ids of bookings to be nobody's, where the state is remembered; else they are looked up."""
        if self._lasts:
            for booking_id in fresh:
                if ("booking", booking_id) not in self._known:
                    self._known.add(("booking", booking_id))
                    self._wagered.add(booking_id)

    def knows(self, needs: Needs) -> bool:
        """Whether nothing would have to be loaded; cheap where that is so, as it is nearly always."""
        if needs is NOTHING:
            return True
        if needs.points or needs.records or (needs.members and not self._members_known):
            return False
        if needs.drafts and not self._drafts_known:
            return False
        known = self._known
        for kind, ids in zip(_KINDS, _ids_of(needs), strict=True):
            for entity_id in ids:
                if (kind, entity_id) not in known:
                    return False
        if not (
            needs.graphs <= self._graphs and needs.booked <= self._booked and needs.series <= self._series
        ):
            return False
        for window in needs.windows:
            artist_id = window.artist_id
            if artist_id not in self._away or artist_id not in self._challenged:
                return False
            if not self._reaches(artist_id, window.start, window.end):
                return False
        return True

    def _reaches(self, artist_id: UUID, start: datetime, end: datetime) -> bool:
        """Whether the line is known over the range and over every booking that reaches across its edges."""
        return self._covers(artist_id, start, end) and self._covers(
            artist_id, *self._reach(artist_id, start, end)
        )

    # -- lines

    def _wider(self, artist_id: UUID, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """What to load of a line; far, where what is remembered of it did not suffice."""
        known = self._lines.get(artist_id)
        margin = max(self._margin, FAR) if known is not None and self._lasts else self._margin
        first, last = known or (start, end)
        return min(start - margin, first), max(end + margin, last)

    def _covers(self, artist_id: UUID, start: datetime, end: datetime) -> bool:
        known = self._lines.get(artist_id)
        return known is not None and known[0] <= start and end <= known[1]

    def _reach(self, artist_id: UUID, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """The window grown over every live booking that shares time with it, and those with them."""
        line = self.state.lines.get(artist_id, ())
        while True:
            shared = [b for b in beginning_before(line, end) if b.end > start]
            first = min((b.start for b in shared), default=start)
            last = max((b.end for b in shared), default=end)
            if first >= start and last <= end:
                return start, end
            start, end = min(start, first), max(end, last)


def spans_by_artist(windows: Iterable[Window]) -> dict[UUID, tuple[datetime, datetime]]:
    """From the first to the last moment asked about, artist by artist."""
    spans: dict[UUID, tuple[datetime, datetime]] = {}
    for window in windows:
        start, end = spans.get(window.artist_id, (window.start, window.end))
        spans[window.artist_id] = (min(start, window.start), max(end, window.end))
    return spans
