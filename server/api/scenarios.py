"""Operations on scenarios: drafts on top of the schedule, what they would change, making them true."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import scenarios as rows
from realtime.standing import difference_now
from scheduling.commands import COMMANDS
from scheduling.decide.realising import Conflict
from scheduling.model import Instant, Scenario, ScenarioChange, ScenarioSource, ScenarioState
from scheduling.refusals import Code, Refused
from scheduling.scenarios import ScenarioDifference, Window
from server.api.bookings import check_window, utc
from server.api.commanding import WRITE_ERRORS, body_of, command, given, meta_of, run
from server.api.operations import STAFF, Call, Handler, Nothing, Operation, Outcome, Problem, Reply
from server.api.paging import AfterId, PageQuery, decode_cursor, page_reply
from server.api.problems import invalid, not_found

MAX_BODY = 4 << 20
"""Two thousand changes with every field said are less."""

States = Annotated[
    tuple[ScenarioState, ...], Limits(description="In these states, repeated; unless given, open ones.")
]


class ScenarioQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which scenarios."""

    state: States = ()
    source: Annotated[ScenarioSource, Limits(description="Drawn by these.")] | None = None


class DifferenceQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Over which time to say how full people are; unless given, from the first change to the last."""

    start: Annotated[Instant, Limits(description="From here on; needs `end`.")] | None = None
    end: Annotated[Instant, Limits(description="Up to here; needs `start`.")] | None = None


class Rebased(Struct, frozen=True, kw_only=True):
    """The scenario, and by booking what still does not fit."""

    scenario: Scenario
    conflicts: dict[UUID, Conflict]


class Committed(Struct, frozen=True, kw_only=True):
    """The scenario, closed, and ids of the bookings that were placed, moved and ended."""

    scenario: Scenario
    placed: tuple[UUID, ...]
    moved: tuple[UUID, ...]
    ended: tuple[UUID, ...]


# -- reading -----------------------------------------------------------------------------


async def list_scenarios(call: Call[ScenarioQuery, Nothing]) -> Outcome:
    query = call.query
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    wanted = rows.ScenarioFilter(states=tuple(query.state), source=query.source)
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        found = await rows.page(
            connection, call.tenant_id, wanted, after=after.id if after else None, limit=query.limit + 1
        )
        total = await rows.count(connection, call.tenant_id, wanted) if query.total else None
    last = AfterId(id=found[query.limit - 1].id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def get_scenario(call: Call[Nothing, Nothing]) -> Outcome:
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        found = await rows.by_ids(connection, call.tenant_id, [call.id])
    return Reply(data=found[0], version=found[0].version) if found else not_found("scenario", call.id)


async def list_changes(call: Call[PageQuery, Nothing]) -> Outcome:
    query = call.query
    after = decode_cursor(query.cursor, AfterId)
    if isinstance(after, Problem):
        return after
    async with transaction(
        call.services.pool, call.tenant_id, isolation="repeatable_read", readonly=True
    ) as connection:
        if not await rows.by_ids(connection, call.tenant_id, [call.id]):
            return not_found("scenario", call.id)
        found = await rows.changes_page(
            connection, call.tenant_id, call.id, after=after.id if after else None, limit=query.limit + 1
        )
        total = await rows.changes_count(connection, call.tenant_id, call.id) if query.total else None
    last = AfterId(id=found[query.limit - 1].booking_id) if len(found) > query.limit else None
    return page_reply(found, query.limit, last, total)


async def read_difference(call: Call[DifferenceQuery, Nothing]) -> Outcome:
    start, end = call.query.start, call.query.end
    if (start is None) is not (end is None):
        return invalid("start and end: give both, or neither.", "start")
    problem = check_window(start, end)
    if problem is not None:
        return problem
    window = Window(start=utc(start), end=utc(end)) if start and end else None
    found = await difference_now(
        call.services.pool, call.actor, call.id, command_id=call.command_id, now=call.now, window=window
    )
    if isinstance(found, Refused):
        return found
    return Reply(data=found)


# -- settling ----------------------------------------------------------------------------


class _Versioned(Struct, frozen=True, kw_only=True):
    version: int


class _About(Struct, frozen=True, kw_only=True):
    scenario: _Versioned


def _reporting(op: str, result: type[Struct]) -> Handler:
    """Runs a command whose answer says more than what became of the scenario."""
    names = result.__struct_fields__

    async def handler(call: Call[Nothing, Any]) -> Outcome:
        answer = await run(call, op, {**given(call.body), "scenario_id": call.id})
        if isinstance(answer, Problem):
            return answer
        whole = msgspec.json.decode(answer.result, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(answer.result, type=_About).scenario.version
        return Reply(data={name: whole[name] for name in names}, meta=meta_of(call, answer), version=version)

    return handler


def _settling(verb: str, *, name: str, summary: str, result: type[Struct]) -> Operation:
    op = f"scenario.{verb}"
    return Operation(
        method="POST",
        path=f"/scenarios/{{id}}/{verb}",
        name=name,
        tag="scenarios",
        summary=summary,
        description=(COMMANDS[op].__doc__ or "").strip(),
        handler=_reporting(op, result),
        roles=STAFF,
        body=body_of(op, "scenario_id"),
        result=(result,),
        writes=True,
        versioned=True,
        noun="scenario",
        errors=(*WRITE_ERRORS, Code.NOT_FIRST),
    )


def _drawing(
    path: str, op: str, *, name: str, summary: str, id_field: str | None = "scenario_id"
) -> Operation:
    """A command that may hold two thousand changes."""
    made = command(
        "POST",
        path,
        op,
        name=name,
        tag="scenarios",
        summary=summary,
        result=Scenario,
        id_field=id_field,
        errors=(*WRITE_ERRORS, Code.NOT_FOUND, Code.TOO_LARGE),
    )
    return msgspec.structs.replace(made, max_body=MAX_BODY)


OPERATIONS = (
    Operation(
        method="GET",
        path="/scenarios",
        name="listScenarios",
        tag="scenarios",
        summary="List scenarios, by id",
        handler=list_scenarios,
        roles=STAFF,
        query=ScenarioQuery,
        result=(Scenario,),
        many=True,
    ),
    _drawing("/scenarios", "scenario.add", name="addScenario", summary="Open a scenario", id_field=None),
    Operation(
        method="GET",
        path="/scenarios/{id}",
        name="getScenario",
        tag="scenarios",
        summary="Read a scenario, open or closed",
        handler=get_scenario,
        roles=STAFF,
        result=(Scenario,),
        versioned=True,
        noun="scenario",
    ),
    command(
        "PATCH",
        "/scenarios/{id}",
        "scenario.edit",
        name="editScenario",
        tag="scenarios",
        summary="Change what a scenario is called",
        result=Scenario,
        id_field="scenario_id",
    ),
    Operation(
        method="GET",
        path="/scenarios/{id}/changes",
        name="listScenarioChanges",
        tag="scenarios",
        summary="List what a scenario makes of which booking, by booking",
        description="A closed scenario holds nothing any more; history tells what it held.",
        handler=list_changes,
        roles=STAFF,
        query=PageQuery,
        result=(ScenarioChange,),
        many=True,
        noun="scenario",
    ),
    _drawing(
        "/scenarios/{id}/changes",
        "scenario.change",
        name="changeScenario",
        summary="Say what becomes of some bookings",
    ),
    _drawing(
        "/scenarios/{id}/drop-changes",
        "scenario.drop_change",
        name="dropScenarioChanges",
        summary="Leave some bookings as they are after all",
    ),
    Operation(
        method="GET",
        path="/scenarios/{id}/difference",
        name="readScenarioDifference",
        tag="scenarios",
        summary="See what a scenario would change, and what does not fit",
        description=(ScenarioDifference.__doc__ or "").strip(),
        handler=read_difference,
        roles=STAFF,
        query=DifferenceQuery,
        result=(ScenarioDifference,),
        noun="scenario",
        errors=(Code.WRONG_STATE,),
    ),
    _settling(
        "rebase", name="rebaseScenario", summary="Hold a scenario against the schedule", result=Rebased
    ),
    _settling("commit", name="commitScenario", summary="Make a scenario true, whole", result=Committed),
    command(
        "POST",
        "/scenarios/{id}/discard",
        "scenario.discard",
        name="discardScenario",
        tag="scenarios",
        summary="Throw a scenario away",
        result=Scenario,
        id_field="scenario_id",
    ),
)
