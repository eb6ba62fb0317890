"""What people ask of artists, members and the studio itself."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from scheduling.commands.base import (
    CommandBase,
    ExternalId,
)
from scheduling.model import (
    ChallengeClock,
    ChallengeHours,
    Closures,
    ConfirmWindowHours,
    Country,
    Hours,
    Name,
    Notes,
    Portfolio,
    PreferredProjects,
    Rate,
    Role,
    Skill,
    Subdivision,
    WorkingHours,
    Zone,
)

Email = Annotated[str, Meta(min_length=3, max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]
Tags = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=40)]
Skills = Annotated[tuple[Skill, ...], Meta(max_length=60)]
StudioHours = Annotated[tuple[WorkingHours, ...], Meta(min_length=1, max_length=21)]


class AddArtist(CommandBase, frozen=True, kw_only=True, tag="artist.add"):
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
    portfolio: Portfolio = ()
    preferred_projects: PreferredProjects = ()
    preferred_hours: Hours = ()
    holiday_country: Country | None = None
    holiday_subdivision: Subdivision | None = None


class EditArtist(CommandBase, frozen=True, kw_only=True, tag="artist.edit"):
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
    portfolio: Portfolio | UnsetType = UNSET
    preferred_projects: PreferredProjects | UnsetType = UNSET
    preferred_hours: Hours | UnsetType = UNSET
    holiday_country: Country | UnsetType | None = UNSET
    holiday_subdivision: Subdivision | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class ArchiveArtist(CommandBase, frozen=True, kw_only=True, tag="artist.archive"):
    """Take an artist off the schedule; bookings stay in history."""

    artist_id: UUID


class AddMember(CommandBase, frozen=True, kw_only=True, tag="member.add"):
    """Open an account; the password is set apart and never enters the log."""

    email: Email
    name: Name
    role: Role
    id: UUID | None = None
    artist_id: UUID | None = None


class EditMember(CommandBase, frozen=True, kw_only=True, tag="member.edit"):
    """Change an account."""

    member_id: UUID
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    artist_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class EditTenant(CommandBase, frozen=True, kw_only=True, tag="tenant.edit"):
    """Change the studio's name, zone or policies; only the server itself moves `history_from` on."""

    name: Name | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    hold_response_hours: Annotated[int, Meta(ge=1, le=24 * 90)] | UnsetType = UNSET
    hold_expiry_hours: Annotated[int, Meta(ge=1, le=24 * 366)] | UnsetType = UNSET
    challenge_hours: ChallengeHours | UnsetType = UNSET
    challenge_clock: ChallengeClock | UnsetType = UNSET
    confirm_window_hours: ConfirmWindowHours | UnsetType = UNSET
    working_hours: StudioHours | UnsetType = UNSET
    holiday_country: Country | UnsetType = UNSET
    holiday_subdivision: Subdivision | UnsetType = UNSET
    closures: Closures | UnsetType = UNSET
    history_from: Annotated[int, Meta(ge=1, le=2**53)] | UnsetType = UNSET


PeopleCommand: TypeAlias = AddArtist | EditArtist | ArchiveArtist | AddMember | EditMember | EditTenant
