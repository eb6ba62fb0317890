"""Going back over REST: what a restore would do, and the restore."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from realtime.rehearse import foresee
from scheduling.commands import RestoreCommand
from scheduling.refusals import Code, Refused
from scheduling.scopes import Scope
from server.api.commanding import body_of, given, run
from server.api.commands import Done
from server.api.differences import Difference, between
from server.api.operations import STAFF, Call, Meta, Nothing, Operation, Outcome, Problem, Reply


class RestorePreview(Struct, frozen=True, kw_only=True):
    """What a restore would do: as differences of now and then, and how many events it would make."""

    events: int
    changes: list[Difference]


async def preview_restore(call: Call[Nothing, Any]) -> Outcome:
    command = msgspec.convert(given(call.body), RestoreCommand)
    outcome = await foresee(call.services.pool, call.actor, command, command_id=call.command_id, now=call.now)
    if isinstance(outcome, Refused):
        return outcome
    changes = (
        between(key, before, after, seq=outcome.seq, at=outcome.at)
        for key, (before, after) in outcome.touched.items()
    )
    shown = [change for change in changes if change is not None]
    return Reply(data=RestorePreview(events=outcome.events, changes=shown))


async def restore(call: Call[Nothing, Any]) -> Outcome:
    answer = await run(call, "history.restore", given(call.body))
    if isinstance(answer, Problem):
        return answer
    return Reply(
        data=Done(id=answer.id, seq=answer.seq, result=msgspec.json.decode(answer.result)),
        meta=Meta(seq=answer.seq, command_id=answer.id),
    )


_RESTORE_BODY = body_of("history.restore")
_RESTORE_ERRORS = (Code.NOT_FOUND, Code.CONFLICT, Code.NOT_FIRST, Code.WRONG_STATE)

OPERATIONS = (
    Operation(
        method="POST",
        path="/history/restore/preview",
        name="previewRestore",
        tag="history",
        summary="See what a restore would do, or why it cannot be done; nothing is changed",
        description=RestorePreview.__doc__ or "",
        handler=preview_restore,
        roles=STAFF,
        scope=Scope.SCHEDULE_READ,
        body=_RESTORE_BODY,
        result=(RestorePreview,),
        errors=_RESTORE_ERRORS,
    ),
    Operation(
        method="POST",
        path="/history/restore",
        name="restore",
        tag="history",
        summary="Give one thing, or a whole project, back what it was",
        description=(RestoreCommand.__doc__ or "").strip() + " A whole project is the owner's to restore.",
        handler=restore,
        roles=STAFF,
        body=_RESTORE_BODY,
        result=(Done,),
        writes=True,
        errors=_RESTORE_ERRORS,
    ),
)
