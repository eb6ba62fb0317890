"""Who there is and when, in slots: working time, what is booked, and which bookings slots cannot say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from scheduling.calendars import calendar_of
from scheduling.model import Booking, OffState, Status
from scheduling.solver.halves import Clocks, worked_slots
from scheduling.solver.problem import ClaimStatus, Craft, Need, Person, Present, Stretch
from scheduling.solver.records import PRICE_UNIT, Records

HOURS_A_SLOT = 4
FAIR = 0.85
"""The share of their open slots above which somebody's work is overload."""


def workable(records: Records, clocks: Clocks) -> dict[UUID, set[int]]:
    """In which slots each active artist works and is not away."""
    active = [a for a in records.artists if a.active]
    calendars = {a.id: calendar_of(records.tenant, a) for a in active}
    worked = {c: worked_slots(c, clocks.by_zone[c.zone]) for c in set(calendars.values())}
    result = {a.id: set(worked[calendars[a.id]]) for a in active}
    for off in records.times_off:
        if off.state is OffState.APPROVED and off.artist_id in result:
            away = clocks.of(off.artist_id).slots(off.start, off.end)
            result[off.artist_id].difference_update(range(*away))
    return result


def fixed_of(live: Sequence[Booking], worked: Mapping[UUID, set[int]], clocks: Clocks) -> frozenset[UUID]:
    """Bookings that slots cannot say: two share a half day, or their artist does not work in all of it."""
    found: set[UUID] = set()
    diaries: dict[UUID, list[tuple[int, int, UUID]]] = {}
    for booking in live:
        start, end = clocks.of(booking.artist_id).slots(booking.start, booking.end)
        if start < end:
            diaries.setdefault(booking.artist_id, []).append((start, end, booking.id))
            if not worked[booking.artist_id].issuperset(range(start, end)):
                found.add(booking.id)
    for diary in diaries.values():
        until, before = -1, None
        for start, end, booking_id in sorted(diary):
            if start < until and before is not None:
                found |= {before, booking_id}
            if end > until:
                until, before = end, booking_id
    return frozenset(found)


def over_of(clocks: Clocks, now: datetime) -> dict[UUID, set[int]]:
    """By artist the slots that are over on their clock, and not yet on everybody's."""
    first = clocks.first_at(now)
    return {who: set(range(first, clocks.of(who).slot_at(now))) for who in clocks.zones}


def merged(one: Mapping[UUID, set[int]], other: Mapping[UUID, set[int]]) -> dict[UUID, set[int]]:
    """Both, by artist."""
    return {who: one.get(who, set()) | other.get(who, set()) for who in {*one, *other}}


def people_of(
    records: Records, worked: Mapping[UUID, set[int]], closed: Mapping[UUID, set[int]], horizon: int
) -> Iterator[Person]:
    """The active artists; who has no rate costs what is usual."""
    active = [a for a in records.artists if a.active]
    rates = sorted(a.rate.amount for a in active if a.rate is not None)
    usual = rates[len(rates) // 2] if rates else 0.0
    for artist in active:
        open_slots = worked[artist.id] - closed.get(artist.id, set())
        rate = artist.rate.amount if artist.rate is not None else usual
        yield Person(
            id=str(artist.id),
            crafts=tuple(Craft(skill=s.name.lower(), level=s.level) for s in artist.skills),
            closed=_stretches(set(range(horizon)) - open_slots),
            price=round(rate / 2 / PRICE_UNIT),
            fair=round(FAIR * len(open_slots)),
        )


def present_of(start: int, seated: Sequence[Need], booked: Sequence[Booking]) -> Present:
    """Where bookings stand together: confirmed where any of them is, else a pencil; the worst rank counts."""
    statuses = {b.status for b in booked}
    status: ClaimStatus = "hold"
    if Status.CONFIRMED in statuses:
        status = "confirmed"
    elif Status.PENCIL in statuses:
        status = "pencil"
    return Present(
        start=start,
        people=tuple(need.people[0] for need in seated),
        status=status,
        rank=max(1, *(b.rank or 1 for b in booked)),
    )


def slots_of(hours: float) -> int:
    """Half days of so many hours, the last one whole."""
    return math.ceil(hours / HOURS_A_SLOT)


def _stretches(slots: set[int]) -> tuple[Stretch, ...]:
    result: list[Stretch] = []
    for slot in sorted(slots):
        if result and result[-1].end == slot:
            result[-1] = Stretch(start=result[-1].start, end=slot + 1)
        else:
            result.append(Stretch(start=slot, end=slot + 1))
    return tuple(result)
