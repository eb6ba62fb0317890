"""Tells what happened in sentences, as a person would: who did what, when by the reader's clock, and why.

Pure. Every type of event has its words here; a test holds the list against the events there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduling.telling import bookings, people, scenarios, work
from scheduling.telling.changes import Change, changes_of
from scheduling.telling.scene import Names, Scene

__all__ = ["SENTENCES", "Change", "Names", "Scene", "changes_of", "tell"]

SENTENCES: Mapping[str, Callable[[Scene], str]] = {
    **bookings.SENTENCES,
    **people.SENTENCES,
    **work.SENTENCES,
    **scenarios.SENTENCES,
}
"""How each type of event is told."""


def tell(scene: Scene) -> str:
    """One sentence, beginning with a capital and without a full stop."""
    sentence = SENTENCES[scene.event.type](scene)
    return sentence[:1].upper() + sentence[1:]
