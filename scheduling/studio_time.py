"""A studio's working time as a line of numbers, on which lengths, lags and slack are sums."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from scheduling.calendars import Calendar, spans_of
from scheduling.model import FIRST_YEAR, LAST_YEAR
from scheduling.ranges import EARLIEST, LATEST
from scheduling.working_time import Span

BEYOND = EARLIEST - timedelta(days=1)
"""Before the calendar's beginning: an instant that nothing may have. Its end is one as well."""


class StudioTime:
    """Positions are seconds of working time since the year of `origin` began, negative before it.

    Between two working spans time stands still: Friday's end and Monday's beginning are one
    position, of which `opens` is the latest instant and `closes` the earliest. The line is drawn,
    year by year, as far as it is asked for.
    """

    def __init__(self, calendar: Calendar, origin: datetime) -> None:
        self._calendar = calendar
        self._first_year = min(max(origin.astimezone(UTC).year, FIRST_YEAR), LAST_YEAR)
        self._next_year = self._first_year
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        self._at: list[int] = []
        """The position at which each span starts."""
        self._first = self._last = 0

    def position(self, at: datetime) -> int:
        """How much working time lies between the origin and `at`."""
        while self._next_year <= min(at.astimezone(UTC).year, LAST_YEAR):
            self._draw_on()
        while self._first_year > max(at.astimezone(UTC).year, FIRST_YEAR):
            self._draw_back()
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return self._first
        return self._at[index] + _seconds(min(at, self._ends[index]) - self._starts[index])

    def opens(self, position: int) -> datetime:
        """The latest instant at this position: where something begins that begins here."""
        while position >= self._last and self._next_year <= LAST_YEAR:
            self._draw_on()
        while position < self._first and self._first_year > FIRST_YEAR:
            self._draw_back()
        if position >= self._last:
            return LATEST
        return self._instant(bisect_right(self._at, position) - 1, position)

    def closes(self, position: int) -> datetime:
        """The earliest instant at this position: where something ends that ends here."""
        while position > self._last and self._next_year <= LAST_YEAR:
            self._draw_on()
        while position <= self._first and self._first_year > FIRST_YEAR:
            self._draw_back()
        if position > self._last:
            return LATEST
        return self._instant(bisect_left(self._at, position) - 1, position)

    def _instant(self, index: int, position: int) -> datetime:
        if index < 0:
            return BEYOND
        return self._starts[index] + timedelta(seconds=position - self._at[index])

    def _draw_on(self) -> None:
        for span in _year(self._calendar, self._next_year):
            self._starts.append(span.start)
            self._ends.append(span.end)
            self._at.append(self._last)
            self._last += _seconds(span.end - span.start)
        self._next_year += 1

    def _draw_back(self) -> None:
        self._first_year -= 1
        spans = _year(self._calendar, self._first_year)
        positions = []
        for span in reversed(spans):
            self._first -= _seconds(span.end - span.start)
            positions.append(self._first)
        self._starts[:0] = [span.start for span in spans]
        self._ends[:0] = [span.end for span in spans]
        self._at[:0] = reversed(positions)


@lru_cache(maxsize=256)
def _year(calendar: Calendar, year: int) -> tuple[Span, ...]:
    """The working time of one year of UTC."""
    return spans_of(calendar, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
