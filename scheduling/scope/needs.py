"""The rows a command needs: what they are, and the ranges of lines among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduling.commands import RestoreCommand
from scheduling.model import EntityKind
from scheduling.ranges import check_range, utc
from scheduling.state import Key


class Window(Struct, frozen=True):
    """An artist's line over `[start, end)`, with everything its ranks depend on."""

    artist_id: UUID
    start: datetime
    end: datetime


class Needs(Struct, frozen=True, kw_only=True):
    """Rows to have, by kind.

    `graphs` are projects whose phases, dependencies and milestones are needed, `booked` those whose
    live bookings are. `drafts`: all open scenarios, with what they hold. `fresh` are ids for bookings to be
    made, which should be nobody's yet.
    """

    bookings: frozenset[UUID] = frozenset()
    fresh: frozenset[UUID] = frozenset()
    artists: frozenset[UUID] = frozenset()
    projects: frozenset[UUID] = frozenset()
    phases: frozenset[UUID] = frozenset()
    dependencies: frozenset[UUID] = frozenset()
    milestones: frozenset[UUID] = frozenset()
    booked: frozenset[UUID] = frozenset()
    graphs: frozenset[UUID] = frozenset()
    series: frozenset[UUID] = frozenset()
    records: frozenset[UUID] = frozenset()
    points: frozenset[RestoreCommand] = frozenset()
    challenges: frozenset[UUID] = frozenset()
    times_off: frozenset[UUID] = frozenset()
    scenarios: frozenset[UUID] = frozenset()
    scenario_changes: frozenset[UUID] = frozenset()
    drafts: bool = False
    members: bool = False
    windows: frozenset[Window] = frozenset()


NOTHING = Needs()


def ids_of(*ids: UUID | object | None) -> frozenset[UUID]:
    return frozenset(i for i in ids if isinstance(i, UUID))


def needs_of(keys: Iterable[Key]) -> Needs:
    """The rows themselves."""
    ids: dict[EntityKind, set[UUID]] = {}
    for kind, entity_id in keys:
        ids.setdefault(kind, set()).add(entity_id)
    return Needs(
        bookings=frozenset(ids.get("booking", ())),
        artists=frozenset(ids.get("artist", ())),
        projects=frozenset(ids.get("project", ())),
        phases=frozenset(ids.get("phase", ())),
        dependencies=frozenset(ids.get("dependency", ())),
        milestones=frozenset(ids.get("milestone", ())),
        times_off=frozenset(ids.get("time_off", ())),
    )


SNAP = timedelta(days=2)
"""Further than this whole days never lie from the range they were asked as, whatever the zones."""


def window_of(artist_id: UUID, start: datetime, end: datetime, *, snaps: bool = False) -> frozenset[Window]:
    """A range that is not one asks for nothing: deciding will refuse it. `snaps`: it may grow to days."""
    start, end = utc(start), utc(end)
    if check_range(start, end):
        return frozenset()
    if snaps:
        start, end = start - SNAP, end + SNAP
    return frozenset({Window(artist_id, start, end)})
