"""Moving things by days on the wall's clock: all days, or those on which the studio works."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from scheduling.calendars import Calendar, closed, studio_calendar
from scheduling.model import FIRST_YEAR, LAST_YEAR, Tenant
from scheduling.wall_clock import shifted

DayUnit: TypeAlias = Literal["days", "working_days"]

_DAY = timedelta(days=1)


class DayShift:
    """So many days later, or earlier where negative; what lay at 9:00 lies at 9:00.

    By working days, a day becomes the n-th working day after (or before) it, for the first and the
    last day of a range alike: three days of work stay three, with a weekend in between or not.
    """

    def __init__(self, tenant: Tenant, days: int, unit: DayUnit) -> None:
        self._days = days
        self._unit = unit
        self._calendar = studio_calendar(tenant)
        self._known: dict[date, date] = {}

    def day(self, day: date) -> date:
        """The day it becomes; beyond the calendar, one that nothing may have."""
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = self._shifted(day)
        return found

    def _shifted(self, day: date) -> date:
        if self._unit == "days":
            return day + _DAY * self._days
        step, left = (_DAY if self._days > 0 else -_DAY), abs(self._days)
        while left and FIRST_YEAR <= day.year <= LAST_YEAR:
            day += step
            left -= works_on(self._calendar, day)
        return day

    def span(self, start: datetime, end: datetime, zone: str) -> tuple[datetime, datetime]:
        """Where `[start, end)` goes, by the clock of `zone`; an end at midnight belongs to the day before."""
        tz = ZoneInfo(zone)
        last = (end - timedelta(microseconds=1)).astimezone(tz).date()
        new_start = shifted(start, self._by(start.astimezone(tz).date()), zone)
        new_end = shifted(end, self._by(last), zone)
        if new_end <= new_start:
            new_end = new_start + (end - start)
        return new_start, new_end

    def _by(self, day: date) -> int:
        return (self.day(day) - day).days


def works_on(calendar: Calendar, day: date) -> bool:
    """Whether anything is worked on that day."""
    return any(hours.day == day.weekday() for hours in calendar.hours) and not closed(calendar, day)


def working_days_between(tenant: Tenant, first: date, last: date) -> int:
    """How many working days `DayShift` needs from `first` to `last`; negative where `last` is earlier."""
    if last < first:
        return -working_days_between(tenant, last, first)
    calendar = studio_calendar(tenant)
    return sum(works_on(calendar, first + _DAY * n) for n in range(1, (last - first).days + 1))
