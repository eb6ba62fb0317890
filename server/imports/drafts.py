"""What a file says, typed but not yet compared with what the studio has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from scheduling.model import ProjectStatus, Rate, Skill, SkillNeed, Status, WorkingHours
from server.imports.dates import DateOrder, When
from server.imports.problems import Problem

Kind = Literal["artists", "projects", "bookings", "calendar", "imopse"]
KINDS: tuple[Kind, ...] = ("artists", "projects", "bookings", "calendar", "imopse")


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the sender wants a file to be taken.

    Attributes:
        kind: What the file holds; None asks for it to be told from name and content.
        mode: "atomic" imports everything or nothing; "skip" leaves bad and refused rows out.
        dry_run: Report, but write nothing.
        date_order: Which number of 03/04/2026 is the day; None infers it from all dates of the file.
        artist: Whose calendar an iCalendar file is: a name, e-mail address, external id or id.
        status: The status of calendar events that name none; "confirmed" unless said otherwise.
        currency: ISO 4217 code of rates that name none.
        start: The day an iMOPSE project begins; None is the Monday after `now`.
    """

    kind: Kind | None = None
    mode: Literal["atomic", "skip"] = "atomic"
    dry_run: bool = False
    date_order: DateOrder | None = None
    artist: str | None = None
    status: Literal["hold", "pencil", "confirmed"] | None = None
    currency: str = "EUR"
    start: date | None = None


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Base of drafts. `line` is where it stands; None in a field means that the file does not say."""

    line: int


class ArtistDraft(_Draft, frozen=True, kw_only=True):
    """A person; recognised by external id, else e-mail address, else name."""

    name: str
    external_id: str = ""
    email: str | None = None
    skills: tuple[Skill, ...] | None = None
    zone: str | None = None
    working_hours: tuple[WorkingHours, ...] | None = None
    rate: Rate | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = None
    active: bool | None = None


class ProjectDraft(_Draft, frozen=True, kw_only=True):
    """A project; recognised by external id, else name. Dates are days, `end` inclusive."""

    name: str
    external_id: str = ""
    client: str | None = None
    colour: str | None = None
    status: ProjectStatus | None = None
    start: date | None = None
    end: date | None = None
    notes: str | None = None


class PhaseDraft(_Draft, frozen=True, kw_only=True):
    """A phase of the project with external id `project`; `[start, end)` in UTC, duration in working hours."""

    project: str
    external_id: str
    name: str
    duration_hours: float
    skills: tuple[SkillNeed, ...]
    start: datetime
    end: datetime


class DependencyDraft(_Draft, frozen=True, kw_only=True):
    """Phase `before` must be finished before `after` starts; external ids of phases of one project."""

    project: str
    before: str
    after: str


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """How a row names an artist or a project; `key` is the column it stands in."""

    key: str
    text: str


class BookingDraft(_Draft, frozen=True, kw_only=True):
    """A booking as a row or a calendar event says it.

    `artist` None means the artist the whole file is for. Times without an offset are in `zone`, or in the
    artist's zone where that is None. `identity` names the row for good (external id, or UID with recurrence
    id); None leaves it to what the row says.
    """

    start: When
    end: When
    artist: Reference | None = None
    project: Reference | None = None
    phase: str | None = None
    title: str = ""
    zone: str | None = None
    status: Status | None = None
    notes: str | None = None
    external_id: str = ""
    identity: str | None = None


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read from one file.

    `rows` counts what could have become a record; `skipped` those left out on purpose, each explained in
    `notes`. `titles` gives column keys the header the file uses. Fields in `proposed` are our own suggestions
    where the file is silent: they are for new records and never change what exists.
    """

    kind: Kind | None
    rows: int = 0
    artists: tuple[ArtistDraft, ...] = ()
    projects: tuple[ProjectDraft, ...] = ()
    phases: tuple[PhaseDraft, ...] = ()
    dependencies: tuple[DependencyDraft, ...] = ()
    bookings: tuple[BookingDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: int = 0
    notes: tuple[str, ...] = ()
    titles: dict[str, str] = msgspec.field(default_factory=dict)
    proposed: frozenset[str] = frozenset()

    @property
    def blocked(self) -> bool:
        """Whether nothing of the file may be imported."""
        return any(problem.blocks_file for problem in self.problems)


def unreadable(kind: Kind | None, why: Problem) -> Parsed:
    """Return what was read from a file that could not be read."""
    return Parsed(kind=kind, problems=(why,))
