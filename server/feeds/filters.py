"""Which events a reader asked for: by type and by project. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.events import EVENTS
from scheduling.refusals import Refused, invalid

MASKED = ("booking.masked", "time_off.masked", "project.shown")
"""Types that only an artist's view has."""
KNOWN = frozenset({*EVENTS, *MASKED})
_NOUNS = frozenset(name.partition(".")[0] for name in KNOWN)


class _Seen(Struct, frozen=True):
    type: str
    data: msgspec.Raw


class _Anything(Struct, frozen=True):
    id: UUID | None = None
    project_id: UUID | None = None


_seen = msgspec.json.Decoder(_Seen)


class Filter(Struct, frozen=True, kw_only=True):
    """Empty `types` are all types; no `project_id` is every project and what belongs to none."""

    types: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    project_id: UUID | None = None

    @property
    def open(self) -> bool:
        """Whether everything passes."""
        return not self.types and not self.nouns and self.project_id is None

    def admits(self, body: bytes) -> bool:
        """Whether an encoded event is asked for."""
        if self.open:
            return True
        event = _seen.decode(body)
        if (self.types or self.nouns) and not (
            event.type in self.types or event.type.partition(".")[0] in self.nouns
        ):
            return False
        return self.project_id is None or self._of_project(event.data)

    def _of_project(self, data: msgspec.Raw) -> bool:
        """Of the project, or of any, where the event itself moved it to another one or out of all."""
        fields: dict[str, Any] = msgspec.json.decode(data)
        wanted = str(self.project_id)
        for kind, entity in fields.items():
            if not isinstance(entity, dict):
                continue
            if entity.get("project_id") == wanted or (kind == "project" and entity.get("id") == wanted):
                return True
            if "project_id" in entity and "project_id" in (fields.get("changed") or ()):
                return True
        return False


def filter_of(types: Sequence[str], project_id: UUID | None) -> Filter | Refused:
    """The filter, or which type there is not."""
    for name in types:
        if name not in KNOWN and not (name.endswith(".*") and name[:-2] in _NOUNS):
            return invalid(
                f'There is no event type "{name}"; expected one such as booking.placed, or booking.*.',
                "types",
            )
    return stored_filter(types, project_id)


def stored_filter(types: Sequence[str], project_id: UUID | None) -> Filter:
    """The filter of types that were looked at when they were stored; one there is no more matches nothing."""
    return Filter(
        types=frozenset(name for name in types if not name.endswith(".*")),
        nouns=frozenset(name[:-2] for name in types if name.endswith(".*")),
        project_id=project_id,
    )
