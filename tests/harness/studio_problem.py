"""Seeded studios for the planner: people, projects, phases and links like a real one's, in half days.

The default is the size the promises are made for: 150 artists, 40 projects, 600 phases over six months,
30 skills, about 820 seats, 77 % load.
"""

from __future__ import annotations

import random
from collections import Counter

from msgspec import structs

from scheduling.solver.board import UNPLACED, Board
from scheduling.solver.greedy import fill, urgency
from scheduling.solver.index import Index
from scheduling.solver.problem import (
    Craft,
    Link,
    Need,
    Person,
    Present,
    Problem,
    Stretch,
    Task,
    Weights,
)

WEIGHTS = Weights(
    cost=1, lateness=4, overload=2, move_hold=12, move_pencil=30, near=20, nearness=2, stranger=4, unwanted=6
)


def studio(
    seed: int,
    *,
    artists: int = 150,
    projects: int = 40,
    phases: int = 600,
    skills: int = 30,
    horizon: int = 260,
    tail: int = 140,
    load: float = 0.77,
    standing: float = 0.35,
    weights: Weights = WEIGHTS,
) -> Problem:
    """Work that fills `load` of all artists' time in `horizon` slots; `tail` slots more to be late in.

    `standing` of the phases have a place today: some confirmed (pinned), some pencils, most holds.
    """
    draw = random.Random(seed)
    people = tuple(_person(draw, i, skills, horizon, tail) for i in range(artists))
    tasks, links = _work(
        draw, people, projects=projects, phases=phases, skills=skills, horizon=horizon, load=load
    )
    tasks = _with_places(draw, people, tasks, links, standing=standing, horizon=horizon + tail)
    return Problem(
        horizon=horizon + tail, people=people, tasks=tuple(tasks), links=tuple(links), weights=weights
    )


def _person(draw: random.Random, number: int, skills: int, horizon: int, tail: int) -> Person:
    count = draw.choice((1, 2, 2, 3, 3, 4))
    crafts = {
        s % skills: draw.choice((1, 2, 2, 3))
        for s in (int(draw.random() ** 1.5 * skills) for _ in range(count))
    }
    crafts[number % skills] = draw.choice((2, 3, 3))
    closed = []
    for _ in range(draw.choice((0, 1, 1, 2))):
        start = 2 * draw.randrange(horizon // 2)
        closed.append(Stretch(start=start, end=min(horizon + tail, start + draw.choice((2, 4, 10, 20)))))
    senior = sum(crafts.values()) / len(crafts)
    return Person(
        id=f"artist-{number}",
        crafts=tuple(Craft(skill=f"skill-{s}", level=level) for s, level in sorted(crafts.items())),
        closed=tuple(sorted(closed, key=lambda s: s.start)),
        price=max(0, round((senior - 1) * draw.uniform(0.5, 1.5))),
        fair=round(horizon * 0.85),
    )


def _work(draw, people, *, projects, phases, skills, horizon, load):
    supply: dict[str, float] = dict.fromkeys((f"skill-{s}" for s in range(skills)), 0.0)
    for person in people:
        for craft in person.crafts:
            supply[craft.skill] += 1 / len(person.crafts)
    names = list(supply)
    able = _able(people)
    weights = [supply[n] for n in names]
    tasks: list[Task] = []
    links: list[Link] = []
    budget = load * len(people) * horizon
    shapes = [_seats(draw) for _ in range(phases)]
    mean = budget / sum(shapes)
    each = phases // projects
    for project in range(projects):
        count = each + (project < phases - each * projects)
        mine: list[Task] = []
        depth: dict[str, int] = {}
        for number in range(count):
            name = f"p{project}-{number}"
            seats = shapes[len(tasks) + len(mine)]
            duration = max(2, round(draw.triangular(0.25, 2.0, 0.75) * mean))
            picked = draw.choices(names, weights, k=seats)
            needs = tuple(
                Need(skill=s, level=draw.choice((1, 1, 2, 2)), count=picked.count(s))
                for s in dict.fromkeys(picked)
            )
            needs = tuple(
                n if able.get((n.skill, n.level), 0) > n.count else Need(skill=n.skill) for n in needs
            )
            recent = [t.id for t in mine[-6:] if depth[t.id] + duration < 0.7 * horizon]
            before = draw.sample(recent, k=min(len(recent), draw.choice((0, 1, 1, 2))))
            for other in before:
                kind = draw.choice(("finish_start",) * 8 + ("start_start", "finish_finish"))
                links.append(Link(before=other, after=name, kind=kind, lag=draw.choice((0, 0, 0, 1, 2))))
            depth[name] = max((depth[o] for o in before), default=0) + duration
            mine.append(Task(id=name, project=f"project-{project}", duration=duration, needs=needs))
        begin = draw.randrange(max(1, round(horizon * 0.95) - max(depth.values())))
        for task in mine:
            due = min(horizon, begin + depth[task.id] + draw.randrange(4, 40))
            rest = {"earliest": begin, "due": due, "lateness": draw.choice((1, 1, 2, 3))}
            tasks.append(structs.replace(task, **rest))
    return tasks, links


def _seats(draw: random.Random) -> int:
    return draw.choice((1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3))


def _able(people) -> dict[tuple[str, int], int]:
    """How many have each skill at each level or above."""
    held = Counter(
        (craft.skill, level) for p in people for craft in p.crafts for level in range(craft.level + 1)
    )
    return dict(held)


def _with_places(draw, people, tasks, links, *, standing, horizon):
    """Today's places come from a quick plan of another order, so they are possible but not good."""
    bare = Problem(horizon=horizon, people=people, tasks=tuple(tasks), links=tuple(links))
    index = Index(bare)
    board = Board(index)
    fill(board, [due + draw.randrange(20) for due in urgency(index)])
    # Pins of a project with no whole plan of its own could contradict each other.
    broken = {tasks[t].project for t, start in enumerate(board.start) if start == UNPLACED}
    result = []
    for t, task in enumerate(tasks):
        if draw.random() > standing or board.start[t] == UNPLACED:
            result.append(task)
            continue
        start = board.start[t]
        status = draw.choice(("hold",) * 6 + ("pencil",) * 3 + ("confirmed",))
        names = tuple(bare.people[p].id for p in board.people[t])
        pinned = status == "confirmed" and task.project not in broken
        present = Present(start=start, people=names, status=status, rank=draw.choice((1, 1, 2, 3)))
        result.append(structs.replace(task, present=present, pinned=pinned))
    return result
