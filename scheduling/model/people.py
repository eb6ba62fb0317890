"""The studio and the people in it: members, artists, what they can do and when they work."""

from __future__ import annotations

import enum
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from scheduling.model.base import ClockTime, Level, Name, Notes, Record, Version, Zone

ChallengeHours = Annotated[int, Meta(ge=24, le=48)]
ChallengeClock = Literal["wall", "working"]
"""Whether a challenge's hours pass always, or only in the artist's working hours."""
ConfirmWindowHours = Annotated[int, Meta(ge=1, le=72)]


class WorkingHours(Record, frozen=True, kw_only=True):
    """Hours on one weekday (0 is Monday) on the wall's clock; `end` 24:00 is midnight."""

    day: Annotated[int, Meta(ge=0, le=6)]
    start: ClockTime
    end: ClockTime


OFFICE_HOURS: tuple[WorkingHours, ...] = tuple(
    WorkingHours(day=day, start="09:00", end="18:00") for day in range(5)
)

Country = Annotated[str, Meta(max_length=8)]
"""ISO 3166-1 alpha-2 code whose public holidays are kept; empty where none are."""
Subdivision = Annotated[str, Meta(max_length=16)]
"""A part of the country with holidays of its own, as the holiday library names it; may be empty."""


class Role(enum.StrEnum):
    """What a member may do; see `permissions.authorise`."""

    OWNER = "studio_owner"
    MANAGER = "studio_manager"
    FREELANCER = "freelancer"


class Closure(Record, frozen=True, kw_only=True):
    """A studio's own word on one calendar day: closed, or open although it is a public holiday."""

    day: date
    name: Annotated[str, Meta(max_length=120)] = ""
    open: bool = False


Closures = Annotated[tuple[Closure, ...], Meta(max_length=1_000)]


class Tenant(Record, frozen=True, kw_only=True):
    """One studio and its policies; durations in hours.

    Phases take working time by `working_hours`, in `zone`; artists have hours of their own.
    `holiday_country` and `holiday_subdivision` hold for every artist who has none of their own.
    `history_from`: the first number from which its past can be looked at; before it only the last
    image of each thing is kept (ADR 14).
    """

    id: UUID
    name: Name
    slug: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    zone: Zone = "UTC"
    hold_response_hours: Annotated[int, Meta(ge=1, le=24 * 90)] = 48
    hold_expiry_hours: Annotated[int, Meta(ge=1, le=24 * 366)] = 24 * 14
    challenge_hours: ChallengeHours = 24
    challenge_clock: ChallengeClock = "wall"
    confirm_window_hours: ConfirmWindowHours = 4
    working_hours: Annotated[tuple[WorkingHours, ...], Meta(min_length=1, max_length=21)] = OFFICE_HOURS
    holiday_country: Country = ""
    holiday_subdivision: Subdivision = ""
    closures: Closures = ()
    history_from: Annotated[int, Meta(ge=1, le=2**53)] = 1
    version: Version = 1


class Member(Record, frozen=True, kw_only=True):
    """A user account in a tenant; a freelancer's account is linked to their artist record."""

    id: UUID
    email: Annotated[str, Meta(min_length=3, max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]
    name: Name
    role: Role
    artist_id: UUID | None = None
    active: bool = True
    version: Version = 1


class Skill(Record, frozen=True, kw_only=True):
    """A craft with a level from 0 (knows it) to 10 (leads it) and years of practice."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    level: Level = 3
    years: Annotated[float, Meta(ge=0, le=80)] = 0


class Rate(Record, frozen=True, kw_only=True):
    """Price of one working day, in the currency's main unit, with ISO 4217 code."""

    amount: Annotated[float, Meta(ge=0, le=1e9)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


MediaType = Literal["reel", "video", "image", "model", "audio", "document", "website"]


class PortfolioLink(Record, frozen=True, kw_only=True):
    """Work to look at: an `http` or `https` address."""

    url: Annotated[str, Meta(max_length=2_000, pattern=r"^https?://[^\s/?#@:]+(:[0-9]{1,5})?([/?#]\S*)?$")]
    title: Annotated[str, Meta(max_length=200)] = ""
    media_type: MediaType = "website"


Hours = Annotated[tuple[WorkingHours, ...], Meta(max_length=21)]
Portfolio = Annotated[tuple[PortfolioLink, ...], Meta(max_length=30)]
PreferredProjects = Annotated[tuple[UUID, ...], Meta(max_length=50)]


class Artist(Record, frozen=True, kw_only=True):
    """A person who can be booked.

    `holiday_country` and `holiday_subdivision` are as the studio's where they are null; an empty
    country has no holidays. Preferences are wishes: they warn nobody and refuse nothing.
    """

    id: UUID
    name: Name
    skills: Annotated[tuple[Skill, ...], Meta(max_length=60)] = ()
    zone: Zone = "UTC"
    working_hours: Hours = OFFICE_HOURS
    rate: Rate | None = None
    tags: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=40)] = ()
    email: Annotated[str, Meta(max_length=320)] = ""
    notes: Notes = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    portfolio: Portfolio = ()
    preferred_projects: PreferredProjects = ()
    preferred_hours: Hours = ()
    holiday_country: Country | None = None
    holiday_subdivision: Subdivision | None = None
    active: bool = True
    version: Version = 1
