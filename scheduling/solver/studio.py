"""From a studio's records to a problem in half days, everybody's by their own clock (`halves.py`).

Phases become tasks, dependencies links, artists people. What is confirmed is pinned; holds and pencils of
the planned projects may move, unless they have begun, share a half day with another booking, or lie where
their artist does not work; other bookings, and approved time off, close their slots. What is tied to a phase
that is left aside keeps to where that one is booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from msgspec import Struct, structs

from scheduling.model import Artist, Booking, Dependency, Phase, Project, Status
from scheduling.solver.halves import Clocks, clocks_of
from scheduling.solver.people import (
    fixed_of,
    merged,
    over_of,
    people_of,
    present_of,
    slots_of,
    workable,
)
from scheduling.solver.problem import (
    Link,
    Need,
    Person,
    Problem,
    Task,
    distance,
)
from scheduling.solver.records import Records, Scope
from scheduling.wall_clock import DAY, day_start

BOOKING = "booking:"
"""What stands before the id of a booking that is a task of its own."""
_FIXED = "It shares half days with other bookings, or lies where its artist does not work."


class Aside(Struct, frozen=True, kw_only=True):
    """A phase that is not planned, and why; its bookings stay where they are. `open`: somebody is missing."""

    phase_id: UUID
    why: str
    open: bool = False


class Drawn(Struct, frozen=True, kw_only=True):
    """The problem, what its slots are on the clocks, and what was left aside.

    Tasks are named by the phase's id; `seats` are the bookings that a task has today.
    """

    problem: Problem
    clocks: Clocks
    aside: tuple[Aside, ...] = ()
    seats: Mapping[str, tuple[Booking, ...]] = {}


# -- drawing ---------------------------------------------------------------------------------


def draw(records: Records, scope: Scope) -> Drawn:
    """The problem of planning the scope; what cannot be planned is left aside with a reason."""
    return _Drawing(records, scope, clocks_of(records, scope)).drawn()


class _Drawing:
    def __init__(self, records: Records, scope: Scope, clocks: Clocks) -> None:
        self.records, self.scope, self.clocks, self.timetable = records, scope, clocks, clocks.studio
        self.horizon = max(1, len(clocks.studio.starts))
        self.artists = {a.id: a for a in records.artists if a.active}
        self.projects = {
            p.id: p for p in records.projects if scope.projects is None or p.id in scope.projects
        }
        self.live = [b for b in records.bookings if b.live and b.artist_id in self.artists]
        self.aside: list[Aside] = []
        self.fans = _fans(self.artists.values())
        self.closed: dict[UUID, set[int]] = {}
        self.seats: dict[str, tuple[Booking, ...]] = {}
        self.able: dict[tuple[str, int], tuple[str, ...]] = {}
        self.booked: dict[UUID, list[Booking]] = {}
        for booking in self.live:
            if booking.phase_id is not None:
                self.booked.setdefault(booking.phase_id, []).append(booking)
        self.ties: dict[UUID, list[Dependency]] = {}
        for tie in records.dependencies:
            for end in (tie.from_phase_id, tie.to_phase_id):
                self.ties.setdefault(end, []).append(tie)
        self.worked = workable(records, clocks)
        self.fixed = fixed_of(self.live, self.worked, clocks)

    def drawn(self) -> Drawn:
        """Everything put together."""
        tasks = self._phases()
        tasks += self._loose({t.id for t in tasks})
        known = {t.id for t in tasks}
        tasks = [self._bounded(task, known) for task in tasks]
        problem = Problem(
            horizon=self.horizon,
            people=tuple(self._people()),
            tasks=tuple(tasks),
            links=tuple(self._links(tasks)),
            weights=self.scope.weights,
        )
        return Drawn(problem=problem, clocks=self.clocks, aside=tuple(self.aside), seats=dict(self.seats))

    def _people(self) -> Iterable[Person]:
        over = over_of(self.clocks, self.scope.now)
        return people_of(self.records, self.worked, merged(self.closed, over), self.horizon)

    def _slots(self, booking: Booking) -> tuple[int, int]:
        return self.clocks.of(booking.artist_id).slots(booking.start, booking.end)

    def _close(self, booking: Booking) -> None:
        self.closed.setdefault(booking.artist_id, set()).update(range(*self._slots(booking)))

    # -- phases ------------------------------------------------------------------------------

    def _phases(self) -> list[Task]:
        tasks = []
        for phase in self.records.phases:
            if phase.project_id not in self.projects or phase.progress >= 100:
                continue
            task = self._task(phase, self.booked.get(phase.id, []))
            if isinstance(task, Task):
                tasks.append(task)
            else:
                self.aside.append(task)
        return tasks

    def _task(self, phase: Phase, booked: Sequence[Booking]) -> Task | Aside:
        project = self.projects[phase.project_id]
        needs = tuple(Need(skill=n.name.lower(), level=n.level) for n in phase.skills)
        duration = max(1, slots_of(phase.duration_hours * (100 - phase.progress) / 100))
        present = None
        if booked:
            where = {self._slots(b) for b in booked}
            seated = self._seated(needs, booked)
            if len(where) > 1 or seated is None:
                return _in_parts(phase, booked)
            [(start, end)] = where
            if start >= end:
                return Aside(phase_id=phase.id, why="It is booked outside the time that is planned.")
            if booked[0].start < self.scope.now:
                return Aside(phase_id=phase.id, why="It has begun.")
            if any(self._goes_on(b) for b in booked):
                return Aside(phase_id=phase.id, why="It goes on beyond the time that is planned.")
            if any(b.id in self.fixed for b in booked):
                return Aside(phase_id=phase.id, why=_FIXED)
            self.seats[str(phase.id)] = tuple(booked)
            needs, duration = seated, end - start
            present = present_of(start, seated, booked)
        return Task(
            id=str(phase.id),
            project=str(project.id),
            duration=duration,
            needs=needs if present is None else self._needs_of(phase, needs),
            earliest=self._first_slot(project),
            due=self._due(phase, project),
            preferred=self.fans.get(project.id, ()),
            present=present,
            pinned=present is not None and present.status == "confirmed",
        )

    def _seated(self, needs: Sequence[Need], booked: Sequence[Booking]) -> tuple[Need, ...] | None:
        """The needs, each with the artist who is booked for it in `people`; None where the numbers differ.

        A phase that names no skills asks for those who are booked.
        """
        if needs and len(needs) != len(booked):
            return None
        left = [str(b.artist_id) for b in sorted(booked, key=lambda b: (b.start, b.id))]
        if len(set(left)) != len(left):
            return None
        seated = []
        for need in needs or [Need(skill="")] * len(left):
            able = [who for who in left if self._can(who, need)]
            who = (able or left)[0]
            left.remove(who)
            seated.append(Need(skill=need.skill, level=need.level, people=(who,)))
        return tuple(seated)

    def _can(self, who: str, need: Need) -> bool:
        artist = self.artists[UUID(who)]
        return any(s.name.lower() == need.skill and s.level >= need.level for s in artist.skills)

    def _needs_of(self, phase: Phase, seated: Sequence[Need]) -> tuple[Need, ...]:
        """Who could take each seat: those with the skill, and whoever is booked for it today."""
        if not phase.skills:
            return tuple(seated)
        return tuple(Need(people=tuple(dict.fromkeys((*need.people, *self._able(need))))) for need in seated)

    def _able(self, need: Need) -> tuple[str, ...]:
        """Everybody with the skill, worked out once for all who ask for it."""
        asked = (need.skill, need.level)
        if asked not in self.able:
            self.able[asked] = tuple(str(i) for i in self.artists if self._can(str(i), need))
        return self.able[asked]

    def _first_slot(self, project: Project) -> int:
        if project.start is None:
            return 0
        begins = day_start(project.start, self.timetable.zone)
        return min(self.horizon, self.timetable.slots(begins, begins)[0])

    def _due(self, phase: Phase, project: Project) -> int | None:
        if phase.end is not None:
            return self.timetable.slots(phase.end, phase.end)[1]
        if project.end is not None:
            end = day_start(project.end + DAY, self.timetable.zone)
            return self.timetable.slots(end, end)[1]
        return None

    # -- what is tied to phases that are not planned -----------------------------------------

    def _bounded(self, task: Task, known: AbstractSet[str]) -> Task:
        """The task within the room that booked phases leave it which are no tasks themselves."""
        if task.pinned or task.id.startswith(BOOKING):
            return task
        earliest, latest = task.earliest, task.latest
        for tie, other in self._ties(UUID(task.id), known):
            where = [self._slots(b) for b in other]
            start, end = min(w[0] for w in where), max(w[1] for w in where)
            mine, theirs = self._who(task), [b.artist_id for b in other]
            if str(tie.to_phase_id) == task.id:
                link = self._link(tie, theirs, mine)
                earliest = max(earliest, start + distance(link, end - start, task.duration))
            else:
                link = self._link(tie, mine, theirs)
                last = start - distance(link, task.duration, end - start) + task.duration
                latest = last if latest is None else min(latest, last)
        earliest = min(earliest, self.horizon)
        return structs.replace(task, earliest=earliest, latest=None if latest is None else max(0, latest))

    def _links(self, tasks: Sequence[Task]) -> Iterator[Link]:
        """The ties between tasks; confirmed on both sides, they are as they are, kept or not."""
        known = {t.id: t for t in tasks}
        for tie in self.records.dependencies:
            before, after = known.get(str(tie.from_phase_id)), known.get(str(tie.to_phase_id))
            if before is not None and after is not None and not (before.pinned and after.pinned):
                yield self._link(tie, self._who(before), self._who(after))

    def _link(self, tie: Dependency, before: Iterable[UUID], after: Iterable[UUID]) -> Link:
        """The tie in slots, longer where who might come after is far east of who came before."""
        return Link(
            before=str(tie.from_phase_id),
            after=str(tie.to_phase_id),
            kind=tie.kind,
            lag=slots_of(tie.lag_hours) + self.clocks.behind(before, after, tie.kind),
        )

    def _who(self, task: Task) -> list[UUID]:
        """Everybody who might do it, or does it where it stays."""
        if task.pinned and task.present is not None:
            return [UUID(who) for who in task.present.people if who is not None]
        return [UUID(who) for need in task.needs for who in need.people or self._able(need)]

    def _ties(self, phase_id: UUID, known: AbstractSet[str]) -> Iterator[tuple[Dependency, list[Booking]]]:
        for tie in self.ties.get(phase_id, ()):
            other = tie.from_phase_id if tie.to_phase_id == phase_id else tie.to_phase_id
            if str(other) not in known and self.booked.get(other):
                yield tie, self.booked[other]

    def _goes_on(self, booking: Booking) -> bool:
        """Whether it ends after the time that is planned: moved, it would lose what lies beyond."""
        return booking.end > self.clocks.of(booking.artist_id).ends[-1]

    # -- other bookings ----------------------------------------------------------------------

    def _loose(self, planned: set[str]) -> list[Task]:
        """Bookings that are no phase's present: of planned projects they may move, others close slots."""
        tasks = []
        for booking in self.live:
            if booking.phase_id is not None and str(booking.phase_id) in planned:
                continue
            start, end = self._slots(booking)
            if start >= end:
                continue
            may_move = booking.status is not Status.CONFIRMED and booking.project_id in self.projects
            aside = any(a.phase_id == booking.phase_id for a in self.aside)
            if not may_move or aside or booking.start < self.scope.now or booking.id in self.fixed:
                self._close(booking)
                continue
            need = Need(people=(str(booking.artist_id),))
            self.seats[f"{BOOKING}{booking.id}"] = (booking,)
            tasks.append(
                Task(
                    id=f"{BOOKING}{booking.id}",
                    project=str(booking.project_id),
                    duration=end - start,
                    needs=(need,),
                    earliest=start if self._goes_on(booking) else 0,
                    latest=end if self._goes_on(booking) else None,
                    due=end,
                    present=present_of(start, (need,), (booking,)),
                )
            )
        return tasks


def _in_parts(phase: Phase, booked: Sequence[Booking]) -> Aside:
    missing = len(phase.skills) - len({b.artist_id for b in booked})
    if missing > 0:
        why = (
            f"It is booked with {missing} fewer than the {len(phase.skills)} it needs: find a slot for"
            " the rest, or give its bookings up to have all of it planned."
        )
        return Aside(phase_id=phase.id, why=why, open=True)
    return Aside(phase_id=phase.id, why="It is booked in parts, or with more people than it needs.")


def _fans(artists: Iterable[Artist]) -> dict[UUID, tuple[str, ...]]:
    """By project, the artists who would like to work on it."""
    fans: dict[UUID, tuple[str, ...]] = {}
    for artist in artists:
        for project_id in artist.preferred_projects:
            fans[project_id] = (*fans.get(project_id, ()), str(artist.id))
    return fans
