"""The one operation that takes any command in wire form."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from realtime.protocol import CommandRequest, OkAnswer
from scheduling.commands import COMMANDS, ApplyBulk
from scheduling.refusals import Code
from server.api.operations import Call, Meta, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, problem_of

MAX_BODY = 8 << 20
MAX_ITEMS = 500


class CommandBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command as sockets take it. `id` may be left out where `Idempotency-Key` names it."""

    op: Annotated[str, Limits(max_length=64, description="One of the operations of the wire contract.")]
    args: Annotated[msgspec.Raw, Limits(description="Arguments of the operation.")]
    id: UUID | None = None
    base_version: Annotated[int, Limits(ge=1, le=2**53)] | None = None


class Done(Struct, frozen=True, kw_only=True):
    """The command's answer: `result` holds what changed, by kind."""

    id: UUID
    seq: int
    result: dict[str, Any]


class _Done(Struct, frozen=True, kw_only=True):
    id: UUID
    seq: int
    result: msgspec.Raw


async def post_command(call: Call[Nothing, CommandBody]) -> Outcome:
    body = call.body
    if body.op == ApplyBulk.__struct_config__.tag and _too_many(body.args):
        return Problem(code=Code.TOO_LARGE, message=f"A bulk command has at most {MAX_ITEMS} items here.")
    if body.id is not None and call.keyed and body.id != call.command_id:
        return invalid("id and Idempotency-Key name different commands; send one of them.", "id")
    envelope = CommandRequest(
        id=body.id or call.command_id,
        op=body.op,
        args=body.args,
        base_version=body.base_version if body.base_version is not None else call.base_version,
    )
    answer = await call.services.executor.execute(call.actor, envelope)
    if not isinstance(answer, OkAnswer):
        return problem_of(answer.error)
    return Reply(
        data=_Done(id=answer.id, seq=answer.seq, result=answer.result),
        meta=Meta(seq=answer.seq, command_id=answer.id),
    )


class _Items(Struct):
    items: list[msgspec.Raw] = []


def _too_many(args: msgspec.Raw) -> bool:
    try:
        return len(msgspec.json.decode(args, type=_Items).items) > MAX_ITEMS
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False  # the write path says what is wrong with it


OPERATIONS = (
    Operation(
        method="POST",
        path="/commands",
        name="postCommand",
        tag="commands",
        summary="Run any command of the wire contract",
        description="Operations: " + ", ".join(f"`{op}`" for op in COMMANDS) + ".",
        handler=post_command,
        body=CommandBody,
        result=(Done,),
        writes=True,
        errors=(
            Code.NOT_FOUND,
            Code.CONFLICT,
            Code.NOT_FIRST,
            Code.STALE_VERSION,
            Code.WRONG_STATE,
            Code.DEADLINE_PASSED,
        ),
        max_body=MAX_BODY,
    ),
)
