"""From a plan to changes of bookings: what is placed, moved and ended, and nothing that stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import Struct, structs

from scheduling.model import Booking, Granularity, Phase, Status
from scheduling.solver.halves import Range, Timetable, range_of
from scheduling.solver.plan import Placement, Plan
from scheduling.solver.problem import Problem
from scheduling.solver.records import Records
from scheduling.solver.studio import Drawn
from scheduling.solver.told import DraftChange

NewId = Callable[[str], UUID]
"""An id that follows from a name, the same every time."""


class _Stretch(Struct, frozen=True):
    """Somebody's slots `[start, end)` on one seat."""

    who: str
    start: int
    end: int


class Words(Struct, frozen=True, kw_only=True):
    """What is said beside each kind of change."""

    placed: str
    moved: str
    handed_over: str
    shortened: str
    lengthened: str
    ended: str


PLANNED = Words(
    placed="Planned",
    moved="Makes way",
    handed_over="Handed over",
    shortened="Cut short",
    lengthened="Takes longer",
    ended="Given up",
)
REPAIRED = Words(
    placed="Takes over the rest",
    moved="Waits, or makes way",
    handed_over="Takes it over",
    shortened="Ends here, the rest goes on elsewhere",
    lengthened="Takes longer",
    ended="Nobody can take it",
)


def changes_of(
    drawn: Drawn, problem: Problem, plan: Plan, records: Records, *, new_id: NewId, words: Words = PLANNED
) -> tuple[DraftChange, ...]:
    """The changes that make the bookings what the plan says; `problem` is the one that was solved."""
    return tuple(_Drafting(drawn, records, new_id, words).changes(problem, plan))


