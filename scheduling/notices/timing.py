"""When a message goes out: at once, in a digest, or when quiet hours are over, by the person's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.notices.preferences import How, Preferences, Quiet
from scheduling.wall_clock import DAY, instant_of


class Due(Struct, frozen=True, kw_only=True):
    """`slot` is set where everything that is held until then is one message."""

    at: datetime
    slot: datetime | None = None


def due_of(how: How, preferences: Preferences, zone: str, now: datetime) -> Due | None:
    """When something that is decided at `now` goes out; None where it does not."""
    if how == "off":
        return None
    at = next_clock(preferences.digest_at, zone, now) if how == "digest" else now
    if preferences.quiet is not None:
        at = quiet_end(preferences.quiet, zone, at) or at
    return Due(at=at, slot=at if at > now else None)


def next_clock(clock: str, zone: str, now: datetime) -> datetime:
    """The next moment after `now` at which a clock in `zone` shows `clock`.

    A time that the clocks skip is the moment of the jump, one that comes twice the first of the two.
    """
    day = now.astimezone(ZoneInfo(zone)).date()
    for ahead in range(-1, 3):
        at = instant_of(day + ahead * DAY, clock, zone)
        if at > now:
            return at
    raise AssertionError("unreachable: a clock comes round every day")


def quiet_end(quiet: Quiet, zone: str, at: datetime) -> datetime | None:
    """When the quiet hours that `at` is in are over; None where it is in none."""
    day = at.astimezone(ZoneInfo(zone)).date()
    over_midnight = quiet.end < quiet.start
    for behind in (DAY, timedelta(0)):
        start = instant_of(day - behind, quiet.start, zone)
        end = instant_of(day - behind + (DAY if over_midnight else timedelta(0)), quiet.end, zone)
        if start <= at < end:
            return end
    return None
