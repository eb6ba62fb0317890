"""What undoing and restoring need: where things stand, and where they stood."""

from __future__ import annotations

from uuid import UUID

import msgspec

from scheduling.commands import RestoreCommand, UndoCommand
from scheduling.model import (
    Artist,
    Booking,
    Dependency,
    Member,
    Milestone,
    Phase,
    Project,
    ScenarioChange,
    TimeOff,
)
from scheduling.ranges import EARLIEST, LATEST
from scheduling.scope.needs import Needs, Window, ids_of, needs_of, window_of
from scheduling.state import State, find


def undo_needs(command: UndoCommand, state: State) -> Needs:
    record = state.records.get(command.command_id)
    if record is None:
        return Needs()
    ids: dict[str, set[UUID]] = {}
    windows: set[Window] = set()
    graphs: set[UUID] = set()
    booked: set[UUID] = set()
    for touched in record.touched:
        ids.setdefault(touched.kind, set()).add(touched.id)
        for image in (touched.before, touched.after):
            if isinstance(image, Booking | TimeOff):
                windows |= window_of(image.artist_id, image.start, image.end)
                ids.setdefault("artist", set()).add(image.artist_id)
            elif isinstance(image, Phase | Dependency | Milestone):
                graphs.add(image.project_id)
            elif isinstance(image, Artist) and touched.before is None:
                windows.add(Window(image.id, EARLIEST, LATEST))
            elif isinstance(image, Project) and touched.before is None:
                graphs.add(image.id)
                booked.add(image.id)
            elif isinstance(image, Member):
                ids.setdefault("artist", set()).update(ids_of(image.artist_id))
            elif isinstance(image, ScenarioChange):
                ids.setdefault("scenario", set()).add(image.scenario_id)
    return Needs(
        bookings=frozenset(ids.get("booking", ())),
        artists=frozenset(ids.get("artist", ())),
        projects=frozenset(ids.get("project", ())),
        phases=frozenset(ids.get("phase", ())),
        dependencies=frozenset(ids.get("dependency", ())),
        milestones=frozenset(ids.get("milestone", ())),
        challenges=frozenset(ids.get("challenge", ())),
        times_off=frozenset(ids.get("time_off", ())),
        scenarios=frozenset(ids.get("scenario", ())),
        scenario_changes=frozenset(ids.get("scenario_change", ())),
        drafts=bool(ids.keys() & {"scenario", "scenario_change"}),
        graphs=frozenset(graphs),
        booked=frozenset(booked),
        members="member" in ids,
        windows=frozenset(windows),
    )


def restore_needs(command: RestoreCommand, state: State) -> Needs:
    """Where things stand and stood: their lines, their projects' graphs, their artists and phases."""
    point = state.points.get(command)
    if point is None:
        return Needs()
    windows: set[Window] = set()
    graphs: set[UUID] = set()
    artists: set[UUID] = set()
    phases: set[UUID] = set()
    for key, image in point.images.items():
        for entity in (image, find(state, *key) or state.deleted.get(key)):
            if isinstance(entity, Booking | TimeOff):
                windows |= window_of(entity.artist_id, entity.start, entity.end)
                artists.add(entity.artist_id)
                # A booking is given its phase back only where there still is one.
                phases |= ids_of(getattr(entity, "phase_id", None))
            elif isinstance(entity, Phase | Dependency | Milestone):
                graphs.add(entity.project_id)
            elif isinstance(entity, Project):
                graphs.add(entity.id)
    known = needs_of(point.images)
    return msgspec.structs.replace(
        known,
        artists=known.artists | artists,
        projects=known.projects | graphs,
        phases=known.phases | phases,
        graphs=frozenset(graphs),
        windows=frozenset(windows),
    )
