"""Dates in words, by the clock of whoever reads: `Mon 3 to Wed 5 March`, `Tue 4 March 09:00–18:00`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(on: date, *, month: bool = True, year: bool = False) -> str:
    """`Mon 3 March 2026`, or less of it."""
    words = f"{_DAYS[on.weekday()]} {on.day}"
    if month:
        words += f" {_MONTHS[on.month - 1]}"
    return f"{words} {on.year}" if year else words


def days(first: date, last: date, joint: str, *, year: bool) -> str:
    """Two days with what they share said once."""
    same_month = (first.year, first.month) == (last.year, last.month)
    same_year = first.year == last.year
    start = day(first, month=not same_month, year=year and not same_year)
    return f"{start} {joint} {day(last, year=year)}"


def span(start: datetime, end: datetime, zone: ZoneInfo, year: int) -> str:
    """A half-open range; whole days without hours, the year only where it is not `year`."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    other_year = first.year != year or last.year != year
    if first.time() == last.time() == time():
        final = last.date() - timedelta(days=1)
        if final == first.date():
            return day(final, year=other_year)
        return days(first.date(), final, "to", year=other_year)
    if first.date() == last.date():
        return f"{day(first.date(), year=other_year)} {first:%H:%M}–{last:%H:%M}"
    one, other = (day(local.date(), year=other_year) for local in (first, last))
    return f"{one} {first:%H:%M} to {other} {last:%H:%M}"


def shift(
    before: tuple[datetime, datetime], after: tuple[datetime, datetime], zone: ZoneInfo, year: int
) -> str:
    """From one range to another: by their first days alone where nothing but the day changed."""
    old, new = (tuple(t.astimezone(zone) for t in times) for times in (before, after))
    same_hours = [t.time() for t in old] == [t.time() for t in new]
    same_length = old[1].date() - old[0].date() == new[1].date() - new[0].date()
    if same_hours and same_length and old[0].date() != new[0].date():
        other_year = old[0].year != year or new[0].year != year
        return f"from {days(old[0].date(), new[0].date(), 'to', year=other_year)}"
    return f"from {span(*before, zone, year)} to {span(*after, zone, year)}"


def moment(at: datetime, zone: ZoneInfo, year: int) -> str:
    """`Mon 3 March, 14:05`."""
    local = at.astimezone(zone)
    return f"{day(local.date(), year=local.year != year)}, {local:%H:%M}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
