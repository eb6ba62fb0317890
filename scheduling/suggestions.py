"""The best slots for a piece of work over all artists: what is free by bitsets, ranked by stated scores.

Pure and stateless. Every score is a share of stated points, and says in words why; the sum is of 100.
Of each artist the best slots are found exactly: what is skipped could not have been better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import Struct

from scheduling.calendars import Calendar, works_between
from scheduling.model import Granularity, Rate, Skill, SkillNeed
from scheduling.slots import SLOT_SECONDS, Diary, Grid, diary_of, free_starts, grid_of
from scheduling.solver.bits import each, span

PartName = Literal[
    "skill", "earliest", "continuity", "balance", "cost", "rank", "preference", "fragmentation"
]
POINTS: dict[PartName, int] = {
    "skill": 20,
    "earliest": 25,
    "continuity": 10,
    "balance": 10,
    "cost": 10,
    "rank": 15,
    "preference": 5,
    "fragmentation": 5,
}
"""What each part can give. Parts that do not apply to a request are left out, and the rest fill the 100."""

_SURPLUS = 0.15
"""The share of the skill points lost with each level above what is asked: leads are wanted elsewhere."""


class Wanted(Struct, frozen=True, kw_only=True):
    """The request: `length` slots of `granularity` within `[start, end)` (seconds since 1970).

    `exact`: all of `[start, end)` and nothing else, whatever the length says; only of those who work in it,
    unless `off_hours`.
    """

    start: int
    end: int
    length: int
    granularity: Granularity
    exact: bool = False
    off_hours: bool = False
    skills: tuple[SkillNeed, ...] = ()
    project: bool = False
    preferred: frozenset[UUID] = frozenset()
    budget: Rate | None = None
    in_line: bool = True
    limit: int = 5
    per_artist: int = 1


class Candidate(Struct, frozen=True, kw_only=True):
    """An artist who has the skills, and their time: ranges in seconds, holds apart from what excludes."""

    id: UUID
    name: str
    calendar: Calendar
    skills: tuple[Skill, ...] = ()
    rate: Rate | None = None
    on_project: bool = False
    holds: tuple[tuple[int, int], ...] = ()
    excluded: tuple[tuple[int, int], ...] = ()


class Part(Struct, frozen=True, kw_only=True):
    """One score: `points` of `of`, and why."""

    name: PartName
    points: float
    of: int
    text: str


class Suggestion(Struct, frozen=True, kw_only=True):
    """A slot `[start, end)` of an artist; `rank` is the place in line a new hold would have (1 is first)."""

    artist_id: UUID
    artist_name: str
    start: datetime
    end: datetime
    granularity: Granularity
    rank: int
    score: float
    parts: tuple[Part, ...]


class Shares(NamedTuple):
    """A part's share of its points, and the words for it."""

    share: float
    text: str


class _Found(NamedTuple):
    """A slot as it is ranked; what stands in front decides. `loss` is the score below zero."""

    loss: float
    start: int
    name: str
    artist: int
    slot: int
    place: _Place


class _Place:
    """One artist's grid with all that is asked of it again and again."""

    def __init__(
        self, wanted: Wanted, candidate: Candidate, grid: Grid, fixed: dict[PartName, Shares]
    ) -> None:
        count = len(grid.starts)
        taken = diary_of(grid, candidate.excluded)
        held = diary_of(grid, candidate.holds)
        clear = Diary(taken=taken.taken | held.taken, cuts=taken.cuts | held.cuts)
        busy = clear.taken.bit_count() / count
        self.candidate, self.grid, self.held = candidate, grid, held
        self.free = span(0, count) & ~clear.taken
        self.possible = free_starts(count, taken if wanted.in_line else clear, wanted.length)
        self.fixed = {**fixed, "balance": Shares(1 - busy, f"{busy:.0%} of their time here is taken")}
        self._holds: list[Diary] | None = None

    @property
    def holds(self) -> list[Diary]:
        """Each hold for itself; laid out only where a slot is looked at on which one stands."""
        if self._holds is None:
            self._holds = [diary_of(self.grid, (hold,)) for hold in self.candidate.holds]
        return self._holds


