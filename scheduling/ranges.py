"""Half-open ranges of UTC instants: which are acceptable, and how any instant becomes UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from scheduling.model import FIRST_YEAR, LAST_YEAR, LONGEST_BOOKING
from scheduling.refusals import Refused, invalid

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LATEST = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
"""All of the schedule lies in `[EARLIEST, LATEST)`."""


def utc(instant: datetime) -> datetime:
    """The same moment in UTC; beyond the calendar's ends, the end itself (which no range may have)."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return _BEGINNING if instant.year == _BEGINNING.year else _END


def check_instant(name: str, instant: datetime) -> Refused | None:
    """Whether the schedule can hold this moment."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        return invalid(f"Dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {instant.isoformat()}.", name)
    if instant.microsecond:
        return invalid(f"Times are whole seconds; got {instant.isoformat()}.", name)
    return None


def check_range(start: datetime, end: datetime) -> Refused | None:
    """Whether `[start, end)` is a range a booking may have; instants must be UTC already."""
    if start >= end:
        return invalid(f"A range must end after it starts; got {start} to {end}.", "end")
    if end - start > LONGEST_BOOKING:
        return invalid(
            f"A booking lasts at most {LONGEST_BOOKING.days} days; got {(end - start).days}.", "end"
        )
    return check_instant("start", start) or check_instant("end", end)
