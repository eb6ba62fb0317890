"""What an artist's time looks like from outside: free, taken, away, a day nobody works, or outside hours.

Pure: from a calendar, a line of live bookings and times off to stretches that tile a window, and to
the hours of every week by what they are taken for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import Calendar, DayOff, days_off, spans_of
from scheduling.model import Booking, OffState, Status, TimeOff
from scheduling.wall_clock import DAY, day_start
from scheduling.working_time import Span, joined, without

StretchKind = Literal["free", "busy", "off", "holiday", "outside_hours"]


class Stretch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`[start, end)` of one kind; approved time off goes before bookings, those before the calendar.

    `rank` is the place in line a new hold would get (1 is first), null where it would be refused or
    is not the asker's to know. `status` is the firmest of the bookings there. `time_off` says whether
    the artist asked to be away or may be. `name` is that of the holiday or closing day.
    """

    start: datetime
    end: datetime
    kind: StretchKind
    rank: int | None = None
    status: Literal["hold", "pencil", "confirmed", "busy"] | None = None
    booking_ids: tuple[UUID, ...] = ()
    time_off: Literal["requested", "approved"] | None = None
    name: str = ""


_FIRMNESS: tuple[tuple[Status, Literal["hold", "pencil", "confirmed"]], ...] = (
    (Status.CONFIRMED, "confirmed"),
    (Status.PENCIL, "pencil"),
    (Status.HOLD, "hold"),
)


class _Facts(Struct, frozen=True):
    """Everything that has a beginning and an end within the window."""

    line: Sequence[Booking]
    times_off: Sequence[TimeOff]
    days_off: Sequence[tuple[Span, DayOff]]
    working: Sequence[Span]


def stretches(
    calendar: Calendar,
    line: Iterable[Booking],
    times_off: Iterable[TimeOff],
    start: datetime,
    end: datetime,
) -> tuple[Stretch, ...]:
    """The window cut wherever something begins or ends; neighbours that say the same are joined."""
    facts = _Facts(
        [b for b in line if b.live and b.overlaps(start, end)],
        [t for t in times_off if t.live and t.overlaps(start, end)],
        tuple(_spans_off(calendar, start, end)),
        spans_of(calendar, start, end),
    )
    result: list[Stretch] = []
    for tile in _tiles(facts, start, end):
        if result and _same(result[-1], tile):
            result[-1] = _replaced(tile, result[-1].start, tile.end)
        else:
            result.append(tile)
    return tuple(result)


def _spans_off(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[Span, DayOff]]:
    zone = ZoneInfo(calendar.zone)
    for off in days_off(calendar, start.astimezone(zone).date(), end.astimezone(zone).date()):
        opens, closes = day_start(off.day, calendar.zone), day_start(off.day + DAY, calendar.zone)
        if opens < end and closes > start:
            yield Span(start=max(opens, start), end=min(closes, end)), off


def _tiles(facts: _Facts, start: datetime, end: datetime) -> Iterator[Stretch]:
    """One sweep over all beginnings and ends."""
    ranges: list[tuple[datetime, datetime, object]] = [
        *((b.start, b.end, b) for b in facts.line),
        *((t.start, t.end, t) for t in facts.times_off),
        *((span.start, span.end, off) for span, off in facts.days_off),
        *((span.start, span.end, span) for span in facts.working),
    ]
    opening: dict[datetime, list[object]] = {}
    closing: dict[datetime, list[object]] = {}
    for opens, closes, fact in ranges:
        opening.setdefault(max(opens, start), []).append(fact)
        closing.setdefault(min(closes, end), []).append(fact)
    standing: dict[int, object] = {}
    for at, until in pairwise(sorted({start, end, *opening, *closing})):
        for gone in closing.get(at, ()):
            standing.pop(id(gone), None)
        standing.update((id(fact), fact) for fact in opening.get(at, ()))
        yield _stretch(list(standing.values()), at, until)


