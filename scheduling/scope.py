"""What a command needs to know: which rows the write path must load before deciding it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import UNSET, Struct

from scheduling.commands import (
    AddArtist,
    AddDependency,
    AddMember,
    AddMilestone,
    AddPhase,
    AddProject,
    AddScenario,
    AnswerChallenge,
    AnswerCounter,
    AnswerTimeOff,
    ArchiveArtist,
    ArchiveProject,
    CancelTimeOff,
    ChangeScenario,
    ChangeWish,
    CommitScenario,
    DeleteDependency,
    DeleteMilestone,
    DeletePhase,
    DiscardScenario,
    DropChanges,
    EditArtist,
    EditBooking,
    EditDependency,
    EditMember,
    EditMilestone,
    EditPhase,
    EditProject,
    EditScenario,
    EditSeries,
    EditTenant,
    LapseChallenge,
    MoveBooking,
    MovePhase,
    OpenChallenge,
    PlaceBooking,
    PlaceSeries,
    ReassignBooking,
    RebaseScenario,
    ReleaseSeries,
    RequestTimeOff,
    ResizeBooking,
    RestoreCommand,
    ShiftProject,
    SingleCommand,
    UndoCommand,
    WithdrawChallenge,
)
from scheduling.decide.moves import going_with_phases, going_with_project
from scheduling.decide.together import Going
from scheduling.model import (
    Artist,
    Booking,
    Challenge,
    Dependency,
    EntityKind,
    Member,
    Milestone,
    Phase,
    Project,
    ScenarioChange,
    TimeOff,
)
from scheduling.moving import plan_move
from scheduling.patterns import occurrence_id, plain_days
from scheduling.ranges import EARLIEST, LATEST, check_range, utc
from scheduling.refusals import Refused
from scheduling.state import Key, State, find


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


def _ids(*ids: UUID | object | None) -> frozenset[UUID]:
    return frozenset(i for i in ids if isinstance(i, UUID))


def first_needs(command: SingleCommand) -> Needs:  # noqa: C901, PLR0912 - one arm per operation
    """What the command names itself."""
    match command:
        case PlaceBooking():
            return Needs(
                fresh=_ids(command.id),
                artists=_ids(command.artist_id),
                projects=_ids(command.project_id),
                phases=_ids(command.phase_id),
                windows=_window(
                    command.artist_id, command.start, command.end, snaps=command.granularity != "time"
                ),
            )
        case PlaceSeries():
            return Needs(
                series=_ids(command.id),
                artists=_ids(command.artist_id),
                projects=_ids(command.project_id),
                phases=_ids(command.phase_id),
            )
        case EditSeries():
            return Needs(
                series=_ids(command.series_id),
                artists=_ids(command.artist_id),
                projects=_ids(command.project_id),
                phases=_ids(command.phase_id),
            )
        case ReleaseSeries():
            return Needs(series=_ids(command.series_id))
        case MoveBooking() | ReassignBooking():
            return Needs(bookings=_ids(command.booking_id), artists=_ids(command.artist_id))
        case EditBooking():
            return Needs(
                bookings=_ids(command.booking_id),
                projects=_ids(command.project_id),
                phases=_ids(command.phase_id),
            )
        case AddArtist():
            return Needs(artists=_ids(command.id), projects=frozenset(command.preferred_projects))
        case EditArtist():
            preferred = () if command.preferred_projects is UNSET else command.preferred_projects
            return Needs(artists=_ids(command.artist_id), projects=frozenset(preferred))
        case ArchiveArtist():
            return Needs(artists=_ids(command.artist_id))
        case AddProject():
            return Needs(projects=_ids(command.id))
        case EditProject() | ArchiveProject():
            return Needs(projects=_ids(command.project_id))
        case AddPhase():
            return Needs(phases=_ids(command.id), projects=_ids(command.project_id))
        case ShiftProject():
            project_ids = _ids(command.project_id)
            return Needs(projects=project_ids, graphs=project_ids, booked=project_ids)
        case EditPhase() | MovePhase() | DeletePhase():
            return Needs(phases=_ids(command.phase_id))
        case AddMilestone():
            return Needs(
                milestones=_ids(command.id),
                projects=_ids(command.project_id),
                phases=_ids(command.phase_id),
            )
        case EditMilestone():
            return Needs(milestones=_ids(command.milestone_id), phases=_ids(command.phase_id))
        case DeleteMilestone():
            return Needs(milestones=_ids(command.milestone_id))
        case AddDependency():
            return Needs(
                phases=_ids(command.from_phase_id, command.to_phase_id),
                dependencies=_ids(command.id),
            )
        case EditDependency() | DeleteDependency():
            return Needs(dependencies=_ids(command.dependency_id))
        case AddMember():
            return Needs(members=True, artists=_ids(command.artist_id))
        case EditMember():
            return Needs(members=True, artists=_ids(command.artist_id))
        case EditTenant():
            return Needs()
        case OpenChallenge():
            return Needs(bookings=_ids(command.booking_id), challenges=_ids(command.id))
        case RequestTimeOff():
            return Needs(
                artists=_ids(command.artist_id),
                times_off=_ids(command.id),
                windows=_window(command.artist_id, command.start, command.end),
            )
        case AnswerTimeOff() | CancelTimeOff():
            return Needs(times_off=_ids(command.time_off_id))
        case AnswerChallenge() | WithdrawChallenge() | LapseChallenge():
            return Needs(challenges=_ids(command.challenge_id))
        case AddScenario():
            return _wish_needs(command.changes, _ids(command.id))
        case ChangeScenario():
            return _wish_needs(command.changes, _ids(command.scenario_id))
        case EditScenario() | DropChanges() | RebaseScenario() | CommitScenario() | DiscardScenario():
            return Needs(scenarios=_ids(command.scenario_id), drafts=True)
        case UndoCommand():
            return Needs(records=_ids(command.command_id))
        case RestoreCommand():
            return Needs(points=frozenset({command}))
        case _:
            return Needs(bookings=_ids(command.booking_id))


def further_needs(command: SingleCommand, state: State) -> Needs:
    """What follows from the rows that `first_needs` brought in."""
    match command:
        case UndoCommand():
            return _undo_needs(command, state)
        case RestoreCommand():
            return _restore_needs(command, state)
        case PlaceSeries():
            return _pattern_needs(command, state)
        case EditSeries() | ReleaseSeries():
            return _series_needs(command, state)
        case AnswerChallenge() | WithdrawChallenge() | LapseChallenge():
            challenge = state.challenges.get(command.challenge_id)
            return claims_of(challenge, state) if challenge else Needs()
        case AnswerTimeOff() | CancelTimeOff():
            off = state.times_off.get(command.time_off_id)
            return Needs(windows=_window(off.artist_id, off.start, off.end)) if off else Needs()
        case CommitScenario() | RebaseScenario():
            return _draft_needs(command.scenario_id, state)
        case ShiftProject():
            return _going_needs(going_with_project(state, command))
        case DeletePhase() | AddDependency() | MovePhase():
            phase_id = command.to_phase_id if isinstance(command, AddDependency) else command.phase_id
            phase = state.phases.get(phase_id)
            project_id = phase.project_id if phase else None
            along = isinstance(command, MovePhase) and command.with_bookings
            return Needs(
                graphs=_ids(project_id),
                projects=_ids(project_id),
                booked=_ids(project_id) if along else frozenset(),
            )
        case EditMember():
            member = state.members.get(command.member_id)
            return Needs(artists=_ids(member.artist_id if member else None))
        case _:
            booking_id = getattr(command, "booking_id", None)
            booking = state.bookings.get(booking_id) if booking_id else None
            return _booking_needs(command, booking) if booking else Needs()


def last_needs(command: SingleCommand, state: State) -> Needs:
    """What follows from those in turn: lines of challenged claims, lines that bookings go to with phases."""
    if isinstance(command, AnswerChallenge | WithdrawChallenge | LapseChallenge):
        challenge = state.challenges.get(command.challenge_id)
        return claims_of(challenge, state) if challenge else NOTHING
    if isinstance(command, CommitScenario | RebaseScenario):
        return _drawn_needs(command.scenario_id, state)
    if (
        not isinstance(command, MovePhase)
        or not command.with_bookings
        or command.phase_id not in state.phases
    ):
        return NOTHING
    plan = plan_move(state, command)
    return NOTHING if isinstance(plan, Refused) else _going_needs(going_with_phases(state, plan))


def _wish_needs(wishes: Iterable[ChangeWish], scenarios: frozenset[UUID]) -> Needs:
    """What wishes name. Whether they fit is not asked, so that no line is needed."""
    known = tuple(wishes)
    return Needs(
        scenarios=scenarios,
        scenario_changes=_ids(*(w.id for w in known)),
        drafts=True,
        bookings=_ids(*(w.booking_id for w in known)),
        artists=_ids(*(w.artist_id for w in known)),
        projects=_ids(*(w.project_id for w in known)),
        phases=_ids(*(w.phase_id for w in known)),
    )


def _draft_needs(scenario_id: UUID, state: State) -> Needs:
    """What a scenario names, and the lines where it puts something at a time it says."""
    changes = state.drafts.get(scenario_id, Map()).values()
    windows: set[Window] = set()
    for change in changes:
        if change.artist_id and change.start and change.end:
            windows |= _window(change.artist_id, change.start, change.end, snaps=True)
    return Needs(
        bookings=_ids(*(c.booking_id for c in changes)),
        artists=_ids(*(c.artist_id for c in changes)),
        projects=_ids(*(c.project_id for c in changes)),
        phases=_ids(*(c.phase_id for c in changes)),
        windows=frozenset(windows),
    )


def _drawn_needs(scenario_id: UUID, state: State) -> Needs:
    """The lines where the bookings stand that a scenario changes, and where moves put them."""
    windows: set[Window] = set()
    for change in state.drafts.get(scenario_id, Map()).values():
        booking = state.bookings.get(change.booking_id)
        if booking is None or not booking.live:
            continue
        windows |= _window(booking.artist_id, booking.start, booking.end)
        start, end = change.start or booking.start, change.end or booking.end
        windows |= _window(change.artist_id or booking.artist_id, start, end, snaps=True)
    return Needs(artists=frozenset(w.artist_id for w in windows), windows=frozenset(windows))


def _going_needs(going: Iterable[Going]) -> Needs:
    windows: set[Window] = set()
    for one in going:
        artist_id = one.booking.artist_id
        windows |= _window(artist_id, one.booking.start, one.booking.end)
        windows |= _window(artist_id, one.to.start, one.to.end)
    return Needs(artists=frozenset(w.artist_id for w in windows), windows=frozenset(windows))


def _booking_needs(command: SingleCommand, booking: Booking) -> Needs:
    windows = _window(booking.artist_id, booking.start, booking.end)
    artists = {booking.artist_id}
    snaps = booking.granularity != "time"
    if isinstance(command, MoveBooking | ResizeBooking):
        to = command.artist_id if isinstance(command, MoveBooking) else None
        snaps = snaps or command.granularity is not None
        windows |= _window(to or booking.artist_id, command.start, command.end, snaps=snaps)
    elif isinstance(command, ReassignBooking):
        windows |= _window(command.artist_id, booking.start, booking.end, snaps=snaps)
        artists.add(command.artist_id)
    elif isinstance(command, AnswerCounter) and booking.counter is not None:
        windows |= _window(booking.artist_id, booking.counter.start, booking.counter.end)
    return Needs(artists=frozenset(artists), windows=windows)


def claims_of(challenge: Challenge, state: State) -> Needs:
    """The challenger and its targets, and the lines where they stand."""
    ids = frozenset({challenge.booking_id, *(t.booking_id for t in challenge.targets)})
    known = (state.bookings.get(i) for i in ids)
    windows: frozenset[Window] = frozenset()
    for booking in known:
        if booking is not None and booking.live:
            windows |= _window(booking.artist_id, booking.start, booking.end)
    return Needs(bookings=ids, artists=_ids(challenge.artist_id), windows=windows)


def _undo_needs(command: UndoCommand, state: State) -> Needs:
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
                windows |= _window(image.artist_id, image.start, image.end)
                ids.setdefault("artist", set()).add(image.artist_id)
            elif isinstance(image, Phase | Dependency | Milestone):
                graphs.add(image.project_id)
            elif isinstance(image, Artist) and touched.before is None:
                windows.add(Window(image.id, EARLIEST, LATEST))
            elif isinstance(image, Project) and touched.before is None:
                graphs.add(image.id)
                booked.add(image.id)
            elif isinstance(image, Member):
                ids.setdefault("artist", set()).update(_ids(image.artist_id))
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


def _restore_needs(command: RestoreCommand, state: State) -> Needs:
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
                windows |= _window(entity.artist_id, entity.start, entity.end)
                artists.add(entity.artist_id)
                # A booking is given its phase back only where there still is one.
                phases |= _ids(getattr(entity, "phase_id", None))
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


_SNAP = timedelta(days=2)
"""Further than this whole days never lie from the range they were asked as, whatever the zones."""


def _pattern_needs(command: PlaceSeries, state: State) -> Needs:
    """The line from the first occurrence to the last; nothing for a pattern that will be refused."""
    days = plain_days(command.pattern) if command.artist_id in state.artists else ()
    if not days:
        return Needs()
    first, last = (datetime.combine(day, datetime.min.time(), UTC) for day in (days[0], days[-1]))
    end = last + _SNAP + timedelta(days=command.pattern.days)
    ids = (occurrence_id(command.id, day) for day in days) if command.id else ()
    return Needs(bookings=frozenset(ids), windows=frozenset({Window(command.artist_id, first - _SNAP, end)}))


def _series_needs(command: EditSeries | ReleaseSeries, state: State) -> Needs:
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
            windows.add(Window(to, booking.start + shift - _SNAP, booking.end + shift + _SNAP))
    return Needs(artists=frozenset(artists), windows=frozenset(windows))


def _window(artist_id: UUID, start: datetime, end: datetime, *, snaps: bool = False) -> frozenset[Window]:
    """A range that is not one asks for nothing: deciding will refuse it. `snaps`: it may grow to days."""
    start, end = utc(start), utc(end)
    if check_range(start, end):
        return frozenset()
    if snaps:
        start, end = start - _SNAP, end + _SNAP
    return frozenset({Window(artist_id, start, end)})
