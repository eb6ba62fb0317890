"""Ids that follow from what a file says, and the people and projects its words mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from scheduling.model import Artist, Project
from server.imports.problems import Fault, did_you_mean, fold

E = TypeVar("E", Artist, Project)


def entity_id(tenant_id: UUID, kind: str, key: str) -> UUID:
    """Return the id that a record with this natural key has in this studio, however often it is imported."""
    return uuid5(tenant_id, f"import {kind} {key}")


class Directory(Generic[E]):
    """Finds artists or projects by id, external id, e-mail address or name, as files write them.

    Names are compared without case and doubled spaces; “Lovelace, Ada” is Ada Lovelace. Where several carry a
    name, those still active go before those archived.
    """

    def __init__(self, entities: Iterable[E], what: str) -> None:
        self._what = what
        self.by_id: dict[UUID, E] = {}
        self._by_external_id: dict[str, E] = {}
        self._by_email: dict[str, list[E]] = {}
        self._by_name: dict[str, list[E]] = {}
        self._asked: dict[tuple[str, bool], E | Fault] = {}
        for entity in entities:
            self.add(entity)

    def add(self, entity: E) -> None:
        """Make one more entity known."""
        self.by_id[entity.id] = entity
        if entity.external_id:
            self._by_external_id[entity.external_id] = entity
        email: str = getattr(entity, "email", "")  # projects have none
        if email:
            self._by_email.setdefault(fold(email), []).append(entity)
        self._by_name.setdefault(fold(entity.name), []).append(entity)

    def with_external_id(self, external_id: str) -> E | None:
        return self._by_external_id.get(external_id)

    def with_email(self, email: str) -> tuple[E, ...]:
        return tuple(self._by_email.get(fold(email), ()))

    def with_name(self, name: str) -> tuple[E, ...]:
        found = self._by_name.get(fold(name), ())
        return tuple(entity for entity in found if _current(entity)) or tuple(found)

    def find(self, text: str, *, only_external_id: bool = False) -> E | Fault:
        """Return whom `text` means, or why that is not clear."""
        asked = self._asked.get((text, only_external_id))
        if asked is None:
            asked = self._find(text, only_external_id=only_external_id)
            self._asked[text, only_external_id] = asked
        return asked

    def _find(self, text: str, *, only_external_id: bool) -> E | Fault:
        exact = self._by_external_id.get(text)
        if exact is None:
            exact = self.by_id.get(_uuid(text))
        if exact is not None:
            return exact
        if only_external_id:
            return self._unknown(text, self._by_external_id)
        found = self._called(text)
        if len(found) == 1:
            return found[0]
        if found:
            return Fault(
                code=f"ambiguous_{self._what}",
                reason=f"{len(found)} {self._what}s are called that",
                expected="the external id" + (" or e-mail address" if self._what == "artist" else ""),
            )
        return self._unknown(text, {entity.name: entity for entity in self.by_id.values()})

    def _called(self, text: str) -> tuple[E, ...]:
        return self.with_email(text) or self.with_name(text) or self.with_name(_turned(text))

    def _unknown(self, text: str, known: Mapping[str, E]) -> Fault:
        otherwise = f"one of the studio's {self._what}s; add or import them first"
        return Fault(
            code=f"unknown_{self._what}",
            reason=f"there is no {self._what} of this name" if known else f"there are no {self._what}s yet",
            expected=did_you_mean(text, known, otherwise),
        )


_NOBODY = UUID(int=0)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return _NOBODY


def _turned(name: str) -> str:
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _current(entity: Artist | Project) -> bool:
    return entity.active if isinstance(entity, Artist) else entity.status != "archived"
