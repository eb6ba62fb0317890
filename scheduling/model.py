"""The things a studio schedules: immutable records, shared by storage, wire and decisions."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

# -- limits ------------------------------------------------------------------------------

LONGEST_BOOKING = timedelta(days=366)
"""No booking is longer: the overlap index relies on the bound (see the booking queries)."""
FIRST_YEAR, LAST_YEAR = 2000, 2100


Title = Annotated[str, Meta(max_length=300)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Notes = Annotated[str, Meta(max_length=10_000)]
ShortText = Annotated[str, Meta(max_length=1_000)]
Zone = Annotated[str, Meta(min_length=1, max_length=64)]
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Version = Annotated[int, Meta(ge=1, le=2**53)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Level = Annotated[int, Meta(ge=0, le=10)]
Instant = Annotated[datetime, Meta(tz=True)]
"""A moment with its offset; stored and sent as UTC."""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything stored: immutable, named fields, strict when read."""


# -- people ------------------------------------------------------------------------------


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


# -- work --------------------------------------------------------------------------------

ProjectStatus = Literal["tentative", "active", "on_hold", "delivered", "archived"]
Days = Annotated[float, Meta(ge=0, le=100_000)]
"""Working days of one person."""


class Money(Record, frozen=True, kw_only=True):
    """A sum in the currency's main unit, with its ISO 4217 code."""

    amount: Annotated[float, Meta(ge=0, le=1e12)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class Project(Record, frozen=True, kw_only=True):
    """Work for a client, with a colour on the Gantt; dates are calendar days, end inclusive.

    The budget may be said in days, in money, in both or not at all.
    """

    id: UUID
    name: Name
    client: Annotated[str, Meta(max_length=200)] = ""
    colour: Colour = "#4f7cac"
    status: ProjectStatus = "active"
    start: date | None = None
    end: date | None = None
    budget_days: Days | None = None
    budget_money: Money | None = None
    notes: Notes = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1


class SkillNeed(Record, frozen=True, kw_only=True):
    """A skill a phase asks for, at least at `level`, for so many days of one person (0: not said)."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    level: Level = 0
    days: Days = 0


class Phase(Record, frozen=True, kw_only=True):
    """A piece of a project; `duration_hours` is working time, `[start, end)` its planned place."""

    id: UUID
    project_id: UUID
    name: Name
    duration_hours: Annotated[float, Meta(gt=0, le=100_000)]
    skills: Annotated[tuple[SkillNeed, ...], Meta(max_length=20)] = ()
    start: Instant | None = None
    end: Instant | None = None
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1


DependencyKind = Literal["finish_start", "start_start", "finish_finish", "start_finish"]


class Dependency(Record, frozen=True, kw_only=True):
    """Phase → phase of one project; `lag_hours` of working time may be negative."""

    id: UUID
    project_id: UUID
    from_phase_id: UUID
    to_phase_id: UUID
    kind: DependencyKind = "finish_start"
    lag_hours: Annotated[float, Meta(ge=-10_000, le=10_000)] = 0
    version: Version = 1


class Milestone(Record, frozen=True, kw_only=True):
    """A dated mark of a project, perhaps of one of its phases: reached (`done`) on a calendar day or not."""

    id: UUID
    project_id: UUID
    phase_id: UUID | None = None
    name: Name
    date: date
    done: bool = False
    notes: Notes = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1


# -- bookings ----------------------------------------------------------------------------


class Status(enum.StrEnum):
    """Where a booking is in its life; `domain.md` draws the arrows."""

    HOLD = "hold"
    PENCIL = "pencil"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    EXPIRED = "expired"
    BUMPED = "bumped"
    CANCELLED = "cancelled"


LIVE = frozenset({Status.HOLD, Status.PENCIL, Status.CONFIRMED})
EXCLUSIVE = frozenset({Status.PENCIL, Status.CONFIRMED})


class Response(enum.StrEnum):
    """What the artist said to a hold so far."""

    NONE = "none"
    ACCEPTED = "accepted"
    COUNTERED = "countered"


class Claim(Record, frozen=True, kw_only=True):
    """A place in line: the tenant-wide claim `number` under which `[start, end)` is held.

    A booking that is moved keeps its number on the time both ranges share and takes a new,
    later one for the time it adds; its claims tile its range in order of time.
    """

    number: Annotated[int, Meta(ge=1, le=2**53)]
    start: Instant
    end: Instant


class Segment(Record, frozen=True, kw_only=True):
    """Derived: the rank (1 is first) a booking has on `[start, end)`."""

    start: Instant
    end: Instant
    rank: int


class Counter(Record, frozen=True, kw_only=True):
    """Dates the artist proposed instead."""

    start: Instant
    end: Instant
    note: ShortText = ""


Granularity = Literal["time", "half_day", "day"]
"""What a range was meant as: two times, half days split at noon, or whole days, on the clock of `zone`."""


class Booking(Record, frozen=True, kw_only=True):
    """One artist, one half-open range `[start, end)` in UTC, a status and a place in line.

    With a `granularity` of days or half days the range begins and ends at midnights (or noons) of
    `zone`, and stays so wherever it is moved. Bookings made by one pattern share a `series_id`.

    `rank` and `segments` are derived from the claims of all live bookings of the artist
    (`claims.ranked`); they travel with the booking and are never stored as columns.
    """

    id: UUID
    artist_id: UUID
    start: Instant
    end: Instant
    title: Title = ""
    project_id: UUID | None = None
    phase_id: UUID | None = None
    notes: Notes = ""
    zone: Zone = "UTC"
    status: Status = Status.HOLD
    response: Response = Response.NONE
    counter: Counter | None = None
    claims: tuple[Claim, ...] = ()
    standby: bool = False
    granularity: Granularity = "time"
    series_id: UUID | None = None
    response_deadline: Instant | None = None
    expires_at: Instant | None = None
    reason: ShortText = ""
    external_id: Annotated[str, Meta(max_length=200)] = ""
    version: Version = 1
    created_by: UUID | None = None
    created_at: Instant
    updated_at: Instant
    rank: int | None = None
    segments: tuple[Segment, ...] = ()

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def exclusive(self) -> bool:
        return self.status in EXCLUSIVE

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether `[start, end)` shares any instant with this booking's range."""
        return self.start < end and start < self.end


# -- challenges --------------------------------------------------------------------------


class ChallengeState(enum.StrEnum):
    """`open → won | lost | withdrawn`; a won challenge is closed by its confirm window."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class TargetOutcome(enum.StrEnum):
    """What became of a higher claim that was challenged."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    LAPSED = "lapsed"
    GONE = "gone"
    """It left the shared days by itself: moved, ended, or fell behind."""


class ChallengeTarget(Record, frozen=True, kw_only=True):
    """A higher claim, and until when it may confirm or release."""

    booking_id: UUID
    deadline: Instant
    outcome: TargetOutcome = TargetOutcome.PENDING


class Challenge(Record, frozen=True, kw_only=True):
    """A lower claim's demand that every higher claim on the shared days confirm or release.

    `confirm_by` is set when it is won: until then the challenger must be confirmed, or it goes to
    the tail. `closed_at` is set when nothing more can come of it.
    """

    id: UUID
    artist_id: UUID
    booking_id: UUID
    targets: tuple[ChallengeTarget, ...]
    state: ChallengeState = ChallengeState.OPEN
    opened_by: UUID | None = None
    opened_at: Instant
    confirm_by: Instant | None = None
    closed_at: Instant | None = None
    version: Version = 1

    @property
    def pending(self) -> tuple[ChallengeTarget, ...]:
        return tuple(t for t in self.targets if t.outcome is TargetOutcome.PENDING)


# -- time off ----------------------------------------------------------------------------


class OffState(enum.StrEnum):
    """`requested → approved | refused`; either of the first two may be `cancelled`."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class TimeOff(Record, frozen=True, kw_only=True):
    """The artist is away over `[start, end)` in UTC; approved, nothing exclusive may stand there."""

    id: UUID
    artist_id: UUID
    start: Instant
    end: Instant
    zone: Zone = "UTC"
    state: OffState = OffState.REQUESTED
    note: ShortText = ""
    reason: ShortText = ""
    version: Version = 1
    requested_by: UUID | None = None
    created_at: Instant
    updated_at: Instant

    @property
    def live(self) -> bool:
        return self.state in {OffState.REQUESTED, OffState.APPROVED}

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether `[start, end)` shares any instant with it."""
        return self.start < end and start < self.end


# -- scenarios ---------------------------------------------------------------------------


class ScenarioState(enum.StrEnum):
    """`open → committed | discarded`; undo opens it again."""

    OPEN = "open"
    COMMITTED = "committed"
    DISCARDED = "discarded"


ScenarioSource = Literal["people", "allocation", "repair", "challenge"]
"""Who drew it: people by hand, or a job of the solver."""


class Scenario(Record, frozen=True, kw_only=True):
    """A named draft on top of the live schedule, shared by the studio's staff.

    `base_seq` is the number of the log it was last held against as a whole. Every change of what it
    holds makes a new version of it, so that nobody commits what they have not seen.
    """

    id: UUID
    name: Name
    note: Notes = ""
    state: ScenarioState = ScenarioState.OPEN
    source: ScenarioSource = "people"
    job_id: UUID | None = None
    base_seq: Annotated[int, Meta(ge=0, le=2**53)] = 0
    created_by: UUID | None = None
    created_at: Instant
    updated_at: Instant
    version: Version = 1

    @property
    def open(self) -> bool:
        return self.state is ScenarioState.OPEN


ScenarioAction = Literal["place", "move", "end"]
"""A booking comes, goes elsewhere, or is given up."""


class ScenarioChange(Record, frozen=True, kw_only=True):
    """What a scenario makes of one booking; a scenario holds at most one change of each.

    The booking of a `place` gets `booking_id` when the scenario is committed. A `move` keeps what it
    does not say: artist, start and end are the live booking's where they are None. `base_version` is
    the version of the live booking it was drawn on. Confirmed bookings are touched only by a change
    that says so (`confirmed`).
    """

    id: UUID
    scenario_id: UUID
    action: ScenarioAction
    booking_id: UUID
    base_version: Version | None = None
    artist_id: UUID | None = None
    start: Instant | None = None
    end: Instant | None = None
    zone: Zone | None = None
    granularity: Granularity | None = None
    title: Title = ""
    project_id: UUID | None = None
    phase_id: UUID | None = None
    status: Literal["hold", "pencil", "confirmed"] = "hold"
    confirmed: bool = False
    note: ShortText = ""
    reason: ShortText = ""
    version: Version = 1


Entity = (
    Scenario
    | ScenarioChange
    | TimeOff
    | Challenge
    | Tenant
    | Member
    | Artist
    | Project
    | Phase
    | Dependency
    | Milestone
    | Booking
)

EntityKind = Literal[
    "tenant",
    "member",
    "artist",
    "project",
    "phase",
    "dependency",
    "milestone",
    "booking",
    "challenge",
    "time_off",
    "scenario",
    "scenario_change",
]

KIND_OF: dict[type[Struct], EntityKind] = {
    Tenant: "tenant",
    Member: "member",
    Artist: "artist",
    Project: "project",
    Phase: "phase",
    Dependency: "dependency",
    Milestone: "milestone",
    Booking: "booking",
    Challenge: "challenge",
    TimeOff: "time_off",
    Scenario: "scenario",
    ScenarioChange: "scenario_change",
}

DERIVED_FIELDS = frozenset({"version", "rank", "segments", "updated_at"})
"""Fields that follow from others: they never make two edits collide."""


def changed_fields(before: Struct, after: Struct) -> tuple[str, ...]:
    """Names of the fields that differ, derived ones left out, in order of declaration."""
    names, values_of = _compared(type(after))
    found = zip(names, values_of(before), values_of(after), strict=True)
    return tuple([name for name, was, now in found if was is not now and was != now])


@cache
def _compared(kind: type[Struct]) -> tuple[tuple[str, ...], Callable[[Struct], tuple[object, ...]]]:
    names = tuple(name for name in kind.__struct_fields__ if name not in DERIVED_FIELDS)
    return names, attrgetter(*names)


R = TypeVar("R", bound=Struct)


def with_changes(record: R, **changes: object) -> R:
    """`msgspec.structs.replace` under a name that reads."""
    return msgspec.structs.replace(record, **changes)