def suggest(wanted: Wanted, candidates: Iterable[Candidate]) -> tuple[Suggestion, ...]:
    """The best slots, best first; of the same score the earlier, then by name."""
    everyone = list(candidates)
    dearest = max((c.rate.amount for c in everyone if c.rate is not None), default=0.0)
    promising = [_promise(_fixed(wanted, c, dearest), c) for c in everyone]
    promising.sort(key=lambda promise: -promise.most)
    found: list[_Found] = []
    grid_for = _grids(wanted)
    for promise in promising:
        worst = -found[-1].loss if len(found) == wanted.limit else 0.0
        if promise.most < worst:
            break
        grid = grid_for(promise.candidate.calendar)
        if len(grid.starts) < wanted.length:
            continue
        place = _Place(wanted, promise.candidate, grid, promise.fixed)
        found = sorted(found + _best_of(wanted, place, worst), key=lambda f: f[:5])[: wanted.limit]
    return tuple(_worded(wanted, f) for f in found)


class _Promise(NamedTuple):
    """An artist before their diary is looked at, and the most they could score."""

    most: float
    fixed: dict[PartName, Shares]
    candidate: Candidate


_OF_SLOT: tuple[PartName, ...] = ("balance", "earliest", "rank", "fragmentation")


def _promise(fixed: dict[PartName, Shares], candidate: Candidate) -> _Promise:
    rest = sum(POINTS[name] for name in _OF_SLOT)
    known = sum(POINTS[name] * shares.share for name, shares in fixed.items())
    of = rest + sum(POINTS[name] for name in fixed)
    return _Promise(_points(known + rest, of), fixed, candidate)


def _grids(wanted: Wanted) -> Callable[[Calendar], Grid]:
    """Grids by calendar object: artists who share one (see `shared_calendars`) are looked up by identity."""
    known: dict[int, Grid] = {}

    def grid_for(calendar: Calendar) -> Grid:
        grid = known.get(id(calendar))
        if grid is None:
            grid = known[id(calendar)] = _grid(wanted, calendar)
        return grid

    return grid_for


def _grid(wanted: Wanted, calendar: Calendar) -> Grid:
    if not wanted.exact:
        return grid_of(calendar, wanted.granularity, wanted.start, wanted.end)
    ends = (datetime.fromtimestamp(wanted.start, UTC), datetime.fromtimestamp(wanted.end, UTC))
    if wanted.off_hours or works_between(calendar, *ends):
        return Grid(starts=(wanted.start,), ends=(wanted.end,))
    return Grid(starts=(), ends=())


# -- scores that hold for all slots of an artist -------------------------------------------


def _fixed(wanted: Wanted, candidate: Candidate, dearest: float) -> dict[PartName, Shares]:
    parts: dict[PartName, Shares] = {}
    if wanted.skills:
        parts["skill"] = _skill(wanted.skills, candidate.skills)
    if wanted.project:
        parts["continuity"] = (
            Shares(1, "already on the project") if candidate.on_project else Shares(0, "new to the project")
        )
    if wanted.budget is not None or dearest:
        parts["cost"] = _cost(wanted.budget, candidate.rate, dearest)
    if wanted.preferred:
        asked = candidate.id in wanted.preferred
        parts["preference"] = Shares(float(asked), "asked for" if asked else "not among those asked for")
    return parts


def _skill(needs: Sequence[SkillNeed], skills: Sequence[Skill]) -> Shares:
    levels = {skill.name.lower(): skill.level for skill in sorted(skills, key=lambda s: s.level)}
    shares, words = 0.0, []
    for need in needs:
        level = levels.get(need.name.lower(), 0)
        shares += max(0.0, 1 - _SURPLUS * (level - need.level))
        words.append(f"{need.name} {level} where {need.level} is asked")
    return Shares(shares / len(needs), ", ".join(words))


def _cost(budget: Rate | None, rate: Rate | None, dearest: float) -> Shares:
    if rate is None:
        return Shares(0.5, "no rate known")
    said = f"{rate.amount:g} {rate.currency} a day"
    if budget is None:
        return Shares(1 - rate.amount / dearest / 2 if dearest else 1, said)
    if rate.currency != budget.currency:
        return Shares(0.5, f"{said}, the budget is in {budget.currency}")
    if rate.amount > budget.amount:
        return Shares(0, f"{said}, {rate.amount - budget.amount:g} over the budget")
    return Shares(1, f"{said}, within the budget")


# -- scores of one slot --------------------------------------------------------------------


