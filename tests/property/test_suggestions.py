"""Suggestions over random small studios are those that trying every slot of everybody finds."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from scheduling.calendars import Calendar, spans_of
from scheduling.model import OFFICE_HOURS, Closure, Granularity, Rate, Skill, SkillNeed, WorkingHours
from scheduling.slots import grid_of
from scheduling.suggestions import POINTS, Candidate, Wanted, suggest

MONDAY = datetime(2027, 3, 22, tzinfo=UTC)  # the clocks change on the Sunday after
NIGHTS = (WorkingHours(day=2, start="20:00", end="24:00"), WorkingHours(day=5, start="00:00", end="06:00"))
GRANULARITIES: tuple[Granularity, ...] = ("day", "half_day", "time")
CALENDARS = (
    Calendar(hours=OFFICE_HOURS, zone="Europe/Paris"),
    Calendar(hours=OFFICE_HOURS, zone="America/New_York", closures=(Closure(day=MONDAY.date()),)),
    Calendar(hours=NIGHTS, zone="Asia/Tokyo"),
)


def candidate(draw: random.Random, number: int) -> Candidate:
    def ranges() -> tuple[tuple[int, int], ...]:
        return tuple(
            (start, start + 3600 * draw.choice((4, 12, 24, 60)))
            for start in (
                int(MONDAY.timestamp()) + 3600 * draw.randrange(24 * 12) for _ in range(draw.randrange(3))
            )
        )

    return Candidate(
        id=UUID(int=number),
        name=f"artist {draw.randrange(3)}",
        calendar=draw.choice(CALENDARS),
        skills=(Skill(name="Comp", level=draw.randrange(1, 5)),),
        rate=draw.choice((None, Rate(amount=draw.choice((300, 500)), currency=draw.choice(("EUR", "USD"))))),
        on_project=draw.random() < 0.5,
        holds=ranges(),
        excluded=ranges(),
    )


def wanted(draw: random.Random) -> Wanted:
    granularity: Granularity = draw.choice(GRANULARITIES)
    return Wanted(
        start=int(MONDAY.timestamp()) + 3600 * draw.randrange(30),
        end=int((MONDAY + timedelta(days=draw.choice((6, 12)))).timestamp()),
        length=draw.randint(1, 5) * (6 if granularity == "time" else 1),
        granularity=granularity,
        skills=(SkillNeed(name="comp", level=1),),
        project=draw.random() < 0.5,
        preferred=frozenset({UUID(int=1)}) if draw.random() < 0.3 else frozenset(),
        budget=Rate(amount=400, currency="EUR") if draw.random() < 0.5 else None,
        in_line=draw.random() < 0.7,
        limit=draw.choice((3, 30)),
    )


def by_hand(asked: Wanted, artist: Candidate) -> list[tuple[int, int, int]]:
    """`(start, end, rank)` of every place, by looking at every slot and every range."""
    grid = grid_of(artist.calendar, asked.granularity, asked.start, asked.end)
    result = []
    for first in range(len(grid.starts) - asked.length + 1):
        start, end = grid.starts[first], grid.ends[first + asked.length - 1]
        if any(a < end and start < b for a, b in artist.excluded):
            continue
        holds = [(a, b) for a, b in artist.holds if a < end and start < b]
        if holds and not asked.in_line:
            continue
        slots = list(zip(grid.starts[first:], grid.ends[first:], strict=True))[: asked.length]
        deepest = max(sum(a < e and s < b for a, b in holds) for s, e in slots)
        result.append((start, end, 1 + max(deepest, min(1, len(holds)))))
    return result


@pytest.mark.parametrize("seed", range(150))
def test_the_best_are_found_and_scored_as_by_hand(seed):
    draw = random.Random(seed)
    asked, artists = wanted(draw), [candidate(draw, n) for n in range(draw.randint(1, 5))]
    found = suggest(asked, artists)
    places = {artist.id: by_hand(asked, artist) for artist in artists}
    can = [artist for artist in artists if places[artist.id]]
    assert len(found) == min(asked.limit, len(can))
    for suggestion in found:
        place = (int(suggestion.start.timestamp()), int(suggestion.end.timestamp()), suggestion.rank)
        assert place in places[suggestion.artist_id]
        of = sum(part.of for part in suggestion.parts)
        assert suggestion.score == pytest.approx(100 * sum(p.points for p in suggestion.parts) / of, abs=0.4)
        assert all(part.text for part in suggestion.parts)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    # Asked about each place alone (its slots are the whole window), none scores more than what was found.
    for artist in can:
        mine = [s for s in found if s.artist_id == artist.id]
        worst = found[-1].score if len(found) == asked.limit else 0.0
        assert mine or asked.limit < len(can)
        best = max(score_alone(asked, artist, artists, place) for place in places[artist.id])
        assert best <= (mine[0].score if mine else worst) + 0.11


def score_alone(
    asked: Wanted, artist: Candidate, artists: list[Candidate], place: tuple[int, int, int]
) -> float:
    """The score of one place from the definition of each part."""
    start, _, rank = place
    grid = grid_of(artist.calendar, asked.granularity, asked.start, asked.end)
    first = grid.starts.index(start)
    busy = [
        any(a < e and s < b for a, b in (*artist.holds, *artist.excluded))
        for s, e in zip(grid.starts, grid.ends, strict=True)
    ]
    shares = {"balance": 1 - sum(busy) / len(busy), "rank": 1 / rank**2}
    shares["earliest"] = 1 - (start - asked.start) / (asked.end - asked.start)
    shares["skill"] = 1 - 0.15 * (artist.skills[0].level - 1)
    if asked.project:
        shares["continuity"] = float(artist.on_project)
    if asked.preferred:
        shares["preference"] = float(artist.id in asked.preferred)
    dearest = max((a.rate.amount for a in artists if a.rate), default=0)
    if asked.budget:
        known = artist.rate and artist.rate.currency == "EUR"
        shares["cost"] = float(artist.rate.amount <= 400) if known else 0.5
    elif dearest:
        shares["cost"] = 1 - artist.rate.amount / dearest / 2 if artist.rate else 0.5
    whole = min(asked.length, {"day": 1, "half_day": 2, "time": 16}[asked.granularity])
    before = after = 0
    while before < first and not busy[first - 1 - before]:
        before += 1
    while first + asked.length + after < len(busy) and not busy[first + asked.length + after]:
        after += 1
    shares["fragmentation"] = sum(left == 0 or left >= whole for left in (before, after)) / 2
    points: dict[str, int] = {name: of for name, of in POINTS.items() if name in shares}
    return round(100 * sum(points[name] * share for name, share in shares.items()) / sum(points.values()), 1)


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda c: c.zone)
@pytest.mark.parametrize("granularity", ["day", "half_day", "time"])
def test_slots_follow_each_other_and_hold_all_the_work(calendar, granularity):
    start, end = int(MONDAY.timestamp()), int((MONDAY + timedelta(days=14)).timestamp())
    grid = grid_of(calendar, granularity, start, end)
    assert all(a < b for a, b in zip(grid.starts, grid.ends, strict=True))
    assert all(b <= a for b, a in zip(grid.ends, grid.starts[1:], strict=False))
    for work in spans_of(calendar, MONDAY + timedelta(days=1), MONDAY + timedelta(days=13)):
        middle = int((work.start + (work.end - work.start) / 2).timestamp())
        assert any(a <= middle < b for a, b in zip(grid.starts, grid.ends, strict=True))
