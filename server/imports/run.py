"""Running an import: read, compare, and send what is missing through the one write path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

import msgspec

from db.pool import Pool, transaction
from db.queries import tenants
from realtime.execute import Executor
from realtime.protocol import Answer, CommandRequest, OkAnswer, WireError
from scheduling.commands import ApplyBulk
from scheduling.model import Artist
from scheduling.permissions import Actor
from scheduling.refusals import Code, ItemRefusal
from server.imports.drafts import ImportOptions, Parsed
from server.imports.existing import as_rehearsed, load_bookings, load_existing, load_state
from server.imports.identity import Directory
from server.imports.plan import Existing, Plan, Sheet, Step
from server.imports.plan_bookings import Located, locate, plan_bookings
from server.imports.plan_work import plan_artists, plan_dependencies, plan_phases, plan_projects
from server.imports.problems import Fault, Problem, problem
from server.imports.read import read_file
from server.imports.rehearse import Rehearsal, rehearse
from server.imports.report import Progress, Report, make_report

Tell: TypeAlias = Callable[[Progress], None]

CHUNK = 500
"""Commands of one transaction where refused ones are left out."""
ATTEMPTS = 20
"""How often a transaction is sent while the write path answers that it is busy."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file to import and how to take it."""

    data: bytes
    filename: str
    options: ImportOptions


class Importer(msgspec.Struct, frozen=True, kw_only=True):
    """What every import needs."""

    executor: Executor
    pool: Pool


async def run_import(
    importer: Importer,
    actor: Actor,
    source: Source,
    *,
    run_id: UUID,
    now: datetime,
    tell: Tell = lambda _: None,
    rehearsal: Rehearsal | None = None,
) -> Report:
    """Import a file for an actor and report what came of it.

    Args:
        importer: The write path and the database.
        actor: Who imports; each command is authorised as theirs.
        source: The file.
        run_id: Names this run; the same run sent twice writes once.
        now: The instant horizons and default dates are counted from.
        tell: Told of progress, from the event loop or from a worker thread.
        rehearsal: What earlier files of the same dry run would leave; this one is added to it.

    Returns:
        The report. What a file contains, or a studio refuses, is in it; nothing of that is raised.
    """
    tell(Progress(stage="reading"))
    options = source.options
    async with transaction(importer.pool, actor.tenant_id, readonly=True) as connection:
        tenant = await tenants.get(connection, actor.tenant_id)
    if tenant is None:
        return _nothing(options, "there is no such studio")
    parsed = await asyncio.to_thread(
        read_file, source.data, source.filename, options, now=now, zone=tenant.zone
    )
    if parsed.blocked:
        return make_report(options, parsed, None, {}, written=False)
    tell(Progress(stage="comparing"))
    rehearsal = rehearsal or Rehearsal()
    plan = await _plan(importer.pool, actor.tenant_id, parsed, options, rehearsal)
    if isinstance(plan, Problem):
        stopped = msgspec.structs.replace(parsed, problems=(*parsed.problems, plan))
        return make_report(options, stopped, None, {}, written=False)
    spoiled = options.mode == "atomic" and bool(parsed.problems or plan.problems)
    if options.dry_run or spoiled:
        refusals = await _rehearse(importer.pool, actor, plan, rehearsal, run_id=run_id, now=now, tell=tell)
        return make_report(options, parsed, plan, refusals, written=False)
    written = await _write(importer.executor, actor, plan, options, run_id=run_id, tell=tell)
    if isinstance(written, Problem):
        stopped = msgspec.structs.replace(parsed, problems=(*parsed.problems, written))
        return make_report(options, stopped, None, {}, written=False)
    return make_report(options, parsed, plan, written, written=not (written and options.mode == "atomic"))


# -- comparing ---------------------------------------------------------------------------


async def _plan(
    pool: Pool, tenant_id: UUID, parsed: Parsed, options: ImportOptions, rehearsal: Rehearsal
) -> Plan | Problem:
    existing = await load_existing(pool, tenant_id, parsed)
    if existing is None:
        return problem("not_found", "there is no such studio", blocks_file=True)
    if rehearsal.state is not None:
        existing = as_rehearsed(existing, rehearsal.state)
    target = _target(existing, parsed, options)
    if isinstance(target, Problem):
        return target
    sheet, located = await asyncio.to_thread(_compare, existing, parsed, target)
    ids = {one.id for one in located}
    known = await load_bookings(pool, tenant_id, ids, rehearsal.state) if ids else {}
    await asyncio.to_thread(plan_bookings, sheet, located, known)
    return sheet.plan()


