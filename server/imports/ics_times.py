"""Times of calendar events: zones by any name, floating times, whole days, lengths over daylight saving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Timezone

from scheduling.model import LAST_YEAR
from server.imports.cells import zone_named
from server.imports.dates import When
from server.imports.ics_text import Block
from server.imports.problems import Fault

YEARS = range(1900, LAST_YEAR + 1)
"""Years of events: a repetition may have begun long before anything is booked."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A wall-clock time; `zone` None is floating (or a whole day), `name` its IANA name if it has one."""

    local: datetime
    all_day: bool = False
    zone: tzinfo | None = None
    name: str | None = None


class Length(msgspec.Struct, frozen=True, kw_only=True):
    """How long an event is: `days` on the calendar, then `exact` time."""

    days: int = 0
    exact: timedelta = timedelta()


class Zones:
    """The time zones a calendar file may name: known ones, and those it defines itself."""

    def __init__(self, defined: Mapping[str, Block]) -> None:
        self._defined = defined
        self._made: dict[str, tuple[tzinfo, str | None] | None] = {}

    def get(self, tzid: str) -> tuple[tzinfo, str | None] | None:
        """Return (zone, its IANA name) for a TZID, or None where nobody knows it.

        A known name (IANA, Windows, or a path that ends in one) goes before the file's own definition, whose
        rules are often years old.
        """
        if tzid not in self._made:
            self._made[tzid] = self._find(tzid)
        return self._made[tzid]

    def _find(self, tzid: str) -> tuple[tzinfo, str | None] | None:
        parts = tzid.strip().strip('"').split("/")
        for begin in range(len(parts)):
            name = zone_named("/".join(parts[begin:]))
            if name is not None and (begin == 0 or len(parts) - begin > 1):
                return ZoneInfo(name), name
        block = self._defined.get(tzid)
        if block is None:
            return None
        try:
            definition = Timezone.from_ical(block.text)
            location = zone_named(str(definition.get("X-LIC-LOCATION", "")))
            if location is not None:
                return ZoneInfo(location), location
            return (definition.to_tz(lookup_tzid=False), None) if isinstance(definition, Timezone) else None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            return None


def moment(value: date | datetime, tzid: str | None, zones: Zones) -> Moment | Fault:
    """Return the moment of a DATE or DATE-TIME value as parsed, with the TZID that stands beside it."""
    if value.year not in YEARS:
        return Fault(
            code="out_of_range",
            reason=f"the year {value.year} is outside the calendar",
            expected=f"years {YEARS[0]} to {YEARS[-1]}",
        )
    if not isinstance(value, datetime):
        return Moment(local=datetime(value.year, value.month, value.day), all_day=True)  # noqa: DTZ001 - wall clock
    local = value.replace(tzinfo=None, microsecond=0)
    if value.tzinfo is not None:
        return Moment(local=local, zone=UTC)
    if tzid is None:
        return Moment(local=local)
    found = zones.get(tzid)
    if found is None:
        return Fault(
            code="bad_zone",
            reason=f"there is no time zone “{tzid[:64]}”, and the file does not define it",
            expected="a zone such as Europe/Berlin, or a VTIMEZONE",
        )
    return Moment(local=local, zone=found[0], name=found[1])


def utc(at: Moment) -> datetime:
    """Return the instant of a moment in UTC; floating moments and days are taken as if in UTC.

    A time the clocks skip is read with the offset before the gap, one they show twice is the first (RFC 5545,
    3.3.5).
    """
    return at.local.replace(tzinfo=at.zone or UTC).astimezone(UTC)


def key(at: Moment) -> str:
    """Return the text that names an instance of a series, as RECURRENCE-ID does."""
    if at.all_day:
        return f"{at.local:%Y%m%d}"
    return f"{utc(at):%Y%m%dT%H%M%SZ}" if at.zone is not None else f"{at.local:%Y%m%dT%H%M%S}"


def length_between(start: Moment, end: Moment) -> Length:
    """Return how long an event from `start` to `end` is: days for whole days, else exact time."""
    if start.all_day:
        return Length(days=(end.local.date() - start.local.date()).days)
    return Length(exact=utc(end) - utc(start))


def whens(start: Moment, length: Length) -> tuple[When, When] | None:
    """Return start and end as drafts carry them, or None for a length of nothing."""
    if start.all_day:
        days = length.days + length.exact.days
        last = start.local + timedelta(days=days - 1)
        both = When(local=start.local, whole_day=True), When(local=last, whole_day=True)
        return both if days >= 1 else None
    later = msgspec.structs.replace(start, local=start.local + timedelta(days=length.days))
    if utc(later) + length.exact <= utc(start):
        return None
    if start.zone is None:
        return When(local=start.local, whole_day=False), When(
            local=later.local + length.exact, whole_day=False
        )
    return _exact(utc(start)), _exact(utc(later) + length.exact)


def _exact(at: datetime) -> When:
    return When(local=at.replace(tzinfo=None), whole_day=False, offset=UTC)
