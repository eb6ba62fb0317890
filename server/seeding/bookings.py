"""Drawing up a believable schedule: who works on what, when, how firmly, and who waits behind whom."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from scheduling.commands import PlaceBooking
from server.seeding.people import Cast, Person, PlannedPhase, PlannedProject

WEEKS_BACK = 5
WEEKS_AHEAD = 8
_BUSY = 0.72
"""Share of the weeks in which somebody has work."""
_NOTES = (
    "Remote, daily call at 10.",
    "On site, desk 4.",
    "Notes from the client come on Wednesdays.",
    "Handover with the previous artist on the first morning.",
    "Half of the shots depend on the new cameras.",
)

Status = Literal["hold", "pencil", "confirmed"]


class PlannedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking to place; `accepted` tells that the artist said yes and waits to be first."""

    id: UUID
    place: PlaceBooking
    accepted: bool = False


class _Job(msgspec.Struct, frozen=True, kw_only=True):
    project: PlannedProject
    phase: PlannedPhase


class _Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever draws up the schedule has before them; `now` is in whole hours."""

    cast: Cast
    now: datetime
    chance: random.Random


def plan_bookings(
    cast: Cast, monday: date, now: datetime, chance: random.Random, *, again: int
) -> list[PlannedBooking]:
    """Return some three months of bookings around `now`, exclusive ones first, each artist's in order.

    What is past is confirmed; the further ahead, the more is only penciled or held. Nobody works at weekends.
    `again` bookings ahead get one or two holds of other projects behind them.
    """
    desk = _Desk(cast=cast, now=now.replace(minute=0, second=0, microsecond=0), chance=chance)
    first: list[PlannedBooking] = []
    for person in cast.people:
        first.extend(_schedule(desk, person, monday))
    behind = _behind(desk, first, again)
    firm = sorted(first, key=lambda one: one.place.status == "hold")
    return [*firm, *behind]


def _schedule(desk: _Desk, person: Person, monday: date) -> Iterator[PlannedBooking]:
    """Yield one person's bookings: runs of weeks on the same work, now and then a gap or a change."""
    chance = desk.chance
    job: _Job | None = None
    code = ""
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        jobs = list(_jobs(desk.cast, person, week))
        if not jobs or chance.random() > _BUSY:
            job = None
            continue
        if job not in jobs or chance.random() < 0.35:
            job = chance.choice(jobs)
            code = chance.choice(job.project.codes)
        for begin, days in _spans(person, chance):
            status = _status(week, job.project, chance)
            day = monday + timedelta(weeks=week, days=begin)
            yield _booking(desk, person, job, day=day, days=days, status=status, code=code)
            if chance.random() < 0.3:
                code = chance.choice(job.project.codes)


def _jobs(cast: Cast, person: Person, week: int) -> Iterator[_Job]:
    """Yield the phases that run in `week` and that the person is good enough for."""
    for project in cast.booked:
        for phase in project.phases:
            runs = phase.week <= week < phase.week + phase.weeks
            if runs and person.level(phase.skill) >= min(phase.level, 3):
                yield _Job(project=project, phase=phase)


def _spans(person: Person, chance: random.Random) -> list[tuple[int, int]]:
    """Return (first weekday, days) of one or two bookings in a week, on working days only."""
    week = sorted({span.day for span in person.hours if span.day < 5})
    full = len(week)
    shape = chance.random()
    if shape < 0.5:
        return [(week[0], full)]
    if shape < 0.72:
        days = chance.randint(2, max(2, full - 1))
        begin = chance.randint(0, full - days)
        return [(week[begin], days)]
    cut = chance.randint(1, full - 1)
    return [(week[0], cut), (week[cut], full - cut)]


def _status(week: int, project: PlannedProject, chance: random.Random) -> Status:
    roll = chance.random()
    if week < 0:
        return "confirmed"
    if project.status == "tentative":
        return "hold" if roll < 0.8 else "pencil"
    if week == 0:
        return "confirmed" if roll < 0.8 else "pencil"
    firm, penciled = (0.55, 0.85) if week < 3 else (0.25, 0.6) if week < 6 else (0.08, 0.35)
    return "confirmed" if roll < firm else "pencil" if roll < penciled else "hold"


