"""Which rows each command needs, in the three steps in which they become known."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

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
    BookingCommand,
    CancelTimeOff,
    ChangeScenario,
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
from scheduling.model import Booking, Challenge
from scheduling.moving import plan_move
from scheduling.refusals import Refused
from scheduling.scope.drafts import draft_needs, drawn_needs, wish_needs
from scheduling.scope.needs import NOTHING, Needs, Window, ids_of, window_of
from scheduling.scope.past import restore_needs, undo_needs
from scheduling.scope.series import pattern_needs, series_needs
from scheduling.state import State


def first_needs(command: SingleCommand) -> Needs:  # noqa: C901, PLR0912 - one arm per operation
    """What the command names itself."""
    match command:
        case PlaceBooking():
            return Needs(
                fresh=ids_of(command.id),
                artists=ids_of(command.artist_id),
                projects=ids_of(command.project_id),
                phases=ids_of(command.phase_id),
                windows=window_of(
                    command.artist_id, command.start, command.end, snaps=command.granularity != "time"
                ),
            )
        case PlaceSeries():
            return Needs(
                series=ids_of(command.id),
                artists=ids_of(command.artist_id),
                projects=ids_of(command.project_id),
                phases=ids_of(command.phase_id),
            )
        case EditSeries():
            return Needs(
                series=ids_of(command.series_id),
                artists=ids_of(command.artist_id),
                projects=ids_of(command.project_id),
                phases=ids_of(command.phase_id),
            )
        case ReleaseSeries():
            return Needs(series=ids_of(command.series_id))
        case MoveBooking() | ReassignBooking():
            return Needs(bookings=ids_of(command.booking_id), artists=ids_of(command.artist_id))
        case EditBooking():
            return Needs(
                bookings=ids_of(command.booking_id),
                projects=ids_of(command.project_id),
                phases=ids_of(command.phase_id),
            )
        case AddArtist():
            return Needs(artists=ids_of(command.id), projects=frozenset(command.preferred_projects))
        case EditArtist():
            preferred = () if command.preferred_projects is UNSET else command.preferred_projects
            return Needs(artists=ids_of(command.artist_id), projects=frozenset(preferred))
        case ArchiveArtist():
            return Needs(artists=ids_of(command.artist_id))
        case AddProject():
            return Needs(projects=ids_of(command.id))
        case EditProject() | ArchiveProject():
            return Needs(projects=ids_of(command.project_id))
        case AddPhase():
            return Needs(phases=ids_of(command.id), projects=ids_of(command.project_id))
        case ShiftProject():
            project_ids = ids_of(command.project_id)
            return Needs(projects=project_ids, graphs=project_ids, booked=project_ids)
        case EditPhase() | MovePhase() | DeletePhase():
            return Needs(phases=ids_of(command.phase_id))
        case AddMilestone():
            return Needs(
                milestones=ids_of(command.id),
                projects=ids_of(command.project_id),
                phases=ids_of(command.phase_id),
            )
        case EditMilestone():
            return Needs(milestones=ids_of(command.milestone_id), phases=ids_of(command.phase_id))
        case DeleteMilestone():
            return Needs(milestones=ids_of(command.milestone_id))
        case AddDependency():
            return Needs(
                phases=ids_of(command.from_phase_id, command.to_phase_id),
                dependencies=ids_of(command.id),
            )
        case EditDependency() | DeleteDependency():
            return Needs(dependencies=ids_of(command.dependency_id))
        case AddMember():
            return Needs(members=True, artists=ids_of(command.artist_id))
        case EditMember():
            return Needs(members=True, artists=ids_of(command.artist_id))
        case EditTenant():
            return Needs()
        case OpenChallenge():
            return Needs(bookings=ids_of(command.booking_id), challenges=ids_of(command.id))
        case RequestTimeOff():
            return Needs(
                artists=ids_of(command.artist_id),
                times_off=ids_of(command.id),
                windows=window_of(command.artist_id, command.start, command.end),
            )
        case AnswerTimeOff() | CancelTimeOff():
            return Needs(times_off=ids_of(command.time_off_id))
        case AnswerChallenge() | WithdrawChallenge() | LapseChallenge():
            return Needs(challenges=ids_of(command.challenge_id))
        case AddScenario():
            return wish_needs(command.changes, ids_of(command.id))
        case ChangeScenario():
            return wish_needs(command.changes, ids_of(command.scenario_id))
        case EditScenario() | DropChanges() | RebaseScenario() | CommitScenario() | DiscardScenario():
            return Needs(scenarios=ids_of(command.scenario_id), drafts=True)
        case UndoCommand():
            return Needs(records=ids_of(command.command_id))
        case RestoreCommand():
            return Needs(points=frozenset({command}))
        case _:
            return Needs(bookings=ids_of(command.booking_id))


def further_needs(command: SingleCommand, state: State) -> Needs:
    """What follows from the rows that `first_needs` brought in."""
    if isinstance(command, BookingCommand):
        return _of_booking(command, state)
    match command:
        case UndoCommand():
            return undo_needs(command, state)
        case RestoreCommand():
            return restore_needs(command, state)
        case PlaceSeries():
            return pattern_needs(command, state)
        case EditSeries() | ReleaseSeries():
            return series_needs(command, state)
        case AnswerChallenge() | WithdrawChallenge() | LapseChallenge():
            challenge = state.challenges.get(command.challenge_id)
            return claims_of(challenge, state) if challenge else Needs()
        case AnswerTimeOff() | CancelTimeOff():
            off = state.times_off.get(command.time_off_id)
            return Needs(windows=window_of(off.artist_id, off.start, off.end)) if off else Needs()
        case CommitScenario() | RebaseScenario():
            return draft_needs(command.scenario_id, state)
        case ShiftProject():
            return _going_needs(going_with_project(state, command))
        case DeletePhase() | AddDependency() | MovePhase():
            phase_id = command.to_phase_id if isinstance(command, AddDependency) else command.phase_id
            phase = state.phases.get(phase_id)
            project_id = phase.project_id if phase else None
            along = isinstance(command, MovePhase) and command.with_bookings
            return Needs(
                graphs=ids_of(project_id),
                projects=ids_of(project_id),
                booked=ids_of(project_id) if along else frozenset(),
            )
        case EditMember():
            member = state.members.get(command.member_id)
            return Needs(artists=ids_of(member.artist_id if member else None))
        case _:
            return _of_booking(command, state)


def _of_booking(command: SingleCommand, state: State) -> Needs:
    """The lines that a command about one booking has to do with."""
    booking_id = getattr(command, "booking_id", None)
    booking = state.bookings.get(booking_id) if booking_id else None
    return _booking_needs(command, booking) if booking else NOTHING


_TWICE = (AnswerChallenge, WithdrawChallenge, LapseChallenge, CommitScenario, RebaseScenario, MovePhase)


def last_needs(command: SingleCommand, state: State) -> Needs:
    """What follows from those in turn: lines of challenged claims, lines that bookings go to with phases."""
    if not isinstance(command, _TWICE):
        return NOTHING
    if isinstance(command, AnswerChallenge | WithdrawChallenge | LapseChallenge):
        challenge = state.challenges.get(command.challenge_id)
        return claims_of(challenge, state) if challenge else NOTHING
    if isinstance(command, CommitScenario | RebaseScenario):
        return drawn_needs(command.scenario_id, state)
    if not command.with_bookings or command.phase_id not in state.phases:
        return NOTHING
    plan = plan_move(state, command)
    return NOTHING if isinstance(plan, Refused) else _going_needs(going_with_phases(state, plan))


def _going_needs(going: Iterable[Going]) -> Needs:
    windows: set[Window] = set()
    for one in going:
        artist_id = one.booking.artist_id
        windows |= window_of(artist_id, one.booking.start, one.booking.end)
        windows |= window_of(artist_id, one.to.start, one.to.end)
    return Needs(artists=frozenset(w.artist_id for w in windows), windows=frozenset(windows))


def _booking_needs(command: SingleCommand, booking: Booking) -> Needs:
    windows = window_of(booking.artist_id, booking.start, booking.end)
    artists = {booking.artist_id}
    snaps = booking.granularity != "time"
    if isinstance(command, MoveBooking | ResizeBooking):
        to = command.artist_id if isinstance(command, MoveBooking) else None
        snaps = snaps or command.granularity is not None
        windows |= window_of(to or booking.artist_id, command.start, command.end, snaps=snaps)
    elif isinstance(command, ReassignBooking):
        windows |= window_of(command.artist_id, booking.start, booking.end, snaps=snaps)
        artists.add(command.artist_id)
    elif isinstance(command, AnswerCounter) and booking.counter is not None:
        windows |= window_of(booking.artist_id, booking.counter.start, booking.counter.end)
    return Needs(artists=frozenset(artists), windows=windows)


def claims_of(challenge: Challenge, state: State) -> Needs:
    """The challenger and its targets, and the lines where they stand."""
    ids = frozenset({challenge.booking_id, *(t.booking_id for t in challenge.targets)})
    known = (state.bookings.get(i) for i in ids)
    windows: frozenset[Window] = frozenset()
    for booking in known:
        if booking is not None and booking.live:
            windows |= window_of(booking.artist_id, booking.start, booking.end)
    return Needs(bookings=ids, artists=ids_of(challenge.artist_id), windows=windows)
