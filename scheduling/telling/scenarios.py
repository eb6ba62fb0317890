"""Sentences about scenarios and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduling.events import ScenarioChanged, ScenarioCommitted, ScenarioEvent, entity_of
from scheduling.model import ScenarioChange
from scheduling.telling.changes import field_words
from scheduling.telling.scene import Scene, listed


def _name(scene: Scene) -> str:
    event = scene.event
    return event.scenario.name if isinstance(event, ScenarioEvent) else "a scenario"


def _says(words: str) -> Callable[[Scene], str]:
    return lambda scene: words.format(actor=scene.actor, name=_name(scene)) + scene.why


def _edited(scene: Scene) -> str:
    before = getattr(scene.before, "name", None)
    if scene.event.changed == ("name",) and before:
        return f"{scene.actor} renamed the scenario {before} to {_name(scene)}"
    words = listed([field_words(name) for name in scene.event.changed]) or "something"
    return f"{scene.actor} changed {words} of the scenario {_name(scene)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _changed(scene: Scene) -> str:
    """How much came and went."""
    event = scene.event
    if not isinstance(event, ScenarioChanged) or not (event.put or event.dropped):
        return f"{scene.actor} changed the scenario {_name(scene)}{scene.why}"
    parts = [
        f"{verb} {_counted(count, 'change')} {where} the scenario {_name(scene)}"
        for verb, count, where in (("drew", event.put, "in"), ("dropped", event.dropped, "from"))
        if count
    ]
    return f"{scene.actor} {listed(parts)}{scene.why}"


def _committed(scene: Scene) -> str:
    """What it came to."""
    event = scene.event
    if not isinstance(event, ScenarioCommitted):
        return f"{scene.actor} committed the scenario {_name(scene)}"
    parts = [
        f"{_counted(count, 'booking')} {verb}"
        for verb, count in (("placed", event.placed), ("moved", event.moved), ("ended", event.ended))
        if count
    ]
    what = f": {listed(parts)}" if parts else ""
    return f"{scene.actor} committed the scenario {_name(scene)}{what}"


def _restored(scene: Scene) -> str:
    """An undo opens it again, or closes it again where that is taken back."""
    event = scene.event
    opened = isinstance(event, ScenarioEvent) and event.scenario.open
    return f"{scene.actor} {'opened' if opened else 'closed'} the scenario {_name(scene)} again"


def _about(verb: str) -> Callable[[Scene], str]:
    """One change: what it would do to which booking."""

    def sentence(scene: Scene) -> str:
        change = entity_of(scene.event)
        if not isinstance(change, ScenarioChange):
            return f"{scene.actor} {verb} a change of a scenario"
        what = {"place": "a new booking", "move": "a move", "end": "an end"}[change.action]
        called = change.title or scene.names.bookings.get(change.booking_id, "a booking")
        of = "" if change.action == "place" and not change.title else f" of {called}"
        return f"{scene.actor} {verb} {what}{of} in a scenario{scene.why}"

    return sentence


SENTENCES: Mapping[str, Callable[[Scene], str]] = {
    "scenario.added": _says("{actor} opened the scenario {name}"),
    "scenario.edited": _edited,
    "scenario.changed": _changed,
    "scenario.rebased": _says("{actor} held the scenario {name} against the schedule"),
    "scenario.committed": _committed,
    "scenario.discarded": _says("{actor} threw the scenario {name} away"),
    "scenario.restored": _restored,
    "scenario_change.added": _about("drew"),
    "scenario_change.edited": _about("changed"),
    "scenario_change.rebased": _about("rebased"),
    "scenario_change.deleted": _about("dropped"),
    "scenario_change.restored": _about("drew again"),
}
