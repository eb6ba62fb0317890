"""What people ask for: one frozen struct per operation, tagged with its wire name.

A command says what should become true, in the imperative. Fields that an edit leaves out are
`UNSET` and stay as they are; fields given as null are cleared.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from scheduling.model import (
    ChallengeClock,
    ChallengeHours,
    Colour,
    ConfirmWindowHours,
    DependencyKind,
    Instant,
    Name,
    Notes,
    ProjectStatus,
    Rate,
    Role,
    ShortText,
    Skill,
    SkillNeed,
    Title,
    WorkingHours,
    Zone,
)

ExternalId = Annotated[str, Meta(max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]
Tags = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=40)]
Hours = Annotated[tuple[WorkingHours, ...], Meta(max_length=21)]
Skills = Annotated[tuple[Skill, ...], Meta(max_length=60)]
Needs = Annotated[tuple[SkillNeed, ...], Meta(max_length=20)]
Duration = Annotated[float, Meta(gt=0, le=100_000)]
Lag = Annotated[float, Meta(ge=-10_000, le=10_000)]


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"):
    """Base of all commands; unknown fields are refused rather than ignored."""


# -- bookings ----------------------------------------------------------------------------


class PlaceBooking(_Command, frozen=True, kw_only=True, tag="booking.place"):
    """Claim `[start, end)` of an artist, at the tail of the line.

    Placed straight as pencil or confirmed, it records the artist's word and must fit exclusively.
    """

    artist_id: UUID
    start: Instant
    end: Instant
    title: Title = ""
    id: UUID | None = None
    status: Literal["hold", "pencil", "confirmed"] = "hold"
    project_id: UUID | None = None
    phase_id: UUID | None = None
    notes: Notes = ""
    zone: Zone | None = None
    standby: bool = False
    response_deadline: Instant | None = None
    expires_at: Instant | None = None
    external_id: ExternalId = ""


class MoveBooking(_Command, frozen=True, kw_only=True, tag="booking.move"):
    """Shift a booking in time, and to another artist where `artist_id` is given."""

    booking_id: UUID
    start: Instant
    end: Instant
    artist_id: UUID | None = None


class ResizeBooking(_Command, frozen=True, kw_only=True, tag="booking.resize"):
    """Change either end; the place in line is kept on the time both ranges share."""

    booking_id: UUID
    start: Instant
    end: Instant


class ReassignBooking(_Command, frozen=True, kw_only=True, tag="booking.reassign"):
    """Hand the same dates to another artist, at the tail of that artist's line."""

    booking_id: UUID
    artist_id: UUID


class EditBooking(_Command, frozen=True, kw_only=True, tag="booking.edit"):
    """Change what a booking says, not when or whose it is."""

    booking_id: UUID
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    phase_id: UUID | UnsetType | None = UNSET


class AcceptBooking(_Command, frozen=True, kw_only=True, tag="booking.accept"):
    """The artist says yes: a pencil where first in line, else kept until it is."""

    booking_id: UUID
    reason: ShortText = ""


class DeclineBooking(_Command, frozen=True, kw_only=True, tag="booking.decline"):
    """The artist says no to a hold."""

    booking_id: UUID
    reason: ShortText = ""


class WithdrawBooking(_Command, frozen=True, kw_only=True, tag="booking.withdraw"):
    """The artist takes back an accepted hold or a pencil."""

    booking_id: UUID
    reason: ShortText = ""


class CounterBooking(_Command, frozen=True, kw_only=True, tag="booking.counter"):
    """The artist proposes other dates; the hold stays where it is until the studio answers."""

    booking_id: UUID
    start: Instant
    end: Instant
    note: ShortText = ""


class AnswerCounter(_Command, frozen=True, kw_only=True, tag="booking.answer_counter"):
    """The studio takes the proposed dates, to which the artist has said yes, or refuses them."""

    booking_id: UUID
    take: bool


class ConfirmBooking(_Command, frozen=True, kw_only=True, tag="booking.confirm"):
    """Both sides bound: a pencil that is first on every segment becomes confirmed."""

    booking_id: UUID
    reason: ShortText = ""


class ReleaseBooking(_Command, frozen=True, kw_only=True, tag="booking.release"):
    """The studio gives dates up: all of them, or `[start, end)`, which shrinks or splits."""

    booking_id: UUID
    start: Instant | None = None
    end: Instant | None = None