class _Drafting:
    def __init__(self, drawn: Drawn, records: Records, new_id: NewId, words: Words) -> None:
        self.clocks, self.seats = drawn.clocks, drawn.seats
        self.phases: Mapping[str, Phase] = {str(p.id): p for p in records.phases}
        self.new_id, self.words = new_id, words

    def changes(self, problem: Problem, plan: Plan) -> Iterator[DraftChange]:
        at = {p.task: p for p in plan.placements}
        parts: dict[str, list[Placement | None]] = {}
        for task in problem.tasks:
            parts.setdefault(task.part_of or task.id, []).append(at.get(task.id))
        for origin, placed in parts.items():
            yield from self._of(origin, [p for p in placed if p is not None])

    def _of(self, origin: str, placed: Sequence[Placement]) -> Iterator[DraftChange]:
        lines = _lines(placed)
        known = self.seats.get(origin, ())
        taken, free = _matched(known, lines)
        for booking, line in taken:
            yield from self._changed(booking, line)
            for number, stretch in enumerate(line[1:], start=1):
                yield self._place(origin, f"{booking.id}/{number}", stretch, booking)
        for number, line in enumerate(free):
            for part, stretch in enumerate(line):
                yield self._place(origin, f"{number}/{part}", stretch, known[0] if known else None)

    def _changed(self, booking: Booking, line: Sequence[_Stretch]) -> Iterator[DraftChange]:
        words = self.words
        if not line:
            yield DraftChange(
                action="end",
                booking_id=booking.id,
                base_version=booking.version,
                note=words.ended,
                confirmed=booking.status is Status.CONFIRMED,
            )
            return
        stretch = line[0]
        mine, theirs = self.clocks.of(booking.artist_id), self.clocks.of(UUID(stretch.who))
        start, end = mine.slots(booking.start, booking.end)
        other = str(booking.artist_id) != stretch.who
        stays = (start, end) == (stretch.start, stretch.end)
        if stays and not other:
            return
        to = self._where(booking, stretch, mine, theirs, (start, end))
        yield DraftChange(
            action="move",
            booking_id=booking.id,
            base_version=booking.version,
            artist_id=UUID(stretch.who) if other else None,
            start=to.start if to is not None else None,
            end=to.end if to is not None else None,
            granularity=to.granularity if to is not None else None,
            note=words.handed_over
            if stays
            else self._word(start == stretch.start and not other, end < stretch.end, len(line) > 1),
            confirmed=booking.status is Status.CONFIRMED,
        )

    def _where(
        self, booking: Booking, stretch: _Stretch, mine: Timetable, theirs: Timetable, today: tuple[int, int]
    ) -> Range | None:
        """The range to move to; None where the booking may keep the one it has.

        Whole and half days go over to another artist's clock by themselves, if they were on the last one's.
        """
        carried = booking.granularity != "time" and booking.zone == mine.zone
        if mine.zone != theirs.zone and not carried:
            return structs.replace(_range(theirs, stretch), granularity="time")
        start, end = today
        if today == (stretch.start, stretch.end):
            return None
        moved = _range(mine, stretch)
        from_time = booking.start if start == stretch.start else moved.start
        to_time = booking.end if end == stretch.end else moved.end
        kept = from_time == booking.start or to_time == booking.end
        granularity = self._granularity(booking, moved.granularity, mine, kept=kept)
        return Range(start=from_time, end=to_time, granularity=granularity)

    def _word(self, stays: bool, longer: bool, split: bool) -> str:
        if split:
            return self.words.shortened
        return self.words.lengthened if stays and longer else self.words.moved

    def _granularity(
        self, booking: Booking, moved: Granularity, mine: Timetable, *, kept: bool
    ) -> Granularity:
        """What the new range may be called on the clock of the booking's zone, which stays."""
        if booking.zone != mine.zone or (kept and booking.granularity == "time"):
            return "time"
        if kept and booking.granularity == "half_day":
            return "half_day"
        return moved

    def _place(self, origin: str, name: str, stretch: _Stretch, like: Booking | None) -> DraftChange:
        table = self.clocks.of(UUID(stretch.who))
        where = _range(table, stretch)
        phase = self.phases.get(origin)
        return DraftChange(
            action="place",
            booking_id=self.new_id(f"{origin}/{name}"),
            artist_id=UUID(stretch.who),
            start=where.start,
            end=where.end,
            zone=table.zone,
            granularity=where.granularity,
            title=like.title if like is not None else (phase.name if phase is not None else ""),
            project_id=like.project_id if like is not None else (phase.project_id if phase else None),
            phase_id=like.phase_id if like is not None else (phase.id if phase is not None else None),
            note=self.words.placed,
        )


def _lines(placed: Sequence[Placement]) -> list[list[_Stretch]]:
    """Seat by seat who sits there when; what follows on the same person is one stretch."""
    seats = max((len(p.people) for p in placed), default=0)
    lines: list[list[_Stretch]] = [[] for _ in range(seats)]
    for placement in sorted(placed, key=lambda p: p.start):
        for seat, who in enumerate(placement.people):
            if who is None:
                continue
            line = lines[seat]
            if line and line[-1].who == who and line[-1].end == placement.start:
                line[-1] = _Stretch(who, line[-1].start, placement.end)
            else:
                line.append(_Stretch(who, placement.start, placement.end))
    return lines


def _matched(
    bookings: Sequence[Booking], lines: Sequence[list[_Stretch]]
) -> tuple[list[tuple[Booking, list[_Stretch]]], list[list[_Stretch]]]:
    """Each booking with the seat its artist has now, else with any that is left; and the seats left over."""
    free = [line for line in lines if line]
    taken: list[tuple[Booking, list[_Stretch]]] = []
    waiting: list[Booking] = []
    for booking in bookings:
        own = next((line for line in free if line[0].who == str(booking.artist_id)), None)
        if own is None:
            waiting.append(booking)
        else:
            free.remove(own)
            taken.append((booking, own))
    taken += [(booking, free.pop(0) if booking.live and free else []) for booking in waiting]
    return [(b, line) for b, line in taken if b.live], [*free, *(line for b, line in taken if not b.live)]


def _range(timetable: Timetable, stretch: _Stretch) -> Range:
    return range_of(timetable, Placement(task="", start=stretch.start, end=stretch.end))
