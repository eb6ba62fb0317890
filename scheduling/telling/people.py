"""Sentences about artists, members and the studio."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduling.events import entity_of
from scheduling.model import Artist, Member, Tenant
from scheduling.telling.changes import field_words
from scheduling.telling.scene import Scene, listed


def _name(scene: Scene) -> str:
    entity = entity_of(scene.event)
    return entity.name if isinstance(entity, Artist | Member | Tenant) else "somebody"


def says(words: str) -> Callable[[Scene], str]:
    """A sentence that needs no more than who did it and to whom."""
    return lambda scene: words.format(actor=scene.actor, name=_name(scene)) + scene.reason


def changed(scene: Scene) -> str:
    """Which fields of a record were changed."""
    entity, names = entity_of(scene.event), scene.event.changed
    if isinstance(entity, Artist | Member) and names == ("active",):
        return f"{scene.actor} {'took back' if entity.active else 'deactivated'} {_name(scene)}"
    before = getattr(scene.before, "name", None)
    if names == ("name",) and before:
        return f"{scene.actor} renamed {before} to {_name(scene)}"
    words = listed([field_words(name) for name in names]) or "the record"
    return f"{scene.actor} changed {words} of {_name(scene)}"


SENTENCES: Mapping[str, Callable[[Scene], str]] = {
    "artist.added": says("{actor} added {name} to the artists"),
    "artist.edited": changed,
    "artist.archived": says("{actor} took {name} off the schedule"),
    "artist.restored": says("{actor} gave {name} an earlier record back"),
    "member.added": says("{actor} opened an account for {name}"),
    "member.edited": changed,
    "member.restored": says("{actor} gave the account of {name} an earlier state back"),
    "tenant.edited": changed,
    "tenant.restored": says("{actor} gave {name} earlier settings back"),
}