class CancelBooking(_Command, frozen=True, kw_only=True, tag="booking.cancel"):
    """Undo a confirmation, with a reason."""

    booking_id: UUID
    reason: Reason


class ExpireBooking(_Command, frozen=True, kw_only=True, tag="booking.expire"):
    """The clock ends a hold; only the system may say so."""

    booking_id: UUID


# -- challenges --------------------------------------------------------------------------


class OpenChallenge(_Command, frozen=True, kw_only=True, tag="challenge.open"):
    """Demand, for a hold in line, that every higher claim on its days confirm or release in time."""

    booking_id: UUID
    id: UUID | None = None


class AnswerChallenge(_Command, frozen=True, kw_only=True, tag="challenge.answer"):
    """Answer for one challenged claim: confirm it, or release the days it shares."""

    challenge_id: UUID
    booking_id: UUID
    answer: Literal["confirm", "release"]


class WithdrawChallenge(_Command, frozen=True, kw_only=True, tag="challenge.withdraw"):
    """Take the demand back."""

    challenge_id: UUID


class LapseChallenge(_Command, frozen=True, kw_only=True, tag="challenge.lapse"):
    """The clock: a challenged claim stayed silent, or the winner's window passed unused."""

    challenge_id: UUID
    booking_id: UUID | None = None


# -- people and work ---------------------------------------------------------------------


class AddArtist(_Command, frozen=True, kw_only=True, tag="artist.add"):
    """Add a person who can be booked."""

    name: Name
    id: UUID | None = None
    skills: Skills = ()
    zone: Zone | None = None
    working_hours: Hours | None = None
    rate: Rate | None = None
    tags: Tags = ()
    email: Annotated[str, Meta(max_length=320)] = ""
    notes: Notes = ""
    external_id: ExternalId = ""


class EditArtist(_Command, frozen=True, kw_only=True, tag="artist.edit"):
    """Change an artist; freelancers may change the availability and skills of their own."""

    artist_id: UUID
    name: Name | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    working_hours: Hours | UnsetType = UNSET
    rate: Rate | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=320)] | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class ArchiveArtist(_Command, frozen=True, kw_only=True, tag="artist.archive"):
    """Take an artist off the schedule; bookings stay in history."""

    artist_id: UUID


class AddProject(_Command, frozen=True, kw_only=True, tag="project.add"):
    """Open a project."""

    name: Name
    id: UUID | None = None
    client: Annotated[str, Meta(max_length=200)] = ""
    colour: Colour = "#4f7cac"
    status: ProjectStatus = "active"
    start: date | None = None
    end: date | None = None
    notes: Notes = ""
    external_id: ExternalId = ""


class EditProject(_Command, frozen=True, kw_only=True, tag="project.edit"):
    """Change a project."""

    project_id: UUID
    name: Name | UnsetType = UNSET
    client: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET
    status: ProjectStatus | UnsetType = UNSET
    start: date | UnsetType | None = UNSET
    end: date | UnsetType | None = UNSET
    notes: Notes | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class ArchiveProject(_Command, frozen=True, kw_only=True, tag="project.archive"):
    """Close a project; its bookings stay."""

    project_id: UUID


class AddPhase(_Command, frozen=True, kw_only=True, tag="phase.add"):
    """Add a piece of work to a project."""

    project_id: UUID
    name: Name
    duration_hours: Duration
    id: UUID | None = None
    skills: Needs = ()
    start: Instant | None = None
    end: Instant | None = None
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    external_id: ExternalId = ""


class EditPhase(_Command, frozen=True, kw_only=True, tag="phase.edit"):
    """Change a phase."""

    phase_id: UUID
    name: Name | UnsetType = UNSET
    duration_hours: Duration | UnsetType = UNSET
    skills: Needs | UnsetType = UNSET
    start: Instant | UnsetType | None = UNSET
    end: Instant | UnsetType | None = UNSET
    progress: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET


class DeletePhase(_Command, frozen=True, kw_only=True, tag="phase.delete"):
    """Remove a phase and its dependencies; bookings keep their dates."""

    phase_id: UUID


class AddDependency(_Command, frozen=True, kw_only=True, tag="dependency.add"):
    """Tie one phase to another of the same project; a cycle is refused and named."""

    from_phase_id: UUID
    to_phase_id: UUID
    id: UUID | None = None
    kind: DependencyKind = "finish_start"
    lag_hours: Lag = 0