def _compare(existing: Existing, parsed: Parsed, target: Artist | None) -> tuple[Sheet, list[Located]]:
    sheet = Sheet(existing, parsed.titles)
    plan_artists(sheet, parsed.artists)
    plan_projects(sheet, parsed.projects, parsed.proposed)
    plan_phases(sheet, parsed.phases, parsed.proposed)
    plan_dependencies(sheet, parsed.dependencies)
    return sheet, locate(sheet, parsed.bookings, target)


def _target(existing: Existing, parsed: Parsed, options: ImportOptions) -> Artist | Problem | None:
    """Return the artist whose calendar this is; other kinds of files need none."""
    if parsed.kind != "calendar":
        return None
    if options.artist is None:
        reason = "a calendar does not say whose it is"
        return problem("required", reason, expected="the artist given as an option", blocks_file=True)
    found = Directory(existing.artists.values(), "artist").find(options.artist)
    if isinstance(found, Fault):
        return problem(
            found.code, found.reason, value=options.artist, expected=found.expected, blocks_file=True
        )
    return found


# -- writing -----------------------------------------------------------------------------


async def _rehearse(
    pool: Pool, actor: Actor, plan: Plan, rehearsal: Rehearsal, *, run_id: UUID, now: datetime, tell: Tell
) -> dict[int, ItemRefusal]:
    if rehearsal.state is None:
        rehearsal.state = await load_state(pool, actor.tenant_id)
    if rehearsal.state is None or not plan.steps:
        return {}
    total = len(plan.steps)
    refusals, rehearsal.state = await asyncio.to_thread(
        rehearse,
        rehearsal.state,
        plan.steps,
        actor=actor,
        now=now,
        command_id=run_id,
        progress=lambda done: tell(Progress(stage="comparing", done=done, total=total)),
    )
    return refusals


async def _write(
    executor: Executor, actor: Actor, plan: Plan, options: ImportOptions, *, run_id: UUID, tell: Tell
) -> dict[int, ItemRefusal] | Problem:
    """Send the steps: all in one transaction, or in chunks without what is refused.

    Returns the refused steps by position, or a problem where the write path took none of them.
    """
    total = len(plan.steps)
    size = total if options.mode == "atomic" else CHUNK
    refusals: dict[int, ItemRefusal] = {}
    for begin in range(0, total, size or 1):
        chunk = plan.steps[begin : begin + size]
        args = await asyncio.to_thread(_bulk, chunk, options)
        request = CommandRequest(id=uuid5(run_id, f"items from {begin}"), op="bulk.apply", args=args)
        answer = await _sent(executor, actor, request, _from(begin, total, tell))
        refused = _refused(answer)
        if isinstance(refused, WireError):
            reason = refused.message if begin == 0 else f"after {begin} of {total} changes: {refused.message}"
            return problem(str(refused.code), reason, blocks_file=True)
        refusals.update((begin + one.item, one) for one in refused)
    return refusals


def _bulk(steps: Sequence[Step], options: ImportOptions) -> msgspec.Raw:
    items = tuple(step.item() for step in steps)
    on_refusal: Literal["refuse_all", "skip"] = "refuse_all" if options.mode == "atomic" else "skip"
    return msgspec.Raw(msgspec.json.encode(ApplyBulk(items=items, on_refusal=on_refusal)))


async def _sent(
    executor: Executor, actor: Actor, request: CommandRequest, progress: Callable[[int, int], None]
) -> Answer:
    """Return the answer to a command, sent again under its id while the write path is busy."""
    answer = await executor.execute(actor, request, progress=progress)
    for _ in range(ATTEMPTS - 1):
        if isinstance(answer, OkAnswer) or answer.error.code is not Code.BUSY:
            break
        await asyncio.sleep((answer.error.retry_after_ms or 500) / 1000)
        answer = await executor.execute(actor, request, progress=progress)
    return answer


def _from(begin: int, total: int, tell: Tell) -> Callable[[int, int], None]:
    return lambda done, _: tell(Progress(stage="writing", done=begin + done, total=total))


class _BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    refused: tuple[ItemRefusal, ...] = ()


def _refused(answer: Answer) -> Sequence[ItemRefusal] | WireError:
    """Return the refused items of a bulk answer, or the error where none of them was looked at."""
    if isinstance(answer, OkAnswer):
        return msgspec.json.decode(answer.result, type=_BulkResult).refused
    error = answer.error
    return error.data.items if error.data is not None and error.data.items else error


def _nothing(options: ImportOptions, reason: str) -> Report:
    parsed = Parsed(kind=options.kind, problems=(problem(str(Code.NOT_FOUND), reason, blocks_file=True),))
    return make_report(options, parsed, None, {}, written=False)
