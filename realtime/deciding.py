"""From a command to its decision: what it needs is loaded, then it is decided; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from db.queries import suggestions
from realtime.results import LISTED_ENTITIES
from realtime.workspace import Workspace
from scheduling.commands import (
    AddScenario,
    ChangeScenario,
    CommitScenario,
    DiscardScenario,
    DropChanges,
    EditBooking,
    MoveBooking,
    MovePhase,
    PlaceBooking,
    ReassignBooking,
    RebaseScenario,
    ReleaseBooking,
    ResizeBooking,
    RestoreCommand,
    SeriesCommand,
    ShiftProject,
    SingleCommand,
    UndoCommand,
)
from scheduling.decide import Accepted, Context, decide
from scheduling.decide.realising import drawn_before
from scheduling.decide.versions import target
from scheduling.permissions import Actor
from scheduling.refusals import Code, RefusalData, Refused, Slot
from scheduling.scope import NOTHING, Needs, Window, first_needs, further_needs, last_needs
from scheduling.state import find
from scheduling.suggest import REACH, Wish, same_artist_slots, stand_in, wish_of
from scheduling.suggestions import suggest

Ahead: TypeAlias = Callable[[], Awaitable[None]]

MANY = 20
"""A command that draws more than so many changes is decided in a thread."""
PREFETCH = 256
"""Items of a bulk command whose rows are loaded together."""


async def prefetch(workspace: Workspace, commands: Sequence[SingleCommand]) -> None:
    """Load for all commands at once what they would otherwise load one by one."""
    if len(commands) > 1:
        first = [needs for c in commands if not workspace.knows(needs := first_needs(c))]
        if first:
            await workspace.ensure(_together(first))
        further = [needs for c in commands if not workspace.knows(needs := further_needs(c, workspace.state))]
        if further:
            await workspace.ensure(_together(further))


def _together(needs: Sequence[Needs]) -> Needs:
    merged: dict[str, frozenset[object]] = {}
    for name in Needs.__struct_fields__:
        if name not in {"members", "drafts"}:
            merged[name] = frozenset().union(*(getattr(n, name) for n in needs))
    return msgspec.structs.replace(
        Needs(), members=any(n.members for n in needs), drafts=any(n.drafts for n in needs), **merged
    )


async def decide_in(
    workspace: Workspace,
    actor: Actor,
    command: SingleCommand,
    command_id: UUID,
    base_version: int | None,
    *,
    ahead: Ahead | None = None,
) -> Accepted | Refused:
    """Load what the command needs and decide it; nothing is kept.

    `ahead` is awaited before something is loaded: it may load more, for commands that come after.
    """
    needs = first_needs(command)
    workspace.wager(needs.fresh)
    await _load(workspace, needs, ahead)
    await _load(workspace, further_needs(command, workspace.state), ahead)
    if (needs := last_needs(command, workspace.state)) is not NOTHING:
        await workspace.ensure(needs)
    context = await context_of(workspace, actor, command, command_id, base_version)
    if _touches_many(workspace, command):
        # Pure and immutable, so a thread may have it, and others are served in between.
        return await asyncio.to_thread(decide, workspace.state, command, context)
    return decide(workspace.state, command, context)


async def _load(workspace: Workspace, needs: Needs, ahead: Ahead | None) -> None:
    if not workspace.knows(needs):
        if ahead is not None:
            await ahead()
        await workspace.ensure(needs)


async def context_of(
    workspace: Workspace, actor: Actor, command: SingleCommand, command_id: UUID, base_version: int | None
) -> Context:
    changed: frozenset[str] = frozenset()
    if base_version is not None:
        changed = await _changed_since(workspace, command, base_version)
    return Context(
        actor=actor,
        now=workspace.now,
        command_id=command_id,
        base_version=base_version,
        changed_since=changed,
        head=workspace.head.seq + len(workspace.decided),
        drifted=await drifted(workspace, command) if isinstance(command, _DRAWN) else {},
    )


async def drifted(workspace: Workspace, command: SingleCommand) -> dict[UUID, frozenset[str]]:
    """Of the bookings that a scenario changes, what was changed since the version it was drawn on."""
    if not isinstance(command, _DRAWN):
        return {}
    versions = drawn_before(workspace.state, command.scenario_id)
    if not versions:
        return {}
    found = await workspace.all_changed_since({("booking", i): v for i, v in versions.items()})
    return {booking_id: fields for (_, booking_id), fields in found.items()}


_DRAWN = (CommitScenario, RebaseScenario)
_MANY = (*SeriesCommand.__args__, RestoreCommand, ShiftProject, MovePhase, *_DRAWN, DiscardScenario)
_ONE = (PlaceBooking, MoveBooking, ResizeBooking, ReassignBooking, EditBooking, ReleaseBooking)
"""What people do all day."""


def _touches_many(workspace: Workspace, command: SingleCommand) -> bool:
    if isinstance(command, _ONE):
        return False
    if isinstance(command, _MANY):
        return True
    if isinstance(command, AddScenario | ChangeScenario):
        return len(command.changes) > MANY
    if isinstance(command, DropChanges):
        return len(command.booking_ids) > MANY
    if not isinstance(command, UndoCommand):
        return False
    record = workspace.state.records.get(command.command_id)
    return record is not None and len(record.touched) > LISTED_ENTITIES


async def _changed_since(workspace: Workspace, command: SingleCommand, base_version: int) -> frozenset[str]:
    found = target(command)
    if found is None:
        return frozenset()
    entity = find(workspace.state, *found)
    if entity is None or entity.version <= base_version:
        return frozenset()
    return await workspace.changed_since(entity, base_version)


async def with_alternatives(workspace: Workspace, command: SingleCommand, refused: Refused) -> Refused:
    """Say what is free instead: other days of the same artist, then other artists on these days."""
    if refused.code not in {Code.CONFLICT, Code.NOT_FIRST}:
        return refused
    wish = wish_of(command, workspace.state)
    if wish is None:
        return refused
    around = Window(wish.artist_id, wish.start - REACH, wish.end + REACH)
    phases = frozenset({wish.phase_id} if wish.phase_id is not None else ())
    await workspace.ensure(Needs(windows=frozenset({around}), phases=phases))
    slots = list(same_artist_slots(workspace.state, wish, workspace.now, 2))
    slots += await _others(workspace, wish, 3 - len(slots))
    data = refused.data or RefusalData()
    return msgspec.structs.replace(refused, data=msgspec.structs.replace(data, alternatives=tuple(slots)))


async def _others(workspace: Workspace, wish: Wish, count: int) -> list[Slot]:
    """The best stand-ins on just these dates: all of that time of few people, so nobody waits long."""
    state = workspace.state
    artist = state.artists.get(wish.artist_id)
    phase = state.phases.get(wish.phase_id) if wish.phase_id is not None else None
    wanted = stand_in(wish, artist, phase, state.tenant, count) if artist is not None else None
    if wanted is None:
        return []
    search = suggestions.Search(
        start=wish.start, end=wish.end, skills=wanted.skills, project_id=wish.project_id
    )
    everyone = await suggestions.candidates(workspace.connection, workspace.tenant_id, state.tenant, search)
    found = suggest(wanted, [c for c in everyone if c.id != wish.artist_id])
    return [Slot(artist_id=s.artist_id, start=wish.start, end=wish.end) for s in found]
