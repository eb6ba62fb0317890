"""What the answer to an accepted command holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from realtime.workspace import Workspace
from scheduling.commands import (
    SingleCommand,
)
from scheduling.decide import Accepted
from scheduling.decide.flags import flags_of
from scheduling.decide.versions import target
from scheduling.events import entity_of
from scheduling.model import (
    KIND_OF,
    Entity,
)
from scheduling.refusals import ItemRefusal
from scheduling.state import PLURALS, Key, State, find, key_of

LISTED_ENTITIES = 500
"""A command that changed more than this does not list what: its events tell."""


def result_of(workspace: Workspace, command: SingleCommand, decided: Accepted, since: int) -> bytes:
    """What changed, by kind: the entity asked about, and all of a kind where there are several.

    Beside them stands what the decision has to report.
    """
    result: dict[str, object] = {}
    if decided.primary is not None:
        result[decided.primary.kind] = _latest(workspace.state, entity_of(decided.primary))
    elif (found := target(command)) is not None:
        result[found[0]] = find(workspace.state, *found)
    several = decided.report is None
    if (1 if several else 0) < len(workspace.decided) - since <= LISTED_ENTITIES:
        result.update(_changed(workspace, since, several=several))
    if decided.report is not None:
        result.update(msgspec.structs.asdict(decided.report))
    if flags := flags_of(decided.events, decided.state):
        result["flags"] = flags
    if decided.refused:
        result["refused"] = decided.refused
    return msgspec.json.encode(result)


def _latest(state: State, entity: Entity) -> Entity:
    kind = KIND_OF[type(entity)]
    return find(state, kind, entity.id) or entity


def _changed(workspace: Workspace, since: int, *, several: bool) -> dict[str, list[Entity]]:
    """Lists by plural kind; with `several`, only of kinds of which more than one changed."""
    latest: dict[Key, Entity] = {}
    for decided in workspace.decided[since:]:
        entity = entity_of(decided.event)
        latest[key_of(entity)] = entity
    lists: dict[str, list[Entity]] = {}
    for entity in latest.values():
        kind = KIND_OF[type(entity)]
        if kind != "tenant":
            lists.setdefault(PLURALS[kind], []).append(entity)
    return {name: items for name, items in lists.items() if len(items) > 1 or not several}


def bulk_result(workspace: Workspace, since: int, total: int, refusals: Sequence[ItemRefusal]) -> bytes:
    result: dict[str, object] = {
        "accepted": total - len(refusals),
        "events": len(workspace.decided) - since,
        "refused": refusals,
    }
    if len(workspace.decided) - since <= LISTED_ENTITIES:
        result.update(_changed(workspace, since, several=False))
    return msgspec.json.encode(result)
