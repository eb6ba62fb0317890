"""What is booked as a problem of its own, for repairs: every booking is a task with one seat.

A plan that something happens to is made of bookings, also where a phase has many, or they are of no phase.
Confirmed work and what has begun is pinned; who might take a booking over `stand_ins.py` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import structs

from scheduling.model import Booking, Dependency, Status
from scheduling.solver.halves import Clocks, clocks_of
from scheduling.solver.people import fixed_of, over_of, people_of, present_of, slots_of, workable
from scheduling.solver.problem import Link, Need, Problem, Task, distance
from scheduling.solver.records import Records, Scope
from scheduling.solver.studio import BOOKING, Drawn
from scheduling.stand_ins import skill_of

MOST_PAIRS = 400
"""Pairs of bookings that one dependency is kept between; beyond, its phases are in too many parts to say."""


def draw_booked(records: Records, scope: Scope, hit: frozenset[UUID]) -> Drawn:
    """The problem of keeping what is booked as it is; `hit` are the bookings that something happened to.

    The slots begin at `scope.start`, before `scope.now` where running work began before it.
    """
    clocks = clocks_of(records, structs.replace(scope, now=_first(records, scope, hit)))
    worked = workable(records, clocks)
    live = [b for b in records.bookings if b.artist_id in worked and (b.live or b.id in hit)]
    fixed = fixed_of(live, worked, clocks) - hit
    now = clocks.first_at(scope.now)
    closed = over_of(clocks, scope.now)
    tasks: list[Task] = []
    seats: dict[str, tuple[Booking, ...]] = {}
    able = _Able(records)
    for booking in live:
        table = clocks.of(booking.artist_id)
        start, end = table.slots(booking.start, booking.end)
        if start >= end:
            continue
        outside = booking.start < table.starts[0] or booking.end > table.ends[-1]
        if booking.id in fixed or (outside and booking.id not in hit):
            closed[booking.artist_id].update(range(start, end))
            continue
        name = f"{BOOKING}{booking.id}"
        need = Need(people=(str(booking.artist_id),))
        pinned = booking.status is Status.CONFIRMED or booking.start < scope.now
        seats[name] = (booking,)
        tasks.append(
            Task(
                id=name,
                project=str(booking.project_id or ""),
                duration=end - start,
                needs=(Need(people=able.of(booking)),),
                earliest=min(start, now) if pinned else now,
                due=end,
                present=present_of(start, (need,), (booking,)),
                pinned=pinned,
            )
        )
    horizon = max(1, len(clocks.studio.starts))
    problem = Problem(
        horizon=horizon,
        people=tuple(people_of(records, worked, closed, horizon)),
        tasks=tuple(tasks),
        links=tuple(_links(records.dependencies, tasks, seats, clocks)),
        weights=scope.weights,
    )
    return Drawn(problem=problem, clocks=clocks, seats=seats)


def _first(records: Records, scope: Scope, hit: frozenset[UUID]) -> datetime:
    return min([scope.now, *(b.start for b in records.bookings if b.id in hit)])


class _Able:
    """Who could take a booking over."""

    def __init__(self, records: Records) -> None:
        self._artists = {a.id: a for a in records.artists if a.active}
        self._phases = {p.id: p for p in records.phases}
        self._known: dict[tuple[str, int], tuple[str, ...]] = {}

    def of(self, booking: Booking) -> tuple[str, ...]:
        artist = self._artists[booking.artist_id]
        phase = self._phases.get(booking.phase_id) if booking.phase_id is not None else None
        need = skill_of(artist, phase)
        others = self._with(need.name.lower(), need.level) if need is not None else ()
        return tuple(dict.fromkeys((str(artist.id), *others)))

    def _with(self, skill: str, level: int) -> tuple[str, ...]:
        if (skill, level) not in self._known:
            self._known[skill, level] = tuple(
                str(a.id)
                for a in self._artists.values()
                if any(s.name.lower() == skill and s.level >= level for s in a.skills)
            )
        return self._known[skill, level]


def _links(
    ties: Sequence[Dependency], tasks: Sequence[Task], seats: dict[str, tuple[Booking, ...]], clocks: Clocks
) -> Iterator[Link]:
    """Dependencies between the bookings of two phases, where they are kept today."""
    of_phase: dict[UUID, list[Task]] = {}
    for task in tasks:
        phase_id = seats[task.id][0].phase_id
        if phase_id is not None:
            of_phase.setdefault(phase_id, []).append(task)
    for tie in ties:
        before, after = of_phase.get(tie.from_phase_id, []), of_phase.get(tie.to_phase_id, [])
        if len(before) * len(after) > MOST_PAIRS:
            continue
        for one in before:
            for other in after:
                link = Link(before=one.id, after=other.id, kind=tie.kind, lag=slots_of(tie.lag_hours))
                longer = structs.replace(link, lag=link.lag + clocks.behind(_who(one), _who(other), tie.kind))
                kept = next((each for each in (longer, link) if _kept(each, one, other)), None)
                if kept is not None:
                    yield kept


def _who(task: Task) -> list[UUID]:
    return [UUID(who) for need in task.needs for who in need.people]


def _kept(link: Link, before: Task, after: Task) -> bool:
    first, second = before.present, after.present
    if first is None or second is None:
        return False
    return second.start >= first.start + distance(link, before.duration, after.duration)
