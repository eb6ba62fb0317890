"""Many commands in one: all of them, or those that can be done, with a reason for each other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from uuid import uuid5

from realtime.deciding import PREFETCH, context_of, decide_in, prefetch
from realtime.protocol import parse_args
from realtime.requests import Request
from realtime.results import bulk_result
from realtime.workspace import Workspace
from scheduling.commands import (
    ApplyBulk,
    BulkItem,
    MoveBooking,
    RestoreCommand,
    ScenarioCommand,
    SeriesCommand,
    UndoCommand,
    op_of,
)
from scheduling.decide import Context
from scheduling.decide.side_by_side import move_side_by_side
from scheduling.refusals import Code, ItemRefusal, RefusalData, Refused

STALL_SECONDS = 0.008
"""How long deciding may hold the event loop before it lets others run."""


_BY_THEMSELVES = ApplyBulk | UndoCommand | RestoreCommand | SeriesCommand | ScenarioCommand
"""Commands that are many already, and part of no bulk command."""


async def execute_bulk(workspace: Workspace, request: Request, bulk: ApplyBulk) -> bytes | Refused:
    """Decide the items in order and accept them: the encoded result, or the refusal of the whole."""
    checkpoint = workspace.checkpoint()
    refusals: list[ItemRefusal] = []
    total = len(bulk.items)
    resumed = time.monotonic()
    moved = await _move_side_by_side(workspace, request, bulk)
    for index, item in enumerate(bulk.items):
        if index % PREFETCH == 0:
            await _prefetch_items(workspace, bulk.items[index : index + PREFETCH])
        if index in moved:
            continue
        refused = await _execute_item(workspace, request, index, item)
        if refused is not None:
            refusals.append(_refused_item(index, item, refused))
        if time.monotonic() - resumed > STALL_SECONDS:
            if request.progress is not None:
                request.progress(index + 1, total)
            await asyncio.sleep(0)
            resumed = time.monotonic()
    if request.progress is not None:
        request.progress(total, total)
    if refusals and bulk.on_refusal == "refuse_all":
        workspace.restore(checkpoint)
        return _refuse_bulk(refusals, total)
    return bulk_result(workspace, checkpoint.decided, total, refusals)


async def _move_side_by_side(workspace: Workspace, request: Request, bulk: ApplyBulk) -> frozenset[int]:
    """Move the bookings that a command of nothing but moves can move all at once; which items these were.

    Each may go where another leaves. Those that cannot go so are tried by themselves afterwards,
    as all items of other commands are.
    """
    parsed = [parse_args(item.op, item.args) for item in bulk.items]
    moves = [c for c in parsed if isinstance(c, MoveBooking)]
    if len(moves) < 2 or len(moves) != len(parsed) or len({m.booking_id for m in moves}) != len(moves):
        return frozenset()
    asked: list[tuple[MoveBooking, Context]] = []
    for start in range(0, len(moves), PREFETCH):
        await prefetch(workspace, moves[start : start + PREFETCH])
    for index, (move, item) in enumerate(zip(moves, bulk.items, strict=True)):
        command_id = uuid5(request.envelope.id, str(index))
        asked.append((move, await context_of(workspace, request.actor, move, command_id, item.base_version)))
    accepted, refused = await asyncio.to_thread(move_side_by_side, workspace.state, asked)
    workspace.accept(accepted, request.actor, request.envelope.id, undoable=False)
    return frozenset(range(len(moves))) - refused.keys()


async def _prefetch_items(workspace: Workspace, items: Sequence[BulkItem]) -> None:
    """Load for many items at once what each would otherwise load for itself."""
    parsed = [parse_args(item.op, item.args) for item in items]
    commands = [c for c in parsed if not isinstance(c, _BY_THEMSELVES | Refused)]
    await prefetch(workspace, commands)


async def _execute_item(workspace: Workspace, request: Request, index: int, item: BulkItem) -> Refused | None:
    command = parse_args(item.op, item.args)
    if isinstance(command, Refused):
        return command
    if isinstance(command, _BY_THEMSELVES):
        return Refused(code=Code.INVALID, message=f"{op_of(command)} cannot be part of a bulk command.")
    command_id = request.envelope.id
    # Ids that follow from the command's must differ from item to item.
    item_id = uuid5(command_id, str(index))
    decided = await decide_in(workspace, request.actor, command, item_id, item.base_version)
    if isinstance(decided, Refused):
        return decided
    workspace.accept(decided, request.actor, command_id, undoable=False)
    return None


def _refused_item(index: int, item: BulkItem, refused: Refused) -> ItemRefusal:
    """The refusal of one item, with the booking that it names, so that nobody has to count."""
    return ItemRefusal(
        item=index,
        booking_id=getattr(parse_args(item.op, item.args), "booking_id", None),
        code=refused.code,
        message=refused.message,
        data=refused.data,
    )


def _refuse_bulk(refusals: Sequence[ItemRefusal], total: int) -> Refused:
    first = refusals[0]
    return Refused(
        code=first.code,
        message=f"{len(refusals)} of {total} items were refused, so nothing was changed;"
        f" item {first.item}: {first.message}",
        data=RefusalData(items=tuple(refusals)),
    )
