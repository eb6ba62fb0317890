"""JSON Schema of the whole wire contract, for the clients' generated types.

`python -m realtime.protocol.export` prints it.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import msgspec

from realtime.protocol import answers, jobs, notice, presence, session, sync
from realtime.protocol.command import CommandRequest
from scheduling import model, refusals
from scheduling.commands import COMMANDS, BulkItem
from scheduling.decide.flags import Flag
from scheduling.events import EVENTS, EntityRef, EventActor, LoggedEvent

_MESSAGES: tuple[type[Any], ...] = (
    CommandRequest,
    answers.OkAnswer,
    answers.ErrorAnswer,
    answers.WireError,
    session.Welcome,
    session.Refresh,
    session.Closing,
    sync.SyncRequest,
    sync.SyncEvents,
    sync.SyncSnapshot,
    sync.EventsBatch,
    presence.PresenceUpdate,
    presence.PresenceMessage,
    presence.GhostMessage,
    presence.Ghost,
    jobs.SolverJob,
    notice.Notice,
    notice.Receipts,
    refusals.RefusalData,
    Flag,
    LoggedEvent,
    EventActor,
    EntityRef,
    BulkItem,
    *model.KIND_OF,
)


def schema() -> dict[str, Any]:
    """One document: `$defs` by name, plus which type belongs to which operation and event."""
    types = (*_MESSAGES, *COMMANDS.values(), *EVENTS.values())
    _, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Production Tool wire contract",
        "x-protocol": session.PROTOCOL_VERSION,
        "x-operations": {op: cls.__name__ for op, cls in COMMANDS.items()},
        "x-events": {name: cls.__name__ for name, cls in EVENTS.items()},
        "$defs": {name: _plain(shape) for name, shape in sorted(components.items())},
    }


def _plain(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape with its docstring as every Python gives it: from 3.13 on they come without their indent."""
    described = shape.get("description")
    return {**shape, "description": inspect.cleandoc(described)} if described else shape


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n")
