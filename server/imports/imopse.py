"""iMOPSE project files (.def): tasks with durations, skills and precedence; people with skills and salaries.

The format is that of Myszkowski, Laszczyk, Nikulin and Skowroński, “iMOPSE: a library for bicriteria
optimization in Multi-Skill Resource-Constrained Project Scheduling Problem”, Soft Computing 23 (2019).
Durations are hours, salaries the price of an hour, skill levels begin at 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePath, PureWindowsPath

import msgspec

from scheduling.model import LAST_YEAR, Rate, Skill, SkillNeed
from server.imports.cells import HOURS_A_DAY
from server.imports.drafts import (
    ArtistDraft,
    DependencyDraft,
    ImportOptions,
    Parsed,
    PhaseDraft,
    ProjectDraft,
    unreadable,
)
from server.imports.layout import Cycle, lay_out
from server.imports.problems import Problem, problem
from server.imports.table import MAX_ROWS

_SKILL = re.compile(r"(?P<name>[^\s:]{1,80})\s*:\s*(?P<level>\d{1,2})(?=\s|$)")
_RESOURCE = re.compile(r"(?P<id>\d+)\s+(?P<salary>\d+(?:[.,]\d+)?)\s*(?P<skills>.*)$")
_TASK = re.compile(
    r"(?P<id>\d+)\s+(?P<hours>\d+(?:[.,]\d+)?)\s+(?P<skills>(?:[^\s:]+\s*:\s*\d+(?:\s+|$))+)(?P<before>[\d\s]*)$"
)
_COUNT = re.compile(r"(?P<what>Tasks|Resources|Precedence relations)\s*:\s*(?P<count>\d+)\s*$", re.IGNORECASE)
_LONGEST_TASK = 2_000
"""Hours; a year of one person."""
_EXPECTED = {
    "resource": "a person such as “1 ⇥ 12.8 ⇥ Q6: 0 ⇥ Q2: 1”: number, salary, skills with levels",
    "task": "a task such as “9 ⇥ 18 ⇥ Q5: 1 ⇥ 3 ⇥ 4”: number, hours, skill with level, predecessors",
}


class _Person(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    salary: float
    skills: tuple[Skill, ...]


class _Task(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    hours: float
    skills: tuple[SkillNeed, ...]
    before: tuple[str, ...]


class _File(msgspec.Struct, kw_only=True):
    """What was read so far; `counts` is what the file says of itself."""

    people: dict[str, _Person] = msgspec.field(default_factory=dict)
    tasks: dict[str, _Task] = msgspec.field(default_factory=dict)
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    name: str = ""


def read_imopse(text: str, filename: str, options: ImportOptions, *, now: datetime, zone: str) -> Parsed:
    """Return the project in `text`: artists, one phase per task, finish-start dependencies.

    Phases are laid out from `options.start` (the Monday after `now` where it is None) over office hours in
    `zone`, each as early as its predecessors allow; who is free is not looked at.
    """
    file = _File(name=PurePath(filename).stem)
    broken = _read_lines(text, file) or _whole(file)
    if broken is not None:
        return unreadable("imopse", broken)
    start = options.start or _next_monday(now.date())
    places = lay_out(
        {number: (task.hours, task.before) for number, task in file.tasks.items()}, start=start, zone=zone
    )
    if isinstance(places, Cycle):
        return unreadable("imopse", _in_a_circle(file, places))
    if places is None:
        reason = f"one after the other these tasks go on after {LAST_YEAR}"
        return unreadable("imopse", problem("out_of_range", reason, blocks_file=True))
    key = f"imopse {file.name}"
    relations = sum(len(task.before) for task in file.tasks.values())
    last = max(end for _, end in places.values())
    return Parsed(
        kind="imopse",
        rows=1 + len(file.people) + len(file.tasks) + relations,
        artists=tuple(_artist(file.name, number, person, options) for number, person in file.people.items()),
        projects=(ProjectDraft(line=1, name=file.name, external_id=key, start=start, end=last.date()),),
        phases=tuple(_phase(key, number, task, places[number]) for number, task in file.tasks.items()),
        dependencies=tuple(
            DependencyDraft(
                line=task.line, project=key, before=f"{key} task {before}", after=f"{key} task {number}"
            )
            for number, task in file.tasks.items()
            for before in task.before
        ),
        notes=tuple(_notes(file)),
        proposed=frozenset({"name"}) if options.start else frozenset({"name", "start", "end"}),
    )


def _read_lines(text: str, file: _File) -> Problem | None:
    section = "head"
    for line, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        content = raw.strip()
        if not content or content.startswith("===="):
            continue
        heading = content.casefold()
        if heading.startswith("resourceid"):
            section = "resource"
        elif heading.startswith("taskid"):
            section = "task"
        elif section == "head":
            _read_head(content, file)
        else:
            wrong = (
                _read_person(line, content, file)
                if section == "resource"
                else _read_task(line, content, file)
            )
            if wrong is not None:
                return wrong
    return None


def _read_head(content: str, file: _File) -> None:
    count = _COUNT.match(content)
    if count is not None:
        file.counts[count["what"].casefold()] = int(count["count"])
    if content.casefold().startswith("file name:"):
        name = PureWindowsPath(content.partition(":")[2].strip()).stem
        file.name = name[:120] or file.name


def _read_person(line: int, content: str, file: _File) -> Problem | None:
    found = _RESOURCE.match(content)
    skills = _skills(found["skills"]) if found is not None else None
    if found is None or skills is None:
        return _bad_line(line, content, "resource")
    if found["id"] in file.people:
        return _twice(line, "person", found["id"], file.people[found["id"]].line)
    file.people[found["id"]] = _Person(
        line=line,
        salary=float(found["salary"].replace(",", ".")),
        skills=tuple(Skill(name=name, level=level) for name, level in skills),
    )
    return None


def _read_task(line: int, content: str, file: _File) -> Problem | None:
    found = _TASK.match(content)
    skills = _skills(found["skills"]) if found is not None else None
    hours = float(found["hours"].replace(",", ".")) if found is not None else 0.0
    if found is None or skills is None or not 0 < hours <= _LONGEST_TASK:
        return _bad_line(line, content, "task")
    if found["id"] in file.tasks:
        return _twice(line, "task", found["id"], file.tasks[found["id"]].line)
    file.tasks[found["id"]] = _Task(
        line=line,
        hours=hours,
        skills=tuple(SkillNeed(name=name, level=level) for name, level in skills),
        before=tuple(dict.fromkeys(found["before"].split())),
    )
    return None


def _skills(text: str) -> list[tuple[str, int]] | None:
    """Return (name, level) pairs, or None where something else stands between them or a level is over 10."""
    if _SKILL.sub("", text).strip():
        return None
    skills = {found["name"]: int(found["level"]) for found in _SKILL.finditer(text)}
    return (
        list(skills.items()) if all(level <= 10 for level in skills.values()) and len(skills) <= 20 else None
    )


def _whole(file: _File) -> Problem | None:
    """Return why the file is not whole: nothing in it, cut off, or pointing at tasks it does not have."""
    if not file.tasks:
        reason = "there are no tasks in this file"
        return problem("no_rows", reason, expected="an iMOPSE file with a TaskID section", blocks_file=True)
    for what, found in (("tasks", len(file.tasks)), ("resources", len(file.people))):
        said = file.counts.get(what, found)
        if said != found:
            return problem(
                "cut_off",
                f"the file says it has {said} {what}, but there are {found}",
                expected="the whole file",
                blocks_file=True,
            )
    for number, task in file.tasks.items():
        for before in task.before:
            if before not in file.tasks or before == number:
                reason = f"task {number} waits for task {before}, which is " + (
                    "itself" if before == number else "not in this file"
                )
                return problem("bad_predecessor", reason, line=task.line, value=before, blocks_file=True)
    count = len(file.tasks) + len(file.people) + sum(len(task.before) for task in file.tasks.values())
    if count >= MAX_ROWS:
        return problem(
            "too_many_rows",
            f"the file describes {count:,} things",
            expected=f"fewer than {MAX_ROWS:,}",
            blocks_file=True,
        )
    return None


def _artist(project: str, number: str, person: _Person, options: ImportOptions) -> ArtistDraft:
    return ArtistDraft(
        line=person.line,
        name=f"Person {number} ({project})",
        external_id=f"imopse {project} person {number}",
        skills=person.skills,
        rate=Rate(amount=round(person.salary * HOURS_A_DAY, 2), currency=options.currency),
        tags=("imopse",),
    )


def _phase(key: str, number: str, task: _Task, place: tuple[datetime, datetime]) -> PhaseDraft:
    return PhaseDraft(
        line=task.line,
        project=key,
        external_id=f"{key} task {number}",
        name=f"Task {number}",
        duration_hours=task.hours,
        skills=task.skills,
        start=place[0],
        end=place[1],
    )


def _notes(file: _File) -> Sequence[str]:
    notes: list[str] = []
    relations = sum(len(task.before) for task in file.tasks.values())
    said = file.counts.get("precedence relations", relations)
    if said != relations:
        notes.append(f"the file says it has {said} precedence relations, but there are {relations}")
    best = _best(file.people)
    open_tasks = [
        number
        for number, task in file.tasks.items()
        if any(best.get(need.name, -1) < need.level for need in task.skills)
    ]
    if file.people and open_tasks:
        notes.append(
            f"nobody in the file has the skill of {len(open_tasks)} tasks (first: task {open_tasks[0]})"
        )
    return notes


def _best(people: Mapping[str, _Person]) -> dict[str, int]:
    best: dict[str, int] = {}
    for person in people.values():
        for skill in person.skills:
            best[skill.name] = max(skill.level, best.get(skill.name, -1))
    return best


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _bad_line(line: int, content: str, what: str) -> Problem:
    name = "a person" if what == "resource" else "a task"
    return problem(
        "bad_line",
        f"this is not {name}",
        line=line,
        value=content,
        expected=_EXPECTED[what],
        blocks_file=True,
    )


def _twice(line: int, what: str, number: str, first: int) -> Problem:
    reason = f"{what} {number} stands in line {first} already"
    return problem(
        "duplicate", reason, line=line, value=number, expected="each number once", blocks_file=True
    )


def _in_a_circle(file: _File, cycle: Cycle) -> Problem:
    names = " → ".join(cycle.members)
    return problem(
        "cycle",
        f"these tasks wait for each other: {names}",
        line=file.tasks[cycle.members[0]].line,
        expected="an order without circles",
        blocks_file=True,
    )
