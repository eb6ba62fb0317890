"""Operations on a project as a plan: moving it with what follows, its critical path, budget and staffing."""

from __future__ import annotations

import asyncio
from typing import Any, Literal, TypeAlias, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from db.pool import Connection, transaction
from db.queries import artists as artist_rows
from db.queries import bookings as booking_rows
from db.queries import projects as rows
from db.queries import tenants
from realtime.protocol import parse_args
from realtime.rehearse import rehearse
from scheduling.commands import SingleCommand
from scheduling.decide.moves import MoveReport
from scheduling.events import entity_of
from scheduling.model import Artist, Booking, Milestone, Phase, Project, Tenant
from scheduling.moving import CriticalPath, PhaseShift, critical_path_of
from scheduling.refusals import Code, ItemRefusal, Refused
from scheduling.scopes import Scope
from scheduling.staffing import PhaseStaffing, ProjectBudget, budget_of, staffing_of
from scheduling.state import PLURALS, State, put
from server.api.commanding import body_of, given, run
from server.api.operations import STAFF, Call, Handler, Meta, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import not_found

MOVE_ERRORS = (Code.NOT_FOUND, Code.CONFLICT, Code.NOT_FIRST, Code.WRONG_STATE, Code.STALE_VERSION)


class Moved(Struct, frozen=True, kw_only=True):
    """What a move changed, by kind, what shifted and why, ties that are broken, bookings that stayed.

    The lists of records are left out where more than 500 changed: the log has them.
    """

    project: Project | UnsetType = UNSET
    phase: Phase | UnsetType = UNSET
    projects: tuple[Project, ...] = ()
    phases: tuple[Phase, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    bookings: tuple[Booking, ...] = ()
    shifts: tuple[PhaseShift, ...] = ()
    violated: tuple[UUID, ...] = ()
    refused: tuple[ItemRefusal, ...] = ()


Noun: TypeAlias = Literal["phase", "project"]


def _moving(op: str, noun: Noun) -> Handler:
    async def handler(call: Call[Nothing, Struct]) -> Outcome:
        answer = await run(call, op, {**given(call.body), f"{noun}_id": call.id})
        if isinstance(answer, Problem):
            return answer
        moved = msgspec.json.decode(answer.result, type=_Target)
        version = getattr(moved, noun).version
        meta = Meta(seq=answer.seq, command_id=call.command_id)
        return Reply(data=answer.result, meta=meta, version=version)

    return handler


class _Versioned(Struct, frozen=True, kw_only=True):
    version: int


class _Target(Struct, frozen=True, kw_only=True):
    project: _Versioned | None = None
    phase: _Versioned | None = None


def _previewing(op: str, noun: Noun) -> Handler:
    async def handler(call: Call[Nothing, Struct]) -> Outcome:
        # Shown is what would go and what would not; whether that refuses the whole is asked later.
        args = {**given(call.body), f"{noun}_id": call.id, "on_refusal": "skip"}
        command = parse_args(op, msgspec.json.encode(args))
        if isinstance(command, Refused):
            return command
        outcome = await rehearse(
            call.services.pool,
            call.actor,
            cast("SingleCommand", command),
            command_id=call.command_id,
            now=call.now,
        )
        if isinstance(outcome, Refused):
            return outcome
        lists: dict[str, dict[UUID, object]] = {}
        for event in outcome.events:
            entity = entity_of(event)
            lists.setdefault(PLURALS[event.kind], {})[entity.id] = entity
        known = {name: tuple(found.values()) for name, found in lists.items() if name in _SHOWN}
        report = outcome.report if isinstance(outcome.report, MoveReport) else MoveReport()
        moved = Moved(
            shifts=report.shifts, violated=report.violated, refused=outcome.refused, **_typed(known)
        )
        return Reply(data=moved)

    return handler


_SHOWN = frozenset({"projects", "phases", "milestones", "bookings"})


def _typed(known: dict[str, tuple[object, ...]]) -> Any:
    return known


# -- reading -----------------------------------------------------------------------------


async def critical_path(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        tenant, found = await _project(connection, call)
        if tenant is None or found is None:
            return not_found("project", call.id)
        state = State(tenant=tenant)
        for phase in await rows.phases(connection, call.tenant_id, [call.id]):
            state = put(state, phase)
        for tie in await rows.dependencies(connection, call.tenant_id, [call.id]):
            state = put(state, tie)
    return Reply(data=await asyncio.to_thread(critical_path_of, state, found, call.now))


async def budget(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        tenant, found = await _project(connection, call)
        if tenant is None or found is None:
            return not_found("project", call.id)
        live, artists = await _booked(connection, call.tenant_id, call.id)
    return Reply(data=await asyncio.to_thread(budget_of, tenant, found, live, artists))


async def staffing(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        tenant, found = await _project(connection, call)
        if tenant is None or found is None:
            return not_found("project", call.id)
        phases = await rows.phases(connection, call.tenant_id, [call.id])
        live, artists = await _booked(connection, call.tenant_id, call.id)
    return Reply(data=await asyncio.to_thread(_staffing, tenant, phases, live, artists))


async def phase_staffing(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        tenant = await tenants.get(connection, call.tenant_id)
        phases, _ = await rows.phases_by_ids(connection, call.tenant_id, [call.id])
        if tenant is None or not phases:
            return not_found("phase", call.id)
        live, artists = await _booked(connection, call.tenant_id, phases[0].project_id)
    (shown,) = await asyncio.to_thread(_staffing, tenant, phases, live, artists)
    return Reply(data=shown)


async def _project(
    connection: Connection, call: Call[Nothing, Nothing]
) -> tuple[Tenant | None, Project | None]:
    tenant = await tenants.get(connection, call.tenant_id)
    found = await rows.by_ids(connection, call.tenant_id, [call.id])
    return tenant, found[0] if found else None


async def _booked(
    connection: Connection, tenant_id: UUID, project_id: UUID
) -> tuple[list[Booking], dict[UUID, Artist]]:
    live = await booking_rows.live_of_projects(connection, tenant_id, [project_id])
    booked = await artist_rows.by_ids(connection, tenant_id, {b.artist_id for b in live})
    return live, {artist.id: artist for artist in booked}


def _staffing(
    tenant: Tenant, phases: list[Phase], live: list[Booking], artists: dict[UUID, Artist]
) -> list[PhaseStaffing]:
    by_phase: dict[UUID, list[Booking]] = {phase.id: [] for phase in phases}
    for booking in live:
        if booking.phase_id in by_phase:
            by_phase[booking.phase_id].append(booking)
    return [staffing_of(tenant, phase, by_phase[phase.id], artists) for phase in phases]


def _move_operations(path: str, op: str, noun: Noun, *, name: str, summary: str) -> tuple[Operation, ...]:
    body, tag = body_of(op, f"{noun}_id"), f"{noun}s"
    return (
        Operation(
            method="POST",
            path=path,
            name=name,
            tag=tag,
            summary=summary,
            description=(body.__doc__ or "").strip(),
            handler=_moving(op, noun),
            roles=STAFF,
            body=body,
            result=(Moved,),
            writes=True,
            versioned=True,
            noun=noun,
            errors=MOVE_ERRORS,
        ),
        Operation(
            method="POST",
            path=f"{path}/preview",
            name=f"preview{name[0].upper()}{name[1:]}",
            tag=tag,
            summary=f"{summary}: what would happen, changing nothing",
            description="As the move itself, with bookings that cannot go along in `refused`.",
            handler=_previewing(op, noun),
            roles=STAFF,
            body=body,
            result=(Moved,),
            noun=noun,
            errors=(Code.NOT_FOUND, Code.WRONG_STATE),
            scope=Scope.SCHEDULE_READ,
        ),
    )


def _reading(
    path: str, handler: Any, *, name: str, summary: str, result: type[Struct], many: bool = False
) -> Operation:
    noun = "phase" if path.startswith("/project-phases") else "project"
    return Operation(
        method="GET",
        path=path,
        name=name,
        tag=f"{noun}s",
        summary=summary,
        description=(result.__doc__ or "").strip(),
        handler=handler,
        roles=STAFF,
        result=(result,),
        many=many,
        noun=noun,
    )


OPERATIONS = (
    *_move_operations(
        "/project-phases/{id}/move", "phase.move", "phase", name="movePhase", summary="Move a phase"
    ),
    *_move_operations(
        "/projects/{id}/shift", "project.shift", "project", name="shiftProject", summary="Move a project"
    ),
    _reading(
        "/projects/{id}/critical-path",
        critical_path,
        name="criticalPath",
        summary="Read the critical path and the slack of every phase",
        result=CriticalPath,
    ),
    _reading(
        "/projects/{id}/budget",
        budget,
        name="projectBudget",
        summary="Read the budget against what is booked",
        result=ProjectBudget,
    ),
    _reading(
        "/projects/{id}/staffing",
        staffing,
        name="projectStaffing",
        summary="Read what is booked in each phase against the days it needs by skill",
        result=PhaseStaffing,
        many=True,
    ),
    _reading(
        "/project-phases/{id}/staffing",
        phase_staffing,
        name="phaseStaffing",
        summary="Read what is booked in a phase against the days it needs by skill",
        result=PhaseStaffing,
    ),
)
