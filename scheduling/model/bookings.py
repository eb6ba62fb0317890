"""Bookings: their states, their places in line, what the artist said."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from scheduling.model.base import Instant, Notes, Record, ShortText, Title, Version, Zone


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
