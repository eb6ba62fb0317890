"""What bookings come to: days and cost against a project's budget, and against what phases need. Pure.

A day is an artist's own: the working time of the booking by the artist's calendar, over the hours of
their ordinary day (weekly hours by working days). A booking that lies wholly outside their working
time was made on purpose, and counts by the clock, at most one day for each day it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.calendars import calendar_of, spans_of
from scheduling.model import Artist, Booking, Money, Phase, Project, Skill, SkillNeed, Status, Tenant

EIGHT_HOURS = 8.0


class StatusTotal(Struct, frozen=True, kw_only=True):
    """Live bookings in one status; `unpriced_days` are of artists without a rate."""

    status: Status
    bookings: int
    days: float
    cost: tuple[Money, ...]
    unpriced_days: float


class ProjectBudget(Struct, frozen=True, kw_only=True):
    """A project's budget against its live bookings.

    `cost` is days times the artists' day rates, a sum for each currency; nothing is converted.
    `remaining_money` is in the budget's currency, less what is booked in that currency alone. What
    remains is negative where more is booked than was budgeted.
    """

    project_id: UUID
    budget_days: float | None
    budget_money: Money | None
    booked_days: float
    cost: tuple[Money, ...]
    unpriced_days: float
    remaining_days: float | None
    remaining_money: Balance | None
    by_status: tuple[StatusTotal, ...]


class Balance(Struct, frozen=True, kw_only=True):
    """What is left of a sum; negative where it is overspent."""

    amount: float
    currency: str


class NeedBooked(Struct, frozen=True, kw_only=True):
    """One skill that a phase needs: `missing_days` is what is not booked yet, never below zero."""

    name: str
    level: int
    needed_days: float
    booked_days: float
    missing_days: float


class PhaseStaffing(Struct, frozen=True, kw_only=True):
    """What is booked in a phase against what it needs; `other_days` are of artists without these skills."""

    phase_id: UUID
    name: str
    progress: int
    needs: tuple[NeedBooked, ...]
    needed_days: float
    booked_days: float
    other_days: float


def booked_days(tenant: Tenant, artist: Artist, start: datetime, end: datetime) -> float:
    """How many of the artist's days `[start, end)` is worth."""
    calendar = calendar_of(tenant, artist)
    ordinary = hours_of_a_day(artist)
    worked = sum((s.end - s.start for s in spans_of(calendar, start, end)), timedelta())
    if worked:
        return worked.total_seconds() / 3600 / ordinary
    zone = ZoneInfo(artist.zone)
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    touched = (last - start.astimezone(zone).date()).days + 1
    return min((end - start).total_seconds() / 3600 / ordinary, float(touched))


def hours_of_a_day(artist: Artist) -> float:
    """The artist's weekly hours by working days; eight where they have no hours."""
    days = {hours.day for hours in artist.working_hours}
    weekly = sum(_minutes(h.end) - _minutes(h.start) for h in artist.working_hours)
    return weekly / 60 / len(days) if days else EIGHT_HOURS


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


# -- budgets -----------------------------------------------------------------------------


class _Sum:
    """Days and cost added up."""

    def __init__(self) -> None:
        self.bookings = 0
        self.days = 0.0
        self.unpriced = 0.0
        self.cost: dict[str, float] = {}

    def add(self, artist: Artist, days: float) -> None:
        self.bookings += 1
        self.days += days
        if artist.rate is None:
            self.unpriced += days
        else:
            currency = artist.rate.currency
            self.cost[currency] = self.cost.get(currency, 0.0) + days * artist.rate.amount

    def money(self) -> tuple[Money, ...]:
        return tuple(Money(amount=round(a, 2), currency=c) for c, a in sorted(self.cost.items()))


def budget_of(
    tenant: Tenant, project: Project, bookings: Iterable[Booking], artists: Mapping[UUID, Artist]
) -> ProjectBudget:
    """The project's budget against its live bookings; `artists` are those who are booked."""
    whole, by_status = _Sum(), {status: _Sum() for status in (Status.HOLD, Status.PENCIL, Status.CONFIRMED)}
    for booking in bookings:
        artist = artists[booking.artist_id]
        days = booked_days(tenant, artist, booking.start, booking.end)
        for part in (whole, by_status[booking.status]):
            part.add(artist, days)
    budget = project.budget_money
    left = None
    if budget is not None:
        spent = whole.cost.get(budget.currency, 0.0)
        left = Balance(amount=round(budget.amount - spent, 2), currency=budget.currency)
    return ProjectBudget(
        project_id=project.id,
        budget_days=project.budget_days,
        budget_money=budget,
        booked_days=_days(whole.days),
        cost=whole.money(),
        unpriced_days=_days(whole.unpriced),
        remaining_days=None if project.budget_days is None else _days(project.budget_days - whole.days),
        remaining_money=left,
        by_status=tuple(
            StatusTotal(
                status=status,
                bookings=part.bookings,
                days=_days(part.days),
                cost=part.money(),
                unpriced_days=_days(part.unpriced),
            )
            for status, part in by_status.items()
        ),
    )


def _days(value: float) -> float:
    return round(value, 2)


# -- what phases need --------------------------------------------------------------------


def staffing_of(
    tenant: Tenant, phase: Phase, bookings: Iterable[Booking], artists: Mapping[UUID, Artist]
) -> PhaseStaffing:
    """The phase's live bookings against its needs.

    A booked day counts for one need. Artists who meet fewest of the needs are counted first, each for
    the need of theirs that is furthest from being met; what is over counts for the first they meet.
    """
    days: dict[UUID, float] = {}
    for booking in bookings:
        worth = booked_days(tenant, artists[booking.artist_id], booking.start, booking.end)
        days[booking.artist_id] = days.get(booking.artist_id, 0.0) + worth
    met = {i: [n for n, need in enumerate(phase.skills) if _meets(artists[i].skills, need)] for i in days}
    booked = [0.0] * len(phase.skills)
    other = 0.0
    for artist_id in sorted(days, key=lambda i: (len(met[i]), i)):
        if met[artist_id]:
            _spread(days[artist_id], met[artist_id], phase.skills, booked)
        else:
            other += days[artist_id]
    needs = tuple(_need(need, one) for need, one in zip(phase.skills, booked, strict=True))
    return PhaseStaffing(
        phase_id=phase.id,
        name=phase.name,
        progress=phase.progress,
        needs=needs,
        needed_days=_days(sum(need.days for need in phase.skills)),
        booked_days=_days(sum(days.values())),
        other_days=_days(other),
    )


def _meets(skills: Sequence[Skill], need: SkillNeed) -> bool:
    return any(s.name.casefold() == need.name.casefold() and s.level >= need.level for s in skills)


def _spread(days: float, met: Sequence[int], needs: Sequence[SkillNeed], booked: list[float]) -> None:
    while days > 0:
        worst = max(met, key=lambda n: needs[n].days - booked[n])
        short = needs[worst].days - booked[worst]
        if short <= 0:
            booked[met[0]] += days
            return
        part = min(days, short)
        booked[worst] += part
        days -= part


def _need(need: SkillNeed, booked: float) -> NeedBooked:
    return NeedBooked(
        name=need.name,
        level=need.level,
        needed_days=_days(need.days),
        booked_days=_days(booked),
        missing_days=_days(max(0.0, need.days - booked)),
    )