class DeleteDependency(_Command, frozen=True, kw_only=True, tag="dependency.delete"):
    """Untie two phases."""

    dependency_id: UUID


class AddMember(_Command, frozen=True, kw_only=True, tag="member.add"):
    """Open an account; the password is set apart and never enters the log."""

    email: Email
    name: Name
    role: Role
    id: UUID | None = None
    artist_id: UUID | None = None


class EditMember(_Command, frozen=True, kw_only=True, tag="member.edit"):
    """Change an account."""

    member_id: UUID
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    artist_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class EditTenant(_Command, frozen=True, kw_only=True, tag="tenant.edit"):
    """Change the studio's name, zone or policies."""

    name: Name | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    hold_response_hours: Annotated[int, Meta(ge=1, le=24 * 90)] | UnsetType = UNSET
    hold_expiry_hours: Annotated[int, Meta(ge=1, le=24 * 366)] | UnsetType = UNSET
    challenge_hours: ChallengeHours | UnsetType = UNSET
    challenge_clock: ChallengeClock | UnsetType = UNSET
    confirm_window_hours: ConfirmWindowHours | UnsetType = UNSET


# -- time off ----------------------------------------------------------------------------


class RequestTimeOff(_Command, frozen=True, kw_only=True, tag="time_off.request"):
    """Ask to be away over `[start, end)`; it binds nobody until the studio approves."""

    artist_id: UUID
    start: Instant
    end: Instant
    note: ShortText = ""
    zone: Zone | None = None
    id: UUID | None = None


class AnswerTimeOff(_Command, frozen=True, kw_only=True, tag="time_off.answer"):
    """Approve a request, where no pencil or confirmed booking stands in the way, or refuse it."""

    time_off_id: UUID
    answer: Literal["approve", "refuse"]
    reason: ShortText = ""


class CancelTimeOff(_Command, frozen=True, kw_only=True, tag="time_off.cancel"):
    """Take a request back, or be there after all."""

    time_off_id: UUID
    reason: ShortText = ""


# -- history and bulk --------------------------------------------------------------------


class UndoCommand(_Command, frozen=True, kw_only=True, tag="history.undo"):
    """Take back one's own earlier command by a compensating one; undoing an undo is redo."""

    command_id: UUID


class BulkItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command inside a bulk command, in wire form."""

    op: str
    args: msgspec.Raw
    base_version: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class ApplyBulk(_Command, frozen=True, kw_only=True, tag="bulk.apply"):
    """Many commands in one transaction: refused whole, or without the refused ones."""

    items: Annotated[tuple[BulkItem, ...], Meta(min_length=1, max_length=20_000)]
    on_refusal: Literal["refuse_all", "skip"] = "refuse_all"


BookingCommand: TypeAlias = (
    PlaceBooking
    | MoveBooking
    | ResizeBooking
    | ReassignBooking
    | EditBooking
    | AcceptBooking
    | DeclineBooking
    | WithdrawBooking
    | CounterBooking
    | AnswerCounter
    | ConfirmBooking
    | ReleaseBooking
    | CancelBooking
    | ExpireBooking
)
WorkCommand: TypeAlias = (
    AddProject
    | EditProject
    | ArchiveProject
    | AddPhase
    | EditPhase
    | DeletePhase
    | AddDependency
    | DeleteDependency
)
PeopleCommand: TypeAlias = AddArtist | EditArtist | ArchiveArtist | AddMember | EditMember | EditTenant
ChallengeCommand: TypeAlias = OpenChallenge | AnswerChallenge | WithdrawChallenge | LapseChallenge
TimeOffCommand: TypeAlias = RequestTimeOff | AnswerTimeOff | CancelTimeOff
SingleCommand: TypeAlias = (
    TimeOffCommand | ChallengeCommand | BookingCommand | WorkCommand | PeopleCommand | UndoCommand
)
Command: TypeAlias = SingleCommand | ApplyBulk

COMMANDS: dict[str, type[Any]] = {str(cls.__struct_config__.tag): cls for cls in Command.__args__}
"""Every operation by its wire name."""


def op_of(command: Command) -> str:
    """The wire name of a command, as in `booking.move`."""
    return str(command.__struct_config__.tag)
