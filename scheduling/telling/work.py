"""Sentences about projects, phases and dependencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduling.events import ProjectShifted, entity_of
from scheduling.model import Dependency, Milestone, Phase, Project
from scheduling.telling.changes import field_words
from scheduling.telling.dates import day
from scheduling.telling.scene import Scene, listed


def _name(scene: Scene) -> str:
    entity = entity_of(scene.event)
    return getattr(entity, "name", "") or "something"


def says(words: str) -> Callable[[Scene], str]:
    """A sentence that needs no more than who did it and to what."""
    return lambda scene: words.format(actor=scene.actor, name=_name(scene)) + scene.why


def changed(scene: Scene) -> str:
    """Which fields were changed; progress and dates with their values."""
    entity, names = entity_of(scene.event), scene.event.changed
    before = scene.before
    if isinstance(entity, Phase):
        if names == ("progress",):
            return f"{scene.actor} set {entity.name} to {entity.progress} % done"
        placed = entity.start is not None and entity.end is not None
        if names and set(names) <= {"start", "end"} and placed:
            if isinstance(before, Phase) and before.start is not None and before.end is not None:
                return f"{scene.actor} moved {entity.name} {scene.shift(before, entity)}{scene.why}"
            return f"{scene.actor} planned {entity.name} for {scene.span(entity)}{scene.why}"
    if isinstance(entity, Milestone) and names == ("date",):
        return f"{scene.actor} moved {entity.name} to {day(entity.date, year=entity.date.year != scene.year)}"
    if isinstance(entity, Milestone) and names == ("done",):
        return f"{scene.actor} said that {entity.name} is {'reached' if entity.done else 'not reached yet'}"
    if isinstance(entity, Project) and names == ("status",):
        return f"{scene.actor} set {entity.name} to {entity.status.replace('_', ' ')}"
    old = getattr(before, "name", None)
    if names == ("name",) and old:
        return f"{scene.actor} renamed {old} to {_name(scene)}"
    words = listed([field_words(name) for name in names]) or "something"
    return f"{scene.actor} changed {words} of {_name(scene)}{scene.why}"


def phase_moved(scene: Scene) -> str:
    """From where to where, and what pushed it there."""
    phase, before = entity_of(scene.event), scene.before
    if isinstance(before, Phase) and before.start is not None and before.end is not None:
        return f"{scene.actor} moved {_name(scene)} {scene.shift(before, phase)}{scene.why}"
    return f"{scene.actor} planned {_name(scene)} for {scene.span(phase)}{scene.why}"


def milestone_moved(scene: Scene) -> str:
    """To which day, with its project."""
    mark = entity_of(scene.event)
    to = f" to {day(mark.date, year=mark.date.year != scene.year)}" if isinstance(mark, Milestone) else ""
    return f"{scene.actor} moved {_name(scene)}{to}{scene.why}"


def project_shifted(scene: Scene) -> str:
    """By how many days of which kind."""
    event = scene.event
    if not isinstance(event, ProjectShifted):
        return f"{scene.actor} moved {_name(scene)}"
    unit = "working day" if event.unit == "working_days" else "day"
    count = f"{abs(event.days)} {unit}{'' if abs(event.days) == 1 else 's'}"
    return f"{scene.actor} moved {_name(scene)} {count} {'later' if event.days > 0 else 'earlier'}"


def milestone_added(scene: Scene) -> str:
    """A mark and its day."""
    mark = entity_of(scene.event)
    on = f" on {day(mark.date, year=mark.date.year != scene.year)}" if isinstance(mark, Milestone) else ""
    return f"{scene.actor} marked {_name(scene)}{on}"


def _tie(words: str) -> Callable[[Scene], str]:
    def sentence(scene: Scene) -> str:
        tie = entity_of(scene.event)
        if not isinstance(tie, Dependency):
            return f"{scene.actor} changed how phases depend on each other"
        first, then = scene.phase(tie.from_phase_id), scene.phase(tie.to_phase_id)
        order = {
            "finish_start": f"{then} starts after {first} ends",
            "start_start": f"{then} starts after {first} starts",
            "finish_finish": f"{then} ends after {first} ends",
            "start_finish": f"{then} ends after {first} starts",
        }[tie.kind]
        return words.format(actor=scene.actor, order=order) + scene.why

    return sentence


SENTENCES: Mapping[str, Callable[[Scene], str]] = {
    "project.added": says("{actor} opened {name}"),
    "project.edited": changed,
    "project.shifted": project_shifted,
    "project.archived": says("{actor} closed {name}"),
    "project.restored": says("{actor} gave {name} an earlier state back"),
    "phase.added": says("{actor} added the phase {name}"),
    "phase.edited": changed,
    "phase.moved": phase_moved,
    "phase.deleted": says("{actor} deleted the phase {name}"),
    "phase.restored": says("{actor} gave the phase {name} an earlier state back"),
    "milestone.added": milestone_added,
    "milestone.edited": changed,
    "milestone.moved": milestone_moved,
    "milestone.deleted": says("{actor} took the milestone {name} away"),
    "milestone.restored": says("{actor} gave the milestone {name} an earlier state back"),
    "dependency.edited": _tie("{actor} changed a tie: {order}"),
    "dependency.added": _tie("{actor} tied two phases: {order}"),
    "dependency.deleted": _tie("{actor} untied two phases; no longer {order}"),
    "dependency.restored": _tie("{actor} tied two phases again: {order}"),
}
