"""What came of an import: counts, problems row by row, and what to know besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from scheduling.refusals import Blocking, ItemRefusal
from server.imports.drafts import ImportOptions, Kind, Parsed
from server.imports.plan import Plan, Step
from server.imports.problems import Problem, problem

MAX_PROBLEMS = 1_000
"""Problems a report lists; beyond, it says how many there are."""

Stage = Literal["waiting", "reading", "comparing", "writing", "done"]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import is: `done` of `total` commands of the stage, 0 of 0 where that is not known."""

    stage: Stage
    done: int = 0
    total: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of an import.

    `rows` were read; each was `created`, `changed`, `unchanged`, `skipped` (left out on purpose, see `notes`)
    or `refused` (see `problems`). In a dry run, and where an all-or-nothing import found a problem, nothing
    was `written` and the counts say what would have been. `problems_total` counts more than `problems` lists
    where there are very many.
    """

    kind: Kind | None
    mode: Literal["atomic", "skip"]
    dry_run: bool
    written: bool
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything went in, or would have."""
        return self.problems_total == 0


def make_report(
    options: ImportOptions,
    parsed: Parsed,
    plan: Plan | None,
    refusals: Mapping[int, ItemRefusal],
    *,
    written: bool,
) -> Report:
    """Return the report; `refusals` are the refused steps of the plan by their position."""
    steps = plan.steps if plan is not None else ()
    refused = {steps[index].entity for index in refusals}
    created = {step.entity for step in steps if step.effect == "create"} - refused
    changed = {step.entity for step in steps if step.effect == "change"} - refused
    problems = [
        *parsed.problems,
        *(plan.problems if plan is not None else ()),
        *(
            _problem(steps[index], refusal, plan.zones if plan is not None else {})
            for index, refusal in refusals.items()
        ),
    ]
    problems.sort(key=lambda found: (not found.blocks_file, found.line or 0))
    unchanged = plan.unchanged if plan is not None else 0
    accounted = len(created) + len(changed) + unchanged + parsed.skipped
    return Report(
        kind=parsed.kind,
        mode=options.mode,
        dry_run=options.dry_run,
        written=written,
        rows=parsed.rows,
        created=len(created),
        changed=len(changed),
        unchanged=unchanged,
        skipped=parsed.skipped,
        refused=max(0, parsed.rows - accounted),
        problems=tuple(problems[:MAX_PROBLEMS]),
        problems_total=len(problems),
        notes=(*parsed.notes[:100], *(plan.notes if plan is not None else ())),
    )


def _problem(step: Step, refusal: ItemRefusal, zones: Mapping[UUID, str]) -> Problem:
    return problem(str(refusal.code), refusal.message, line=step.line, expected=_instead(refusal, zones))


def _instead(refusal: ItemRefusal, zones: Mapping[UUID, str]) -> str | None:
    """Return what stands in the way, in words."""
    if refusal.data is None or not refusal.data.blocking:
        return None
    told = (_standing(other, zones.get(other.artist_id, "UTC")) for other in refusal.data.blocking[:2])
    return "other dates; in the way: " + "; ".join(told)


def _standing(other: Blocking, zone: str) -> str:
    """Return a booking in words, with its times as its artist's clock shows them."""
    start, end = (instant.astimezone(ZoneInfo(zone)) for instant in (other.start, other.end))
    times = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone}"
    return f"“{other.title}” ({other.status.value}), {times}"
