"""One VEVENT of an iCalendar file: its times, length and place in a series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from icalendar import Event
from icalendar.prop import vBroken

from scheduling.model import LONGEST_BOOKING
from server.imports.ics_text import TZID, Block
from server.imports.ics_times import Length, Moment, Zones, key, length_between, moment, utc
from server.imports.problems import Fault, Problem, at, problem


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One VEVENT, its times understood."""

    line: int
    event: Event
    uid: str
    start: Moment
    length: Length
    instance: Moment | None
    from_here_on: bool
    sequence: int

    @property
    def cancelled(self) -> bool:
        return str(self.event.get("STATUS", "")).upper() == "CANCELLED"

    @property
    def free(self) -> bool:
        return str(self.event.get("TRANSP", "")).upper() == "TRANSPARENT"


def read_entry(block: Block, zones: Zones) -> Entry | Problem:
    try:
        event = Event.from_ical(block.text)
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        return problem("bad_event", f"this event cannot be read: {fault}", line=block.line)
    if not isinstance(event, Event):
        return problem("bad_event", "this is not an event", line=block.line)
    for name, reason in event.errors:
        return problem(
            "bad_event", f"{name or 'a line'} cannot be read: {reason}", line=block.line, column=name
        )
    start = _moment_of(event, "DTSTART", zones)
    instance = _moment_of(event, "RECURRENCE-ID", zones)
    length = (
        _length(event, start, zones, block.value_of("DURATION")) if isinstance(start, Moment) else Length()
    )
    for name, found in (("DTSTART", start), ("RECURRENCE-ID", instance), ("DTEND", length)):
        if isinstance(found, Fault):
            return at(found, line=block.line, column=name, value=raw_value(event, name))
    if not isinstance(start, Moment) or isinstance(length, Fault) or isinstance(instance, Fault):
        return problem("required", "the event has no DTSTART", line=block.line, column="DTSTART")
    return Entry(
        line=block.line,
        event=event,
        uid=str(event.get("UID", "")).strip() or f"without uid: {key(start)} {event.get('SUMMARY', '')}",
        start=start,
        length=length,
        instance=instance,
        from_here_on=instance is not None and _parameter(event, "RECURRENCE-ID", "RANGE") == "THISANDFUTURE",
        sequence=int(event.get("SEQUENCE", 0)) if not isinstance(event.get("SEQUENCE"), list) else 0,
    )


def _moment_of(event: Event, name: str, zones: Zones) -> Moment | Fault | None:
    value = event.get(name)
    if value is None:
        return None
    if isinstance(value, list):
        return Fault(code="bad_event", reason=f"{name} stands here more than once", expected="one")
    return moment(value.dt, _parameter(event, name, TZID), zones)


def moments_of(event: Event, name: str, zones: Zones) -> list[tuple[Moment, Length | None]] | Fault:
    """Return (start, length) of every value of EXDATE or RDATE; a length only where it is a period."""
    found: list[tuple[Moment, Length | None]] = []
    for values in listed(event, name):
        tzid = values.params.get(TZID)
        for value in values.dts:
            period = value.dt if isinstance(value.dt, tuple) else (value.dt, None)
            start = moment(period[0], tzid, zones)
            if isinstance(start, Fault):
                return start
            length: Length | None = None
            if isinstance(period[1], timedelta):
                length = Length(exact=period[1])
            elif period[1] is not None:
                end = moment(period[1], tzid, zones)
                if isinstance(end, Fault):
                    return end
                length = length_between(start, end)
            found.append((start, length))
    return found


def _length(event: Event, start: Moment, zones: Zones, said_duration: str) -> Length | Fault:
    """Return how long an event is: DTEND is exact time, DURATION's days are calendar days (3.8.5.3)."""
    end = _moment_of(event, "DTEND", zones)
    if isinstance(end, Fault):
        return end
    if end is not None:
        if end.all_day != start.all_day:
            return Fault(
                code="bad_range", reason="one end is a day, the other a time", expected="two of a kind"
            )
        if utc(end) < utc(start):
            return Fault(code="bad_range", reason="the event ends before it starts", expected="a later end")
        return length_between(start, end)
    duration = event.get("DURATION")
    if duration is None or isinstance(duration, list):
        return Length(days=1) if start.all_day else Length()
    if not isinstance(duration.dt, timedelta):
        return Fault(code="bad_range", reason="DURATION is not a duration", expected="as in PT8H")
    if "D" not in said_duration and "W" not in said_duration:
        return Length(exact=duration.dt)
    return Length(days=duration.dt.days, exact=duration.dt - timedelta(days=duration.dt.days))


def _not_too_long(length: Length | Fault) -> Length | Fault:
    if isinstance(length, Fault) or timedelta(days=length.days) + length.exact <= LONGEST_BOOKING:
        return length
    return Fault(
        code="too_long",
        reason="this event is longer than a booking may be",
        expected=f"at most {LONGEST_BOOKING.days} days",
    )


def listed(event: Event, name: str) -> list[Any]:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _parameter(event: Event, name: str, parameter: str) -> str | None:
    value = event.get(name)
    found = getattr(value, "params", {}).get(parameter)
    return None if found is None else str(found)


def raw_value(event: Event, name: str) -> str:
    value = event.get(name)
    if value is None or isinstance(value, vBroken | list):
        return ""
    text = value.to_ical()
    return text.decode() if isinstance(text, bytes) else str(text)