def _booking(
    desk: _Desk,
    person: Person,
    job: _Job,
    *,
    day: date,
    days: int,
    status: Status,
    code: str,
    place: int = 1,
) -> PlannedBooking:
    cast, now, chance = desk.cast, desk.now, desk.chance
    booking_id = uuid5(cast.tenant_id, f"booking {person.name} {day - now.date()} {place}")
    start, end = _working_time(person, day, days)
    title = chance.choice(cast.titles[job.phase.skill])
    return PlannedBooking(
        id=booking_id,
        place=PlaceBooking(
            id=booking_id,
            artist_id=person.id,
            start=start,
            end=end,
            title=title.format(code=code, shot=f"{chance.randrange(4, 99) * 10:04}"),
            status=status,
            project_id=cast.project_id(job.project),
            phase_id=cast.phase_id(job.project, job.phase.name),
            notes=chance.choice(_NOTES) if chance.random() < 0.2 else "",
            zone=person.zone,
            response_deadline=now + timedelta(hours=chance.randrange(20, 96)) if status == "hold" else None,
            expires_at=max(start - timedelta(days=3), now + timedelta(days=7)) if status == "hold" else None,
        ),
    )


def _working_time(person: Person, day: date, days: int) -> tuple[datetime, datetime]:
    """Return [start of work on the first day, end of work on the last) in UTC."""
    last = day + timedelta(days=days - 1)
    opens = min(span.start for span in person.hours if span.day == day.weekday())
    closes = max(span.end for span in person.hours if span.day == last.weekday())
    return _utc(day, opens, person.zone), _utc(last, closes, person.zone)


def _utc(day: date, clock: str, zone: str) -> datetime:
    hour, _, minute = clock.partition(":")
    at = datetime(day.year, day.month, day.day, int(hour) % 24, int(minute), tzinfo=ZoneInfo(zone))
    return (at + timedelta(days=int(hour) // 24)).astimezone(UTC)


# -- holds behind others -----------------------------------------------------------------


def _behind(desk: _Desk, first: Sequence[PlannedBooking], again: int) -> list[PlannedBooking]:
    """Return holds of other projects on dates that are held or penciled already."""
    chance = desk.chance
    people = {person.id: person for person in desk.cast.people}
    open_ = [one for one in first if one.place.status != "confirmed" and one.place.start > desk.now]
    behind: list[PlannedBooking] = []
    for one in chance.sample(open_, min(again, len(open_))):
        person = people[one.place.artist_id]
        for place in range(2, 4 if chance.random() < 0.35 else 3):
            found = _hold_behind(desk, person, one, place)
            if found is not None:
                behind.append(found)
    return _without_confirmed_in_the_way(first, behind)


def _hold_behind(desk: _Desk, person: Person, one: PlannedBooking, place: int) -> PlannedBooking | None:
    cast, chance = desk.cast, desk.chance
    zone = ZoneInfo(person.zone)
    day = one.place.start.astimezone(zone).date()
    days = (one.place.end.astimezone(zone).date() - day).days + 1
    jobs = [
        _Job(project=project, phase=phase)
        for project in cast.booked
        for phase in project.phases
        if cast.project_id(project) != one.place.project_id
        and person.level(phase.skill) >= 3
        and project.status != "delivered"
    ]
    if not jobs:
        return None
    job = chance.choice(jobs)
    code = chance.choice(job.project.codes)
    shift = chance.randint(0, days - 1) if chance.random() < 0.4 else 0
    begin = day + timedelta(days=shift)
    planned = _booking(desk, person, job, day=begin, days=days - shift, status="hold", code=code, place=place)
    return msgspec.structs.replace(planned, accepted=chance.random() < 0.3)


def _without_confirmed_in_the_way(
    first: Sequence[PlannedBooking], behind: Sequence[PlannedBooking]
) -> list[PlannedBooking]:
    """Leave out holds that would stand on confirmed work, where they are not allowed."""
    confirmed = [one.place for one in first if one.place.status == "confirmed"]
    return [
        one
        for one in behind
        if not any(
            other.artist_id == one.place.artist_id
            and other.start < one.place.end
            and one.place.start < other.end
            for other in confirmed
        )
    ]
