"""What became of a thing between two moments, as REST tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from db.queries.history import Pair
from scheduling.state import Key
from scheduling.telling import changes_of
from server.api.past import entity_of


class FieldDifference(Struct, frozen=True, kw_only=True):
    """One field, as it was at either moment."""

    field: str
    before: Any
    after: Any


class Difference(Struct, frozen=True, kw_only=True):
    """What became of one thing: `before` and `after` are null where it was not on the schedule.

    `moved`: dates or artist differ; `changed`: anything else. `seq` and `at`: its last event.
    """

    kind: str
    id: UUID
    change: Literal["added", "removed", "moved", "changed"]
    fields: list[FieldDifference]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    seq: int
    at: datetime


def difference(pair: Pair) -> Difference | None:
    """None where in the end everything is as it was."""
    before = entity_of(pair.before) if pair.before is not None else None
    after = entity_of(pair.after) if pair.after.live else None
    return between((pair.after.kind, pair.after.id), before, after, seq=pair.after.seq, at=pair.after.at)


def between(key: Key, before: Any, after: Any, *, seq: int, at: datetime) -> Difference | None:
    """What became of one thing from one moment to another; None where nothing did."""
    fields = [FieldDifference(field=c.field, before=c.before, after=c.after) for c in _fields(before, after)]
    if (before is None) == (after is None) and not fields:
        return None
    return Difference(
        kind=key[0],
        id=key[1],
        change=_change(before, after, {field.field for field in fields}),
        fields=fields,
        before=msgspec.to_builtins(before),
        after=msgspec.to_builtins(after),
        seq=seq,
        at=at,
    )


def _change(before: Any, after: Any, names: set[str]) -> Literal["added", "removed", "moved", "changed"]:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "moved" if names & {"start", "end", "artist_id"} else "changed"


def _fields(before: Any, after: Any) -> Iterable[Any]:
    return changes_of(before, after) if before is not None and after is not None else ()