def _best_of(wanted: Wanted, place: _Place, worst: float) -> list[_Found]:
    """The artist's best slots that do not overlap, none that scores less than `worst`."""
    result: list[_Found] = []
    possible = place.possible
    of = sum(POINTS[name] for name in _names(place))
    fixed = sum(POINTS[name] * shares.share for name, shares in place.fixed.items())
    latest_gain = POINTS["rank"] + POINTS["fragmentation"]
    while possible and len(result) < wanted.per_artist:
        best: _Found | None = None
        for slot in each(possible):
            start = place.grid.starts[slot]
            early = POINTS["earliest"] * _early(wanted, start)
            least = worst if best is None else max(worst, -best.loss)
            if _points(fixed + early + latest_gain, of) < least:
                break  # all later slots lose more by being late than rank and gaps can give
            points = fixed + early
            points += POINTS["rank"] * _ranked(_rank(place, slot, wanted.length))
            points += POINTS["fragmentation"] * _tidy(wanted, place, slot)
            who = place.candidate
            found = _Found(-_points(points, of), start, who.name, who.id.int, slot, place)
            if -found.loss >= worst and (best is None or found.loss < best.loss):
                best = found
        if best is None:
            break
        result.append(best)
        possible &= ~span(max(0, best.slot - wanted.length + 1), best.slot + wanted.length)
    return result


def _names(place: _Place) -> tuple[PartName, ...]:
    return (*place.fixed, "earliest", "rank", "fragmentation")


def _points(points: float, of: int) -> float:
    return round(100 * points / of, 1)


def _early(wanted: Wanted, start: int) -> float:
    return 1 - (start - wanted.start) / max(1, wanted.end - wanted.start)


def _rank(place: _Place, slot: int, length: int) -> int:
    """One more than the most holds that stand on any one slot (or night between two) of the range."""
    inside = span(slot, slot + length)
    between = span(slot + 1, slot + length)
    if not (place.held.taken & inside or place.held.cuts & between):
        return 1
    over = [hold for hold in place.holds if hold.taken & inside or hold.cuts & between]
    if len(over) <= 1:
        return 1 + len(over)
    deepest = 1
    for at in each(inside):
        deepest = max(deepest, sum(hold.taken >> at & 1 for hold in over))
    return 1 + deepest


def _ranked(rank: int) -> float:
    return 1 / rank**2


def _tidy(wanted: Wanted, place: _Place, slot: int) -> float:
    """Half for each side that leaves no scrap: either nothing, or room for as much again."""
    before = _run_before(place.free, slot)
    after = _run_after(place.free, slot + wanted.length)
    whole = min(wanted.length, _day(wanted.granularity))
    return ((before == 0 or before >= whole) + (after == 0 or after >= whole)) / 2


def _run_before(free: int, slot: int) -> int:
    """Free slots in a row that end where `slot` begins."""
    taken = ~free & span(0, slot)
    return slot - taken.bit_length()


def _run_after(free: int, slot: int) -> int:
    gone = ~(free >> slot)
    return (gone & -gone).bit_length() - 1


def _day(granularity: Granularity) -> int:
    return {"day": 1, "half_day": 2, "time": 8 * 3600 // SLOT_SECONDS}[granularity]


# -- words ---------------------------------------------------------------------------------


def _worded(wanted: Wanted, found: _Found) -> Suggestion:
    place, slot = found.place, found.slot
    rank = _rank(place, slot, wanted.length)
    tidy = _tidy(wanted, place, slot)
    shares: dict[PartName, Shares] = {
        **place.fixed,
        "earliest": Shares(_early(wanted, found.start), _when(wanted, found.start)),
        "rank": Shares(_ranked(rank), "first in line" if rank == 1 else f"number {rank} in line"),
        "fragmentation": Shares(tidy, _GAPS[tidy]),
    }
    return Suggestion(
        artist_id=place.candidate.id,
        artist_name=place.candidate.name,
        start=datetime.fromtimestamp(found.start, UTC),
        end=datetime.fromtimestamp(place.grid.ends[slot + wanted.length - 1], UTC),
        granularity=wanted.granularity,
        rank=rank,
        score=-found.loss,
        parts=tuple(
            Part(name=name, points=round(POINTS[name] * s.share, 1), of=POINTS[name], text=s.text)
            for name in POINTS
            if (s := shares.get(name)) is not None
        ),
    )


_GAPS = {
    1.0: "leaves no scraps of time",
    0.5: "leaves less than a day free on one side",
    0.0: "leaves less than a day free on both sides",
}


def _when(wanted: Wanted, start: int) -> str:
    days = (start - wanted.start) // 86_400
    return "at once" if days == 0 else f"{days} day{'s' if days > 1 else ''} into the window"
