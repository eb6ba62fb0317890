"""The text of a calendar (RFC 5545) out of bookings and time off. Pure: the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from db.queries.calendars import Away, Slot

PRODUCT = "-//Production Tool//Calendar 1//EN"
REFRESH = timedelta(minutes=15)
_FIRMNESS = {"hold": "Hold", "pencil": "Pencil", "confirmed": "Confirmed"}
_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Z"})
_ZONES_FROM, _ZONES_TO = datetime(2020, 1, 1, tzinfo=UTC).date(), datetime(2038, 1, 1, tzinfo=UTC).date()


def calendar_text(
    name: str, tenant_id: UUID, slots: Iterable[Slot], away: Iterable[Away], *, of_artist: bool
) -> bytes:
    """The calendar; of an artist it names what they work on, of a project who works on it.

    Times stand in the zone of the booking, with its VTIMEZONE, so that they keep their hour over a change of
    clocks; from midnight to midnight they are whole days. `UID` is the booking's for ever, `SEQUENCE` counts
    its versions, a confirmed booking is CONFIRMED and everything before TENTATIVE.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    events = [
        *(_booking(tenant_id, slot, of_artist=of_artist) for slot in slots),
        *(_away(tenant_id, one) for one in away),
    ]
    for zone in sorted({zone for _, zone in events if zone not in _UTC_NAMES}):
        calendar.add_component(_timezone(zone))
    for event, _ in events:
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


@cache
def _timezone(zone: str) -> Timezone:
    return Timezone.from_tzid(zone, first_date=_ZONES_FROM, last_date=_ZONES_TO)


def _booking(tenant_id: UUID, slot: Slot, *, of_artist: bool) -> tuple[Event, str]:
    what = slot.title or slot.project_name or "Booking"
    summary = what if of_artist else f"{slot.artist_name}: {what}"
    event = _event(tenant_id, slot, summary)
    event.add("status", "CONFIRMED" if slot.status == "confirmed" else "TENTATIVE")
    lines = [f"{_FIRMNESS[slot.status]}."]
    if slot.project_name and slot.project_name != what:
        lines.append(f"Project: {slot.project_name}")
    if slot.notes:
        lines.append(slot.notes)
    event.add("description", "\n".join(lines))
    event.add("transp", "OPAQUE")
    return event, slot.zone


def _away(tenant_id: UUID, away: Away) -> tuple[Event, str]:
    event = _event(tenant_id, away, "Time off")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event, away.zone


def _event(tenant_id: UUID, of: Slot | Away, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{of.id}@{tenant_id}.production-tool")
    event.add("sequence", of.version - 1)
    event.add("dtstamp", of.updated_at.replace(microsecond=0))
    event.add("created", of.created_at.replace(microsecond=0))
    event.add("last-modified", of.updated_at.replace(microsecond=0))
    event.add("summary", summary)
    zone = UTC if of.zone in _UTC_NAMES else ZoneInfo(of.zone)
    start, end = of.start.astimezone(zone), of.end.astimezone(zone)
    if _midnight(start) and _midnight(end):
        event.add("dtstart", start.date())
        event.add("dtend", end.date())
    else:
        event.add("dtstart", start)
        event.add("dtend", end)
    return event


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
