"""Reasons and steps in people's words: names instead of ids, dates instead of slots."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.solver.challenge import Step as FoundStep
from scheduling.solver.plan import Reason
from scheduling.solver.records import Records
from scheduling.solver.repair import REST
from scheduling.solver.studio import BOOKING, Drawn
from scheduling.solver.told import LeftOut, Step, Why

_BETWEEN = re.compile(r"between slot (\d+) and slot (\d+)")
_SLOTS = re.compile(r"\b(\d+) slots?\b")
_NOBODY_WORKS = "Nobody who could do it works"
_NOBODY_HAS = "Beside work that stays and time off, nobody who could do it has"
_VERBS = {
    "challenge": "Challenge",
    "release": "Release",
    "move": "Move",
    "hand_over": "Hand over",
}


class Namer:
    """Knows what the tasks of a problem are called."""

    def __init__(self, records: Records, drawn: Drawn) -> None:
        self._drawn = drawn
        self._zone = ZoneInfo(drawn.clocks.studio.zone)
        self._phases = {p.id: p for p in records.phases}
        self._projects = {p.id: p for p in records.projects}
        self._artists = {a.id: a for a in records.artists}

    def name(self, task: str) -> str:
        """A phase by its project and name, a booking by its title, artist and day."""
        origin = task.removesuffix(REST)
        if not origin.startswith(BOOKING):
            phase = self._phases[UUID(origin)]
            return f"{self._projects[phase.project_id].name}: {phase.name}"
        (booking,) = self._drawn.seats[origin]
        day = booking.start.astimezone(self._zone).date()
        what = booking.title or self._project(booking.project_id) or booking.status.value
        return f"{what} of {self._artists[booking.artist_id].name} ({day:%-d %b})"

    def _project(self, project_id: UUID | None) -> str:
        project = self._projects.get(project_id) if project_id is not None else None
        return project.name if project is not None else ""

    def text(self, text: str, tasks: Iterable[str]) -> str:
        """A sentence about slots and ids as one about half days, dates and names."""
        for task in sorted(tasks, key=len, reverse=True):
            text = text.replace(task, self.name(task))
        text = text.replace(_NOBODY_WORKS, _NOBODY_HAS)
        text = _BETWEEN.sub(lambda m: f"between {self._day(int(m[1]))} and {self._day(int(m[2]) - 1)}", text)
        return _SLOTS.sub(lambda m: f"{m[1]} half day{'' if m[1] == '1' else 's'}", text)

    def _day(self, slot: int) -> str:
        starts = self._drawn.clocks.studio.starts
        if not starts:
            return "the first day"
        return f"{starts[min(max(slot, 0), len(starts) - 1)].astimezone(self._zone).date():%-d %b %Y}"

    def why(self, reason: Reason) -> Why:
        """The reason with what it names sorted into phases and bookings."""
        phases, bookings = self._sorted(reason.tasks)
        return Why(
            kind=reason.kind,
            text=self.text(reason.text, reason.tasks),
            skill=reason.skill,
            level=reason.level,
            phase_ids=phases,
            booking_ids=bookings,
            price=reason.price,
        )

    def _sorted(self, tasks: Iterable[str]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
        origins = dict.fromkeys(task.removesuffix(REST) for task in tasks)
        phases = tuple(UUID(o) for o in origins if not o.startswith(BOOKING))
        return phases, tuple(UUID(o.removeprefix(BOOKING)) for o in origins if o.startswith(BOOKING))

    def left_out(self, task: str, why: Why) -> LeftOut:
        """What has no place, by the phase or the booking it is."""
        phases, bookings = self._sorted([task])
        phase_id = next(iter(phases), None)
        booking_id = next(iter(bookings), None)
        if booking_id is not None:
            phase_id = self._drawn.seats[task.removesuffix(REST)][0].phase_id
        return LeftOut(phase_id=phase_id, booking_id=booking_id, reason=why)

    def step(self, step: FoundStep) -> Step:
        """A step with the bookings it is about."""
        phases, _ = self._sorted([step.task])
        to = f" to {self._day(step.now.start)}" if step.kind == "move" and step.now is not None else ""
        return Step(
            kind=step.kind,
            text=f"{_VERBS[step.kind]} {self.name(step.task)}{to}.",
            booking_ids=tuple(b.id for b in self._drawn.seats.get(step.task, ())),
            phase_id=next(iter(phases), None),
            price=step.price,
        )
