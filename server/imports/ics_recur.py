"""The instances of a repeating event: rules, extra dates and exceptions, up to a horizon."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import msgspec
from dateutil.rrule import rrule, rrulestr
from icalendar import vRecur

from server.imports.ics_times import YEARS, Moment, key
from server.imports.problems import Fault

MAX_INSTANCES = 5_000
"""Instances of one event; daily for thirteen years."""
MAX_DAYS = 3_000_000
"""Days that all rules of one file together may be run over; some seconds of work."""
_GREGORIAN_CYCLE = 400
_LATE = 19 * _GREGORIAN_CYCLE
"""Years by which rules run late: see `_run`."""
_RULES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PER_DAY = 24
_END_OF_TIME = datetime(9999, 12, 31)  # noqa: DTZ001 - wall clock


class Horizon(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a repeating event is taken, UTC: endless ones from `begin`, all of them up to `end`."""

    begin: datetime
    end: datetime


class Budget:
    """How many days the rules of a file may still be run over, so that no file keeps us busy for long."""

    def __init__(self, days: int = MAX_DAYS) -> None:
        self._days = days

    def spend(self, days: int) -> None:
        """Take `days` from the budget.

        Raises:
            OverflowError: nothing is left.
        """
        self._days -= days
        if self._days < 0:
            raise OverflowError("the repeating events of this file cover too many days")


class Repetition(msgspec.Struct, frozen=True, kw_only=True):
    """How an event repeats, as RRULE, RDATE, EXDATE and EXRULE say."""

    start: Moment
    rules: tuple[vRecur, ...] = ()
    extra: tuple[Moment, ...] = ()
    without: tuple[Moment, ...] = ()
    without_rules: tuple[vRecur, ...] = ()


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The starts of an event's instances in order.

    `names` are the keys of all instances there are, those taken out or before the horizon included; `endless`
    tells that the series goes on for ever.
    """

    starts: tuple[Moment, ...]
    names: frozenset[str]
    endless: bool


def expand(repetition: Repetition, horizon: Horizon, budget: Budget) -> Series | Fault:
    """Return the instances of an event up to the horizon.

    Rules run on the wall clock of the event's zone, so a daily 09:00 stays 09:00 when the clocks change.
    Endless rules are cut at both ends of the horizon, rules with COUNT or UNTIL only at its far end.
    """
    start = repetition.start
    wall: set[datetime] = {start.local}
    gone_by_rule: set[datetime] = set()
    endless = False
    try:
        for rule in repetition.rules:
            wall.update(itertools.islice(_run(rule, start, horizon, budget), MAX_INSTANCES + 1))
            endless = endless or not (rule.get("COUNT") or rule.get("UNTIL"))
        for rule in repetition.without_rules:
            gone_by_rule.update(itertools.islice(_run(rule, start, horizon, budget), MAX_INSTANCES + 1))
    except (ValueError, TypeError, KeyError, OverflowError) as fault:
        return _bad_rule(str(fault))
    if len(wall) > MAX_INSTANCES:
        return _too_many()
    wall -= gone_by_rule
    moments = {key(at): at for at in (msgspec.structs.replace(start, local=local) for local in wall)}
    moments.update((key(at), at) for at in repetition.extra)
    gone = {key(at) for at in repetition.without} | _whole_days(repetition.without, moments.values())
    begin, end = local_horizon(start, horizon)
    kept = (at for name, at in moments.items() if name not in gone and at.local <= end)
    return Series(
        starts=tuple(
            sorted((at for at in kept if not endless or at.local >= begin), key=lambda at: at.local)
        ),
        names=frozenset(moments) | gone,
        endless=endless,
    )


def local_horizon(at: Moment, horizon: Horizon) -> tuple[datetime, datetime]:
    """Return the horizon on the wall clock of `at`."""
    zone = at.zone or UTC
    return (
        horizon.begin.astimezone(zone).replace(tzinfo=None),
        horizon.end.astimezone(zone).replace(tzinfo=None),
    )


def _run(rule: vRecur, start: Moment, horizon: Horizon, budget: Budget) -> Iterator[datetime]:
    """Yield the wall-clock starts of a rule up to the horizon's end or its own.

    dateutil looks for the next start until the year 9999, so a rule that never matches (30 February, daily)
    takes seconds. The rule is run 7,600 years late, nineteen whole cycles of the Gregorian calendar in which
    weekdays and leap years repeat, which leaves it at most three centuries to look through.
    """
    _check(rule)
    budget.spend(0)
    count = int(rule["COUNT"][0]) if rule.get("COUNT") else None
    end = local_horizon(start, horizon)[1]
    until = _until(rule, start)
    last = end if until is None else min(until, end)
    plain = vRecur({name: value for name, value in rule.items() if name not in {"COUNT", "UNTIL"}})
    late = start.local.replace(year=start.local.year + _LATE)
    text: bytes = plain.to_ical()  # type: ignore[no-untyped-call]
    made = rrulestr(text.decode(), dtstart=late)
    if not isinstance(made, rrule):
        raise TypeError("this is not one rule")
    previous = late
    for at in itertools.islice(iter(made), count):
        budget.spend((at - previous).days + 1)
        previous = at
        local = at.replace(year=at.year - _LATE)
        if local > last:
            return
        yield local
    if count is None:
        budget.spend((_END_OF_TIME - previous).days)


def _until(rule: vRecur, start: Moment) -> datetime | None:
    """Return the last instant a rule allows, on the wall clock of the event."""
    if not rule.get("UNTIL"):
        return None
    value: date | datetime = rule["UNTIL"][0]
    if value.year > YEARS[-1]:
        return None
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, 23, 59, 59)  # noqa: DTZ001 - wall clock
    if start.all_day:
        return value.replace(tzinfo=None, hour=23, minute=59, second=59)
    if value.tzinfo is None:
        return value
    return value.astimezone(start.zone or UTC).replace(tzinfo=None)


def _check(rule: vRecur) -> None:
    """Raise ValueError for a rule that is not run: it is unknown, or repeats as nobody books."""
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    if frequency not in _RULES:
        raise ValueError(
            f"FREQ={frequency} repeats more often than daily" if frequency else "FREQ is missing"
        )
    if int((rule.get("INTERVAL") or [1])[0]) < 1 or int((rule.get("COUNT") or [1])[0]) < 1:
        raise ValueError("INTERVAL and COUNT begin at 1")
    times = [len(rule.get(part) or [1]) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
    if times[0] * times[1] * times[2] > _PER_DAY:
        raise ValueError(f"it repeats more than {_PER_DAY} times a day")


def _whole_days(without: Iterable[Moment], instances: Iterable[Moment]) -> set[str]:
    """Return the keys of timed instances that an EXDATE of the kind DATE takes out."""
    days = {at.local.date() for at in without if at.all_day}
    if not days:
        return set()
    return {key(at) for at in instances if not at.all_day and at.local.date() in days}


def _bad_rule(reason: str) -> Fault:
    return Fault(
        code="bad_rule", reason=f"this repetition cannot be followed: {reason}", expected="a rule of RFC 5545"
    )


def _too_many() -> Fault:
    return Fault(
        code="too_many_instances",
        reason=f"this event repeats more than {MAX_INSTANCES:,} times before the horizon",
        expected="a later start or an earlier end",
    )
