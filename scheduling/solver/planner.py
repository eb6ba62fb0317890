"""From a studio's records and what is asked to a checked answer: allocations, repairs, challenges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec import Struct, structs

from scheduling.model import Booking
from scheduling.refusals import Refused, invalid, not_found
from scheduling.solver import repair
from scheduling.solver.asks import Absence, Ask, Cancellation, Slip, Trouble
from scheduling.solver.booked import draw_booked
from scheduling.solver.challenge import Way, challenged, challenges
from scheduling.solver.clocked import never
from scheduling.solver.drafts import REPAIRED, NewId, changes_of
from scheduling.solver.engine import Engine
from scheduling.solver.people import slots_of
from scheduling.solver.plan import Plan, Progress, Score
from scheduling.solver.problem import Problem, Task
from scheduling.solver.records import STUDIO, Records, Scope
from scheduling.solver.repair import REST
from scheduling.solver.search import solve
from scheduling.solver.studio import BOOKING, Aside, Drawn, draw
from scheduling.solver.told import Best, DraftChange, LeftOut, Outcome, Why
from scheduling.solver.verify import faults
from scheduling.solver.wording import Namer

HOURS_A_DAY = 8
LEAST = structs.replace(STUDIO, move_hold=600, move_pencil=1_500)
"""In a repair a booking that is touched weighs more than what it would cost to leave it."""
_PLANNED = frozenset({"tentative", "active"})
"""Projects whose work is planned where none are named."""
_WAITING = "It has a hold that waits in line behind others."
_NO_SKILLS = "It names no skills, so nobody can be booked for it: say what it needs."


class Unsound(Exception):
    """A plan that breaks a rule: a fault of ours, and never shown."""


class Search(Struct, frozen=True, kw_only=True):
    """With what a search is made: see `search.solve`. `now` is the present, `new_id` names new bookings.

    `searched` is called when the search is over, before its plan is judged and put into words.
    """

    now: datetime
    clock: Callable[[], float]
    new_id: NewId
    stop: Callable[[], bool] = never
    report: Callable[[Best], None] = lambda _best: None
    searched: Callable[[], None] = lambda: None
    engine: Engine | None = None
    start_from: Plan | None = None


def answer(ask: Ask, records: Records, search: Search) -> Outcome | Refused:
    """Draw the problem, search, and check. Refused where what is asked about is not there.

    Raises `Unsound` where the verifier finds a fault in the plan.
    """
    match ask.kind:
        case "allocate":
            return _allocated(ask, records, search)
        case "challenge":
            return _challenged(ask, records, search)
        case "repair":
            return _repaired(ask, records, search)
        case _:
            assert_never(ask.kind)


# -- allocate --------------------------------------------------------------------------------


def _allocated(ask: Ask, records: Records, search: Search) -> Outcome | Refused:
    drawn = _drawn(ask, records, search.now)
    if isinstance(drawn, Refused):
        return drawn
    if ask.phase_ids is not None:
        drawn = _narrowed(drawn, frozenset(map(str, ask.phase_ids)))
    plan = solve(
        drawn.problem,
        budget=ask.budget_seconds,
        clock=search.clock,
        seed=ask.seed,
        stop=search.stop,
        report=_reporting(drawn.problem, search),
        engine=search.engine,
        start_from=search.start_from,
    )
    _check(search, drawn.problem, plan)
    return Outcome(
        best=best_of(drawn.problem, plan),
        changes=changes_of(drawn, drawn.problem, plan, records, new_id=search.new_id),
        unplaced=(*_unplaced(records, drawn, plan), *_set_aside(ask, records, drawn)),
    )


def _drawn(ask: Ask, records: Records, now: datetime) -> Drawn | Refused:
    unknown = set(ask.project_ids or ()) - {p.id for p in records.projects}
    if unknown:
        return not_found("project", min(unknown))
    phases = {p.id: p for p in records.phases}
    unknown = set(ask.phase_ids or ()) - phases.keys()
    if unknown:
        return not_found("phase", min(unknown))
    open_ = frozenset(p.id for p in records.projects if p.status in _PLANNED)
    projects = open_ if ask.project_ids is None else frozenset(ask.project_ids)
    if ask.phase_ids is not None:
        chosen = projects if ask.project_ids is not None else frozenset()
        projects = chosen | {phases[i].project_id for i in ask.phase_ids}
    waiting = {b.phase_id for b in records.bookings if _waits(b)}
    known = structs.replace(
        records,
        bookings=tuple(b for b in records.bookings if not _waits(b)),
        phases=tuple(p for p in records.phases if p.id not in waiting),
    )
    drawn = draw(known, Scope(start=ask.start, end=ask.end, now=now, projects=projects))
    aside = tuple(
        Aside(phase_id=i, why=_WAITING)
        for i in waiting
        if i is not None and (phase := phases.get(i)) is not None and phase.project_id in projects
    )
    return structs.replace(drawn, aside=(*drawn.aside, *aside))


def _waits(booking: Booking) -> bool:
    """A hold behind another is a wish: it takes no time, and stays in its line."""
    return (booking.rank or 1) > 1


def _narrowed(drawn: Drawn, wanted: frozenset[str]) -> Drawn:
    """Only the wanted phases are planned: others that are booked stay, those that are not are left out."""
    tasks = [
        task if task.id in wanted else structs.replace(task, pinned=True)
        for task in drawn.problem.tasks
        if task.id in wanted or task.present is not None
    ]
    known, free = {task.id for task in tasks}, {task.id for task in tasks if not task.pinned}
    links = tuple(
        link for link in drawn.problem.links if (ends := {link.before, link.after}) <= known and ends & free
    )
    return structs.replace(drawn, problem=structs.replace(drawn.problem, tasks=tuple(tasks), links=links))


def _unplaced(records: Records, drawn: Drawn, plan: Plan) -> list[LeftOut]:
    namer = Namer(records, drawn)
    return [namer.left_out(u.task, namer.why(u.reason)) for u in plan.unplaced]


def _set_aside(ask: Ask, records: Records, drawn: Drawn) -> list[LeftOut]:
    """Phases that are not planned: those asked for by name, else those that somebody is missing for."""
    wanted = frozenset(ask.phase_ids or ())
    aside = {a.phase_id: a.why for a in drawn.aside if a.phase_id in wanted or (a.open and not wanted)}
    for phase in records.phases:
        if phase.id in wanted and not phase.skills and str(phase.id) not in drawn.seats:
            aside.setdefault(phase.id, _NO_SKILLS)
    return [
        LeftOut(phase_id=phase_id, reason=Why(kind="set_aside", text=why)) for phase_id, why in aside.items()
    ]


# -- challenge -------------------------------------------------------------------------------


def _challenged(ask: Ask, records: Records, search: Search) -> Outcome | Refused:
    if not ask.phase_ids:
        return invalid("phase_ids: name the phases that are wished for.", "phase_ids")
    drawn = _drawn(structs.replace(ask, phase_ids=None), records, search.now)
    if isinstance(drawn, Refused):
        return drawn
    known = {task.id for task in drawn.problem.tasks}
    wish = tuple(str(i) for i in ask.phase_ids if str(i) in known)
    if not wish:
        return Outcome(
            best=Best(seconds=0, price=Score(), placed=0, unplaced=0),
            unplaced=(*_set_aside(ask, records, drawn),),
        )
    drawn = _wished(drawn, frozenset(wish))
    way = challenges(
        drawn.problem,
        wish,
        budget=ask.budget_seconds,
        clock=search.clock,
        seed=ask.seed,
        stop=search.stop,
        report=_reporting(drawn.problem, search, frozenset(wish)),
        engine=search.engine,
        start_from=search.start_from,
    )
    asked = challenged(drawn.problem, wish)
    _check(search, asked, way.plan)
    namer = Namer(records, drawn)
    return Outcome(
        best=best_of(asked, way.plan, frozenset(wish)),
        changes=_made_way(drawn, asked, way, records, search.new_id),
        unplaced=(
            *(namer.left_out(u.task, namer.why(u.reason)) for u in way.refused),
            *_set_aside(ask, records, drawn),
        ),
        steps=tuple(namer.step(step) for step in way.steps),
    )


def _wished(drawn: Drawn, wish: frozenset[str]) -> Drawn:
    """Work that has no place and is not wished for is no part of the question."""
    tasks = tuple(t for t in drawn.problem.tasks if t.id in wish or t.present is not None)
    known = {t.id for t in tasks}
    links = tuple(link for link in drawn.problem.links if {link.before, link.after} <= known)
    return structs.replace(drawn, problem=structs.replace(drawn.problem, tasks=tasks, links=links))


def _made_way(
    drawn: Drawn, asked: Problem, way: Way, records: Records, new_id: NewId
) -> tuple[DraftChange, ...]:
    """The wish as holds in line, and what makes way; a hold of another project is challenged by people."""
    challenged_holds = {
        booking.id
        for step in way.steps
        if step.kind == "challenge"
        for booking in drawn.seats.get(step.task, ())
        if booking.status.value == "hold"
    }
    changes = changes_of(drawn, asked, way.plan, records, new_id=new_id)
    return tuple(c for c in changes if not (c.action == "end" and c.booking_id in challenged_holds))


# -- repair ----------------------------------------------------------------------------------


def _repaired(ask: Ask, records: Records, search: Search) -> Outcome | Refused:
    if ask.event is None:
        return invalid("event: say what happened: an absence, a slip or a cancellation.", "event")
    hit = _hit(ask.event, records)
    if isinstance(hit, Refused):
        return hit
    standing = tuple(b for b in records.bookings if not _waits(b) or b.id in hit)
    scope = Scope(start=ask.start, end=ask.end, now=search.now, weights=LEAST)
    drawn = draw_booked(structs.replace(records, bookings=standing), scope, hit)
    problem = _disrupted(drawn, ask.event, search.now, hit)
    if isinstance(problem, Refused):
        return problem
    began = search.clock()
    tell = _reporting(problem, search, _concerned(drawn, problem, hit))
    first = search.start_from or repair.patch(problem, seed=ask.seed)
    tell(Progress(plan=first, seconds=search.clock() - began, by="patch"))
    plan = solve(
        problem,
        budget=ask.budget_seconds,
        clock=search.clock,
        seed=ask.seed,
        stop=search.stop,
        report=tell,
        engine=None,
        start_from=first,
    )
    _check(search, problem, plan)
    namer = Namer(records, drawn)
    return Outcome(
        best=best_of(problem, plan, _concerned(drawn, problem, hit)),
        changes=changes_of(drawn, problem, plan, records, new_id=search.new_id, words=REPAIRED),
        unplaced=(
            *(namer.left_out(u.task, namer.why(u.reason)) for u in plan.unplaced),
            *(
                namer.left_out(p.task, Why(kind="left_open", text="Nobody who could do it is free."))
                for p in plan.placements
                if None in p.people
            ),
        ),
    )


def _hit(event: Trouble, records: Records) -> frozenset[UUID] | Refused:
    """The bookings that something happened to."""
    match event:
        case Absence():
            if all(a.id != event.artist_id for a in records.artists):
                return not_found("artist", event.artist_id)
            if event.end <= event.start:
                return invalid("event.end: an absence ends after it starts.", "event.end")
            return frozenset(
                b.id
                for b in records.bookings
                if b.live
                and b.artist_id == event.artist_id
                and b.start < event.end
                and event.start < b.end
                and not _waits(b)
            )
        case Slip():
            if all(p.id != event.phase_id for p in records.phases):
                return not_found("phase", event.phase_id)
            if (event.days is None) == (event.start is None):
                return invalid("event: a slip says either days or start.", "event")
            return frozenset(b.id for b in records.bookings if b.live and b.phase_id == event.phase_id)
        case Cancellation():
            if all(b.id != event.booking_id for b in records.bookings):
                return not_found("booking", event.booking_id)
            return frozenset({event.booking_id})
        case _:
            assert_never(event)


def _disrupted(drawn: Drawn, event: Trouble, present: datetime, hit: frozenset[UUID]) -> Problem | Refused:
    clocks, problem = drawn.clocks, drawn.problem
    tasks = {t.id: t for t in problem.tasks if t.id.startswith(BOOKING) and UUID(t.id[len(BOOKING) :]) in hit}
    if isinstance(event, Absence):
        table = clocks.of(event.artist_id)
        start, end = table.slots(event.start, event.end)
        away = repair.Absence(person=str(event.artist_id), start=start, end=max(start, end))
        if all(p.id != away.person for p in problem.people):
            return problem
        return repair.disrupt(problem, away, now=table.slot_at(present))
    if not tasks:
        return invalid("event: nothing is booked for it within the time that is planned.", "event")
    if isinstance(event, Cancellation):
        (name,) = tasks
        (booking,) = drawn.seats[name]
        gone = repair.Cancelled(task=name, person=str(booking.artist_id))
        return repair.disrupt(problem, gone, now=clocks.of(booking.artist_id).slot_at(present))
    if event.days is not None:
        last = max(_end(t) for t in tasks.values())
        for task in tasks.values():
            if _end(task) == last:
                slip = repair.Slip(task=task.id, by=slots_of(event.days * HOURS_A_DAY))
                problem = repair.disrupt(problem, slip, now=clocks.first_at(present))
        return problem
    return _later(problem, tasks, clocks.studio.slot_at(event.start or present))


def _end(task: Task) -> int:
    return task.present.start + task.duration if task.present is not None else 0


def _later(problem: Problem, tasks: dict[str, Task], start: int) -> Problem:
    """The bookings of a phase that begins later: all of them wait as long as the first has to."""
    first = min(t.present.start for t in tasks.values() if t.present is not None)
    by = max(0, start - first)
    moved = {
        name: structs.replace(
            task, pinned=False, earliest=min(problem.horizon, t.start + by), due=t.start + by + task.duration
        )
        for name, task in tasks.items()
        if (t := task.present) is not None
    }
    return structs.replace(problem, tasks=tuple(moved.get(t.id, t) for t in problem.tasks))


def _concerned(drawn: Drawn, problem: Problem, hit: frozenset[UUID]) -> frozenset[str]:
    """The tasks that need an answer: what was hit, and the rest of it."""
    names = {f"{BOOKING}{i}" for i in hit} & drawn.seats.keys()
    rests = {t.part_of for t in problem.tasks if t.part_of}
    return frozenset({name + REST if name in rests else name for name in names})


# -- telling ---------------------------------------------------------------------------------


def _reporting(
    problem: Problem, search: Search, concerned: frozenset[str] | None = None
) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        best = best_of(problem, progress.plan, concerned)
        search.report(structs.replace(best, seconds=progress.seconds, by=progress.by))

    return report


def best_of(problem: Problem, plan: Plan, concerned: frozenset[str] | None = None) -> Best:
    """A plan in figures: of the work that was to be planned, or of the tasks that are concerned."""
    if concerned is None:
        concerned = frozenset(t.id for t in problem.tasks if not t.pinned)
    placed = sum(p.task in concerned and None not in p.people for p in plan.placements)
    return Best(
        seconds=0,
        price=plan.score,
        placed=placed,
        unplaced=len(concerned) - placed,
        bound=plan.bound,
        proved=plan.proved,
        placements=plan.placements,
    )


def _check(search: Search, problem: Problem, plan: Plan) -> None:
    search.searched()
    found = faults(problem, plan)
    if found:
        raise Unsound("; ".join(found[:3]))
