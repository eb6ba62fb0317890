"""One transaction of one tenant: many commands, each with its own answer, appended together.

Order within: lock, stored answers, load, decide one after the other, write, commit. A refused
command leaves nothing behind but its answer. Nothing here publishes or acknowledges.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from db.pool import Connection, Pool
from db.queries import answers as answer_rows
from db.queries import (
    artists,
    bookings,
    challenges,
    event_log,
    members,
    milestones,
    projects,
    tenants,
    times_off,
)
from db.queries.answers import StoredAnswer
from db.queries.batches import Batch, Jobs
from db.unit import Script, Unit
from realtime.protocol import Answer, CommandRequest, ErrorAnswer, OkAnswer, parse_args, wire_error
from realtime.workspace import FAR, NEAR, Workspace
from scheduling.clocks import QUEUE, clocks_of
from scheduling.commands import (
    ApplyBulk,
    BulkItem,
    Command,
    MoveBooking,
    MovePhase,
    RestoreCommand,
    SeriesCommand,
    ShiftProject,
    SingleCommand,
    UndoCommand,
    op_of,
)
from scheduling.decide import Accepted, Context, decide
from scheduling.decide.flags import flags_of
from scheduling.decide.side_by_side import move_side_by_side
from scheduling.decide.versions import target
from scheduling.events import LoggedEvent, entity_of, log
from scheduling.model import (
    KIND_OF,
    Artist,
    Booking,
    Challenge,
    Dependency,
    Entity,
    Member,
    Milestone,
    Phase,
    Project,
    Tenant,
    TimeOff,
)
from scheduling.permissions import Actor, event_actor
from scheduling.refusals import Code, ItemRefusal, RefusalData, Refused, Slot
from scheduling.scope import Needs, Window, first_needs, further_needs, last_needs
from scheduling.state import PLURALS, Key, State, find, key_of
from scheduling.suggest import REACH, same_artist_slots, wish_of

Progress: TypeAlias = Callable[[int, int], None]
"""Told `(done, total)` while a bulk command is decided."""

LISTED_ENTITIES = 500
"""A command that changed more than this does not list what: its events tell."""
PREFETCH = 256
"""Items of a bulk command whose rows are loaded together."""
STALL_SECONDS = 0.008
"""How long deciding may hold the event loop before it lets others run."""


_BY_THEMSELVES = ApplyBulk | UndoCommand | RestoreCommand | SeriesCommand
"""Commands that are many already, and part of no bulk command."""


class Request(Struct, frozen=True, kw_only=True):
    """A parsed command on its way into a transaction."""

    actor: Actor
    envelope: CommandRequest
    command: Command
    progress: Progress | None = None


class Committed(Struct, frozen=True, kw_only=True):
    """What a transaction added to the log: `events` and their encoded `bodies`, in order."""

    tenant_id: UUID
    epoch: UUID
    from_seq: int
    to_seq: int
    events: tuple[LoggedEvent, ...]
    bodies: tuple[bytes, ...]


class BatchResult(Struct, frozen=True, kw_only=True):
    """Answers in the order of the requests, and what to publish."""

    answers: tuple[Answer, ...]
    committed: Committed | None


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
        self._answers: list[Answer] = []
        self._fresh: list[StoredAnswer] = []

    async def decide(self, requests: Sequence[Request]) -> None:
        """Decide some more. Raises `Stale`, and what the database raises; then the batch is void."""
        await _prefetch(self._workspace, [r for r in requests if r.envelope.id not in self._known])
        answers, fresh = await _answer_all(self._workspace, requests, self._known)
        self._answers += answers
        self._fresh += fresh

    async def seal(self) -> Sealed:
        """Encode what was decided. The workspace is at the new head from here on."""
        batch, committed = await _seal(self._workspace, self._unit, self._fresh)
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


async def _prefetch(workspace: Workspace, requests: Sequence[Request]) -> None:
    """Load for all commands at once what they would otherwise load one by one."""
    commands = [r.command for r in requests if not isinstance(r.command, ApplyBulk)]
    await _prefetch_for(workspace, commands)


async def _prefetch_for(workspace: Workspace, commands: Sequence[SingleCommand]) -> None:
    """Where everything is known already, as with what is remembered, this costs a look at each."""
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
        if name != "members":
            merged[name] = frozenset().union(*(getattr(n, name) for n in needs))
    return msgspec.structs.replace(Needs(), members=any(n.members for n in needs), **merged)


async def _answer_all(
    workspace: Workspace, requests: Sequence[Request], known: dict[UUID, StoredAnswer]
) -> tuple[list[Answer], list[StoredAnswer]]:
    answers: list[Answer] = []
    fresh: list[StoredAnswer] = []
    for request in requests:
        stored = known.get(request.envelope.id)
        if stored is None:
            answer = await _execute(workspace, request)
            stored = StoredAnswer(
                command_id=request.envelope.id,
                actor_id=request.actor.id,
                op=request.envelope.op,
                seq=answer.seq if isinstance(answer, OkAnswer) else None,
                answer=msgspec.json.encode(answer),
            )
            known[request.envelope.id] = stored
            fresh.append(stored)
        else:
            answer = repeat(stored, request)
        answers.append(answer)
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


# -- deciding ----------------------------------------------------------------------------


async def _execute(workspace: Workspace, request: Request) -> Answer:
    command = request.command
    if isinstance(command, ApplyBulk):
        outcome = await _execute_bulk(workspace, request, command)
    else:
        envelope = request.envelope
        decided = await decide_in(workspace, request.actor, command, envelope.id, envelope.base_version)
        if isinstance(decided, Refused):
            outcome = await _with_alternatives(workspace, command, decided)
        else:
            before = len(workspace.decided)
            workspace.accept(decided, request.actor, envelope.id)
            outcome = _result(workspace, command, decided, before)
    if isinstance(outcome, Refused):
        return ErrorAnswer(id=request.envelope.id, error=wire_error(outcome))
    seq = workspace.head.seq + len(workspace.decided)
    return OkAnswer(id=request.envelope.id, seq=seq, result=msgspec.Raw(outcome))


async def decide_in(
    workspace: Workspace,
    actor: Actor,
    command: SingleCommand,
    command_id: UUID,
    base_version: int | None,
) -> Accepted | Refused:
    """Load what the command needs and decide it; nothing is kept."""
    await workspace.ensure(first_needs(command))
    await workspace.ensure(further_needs(command, workspace.state))
    await workspace.ensure(last_needs(command, workspace.state))
    context = await _context(workspace, actor, command, command_id, base_version)
    if _touches_many(workspace, command):
        # Pure and immutable, so a thread may have it, and others are served in between.
        return await asyncio.to_thread(decide, workspace.state, command, context)
    return decide(workspace.state, command, context)


async def _context(
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
    )


def _touches_many(workspace: Workspace, command: SingleCommand) -> bool:
    if isinstance(command, SeriesCommand | RestoreCommand | ShiftProject | MovePhase):
        return True
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


async def _with_alternatives(workspace: Workspace, command: SingleCommand, refused: Refused) -> Refused:
    """Say what is free instead: other days of the same artist, then other artists on these days."""
    if refused.code not in {Code.CONFLICT, Code.NOT_FIRST}:
        return refused
    wish = wish_of(command, workspace.state)
    if wish is None:
        return refused
    around = Window(wish.artist_id, wish.start - REACH, wish.end + REACH)
    await workspace.ensure(Needs(windows=frozenset({around})))
    slots = list(same_artist_slots(workspace.state, wish, workspace.now, 2))
    others = await artists.stand_ins(
        workspace.connection,
        workspace.tenant_id,
        wish.artist_id,
        wish.start,
        wish.end,
        limit=3 - len(slots),
    )
    slots.extend(Slot(artist_id=other, start=wish.start, end=wish.end) for other in others)
    data = refused.data or RefusalData()
    return msgspec.structs.replace(refused, data=msgspec.structs.replace(data, alternatives=tuple(slots)))


async def _execute_bulk(workspace: Workspace, request: Request, bulk: ApplyBulk) -> bytes | Refused:
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
    return _bulk_result(workspace, checkpoint.decided, total, refusals)


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
        await _prefetch_for(workspace, moves[start : start + PREFETCH])
    for index, (move, item) in enumerate(zip(moves, bulk.items, strict=True)):
        command_id = uuid5(request.envelope.id, str(index))
        asked.append((move, await _context(workspace, request.actor, move, command_id, item.base_version)))
    accepted, refused = await asyncio.to_thread(move_side_by_side, workspace.state, asked)
    workspace.accept(accepted, request.actor, request.envelope.id, undoable=False)
    return frozenset(range(len(moves))) - refused.keys()


async def _prefetch_items(workspace: Workspace, items: Sequence[BulkItem]) -> None:
    """Load for many items at once what each would otherwise load for itself."""
    parsed = [parse_args(item.op, item.args) for item in items]
    commands = [c for c in parsed if not isinstance(c, _BY_THEMSELVES | Refused)]
    await _prefetch_for(workspace, commands)


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


# -- results -----------------------------------------------------------------------------


def _result(workspace: Workspace, command: SingleCommand, decided: Accepted, since: int) -> bytes:
    """What changed, by kind: the entity asked about, and all of a kind where there are several.

    Beside them stands what the decision has to report.
    """
    result: dict[str, object] = {}
    if decided.primary is not None:
        result[decided.primary.kind] = _latest(workspace.state, entity_of(decided.primary))
    elif (found := target(command)) is not None:
        result[found[0]] = find(workspace.state, *found)
    if decided.events and len(workspace.decided) - since <= LISTED_ENTITIES:
        result.update(_changed(workspace, since, several=decided.report is None))
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


def _bulk_result(workspace: Workspace, since: int, total: int, refusals: Sequence[ItemRefusal]) -> bytes:
    result: dict[str, object] = {
        "accepted": total - len(refusals),
        "events": len(workspace.decided) - since,
        "refused": refusals,
    }
    if len(workspace.decided) - since <= LISTED_ENTITIES:
        result.update(_changed(workspace, since, several=False))
    return msgspec.json.encode(result)


# -- writing -----------------------------------------------------------------------------


async def _seal(
    workspace: Workspace, unit: Unit, fresh: Sequence[StoredAnswer]
) -> tuple[Batch, Committed | None]:
    """Give the decided events their places in the log, and move the workspace on to its new head."""
    head, decided = workspace.head, workspace.decided
    logged = [
        log(
            one.event,
            seq=head.seq + 1 + offset,
            at=workspace.now,
            actor=event_actor(one.actor),
            command_id=one.command_id,
        )
        for offset, one in enumerate(decided)
    ]
    script = Script(unit, workspace.tenant_id)
    await _write_rows(script.connection, workspace)
    told = ((entry, one.event, one.before) for entry, one in zip(logged, decided, strict=True))
    entries = tuple(event_log.chain(told, head.hash))
    advanced = msgspec.structs.replace(
        head,
        seq=head.seq + len(entries),
        next_claim=workspace.state.next_claim,
        hash=entries[-1].hash if entries else head.hash,
    )
    batch = Batch(
        tenant_id=workspace.tenant_id,
        at=workspace.now,
        known=head,
        advanced=advanced,
        rows=tuple(script.rows),
        entries=entries,
        answers=tuple(fresh),
        jobs=_clocks(workspace),
    )
    workspace.move_on(advanced)
    return batch, _committed(batch) if entries else None


def _committed(batch: Batch) -> Committed:
    return Committed(
        tenant_id=batch.tenant_id,
        epoch=batch.known.epoch,
        from_seq=batch.known.seq + 1,
        to_seq=batch.advanced.seq,
        events=tuple(entry.event for entry in batch.entries),
        bodies=tuple(entry.body for entry in batch.entries),
    )


def _clocks(workspace: Workspace) -> Jobs:
    """The deadlines that were made, enqueued with the transaction that made them."""
    clocks = clocks_of((decided.event for decided in workspace.decided), workspace.state)
    # The delay is added to the database's clock: no job runs before its time by either clock.
    return Jobs(
        queue=QUEUE,
        payloads=tuple(msgspec.json.encode(clock) for clock in clocks),
        delays=tuple(max(clock.due - workspace.now, timedelta(0)) for clock in clocks),
    )


async def _write_rows(connection: Connection, workspace: Workspace) -> None:
    """The latest image of every entity, parents before children."""
    tenant_id = workspace.tenant_id
    latest: dict[type[Entity], dict[UUID, Any]] = {}
    deleted: dict[str, dict[UUID, bool]] = {"phase": {}, "dependency": {}, "milestone": {}}
    for decided in workspace.decided:
        entity = entity_of(decided.event)
        latest.setdefault(type(entity), {})[entity.id] = entity
        if decided.event.kind in deleted:
            gone = decided.event.type.endswith(".deleted")
            deleted[decided.event.kind][entity.id] = gone
    for tenant in latest.get(Tenant, {}).values():
        await tenants.update(connection, tenant)
    for kind, upsert in _UPSERTS:
        rows = latest.get(kind)
        if rows:
            await upsert(connection, tenant_id, list(rows.values()))
    await projects.mark_deleted(
        connection,
        tenant_id,
        [i for i, gone in deleted["phase"].items() if gone],
        [i for i, gone in deleted["dependency"].items() if gone],
    )
    await milestones.mark_deleted(
        connection, tenant_id, [i for i, gone in deleted["milestone"].items() if gone]
    )


_UPSERTS = (
    (Artist, artists.upsert),
    (Member, members.upsert),
    (Project, projects.upsert),
    (Phase, projects.upsert_phases),
    (Dependency, projects.upsert_dependencies),
    (Milestone, milestones.upsert),
    (Booking, bookings.upsert),
    (Challenge, challenges.upsert),
    (TimeOff, times_off.upsert),
)
