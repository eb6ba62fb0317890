"""Published scheduling problems as problems of ours: the Patterson, MPLIB, MSPSP and iMOPSE formats.

Their files are not ours to give on: tests read small ones of their own, benchmarks those in the folder
`PRODUCTION_TOOL_DATA`. docs/subsystems/solver.md says where the public gets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduling.solver.problem import Craft, Link, Need, Person, Pool, Problem, Task, Use, Weights

SHORTEST = Weights(cost=0, lateness=0, makespan=1)


def patterson(text: str) -> Problem:
    """PSPLIB's RCPSP in Patterson's text format."""
    numbers = iter(int(word) for word in text.split())
    count, pools = next(numbers), next(numbers)
    capacity = [next(numbers) for _ in range(pools)]
    tasks, links = [], []
    for number in range(1, count + 1):
        tasks.append(_pooled(str(number), "", numbers, pools))
        links += [Link(before=str(number), after=str(next(numbers))) for _ in range(next(numbers))]
    return _shortest(tasks, links, pools=_pools(capacity))


def mplib(text: str) -> Problem:
    """Several projects that share pools, of MPLIB: one makespan over all."""
    words = iter(text.split())
    projects, pools = int(next(words)), int(next(words))
    capacity = [int(next(words)) for _ in range(pools)]
    tasks, links = [], []
    for project in range(1, projects + 1):
        count, release = int(next(words)), int(next(words))
        [next(words) for _ in range(pools)]
        for number in range(1, count + 1):
            task = _pooled(f"{project}:{number}", str(project), (int(w) for w in words), pools)
            tasks.append(task if not release else _released(task, release))
            links += [Link(before=task.id, after=next(words)) for _ in range(int(next(words)))]
    return _shortest(tasks, links, pools=_pools(capacity))


def _released(task: Task, at: int) -> Task:
    return Task(id=task.id, project=task.project, duration=task.duration, uses=task.uses, earliest=at)


def _pooled(name: str, project: str, numbers: Iterator[int], pools: int) -> Task:
    duration = next(numbers)
    amounts = [next(numbers) for _ in range(pools)]
    uses = tuple(Use(pool=str(k), amount=amount) for k, amount in enumerate(amounts) if amount)
    return Task(id=name, project=project, duration=duration, uses=uses)


def _pools(capacity: list[int]) -> tuple[Pool, ...]:
    return tuple(Pool(id=str(k), capacity=c) for k, c in enumerate(capacity))


def mspsp(text: str) -> Problem:
    """Multi-skill project scheduling (MiniZinc data): a task needs several people per skill at once."""

    def numbers(name: str) -> list[int]:
        found = re.search(rf"^\s*{name}\s*=\s*\[?([^\];]*)\]?;", text, re.MULTILINE)
        return [int(n) for n in re.findall(r"-?\d+", found[1])] if found else []

    def table(name: str) -> list[list[str]]:
        found = re.search(rf"^\s*{name}\s*=\s*\[\|(.*?)\|\]", text, re.MULTILINE | re.DOTALL)
        rows = found[1].split("|") if found else []
        return [[cell.strip() for cell in row.split(",") if cell.strip()] for row in rows]

    duration = numbers("dur")
    people = tuple(
        Person(id=f"r{i}", crafts=tuple(Craft(skill=str(k)) for k, has in enumerate(row) if has == "true"))
        for i, row in enumerate(table("mastery"))
    )
    tasks = [
        Task(
            id=str(i + 1),
            duration=duration[i],
            needs=tuple(Need(skill=str(k), count=int(n)) for k, n in enumerate(row) if int(n)),
        )
        for i, row in enumerate(table("sreq"))
    ]
    links = [Link(before=str(a), after=str(b)) for a, b in zip(numbers("pred"), numbers("succ"), strict=True)]
    return _shortest(tasks, links, people=people)


def imopse(text: str) -> Problem:
    """One person per task, with a skill at a level; the makespan, salaries not looked at."""
    people: list[Person] = []
    tasks: list[Task] = []
    links: list[Link] = []
    part = ""
    for line in text.splitlines():
        if line.startswith(("ResourceID", "TaskID")):
            part = line[:4]
        found = re.match(r"^(\d+)\s+([\d.]+)\s+((?:Q\d+:\s*\d+\s*)+)([\d\s]*)$", line.strip())
        if not found:
            continue
        skills = tuple((f"Q{q}", int(level)) for q, level in re.findall(r"Q(\d+):\s*(\d+)", found[3]))
        if part == "Reso":
            crafts = tuple(Craft(skill=s, level=level) for s, level in skills)
            people.append(Person(id=found[1], crafts=crafts))
        else:
            needs = tuple(Need(skill=s, level=level) for s, level in skills)
            tasks.append(Task(id=found[1], duration=int(found[2]), needs=needs))
            links += [Link(before=other, after=found[1]) for other in found[4].split()]
    return _shortest(tasks, links, people=tuple(people))


def _shortest(
    tasks: list[Task], links: list[Link], *, people: tuple[Person, ...] = (), pools: tuple[Pool, ...] = ()
) -> Problem:
    horizon = max(1, sum(t.duration for t in tasks) + max(t.earliest for t in tasks))
    return Problem(
        horizon=horizon, people=people, pools=pools, tasks=tuple(tasks), links=tuple(links), weights=SHORTEST
    )
