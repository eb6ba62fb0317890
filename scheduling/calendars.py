"""Whose days are worked: weekly hours in a zone, public holidays, and the studio's own closing days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from msgspec import Struct

from scheduling import public_holidays
from scheduling.model import Artist, Closure, Tenant, WorkingHours
from scheduling.working_time import Span, after_working_hours, is_worked, working_spans


class Calendar(Struct, frozen=True, kw_only=True):
    """When somebody works. `closures` go before holidays: they close a day, or open one."""

    hours: tuple[WorkingHours, ...]
    zone: str
    country: str = ""
    subdivision: str = ""
    closures: tuple[Closure, ...] = ()


class DayOff(Struct, frozen=True, kw_only=True):
    """A day on which nobody of this calendar works, and why."""

    day: date
    name: str
    kind: str


def calendar_of(tenant: Tenant, artist: Artist) -> Calendar:
    """The artist's: the studio's country of holidays where they have none of their own."""
    own = artist.holiday_country is not None
    return Calendar(
        hours=artist.working_hours,
        zone=artist.zone,
        country=(artist.holiday_country or "") if own else tenant.holiday_country,
        subdivision=(artist.holiday_subdivision or "") if own else tenant.holiday_subdivision,
        closures=tenant.closures,
    )


def studio_calendar(tenant: Tenant) -> Calendar:
    """The studio's, by which phases take time."""
    return Calendar(
        hours=tenant.working_hours,
        zone=tenant.zone,
        country=tenant.holiday_country,
        subdivision=tenant.holiday_subdivision,
        closures=tenant.closures,
    )


def day_off(calendar: Calendar, day: date) -> DayOff | None:
    """Why the day is not worked; None where it is an ordinary day (whatever its hours)."""
    for closure in calendar.closures:
        if closure.day == day:
            return None if closure.open else DayOff(day=day, name=closure.name or "Closed", kind="closure")
    name = public_holidays.of_year(calendar.country, calendar.subdivision, day.year).get(day)
    return DayOff(day=day, name=name, kind="holiday") if name is not None else None


def closed(calendar: Calendar, day: date) -> bool:
    """Whether the day is a holiday or closing day."""
    return day_off(calendar, day) is not None


def days_off(calendar: Calendar, first: date, last: date) -> tuple[DayOff, ...]:
    """Holidays and closing days from `first` to `last`, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(off for day in days if (off := day_off(calendar, day)))


def spans_of(calendar: Calendar, start: datetime, end: datetime) -> tuple[Span, ...]:
    """The working time within `[start, end)`."""
    return working_spans(calendar.hours, calendar.zone, start, end, closed=lambda day: closed(calendar, day))


def works_between(calendar: Calendar, start: datetime, end: datetime) -> bool:
    """Whether there is any working time within `[start, end)`."""
    shut = partial(closed, calendar)
    return is_worked(calendar.hours, calendar.zone, start, end, closed=shut)


def after_work(calendar: Calendar, start: datetime, length: timedelta) -> datetime | None:
    """The moment by which so much working time has passed since `start`; None within a year."""
    return after_working_hours(
        calendar.hours, calendar.zone, start, length, closed=lambda day: closed(calendar, day)
    )