def _stretch(standing: Sequence[object], start: datetime, end: datetime) -> Stretch:
    booked = sorted((f for f in standing if isinstance(f, Booking)), key=lambda b: (b.start, b.id))
    states = {f.state for f in standing if isinstance(f, TimeOff)}
    holiday = next((f for f in standing if isinstance(f, DayOff)), None)
    status = next((word for status, word in _FIRMNESS if any(b.status is status for b in booked)), None)
    kind: StretchKind = "outside_hours"
    if OffState.APPROVED in states:
        kind = "off"
    elif booked:
        kind = "busy"
    elif holiday is not None:
        kind = "holiday"
    elif any(isinstance(f, Span) for f in standing):
        kind = "free"
    refused = kind == "off" or status == "confirmed"
    requested: Literal["requested"] | None = "requested" if OffState.REQUESTED in states else None
    return Stretch(
        start=start,
        end=end,
        kind=kind,
        rank=None if refused else len(booked) + 1,
        status=status,
        booking_ids=tuple(b.id for b in booked),
        time_off="approved" if kind == "off" else requested,
        name=holiday.name if holiday is not None else "",
    )


def _same(one: Stretch, other: Stretch) -> bool:
    return _replaced(one, other.start, other.end) == other


def _replaced(one: Stretch, start: datetime, end: datetime) -> Stretch:
    return Stretch(
        start=start,
        end=end,
        kind=one.kind,
        rank=one.rank,
        status=one.status,
        booking_ids=one.booking_ids,
        time_off=one.time_off,
        name=one.name,
    )


# -- utilisation ---------------------------------------------------------------------------


class Load(Struct, frozen=True, kw_only=True):
    """Working hours within `[start, end)`, and what they are taken for; no hour counts twice.

    `working` has holidays taken out; `off` is approved time off; an hour that several bookings hold
    counts for the firmest of them. `free` is what is left. `utilisation` is pencilled and confirmed
    hours over those worked (`working` less `off`), null where none are.
    """

    start: datetime
    end: datetime
    working: float
    off: float
    confirmed: float
    pencil: float
    hold: float
    free: float
    utilisation: float | None


def load_of(
    working: Sequence[Span],
    line: Iterable[Booking],
    times_off: Iterable[TimeOff],
    start: datetime,
    end: datetime,
) -> Load:
    """How full `[start, end)` is; `working` may reach beyond it."""
    inside = [Span(start=max(s.start, start), end=min(s.end, end)) for s in working]
    left = joined(s for s in inside if s.start < s.end)
    total = _hours(left)
    approved = (t for t in times_off if t.state is OffState.APPROVED)
    left, off = _take(left, (Span(start=t.start, end=t.end) for t in approved))
    booked = tuple(b for b in line if b.live)
    taken: dict[str, float] = {}
    for status, word in _FIRMNESS:
        left, taken[word] = _take(
            left, (Span(start=b.start, end=b.end) for b in booked if b.status is status)
        )
    worked = total - off
    return Load(
        start=start,
        end=end,
        working=_rounded(total),
        off=_rounded(off),
        confirmed=_rounded(taken["confirmed"]),
        pencil=_rounded(taken["pencil"]),
        hold=_rounded(taken["hold"]),
        free=_rounded(_hours(left)),
        utilisation=_rounded((taken["confirmed"] + taken["pencil"]) / worked) if worked > 0 else None,
    )


def _take(left: tuple[Span, ...], spans: Iterable[Span]) -> tuple[tuple[Span, ...], float]:
    """What remains of `left`, and the hours that `spans` took of it."""
    remaining = without(left, spans)
    return remaining, _hours(left) - _hours(remaining)


def _hours(spans: Iterable[Span]) -> float:
    return sum((s.end - s.start for s in spans), timedelta()) / timedelta(hours=1)


def _rounded(value: float) -> float:
    return round(value, 4)


def weeks(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The weeks of `[start, end)`, from Monday to Monday on the zone's clock, cut at both ends."""
    day = start.astimezone(ZoneInfo(zone)).date()
    monday = day - timedelta(days=day.weekday())
    while (opens := day_start(monday, zone)) < end:
        monday += timedelta(days=7)
        yield max(opens, start), min(day_start(monday, zone), end)
