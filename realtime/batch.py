"""One transaction of one tenant: many commands, each with its own answer, appended together.

Order within: lock, stored answers, load, decide one after the other, write, commit. A refused
command leaves nothing behind but its answer. Nothing here publishes or acknowledges.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from db.pool import Pool
from db.queries import answers as answer_rows
from db.queries.answers import StoredAnswer
from db.queries.batches import Batch
from db.unit import Unit
from realtime.bulk import execute_bulk
from realtime.deciding import decide_in, prefetch, with_alternatives
from realtime.known import FAR, NEAR
from realtime.protocol import Answer, ErrorAnswer, OkAnswer, wire_error
from realtime.requests import BatchResult, Request
from realtime.results import LISTED_ENTITIES, result_of
from realtime.sealing import seal
from realtime.workspace import Workspace
from scheduling.commands import (
    ApplyBulk,
    MoveBooking,
)
from scheduling.refusals import Code, Refused


class Sealed(Struct, frozen=True, kw_only=True):
    """A batch that is decided and encoded: what to write, and what to say once it is."""

    batch: Batch
    result: BatchResult


class OpenBatch:
    """Commands being decided one after the other on one workspace, to be written together."""

    def __init__(self, unit: Unit, workspace: Workspace, known: dict[UUID, StoredAnswer]) -> None:
        self._unit = unit
        self._workspace = workspace
        self._known = known
        self._answers: list[tuple[Answer, bytes]] = []
        self._fresh: list[StoredAnswer] = []

    async def decide(self, requests: Sequence[Request]) -> None:
        """Decide some more. Raises `Stale`, and what the database raises; then the batch is void."""
        answers, fresh = await _answer_all(self._workspace, requests, self._known)
        self._answers += answers
        self._fresh += fresh

    async def seal(self) -> Sealed:
        """Encode what was decided. The workspace is at the new head from here on."""
        batch, committed = await seal(self._workspace, self._unit, self._fresh)
        return Sealed(batch=batch, result=BatchResult(answers=tuple(self._answers), committed=committed))


async def run_batch(
    pool: Pool, tenant_id: UUID, requests: Sequence[Request], now: datetime
) -> tuple[BatchResult, Workspace]:
    """Execute the requests in one transaction, under the studio's lock; also what is known afterwards.

    Raises what the database raises; then nothing happened, except after a failed COMMIT, whose
    outcome is unknown and learned by sending the ids again.
    """
    async with Unit(pool, tenant_id) as unit:
        locked = await unit.begin()
        workspace = Workspace(unit.connection, locked.tenant, locked.head, now=now, margin=_margin(requests))
        known = await answer_rows.by_ids(unit.connection, tenant_id, [r.envelope.id for r in requests])
        batch = OpenBatch(unit, workspace, known)
        await batch.decide(requests)
        sealed = await batch.seal()
        if sealed.batch.answers:
            await unit.finish(sealed.batch)
    return sealed.result, workspace


def _margin(requests: Sequence[Request]) -> timedelta:
    """Moves of one command say together where they go, so that nothing beside need be guessed."""
    bulks = [r.command for r in requests if isinstance(r.command, ApplyBulk)]
    placing = any(item.op != MoveBooking.__struct_config__.tag for bulk in bulks for item in bulk.items)
    return FAR if placing else NEAR


class _Ahead:
    """Loads what the first command lacks together with what others do; if none lacks anything, nothing."""

    def __init__(self, workspace: Workspace, requests: Sequence[Request]) -> None:
        self._workspace = workspace
        self._requests = requests

    async def __call__(self) -> None:
        requests, self._requests = self._requests, ()
        await prefetch(self._workspace, [r.command for r in requests if not isinstance(r.command, ApplyBulk)])


async def _answer_all(
    workspace: Workspace, requests: Sequence[Request], known: dict[UUID, StoredAnswer]
) -> tuple[list[tuple[Answer, bytes]], list[StoredAnswer]]:
    answers: list[tuple[Answer, bytes]] = []
    fresh: list[StoredAnswer] = []
    ahead = _Ahead(workspace, [r for r in requests if r.envelope.id not in known])
    for request in requests:
        stored = known.get(request.envelope.id)
        if stored is None:
            answer = await _execute(workspace, request, ahead)
            stored = StoredAnswer(
                command_id=request.envelope.id,
                actor_id=request.actor.id,
                op=request.envelope.op,
                seq=answer.seq if isinstance(answer, OkAnswer) else None,
                answer=msgspec.json.encode(answer),
            )
            known[request.envelope.id] = stored
            fresh.append(stored)
            answers.append((answer, stored.answer))
        else:
            answer = repeat(stored, request)
            answers.append((answer, msgspec.json.encode(answer)))
    return answers, fresh


_ok = msgspec.json.Decoder(OkAnswer)
_error = msgspec.json.Decoder(ErrorAnswer)


def repeat(stored: StoredAnswer, request: Request) -> Answer:
    """The first answer once more, for the one who got it."""
    if stored.actor_id != request.actor.id:
        return ErrorAnswer(
            id=request.envelope.id,
            error=wire_error(
                Refused(
                    code=Code.INVALID,
                    message="This command id was used already; every command needs its own.",
                )
            ),
        )
    decoder = _error if stored.seq is None else _ok
    return decoder.decode(stored.answer)


async def _execute(workspace: Workspace, request: Request, ahead: _Ahead) -> Answer:
    command = request.command
    if isinstance(command, ApplyBulk):
        outcome = await execute_bulk(workspace, request, command)
    else:
        envelope = request.envelope
        decided = await decide_in(
            workspace, request.actor, command, envelope.id, envelope.base_version, ahead=ahead
        )
        if isinstance(decided, Refused):
            outcome = await with_alternatives(workspace, command, decided)
        else:
            before = len(workspace.decided)
            workspace.accept(decided, request.actor, envelope.id)
            if len(decided.events) > LISTED_ENTITIES:
                # Every new date is held against calendars: a thread's work, so others are served.
                outcome = await asyncio.to_thread(result_of, workspace, command, decided, before)
            else:
                outcome = result_of(workspace, command, decided, before)
    if isinstance(outcome, Refused):
        return ErrorAnswer(id=request.envelope.id, error=wire_error(outcome))
    seq = workspace.head.seq + len(workspace.decided)
    return OkAnswer(id=request.envelope.id, seq=seq, result=msgspec.Raw(outcome))
