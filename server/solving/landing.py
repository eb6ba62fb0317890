"""From what a search came to to a scenario, by the one write path, in the name of whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

import msgspec

from db.pool import Pool, transaction
from db.queries import api_keys, members
from db.queries.solver_jobs import SolverJobRow
from realtime.protocol import Answer, CommandRequest, ErrorAnswer
from realtime.protocol.jobs import JobError
from realtime.rights import key_actor
from scheduling.commands.scenarios import MOST_CHANGES
from scheduling.permissions import Actor
from scheduling.refusals import Code
from scheduling.solver.told import DraftChange, Outcome
from server.auth.identity import actor_of
from server.solving.told import job_error


class Executes(Protocol):
    """The one write path."""

    async def execute(self, actor: Actor, envelope: CommandRequest, /) -> Answer:
        """Execute a command once and answer it."""


async def requester(pool: Pool, tenant_id: UUID, row: SolverJobRow, now: datetime) -> Actor | None:
    """Whoever asked, with what they may do now; None where they may nothing any more."""
    async with transaction(pool, tenant_id, readonly=True) as connection:
        if row.created_kind == "api_key":
            for key in await api_keys.by_ids(connection, tenant_id, [row.created_by]):
                over = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now)
                return None if over else key_actor(tenant_id, key)
            return None
        member = await members.by_id(connection, tenant_id, row.created_by)
    if member is None or not member.active:
        return None
    actor = actor_of(tenant_id, member)
    return actor if actor.staff else None


async def land(
    executor: Executes, pool: Pool, tenant_id: UUID, row: SolverJobRow, *, outcome: Outcome, now: datetime
) -> UUID | JobError | None:
    """Make the scenario, once however often this is called; None where there is nothing to change."""
    if not outcome.changes:
        return None
    actor = await requester(pool, tenant_id, row, now)
    if actor is None:
        message = f"{row.created_by_name} asked for this plan and may not change the schedule any more."
        return job_error(Code.FORBIDDEN, message)
    if len(outcome.changes) > MOST_CHANGES:
        message = (
            f"The plan changes {len(outcome.changes):,} bookings, and a scenario holds {MOST_CHANGES:,}:"
            " plan a shorter time, or fewer projects."
        )
        return job_error(Code.TOO_LARGE, message)
    scenario_id = uuid5(row.id, "scenario")
    request = CommandRequest(
        id=uuid5(row.id, "scenario.add"),
        op="scenario.add",
        args=msgspec.Raw(msgspec.json.encode(args_of(row, outcome, scenario_id))),
    )
    answer = await executor.execute(actor, request)
    if isinstance(answer, ErrorAnswer):
        return JobError(
            code=answer.error.code, message=answer.error.message, retryable=answer.error.retryable
        )
    return scenario_id


def args_of(row: SolverJobRow, outcome: Outcome, scenario_id: UUID) -> dict[str, Any]:
    """What `scenario.add` takes."""
    return {
        "id": scenario_id,
        "name": row.name,
        "note": _note(outcome),
        "source": {"allocate": "allocation", "repair": "repair", "challenge": "challenge"}[row.kind],
        "job_id": row.id,
        "changes": changes_of(outcome.changes),
    }


def changes_of(changes: Sequence[DraftChange]) -> list[dict[str, Any]]:
    """Changes as the commands take them: what is not said is not sent."""
    return [
        {name: value for name, value in msgspec.structs.asdict(change).items() if value not in (None, "")}
        for change in changes
    ]


def _note(outcome: Outcome) -> str:
    lines = [step.text for step in outcome.steps]
    if outcome.unplaced:
        lines.append(f"{len(outcome.unplaced)} without a place: see the job for the reasons.")
    return "\n".join(lines)[:2_000]
